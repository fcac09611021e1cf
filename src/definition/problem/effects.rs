//! Problems with what an effect needs.

use super::{Code, Problem, Spot, problem};

/// The money field that an effect reads is not in the form.
#[must_use]
pub fn no_amount(spot: Spot, effect: &str, field: &str) -> Problem {
    problem(
        Code::EffectAmount,
        spot,
        (
            format!("“{effect}”要读取金额字段“{field}”，表单中没有这个字段。"),
            "请在 form 中加上：- { name: amount, type: money, required: true, title: … }，并由前面的 fill 填写。",
        ),
        (
            format!("“{effect}” reads the money field “{field}”, which the form does not have."),
            "Add to form: - { name: amount, type: money, required: true, title: … }, and let an earlier fill write it.",
        ),
    )
}

/// The field that an effect reads may be empty there.
#[must_use]
pub fn amount_not_filled(spot: Spot, effect: &str, field: &str) -> Problem {
    problem(
        Code::EffectAmount,
        spot,
        (
            format!("“{effect}”读取金额字段“{field}”时，它不一定已经填写。"),
            "请确保此前每条路径上都有 fill 填写它，并把它设为 required: true。",
        ),
        (
            format!("“{effect}” reads the field “{field}” before it is certain to be filled."),
            "Let a fill on every way here edit it, with required: true.",
        ),
    )
}

/// An effect to which a case that has had it may come again.
#[must_use]
pub fn twice(spot: Spot, effect: &str) -> Problem {
    problem(
        Code::EffectTwice,
        spot,
        (
            format!("办件可能第二次走到“{effect}”：第二次会被拒绝，办件无法继续。"),
            "请只保留一处，并把会退回到它之前的步骤移到它前面。",
        ),
        (
            format!("A case may come to “{effect}” a second time, which is refused, so that it could not go on."),
            "Keep one of them, and move steps that return to before it in front of it.",
        ),
    )
}
