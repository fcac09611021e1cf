//! Moments around a deadline, by the calendar. What is counted in days rings when work begins on that day, so that
//! whoever is told has the day before them; what is counted by the clock rings to the minute.

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Timelike as _};

use super::calendar::Calendar;
use crate::{
    clock::{Instant, ZONE},
    definition::span::Span,
};

impl Calendar {
    /// The moment so long before a deadline.
    #[must_use]
    pub fn before(&self, due: Instant, span: Span) -> Instant {
        match span {
            Span::Minutes(count) => due - TimeDelta::minutes(count.into()),
            Span::Hours(count) => due - TimeDelta::hours(count.into()),
            Span::Days(count) => self.start_of_work(day_of(due) - Days::new(count.into())),
            Span::WorkingDays(count) => self.start_of_work(self.working_day_before(day_of(due), count)),
            Span::WorkingHours(count) => self.working_minutes_before(due, i64::from(count) * 60),
        }
    }

    /// When a deadline is said to be reached: as its day begins where the whole day is left, else to the minute.
    #[must_use]
    pub fn reached(&self, due: Instant) -> Instant {
        let local = due.with_timezone(&ZONE);
        if local.num_seconds_from_midnight() == 24 * 60 * 60 - 1 { self.start_of_work(local.date_naive()) } else { due }
    }

    /// The moment so long after a deadline, without the `pauses`.
    #[must_use]
    pub fn after(&self, due: Instant, span: Span, pauses: &[(Instant, Instant)]) -> Instant {
        let (end, _) = self.count(due, span, pauses);
        match span {
            Span::Days(_) | Span::WorkingDays(_) => self.start_of_work(day_of(end)),
            Span::WorkingHours(_) | Span::Hours(_) | Span::Minutes(_) => end,
        }
    }

    /// The working days after the day of the first instant, up to and with that of the second one.
    #[must_use]
    pub fn working_days_between(&self, from: Instant, until: Instant) -> usize {
        let days = day_of(from).iter_days().skip(1).take_while(|day| *day <= day_of(until));
        days.filter(|day| self.is_working_day(*day)).count()
    }

    fn start_of_work(&self, day: NaiveDate) -> Instant {
        let minute = self.office_hours.periods.first().map_or(0, |(start, _)| *start);
        at_minute(day, minute)
    }

    fn working_day_before(&self, day: NaiveDate, count: u16) -> NaiveDate {
        let (mut day, mut left) = (day, count);
        while left > 0 {
            day = day - Days::new(1);
            if self.is_working_day(day) {
                left -= 1;
            }
        }
        day
    }

    /// Counts back through the office hours of working days.
    fn working_minutes_before(&self, due: Instant, mut left: i64) -> Instant {
        let local = due.with_timezone(&ZONE).naive_local();
        let mut day = local.date();
        let mut until = i64::from(local.num_seconds_from_midnight()) / 60;
        loop {
            if self.is_working_day(day) {
                for (start, end) in
                    self.office_hours.periods.iter().rev().map(|(start, end)| (i64::from(*start), i64::from(*end)))
                {
                    let here = end.min(until) - start;
                    if here > 0 && left <= here {
                        let minute = end.min(until) - left;
                        return at_minute(day, u32::try_from(minute).unwrap_or_default());
                    }
                    left -= here.max(0);
                }
            }
            day = day - Days::new(1);
            until = 24 * 60;
        }
    }
}

fn day_of(at: Instant) -> NaiveDate {
    at.with_timezone(&ZONE).date_naive()
}

fn at_minute(day: NaiveDate, minute: u32) -> Instant {
    let local = day.and_time(NaiveTime::MIN) + TimeDelta::minutes(minute.into());
    ZONE.from_local_datetime(&local).earliest().map_or_else(Instant::default, |at| at.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    /// Friday 27 November 2026, the last minute.
    const FRIDAY: &str = "2026-11-27T15:59:59Z";

    #[test]
    fn days_ring_when_work_begins() {
        let calendar = Calendar::default();
        let due = at(FRIDAY);
        assert_eq!(calendar.before(due, Span::WorkingDays(2)), at("2026-11-25T00:30:00Z"));
        assert_eq!(calendar.before(due, Span::WorkingDays(5)), at("2026-11-20T00:30:00Z"), "over the weekend");
        assert_eq!(calendar.before(due, Span::Days(5)), at("2026-11-22T00:30:00Z"), "a Sunday is a day");
        assert_eq!(calendar.reached(due), at("2026-11-27T00:30:00Z"));
        assert_eq!(calendar.after(due, Span::WorkingDays(1), &[]), at("2026-11-30T00:30:00Z"));
        assert_eq!(calendar.after(due, Span::Days(1), &[]), at("2026-11-28T00:30:00Z"));
    }

    #[test]
    fn hours_ring_to_the_minute() {
        let calendar = Calendar::default();
        let due = at("2026-11-27T02:00:00Z");
        assert_eq!(calendar.reached(due), due);
        assert_eq!(calendar.before(due, Span::Hours(3)), at("2026-11-26T23:00:00Z"));
        assert_eq!(calendar.before(due, Span::WorkingHours(1)), at("2026-11-27T01:00:00Z"));
        assert_eq!(calendar.before(due, Span::WorkingHours(4)), at("2026-11-26T07:30:00Z"), "the afternoon before");
        assert_eq!(calendar.before(at(FRIDAY), Span::WorkingHours(1)), at("2026-11-27T09:00:00Z"));
        assert_eq!(calendar.after(due, Span::Minutes(30), &[]), at("2026-11-27T02:30:00Z"));
    }

    #[test]
    fn what_stood_still_does_not_count_as_late() {
        let calendar = Calendar::default();
        let pause = (at("2026-11-30T02:00:00Z"), at("2026-12-09T02:00:00Z"));
        let after = calendar.after(at(FRIDAY), Span::WorkingDays(2), &[pause]);
        assert_eq!(after, at("2026-12-10T00:30:00Z"), "one day passed before the pause, one passes after it");
        assert_eq!(calendar.working_days_between(at(FRIDAY), at("2026-12-01T02:00:00Z")), 2);
    }
}
