//! What lies before a step: every case that comes to it has passed it.

use crate::definition::{BlockIndex, Definition, Step, StepIndex, StepKind};

/// The steps that stand before `step` in its own block and in those around it, in the order of the way.
pub(super) fn before(definition: &Definition, step: &Step) -> Vec<StepIndex> {
    let mut found: Vec<StepIndex> = Vec::new();
    let mut here = Some(step);
    while let Some(step) = here {
        let block = &definition.blocks[step.block];
        found.splice(0..0, block.steps[..step.offset].iter().copied());
        here = block.owner.map(|(owner, _)| &definition.steps[owner]);
    }
    found
}

/// The branches in which a step stands, from the inside out.
pub(super) fn around<'d>(definition: &'d Definition, step: &Step) -> Vec<(&'d Step, usize)> {
    let mut found = Vec::new();
    let mut owner = definition.blocks[step.block].owner;
    while let Some((index, branch)) = owner {
        let step = &definition.steps[index];
        found.push((step, branch));
        owner = definition.blocks[step.block].owner;
    }
    found
}

/// The blocks of a step, in order.
pub(super) fn blocks(step: &Step) -> Vec<BlockIndex> {
    match &step.kind {
        StepKind::Choose(choose) => choose.branches.iter().map(|(_, block)| *block).chain(choose.otherwise).collect(),
        StepKind::Parallel(parallel) => parallel.branches.iter().map(|(_, block)| *block).collect(),
        StepKind::Each(each) => vec![each.block],
        StepKind::Wait(_)
        | StepKind::Start(_)
        | StepKind::Fill(_)
        | StepKind::Approve(_)
        | StepKind::Gate(_)
        | StepKind::Do(_)
        | StepKind::Record(_)
        | StepKind::Notify(_)
        | StepKind::End(_) => Vec::new(),
    }
}

/// A step with everything inside it.
pub(super) fn inside(definition: &Definition, step: StepIndex) -> Vec<StepIndex> {
    let mut found = vec![step];
    found.extend(blocks(&definition.steps[step]).into_iter().flat_map(|block| within(definition, block)));
    found
}

/// Everything inside a block.
pub(super) fn within(definition: &Definition, block: BlockIndex) -> Vec<StepIndex> {
    definition.blocks[block].steps.iter().flat_map(|step| inside(definition, *step)).collect()
}
