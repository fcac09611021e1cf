//! Durations whose unit cannot be misread.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::language::Lang;

/// A duration as a definition writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Span {
    /// `5 working days`, `5个工作日`: days of the State Council's calendar.
    WorkingDays(u16),
    /// `20 days`, `20日`: calendar days, as 预算法 counts.
    Days(u16),
    /// `8 working hours`, `8个工作小时`.
    WorkingHours(u16),
    /// `2 hours`, `2小时`: hours of the clock.
    Hours(u16),
    /// `30 minutes`, `30分钟`.
    Minutes(u16),
}

/// The text is no duration; the sentence for people is in the checker.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a duration: write “5 working days”, “20 days”, “8 working hours”, “2 hours” or “30 minutes”")]
pub struct NotASpan;

impl FromStr for Span {
    type Err = NotASpan;

    fn from_str(text: &str) -> Result<Self, NotASpan> {
        let text = text.trim();
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (count, unit) = text.split_at(digits);
        let count: u16 = count.parse().map_err(|_| NotASpan)?;
        if count == 0 {
            return Err(NotASpan);
        }
        match unit.trim_start() {
            "working day" | "working days" | "个工作日" | "工作日" => Ok(Self::WorkingDays(count)),
            "day" | "days" | "日" => Ok(Self::Days(count)),
            "working hour" | "working hours" | "个工作小时" | "工作小时" => Ok(Self::WorkingHours(count)),
            "hour" | "hours" | "小时" | "个小时" => Ok(Self::Hours(count)),
            "minute" | "minutes" | "分钟" => Ok(Self::Minutes(count)),
            _ => Err(NotASpan),
        }
    }
}

impl Span {
    /// Whether it is counted in working days, so that it depends on the State Council's calendar.
    #[must_use]
    pub const fn is_by_calendar(self) -> bool {
        match self {
            Self::WorkingDays(_) | Self::WorkingHours(_) => true,
            Self::Days(_) | Self::Hours(_) | Self::Minutes(_) => false,
        }
    }

    /// The duration so many times over.
    #[must_use]
    pub const fn times(self, times: u16) -> Self {
        match self {
            Self::WorkingDays(count) => Self::WorkingDays(count.saturating_mul(times)),
            Self::Days(count) => Self::Days(count.saturating_mul(times)),
            Self::WorkingHours(count) => Self::WorkingHours(count.saturating_mul(times)),
            Self::Hours(count) => Self::Hours(count.saturating_mul(times)),
            Self::Minutes(count) => Self::Minutes(count.saturating_mul(times)),
        }
    }

    /// The duration in words.
    #[must_use]
    pub fn words(self, lang: Lang) -> String {
        let (count, zh, one, many) = match self {
            Self::WorkingDays(count) => (count, "个工作日", "working day", "working days"),
            Self::Days(count) => (count, "日", "day", "days"),
            Self::WorkingHours(count) => (count, "个工作小时", "working hour", "working hours"),
            Self::Hours(count) => (count, "小时", "hour", "hours"),
            Self::Minutes(count) => (count, "分钟", "minute", "minutes"),
        };
        match lang {
            Lang::Zh => format!("{count}{zh}"),
            Lang::En => format!("{count} {}", if count == 1 { one } else { many }),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(Lang::En))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_name_the_same_span() {
        assert_eq!("5 working days".parse(), "5个工作日".parse::<Span>());
        assert_eq!("20日".parse(), Ok(Span::Days(20)));
        assert_eq!("1 working hour".parse(), Ok(Span::WorkingHours(1)));
    }

    #[test]
    fn bare_numbers_iso_periods_and_zero_are_refused() {
        for text in ["5", "P1D", "0 days", "five days", "1.5 days", "-1 days", "3 weeks", ""] {
            assert_eq!(text.parse::<Span>(), Err(NotASpan), "{text}");
        }
    }
}
