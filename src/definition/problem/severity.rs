//! How much each kind of problem weighs.

use super::{Code, Severity};

impl Code {
    /// How much a problem of this kind weighs.
    #[must_use]
    pub const fn severity(self) -> Severity {
        if matches!(
            self,
            Self::AlwaysHolds
                | Self::BranchesOverlap
                | Self::OtherwiseNeverTaken
                | Self::NotWithTodaysPolicy
                | Self::NobodyStarts
                | Self::NobodyActs
                | Self::TooFewPeople
        ) {
            Severity::Warning
        } else if matches!(
            self,
            Self::OtherwiseAlone | Self::BranchNotDecided | Self::InTime | Self::OnePerson | Self::PeopleNotDecided
        ) {
            Severity::Information
        } else {
            Severity::Error
        }
    }
}
