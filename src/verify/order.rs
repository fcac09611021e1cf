//! Which steps may be done before which, over every way and every return.

use super::places::{After, Branch, Places};
use crate::definition::{FieldName, StepIndex, StepKind};

/// The steps that can come after each step that writes fields.
pub(super) struct Order<'a, 'd> {
    places: &'a Places<'d>,
    /// Steps that write, each with what can come after it.
    writers: Vec<(StepIndex, Vec<bool>)>,
}

impl<'a, 'd> Order<'a, 'd> {
    pub(super) fn of(places: &'a Places<'d>) -> Self {
        let steps = 0..places.definition.steps.len();
        let next: Vec<_> = steps.clone().map(|step| successors(places, step)).collect();
        let writers = steps.filter(|step| !places.edits(*step).is_empty());
        let writers = writers.map(|step| (step, reachable(&next, step))).collect();
        Self { places, writers }
    }

    /// Whether some way writes the field before the step is done, or while it is.
    pub(super) fn may_be_written_before(&self, field: &FieldName, step: StepIndex) -> bool {
        self.writers.iter().any(|(writer, after)| {
            let before = *writer == step || after[step] || self.places.are_sisters(*writer, step);
            before && self.places.edits(*writer).contains(field)
        })
    }
}

/// The steps that come after one, by the steps that come right after each.
pub(super) fn reachable(next: &[Vec<StepIndex>], from: StepIndex) -> Vec<bool> {
    let mut reached = vec![false; next.len()];
    let mut open = next[from].clone();
    while let Some(step) = open.pop() {
        if !reached[step] {
            reached[step] = true;
            open.extend(&next[step]);
        }
    }
    reached
}

/// The steps that may come right after one.
fn successors(places: &Places<'_>, step: StepIndex) -> Vec<StepIndex> {
    let back = places.definition.steps[step].ways_back().into_iter().filter_map(|route| places.target(route));
    ahead(places, step).into_iter().chain(back).collect()
}

/// The steps that may come right after one that does not return the case.
pub(super) fn ahead(places: &Places<'_>, step: StepIndex) -> Vec<StepIndex> {
    let definition = places.definition;
    let first = |block: usize| definition.blocks[block].steps.first().copied();
    let mut next = Vec::new();
    // The branches of a parallel step go on side by side.
    for branch in places.around(step) {
        let others = (0..places.branches(branch.parallel)).filter(|no| *no != branch.no);
        next.extend(others.filter_map(|no| places.first(Branch { no, ..*branch })));
    }
    if let After::Branch(branch) = places.after(step) {
        // The next item of a list.
        next.extend(places.each(branch.parallel).and_then(|each| first(each.block)));
    }
    match places.kind(step) {
        StepKind::Choose(choose) => {
            next.extend(choose.branches.iter().map(|(_, block)| *block).chain(choose.otherwise).filter_map(first));
            if choose.otherwise.is_none() {
                next.extend(beyond(places, step));
            }
        }
        StepKind::Each(each) => next.extend(first(each.block).into_iter().chain(beyond(places, step))),
        StepKind::Parallel(parallel) => next.extend(parallel.branches.iter().filter_map(|(_, block)| first(*block))),
        StepKind::Approve(_)
        | StepKind::Fill(_)
        | StepKind::Gate(_)
        | StepKind::Wait(_)
        | StepKind::Start(_)
        | StepKind::Do(_)
        | StepKind::Record(_)
        | StepKind::Notify(_) => next.extend(beyond(places, step)),
        StepKind::End(_) => {}
    }
    next
}

/// What comes after a step, with the branches of a parallel step one after another.
fn beyond(places: &Places<'_>, step: StepIndex) -> Option<StepIndex> {
    match places.after(step) {
        After::Step(next) => Some(next),
        After::Branch(branch) => {
            places.first(Branch { no: branch.no + 1, ..branch }).or_else(|| beyond(places, branch.parallel))
        }
        After::Nothing => None,
    }
}
