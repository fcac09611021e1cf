//! What is certain where a choice is entered, because it stands in a branch of another one.

use std::collections::BTreeSet;

use crate::definition::{
    BlockIndex, Definition, Step, StepKind,
    condition::{Condition, outcome_name, votes_name},
};

/// The conditions of the branches around `step` that still hold when it is entered: those of names that nothing has
/// changed since. What is known of a project may be imported anew at any time, and branches side by side may write
/// what this one reads; so there nothing is certain.
pub fn certain<'d>(definition: &'d Definition, step: &Step) -> Vec<(&'d Condition, bool)> {
    let (mut found, mut block) = (Vec::new(), step.block);
    while let Some((owner, branch)) = definition.blocks[block].owner {
        let owner = &definition.steps[owner];
        let StepKind::Choose(choose) = &owner.kind else { return Vec::new() };
        let changed = changed_in(definition, block);
        let lasts = |condition: &Condition| condition.reads().iter().all(|name| lasts(name, &changed));
        let earlier = choose.branches.iter().take(branch).map(|(condition, _)| (condition, false));
        let taken = choose.branches.get(branch).map(|(condition, _)| (condition, true));
        found.extend(earlier.chain(taken).filter(|(condition, _)| lasts(condition)));
        block = owner.block;
    }
    found
}

fn lasts(name: &str, changed: &BTreeSet<String>) -> bool {
    let root = name.split('.').next().unwrap_or_default();
    matches!(root, "form" | "outcome" | "votes" | "case" | "policy") && !changed.contains(name)
}

/// The names that the steps of a block, and of the blocks in it, may change.
fn changed_in(definition: &Definition, block: BlockIndex) -> BTreeSet<String> {
    let inside = |step: &&Step| {
        let mut at = step.block;
        while at != block {
            let Some((owner, _)) = definition.blocks[at].owner else { return false };
            at = definition.steps[owner].block;
        }
        true
    };
    let mut changed = BTreeSet::new();
    for step in definition.steps.iter().filter(inside) {
        changed.insert(outcome_name(step.name.as_str()));
        changed.extend(step.kind.votes().iter().map(|counted| votes_name(step.name.as_str(), counted)));
        changed.extend(step.edits().iter().map(|field| format!("form.{field}")));
    }
    changed
}
