//! Who is kept out of a step, and who may not be brought in.

use std::collections::BTreeSet;

use super::model::{Step, StepKind, StepName, Who};

/// What bounds who may act on a step, beside who is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// `not by`: whoever acted in one of these steps, in this case and at any time, may not act here.
    pub not_by: BTreeSet<StepName>,
    /// `initiator: may decide`: lifts the rule that nobody decides on a case they started.
    pub initiator_may_decide: bool,
    /// `transfer: no`: a task of the step may not be given away.
    pub no_transfer: bool,
    /// `add signer: no`: those who are asked may not add others.
    pub no_signers: bool,
    /// `nobody`: who is asked where nobody may act. `None` holds the case and tells the workflow administrator.
    pub nobody: Option<Who>,
}

impl Step {
    /// What bounds who may act on it; `None` where nobody acts.
    #[must_use]
    pub const fn limits(&self) -> Option<&Limits> {
        match &self.kind {
            StepKind::Fill(fill) => Some(&fill.limits),
            StepKind::Approve(approve) => Some(&approve.limits),
            StepKind::Gate(_)
            | StepKind::Choose(_)
            | StepKind::Parallel(_)
            | StepKind::Each(_)
            | StepKind::Wait(_)
            | StepKind::Start(_)
            | StepKind::Do(_)
            | StepKind::Record(_)
            | StepKind::Notify(_)
            | StepKind::End(_) => None,
        }
    }

    /// Whether whoever acted in `step` may not act here.
    #[must_use]
    pub fn keeps_out(&self, step: &StepName) -> bool {
        self.limits().is_some_and(|limits| limits.not_by.contains(step))
    }
}
