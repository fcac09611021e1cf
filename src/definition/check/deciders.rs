//! Whether anybody may decide at all where nobody decides on a case of their own.

use super::{reader::Reader, steps::StepSpots};
use crate::definition::{
    model::{Definition, StepKind, Who},
    problem::choosing,
};

pub(super) fn check(reader: &mut Reader<'_>, definition: &Definition, spots: &[StepSpots]) {
    for (step, spots) in definition.steps.iter().zip(spots) {
        if let (StepKind::Approve(approve), Some(spot)) = (&step.kind, spots.by)
            // What cannot be read is taken for the initiator.
            && reader.is_sound(spot.at.line)
            && !approve.limits.initiator_may_decide
            && asks_the_initiator_alone(&approve.by)
            && approve.limits.nobody.as_ref().is_none_or(asks_the_initiator_alone)
        {
            reader.report(choosing::asks_who_may_not(spot));
        }
    }
}

fn asks_the_initiator_alone(who: &Who) -> bool {
    match who {
        Who::Initiator => true,
        Who::Union(all) => all.iter().all(asks_the_initiator_alone),
        Who::Chosen(choosing) => asks_the_initiator_alone(&choosing.from),
        Who::Role { .. } | Who::People(_) | Who::Item | Who::Manager { .. } => false,
    }
}
