//! Schedules: cases that start by themselves, and when.

use std::fmt;

use chrono::{DateTime, Datelike as _, NaiveDate};
use chrono_tz::Tz;
use cron::TimeUnitSpec as _;

use super::{condition::Condition, model::Place};
use crate::{
    clock::{Instant, ZONE},
    language::Text,
};

/// A schedule of a workflow: one case for every project that it covers, each time it fires.
#[derive(Debug, Clone)]
pub struct Schedule {
    /// Its name, unique in the definition.
    pub name: String,
    /// What people read.
    pub title: Text,
    /// When it fires.
    pub timing: Timing,
    /// Which of the projects of the budget year it covers; all of them without a condition.
    pub covers: Option<Condition>,
    /// In each of these a project gets one case at most.
    pub period: Period,
    /// The budget year that its cases are about.
    pub year: BudgetYear,
    /// Where it stands in the file.
    pub at: Place,
}

/// When something happens by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timing {
    /// The times, in Asia/Shanghai.
    pub cron: Cron,
    /// Whether a time on a day off moves to the next working day.
    pub moves_off_days_off: bool,
    /// What becomes of times that nobody was there for.
    pub missed: Missed,
}

impl Timing {
    /// The same as one line, which changes whenever the times do.
    #[must_use]
    pub fn rule(&self) -> String {
        let moves = if self.moves_off_days_off { " next working day" } else { "" };
        format!("{}{moves}", self.cron)
    }
}

/// What becomes of times that passed while no node ran, or while the schedule was paused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missed {
    /// They are noted down and nothing else.
    Skip,
    /// The last of them fires, the others are noted down.
    Once,
    /// Each of them fires.
    All,
}

impl Missed {
    /// As definitions write them.
    pub const WORDS: [&'static str; 3] = ["skip", "once", "all"];

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        [Self::Skip, Self::Once, Self::All].into_iter().find(|missed| missed.word() == word)
    }

    /// As definitions write it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Once => "once",
            Self::All => "all",
        }
    }
}

/// A stretch of the calendar in which a project gets one case of a workflow at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// A calendar year.
    Year,
    /// January to June, July to December.
    HalfYear,
    /// Three months.
    Quarter,
    /// A month.
    Month,
    /// A day.
    Day,
}

impl Period {
    /// Every one, the longest first.
    pub const ALL: [Self; 5] = [Self::Year, Self::HalfYear, Self::Quarter, Self::Month, Self::Day];
    /// As definitions write them.
    pub const WORDS: [&'static str; 5] = ["year", "half-year", "quarter", "month", "day"];

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|period| period.word() == word)
    }

    /// As definitions write it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::HalfYear => "half-year",
            Self::Quarter => "quarter",
            Self::Month => "month",
            Self::Day => "day",
        }
    }

    /// The one that holds `day`, for machines: `2027`, `2027-H2`, `2027-Q3`, `2027-08`, `2027-08-01`.
    #[must_use]
    pub fn key(self, day: NaiveDate) -> String {
        let (year, month) = (day.year(), day.month());
        match self {
            Self::Year => year.to_string(),
            Self::HalfYear => format!("{year}-H{}", (month - 1) / 6 + 1),
            Self::Quarter => format!("{year}-Q{}", (month - 1) / 3 + 1),
            Self::Month => format!("{year}-{month:02}"),
            Self::Day => day.to_string(),
        }
    }

    /// The first day of the one that holds `day`, and the first day of the next one.
    #[must_use]
    pub fn bounds(self, day: NaiveDate) -> (NaiveDate, NaiveDate) {
        let months = match self {
            Self::Year => 12,
            Self::HalfYear => 6,
            Self::Quarter => 3,
            Self::Month => 1,
            Self::Day => return (day, day.succ_opt().unwrap_or(day)),
        };
        let first = (day.month0() / months) * months;
        let on = |year: i32, month0: u32| NaiveDate::from_ymd_opt(year, month0 + 1, 1).unwrap_or(day);
        let next = first + months;
        let after = if next == 12 { on(day.year() + 1, 0) } else { on(day.year(), next) };
        (on(day.year(), first), after)
    }
}

