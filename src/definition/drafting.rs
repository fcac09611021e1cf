//! Where the draft of a definition is written, and where it is approved, in a workflow with `about: definition`.

use super::model::{Step, StepKind, Who};

impl Step {
    /// Whether the draft that the case is about may be written while this step waits: its author fills it in.
    #[must_use]
    pub fn lets_the_draft_be_written(&self) -> bool {
        matches!(&self.kind, StepKind::Fill(fill) if asks_the_initiator(&fill.by)) && self.handoff.is_none()
    }

    /// Whether people approve here. What another organ does with a package is no approval.
    #[must_use]
    pub const fn is_an_approval(&self) -> bool {
        matches!(self.kind, StepKind::Approve(_)) && self.handoff.is_none()
    }

    /// Whether somebody else than the author approves here, always.
    #[must_use]
    pub fn has_somebody_else_approve(&self) -> bool {
        self.is_an_approval() && self.limits().is_some_and(|limits| !limits.initiator_may_decide)
    }
}

fn asks_the_initiator(who: &Who) -> bool {
    match who {
        Who::Initiator => true,
        Who::Union(all) => all.iter().any(asks_the_initiator),
        Who::Role { .. } | Who::People(_) | Who::Item | Who::Chosen(_) | Who::Manager { .. } => false,
    }
}
