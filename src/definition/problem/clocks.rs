//! Problems with the two clocks, what is computed from them, and what happens when nobody decides in time.

use super::{Code, Problem, Spot, problem};

/// A field that the clocks cannot be read from.
#[must_use]
pub fn not_a_clock(spot: Spot, field: &str, wanted: &str) -> Problem {
    problem(
        Code::ClockField,
        spot,
        (
            format!("“{field}”不能用作时钟：这里要写类型为 {wanted} 的必填字段。"),
            "期次是 choice，金额是 money，进度是 progress-table，都写 required: true。",
        ),
        (
            format!("The clocks cannot be read from “{field}”: a required field of type {wanted} is wanted."),
            "The round is a choice, amounts are money, progress is a progress-table, each with required: true.",
        ),
    )
}

/// A step that writes some of the fields that the clocks are read from and not all.
#[must_use]
pub fn clocks_across_steps(spot: Spot, missing: &str) -> Problem {
    problem(
        Code::ClockField,
        spot,
        (
            format!("clocks 的预算、支出和进度须由同一步填写，这里缺少“{missing}”。"),
            "请在 edit 中写全预算、支出和进度三个字段。",
        ),
        (
            format!("One step writes the budget, what was spent and the progress; “{missing}” is missing here."),
            "List the three of them in its edit.",
        ),
    )
}

/// A computed field in a definition without clocks.
#[must_use]
pub fn nothing_to_compute_from(spot: Spot, field: &str) -> Problem {
    problem(
        Code::ComputedField,
        spot,
        (format!("“{field}”没有可以计算的依据。"), "请用 clocks 写明从哪些字段计算。"),
        (format!("There is nothing to compute “{field}” from."), "Say in clocks which fields it is computed from."),
    )
}

/// A computed value in a field of another type.
#[must_use]
pub fn wrong_type(spot: Spot, written: &str, wanted: &str) -> Problem {
    problem(
        Code::ComputedField,
        spot,
        (format!("这一项计算结果的类型是 {wanted}，写成了 {written}。"), format!("请写 type: {wanted}。")),
        (format!("What is computed here is a {wanted}, not a {written}."), format!("Write type: {wanted}.")),
    )
}

/// Somebody would write what is computed.
#[must_use]
pub fn computed_and_edited(spot: Spot, field: &str) -> Problem {
    problem(
        Code::ComputedField,
        spot,
        (format!("“{field}”由系统计算，不能由人填写。"), "请从 edit 中删除它。"),
        (format!("“{field}” is computed; nobody writes it."), "Remove it from edit."),
    )
}

/// Somebody would choose the round that a case reports on.
#[must_use]
pub fn round_and_edited(spot: Spot, field: &str) -> Problem {
    problem(
        Code::ComputedField,
        spot,
        (
            format!("期次“{field}”在发起时由系统按期带入，不能由人填写。"),
            "请从 edit 中删除它；由人选择期次，就可以绕开应当预警的一期。",
        ),
        (
            format!("The round “{field}” is filled in when a case starts; nobody writes it."),
            "Remove it from edit: whoever chooses the round may pass over one that warns.",
        ),
    )
}

/// Something to happen at a due time that is not there.
#[must_use]
pub fn late_without_due(spot: Spot) -> Problem {
    problem(
        Code::LateWithoutDue,
        spot,
        ("没有 due，就没有逾期。", "请写 due，例如 due: 10 working days；或者删除 late。"),
        ("Nothing is late without a due.", "Write due, such as due: 10 working days, or remove late."),
    )
}
