//! Working days by the State Council's notices, and deadlines counted in them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, Days, NaiveDate, TimeDelta, TimeZone as _, Timelike as _, Weekday};

use serde::{Deserialize, Serialize};

use super::calendar_file::{Addition, AdditionIs, Status, Year};
use crate::{
    clock::{Instant, ZONE},
    definition::span::Span,
};

/// Days off and make-up working days (调休) of the years it covers.
#[derive(Debug, Clone, Default)]
pub struct Calendar {
    /// Moves with every change of a year: by which calendar a deadline was counted. 0 for the files alone.
    pub version: i64,
    /// Years with a notice; any other year is provisional.
    pub years: BTreeSet<i32>,
    /// Days off, weekends that are free anyway left out or not.
    pub days_off: BTreeSet<NaiveDate>,
    /// Weekend days that are worked.
    pub makeup_workdays: BTreeSet<NaiveDate>,
    /// When officials work on a working day.
    pub office_hours: OfficeHours,
    /// What each year was made of.
    sheets: BTreeMap<i32, Year>,
}

/// From what a deadline was counted, so that it can be counted again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// Since when.
    pub from: Instant,
    /// How long.
    pub span: Span,
    /// By which version of the calendar.
    pub calendar: i64,
}

/// When officials work on a working day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeHours {
    /// Periods in minutes after midnight, in order; never empty.
    pub periods: Vec<(u32, u32)>,
    /// The document that says so, by its code in the register, and since when; nothing where policy is silent.
    pub source: Option<(String, NaiveDate)>,
}

/// 8:30–12:00 and 13:30–18:00, eight hours: what holds until policy says otherwise.
impl Default for OfficeHours {
    fn default() -> Self {
        Self { periods: vec![(8 * 60 + 30, 12 * 60), (13 * 60 + 30, 18 * 60)], source: None }
    }
}

impl OfficeHours {
    /// The periods as `08:30` and `12:00`.
    pub fn written(&self) -> impl Iterator<Item = (String, String)> {
        let time = |minute: u32| format!("{:02}:{:02}", minute / 60, minute % 60);
        self.periods.iter().map(move |(start, end)| (time(*start), time(*end)))
    }

    /// Minutes worked on a working day.
    #[must_use]
    pub fn minutes(&self) -> u32 {
        self.periods.iter().map(|(start, end)| end - start).sum()
    }
}

impl Calendar {
    /// Takes a year as it stands from now on, in place of what was there.
    pub fn set_year(&mut self, year: Year) {
        self.sheets.insert(year.year, year);
        let sheets = self.sheets.values();
        self.years = sheets.clone().filter(|year| year.status == Status::Final).map(|year| year.year).collect();
        self.days_off = sheets.clone().flat_map(|year| &year.days_off).flat_map(|off| &off.days).copied().collect();
        self.makeup_workdays = sheets.clone().flat_map(|year| &year.makeup_workdays).copied().collect();
        // What the place itself says goes before the notice.
        for Addition { day, is, .. } in sheets.flat_map(|year| &year.additions) {
            match is {
                AdditionIs::Off => {
                    self.makeup_workdays.remove(day);
                    self.days_off.insert(*day);
                }
                AdditionIs::Worked => {
                    self.days_off.remove(day);
                    if is_weekend(*day) {
                        self.makeup_workdays.insert(*day);
                    }
                }
            }
        }
    }

    /// What a year was made of; `None` for one that nobody has entered.
    #[must_use]
    pub fn year(&self, year: i32) -> Option<&Year> {
        self.sheets.get(&year)
    }

    /// Every year that was entered, in order.
    pub fn entered(&self) -> impl Iterator<Item = &Year> {
        self.sheets.values()
    }

    /// The deadline of a span that stood still in the `pauses` that began after it, and from what it was counted.
    #[must_use]
    pub fn count(&self, from: Instant, span: Span, pauses: &[(Instant, Instant)]) -> (Instant, Counted) {
        let due = pauses
            .iter()
            .filter(|(_, resumed)| *resumed > from)
            .fold(self.deadline(from, span), |due, (stopped, resumed)| {
                self.after_pause(due, span, (*(stopped.max(&from)), *resumed))
            });
        (due, Counted { from, span, calendar: self.version })
    }

    /// Whether a deadline counted so may still move, because it runs into a year without the State Council's notice.
    #[must_use]
    pub fn may_move(&self, due: Instant, span: Span) -> bool {
        span.is_by_calendar() && self.is_provisional(due.with_timezone(&ZONE).date_naive())
    }

