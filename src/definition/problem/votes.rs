//! Problems with who decides together, and how.

use super::{Code, Problem, Spot, problem};

/// A step that keeps out whoever acts on it.
#[must_use]
pub fn not_by_itself(spot: Spot, step: &str) -> Problem {
    problem(
        Code::NotByItself,
        spot,
        (format!("步骤“{step}”不能回避自己。"), "not by 写的是其他步骤：谁在那里办理过，谁就不能办理这一步。"),
        (
            format!("The step “{step}” cannot keep out who acts on itself."),
            "not by names other steps: whoever acted there may not act on this one.",
        ),
    )
}

/// Something that says no share and no number of votes.
#[must_use]
pub fn not_a_majority(spot: Spot, found: &str) -> Problem {
    problem(
        Code::NotAMajority,
        spot,
        (format!("“{found}”不是票数要求。"), "请写 2/3、超过1/2、3票、any 或 all。"),
        (
            format!("“{found}” does not say how many votes are needed."),
            "Write 2/3, more than 1/2, 3 votes, any, or all.",
        ),
    )
}

/// Two grades could both have enough votes.
#[must_use]
pub fn two_grades_could_pass(spot: Spot) -> Problem {
    problem(
        Code::TwoGradesCouldPass,
        spot,
        ("按这个票数，可能有两个等级同时达到要求。", "请写超过半数的比例，例如 2/3 或 超过1/2，或者 all。"),
        (
            "With so few votes two grades could both have enough.",
            "Write a share above one half, such as 2/3 or more than 1/2, or all.",
        ),
    )
}

/// A veto where people grade.
#[must_use]
pub fn veto_on_grades(spot: Spot) -> Problem {
    problem(
        Code::VetoOnGrades,
        spot,
        ("评定等级时没有“不同意”，不能写 veto。", "请删除 veto，或者改为不分等级的表决。"),
        ("Grades know no rejection, so there is nothing to veto with.", "Remove veto, or vote without grades."),
    )
}

/// `reject` beside a vote.
#[must_use]
pub fn reject_beside_vote(spot: Spot) -> Problem {
    problem(
        Code::RejectBesideVote,
        spot,
        (
            "表决时，一个人的“不同意”只是一票，不能直接办结。",
            "请删除 reject，把表决不通过的去向写在 mode 的 failed 里。",
        ),
        (
            "In a vote one person's rejection is one vote and ends nothing by itself.",
            "Remove reject, and say under failed in mode where a failed vote leads.",
        ),
    )
}

/// `edit` in a vote.
#[must_use]
pub fn edit_in_a_vote(spot: Spot) -> Problem {
    problem(
        Code::EditInAVote,
        spot,
        ("表决过程中内容不能改动，否则各人表决的不是同一份材料。", "请把填写放到表决之前或之后的步骤。"),
        (
            "What is voted on does not change during the vote, or people would vote on different things.",
            "Let a step before or after the vote write these fields.",
        ),
    )
}

/// A weight for a role that the step does not ask.
#[must_use]
pub fn weight_of_nobody(spot: Spot, role: &str) -> Problem {
    problem(
        Code::WeightOfNobody,
        spot,
        (format!("这一步没有请“{role}”表决，权重不会生效。"), "权重只能写 by 中出现的角色。"),
        (
            format!("This step does not ask any “{role}”, so the weight would count for nobody."),
            "Weigh roles that by names.",
        ),
    )
}

/// A vote that leads nowhere, or to two places.
#[must_use]
pub fn one_route(spot: Spot) -> Problem {
    problem(
        Code::VoteRoute,
        spot,
        ("表决没有结果时，必须且只能有一个去向。", "请写 { end: 结果 } 或 { return to: 步骤 }。"),
        ("A vote without a result needs exactly one route.", "Write { end: outcome } or { return to: step }."),
    )
}
