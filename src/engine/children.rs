//! Cases that a case starts, and what becomes of the two.
//!
//! The id of the child follows from the parent's and the activation's, so the engine names it without chance; whoever
//! saves the plan starts the child in the same transaction, or refuses the whole.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    case::{ActivationNo, Case, StepResult, Waiting},
    event::Event,
    refusal::Refusal,
    seats::Ballots,
    walk::{Parent, Walk},
    who,
};
use crate::{
    definition::{Outcome, StartCase, Step, StepName, WorkflowName, registry::TERMINATED},
    ids::{CaseId, CaseKind, PersonId},
};

/// The case that started another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartedBy {
    /// That case.
    pub case: CaseId,
    /// The activation of its start step.
    pub activation: ActivationNo,
    /// Whether it waits for this one to end.
    pub waits: bool,
    /// Who had started that case and taken it over, then or since, where it waits: as little as in their own do they
    /// decide in this one, on which it hangs.
    #[serde(default)]
    pub initiators: Vec<PersonId>,
}

/// A case that another one started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Child {
    /// The step that started it.
    pub step: StepName,
    /// Its workflow.
    pub workflow: WorkflowName,
    /// Its id.
    pub case: CaseId,
}

impl Case {
    /// The cases that it waits for.
    pub fn children_waited_for(&self) -> impl Iterator<Item = CaseId> {
        self.activations.values().filter_map(|activation| match &activation.waiting {
            Waiting::Child { case, .. } => Some(*case),
            Waiting::Nothing
            | Waiting::People { .. }
            | Waiting::Nobody { .. }
            | Waiting::Fact { .. }
            | Waiting::Until { .. }
            | Waiting::Branches(_) => None,
        })
    }
}

impl<'a> Walk<'a> {
    pub(super) fn enter_start(&mut self, step: &'a Step, start: &'a StartCase, parent: Parent) -> Result<(), Refusal> {
        let activation = self.activate(step, parent, None);
        self.start_child(activation, step, start)
    }

    /// Starts the other case, or holds this one where there is nobody on whose behalf.
    pub(super) fn start_child(
        &mut self,
        activation: ActivationNo,
        step: &'a Step,
        start: &'a StartCase,
    ) -> Result<(), Refusal> {
        let by = self.meant(&start.by, activation);
        let people = who::actors(&by, &BTreeSet::new(), self.s);
        if people.is_empty() {
            self.hold(activation, step, Ballots::new());
            return Ok(());
        }
        let case = self.case.id.derive::<CaseKind>(&format!("start/{activation}"));
        let child = Child { step: step.name.clone(), workflow: start.workflow.clone(), case };
        self.emit(Event::ChildStarted { activation, child, people, waits: start.waits });
        if start.waits {
            self.wait(activation, Waiting::Child { case, workflow: start.workflow.clone() });
            return Ok(());
        }
        self.pass(activation, None)
    }

    /// Looks again for somebody on whose behalf.
    pub(super) fn start_again(
        &mut self,
        activation: ActivationNo,
        step: &'a Step,
        start: &'a StartCase,
    ) -> Result<(), Refusal> {
        let by = self.meant(&start.by, activation);
        let nobody = who::actors(&by, &BTreeSet::new(), self.s).is_empty();
        if nobody { Ok(()) } else { self.start_child(activation, step, start) }
    }

    /// The case that an activation waits for has ended. An activation that does not wait for it any more stays as it is:
    /// so the parent goes on once, however often it is told.
    pub(super) fn child_ended(
        &mut self,
        activation: ActivationNo,
        child: CaseId,
        outcome: &Outcome,
    ) -> Result<(), Refusal> {
        let Some(waiting) = self.case.activations.get(&activation) else { return Ok(()) };
        if !matches!(&waiting.waiting, Waiting::Child { case, .. } if *case == child) {
            return Ok(());
        }
        let step = waiting.step.clone();
        self.emit(Event::ChildEnded { step, case: child, outcome: outcome.clone() });
        self.pass(activation, Some(StepResult::Ended(outcome.clone())))
    }

    /// Somebody took over the case that waits for this one, and decides as little in this one from now on. Told again,
    /// or where nothing waits for it, nothing changes.
    pub(super) fn parent_taken_over(&mut self, person: PersonId) -> Result<(), Refusal> {
        let waited_for = self.case.started_by.as_ref().is_some_and(|by| by.waits);
        if !waited_for || !self.is_running() || self.case.initiators().any(|known| known == person) {
            return Ok(());
        }
        self.emit(Event::ParentTakenOver { person });
        self.bar_initiator(person)
    }

    /// The case that started this one does not wait for it any more.
    pub(super) fn parent_gone(&mut self, reason: &str) {
        if self.is_running() {
            self.end(TERMINATED.name.into(), reason.to_owned());
        }
    }
}
