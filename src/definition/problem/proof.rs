//! Problems that the proof finds: steps and ends that cannot be reached, and mandates that can be gone around.

use super::{Code, Problem, Spot, Way, problem};
use crate::{definition::mandates::Mandate, language::Text};

/// A step that no case can come to.
#[must_use]
pub fn never_reached(spot: Spot, step: &Text) -> Problem {
    problem(
        Code::NeverReached,
        spot,
        (
            format!("没有办件能走到“{}”：此前的关口或判断互相矛盾。", step.zh),
            "请核对它前面的关口（is）和判断条件（when），改掉矛盾之处，或者删除这一步。",
        ),
        (
            format!("No case can come to “{}”: gates or conditions before it contradict each other.", step.en),
            "Look at the gates (is) and conditions (when) before it and resolve what contradicts, or remove the step.",
        ),
    )
}

/// A parallel step with a branch that is never done.
#[must_use]
pub fn never_joins(spot: Spot, step: &Text, branch: usize) -> Problem {
    problem(
        Code::NeverJoins,
        spot,
        (
            format!("“{}”的第{branch}个分支永远办不完，所以走不到并行之后。", step.zh),
            "请让该分支至少有一个去向是往下走。",
        ),
        (
            format!("Branch {branch} of “{}” can never be done, so nothing behind the parallel is reached.", step.en),
            "Let some route of that branch go on.",
        ),
    )
}

/// A step from which no case can end.
#[must_use]
pub fn never_ends(spot: Spot, step: &Text, way: Way) -> Problem {
    let found = problem(
        Code::NeverEnds,
        spot,
        (
            format!("走到“{}”的办件永远不能办结：从这里出发的每条路都回到原处，或者被拒绝。", step.zh),
            "请给这里的步骤加上往下走或者结束的去向。",
        ),
        (
            format!("A case that comes to “{}” can never end: every way from there comes back or is refused.", step.en),
            "Give one of these steps a route that goes on or ends the case.",
        ),
    );
    Problem { way: Some(way), ..found }
}

/// What a mandate misses.
pub struct Missing {
    /// The fact with its values.
    pub fact: Text,
    /// The step that was waited at after the fact had been certain.
    pub undone: Option<Text>,
}

/// A mandate that a way goes around.
#[must_use]
pub fn bypassed(spot: Spot, step: &Text, mandate: &Mandate, missing: &Missing, way: Way) -> Problem {
    let (name, basis) = cited(mandate);
    let (zh, en) = match &missing.undone {
        Some(undone) => (
            format!("查过之后还要等人办理“{}”，其间事实可能被撤销。", undone.zh),
            format!(" It was looked at, but then “{}” is waited for, and meanwhile it may be revoked.", undone.en),
        ),
        None => (String::new(), String::new()),
    };
    let found = problem(
        Code::MandateBypassed,
        spot,
        (
            format!("规定“{name}”可以绕过：走到“{}”时，不一定有{}。{zh}", step.zh, missing.fact.zh),
            format!("请在“{}”之前、其间不再等人办理的地方加关口（gate），取值不宽于规定。{basis}", step.zh),
        ),
        (
            format!("“{name}” can be gone around: “{}” is reached without {}.{en}", step.en, missing.fact.en),
            format!(
                "Put a gate before “{}”, with nobody to be waited for in between, and no wider than the mandate. {basis}",
                step.en
            ),
        ),
    );
    Problem { way: Some(way), ..found }
}

/// What a mandate protects is done by the system when nobody decides in time.
#[must_use]
pub fn bypassed_when_late(spot: Spot, step: &Text, mandate: &Mandate, way: Way) -> Problem {
    let (name, basis) = cited(mandate);
    let found = problem(
        Code::MandateBypassed,
        spot,
        (
            format!(
                "规定“{name}”可以绕过：“{}”逾期无人办理时，系统自行办理规定所管的事项，不论条件具备与否。",
                step.zh
            ),
            format!("请去掉“{}”的 late，或者请规定的制定部门修改规定。{basis}", step.zh),
        ),
        (
            format!(
                "“{name}” can be gone around: when “{}” is late the system does what it protects, whatever it needs.",
                step.en
            ),
            format!("Remove late from “{}”, or ask for the mandate to be changed. {basis}", step.en),
        ),
    );
    Problem { way: Some(way), ..found }
}

/// How many approvals a mandate misses.
pub struct TooFew {
    /// How many it needs.
    pub needed: usize,
    /// How many certainly stand.
    pub standing: usize,
}

/// A mandate on approvals that a way goes around.
#[must_use]
pub fn too_few_approvals(spot: Spot, step: &Text, mandate: &Mandate, few: &TooFew, way: Way) -> Problem {
    let (name, basis) = cited(mandate);
    let found = problem(
        Code::TooFewApprovals,
        spot,
        (
            format!(
                "规定“{name}”可以绕过：走到“{}”时须有{}次有效审批，这条路上只有{}次。",
                step.zh, few.needed, few.standing
            ),
            format!(
                "请补上审批步骤。下列审批无效：之后又有填报（fill），或者又改了审批过的字段；审批人看不到某些字段（hidden、read）；发起人自己可以审批；须由不同的人审批而后一步没有 not by；须由指定岗位审批而没有 transfer: no。{basis}"
            ),
        ),
        (
            format!(
                "“{name}” can be gone around: “{}” needs {} approvals that stand, and on this way there are {}.",
                step.en, few.needed, few.standing
            ),
            format!(
                "Add an approval. One does not count where something is filled in or rewritten after it, a field is kept from whoever approves, the initiator may decide, different people are needed without not by, or certain roles without transfer: no. {basis}"
            ),
        ),
    );
    Problem { way: Some(way), ..found }
}

/// A definition in which approvals stand in too many ways to follow.
#[must_use]
pub fn too_many_ways(spot: Spot, mandate: &Mandate) -> Problem {
    let (name, basis) = cited(mandate);
    problem(
        Code::TooManyWays,
        spot,
        (format!("规定“{name}”无法证明：可能的审批组合太多。"), format!("请减少判断分支中的审批步骤。{basis}")),
        (
            format!("“{name}” cannot be proven: approvals stand in too many combinations."),
            format!("Have fewer approvals inside of choices. {basis}"),
        ),
    )
}

fn cited(mandate: &Mandate) -> (&str, String) {
    (mandate.name.as_str(), format!("（{} {}）", mandate.basis.rule, mandate.basis.clause))
}
