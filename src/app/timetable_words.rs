//! Times and periods as people say them.

use chrono::Datelike as _;

use super::schedules::Doing;
use crate::{
    clock::Instant,
    definition::schedule::{BudgetYear, Cron, Missed, Period, Timing},
    engine::who::day_of,
    language::{MONTHS_EN, Text},
};

const WEEKDAYS_ZH: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
const WEEKDAYS_EN: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
/// More times than these are told as they are written.
const TIMES_TOLD_MAX: usize = 4;

/// When something happens: 每年8月1日 09:00.
#[must_use]
pub fn times(timing: &Timing) -> Text {
    let cron = &timing.cron;
    let told = match clock_times(cron) {
        Some(at) => {
            let Text { zh, en } = days(cron);
            Text::new(format!("{zh} {}", at.zh), format!("{en} at {}", at.en))
        }
        None => Text::new(cron.to_string(), cron.to_string()),
    };
    if !timing.moves_off_days_off {
        return told;
    }
    let Text { zh, en } = told;
    Text::new(format!("{zh}，遇休息日顺延至下一个工作日"), format!("{en}, on a day off the next working day"))
}

fn days(cron: &Cron) -> Text {
    let (months, days, weekdays) = (cron.months(), cron.days(), cron.weekdays());
    let month_zh = joined(&months, "、", |month| format!("{month}月"));
    let month_en = joined(&months, ", ", |month| name(&MONTHS_EN, month - 1));
    if !weekdays.is_empty() {
        let zh = joined(&weekdays, "、", |day| name(&WEEKDAYS_ZH, day));
        let en = joined(&weekdays, ", ", |day| name(&WEEKDAYS_EN, day));
        return match months.is_empty() {
            true => Text::new(format!("每{zh}"), format!("Every {en}")),
            false => Text::new(format!("{month_zh}的每{zh}"), format!("Every {en} in {month_en}")),
        };
    }
    let day_zh = joined(&days, "、", |day| format!("{day}日"));
    let day_en = joined(&days, ", ", |day| day.to_string());
    match (months.len(), days.is_empty()) {
        (0, true) => Text::new("每天", "Every day"),
        (0, false) => Text::new(format!("每月{day_zh}"), format!("On day {day_en} of every month")),
        (_, true) => Text::new(format!("{month_zh}的每天"), format!("Every day in {month_en}")),
        (1, false) => Text::new(format!("每年{month_zh}{day_zh}"), format!("Every year on {day_en} {month_en}")),
        (_, false) => Text::new(format!("每年{month_zh}的{day_zh}"), format!("On day {day_en} of {month_en}")),
    }
}

/// `None` where there are too many to be told.
fn clock_times(cron: &Cron) -> Option<Text> {
    let (hours, minutes) = (cron.hours(), cron.minutes());
    if hours.len() == 24 && minutes.len() == 1 {
        let minute = minutes[0];
        return Some(Text::new(format!("每小时第{minute}分"), format!("minute {minute} of every hour")));
    }
    if hours.len() * minutes.len() > TIMES_TOLD_MAX {
        return None;
    }
    let all = hours.iter().flat_map(|hour| minutes.iter().map(move |minute| format!("{hour:02}:{minute:02}")));
    let all: Vec<_> = all.collect();
    Some(Text::new(all.join("、"), all.join(", ")))
}

fn joined(numbers: &[u32], between: &str, word: impl Fn(u32) -> String) -> String {
    numbers.iter().map(|number| word(*number)).collect::<Vec<_>>().join(between)
}

fn name(names: &[&str], index: u32) -> String {
    names.get(index as usize).copied().unwrap_or_default().to_owned()
}

/// The day of the week in Asia/Shanghai.
#[must_use]
pub fn weekday(at: Instant) -> Text {
    let day = day_of(at).weekday().num_days_from_monday();
    Text::new(name(&WEEKDAYS_ZH, day), name(&WEEKDAYS_EN, day))
}

/// A period from its key: `2027-H2` is 2027年下半年.
#[must_use]
pub fn period_of(key: &str) -> Text {
    let Some((year, rest)) = key.split_once('-') else { return Text::new(format!("{key}年"), key) };
    let quarter = |zh: &str| Text::new(format!("{year}年{zh}季度"), format!("{rest} of {year}"));
    match rest {
        "H1" => Text::new(format!("{year}年上半年"), format!("First half of {year}")),
        "H2" => Text::new(format!("{year}年下半年"), format!("Second half of {year}")),
        "Q1" => quarter("第一"),
        "Q2" => quarter("第二"),
        "Q3" => quarter("第三"),
        "Q4" => quarter("第四"),
        month if month.len() == 2 => Text::new(format!("{year}年{}月", month.trim_start_matches('0')), key),
        _ => Text::new(key, key),
    }
}

