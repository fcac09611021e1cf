//! The calendar's files: one per year with the State Council's notice, and the office hours.

use chrono::{Datelike as _, NaiveDate, NaiveTime, Timelike as _, Weekday};
use serde::Deserialize;

use super::{
    calendar::{Calendar, OfficeHours},
    problem::{PolicyProblem, Problems},
    standing::Standing,
    yaml,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawYear {
    year: i32,
    status: Status,
    /// The notice the days were taken from; a provisional year has none.
    #[serde(default)]
    notice: Option<Notice>,
    #[serde(rename = "days off")]
    days_off: Vec<Holiday>,
    #[serde(rename = "make-up workdays")]
    makeup_workdays: Vec<NaiveDate>,
}

#[derive(Deserialize, PartialEq, Eq, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Status {
    /// Taken from the notice.
    Final,
    /// Expected, before the notice.
    Provisional,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Notice {
    title: String,
    #[serde(default)]
    #[expect(dead_code, reason = "read so that the file may state it; deadlines need the days alone")]
    number: Option<String>,
    issued: NaiveDate,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Holiday {
    holiday: String,
    days: Vec<NaiveDate>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOfficeHours {
    document: String,
    #[expect(dead_code, reason = "checked for its spelling when read")]
    standing: Standing,
    #[expect(dead_code, reason = "for the readers of the file")]
    jurisdiction: String,
    #[expect(dead_code, reason = "checked for being a date when read")]
    from: NaiveDate,
    periods: Vec<Period>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Period {
    start: String,
    end: String,
}

/// Adds one year's days to the calendar.
pub(super) fn read_year(calendar: &mut Calendar, file: &str, source: &str) -> Result<(), Vec<PolicyProblem>> {
    let raw: RawYear = yaml::read(file, source).map_err(|problem| vec![problem])?;
    let mut problems = Problems::of(file);
    let year = raw.year;
    if !file.ends_with(&format!("/{year}.yaml")) {
        problems.push(format!("文件名与年份{year}不一致"), format!("the file is not named after its year {year}"));
    }
    match (raw.status, &raw.notice) {
        (Status::Final, None) => problems.push(
            format!("{year}年标为正式，却没有放假安排通知；请补登通知，或者标为 provisional"),
            format!("{year} is final without a notice; name the notice or mark the year provisional"),
        ),
        (Status::Final, Some(notice)) if notice.title.is_empty() || notice.issued.year() > year => {
            problems
                .push(format!("{year}年的通知标题或者印发日期有误"), format!("the notice of {year} cannot be right"));
        }
        (Status::Final | Status::Provisional, _) => {}
    }
    for holiday in &raw.days_off {
        for day in &holiday.days {
            check_day(year, *day, &holiday.holiday, &mut problems);
            if raw.makeup_workdays.contains(day) {
                problems.push(format!("{day}既是放假日又是上班日"), format!("{day} is both off and worked"));
            }
        }
    }
    for day in &raw.makeup_workdays {
        check_day(year, *day, "调休上班", &mut problems);
        if !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
            problems.push(format!("调休上班日{day}不是周末"), format!("the make-up workday {day} is no weekend day"));
        }
    }
    let found = problems.found();
    if !found.is_empty() {
        return Err(found);
    }
    if raw.status == Status::Final {
        calendar.years.insert(year);
    }
    calendar.days_off.extend(raw.days_off.iter().flat_map(|holiday| &holiday.days));
    calendar.makeup_workdays.extend(&raw.makeup_workdays);
    Ok(())
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
    if found.is_empty() { Ok(OfficeHours(periods)) } else { Err(found) }
}

fn minute(text: &str) -> Option<u32> {
    let time = NaiveTime::parse_from_str(text, "%H:%M").ok()?;
    Some(time.hour() * 60 + time.minute())
}
