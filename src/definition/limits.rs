//! Who is kept out of a step.

use std::collections::BTreeSet;

use super::model::StepName;

/// What bounds who may act on a step, beside who is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// `not by`: whoever acted in one of these steps, in this case and at any time, may not act here.
    pub not_by: BTreeSet<StepName>,
    /// `initiator: may decide`: lifts the rule that nobody decides on a case they started.
    pub initiator_may_decide: bool,
}
