//! Ways back: to an earlier step of the same block, or of a block around it.

use super::{reader::Reader, steps::ReturnUse};
use crate::definition::{
    model::{BlockIndex, Definition, Resume, StepIndex, StepKind},
    problem::{
        flow,
        names::{self, Thing},
    },
};

pub(super) fn check(reader: &mut Reader<'_>, definition: &Definition, returns: &[ReturnUse]) {
    for way in returns {
        let spot = way.spot;
        let Some(target) = definition.steps.iter().position(|step| step.name.as_str() == way.to) else {
            let known: Vec<_> = definition.steps.iter().filter(|s| acts(&s.kind)).map(|s| s.name.as_str()).collect();
            reader.report(names::unknown(spot, Thing::Step, &way.to, &known));
            continue;
        };
        let step = &definition.steps[target];
        let around = blocks_around(definition, way.from);
        if let Some(&(_, from)) = around.iter().find(|(block, _)| *block == step.block) {
            if step.offset >= definition.steps[from].offset {
                reader.report(flow::not_earlier(spot, &way.to));
            } else if !acts(&step.kind) {
                reader.report(flow::nobody_acts_there(spot, &way.to));
            } else if way.resume == Resume::Here && step.block != definition.steps[way.from].block {
                reader.report(flow::resume_across(spot, &way.to));
            }
        } else if target > way.from && !shares_choice(definition, target, way.from) {
            reader.report(flow::not_earlier(spot, &way.to));
        } else {
            reader.report(flow::other_branch(spot, &way.to));
        }
    }
}

/// The blocks that `step` stands in, from the inside out, each with the step of that block it stands in or is.
fn blocks_around(definition: &Definition, step: StepIndex) -> Vec<(BlockIndex, StepIndex)> {
    let mut around = Vec::new();
    let mut current = Some(step);
    while let Some(index) = current {
        let block = definition.steps[index].block;
        around.push((block, index));
        current = definition.blocks[block].owner.map(|(owner, _)| owner);
    }
    around
}

/// Whether both stand in the same choose or parallel, though in different branches.
fn shares_choice(definition: &Definition, a: StepIndex, b: StepIndex) -> bool {
    let owners = |step| -> Vec<_> {
        blocks_around(definition, step).into_iter().map(|(_, index)| index).filter(|index| *index != step).collect()
    };
    let theirs = owners(b);
    owners(a).iter().any(|owner| theirs.contains(owner))
}

const fn acts(kind: &StepKind) -> bool {
    matches!(kind, StepKind::Fill(_) | StepKind::Approve(_))
}
