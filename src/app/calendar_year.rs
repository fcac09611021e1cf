//! A year of the calendar as an administrator wants it: typed on the page in lines, or said by a program in full. Both go
//! through the same checks.

use chrono::{Datelike as _, NaiveDate};

use super::{Problem, calendar::YEARS_AHEAD};
use crate::{
    language::Text,
    policy::{
        PolicyProblem,
        calendar_file::{Notice, Status, Year},
        calendar_lines,
    },
};

/// The words of a reason at most.
const REASON_CHARS_MAX: usize = 500;
/// The characters of a title, a number, the name of a holiday or a document at most.
const NAME_CHARS_MAX: usize = 200;
/// The first year that can be entered.
const YEAR_MIN: i32 = 2000;

/// A year as somebody wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedYear {
    /// Its days.
    pub year: Year,
    /// The version that they saw; 0 for a year that was not there. Another one is refused.
    pub seen: i64,
    /// Why it is changed.
    pub why: String,
}

/// A year as somebody types it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedYear {
    /// Which.
    pub year: i32,
    /// The version that they saw; 0 for a year that was not there. Another one is refused.
    pub seen: i64,
    /// The title of the notice; empty while there is none, which makes the year provisional.
    pub notice: String,
    /// Its number, where it has one.
    pub number: String,
    /// The day of the notice.
    pub issued: String,
    /// Holidays, one to a line.
    pub days_off: String,
    /// Weekend days that are worked.
    pub makeup_workdays: String,
    /// What the place adds, one day to a line.
    pub additions: String,
    /// Why it is changed.
    pub why: String,
}

impl WantedYear {
    /// Everything that is wrong with it.
    pub(super) fn problems(&self, today: NaiveDate) -> Vec<Problem> {
        let mut problems = around(self.year.year, &self.why, today);
        problems.extend(unwritable(&self.year));
        let wrong = self.year.problems();
        problems.extend(wrong.into_iter().map(|problem| Problem::field("days_off", problem.text)));
        problems
    }
}

impl TypedYear {
    /// A year from what was typed; or everything that cannot be read.
    pub(super) fn read(&self, today: NaiveDate) -> Result<WantedYear, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut told = |field: &'static str, wrong: Vec<PolicyProblem>| {
            problems.extend(wrong.into_iter().map(|problem| Problem::field(field, problem.text)));
        };
        let days_off = calendar_lines::holidays(&self.days_off).map_err(|wrong| told("days_off", wrong)).ok();
        let makeup = calendar_lines::days(&self.makeup_workdays).map_err(|wrong| told("makeup_workdays", wrong)).ok();
        let additions = calendar_lines::additions(&self.additions).map_err(|wrong| told("additions", wrong)).ok();
        let notice = notice_of(self).map_err(|problem| problems.push(problem)).ok().flatten();
        let (Some(days_off), Some(makeup_workdays), Some(additions), true) =
            (days_off, makeup, additions, problems.is_empty())
        else {
            problems.extend(around(self.year, &self.why, today));
            return Err(problems);
        };
        let year = Year {
            year: self.year,
            status: Status::with(notice.as_ref()),
            notice,
            days_off,
            makeup_workdays,
            additions,
        };
        Ok(WantedYear { year, seen: self.seen, why: self.why.clone() })
    }
}

/// What is wrong with what stands around the days.
fn around(year: i32, why: &str, today: NaiveDate) -> Vec<Problem> {
    let mut problems = Vec::new();
    let last = today.year() + YEARS_AHEAD;
    if !(YEAR_MIN..=last).contains(&year) {
        let zh = format!("年份须在{YEAR_MIN}年至{last}年之间。");
        problems.push(Problem::field("year", Text::new(zh, format!("A year from {YEAR_MIN} to {last}."))));
    }
    let why = why.trim();
    if why.is_empty() || why.chars().count() > REASON_CHARS_MAX {
        let zh = format!("请写明修改原因，不超过{REASON_CHARS_MAX}字。");
        let en = format!("Say why, in at most {REASON_CHARS_MAX} characters.");
        problems.push(Problem::field("reason", Text::new(zh, en)));
    }
    problems
}

