//! Where `initiator` and `previous` lead, when a step returns to them: to a step that stands before on every way here.

use super::steps::Builder;
use crate::definition::model::{Step, StepIndex, StepKind, Who};

/// The first step that the initiator fills in.
const INITIATOR: &str = "initiator";
/// The step before this one.
const PREVIOUS: &str = "previous";

impl Builder<'_, '_> {
    /// The step that `to` means for the step at `index`; a step that is really called so comes first.
    pub(super) fn target_of<'t>(&'t self, index: StepIndex, to: &'t str) -> &'t str {
        if self.done.steps.iter().any(|step| step.name.as_str() == to) {
            return to;
        }
        let before = self.acting_before(index);
        let found = match to {
            PREVIOUS => before.first(),
            INITIATOR => before.iter().rev().find(|step| is_filled_by_the_initiator(step)),
            _ => None,
        };
        found.map_or(to, |step| step.name.as_str())
    }

    /// The steps before that one in its own block and in the blocks around it at which somebody acts, the nearest first.
    fn acting_before(&self, index: StepIndex) -> Vec<&Step> {
        let mut before = Vec::new();
        let mut current = Some(index);
        while let Some(at) = current {
            let step = &self.done.steps[at];
            let block = &self.done.blocks[step.block];
            let earlier = block.steps[..step.offset].iter().rev().map(|index| &self.done.steps[*index]);
            before.extend(earlier.filter(|step| matches!(step.kind, StepKind::Fill(_) | StepKind::Approve(_))));
            current = block.owner.map(|(owner, _)| owner);
        }
        before
    }
}

fn is_filled_by_the_initiator(step: &Step) -> bool {
    matches!(&step.kind, StepKind::Fill(fill) if fill.by == Who::Initiator)
}
