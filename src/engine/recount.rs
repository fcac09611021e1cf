//! The calendar has changed: what is counted in working days is counted again, from where it began.

use serde::{Deserialize, Serialize};

use super::{
    case::{ActivationNo, TaskNo, Waiting},
    event::Event,
    refusal::Refusal,
    walk::Walk,
};
use crate::{
    clock::Instant,
    definition::{StepKind, Wait},
};

/// A deadline that moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedDue {
    /// The task.
    pub task: TaskNo,
    /// As it was.
    pub before: Instant,
    /// As it is.
    pub after: Instant,
}

impl Walk<'_> {
    /// Changes nothing where nothing has moved, so it is safe to repeat.
    pub(super) fn recount(&mut self) -> Result<(), Refusal> {
        let due = self.moved_dues();
        if !due.is_empty() {
            self.emit(Event::Recounted { due, calendar: self.s.calendar.version });
        }
        for (activation, before, at) in self.waits_counted_anew() {
            if before != at {
                self.wait(activation, Waiting::Until { at });
            }
        }
        self.set_clocks();
        Ok(())
    }

    fn moved_dues(&self) -> Vec<MovedDue> {
        let moved = self.case.tasks.values().filter_map(|task| {
            let (before, counted) = (task.due_at?, task.counted.as_ref()?);
            let (after, _) = self.s.calendar.count(counted.from, counted.span, &self.case.pauses);
            (before != after).then_some(MovedDue { task: task.no, before, after })
        });
        moved.collect()
    }

    /// Until when the steps that wait for a span waited and wait now; a day that the calendar names stays where it is.
    pub(super) fn waits_counted_anew(&self) -> Vec<(ActivationNo, Instant, Instant)> {
        let counted = self.case.activations.values().filter_map(|activation| {
            let Waiting::Until { at } = activation.waiting else { return None };
            let step = self.definition.step(&activation.step)?;
            let StepKind::Wait(Wait::For(span)) = &step.kind else { return None };
            let (after, _) = self.s.calendar.count(activation.entered_at, *span, &self.case.pauses);
            Some((activation.no, at, after))
        });
        counted.collect()
    }
}
