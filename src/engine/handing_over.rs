//! 离岗移交: what somebody who leaves holds in a case passes to a successor. An administrator does it, and decides nothing
//! by it. What the successor may not have stays where it is.

mod apply;
mod leaving;
mod refusal;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use self::{leaving::is_leaving, refusal::HandingOverRefusal};

use super::{
    case::{ActivationNo, Case, Task, TaskKind, TaskNo, Waiting},
    event::Event,
    fields,
    people::Principal,
    refusal::Refusal,
    seats::Ballots,
    surroundings::Surroundings,
    tasks::{Asked, Hands},
    voting::asks,
    walk::Walk,
    who,
};
use crate::{
    definition::{Definition, Mode, Step, StepKind, StepName, Who},
    ids::PersonId,
};

/// The roles that hand over what somebody who leaves holds.
pub const HANDS_OVER: [&str; 2] = ["security-admin", "workflow-admin"];

/// Something that a person holds in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Held {
    /// The case itself, which they started: what is asked of its initiator is asked of them.
    Start,
    /// An open task that asks them by name, or that they took.
    Task(TaskNo),
    /// A place behind an open task: they sign once it is approved.
    Signature(TaskNo),
    /// A turn that has not come yet, in a step that asks one after another.
    Turn(ActivationNo),
    /// A step that asks them by name and is held, since they may not act.
    Step(ActivationNo),
}

/// What is to pass from whom to whom, and why.
#[derive(Debug, Clone, Copy)]
pub struct Handing<'h> {
    /// Who leaves.
    pub from: PersonId,
    /// Who succeeds them.
    pub to: PersonId,
    /// What of it; what is not held any more is passed over, so that it can be repeated.
    pub held: &'h [Held],
    /// Why.
    pub reason: &'h str,
}

/// Everything that `person` holds in a case that goes on, in the order in which it is handed over.
#[must_use]
pub fn held_by(definition: &Definition, case: &Case, person: PersonId, s: &Surroundings<'_>) -> Vec<Held> {
    let walk = Walk::new(definition, case.clone(), s);
    if !walk.is_running() {
        return Vec::new();
    }
    let mut held: Vec<_> = (case.acting_initiator() == person).then_some(Held::Start).into_iter().collect();
    held.extend(case.tasks.values().filter(|task| is_held(task, person)).map(|task| Held::Task(task.no)));
    let follows = |task: &&Task| task.hands.followers.iter().any(|follower| follower.person == person);
    held.extend(case.tasks.values().filter(follows).map(|task| Held::Signature(task.no)));
    for activation in case.activations.values() {
        if let Waiting::People { later, .. } = &activation.waiting
            && later.contains(&person)
        {
            held.push(Held::Turn(activation.no));
        }
        if walk.is_held_for(activation.no, person) {
            held.push(Held::Step(activation.no));
        }
    }
    held
}

/// Whom the definition means where something is held: the posts for which one may succeed another.
#[must_use]
pub fn meant_at(definition: &Definition, case: &Case, held: Held, s: &Surroundings<'_>) -> Vec<Principal> {
    let walk = Walk::new(definition, case.clone(), s);
    let activation = match held {
        Held::Start => return who::principals(&definition.starters, case, s),
        Held::Task(no) | Held::Signature(no) => case.tasks.get(&no).map(|task| task.activation),
        Held::Turn(no) | Held::Step(no) => Some(no),
    };
    let step = activation.and_then(|no| Some((no, walk.step_of(no).ok()?)));
    step.map(|(no, step)| walk.meant_by(step, no)).unwrap_or_default()
}

/// Whether somebody has what was handed over to them.
#[must_use]
pub fn has(definition: &Definition, case: &Case, (held, person): (Held, PersonId), s: &Surroundings<'_>) -> bool {
    match held {
        Held::Step(activation) => {
            case.tasks.values().any(|task| task.activation == activation && is_held(task, person))
        }
        Held::Start | Held::Task(_) | Held::Signature(_) | Held::Turn(_) => {
            held_by(definition, case, person, s).contains(&held)
        }
    }
}

/// Whether `to` can have what `from` holds. Who hands it over and why is not asked here.
///
/// # Errors
/// Why not, as a sentence.
pub fn may_pass(
    definition: &Definition,
    case: &Case,
    (held, from, to): (Held, PersonId, PersonId),
    s: &Surroundings<'_>,
) -> Result<(), Refusal> {
    let mut walk = Walk::new(definition, case.clone(), s);
    if let Some(since) = case.suspended {
        return Err(Refusal::Suspended { since });
    }
    walk.check_leaving(from)?;
    walk.pass_on(held, &Handing { from, to, held: &[held], reason: "" })
}

