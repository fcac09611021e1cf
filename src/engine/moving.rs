//! Whether an open case can go on with another version of its workflow, and its way there.
//!
//! Moving never loses what was proven. Whatever the new version demands before the place where the case stands must lie
//! behind the case: an approval given to the same question, a gate passed with the same need or a narrower one, or
//! opened again now. Where that cannot be shown, the case stays with the version it started with.

mod likeness;
mod obstacle;
mod path;

use std::collections::BTreeSet;

use super::{
    case::{Case, StepResult, Waiting},
    command::Actor,
    event::Event,
    fields,
    refusal::{DefinitionRefusal, Refusal},
    surroundings::{Plan, Surroundings},
    walk::Walk,
};
use crate::{
    definition::{Approve, Definition, Form, Gate, GradeRoute, Step, StepIndex, StepKind, StepName},
    ids::FactId,
};
pub use obstacle::Obstacle;
use path::{around, before, inside};

/// What publishing a version means for an open case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is on that version.
    Stays,
    /// It can go on with that version from where it stands.
    CanMove,
    /// It goes on with its own, because of these.
    CannotMove(Vec<Obstacle>),
}

/// What moving `case` from `old`, the version it is on, to `new` would come to.
#[must_use]
pub fn judge(old: &Definition, new: &Definition, case: &Case, s: &Surroundings<'_>) -> Verdict {
    if case.definition == new.hash {
        return Verdict::Stays;
    }
    match Move::of((old, new), case, s) {
        Ok(_) => Verdict::CanMove,
        Err(obstacles) => Verdict::CannotMove(obstacles),
    }
}

/// Moves `case` to `new`. A case that is there already stays as it is, so that repeating is safe.
///
/// # Errors
/// [`Refusal::CaseEnded`], [`Refusal::Suspended`], [`Refusal::ReasonNeeded`], and [`DefinitionRefusal::CannotMove`] with
/// every reason.
pub fn relocate(
    (old, new): (&Definition, &Definition),
    case: &Case,
    (actor, reason): (Actor, &str),
    s: &Surroundings<'_>,
) -> Result<Plan, Refusal> {
    let mut walk = Walk::new(new, case.clone(), s);
    if case.definition == new.hash {
        return Ok(walk.into_plan(actor));
    }
    if !walk.is_running() {
        return Err(Refusal::CaseEnded);
    }
    if let Some(since) = case.suspended {
        return Err(Refusal::Suspended { since });
    }
    if reason.trim().is_empty() {
        return Err(Refusal::ReasonNeeded);
    }
    fields::check_reason(reason)?;
    let moved = Move::of((old, new), case, s).map_err(|obstacles| DefinitionRefusal::CannotMove {
        because: obstacles.iter().map(Obstacle::sentence).collect(),
    })?;
    for (step, fact) in moved.reopened {
        walk.emit(Event::GatePassed { step, fact });
    }
    walk.emit(Event::Moved {
        from: old.hash.clone(),
        to: new.hash.clone(),
        forgotten: moved.forgotten,
        reason: reason.trim().to_owned(),
    });
    walk.set_clocks();
    Ok(walk.into_plan(actor))
}

/// A move that is possible.
struct Move {
    /// Gates that the old version did not prove and that are open now, with the facts that open them.
    reopened: Vec<(StepName, FactId)>,
    /// Steps that no longer count as passed: the new version has them ahead of the case, or not at all.
    forgotten: Vec<StepName>,
}

