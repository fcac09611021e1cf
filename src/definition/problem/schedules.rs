//! Problems with schedules.

use chrono::NaiveDate;

use super::{Code, Problem, Spot, problem};
use crate::definition::schedule::{NotCron, Period};

/// A text that says no times.
#[must_use]
pub fn not_a_cron(spot: Spot, text: &str, why: NotCron) -> Problem {
    let (zh, en) = match why {
        NotCron::Fields(count) => (
            format!("写了 {count} 项，应当是 5 项：分 时 日 月 星期。例如 \"0 9 1 8 *\" 是每年8月1日9:00。"),
            format!(
                "It has {count} field(s), not 5: minute, hour, day, month, weekday. \"0 9 1 8 *\" is 1 August, 9:00."
            ),
        ),
        NotCron::NumberedWeekdays => (
            "星期请写名称（MON 至 SUN）：数字从星期日还是星期一算起，各种程序并不一致。".to_owned(),
            "Write days of the week by name (MON to SUN): programs do not agree on which day is 1.".to_owned(),
        ),
        NotCron::BothDays => (
            "日和星期只能限定一个，另一个写 *：同时限定时，各种程序的理解并不一致。".to_owned(),
            "Limit the day of the month or the weekday and write * for the other: programs do not agree on both."
                .to_owned(),
        ),
        NotCron::Unreadable => (
            "每一项可以写 *、数字、范围（1-5）、列表（2,8）或间隔（*/15），月和星期可以写英文简称（AUG、MON）。".to_owned(),
            "A field is *, a number, a range (1-5), a list (2,8) or a step (*/15); months and weekdays may be AUG, MON."
                .to_owned(),
        ),
    };
    problem(Code::NotACron, spot, (format!("“{text}”不是时间表。"), zh), (format!("“{text}” says no times."), en))
}

/// Times that no calendar has.
#[must_use]
pub fn never_fires(spot: Spot, cron: &str) -> Problem {
    problem(
        Code::NeverFires,
        spot,
        (format!("“{cron}”永远不会到时：没有这样的日子。"), "请改为日历上有的日期，例如 \"0 9 28 2 *\"。"),
        (format!("“{cron}” never comes: there is no such day."), "Write a day that exists, such as \"0 9 28 2 *\"."),
    )
}

/// More than one time in a period.
#[must_use]
pub fn too_often(spot: Spot, period: Period, (first, second): (NaiveDate, NaiveDate)) -> Problem {
    let (zh, en, word) = match period {
        Period::Year => ("一年", "year", "half-year"),
        Period::HalfYear => ("半年", "half-year", "quarter"),
        Period::Quarter => ("一季度", "quarter", "month"),
        Period::Month => ("一个月", "month", "day"),
        Period::Day => ("一天", "day", "day"),
    };
    problem(
        Code::FiresTooOften,
        spot,
        (
            format!("每{zh}只发起一次，但{first}和{second}在同一期内。"),
            format!("请减少时间，或者把 period 改短，例如 period: {word}。"),
        ),
        (
            format!("A {en} has one firing, but {first} and {second} lie in the same one."),
            format!("Write fewer times, or a shorter period, such as period: {word}."),
        ),
    )
}
