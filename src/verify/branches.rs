//! The branches of every `choose`: taken at all, taken alone, and what is left for `otherwise`.
//!
//! Every verdict is certain, and comes with values that show it. What cannot be decided within bounds is said to be
//! undecided and never passed off as a fact.

mod around;
mod example;
mod question;
mod scene;
#[cfg(test)]
mod tests;
mod values;

use crate::{
    definition::{
        Choose, Definition, Step, StepKind,
        condition::{Condition, Names, Types, formula::Formula},
        problem::{Problem, Spot, branches as problems},
    },
    language::Text,
};
use question::{Answer, can_be, settled};
use scene::Scene;

/// Comparisons made for one definition at most: a few hundredths of a second.
const WORK_MAX: u64 = 150_000;

/// What there is to say about the branches of a definition, with the values that policy has today.
#[must_use]
pub fn check(definition: &Definition, policy: &Names) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut work_left = WORK_MAX;
    for step in &definition.steps {
        if let StepKind::Choose(choose) = &step.kind {
            let mut choice = Choice::new(definition, step, choose, policy, work_left);
            found.append(&mut choice.verdicts());
            work_left = choice.work_left;
        }
    }
    found
}

/// One `choose` under examination.
struct Choice<'d> {
    definition: &'d Definition,
    step: &'d Step,
    choose: &'d Choose,
    /// The conditions with the values that policy has today.
    today: Vec<Formula>,
    /// The conditions whatever policy says.
    always: Vec<Formula>,
    /// What holds, or does not, wherever the choice is entered.
    around: Vec<(Formula, bool)>,
    types: Types,
    work_left: u64,
}

/// Why a branch is never taken.
enum Dead {
    /// Its condition cannot hold.
    Never,
    /// Earlier branches take everything; with one such situation.
    Covered(Scene),
}

impl<'d> Choice<'d> {
    fn new(definition: &'d Definition, step: &'d Step, choose: &'d Choose, policy: &Names, work_left: u64) -> Self {
        let conditions = || choose.branches.iter().map(|(condition, _)| condition);
        let always: Vec<_> = conditions().map(|when| when.formula().unwrap_or(Formula::Known(true))).collect();
        let today = always.iter().map(|formula| settled(formula, policy)).collect();
        let certain = around::certain(definition, step);
        let known = certain.iter().map(|(when, _)| *when);
        let types = conditions().chain(known).flat_map(|when| when.types().clone()).collect();
        // What policy says today is not certain: it may have said something else when the branch was taken.
        let around = certain.iter().filter_map(|(when, holds)| Some((when.formula()?, *holds))).collect();
        Self { definition, step, choose, today, always, around, types, work_left }
    }

    fn verdicts(&mut self) -> Vec<Problem> {
        let mut found = Vec::new();
        let mut live = Vec::new();
        for branch in 0..self.today.len() {
            match self.dead(branch, true) {
                Ok(None) => live.push(branch),
                Ok(Some(dead)) => {
                    // What only today's policy makes impossible may be possible tomorrow.
                    let for_good = matches!(self.dead(branch, false), Ok(Some(_)));
                    found.push(self.dead_problem(branch, &dead, for_good));
                }
                Err(Undecided) => found.push(problems::not_decided(self.spot(branch))),
            }
            if self.ask(&[(branch, false)], true) == Answer::No {
                found.push(problems::always_holds(self.spot(branch)));
            }
        }
        found.extend(self.overlaps(&live));
        found.extend(self.rest());
        found
    }

    fn ask(&mut self, goals: &[(usize, bool)], with_policy: bool) -> Answer {
        let formulas = if with_policy { &self.today } else { &self.always };
        let goals = goals.iter().map(|(branch, wanted)| (&formulas[*branch], *wanted));
        let around = self.around.iter().map(|(formula, wanted)| (formula, *wanted));
        let goals: Vec<_> = goals.chain(around).collect();
        can_be(&goals, &self.types, &mut self.work_left)
    }

    /// Whether the branch can never be taken.
    fn dead(&mut self, branch: usize, with_policy: bool) -> Result<Option<Dead>, Undecided> {
        let alone = match self.ask(&[(branch, true)], with_policy) {
            Answer::No => return Ok(Some(Dead::Never)),
            Answer::Yes(scene) => scene,
            Answer::Open => return Err(Undecided),
        };
        let mut goals = vec![(branch, true)];
        goals.extend((0..branch).map(|earlier| (earlier, false)));
        match self.ask(&goals, with_policy) {
            Answer::No => Ok(Some(Dead::Covered(alone))),
            Answer::Yes(_) => Ok(None),
            Answer::Open => Err(Undecided),
        }
    }

    fn dead_problem(&mut self, branch: usize, dead: &Dead, for_good: bool) -> Problem {
        let spot = self.spot(branch);
        match dead {
            Dead::Never if for_good => problems::never_holds(spot),
            Dead::Never => problems::not_today(spot),
            Dead::Covered(scene) => {
                let takes_it = |earlier: &usize| self.ask(&[(branch, true), (*earlier, false)], true) == Answer::No;
                let by = (0..branch).find(takes_it);
                let example = self.words(scene);
                if for_good { problems::covered(spot, by, &example) } else { problems::not_today(spot) }
            }
        }
    }

    /// Branches that both hold in some situation while neither is a special case of the other. A special case before
    /// the general one is how choices are written, and no mistake.
    fn overlaps(&mut self, live: &[usize]) -> Vec<Problem> {
        let mut found = Vec::new();
        for (position, &later) in live.iter().enumerate() {
            for &earlier in &live[..position] {
                let Answer::Yes(scene) = self.ask(&[(earlier, true), (later, true)], true) else { continue };
                let apart = |a, b| [(a, true), (b, false)];
                if matches!(self.ask(&apart(earlier, later), true), Answer::Yes(_))
                    && matches!(self.ask(&apart(later, earlier), true), Answer::Yes(_))
                {
                    found.push(problems::overlap(self.spot(later), earlier, &self.words(&scene)));
                }
            }
        }
        found
    }

    /// What is left for `otherwise`.
    fn rest(&mut self) -> Option<Problem> {
        let goals: Vec<_> = (0..self.today.len()).map(|branch| (branch, false)).collect();
        let spot = Spot { at: self.step.at, len: "choose".len() };
        match self.ask(&goals, true) {
            Answer::Yes(scene) => Some(problems::otherwise_alone(spot, &self.words(&scene))),
            Answer::No => self.choose.otherwise.map(|_| problems::otherwise_never(spot)),
            Answer::Open => None,
        }
    }

    fn words(&self, scene: &Scene) -> Text {
        example::words(scene, &self.types, self.definition)
    }

    fn spot(&self, branch: usize) -> Spot {
        let condition: &Condition = &self.choose.branches[branch].0;
        let len = condition.source.lines().next().map_or(1, |line| line.chars().count()).max(1);
        Spot { at: condition.at, len }
    }
}

/// Not decided within bounds.
struct Undecided;