/// The budget year that cases are about, seen from the day on which they are due to start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BudgetYear {
    /// The year before.
    Last,
    /// That year.
    #[default]
    This,
    /// The year after.
    Next,
}

impl BudgetYear {
    /// As definitions write them.
    pub const WORDS: [&'static str; 3] = ["last", "this", "next"];

    pub(crate) fn from_word(word: &str) -> Self {
        match word {
            "last" => Self::Last,
            "next" => Self::Next,
            _ => Self::This,
        }
    }

    /// The year, for a case due to start on `day`.
    #[must_use]
    pub fn of(self, day: NaiveDate) -> i32 {
        match self {
            Self::Last => day.year() - 1,
            Self::This => day.year(),
            Self::Next => day.year() + 1,
        }
    }
}

/// Times by the clock of Asia/Shanghai: minute, hour, day of the month, month, day of the week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cron {
    source: String,
    times: cron::Schedule,
}

/// Why a text is no [`Cron`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotCron {
    /// It has another number of fields than five.
    Fields(usize),
    /// It counts the days of the week, which programs count differently.
    NumberedWeekdays,
    /// It names days of the month and of the week, of which programs take either or both.
    BothDays,
    /// A field cannot be read.
    Unreadable,
}

impl Cron {
    /// Reads the five fields.
    ///
    /// # Errors
    /// Why it is none.
    pub fn parse(text: &str) -> Result<Self, NotCron> {
        let fields: Vec<_> = text.split_whitespace().collect();
        let [minute, hour, day, month, weekday] = fields[..] else { return Err(NotCron::Fields(fields.len())) };
        let any = |field: &str| matches!(field, "*" | "?");
        if weekday.contains(|c: char| c.is_ascii_digit()) {
            return Err(NotCron::NumberedWeekdays);
        }
        if !any(day) && !any(weekday) {
            return Err(NotCron::BothDays);
        }
        let source = [minute, hour, day, month, weekday].join(" ");
        let times = format!("0 {source}").parse().map_err(|_: cron::error::Error| NotCron::Unreadable)?;
        Ok(Self { source, times })
    }

    /// The first time after `at`; `None` when there is none any more.
    #[must_use]
    pub fn next_after(&self, at: Instant) -> Option<Instant> {
        self.after(at).next()
    }

    /// The times after `at`, in order.
    pub fn after(&self, at: Instant) -> impl Iterator<Item = Instant> + '_ {
        let at: DateTime<Tz> = at.with_timezone(&ZONE);
        self.times.after(&at).map(|time| time.to_utc())
    }

    /// Minutes of the hour.
    #[must_use]
    pub fn minutes(&self) -> Vec<u32> {
        self.times.minutes().iter().collect()
    }

    /// Hours of the day.
    #[must_use]
    pub fn hours(&self) -> Vec<u32> {
        self.times.hours().iter().collect()
    }

    /// Days of the month; none means every day.
    #[must_use]
    pub fn days(&self) -> Vec<u32> {
        listed(self.times.days_of_month())
    }

    /// Months; none means every month.
    #[must_use]
    pub fn months(&self) -> Vec<u32> {
        listed(self.times.months())
    }

    /// Days of the week from Monday, which is 0; none means every day.
    #[must_use]
    pub fn weekdays(&self) -> Vec<u32> {
        let mut days: Vec<u32> = listed(self.times.days_of_week()).iter().map(|day| (day + 5) % 7).collect();
        days.sort_unstable();
        days
    }

    /// Two times of one `period`, if there are such within some years.
    #[must_use]
    pub fn twice_in(&self, period: Period) -> Option<(NaiveDate, NaiveDate)> {
        let mut before: Option<NaiveDate> = None;
        for time in self.after(DateTime::UNIX_EPOCH + WATCHED_FROM).take(TIMES_WATCHED) {
            let day = time.with_timezone(&ZONE).date_naive();
            if let Some(before) = before.filter(|before| period.key(*before) == period.key(day)) {
                return Some((before, day));
            }
            before = Some(day);
        }
        None
    }

    /// Whether there is any time at all.
    #[must_use]
    pub fn ever_fires(&self) -> bool {
        self.next_after(DateTime::UNIX_EPOCH + WATCHED_FROM).is_some()
    }
}