/// Names that could not be typed again on the page, where each stands on a line beside its days.
fn unwritable(year: &Year) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut wrong = |field: &'static str, zh: &str, en: &str| {
        problems.push(Problem::field(field, Text::new(zh, en)));
    };
    let is_name = |name: &str| {
        name.trim() == name && name.chars().count() <= NAME_CHARS_MAX && !name.chars().any(char::is_control)
    };
    if year.notice.iter().any(|notice| !is_name(&notice.title) || notice.number.iter().any(|number| !is_name(number))) {
        wrong(
            "notice",
            "通知的标题和文号各写一行，不超过200字，前后不留空格。",
            "The title and the number of the notice are one line each, at most 200 characters, without spaces around.",
        );
    }
    let lines = calendar_lines::of_holidays(&year.days_off);
    let long = year.days_off.iter().any(|off| !is_name(&off.holiday));
    if long || calendar_lines::holidays(&lines).ok().as_ref() != Some(&year.days_off) {
        wrong(
            "days_off",
            "节日名称写一行，不含数字，不超过200字；一个节日的日期按先后列出，不超过31天。",
            "The name of a holiday is one line without digits, at most 200 characters; its days are in order, 31 at most.",
        );
    }
    let lines = calendar_lines::of_additions(&year.additions);
    let long = year.additions.iter().any(|local| !is_name(&local.document));
    if long || calendar_lines::additions(&lines).ok().as_ref() != Some(&year.additions) {
        wrong(
            "additions",
            "区内安排的依据文件写一行，不能为空，不超过200字，前后不留空格。",
            "The document of a local day is one line of at most 200 characters, without spaces around.",
        );
    }
    problems
}

fn notice_of(typed: &TypedYear) -> Result<Option<Notice>, Problem> {
    let title = typed.notice.trim();
    if title.is_empty() {
        return Ok(None);
    }
    let issued = typed.issued.trim().parse().map_err(|_: chrono::ParseError| {
        Problem::field("issued", Text::new("请填写通知的印发日期。", "Give the day of the notice."))
    })?;
    let number = Some(typed.number.trim().to_owned()).filter(|number| !number.is_empty());
    Ok(Some(Notice { title: title.to_owned(), number, issued }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::calendar_file::{Addition, AdditionIs};

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
    }

    fn typed() -> TypedYear {
        TypedYear {
            year: 2027,
            notice: "国务院办公厅关于2027年部分节假日安排的通知".to_owned(),
            issued: "2026-11-20".to_owned(),
            days_off: "元旦：2027-01-01 至 2027-01-03".to_owned(),
            makeup_workdays: "2027-01-09".to_owned(),
            why: "通知已印发".to_owned(),
            ..TypedYear::default()
        }
    }

    #[test]
    fn a_year_without_a_notice_is_provisional() {
        assert_eq!(typed().read(today()).unwrap().year.status, Status::Final);
        let expected = TypedYear { notice: String::new(), ..typed() };
        let year = expected.read(today()).unwrap().year;
        assert_eq!((year.status, year.notice), (Status::Provisional, None));
    }

    #[test]
    fn every_mistake_is_told_at_its_field() {
        let wrong = TypedYear {
            year: 1999,
            issued: "十一月".to_owned(),
            days_off: "春节".to_owned(),
            makeup_workdays: "2027-02-30".to_owned(),
            additions: "2027-07-01 放假".to_owned(),
            why: " ".to_owned(),
            ..typed()
        };
        let problems = wrong.read(today()).unwrap_err();
        assert_eq!(problems.len(), 6, "{problems:?}");
        let weekday = TypedYear { makeup_workdays: "2027-01-11".to_owned(), ..typed() };
        let weekday = weekday.read(today()).unwrap().problems(today());
        assert_eq!(weekday.len(), 1, "a Monday is no make-up day");
    }

    #[test]
    fn a_year_holds_only_what_the_page_can_show_and_take_again() {
        let good = typed().read(today()).unwrap();
        assert!(good.problems(today()).is_empty());
        let mut wrong = good.clone();
        wrong.year.days_off[0].holiday = "五1".to_owned();
        wrong.year.notice.as_mut().unwrap().title = "两\n行".to_owned();
        let day = NaiveDate::from_ymd_opt(2027, 7, 1).unwrap();
        wrong.year.additions = vec![Addition { day, is: AdditionIs::Off, document: "长".repeat(201) }];
        let fields: Vec<_> =
            wrong.problems(today()).into_iter().map(|problem| problem.fields[0].field.clone()).collect();
        assert_eq!(fields, ["notice", "days_off", "additions"]);
    }
}
