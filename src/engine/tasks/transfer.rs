//! 转办: somebody else decides in one's place, finally.

use super::{Forbidden, TaskEvent, TaskRefusal};
use crate::{
    engine::{case::TaskNo, fields, refusal::Refusal, walk::Walk},
    ids::PersonId,
};

impl Walk<'_> {
    pub(super) fn transfer(&mut self, no: TaskNo, person: PersonId, to: PersonId, reason: &str) -> Result<(), Refusal> {
        let (task, step) = self.open_for(no, person)?;
        let forbidden = step.limits().is_none_or(|limits| limits.no_transfer);
        if forbidden || !self.may_be_brought_in(step, task.activation, to) {
            return Err(TaskRefusal::Forbidden { what: Forbidden::Transfer }.into());
        }
        self.may_be_asked(&task, to)?;
        if self.counts_for_another_item(step, task.activation, to) {
            return Err(TaskRefusal::AlreadyAsked { name: self.name_of(to) }.into());
        }
        if reason.is_empty() {
            return Err(Refusal::ReasonNeeded);
        }
        fields::check_reason(reason)?;
        self.emit(TaskEvent::TaskTransferred { task: no, from: person, to, reason: reason.to_owned() }.into());
        Ok(())
    }
}
