//! Problems with what the people of a step may see.

use super::{Code, Problem, Spot, problem};

/// Both ways of saying it on one step.
#[must_use]
pub fn read_and_hidden(spot: Spot) -> Problem {
    problem(
        Code::ReadAndHidden,
        spot,
        ("read 和 hidden 不能写在同一步。", "请保留其中一个：read 列出可以看的字段，hidden 列出不能看的字段。"),
        (
            "read and hidden cannot stand on one step.",
            "Keep one: read lists the fields that may be seen, hidden those that may not.",
        ),
    )
}

/// Nobody writes what they do not see.
#[must_use]
pub fn hidden_and_edited(spot: Spot, field: &str) -> Problem {
    problem(
        Code::HiddenAndEdited,
        spot,
        (format!("这一步填写“{field}”，又把它列为不能看。"), "请从 hidden 或者 edit（以及等级的 requires）中删除它。"),
        (
            format!("This step writes “{field}” and hides it."),
            "Remove it from hidden, or from edit and the requires of its grades.",
        ),
    )
}

/// A field that another step tells everybody.
#[must_use]
pub fn hidden_but_told(spot: Spot, field: &str, step: &str) -> Problem {
    problem(
        Code::HiddenButTold,
        spot,
        (
            format!("“{field}”不能隐藏：步骤“{step}”会把它告诉所有能看到办件的人。"),
            "请把它列入 read，或者从 hidden 中删除。",
        ),
        (
            format!("“{field}” cannot be hidden: the step “{step}” tells it to everybody who sees the case."),
            "List it in read, or remove it from hidden.",
        ),
    )
}

/// A limit that is told to whoever exceeds it.
#[must_use]
pub fn hidden_limit(spot: Spot, limit: &str, field: &str) -> Problem {
    problem(
        Code::HiddenButTold,
        spot,
        (
            format!("“{limit}”不能对填写“{field}”的人隐藏：超过时要告诉他上限是多少。"),
            "请把它列入 read，或者从 hidden 中删除。",
        ),
        (
            format!("“{limit}” cannot be hidden from who writes “{field}”: they are told of the limit they exceed."),
            "List it in read, or remove it from hidden.",
        ),
    )
}
