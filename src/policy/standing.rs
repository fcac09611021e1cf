//! How firmly a piece of policy stands, who issued it, where and when it holds.

use chrono::NaiveDate;
use serde::Deserialize;

/// How firmly a value stands. Only what stands in a law may be fixed anywhere but in policy data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Read in the text of a law.
    Law,
    /// Read in a rule or its quotation.
    Rule,
    /// Seen in published forms or systems in use.
    Field,
    /// Customary; to be confirmed by the place that uses it.
    Default,
}

/// The days on which something holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// The first day.
    pub from: NaiveDate,
    /// The last day; open when `None`.
    pub until: Option<NaiveDate>,
}

impl Validity {
    /// Whether `day` lies in it.
    #[must_use]
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    /// Whether the two share a day.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.until.is_none_or(|until| other.from <= until) && other.until.is_none_or(|until| self.from <= until)
    }
}
