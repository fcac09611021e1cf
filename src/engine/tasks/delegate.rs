//! 委派: somebody else gives an opinion, and the task comes back to whoever asked for it.

use super::{Advice, Asked, Holding, TaskEvent, TaskRefusal};
use crate::{
    engine::{
        case::{TaskKind, TaskNo},
        event::{CancelReason, Event},
        fields,
        refusal::Refusal,
        walk::Walk,
    },
    ids::PersonId,
};

impl Walk<'_> {
    pub(super) fn delegate(&mut self, no: TaskNo, person: PersonId, to: PersonId, reason: &str) -> Result<(), Refusal> {
        // A delegate's delegate is refused here: who was asked for an opinion gives their own.
        let (task, step) = self.open_for(no, person)?;
        if task.kind == TaskKind::Fill || step.handoff.is_some() {
            return Err(Refusal::NotOffered);
        }
        self.may_be_asked(&task, to)?;
        fields::check_reason(reason)?;
        let opinion = self.case.last_task + 1;
        self.emit(TaskEvent::TaskDelegated { task: no, by: person, to, opinion, reason: reason.to_owned() }.into());
        self.ask_person(
            (task.activation, step),
            to,
            Asked::ForOpinion { by: person },
            (task.due_at, task.counted.clone()),
        );
        Ok(())
    }

    /// Takes the opinion's task back; the parked one goes on.
    pub(super) fn call_back(&mut self, no: TaskNo, person: PersonId) -> Result<(), Refusal> {
        let (task, _) = self.held_for(no, person)?;
        let asked = task
            .hands
            .waits_for()
            .into_iter()
            .find(|waited| self.case.tasks.get(waited).is_some_and(|waited| waited.hands.is_for_opinion()));
        let Some(opinion) = asked else {
            return Err(TaskRefusal::NothingToCallBack.into());
        };
        self.emit(TaskEvent::TaskCalledBack { task: no, by: person }.into());
        self.emit(Event::TaskCancelled { task: opinion, why: CancelReason::CalledBack });
        Ok(())
    }

    pub(super) fn give_opinion(
        &mut self,
        no: TaskNo,
        person: PersonId,
        advice: Advice,
        text: &str,
    ) -> Result<(), Refusal> {
        let (task, _) = self.ready_for(no, person)?;
        if !task.hands.is_for_opinion() {
            return Err(Refusal::NotOffered);
        }
        if text.is_empty() {
            return Err(Refusal::ReasonNeeded);
        }
        fields::check_reason(text)?;
        let text = text.to_owned();
        let parked = self.case.tasks.values().find(|other| match &other.hands.holding {
            Holding::Parked { until, .. } => until.contains(&no),
            Holding::Open | Holding::Claimed { .. } => false,
        });
        let on = parked.map(|parked| parked.no).ok_or(Refusal::NotOffered)?;
        self.emit(TaskEvent::OpinionGiven { task: no, on, by: person, advice, text, at: self.s.now }.into());
        Ok(())
    }
}
