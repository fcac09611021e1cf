//! The calendar's files: one per year with the State Council's notice, and the office hours.

use std::collections::BTreeSet;

use chrono::{Datelike as _, NaiveDate, NaiveTime, Timelike as _};
use serde::{Deserialize, Serialize};

use super::{
    calendar::{OfficeHours, is_weekend},
    problem::{PolicyProblem, Problems},
    standing::Standing,
    yaml,
};

/// One year: the State Council's notice, and what the place adds to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Year {
    /// Which.
    pub year: i32,
    /// Whether the notice is there.
    pub status: Status,
    /// The notice the days were taken from; a provisional year has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Notice>,
    /// Days off by holiday; weekend days that are free anyway may be among them.
    #[serde(rename = "days off")]
    pub days_off: Vec<Holiday>,
    /// 调休: weekend days that are worked.
    #[serde(rename = "make-up workdays")]
    pub makeup_workdays: Vec<NaiveDate>,
    /// What the place has decided for itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub additions: Vec<Addition>,
}

/// Whether a year can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Taken from the notice.
    Final,
    /// Expected, before the notice.
    Provisional,
}

impl Status {
    /// What a year is with this notice, or without one.
    #[must_use]
    pub const fn with(notice: Option<&Notice>) -> Self {
        if notice.is_some() { Self::Final } else { Self::Provisional }
    }

    /// The word for it, stable.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Final => "final",
            Self::Provisional => "provisional",
        }
    }
}

/// A notice of the State Council.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// Its title.
    pub title: String,
    /// 文号, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Its day.
    pub issued: NaiveDate,
}

/// A holiday with its days off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// Its name.
    pub holiday: String,
    /// The days off.
    pub days: Vec<NaiveDate>,
}

/// A day that the place has decided for itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Addition {
    /// Which.
    pub day: NaiveDate,
    /// Off or worked.
    pub is: AdditionIs,
    /// The document that says so.
    pub document: String,
}

