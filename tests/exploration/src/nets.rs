//! A definition as a workflow net: steps are transitions, and a token is where a case stands. Only what such a net can say
//! is translated: steps one after another, choices, branches side by side, and returns that stay in their own branch.

use serde::Serialize;

use crate::definition::{Approve, Definition, GradeRoute, Mode, Resume, ReturnRoute, StepIndex, StepKind};

/// A net: place 0 is the source and place 1 the sink.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Net {
    /// How many places.
    pub places: usize,
    /// From which places to which each transition takes the tokens.
    pub transitions: Vec<(Vec<usize>, Vec<usize>)>,
}

/// Something that a plain net cannot say: a fact, a list, somebody who cancels what others do.
struct Beyond;

/// The net of a definition; `None` where it is beyond one.
#[must_use]
pub fn net(definition: &Definition) -> Option<Net> {
    let entered = definition.steps.len() + 2;
    let mut building = Building { definition, net: Net { places: entered, transitions: Vec::new() } };
    building.block(0, 1).ok()?;
    let first = building.entry(*definition.blocks[0].steps.first()?);
    building.net.transitions.push((vec![0], vec![first]));
    Some(building.net)
}

struct Building<'d> {
    definition: &'d Definition,
    net: Net,
}

impl Building<'_> {
    /// The place in which a case stands that comes to a step.
    const fn entry(&self, step: StepIndex) -> usize {
        step + 2
    }

    fn place(&mut self) -> usize {
        self.net.places += 1;
        self.net.places - 1
    }

    fn moves(&mut self, from: usize, to: usize) {
        self.net.transitions.push((vec![from], vec![to]));
    }

    /// The steps of a block, the last of which leads to `then`.
    fn block(&mut self, block: usize, then: usize) -> Result<(), Beyond> {
        let steps = self.definition.blocks[block].steps.clone();
        for (at, step) in steps.iter().enumerate() {
            let next = steps.get(at + 1).map_or(then, |next| self.entry(*next));
            self.step(*step, next)?;
        }
        Ok(())
    }

    fn step(&mut self, step: StepIndex, next: usize) -> Result<(), Beyond> {
        let here = self.entry(step);
        match &self.definition.steps[step].kind {
            StepKind::Fill(_) | StepKind::Do(_) | StepKind::Notify(_) => self.moves(here, next),
            StepKind::End(_) => self.moves(here, 1),
            StepKind::Approve(approve) => self.approve(step, approve, next)?,
            StepKind::Choose(choose) => {
                for (_, block) in &choose.branches {
                    self.branch(here, *block, next)?;
                }
                match choose.otherwise {
                    Some(block) => self.branch(here, block, next)?,
                    None => self.moves(here, next),
                }
            }
            StepKind::Parallel(parallel) => {
                let (mut begun, mut done) = (Vec::new(), Vec::new());
                for (_, block) in &parallel.branches {
                    let end = self.place();
                    self.block(*block, end)?;
                    begun.push(self.entry(self.definition.blocks[*block].steps[0]));
                    done.push(end);
                }
                self.net.transitions.push((vec![here], begun));
                self.net.transitions.push((done, vec![next]));
            }
            StepKind::Gate(_) | StepKind::Each(_) | StepKind::Wait(_) | StepKind::Start(_) | StepKind::Record(_) => {
                return Err(Beyond);
            }
        }
        Ok(())
    }

    fn branch(&mut self, here: usize, block: usize, next: usize) -> Result<(), Beyond> {
        let first = self.entry(self.definition.blocks[block].steps[0]);
        self.moves(here, first);
        self.block(block, next)
    }

    fn approve(&mut self, step: StepIndex, approve: &Approve, next: usize) -> Result<(), Beyond> {
        let here = self.entry(step);
        if approve.mode != Mode::Any {
            return Err(Beyond);
        }
        if approve.grades.is_empty() {
            self.moves(here, next);
        }
        if approve.reject.is_some() {
            self.ends(step)?;
        }
        for route in &approve.return_to {
            self.goes_back(step, route)?;
        }
        for grade in &approve.grades {
            match &grade.route {
                GradeRoute::Next => self.moves(here, next),
                GradeRoute::Return(route) => self.goes_back(step, route)?,
                GradeRoute::End(_) => self.ends(step)?,
            }
        }
        Ok(())
    }

    /// Ending inside of a branch cancels the others.
    fn ends(&mut self, step: StepIndex) -> Result<(), Beyond> {
        if self.split(step).is_some() {
            return Err(Beyond);
        }
        self.moves(self.entry(step), 1);
        Ok(())
    }

    /// Going back out of a branch cancels the others. Coming straight back is one more copy of a step that was filled in.
    fn goes_back(&mut self, step: StepIndex, route: &ReturnRoute) -> Result<(), Beyond> {
        let target = self.definition.steps.iter().position(|step| step.name == route.to).ok_or(Beyond)?;
        if self.split(step) != self.split(target) {
            return Err(Beyond);
        }
        match (route.resume, &self.definition.steps[target].kind) {
            (Resume::Through, _) => self.moves(self.entry(step), self.entry(target)),
            (Resume::Here, StepKind::Fill(_)) => {
                let once_more = self.place();
                self.moves(self.entry(step), once_more);
                self.moves(once_more, self.entry(step));
            }
            (Resume::Here, _) => return Err(Beyond),
        }
        Ok(())
    }

    fn split(&self, step: StepIndex) -> Option<(&str, usize)> {
        let around = self.definition.split_around(&self.definition.steps[step]);
        around.map(|(split, branch)| (split.name.as_str(), branch))
    }
}