/// How long the period is in which a project gets one case.
#[must_use]
pub fn period(period: Period) -> Text {
    match period {
        Period::Year => Text::new("每年一件", "One a year"),
        Period::HalfYear => Text::new("每半年一件", "One a half-year"),
        Period::Quarter => Text::new("每季度一件", "One a quarter"),
        Period::Month => Text::new("每月一件", "One a month"),
        Period::Day => Text::new("每天一件", "One a day"),
    }
}

/// Which budget year the cases are about.
#[must_use]
pub fn year(year: BudgetYear) -> Text {
    match year {
        BudgetYear::Last => Text::new("上一预算年度", "The budget year before"),
        BudgetYear::This => Text::new("当年预算年度", "The budget year of that day"),
        BudgetYear::Next => Text::new("下一预算年度", "The coming budget year"),
    }
}

/// What becomes of missed times.
#[must_use]
pub fn missed(missed: Missed) -> Text {
    match missed {
        Missed::Skip => Text::new("错过的不补", "What is missed is left out"),
        Missed::Once => Text::new("错过的补最近一次", "What is missed is made up for once"),
        Missed::All => Text::new("错过的逐次补上", "What is missed is made up for each time"),
    }
}

/// What can be done to a schedule is called, and what comes of it.
#[must_use]
pub fn doing(doing: Doing) -> (Text, Text) {
    match doing {
        Doing::Run => (
            Text::new("立即执行", "Run now"),
            Text::new(
                "现在执行一次。本期已经有办件的项目不会重复发起。",
                "It fires once, now. Projects that have a case of this period get no second one.",
            ),
        ),
        Doing::Pause => (
            Text::new("暂停", "Pause"),
            Text::new(
                "暂停后到时不再执行；恢复时，暂停期间错过的按上面的规定处理。",
                "It fires no more. When it is resumed, what it has missed goes by its policy above.",
            ),
        ),
        Doing::Resume => (
            Text::new("恢复", "Resume"),
            Text::new("暂停期间错过的，按上面的规定处理。", "What it has missed meanwhile goes by its policy above."),
        ),
        Doing::Skip => (
            Text::new("跳过下一次", "Leave the next one out"),
            Text::new(
                "下一次到时不执行，之后照常。",
                "Its next time is left out; the one after that comes as planned.",
            ),
        ),
        Doing::Retry => (
            Text::new("再试未能发起的", "Try again"),
            Text::new(
                "为未能发起的项目再试一次；其余项目不受影响。",
                "Projects that could not get a case are tried again; the others are left alone.",
            ),
        ),
        Doing::LeaveOut => (
            Text::new("跳过该项目", "Leave this project out"),
            Text::new(
                "本期不再为该项目发起办件；其余项目和以后各期不受影响。",
                "The project gets no case of this period; other projects and later periods are left alone.",
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_told_by_its_key() {
        let told: Vec<_> = ["2027", "2027-H2", "2027-Q3", "2027-08", "2027-08-01"].map(|key| period_of(key).zh).into();
        assert_eq!(told, ["2027年", "2027年下半年", "2027年第三季度", "2027年8月", "2027-08-01"]);
    }

    #[test]
    fn times_are_told_as_people_say_them() {
        let told = |cron: &str, moves_off_days_off| {
            let timing = Timing { cron: Cron::parse(cron).unwrap(), moves_off_days_off, missed: Missed::Once };
            let Text { zh, en } = times(&timing);
            (zh, en)
        };
        let is = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
        assert_eq!(told("0 9 1 8 *", false), is("每年8月1日 09:00", "Every year on 1 August at 09:00"));
        assert_eq!(told("0 9 1 2,8 *", false), is("每年2月、8月的1日 09:00", "On day 1 of February, August at 09:00"));
        assert_eq!(told("30 1 * * *", false), is("每天 01:30", "Every day at 01:30"));
        assert_eq!(told("0 9,17 1 * *", false).0, "每月1日 09:00、17:00");
        assert_eq!(told("0 8 * * MON-FRI", false).0, "每周一、周二、周三、周四、周五 08:00");
        assert_eq!(told("5 * * * *", false).0, "每天 每小时第5分");
        assert_eq!(told("*/5 * * * *", false).0, "*/5 * * * *");
        assert_eq!(told("0 9 1 8 *", true).0, "每年8月1日 09:00，遇休息日顺延至下一个工作日");
    }
}
