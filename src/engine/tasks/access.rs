//! Who may act on a task now, and who may be asked besides.

use std::collections::BTreeSet;

use super::{Asked, Holding, TaskRefusal};
use crate::{
    definition::{Definition, Step},
    engine::{
        case::{ActivationNo, Case, Task, TaskKind, TaskNo, Waiting},
        refusal::Refusal,
        surroundings::Surroundings,
        walk::Walk,
        who,
    },
    ids::PersonId,
};

/// Whether `person` may act on `task` today, whatever the task asks: a candidate, and nobody else holds it. Who parked
/// a task may still call it back.
#[must_use]
pub fn may_act(task: &Task, person: PersonId, s: &Surroundings<'_>) -> bool {
    let actors = who::actors(&task.candidates, &task.barred, s);
    actors.contains(&person) && holder_among(task, &actors).is_none_or(|holder| holder == person)
}

/// Whether several people may take the task.
#[must_use]
pub fn is_pooled(task: &Task, s: &Surroundings<'_>) -> bool {
    who::actors(&task.candidates, &task.barred, s).len() > 1
}

/// Whoever may be brought in to a task by transferring, delegating or adding signers; empty when it is not open.
#[must_use]
pub fn colleagues(definition: &Definition, case: &Case, no: TaskNo, s: &Surroundings<'_>) -> Vec<PersonId> {
    let Some(task) = case.tasks.get(&no) else { return Vec::new() };
    let walk = Walk::new(definition, case.clone(), s);
    let group = walk.group(task.activation);
    let barred = walk.kept_out_of(task);
    let people = s.people.people.keys().copied();
    people.filter(|person| !group.contains(person) && !barred.contains(person) && is_active(*person, s)).collect()
}

fn is_active(person: PersonId, s: &Surroundings<'_>) -> bool {
    s.people.people.get(&person).is_some_and(|person| person.active)
}

/// A claim counts while whoever made it may still act: nothing stays with somebody who has left.
fn holder_among(task: &Task, actors: &[PersonId]) -> Option<PersonId> {
    task.hands.holder().filter(|holder| actors.contains(holder))
}

impl<'a> Walk<'a> {
    /// Whether the case takes commands on its tasks at all. The one place that asks.
    pub(in crate::engine) fn goes_on(&self) -> Result<(), Refusal> {
        if self.is_running() { Ok(()) } else { Err(Refusal::CaseEnded) }
    }

    /// The task, if it is open, whoever asks.
    pub(in crate::engine) fn open_task_of(&self, no: TaskNo) -> Result<(Task, &'a Step), Refusal> {
        if no == 0 || no > self.case.last_task {
            return Err(Refusal::NotFound);
        }
        let Some(task) = self.case.tasks.get(&no) else {
            return Err(Refusal::TaskClosed { winner: None });
        };
        self.goes_on()?;
        Ok((task.clone(), self.step(&task.step)?))
    }

    /// The task, if it is open, `person` is among those who are asked and nobody else holds it. It may be parked.
    pub(in crate::engine) fn held_for(&self, no: TaskNo, person: PersonId) -> Result<(Task, &'a Step), Refusal> {
        let (task, step) = self.open_task_of(no)?;
        if self.kept_out_of(&task).contains(&person) {
            let own = self.case.initiators().any(|initiator| initiator == person) && task.kind == TaskKind::Decide;
            return Err(if own { Refusal::OwnCase } else { Refusal::ActedBefore });
        }
        let actors = who::actors(&task.candidates, &task.barred, self.s);
        let meant = task.hands.asked != Asked::ByStep || self.still_meant(step, task.activation, person);
        if !actors.contains(&person) || !meant {
            return Err(Refusal::NotYourTask);
        }
        match holder_among(&task, &actors) {
            Some(holder) if holder != person => Err(TaskRefusal::Claimed { name: self.name_of(holder) }.into()),
            Some(_) | None => Ok((task, step)),
        }
    }

    /// The task, if `person` may go on with it now: theirs, and not parked.
    pub(in crate::engine) fn ready_for(&self, no: TaskNo, person: PersonId) -> Result<(Task, &'a Step), Refusal> {
        let (task, step) = self.held_for(no, person)?;
        match &task.hands.holding {
            Holding::Open | Holding::Claimed { .. } => Ok((task, step)),
            Holding::Parked { until, .. } => Err(TaskRefusal::Parked { waits_for: self.asked_by_name(until) }.into()),
        }
    }

    /// The task, if it is open and `person` may write or decide on it now.
    pub(in crate::engine) fn open_for(&self, no: TaskNo, person: PersonId) -> Result<(Task, &'a Step), Refusal> {
        let (task, step) = self.ready_for(no, person)?;
        if task.hands.is_for_opinion() { Err(TaskRefusal::OpinionOnly.into()) } else { Ok((task, step)) }
    }

    /// Whether `person` may be asked besides those who are: active, not kept out, not asked already.
    pub(super) fn may_be_asked(&self, task: &Task, person: PersonId) -> Result<(), Refusal> {
        if !is_active(person, self.s) || self.kept_out_of(task).contains(&person) {
            return Err(TaskRefusal::CannotBeAsked { name: self.name_of(person) }.into());
        }
        if self.group(task.activation).contains(&person) {
            return Err(TaskRefusal::AlreadyAsked { name: self.name_of(person) }.into());
        }
        Ok(())
    }

    /// Who may not act on the task: who was kept out when it was opened, and who has acted since where its step forbids it.
    fn kept_out_of(&self, task: &Task) -> BTreeSet<PersonId> {
        let mut barred = task.barred.clone();
        if let Some(step) = self.definition.step(&task.step) {
            barred.extend(who::barred(step, &self.case));
        }
        barred
    }

    /// Everybody who is, was or will be asked in an activation, or has acted there for somebody else.
    pub(in crate::engine) fn group(&self, activation: ActivationNo) -> BTreeSet<PersonId> {
        let mut group = BTreeSet::new();
        for task in self.case.tasks.values().filter(|task| task.activation == activation) {
            group.extend(who::actors(&task.candidates, &task.barred, self.s));
            group.extend(task.hands.followers.iter().map(|follower| follower.person));
        }
        if let Some(Waiting::People { cast, later }) = self.case.activations.get(&activation).map(|a| &a.waiting) {
            group.extend(cast.keys().chain(later).copied());
        }
        group.extend(self.case.activations.get(&activation).into_iter().flat_map(|own| own.deputies.keys().copied()));
        group
    }

    /// The names of those who are asked in these tasks.
    pub(super) fn asked_by_name(&self, tasks: &BTreeSet<TaskNo>) -> Vec<String> {
        let open = tasks.iter().filter_map(|no| self.case.tasks.get(no));
        let people = open.flat_map(|task| who::actors(&task.candidates, &task.barred, self.s));
        people.map(|person| self.name_of(person)).collect()
    }

    pub(in crate::engine) fn name_of(&self, person: PersonId) -> String {
        self.s.people.people.get(&person).map_or_else(|| "—".to_owned(), |person| person.name.clone())
    }
}