impl<'a> Walk<'a> {
    /// Passes on what can be. Refused where nothing can, and nothing where nothing is held any more.
    pub(super) fn hand_over(&mut self, by: PersonId, handing: &Handing<'_>) -> Result<(), Refusal> {
        self.check_administers(by, handing)?;
        self.goes_on()?;
        self.check_leaving(handing.from)?;
        if handing.reason.is_empty() {
            return Err(Refusal::WordsNeeded);
        }
        fields::check_reason(handing.reason)?;
        let mut refused = None;
        for held in handing.held {
            if !held_by(self.definition, &self.case, handing.from, self.s).contains(held) {
                continue;
            }
            let (case, events) = (self.case.clone(), self.events.len());
            if let Err(refusal) = self.pass_on(*held, handing) {
                self.case = case;
                self.events.truncate(events);
                refused.get_or_insert(refusal);
            }
        }
        match refused {
            Some(refusal) if self.events.is_empty() => Err(refusal),
            Some(_) | None => Ok(()),
        }
    }

    fn pass_on(&mut self, held: Held, handing: &Handing<'_>) -> Result<(), Refusal> {
        let (from, to) = (handing.from, handing.to);
        let name = || self.name_of(to);
        if from == to {
            return Err(HandingOverRefusal::Same.into());
        }
        if !self.s.people.people.get(&to).is_some_and(|known| known.active) {
            return Err(HandingOverRefusal::NotActive { name: name() }.into());
        }
        match held {
            Held::Start => self.pass_start(handing),
            Held::Task(no) => self.pass_task(no, handing),
            Held::Signature(no) => {
                let (task, step) = self.open_task_of(no)?;
                self.check_may_leave_the_post(step, task.activation, to)?;
                self.check_successor(step, (task.activation, &task.barred), to)?;
                self.emit_passed(held, &task.step, (handing, false));
                Ok(())
            }
            Held::Turn(activation) => {
                let step = self.step_of(activation)?;
                self.check_successor(step, (activation, &BTreeSet::new()), to)?;
                if !self.still_meant(step, activation, to) {
                    return Err(HandingOverRefusal::NotMeant { name: name() }.into());
                }
                self.emit_passed(held, &step.name, (handing, false));
                Ok(())
            }
            Held::Step(activation) => self.pass_step(activation, handing),
        }
    }

    /// Who takes a case over answers for what its initiator does, and so decides nothing in it.
    fn pass_start(&mut self, handing: &Handing<'_>) -> Result<(), Refusal> {
        self.check_decides_nothing(handing.to)?;
        let step = self.definition.first(0).name.clone();
        self.emit_passed(Held::Start, &step, (handing, false));
        // They may read it before anything is asked of them.
        if !self.case.copied.contains_key(&Principal::Person(handing.to)) {
            self.emit(Event::CopyGiven { by: handing.from, to: vec![handing.to] });
        }
        let held: Vec<_> = self.case.activations.values().cloned().collect();
        for activation in held {
            let step = self.step(&activation.step)?;
            if let Waiting::Nobody { cast } = activation.waiting
                && matches!(step.kind, StepKind::Fill(_))
            {
                self.ask_again(activation.no, step, cast)?;
            }
        }
        Ok(())
    }

    /// Whoever has decided here, or is asked to, cannot be its initiator as well.
    fn check_decides_nothing(&self, to: PersonId) -> Result<(), Refusal> {
        let own = |step: &Step| matches!(&step.kind, StepKind::Approve(a) if !a.limits.initiator_may_decide);
        let decides = |name: &StepName| self.definition.step(name).is_some_and(own);
        let decided = self.case.acted.iter().any(|(step, people)| people.contains(&to) && decides(step));
        let asked = self
            .case
            .activations
            .values()
            .filter(|at| decides(&at.step))
            .any(|activation| self.group(activation.no).contains(&to));
        if decided || asked {
            return Err(HandingOverRefusal::Decides { name: self.name_of(to) }.into());
        }
        Ok(())
    }

    fn pass_task(&mut self, no: TaskNo, handing: &Handing<'_>) -> Result<(), Refusal> {
        let (task, step) = self.open_task_of(no)?;
        let of_initiator = task.kind == TaskKind::Fill && task.hands.asked == Asked::ByStep;
        if of_initiator && self.case.acting_initiator() == handing.from {
            self.check_decides_nothing(handing.to)?;
        }
        // One of those whom it asks anyhow takes it as they could have taken it themselves.
        let pooled = is_pool(&task) && who::actors(&task.candidates, &task.barred, self.s).contains(&handing.to);
        if pooled {
            self.check_barred(step, &task.barred, handing.to)?;
        } else {
            self.check_may_leave_the_post(step, task.activation, handing.to)?;
            self.check_successor(step, (task.activation, &task.barred), handing.to)?;
        }
        self.emit_passed(Held::Task(no), &task.step, (handing, !pooled));
        Ok(())
    }