/// What a place makes of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AdditionIs {
    /// Off, though it would be worked.
    Off,
    /// Worked, though it would be off.
    Worked,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOfficeHours {
    document: String,
    #[expect(dead_code, reason = "checked for its spelling when read")]
    standing: Standing,
    #[expect(dead_code, reason = "for the readers of the file")]
    jurisdiction: String,
    from: NaiveDate,
    periods: Vec<Period>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Period {
    start: String,
    end: String,
}

/// Reads one year.
///
/// # Errors
/// Every problem of the file at once.
pub fn read_year(file: &str, source: &str) -> Result<Year, Vec<PolicyProblem>> {
    let year: Year = yaml::read(file, source).map_err(|problem| vec![problem])?;
    let mut problems = Problems::of(file);
    if !file.ends_with(&format!("/{}.yaml", year.year)) {
        let year = year.year;
        problems.push(format!("文件名与年份{year}不一致"), format!("the file is not named after its year {year}"));
    }
    check_year(&year, &mut problems);
    let found = problems.found();
    if found.is_empty() { Ok(year) } else { Err(found) }
}

impl Year {
    /// The file of the year, relative to `workflows/`.
    #[must_use]
    pub fn file(&self) -> String {
        format!("policy/calendar/{}.yaml", self.year)
    }

    /// Everything that is wrong with it, as [`read_year`] says it.
    #[must_use]
    pub fn problems(&self) -> Vec<PolicyProblem> {
        let file = self.file();
        let mut problems = Problems::of(&file);
        check_year(self, &mut problems);
        problems.found()
    }

    /// The file's text.
    ///
    /// # Errors
    /// Never for a year that was read or checked.
    pub fn to_yaml(&self) -> Result<String, serde_saphyr::ser::Error> {
        serde_saphyr::to_string(self)
    }
}

fn check_year(year: &Year, problems: &mut Problems<'_>) {
    check_notice(year, problems);
    let mut seen = BTreeSet::new();
    for holiday in &year.days_off {
        for day in &holiday.days {
            check_day(year.year, *day, &holiday.holiday, problems);
            if !seen.insert(*day) {
                problems.push(format!("放假日{day}写了两次"), format!("the day off {day} is there twice"));
            }
            if year.makeup_workdays.contains(day) {
                problems.push(format!("{day}既是放假日又是上班日"), format!("{day} is both off and worked"));
            }
        }
    }
    for day in &year.makeup_workdays {
        check_day(year.year, *day, "调休上班", problems);
        if !is_weekend(*day) {
            problems.push(format!("调休上班日{day}不是周末"), format!("the make-up workday {day} is no weekend day"));
        }
    }
    let mut added = BTreeSet::new();
    for Addition { day, is, document } in &year.additions {
        let worked = if is_weekend(*day) { year.makeup_workdays.contains(day) } else { !seen.contains(day) };
        if day.year() != year.year {
            problems.push(
                format!("区内安排{day}不属于{}年，请写到该年份", year.year),
                format!("the local day {day} belongs to another year than {}", year.year),
            );
        }
        if document.trim().is_empty() {
            problems.push(format!("区内安排{day}没有写依据文件"), format!("the local day {day} names no document"));
        }
        if !added.insert(*day) {
            problems.push(format!("区内安排{day}写了两次"), format!("the local day {day} is there twice"));
        } else if worked == (*is == AdditionIs::Worked) {
            problems.push(
                format!("区内安排{day}与通知的安排相同，不必另写"),
                format!("the local day {day} says what the notice says"),
            );
        }
    }
}

fn check_notice(year: &Year, problems: &mut Problems<'_>) {
    let (status, notice, year) = (year.status, &year.notice, year.year);
    match (status, notice) {
        (Status::Final, None) => problems.push(
            format!("{year}年标为正式，却没有放假安排通知；请补登通知，或者标为 provisional"),
            format!("{year} is final without a notice; name the notice or mark the year provisional"),
        ),
        (Status::Final, Some(notice)) if notice.title.trim().is_empty() || notice.issued.year() > year => {
            problems
                .push(format!("{year}年的通知标题或者印发日期有误"), format!("the notice of {year} cannot be right"));
        }
        (Status::Final | Status::Provisional, _) => {}
    }
}

/// A notice may reach a few days into the neighbouring years, and no further.
fn check_day(year: i32, day: NaiveDate, what: &str, problems: &mut Problems<'_>) {
    if (day.year() - year).abs() > 1 {
        problems.push(format!("{what}：{day}不属于{year}年"), format!("{day} does not belong to {year}"));
    }
}

/// Reads the office hours.
pub(super) fn read_office_hours(file: &str, source: &str) -> Result<OfficeHours, Vec<PolicyProblem>> {
    let raw: RawOfficeHours = yaml::read(file, source).map_err(|problem| vec![problem])?;
    let mut problems = Problems::of(file);
    let mut periods: Vec<(u32, u32)> = Vec::new();
    for period in &raw.periods {
        let after = periods.last().map_or(0, |last| last.1);
        match (minute(&period.start), minute(&period.end)) {
            (Some(start), Some(end)) if after <= start && start < end => periods.push((start, end)),
            (_, _) => problems.push(
                format!("工作时段{}至{}有误：应为“08:30”这样的时刻，且前后不重叠", period.start, period.end),
                format!("{}–{} is no period: write “08:30”, in order, without overlap", period.start, period.end),
            ),
        }
    }
    if periods.is_empty() || raw.document.is_empty() {
        problems.push("没有工作时段或者没有依据文件", "there is no office hour, or no document");
    }
    let found = problems.found();
    if found.is_empty() { Ok(OfficeHours { periods, source: Some((raw.document, raw.from)) }) } else { Err(found) }
}

/// The minutes after midnight of a time such as `08:30`.
pub(super) fn minute(text: &str) -> Option<u32> {
    let time = NaiveTime::parse_from_str(text, "%H:%M").ok()?;
    Some(time.hour() * 60 + time.minute())
}
