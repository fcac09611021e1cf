//! The way through the steps: what can be reached, what ends, what is declared and never used.

use std::collections::BTreeSet;

use super::{reader::Reader, steps::StepSpots};
use crate::definition::{
    model::{Approve, BlockIndex, Definition, GradeRoute, Outcome, StepIndex, StepKind},
    problem::{Spot, flow},
};

pub(super) fn check(
    reader: &mut Reader<'_>,
    definition: &Definition,
    outcomes: &[(Outcome, Spot)],
    spots: &[StepSpots],
) {
    let walk = Walk { definition, spots };
    if walk.goes_on(reader, 0)
        && let Some(last) = definition.blocks[0].steps.last()
    {
        reader.report(flow::runs_off(spots[*last].name, definition.steps[*last].name.as_str()));
    }
    walk.ends_in_parallel(reader);
    let reached: BTreeSet<_> = definition.steps.iter().flat_map(|step| reached(&step.kind)).collect();
    for (outcome, spot) in outcomes {
        if outcome.as_str() != "withdrawn" && !reached.contains(outcome) {
            reader.report(flow::outcome_not_reached(*spot, outcome.as_str()));
        }
    }
}

struct Walk<'a> {
    definition: &'a Definition,
    spots: &'a [StepSpots],
}

impl Walk<'_> {
    /// Whether a case that enters the block can come out at its end. Reports the steps behind the point where not.
    fn goes_on(&self, reader: &mut Reader<'_>, block: BlockIndex) -> bool {
        let mut stopped: Option<StepIndex> = None;
        for &index in &self.definition.blocks[block].steps {
            let step = &self.definition.steps[index];
            if let Some(before) = stopped {
                let before = self.definition.steps[before].name.as_str();
                reader.report(flow::unreachable(self.spots[index].name, step.name.as_str(), before));
                return false;
            }
            if !self.step_goes_on(reader, index) {
                stopped = Some(index);
            }
        }
        stopped.is_none()
    }

    fn step_goes_on(&self, reader: &mut Reader<'_>, index: StepIndex) -> bool {
        match &self.definition.steps[index].kind {
            StepKind::End(_) => false,
            StepKind::Approve(Approve { grades, .. }) => {
                grades.is_empty() || grades.iter().any(|grade| grade.route == GradeRoute::Next)
            }
            StepKind::Choose(choose) => {
                let blocks = choose.branches.iter().map(|(_, block)| *block).chain(choose.otherwise);
                let through: Vec<_> = blocks.map(|block| self.goes_on(reader, block)).collect();
                choose.otherwise.is_none() || through.contains(&true)
            }
            StepKind::Parallel(parallel) => {
                let through: Vec<_> = parallel.branches.iter().map(|(_, b)| self.goes_on(reader, *b)).collect();
                !through.contains(&false)
            }
            StepKind::Each(each) => self.goes_on(reader, each.block),
            StepKind::Fill(_)
            | StepKind::Gate(_)
            | StepKind::Wait(_)
            | StepKind::Start(_)
            | StepKind::Do(_)
            | StepKind::Record(_)
            | StepKind::Notify(_) => true,
        }
    }

    fn ends_in_parallel(&self, reader: &mut Reader<'_>) {
        for (index, step) in self.definition.steps.iter().enumerate() {
            if matches!(step.kind, StepKind::End(_)) && self.definition.split_around(step).is_some() {
                reader.report(flow::end_in_parallel(self.spots[index].name));
            }
        }
    }
}

/// The outcomes a step can end the case as.
fn reached(kind: &StepKind) -> Vec<&Outcome> {
    match kind {
        StepKind::End(outcome) => vec![outcome],
        StepKind::Approve(approve) => {
            let graded = approve.grades.iter().filter_map(|grade| match &grade.route {
                GradeRoute::End(outcome) => Some(outcome),
                GradeRoute::Next | GradeRoute::Return(_) => None,
            });
            approve.reject.iter().chain(graded).chain(approve.mode.fails_as()).collect()
        }
        StepKind::Fill(_)
        | StepKind::Gate(_)
        | StepKind::Choose(_)
        | StepKind::Parallel(_)
        | StepKind::Each(_)
        | StepKind::Wait(_)
        | StepKind::Start(_)
        | StepKind::Do(_)
        | StepKind::Record(_)
        | StepKind::Notify(_) => Vec::new(),
    }
}