    /// Whether officials work on `day`.
    #[must_use]
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        if is_weekend(day) { self.makeup_workdays.contains(&day) } else { !self.days_off.contains(&day) }
    }

    /// Whether the deadline rests on a year without the State Council's notice.
    #[must_use]
    pub fn is_provisional(&self, day: NaiveDate) -> bool {
        !self.years.contains(&day.year())
    }

    /// The end of a span that starts at `from`. The first day is not counted; spans in days end with the last
    /// minute of the day (24:00 is written 23:59:59).
    #[must_use]
    pub fn deadline(&self, from: Instant, span: Span) -> Instant {
        let local = from.with_timezone(&ZONE);
        match span {
            Span::Minutes(count) => from + TimeDelta::minutes(count.into()),
            Span::Hours(count) => from + TimeDelta::hours(count.into()),
            Span::Days(count) => end_of(local.date_naive() + Days::new(count.into())),
            Span::WorkingDays(count) => end_of(self.working_day_after(local.date_naive(), count)),
            Span::WorkingHours(count) => self.working_minutes_after(from, i64::from(count) * 60),
        }
    }

    /// The deadline of a span that stood still from the first of the two instants to the second: what was left of it
    /// runs on. A deadline that had passed before stays where it was.
    #[must_use]
    pub fn after_pause(&self, due: Instant, span: Span, (stopped, resumed): (Instant, Instant)) -> Instant {
        if due <= stopped {
            return due;
        }
        let day = |at: Instant| at.with_timezone(&ZONE).date_naive();
        match span {
            Span::Minutes(_) | Span::Hours(_) => due + (resumed - stopped),
            Span::Days(_) => end_of(day(resumed) + (day(due) - day(stopped))),
            Span::WorkingDays(_) => {
                let left = day(stopped).iter_days().skip(1).take_while(|on| *on <= day(due));
                let left = left.filter(|on| self.is_working_day(*on)).count();
                let mut last = self.working_day_after(day(resumed), u16::try_from(left).unwrap_or(u16::MAX));
                while !self.is_working_day(last) {
                    last = last + Days::new(1);
                }
                end_of(last)
            }
            Span::WorkingHours(_) => self.working_minutes_after(resumed, self.working_minutes(stopped, due)),
        }
    }

    /// The minutes of office hours between two instants.
    fn working_minutes(&self, from: Instant, until: Instant) -> i64 {
        let (from, until) = (from.with_timezone(&ZONE).naive_local(), until.with_timezone(&ZONE).naive_local());
        let worked =
            from.date().iter_days().take_while(|day| *day <= until.date()).filter(|day| self.is_working_day(*day));
        worked
            .flat_map(|day| self.office_hours.periods.iter().map(move |hours| (day, *hours)))
            .map(|(day, (start, end))| {
                let at = |minute: u32| day.and_time(chrono::NaiveTime::MIN) + TimeDelta::minutes(minute.into());
                (at(end).min(until) - at(start).max(from)).num_minutes().max(0)
            })
            .sum()
    }

    fn working_day_after(&self, day: NaiveDate, count: u16) -> NaiveDate {
        let mut day = day;
        let mut left = count;
        while left > 0 {
            day = day + Days::new(1);
            if self.is_working_day(day) {
                left -= 1;
            }
        }
        day
    }

    /// Counts through the office hours of working days. A minute that has begun counts as over.
    fn working_minutes_after(&self, from: Instant, mut left: i64) -> Instant {
        let local = from.with_timezone(&ZONE).naive_local();
        let mut day = local.date();
        let mut minute = i64::from(local.num_seconds_from_midnight()).unsigned_abs().div_ceil(60).cast_signed();
        loop {
            if self.is_working_day(day) {
                for &(start, end) in &self.office_hours.periods {
                    let begin = minute.max(i64::from(start));
                    let here = i64::from(end) - begin;
                    if here > 0 && left <= here {
                        return at_minute(day, begin + left);
                    }
                    left -= here.max(0);
                }
            }
            day = day + Days::new(1);
            minute = 0;
        }
    }
}

/// Saturday or Sunday.
pub(super) fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

fn end_of(day: NaiveDate) -> Instant {
    at_minute(day, 24 * 60) - TimeDelta::seconds(1)
}

/// An instant by the minutes after midnight of a day in Beijing.
pub(super) fn at_minute(day: NaiveDate, minute: i64) -> Instant {
    let local = day.and_time(chrono::NaiveTime::MIN) + TimeDelta::minutes(minute);
    ZONE.from_local_datetime(&local).earliest().map_or_else(Instant::default, |at| at.to_utc())
}
