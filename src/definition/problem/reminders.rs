//! Problems with reminders and escalations.

use super::{Code, Problem, Spot, problem};
use crate::{definition::span::Span, language::Lang};

/// A reminder of no deadline.
#[must_use]
pub fn without_due(spot: Spot, key: &str) -> Problem {
    problem(
        Code::ReminderWithoutDue,
        spot,
        (format!("这一步没有时限（due），“{key}”无从算起。"), "请写上 due，或者删除它。"),
        (
            format!("The step has no due, so there is nothing that “{key}” could count from."),
            "Give the step a due, or remove it.",
        ),
    )
}

/// A text that names no moment around a deadline.
#[must_use]
pub fn not_a_reminder(spot: Spot, found: &str) -> Problem {
    problem(
        Code::NotAReminder,
        spot,
        (
            format!("“{found}”不是提醒的时间。"),
            "请写 2 working days before（到期前2个工作日）、when due（到期时）、1 working day after（逾期1个工作日）、every working day after（逾期后每个工作日）。",
        ),
        (
            format!("“{found}” is no moment around a deadline."),
            "Write 2 working days before, when due, 1 working day after, or every working day after.",
        ),
    )
}

/// A reminder before the time has begun.
#[must_use]
pub fn too_early(spot: Spot, found: &str, due: Span) -> Problem {
    problem(
        Code::ReminderTooEarly,
        spot,
        (
            format!("时限只有{}，“{found}”时任务还没有开始，永远不会提醒。", due.words(Lang::Zh)),
            "请写比时限短的时间，或者改为 when due。",
        ),
        (
            format!(
                "The step has {} only: “{found}” lies before its beginning, so it would never remind.",
                due.words(Lang::En)
            ),
            "Write less than the due, or when due.",
        ),
    )
}

/// A level that does not come after the one before it.
#[must_use]
pub fn not_later(spot: Spot, after: Span) -> Problem {
    problem(
        Code::EscalationOrder,
        spot,
        (
            format!("这一级在逾期{}后上报，不比前一级晚。", after.words(Lang::Zh)),
            "请按先后写，后一级的 after 要更长；同时告知几个人，请在一个 to 里列出。",
        ),
        (
            format!(
                "This level comes {} after the deadline, which is not later than the level before it.",
                after.words(Lang::En)
            ),
            "Each level comes later than the one before; who is told at the same time stands in one list under to.",
        ),
    )
}

/// An escalation to those who are late.
#[must_use]
pub fn to_the_same(spot: Spot) -> Problem {
    problem(
        Code::EscalatesToTheSame,
        spot,
        ("上报的对象就是办理这一步的人，等于没有上报。", "请写上级：line，或者其他角色、人员；提醒办理人请用 remind。"),
        (
            "Those it escalates to are those who are late, so nobody else would learn of it.",
            "Write line, or another role or person; remind is for those who act.",
        ),
    )
}

/// More reminders than anybody reads.
#[must_use]
pub fn too_many(spot: Spot, max: usize) -> Problem {
    problem(
        Code::TooManyReminders,
        spot,
        (format!("一步最多写{max}个提醒时间，其中最多一个 every。"), "请删去多余的。"),
        (
            format!("A step lists at most {max} reminders, with at most one “every” among them."),
            "Remove what is too much.",
        ),
    )
}

/// More levels than there are above anybody.
#[must_use]
pub fn too_many_levels(spot: Spot, max: usize) -> Problem {
    problem(
        Code::TooManyReminders,
        spot,
        (format!("上报最多{max}级。"), "请删去多余的。"),
        (format!("A step escalates through at most {max} levels."), "Remove what is too much."),
    )
}
