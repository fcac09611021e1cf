//! Problems with the time that a workflow takes. Days, spans and titles come in words.

use super::{Code, Problem, Spot, problem};
use crate::language::Text;

/// The longest way, for one day on which a case starts.
pub struct LongestWay<'a> {
    /// The day on which the case starts.
    pub from: &'a str,
    /// The day on which its longest way ends.
    pub until: &'a str,
    /// The day on which the deadline ends.
    pub deadline: &'a str,
    /// The time that the article gives.
    pub time: Text,
    /// The article.
    pub article: Text,
    /// The steps on the way with their times.
    pub steps: Text,
}

/// The longest way takes longer than the article allows.
#[must_use]
pub fn too_slow(spot: Spot, way: &LongestWay<'_>) -> Problem {
    let LongestWay { from, until, deadline, time, article, steps } = way;
    problem(
        Code::TooSlow,
        spot,
        (
            format!(
                "各步骤都按时办，也可能超过{}规定的{}：{from}发起的，最长到{until}才办结，而期限到{deadline}为止。最长的路径：{}。",
                article.zh, time.zh, steps.zh
            ),
            "请缩短其中的时限（due），或者把能同时办的步骤改为并行。",
        ),
        (
            format!(
                "With every step in time a case may still exceed the {} of {}: started on {from} it may end on {until}, and the deadline is {deadline}. The longest way: {}.",
                time.en, article.en, steps.en
            ),
            "Shorten some of these times (due), or let steps run in parallel.",
        ),
    )
}

/// Steps whose time nothing bounds.
#[must_use]
pub fn without_bound(spot: Spot, step: &str, article: &Text) -> Problem {
    problem(
        Code::NoTimeLimit,
        spot,
        (
            format!("步骤“{step}”所用的时间没有上限，无法证明流程能在{}规定的期限内办结。", article.zh),
            "请写上 due；else: wait 的关口请改为 else: refuse；mode: sequence 请改为 all（依次办理的人数事先不定）。",
        ),
        (
            format!(
                "Nothing bounds the time of the step “{step}”, so it cannot be shown that the deadline of {} is kept.",
                article.en
            ),
            "Give it a due; a gate with else: wait can refuse; mode: sequence can be all (how many follow each other is not known).",
        ),
    )
}

/// The deadline is kept, with so many days to spare.
#[must_use]
pub fn in_time(spot: Spot, days: i64, year: i32, article: &Text) -> Problem {
    problem(
        Code::InTime,
        spot,
        (
            format!("按{year}年的日历逐日推算，最长的路径都在{}规定的期限以内，最少余{days}日。", article.zh),
            "退回重办的时间不计在内。",
        ),
        (
            format!(
                "By the calendar of {year}, whatever the day, the longest way keeps the deadline of {} with at least {days} day(s) to spare.",
                article.en
            ),
            "What a return takes is not counted.",
        ),
    )
}