    /// A step that names somebody who left asks the successor by name from now on.
    fn pass_step(&mut self, activation: ActivationNo, handing: &Handing<'_>) -> Result<(), Refusal> {
        let step = self.step_of(activation)?;
        self.check_may_leave_the_post(step, activation, handing.to)?;
        self.check_successor(step, (activation, &BTreeSet::new()), handing.to)?;
        self.emit_passed(Held::Step(activation), &step.name, (handing, true));
        self.wait(activation, Waiting::People { cast: Ballots::new(), later: Vec::new() });
        let hands = Hands::asked(Asked::InPlaceOf(handing.from));
        self.open_task_by_hand(activation, step, (vec![Principal::Person(handing.to)], hands));
        Ok(())
    }

    fn check_may_leave_the_post(&self, step: &Step, activation: ActivationNo, to: PersonId) -> Result<(), Refusal> {
        if self.may_be_brought_in(step, activation, to) { Ok(()) } else { Err(HandingOverRefusal::Forbidden.into()) }
    }

    fn check_successor(
        &self,
        step: &Step,
        (activation, barred): (ActivationNo, &BTreeSet<PersonId>),
        to: PersonId,
    ) -> Result<(), Refusal> {
        self.check_barred(step, barred, to)?;
        if self.group(activation).contains(&to) || self.counts_for_another_item(step, activation, to) {
            return Err(HandingOverRefusal::AskedAlready { name: self.name_of(to) }.into());
        }
        Ok(())
    }

    fn check_barred(&self, step: &Step, barred: &BTreeSet<PersonId>, to: PersonId) -> Result<(), Refusal> {
        if !barred.contains(&to) && !who::barred(step, &self.case).contains(&to) {
            return Ok(());
        }
        let name = self.name_of(to);
        let own = [self.case.initiator, self.case.acting_initiator()].contains(&to);
        let refusal = if own { HandingOverRefusal::Initiator { name } } else { HandingOverRefusal::KeptOut { name } };
        Err(refusal.into())
    }

    /// Whether a step asks one person by name and found that they may not act. What its initiator is asked follows the
    /// case itself.
    fn is_held_for(&self, no: ActivationNo, person: PersonId) -> bool {
        let Some(activation) = self.case.activations.get(&no) else { return false };
        let Some(step) = self.definition.step(&activation.step) else { return false };
        let one_decides = match &step.kind {
            StepKind::Fill(_) => true,
            StepKind::Approve(approve) => approve.mode == Mode::Any,
            StepKind::Gate(_)
            | StepKind::Choose(_)
            | StepKind::Parallel(_)
            | StepKind::Each(_)
            | StepKind::Wait(_)
            | StepKind::Start(_)
            | StepKind::Do(_)
            | StepKind::Record(_)
            | StepKind::Notify(_)
            | StepKind::End(_) => false,
        };
        let names = |who: &Who| *who != Who::Initiator && self.meant(who, no).contains(&Principal::Person(person));
        one_decides
            && matches!(activation.waiting, Waiting::Nobody { .. })
            && (self.case.chosen.get(&step.name).is_some_and(|chosen| chosen.people.contains(&person))
                || asks(step).is_some_and(|(by, instead)| names(by) || instead.is_some_and(names)))
    }

    fn step_of(&self, activation: ActivationNo) -> Result<&'a Step, Refusal> {
        let step = self.case.activations.get(&activation).map(|activation| activation.step.clone());
        self.step(&step.ok_or(Refusal::NotFound)?)
    }

    fn emit_passed(&mut self, held: Held, step: &StepName, (handing, by_name): (&Handing<'_>, bool)) {
        self.emit(Event::HandedOver {
            what: held,
            step: step.clone(),
            from: handing.from,
            to: handing.to,
            by_name,
            reason: handing.reason.to_owned(),
        });
    }
}

/// Whether a task stays undone while this person does nothing: it asks them alone, by name, or they took it.
fn is_held(task: &Task, person: PersonId) -> bool {
    task.candidates == [Principal::Person(person)] || task.hands.holder() == Some(person)
}

/// Whether it asks whoever holds a post, and not one person by name.
fn is_pool(task: &Task) -> bool {
    !matches!(task.candidates[..], [Principal::Person(_)])
}