impl Move {
    fn of((old, new): (&Definition, &Definition), case: &Case, s: &Surroundings<'_>) -> Result<Self, Vec<Obstacle>> {
        let mut judge = Judge { old, new, case, s, obstacles: BTreeSet::new(), reopened: Vec::new() };
        let mut behind = BTreeSet::new();
        let mut behind_before = BTreeSet::new();
        for (place, standing) in judge.places() {
            let Some((there, here)) = judge.same_place(&place, standing) else { continue };
            judge.all_proven(there, here);
            behind.extend(before(new, here).into_iter().flat_map(|step| inside(new, step)));
            behind_before.extend(before(old, there).into_iter().flat_map(|step| inside(old, step)));
        }
        judge.finished_branches(&mut behind, &mut behind_before);
        judge.nothing_twice(&behind, &behind_before);
        judge.nothing_unforeseen(&behind, &behind_before);
        judge.somebody_is_chosen(&behind);
        judge.form_fits();
        if !judge.obstacles.is_empty() {
            return Err(judge.obstacles.into_iter().collect());
        }
        let is_behind = |name: &StepName| {
            new.steps.iter().enumerate().any(|(index, step)| step.name == *name && behind.contains(&index))
        };
        let counted = case.passed.iter().chain(case.results.keys()).collect::<BTreeSet<_>>();
        let forgotten = counted.into_iter().filter(|name| !is_behind(name)).cloned().collect();
        let reopened = judge.reopened;
        Ok(Self { reopened, forgotten })
    }
}

struct Judge<'a> {
    old: &'a Definition,
    new: &'a Definition,
    case: &'a Case,
    s: &'a Surroundings<'a>,
    obstacles: BTreeSet<Obstacle>,
    reopened: Vec<(StepName, FactId)>,
}

impl<'a> Judge<'a> {
    /// Where the case stands, and where it jumps back to once a step is done again.
    fn places(&self) -> BTreeSet<(StepName, bool)> {
        let standing = self.case.activations.values().map(|activation| (activation.step.clone(), true));
        let later = self.case.activations.values().filter_map(|activation| Some((activation.resume.clone()?, false)));
        standing.chain(later).collect()
    }

    /// The step in both versions, if it asks the same and lies in the same branches.
    fn same_place(&mut self, name: &StepName, standing: bool) -> Option<(&'a Step, &'a Step)> {
        let there = self.old.step(name)?;
        // Each item of a list stands where it stands, and the lists are fixed: such a case moves once they are done.
        let listed = around(self.old, there).into_iter().map(|(owner, _)| owner).chain([there]);
        if let Some(each) = listed.into_iter().find(|step| matches!(step.kind, StepKind::Each(_))) {
            self.obstacles.insert(Obstacle::InList(each.title.clone()));
            return None;
        }
        let Some(here) = self.new.step(name) else {
            self.obstacles.insert(Obstacle::StepGone(there.title.clone()));
            return None;
        };
        let same = if standing && matches!(there.kind, StepKind::Parallel(_)) {
            likeness::same_fork(there, here)
        } else {
            likeness::same_question(there, here)
        };
        if !same {
            self.obstacles.insert(Obstacle::StepDiffers(there.title.clone()));
        }
        let branches = around(self.old, there).into_iter().zip(around(self.new, here));
        let same_depth = around(self.old, there).len() == around(self.new, here).len();
        let same_branches = branches.into_iter().all(|((owner, branch), (now, branch_now))| {
            owner.name == now.name && branch == branch_now && likeness::same_fork(owner, now)
        });
        if !(same_depth && same_branches) {
            self.obstacles.insert(Obstacle::BranchDiffers(there.title.clone()));
        }
        Some((there, here))
    }

    /// Everything that the new version has before `here` lies behind the case, in the same order.
    fn all_proven(&mut self, there: &Step, here: &Step) {
        let behind = before(self.old, there);
        let mut last = None;
        for index in before(self.new, here) {
            let step = &self.new.steps[index];
            if self.is_open(&step.name) {
                continue;
            }
            let known = behind.iter().position(|old| self.old.steps[*old].name == step.name);
            let was = known.map(|at| &self.old.steps[behind[at]]);
            let in_order = known.is_none() || known > last;
            match (self.proven(step, was), in_order) {
                (Ok(Proof::Behind), true) => last = known.or(last),
                (Ok(Proof::Now), _) => {}
                (Ok(Proof::Behind), false) => {
                    self.obstacles.insert(Obstacle::OrderDiffers(step.title.clone()));
                }
                (Err(obstacle), _) => {
                    self.obstacles.insert(obstacle);
                }
            }
        }
    }

    fn is_open(&self, step: &StepName) -> bool {
        self.case.activations.values().any(|activation| activation.step == *step)
    }

