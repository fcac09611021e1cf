//! An effect that a case has once: no case that has had it comes to it again, in another place or after a return.

use std::collections::BTreeSet;

use super::{reader::Reader, steps::StepSpots};
use crate::definition::{
    model::{BlockIndex, Definition, EffectName, GradeRoute, Resume, ReturnRoute, StepIndex, StepKind, StepName},
    problem::effects,
    registry,
};

pub(super) fn check(reader: &mut Reader<'_>, definition: &Definition, spots: &[StepSpots]) {
    let mut walk = Walk { definition, back: vec![Had::new(); definition.steps.len()], again: BTreeSet::new() };
    // What a way back brings to an earlier step is known behind it only, so the walk is gone until nothing is added. Each
    // walk adds an effect to a step, of which there are finitely many of both.
    loop {
        let before = walk.back.clone();
        walk.block(0, Had::new());
        if walk.back == before {
            break;
        }
    }
    for index in walk.again {
        let StepKind::Do(effect) = &definition.steps[index].kind else { continue };
        reader.report(effects::twice(spots[index].name, effect.as_str()));
    }
}

/// The effects that a case may have had.
type Had = BTreeSet<EffectName>;

struct Walk<'d> {
    definition: &'d Definition,
    /// What a case may have had that is returned to the step.
    back: Vec<Had>,
    /// The effects to which some case comes again.
    again: BTreeSet<StepIndex>,
}

impl Walk<'_> {
    /// What a case may have had behind the block; `None` when none comes out of it.
    fn block(&mut self, block: BlockIndex, mut had: Had) -> Option<Had> {
        for &index in &self.definition.blocks[block].steps {
            had = self.step(index, had)?;
        }
        Some(had)
    }

    fn step(&mut self, index: StepIndex, mut had: Had) -> Option<Had> {
        let definition = self.definition;
        had.extend(self.back[index].iter().cloned());
        match &definition.steps[index].kind {
            StepKind::End(_) => None,
            StepKind::Do(effect) => {
                if registry::needs_of(effect.as_str()).once && !had.insert(effect.clone()) {
                    self.again.insert(index);
                }
                Some(had)
            }
            StepKind::Approve(approve) => {
                for route in definition.steps[index].ways_back() {
                    self.returns(route, &had);
                }
                let goes_on = approve.grades.is_empty() || approve.grades.iter().any(|g| g.route == GradeRoute::Next);
                goes_on.then_some(had)
            }
            StepKind::Choose(choose) => {
                let blocks = choose.branches.iter().map(|(_, block)| *block).chain(choose.otherwise);
                let mut ways: Vec<_> = blocks.filter_map(|block| self.block(block, had.clone())).collect();
                ways.extend(choose.otherwise.is_none().then_some(had));
                ways.into_iter().reduce(|a, b| &a | &b)
            }
            StepKind::Parallel(parallel) => {
                let beside: Vec<_> = parallel.branches.iter().map(|(_, block)| self.inside(*block)).collect();
                let blocks = parallel.branches.iter().enumerate();
                let ways: Vec<_> = blocks
                    .map(|(at, (_, block))| {
                        let others = beside.iter().enumerate().filter(|(other, _)| *other != at);
                        let before = others.fold(had.clone(), |had, (_, other)| &had | other);
                        self.block(*block, before)
                    })
                    .collect();
                let ways: Option<Vec<_>> = ways.into_iter().collect();
                ways.map(|ways| ways.into_iter().fold(had, |a, b| &a | &b))
            }
            StepKind::Each(each) => {
                self.block(each.block, had.clone());
                Some(had)
            }
            StepKind::Fill(_)
            | StepKind::Gate(_)
            | StepKind::Wait(_)
            | StepKind::Start(_)
            | StepKind::Record(_)
            | StepKind::Notify(_) => Some(had),
        }
    }

    /// A case that has had `had` is done again from the target on. With `resume: here` the target alone is, unless it
    /// returns the case further.
    fn returns(&mut self, route: &ReturnRoute, had: &Had) {
        let steps = &self.definition.steps;
        let place = |name: &StepName| steps.iter().position(|step| step.name == *name);
        let Some(target) = place(&route.to) else { return };
        let further: Vec<_> = match route.resume {
            Resume::Through => vec![target],
            Resume::Here => steps[target].ways_back().into_iter().filter_map(|route| place(&route.to)).collect(),
        };
        for target in further {
            self.back[target].extend(had.iter().cloned());
        }
    }

    /// The effects of a block and of the blocks inside of it that a case has once.
    fn inside(&self, block: BlockIndex) -> Had {
        let definition = self.definition;
        let steps = steps_inside(definition, block).map(|index| &definition.steps[index]);
        let effects = steps.filter_map(|step| if let StepKind::Do(effect) = &step.kind { Some(effect) } else { None });
        effects.filter(|effect| registry::needs_of(effect.as_str()).once).cloned().collect()
    }
}

/// The steps of a block and of the blocks inside of it.
pub(super) fn steps_inside(definition: &Definition, block: BlockIndex) -> impl Iterator<Item = StepIndex> {
    let within = move |start: BlockIndex| {
        let mut current = Some(start);
        while let Some(at) = current {
            if at == block {
                return true;
            }
            current = definition.blocks[at].owner.map(|(owner, _)| definition.steps[owner].block);
        }
        false
    };
    (0..definition.steps.len()).filter(move |index| within(definition.steps[*index].block))
}
