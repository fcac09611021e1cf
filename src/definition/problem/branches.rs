//! Problems with the branches of a choice. Examples come in words.

use super::{Code, Problem, Spot, problem};
use crate::language::Text;

/// A condition that no case meets.
#[must_use]
pub fn never_holds(spot: Spot) -> Problem {
    problem(
        Code::NeverHolds,
        spot,
        (
            "这个条件在任何情形下都不成立，该分支永远不会执行。",
            "请检查各部分是否互相矛盾，或者与外层分支的条件矛盾；否则请删除这个分支。",
        ),
        (
            "This condition can never hold, so the branch is never taken.",
            "See whether its parts contradict each other, or the branch around it; or remove the branch.",
        ),
    )
}

/// A condition whose every case an earlier branch takes. `by` counts the branches from 0.
#[must_use]
pub fn covered(spot: Spot, by: Option<usize>, example: &Text) -> Problem {
    let (zh, en) = match by {
        Some(by) => (format!("第{}个分支", by + 1), format!("branch {}", by + 1)),
        None => ("前面几个分支合起来".to_owned(), "the branches before it together".to_owned()),
    };
    problem(
        Code::Covered,
        spot,
        (
            format!("该分支永远不会执行：它的情形都已由{zh}接走。例如{}时，走的是前面的分支。", example.zh),
            "请把范围较窄的分支移到前面，或者删除这个分支。",
        ),
        (
            format!(
                "The branch is never taken: {en} takes all of its cases. Where {}, an earlier branch is taken.",
                example.en
            ),
            "Move the narrower branch before the wider one, or remove this one.",
        ),
    )
}

/// A branch that today's policy values make impossible.
#[must_use]
pub fn not_today(spot: Spot) -> Problem {
    problem(
        Code::NotWithTodaysPolicy,
        spot,
        (
            "按现行政策值（policy.*），该分支不会执行。",
            "政策值可能调整；请核对 policy/thresholds.yaml 的现行数值是否符合本意。",
        ),
        (
            "With the values that policy (policy.*) has today, the branch is never taken.",
            "Policy may change; see whether the values in policy/thresholds.yaml are what is meant.",
        ),
    )
}

/// A condition that every case meets.
#[must_use]
pub fn always_holds(spot: Spot) -> Problem {
    problem(
        Code::AlwaysHolds,
        spot,
        ("这个条件在任何情形下都成立，不起判断作用。", "请改写条件；如果每次都要办，请把步骤移到 choose 之外。"),
        (
            "This condition always holds and decides nothing.",
            "Change it; what is always done stands outside the choose.",
        ),
    )
}

/// Two conditions that both hold in some cases. `earlier` counts the branches from 0.
#[must_use]
pub fn overlap(spot: Spot, earlier: usize, example: &Text) -> Problem {
    let number = earlier + 1;
    problem(
        Code::BranchesOverlap,
        spot,
        (
            format!(
                "与第{number}个分支有重叠，由先后顺序决定走哪一个：例如{}时两个条件都成立，走第{number}个分支。",
                example.zh
            ),
            "如果这是本意，可以不改；否则请把条件写成互不重叠。",
        ),
        (
            format!(
                "This overlaps with branch {number}, and the order decides: where {}, both hold and branch {number} is taken.",
                example.en
            ),
            "Leave it if it is meant so; otherwise write conditions that exclude each other.",
        ),
    )
}

/// An `otherwise` with steps that no case comes to.
#[must_use]
pub fn otherwise_never(spot: Spot) -> Problem {
    problem(
        Code::OtherwiseNeverTaken,
        spot,
        (
            "各分支已包括一切情形，otherwise 中的步骤不会执行。",
            "请写 otherwise: next，或者让最后一个分支成为 otherwise。",
        ),
        (
            "The branches take every case, so the steps under otherwise never run.",
            "Write otherwise: next, or make the last branch the otherwise.",
        ),
    )
}

/// What only `otherwise` takes.
#[must_use]
pub fn otherwise_alone(spot: Spot, example: &Text) -> Problem {
    problem(
        Code::OtherwiseAlone,
        spot,
        (
            format!("各分支都不成立时由 otherwise 接走，例如{}。", example.zh),
            "请确认这些情形确实应当按 otherwise 处理。",
        ),
        (
            format!("Where no branch holds, otherwise takes the case, for example: {}.", example.en),
            "See whether otherwise is right for these cases.",
        ),
    )
}

/// A condition about which nothing certain can be said within bounds.
#[must_use]
pub fn not_decided(spot: Spot) -> Problem {
    problem(
        Code::BranchNotDecided,
        spot,
        ("未能在限定的步数内判定该分支能否执行。", "条件简单一些就能判定；请人工核对这个分支。"),
        (
            "Whether this branch can be taken was not decided within bounds.",
            "Simpler conditions are decided; look at this branch yourself.",
        ),
    )
}
