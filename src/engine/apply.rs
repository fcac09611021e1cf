//! The only place where a case changes.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    case::{Activation, Case, Status, TaskNo, Waiting},
    event::Event,
};
use crate::ids::PersonId;

impl Case {
    /// Changes the case as `event` says. Never fails: an event about something that is gone changes nothing.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Started { .. } => {
                if let Some(begun) = Self::begun(event) {
                    *self = begun;
                }
            }
            Event::StepEntered { activation, step, parent, resume, at } => {
                self.last_activation = *activation;
                let entered = Activation {
                    no: *activation,
                    step: step.clone(),
                    parent: *parent,
                    resume: resume.clone(),
                    entered_at: *at,
                    waiting: Waiting::Nothing,
                };
                self.activations.insert(*activation, entered);
            }
            Event::WaitChanged { activation, waiting } => self.wait_for(*activation, waiting.clone()),
            Event::NobodyFound { activation, approved, .. } => {
                self.wait_for(*activation, Waiting::Nobody { approved: approved.clone() });
            }
            Event::TaskOpened { task } => {
                self.last_task = task.no;
                self.tasks.insert(task.no, task.clone());
            }
            Event::FieldsSaved { task, by, fields, cleared } => {
                self.remember(*task, *by);
                self.form.extend(fields.clone());
                self.form.retain(|name, _| !cleared.contains(name));
            }
            Event::TaskCompleted { task, by } | Event::TaskDecided { task, by, .. } => {
                self.remember(*task, *by);
                self.tasks.remove(task);
            }
            Event::TaskCancelled { task, .. } => {
                self.tasks.remove(task);
            }
            Event::PersonBarred { task, person, .. } => {
                if let Some(task) = self.tasks.get_mut(task) {
                    task.barred.insert(*person);
                }
            }
            Event::StepPassed { activation, step, result } => {
                self.activations.remove(activation);
                self.passed.insert(step.clone());
                if let Some(result) = result {
                    self.results.insert(step.clone(), result.clone());
                }
            }
            Event::StepCancelled { activation, .. } => {
                self.activations.remove(activation);
            }
            Event::Returned { undone, .. } => {
                for step in undone {
                    self.passed.remove(step);
                    self.results.remove(step);
                }
            }
            Event::BranchFinished { activation, branch } => self.finish_branch(*activation, *branch),
            Event::FactRecorded { fact, .. } => self.facts.push(fact.clone()),
            Event::FactRevoked { fact, .. } => {
                self.facts
                    .iter_mut()
                    .filter(|recorded| recorded.id == *fact)
                    .for_each(|recorded| recorded.revoked = true);
            }
            Event::Ended { outcome, at, .. } => {
                self.status = Status::Ended { outcome: outcome.clone(), at: *at };
            }
            Event::GatePassed { .. }
            | Event::BranchChosen { .. }
            | Event::EffectDone { .. }
            | Event::CopiedIn { .. } => {}
        }
    }

    /// The case that a journal tells of; `None` when it does not begin with [`Event::Started`].
    #[must_use]
    pub fn replay<'a>(events: impl IntoIterator<Item = &'a Event>) -> Option<Self> {
        let mut events = events.into_iter();
        let mut case = Self::begun(events.next()?)?;
        events.for_each(|event| case.apply(event));
        Some(case)
    }

    /// The case as it stands right after it began.
    pub(super) fn begun(event: &Event) -> Option<Self> {
        let Event::Started { case, workflow, definition, number, project, year, initiator, initiator_unit, at } = event
        else {
            return None;
        };
        Some(Self {
            id: *case,
            workflow: workflow.clone(),
            definition: definition.clone(),
            number: number.clone(),
            project: *project,
            year: *year,
            initiator: *initiator,
            initiator_unit: initiator_unit.clone(),
            started_at: *at,
            status: Status::Running,
            form: BTreeMap::new(),
            activations: BTreeMap::new(),
            tasks: BTreeMap::new(),
            results: BTreeMap::new(),
            passed: BTreeSet::new(),
            acted: BTreeMap::new(),
            facts: Vec::new(),
            last_activation: 0,
            last_task: 0,
        })
    }

    /// Whoever wrote, completed or decided acted in that step, and stays somebody who did.
    fn remember(&mut self, task: TaskNo, person: PersonId) {
        if let Some(task) = self.tasks.get(&task) {
            self.acted.entry(task.step.clone()).or_default().insert(person);
        }
    }

    fn wait_for(&mut self, activation: u32, waiting: Waiting) {
        if let Some(activation) = self.activations.get_mut(&activation) {
            activation.waiting = waiting;
        }
    }

    fn finish_branch(&mut self, activation: u32, branch: usize) {
        if let Some(Activation { waiting: Waiting::Branches(open), .. }) = self.activations.get_mut(&activation) {
            open.remove(&branch);
        }
    }
}
