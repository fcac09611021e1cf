//! What each day of the calendar is, and what makes it so.

use chrono::{Datelike as _, NaiveDate};

use super::{calendar::Calendar, calendar_file::AdditionIs};

/// What a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayKind {
    /// An ordinary working day.
    Work,
    /// A weekend day.
    Free,
    /// A holiday by the notice.
    Off,
    /// A weekend day that is worked by the notice.
    Makeup,
    /// Off by a decision of the place.
    LocalOff,
    /// Worked by a decision of the place.
    LocalWork,
}

impl DayKind {
    /// The word for it, stable.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Work => "work",
            Self::Free => "free",
            Self::Off => "off",
            Self::Makeup => "makeup",
            Self::LocalOff => "local-off",
            Self::LocalWork => "local-work",
        }
    }

    /// Whether it is one of those that no weekday tells.
    #[must_use]
    pub const fn is_special(self) -> bool {
        match self {
            Self::Work | Self::Free => false,
            Self::Off | Self::Makeup | Self::LocalOff | Self::LocalWork => true,
        }
    }
}

impl Calendar {
    /// What a day is, with the name of the holiday or the document of the place; empty where there is neither.
    #[must_use]
    pub fn kind_of(&self, day: NaiveDate) -> (DayKind, String) {
        let own = self.year(day.year()).into_iter();
        let local = own.flat_map(|year| &year.additions).find(|local| local.day == day);
        if let Some(local) = local {
            let kind = match local.is {
                AdditionIs::Off => DayKind::LocalOff,
                AdditionIs::Worked => DayKind::LocalWork,
            };
            return (kind, local.document.clone());
        }
        let holidays = self.entered().flat_map(|year| &year.days_off);
        let named = holidays.filter(|off| off.days.contains(&day)).map(|off| off.holiday.clone()).next();
        match (self.is_working_day(day), named) {
            (true, _) if self.makeup_workdays.contains(&day) => (DayKind::Makeup, String::new()),
            (true, _) => (DayKind::Work, String::new()),
            (false, Some(name)) => (DayKind::Off, name),
            (false, None) => (DayKind::Free, String::new()),
        }
    }

    /// How many days of a year are worked.
    #[must_use]
    pub fn working_days_of(&self, year: i32) -> usize {
        days_of(year).filter(|day| self.is_working_day(*day)).count()
    }
}

/// Every day of a year.
pub fn days_of(year: i32) -> impl Iterator<Item = NaiveDate> {
    let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
    first.iter_days().take_while(move |day| day.year() == year)
}