    fn proven(&mut self, step: &Step, was: Option<&Step>) -> Result<Proof, Obstacle> {
        match &step.kind {
            StepKind::Gate(gate) => self.gate_proven(step, gate, was),
            StepKind::Notify(_) => Ok(Proof::Now),
            StepKind::Fill(_) => {
                self.answered(step, was)?;
                self.filled(step)
            }
            StepKind::Approve(approve) => {
                self.answered(step, was)?;
                self.still_passes(step, approve)?;
                self.filled(step)
            }
            StepKind::Each(_)
            | StepKind::Wait(_)
            | StepKind::Start(_)
            | StepKind::Choose(_)
            | StepKind::Parallel(_)
            | StepKind::Do(_)
            | StepKind::Record(_)
            | StepKind::End(_) => match was {
                Some(was) if likeness::alike((self.old, was), (self.new, step)) => Ok(Proof::Behind),
                Some(_) => Err(Obstacle::PassedOtherwise(step.title.clone())),
                None => Err(Obstacle::NeverPassed(step.title.clone())),
            },
        }
    }

    /// A gate with the same need or a narrower one was passed, or the gate opens now. A gate that looks at an amount
    /// is always tried again: the amount may have been written since.
    fn gate_proven(&mut self, step: &Step, gate: &Gate, was: Option<&Step>) -> Result<Proof, Obstacle> {
        if let Some(Step { kind: StepKind::Gate(passed), .. }) = was
            && gate.covers.is_none()
            && passed.fact == gate.fact
            && passed.is.iter().all(|value| gate.is.contains(value))
        {
            return Ok(Proof::Behind);
        }
        let walk = Walk::new(self.new, self.case.clone(), self.s);
        match walk.gate_opens(step, gate) {
            Ok(Some(fact)) => {
                if !self.reopened.iter().any(|(name, _)| *name == step.name) {
                    self.reopened.push((step.name.clone(), fact));
                }
                Ok(Proof::Now)
            }
            Ok(None) | Err(_) => Err(Obstacle::GateClosed(step.title.clone())),
        }
    }

    /// The same question was put to the same people, and answered.
    fn answered(&self, step: &Step, was: Option<&Step>) -> Result<(), Obstacle> {
        let Some(was) = was.filter(|_| self.case.passed.contains(&step.name)) else {
            return Err(Obstacle::NeverPassed(step.title.clone()));
        };
        if likeness::same_question(was, step) { Ok(()) } else { Err(Obstacle::PassedOtherwise(step.title.clone())) }
    }

    /// The answer that was given lets a case go on in the new version, too.
    fn still_passes(&self, step: &Step, approve: &Approve) -> Result<(), Obstacle> {
        let passes = match self.case.results.get(&step.name) {
            Some(StepResult::Graded(name)) => {
                approve.grades.iter().find(|grade| grade.name == *name).is_some_and(|grade| {
                    grade.route == GradeRoute::Next
                        && fields::check_filled(self.new, &grade.requires, &Form::new(), &self.case.form).is_ok()
                })
            }
            Some(_) => approve.grades.is_empty(),
            None => false,
        };
        if passes { Ok(()) } else { Err(Obstacle::PassedOtherwise(step.title.clone())) }
    }

    fn filled(&self, step: &Step) -> Result<Proof, Obstacle> {
        let whole = fields::check_complete(self.new, step, &Form::new(), &self.case.form, self.s);
        whole.map(|()| Proof::Behind).map_err(|_| Obstacle::FieldsMissing(step.title.clone()))
    }

    /// The branches of an open parallel step that are done were the same in both versions.
    fn finished_branches(&mut self, behind: &mut BTreeSet<StepIndex>, behind_before: &mut BTreeSet<StepIndex>) {
        for activation in self.case.activations.values() {
            let Waiting::Branches(open) = &activation.waiting else { continue };
            let (Some(there), Some(here)) = (self.old.step(&activation.step), self.new.step(&activation.step)) else {
                continue;
            };
            for (branch, (was, now)) in path::blocks(there).into_iter().zip(path::blocks(here)).enumerate() {
                if open.contains(&branch) {
                    continue;
                }
                if !likeness::alike_blocks((self.old, was), (self.new, now)) {
                    self.obstacles.insert(Obstacle::BranchDiffers(there.title.clone()));
                }
                behind.extend(path::within(self.new, now));
                behind_before.extend(path::within(self.old, was));
            }
        }
    }

