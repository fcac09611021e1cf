//! 代理: who acts in whose place. A substitute does what the person they stand for could do on a task, and nothing else;
//! never where they are kept out, never beside a part of their own, never in a chain.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{
    case::{Case, Task, TaskNo},
    command::Action,
    event::Event,
    people::{Directory, Principal},
    refusal::Refusal,
    surroundings::Surroundings,
    voting::asks,
    walk::Walk,
    who,
};
use crate::{
    definition::{Definition, Step, WorkflowName},
    ids::PersonId,
};

/// Somebody stands for somebody else for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Substitution {
    /// For whom.
    pub person: PersonId,
    /// Who.
    pub deputy: PersonId,
    /// In which workflows; all of them when empty.
    pub workflows: BTreeSet<WorkflowName>,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
}

impl Substitution {
    /// Whether it holds on `day` in cases of `workflow`.
    #[must_use]
    pub fn covers(&self, workflow: &WorkflowName, day: NaiveDate) -> bool {
        self.from <= day && day <= self.until && (self.workflows.is_empty() || self.workflows.contains(workflow))
    }
}

impl Directory {
    /// For whom `deputy` stands on `day`, in cases of `workflow`.
    pub fn stood_for<'a>(
        &'a self,
        deputy: PersonId,
        workflow: &'a WorkflowName,
        day: NaiveDate,
    ) -> impl Iterator<Item = PersonId> + 'a {
        let today = self.substitutions.iter().filter(move |s| s.deputy == deputy && s.covers(workflow, day));
        today.map(|s| s.person).filter(|person| self.people.get(person).is_some_and(|known| known.active))
    }
}

/// In whose place `person` may write or decide on a task that is not their own; `None` when in nobody's.
#[must_use]
pub fn in_place_of(
    definition: &Definition,
    case: &Case,
    (task, person): (TaskNo, PersonId),
    s: &Surroundings<'_>,
) -> Option<PersonId> {
    Walk::new(definition, case.clone(), s).in_place_of(task, person)
}

impl Walk<'_> {
    /// Who the engine takes `person` for: themselves, or the person in whose place they act on the task of `action`.
    pub fn seat_of(&mut self, action: &Action, person: PersonId) -> Result<PersonId, Refusal> {
        let Some(task) = action.task().filter(|_| action.is_for_substitutes()) else { return Ok(person) };
        if self.open_for(task, person).is_ok() {
            return Ok(person);
        }
        let Some(of) = self.in_place_of(task, person) else { return Ok(person) };
        self.instead_of = Some((person, of));
        if !action.changes_nothing() {
            let step = self.case.tasks.get(&task).map(|task| task.step.clone());
            self.emit(Event::SubstituteActed { task, by: person, of });
            if let Some(step) = step {
                self.bar_elsewhere(&step, person)?;
            }
        }
        Ok(of)
    }

    fn in_place_of(&self, no: TaskNo, deputy: PersonId) -> Option<PersonId> {
        let task = self.case.tasks.get(&no)?;
        let step = self.step(&task.step).ok()?;
        if self.is_kept_out(task, step, deputy) {
            return None;
        }
        let day = who::day_of(self.s.now);
        self.s
            .people
            .stood_for(deputy, &self.case.workflow, day)
            .filter(|person| !self.acted_for_another(task, deputy, *person))
            .find(|person| self.open_for(no, *person).is_ok() && !self.is_an_administrators(task, step, *person))
    }

    /// Whether `deputy` has acted on the activation in the place of somebody other than `person`.
    fn acted_for_another(&self, task: &Task, deputy: PersonId, person: PersonId) -> bool {
        let activation = self.case.activations.get(&task.activation);
        activation.and_then(|activation| activation.deputies.get(&deputy)).is_some_and(|of| *of != person)
    }

    /// One person never has two votes: whoever is kept out or is in the group themselves stands for nobody there.
    fn is_kept_out(&self, task: &Task, step: &Step, deputy: PersonId) -> bool {
        let active = self.s.people.people.get(&deputy).is_some_and(|known| known.active);
        let stands_already =
            self.case.activations.get(&task.activation).is_some_and(|own| own.deputies.contains_key(&deputy));
        let group = asks(step).map(|(by, _)| self.meant(by, task.activation)).unwrap_or_default();
        let day = who::day_of(self.s.now);
        !active
            || task.barred.contains(&deputy)
            || who::barred(step, &self.case).contains(&deputy)
            || self.counts_for_another_item(step, task.activation, deputy)
            || !stands_already && self.group(task.activation).contains(&deputy)
            || self.s.people.people_of(&group, day).contains(&deputy)
    }

    /// What somebody may do as one of the three administrators is nobody else's.
    fn is_an_administrators(&self, task: &Task, step: &Step, person: PersonId) -> bool {
        let meant = self.meant_by(step, task.activation);
        let day = who::day_of(self.s.now);
        let (administrators, others): (Vec<_>, Vec<_>) = meant.into_iter().partition(Principal::is_an_administrators);
        let among = |principals: &[Principal]| self.s.people.people_of(principals, day).contains(&person);
        among(&administrators) && !among(&others)
    }
}
