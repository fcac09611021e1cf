//! What a `wait` step waits for.

use std::{fmt, str::FromStr};

use chrono::NaiveDate;

use super::{
    model::{FactName, FactValue, FieldName},
    span::Span,
};

/// What a `wait` step waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wait {
    /// So long, from the moment the step is entered.
    For(Span),
    /// The beginning of a day of the budget year.
    UntilDay(YearDay),
    /// The beginning of the day that a date field holds when the step is entered.
    UntilField(FieldName),
    /// A fact of the case's own project and year.
    Fact {
        /// Its kind.
        fact: FactName,
        /// The values that end the waiting.
        is: Vec<FactValue>,
    },
}

/// A day that every year has, written `08-31`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct YearDay {
    month: u32,
    day: u32,
}

/// The text is no day that every year has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a day of every year: write month and day, such as “08-31”")]
pub struct NotAYearDay;

/// A year without 29 February.
const COMMON_YEAR: i32 = 2027;

impl YearDay {
    /// That day of `year`.
    #[must_use]
    pub fn of(self, year: i32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(year, self.month, self.day)
    }
}

impl FromStr for YearDay {
    type Err = NotAYearDay;

    fn from_str(text: &str) -> Result<Self, NotAYearDay> {
        let (month, day) = text.split_once('-').ok_or(NotAYearDay)?;
        let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        if !two_digits(month) || !two_digits(day) {
            return Err(NotAYearDay);
        }
        let (month, day) = (month.parse().map_err(|_| NotAYearDay)?, day.parse().map_err(|_| NotAYearDay)?);
        NaiveDate::from_ymd_opt(COMMON_YEAR, month, day).map(|_| Self { month, day }).ok_or(NotAYearDay)
    }
}

impl fmt::Display for YearDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02}", self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_one_that_every_year_has() {
        let day: YearDay = "08-31".parse().unwrap();
        assert_eq!(day.of(2028), NaiveDate::from_ymd_opt(2028, 8, 31));
        assert_eq!(day.to_string(), "08-31");
        for text in ["02-29", "13-01", "8-31", "08-32", "2027-08-31", "08/31", ""] {
            assert_eq!(text.parse::<YearDay>(), Err(NotAYearDay), "{text}");
        }
    }
}