    /// What was carried out or recorded behind the case does not lie ahead of it in the new version.
    fn nothing_twice(&mut self, behind: &BTreeSet<StepIndex>, behind_before: &BTreeSet<StepIndex>) {
        let done: Vec<_> = behind_before.iter().map(|index| &self.old.steps[*index]).collect();
        for (index, step) in self.new.steps.iter().enumerate() {
            let again = match &step.kind {
                StepKind::Do(effect) => {
                    done.iter().any(|done| matches!(&done.kind, StepKind::Do(before) if before == effect))
                }
                StepKind::Start(start) => done
                    .iter()
                    .any(|done| matches!(&done.kind, StepKind::Start(before) if before.workflow == start.workflow)),
                StepKind::Record(record) => {
                    done.iter().any(|done| matches!(&done.kind, StepKind::Record(before) if before.fact == record.fact))
                }
                StepKind::Each(_)
                | StepKind::Wait(_)
                | StepKind::Fill(_)
                | StepKind::Approve(_)
                | StepKind::Gate(_)
                | StepKind::Choose(_)
                | StepKind::Parallel(_)
                | StepKind::Notify(_)
                | StepKind::End(_) => false,
            };
            if again && !behind.contains(&index) {
                self.obstacles.insert(Obstacle::Twice(step.title.clone()));
            }
        }
    }

    /// What people may have written here, and how far they may have gone back, could have happened in the new version as
    /// well, so that its proof has looked at it: an approval that lapsed by it counts nowhere.
    fn nothing_unforeseen(&mut self, behind: &BTreeSet<StepIndex>, behind_before: &BTreeSet<StepIndex>) {
        let place = |definition: &Definition, name: &StepName| definition.steps.iter().position(|s| s.name == *name);
        let open = self.case.activations.values().map(|activation| &activation.step);
        for name in self.case.acted.keys().chain(open) {
            let Some(was) = place(self.old, name) else { continue };
            let step = &self.old.steps[was];
            let foreseen = match place(self.new, name) {
                Some(now) => {
                    likeness::allows_as_much(step, &self.new.steps[now])
                        && (self.is_open(name) || behind.contains(&now) == behind_before.contains(&was))
                }
                None => false,
            };
            if likeness::leaves_traces(step) && !foreseen {
                self.obstacles.insert(Obstacle::PassedOtherwise(step.title.clone()));
            }
        }
    }

    /// Whoever is chosen in a step behind the case has been chosen.
    fn somebody_is_chosen(&mut self, behind: &BTreeSet<StepIndex>) {
        let is_behind = |name: &StepName| behind.iter().any(|index| self.new.steps[*index].name == *name);
        let missing = self.new.choosings().filter(|(later, choosing)| {
            is_behind(&choosing.by) && !is_behind(&later.name) && !self.case.chosen.contains_key(&later.name)
        });
        let missing: Vec<_> = missing.map(|(later, _)| later.title.clone()).collect();
        self.obstacles.extend(missing.into_iter().map(Obstacle::NobodyChosen));
    }

    /// What is filled in can be read in the new version.
    fn form_fits(&mut self) {
        for (name, value) in &self.case.form {
            if let Some(field) = self.new.field(name)
                && fields::wrong_shape(&field.kind, value).is_some()
            {
                self.obstacles.insert(Obstacle::FieldDiffers(field.title.clone()));
            }
        }
        if self.case.suspended.is_some() {
            self.obstacles.insert(Obstacle::Suspended);
        }
        if self.old.about != self.new.about {
            self.obstacles.insert(Obstacle::AnotherSubject);
        }
    }
}

/// How a step that the new version demands is known to be passed.
enum Proof {
    /// It lies behind the case.
    Behind,
    /// It holds now.
    Now,
}
