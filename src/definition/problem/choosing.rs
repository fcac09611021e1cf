//! Problems with people who are known only once somebody acted in an earlier step.

use super::{Code, Problem, Spot, problem};

/// `chosen by` or `manager of` where no step asks for it.
#[must_use]
pub fn not_here(spot: Spot, key: &str) -> Problem {
    problem(
        Code::OnlyWhoActs,
        spot,
        (
            format!("这里不能写“{key}”：它只能写在 each 之外的 fill、approve 的 by 里，一步只写一个 chosen by。"),
            "请写角色或人员。",
        ),
        (
            format!(
                "“{key}” cannot stand here: it belongs in the by of a fill or an approve outside each, and a step has one chosen by."
            ),
            "Name a role or people.",
        ),
    )
}

/// A step that some way does not pass.
#[must_use]
pub fn not_always_passed(spot: Spot, step: &str) -> Problem {
    problem(
        Code::NotAlwaysPassed,
        spot,
        (
            format!("“{step}”不是每个办件都先办理过的步骤，走到这里时可能还没有人选定或办理。"),
            "请写排在前面、每条路径都经过的步骤。",
        ),
        (
            format!("Not every case has passed “{step}” before this step, so that nobody may have acted there."),
            "Name a step before this one that every way passes.",
        ),
    )
}

/// A step in which several people decide together.
#[must_use]
pub fn several_decide(spot: Spot, step: &str) -> Problem {
    problem(
        Code::SeveralDecide,
        spot,
        (format!("“{step}”由几个人共同决定，说不清由谁选定、是谁的上级。"), "请写由一人办理的 fill 或 approve 步骤。"),
        (
            format!(
                "Several people decide at “{step}” together: nobody could say who chooses, or whose manager is meant."
            ),
            "Name a fill or an approve that one person does.",
        ),
    )
}

/// A step that asks the initiator alone, who may not decide.
#[must_use]
pub fn asks_who_may_not(spot: Spot) -> Problem {
    problem(
        Code::OwnDecision,
        spot,
        (
            "这一步只由发起人办理，而发起人不得审批自己发起的办件，所以走到这里就再也没有人能办。".to_owned(),
            "请把 by 改为其他角色；确实由发起人自己确认的，写 initiator: may decide（这样的审批不计入规定要求的审批）。",
        ),
        (
            "Only the initiator is asked here, who may not decide on a case of their own: nobody could ever act."
                .to_owned(),
            "Ask somebody else; or, where the initiator is to confirm, say initiator: may decide, which no mandate counts.",
        ),
    )
}
