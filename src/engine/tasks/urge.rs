//! 催办: whoever started the case or took part in it asks those who are slow.

use chrono::TimeDelta;

use super::{Holding, TaskEvent, TaskRefusal, may_act};
use crate::{
    engine::{case::TaskNo, refusal::Refusal, walk::Walk},
    ids::PersonId,
};

/// Hours between two urgings of the same task by the same person, at least.
const HOURS_BETWEEN_MIN: i64 = 4;

impl Walk<'_> {
    pub(super) fn urge(&mut self, no: TaskNo, person: PersonId) -> Result<(), Refusal> {
        let (task, _) = self.open_task_of(no)?;
        let takes_part =
            self.case.is_initiated_by(person) || self.case.acted.values().any(|people| people.contains(&person));
        if !takes_part || may_act(&task, person, self.s) {
            return Err(TaskRefusal::CannotUrge.into());
        }
        match &task.hands.holding {
            Holding::Open | Holding::Claimed { .. } => {}
            Holding::Parked { until, .. } => {
                return Err(TaskRefusal::UrgeOthers { waits_for: self.asked_by_name(until) }.into());
            }
        }
        let again_at = task.hands.urged.get(&person).map(|last| *last + TimeDelta::hours(HOURS_BETWEEN_MIN));
        match again_at {
            Some(again_at) if self.s.now < again_at => Err(TaskRefusal::UrgedAlready { again_at }.into()),
            Some(_) | None => {
                self.emit(TaskEvent::TaskUrged { task: no, by: person, at: self.s.now }.into());
                Ok(())
            }
        }
    }
}
