//! 认领、归还: one of several takes a task, so that two do not do the same work.

use super::{Asked, Holding, TaskEvent, TaskRefusal, is_pooled};
use crate::{
    engine::{case::TaskNo, refusal::Refusal, walk::Walk},
    ids::PersonId,
};

impl Walk<'_> {
    /// Takes a pooled task. Who comes second is told who was first: the case's version decides between two at once.
    pub(super) fn claim(&mut self, no: TaskNo, person: PersonId) -> Result<(), Refusal> {
        let (task, _) = self.ready_for(no, person)?;
        match task.hands.holding {
            Holding::Claimed { by } if by == person => return Err(TaskRefusal::AlreadyYours.into()),
            Holding::Claimed { .. } | Holding::Open | Holding::Parked { .. } => {}
        }
        if !is_pooled(&task, self.s) {
            return Err(TaskRefusal::NotPooled.into());
        }
        self.emit(TaskEvent::TaskClaimed { task: no, by: person }.into());
        Ok(())
    }

    /// Puts a claimed task back for the others.
    pub(super) fn release(&mut self, no: TaskNo, person: PersonId) -> Result<(), Refusal> {
        let (task, _) = self.ready_for(no, person)?;
        let claimed = task.hands.holding == Holding::Claimed { by: person };
        if !claimed || task.hands.asked != Asked::ByStep || !is_pooled(&task, self.s) {
            return Err(TaskRefusal::NotClaimed.into());
        }
        self.emit(TaskEvent::TaskReleased { task: no, by: person }.into());
        Ok(())
    }
}