/// From 2024 on, a leap year.
const WATCHED_FROM: chrono::TimeDelta = chrono::TimeDelta::days(19_722);
/// A daily one over more than eight years.
const TIMES_WATCHED: usize = 3000;

fn listed(unit: &impl cron::TimeUnitSpec) -> Vec<u32> {
    if unit.is_all() { Vec::new() } else { unit.iter().collect() }
}

impl fmt::Display for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone as _, Utc};

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn times_are_those_of_shanghai() {
        let cron = Cron::parse("0 9 1 8 *").unwrap();
        let now = Utc.with_ymd_and_hms(2026, 11, 23, 2, 0, 0).unwrap();
        let first = cron.next_after(now).unwrap();
        assert_eq!(first, Utc.with_ymd_and_hms(2027, 8, 1, 1, 0, 0).unwrap());
        assert_eq!(cron.next_after(first).unwrap(), Utc.with_ymd_and_hms(2028, 8, 1, 1, 0, 0).unwrap());
        assert_eq!((cron.months(), cron.days(), cron.weekdays()), (vec![8], vec![1], vec![]));
        let weekly = Cron::parse("30 8 * * MON,FRI").unwrap();
        assert_eq!(weekly.weekdays(), [0, 4]);
        // A Monday: half past eight is over at ten, so Friday is next.
        assert_eq!(weekly.next_after(now).unwrap(), Utc.with_ymd_and_hms(2026, 11, 27, 0, 30, 0).unwrap());
    }

    #[test]
    fn what_can_be_misread_is_refused() {
        assert_eq!(Cron::parse("0 0 9 1 8 *").unwrap_err(), NotCron::Fields(6));
        assert_eq!(Cron::parse("").unwrap_err(), NotCron::Fields(0));
        assert_eq!(Cron::parse("0 9 * * 1").unwrap_err(), NotCron::NumberedWeekdays);
        assert_eq!(Cron::parse("0 9 1 * MON").unwrap_err(), NotCron::BothDays);
        for wrong in
            ["61 9 1 8 *", "0 24 1 8 *", "0 9 32 8 *", "a b c d *", "*/0 9 1 8 *", "0 9 * 8 MONDY", "0 9 9-1 8 *"]
        {
            assert_eq!(Cron::parse(wrong).unwrap_err(), NotCron::Unreadable, "{wrong}");
        }
    }

    #[test]
    fn what_never_fires_and_what_fires_too_often_is_known() {
        assert!(!Cron::parse("0 9 30 2 *").unwrap().ever_fires());
        assert!(Cron::parse("0 9 29 2 *").unwrap().ever_fires());
        let twice = Cron::parse("0 9 1 2,8 *").unwrap();
        assert_eq!(twice.twice_in(Period::Year), Some((day("2024-02-01"), day("2024-08-01"))));
        assert_eq!(twice.twice_in(Period::HalfYear), None);
        assert_eq!(Cron::parse("0 9 * * *").unwrap().twice_in(Period::Day), None);
        assert!(Cron::parse("0 9,17 * * *").unwrap().twice_in(Period::Day).is_some());
    }

    #[test]
    fn a_day_has_one_period_of_each_length() {
        let keys: Vec<_> = Period::ALL.iter().map(|period| period.key(day("2027-08-01"))).collect();
        assert_eq!(keys, ["2027", "2027-H2", "2027-Q3", "2027-08", "2027-08-01"]);
        assert_eq!(Period::Quarter.bounds(day("2027-12-31")), (day("2027-10-01"), day("2028-01-01")));
        assert_eq!(Period::HalfYear.bounds(day("2027-06-30")), (day("2027-01-01"), day("2027-07-01")));
        assert_eq!(Period::Year.bounds(day("2027-06-30")), (day("2027-01-01"), day("2028-01-01")));
        assert_eq!(Period::Day.bounds(day("2027-06-30")), (day("2027-06-30"), day("2027-07-01")));
        assert_eq!(BudgetYear::Next.of(day("2026-09-01")), 2027);
    }
}
