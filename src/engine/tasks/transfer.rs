//! 转办: somebody else decides in one's place, finally.

use super::{Forbidden, TaskEvent, TaskRefusal};
use crate::{
    definition::{Step, StepKind},
    engine::{case::TaskNo, fields, refusal::Refusal, walk::Walk},
    ids::PersonId,
};

impl Walk<'_> {
    pub(super) fn transfer(&mut self, no: TaskNo, person: PersonId, to: PersonId, reason: &str) -> Result<(), Refusal> {
        let (task, step) = self.open_for(no, person)?;
        if !may_be_transferred(step) {
            return Err(TaskRefusal::Forbidden { what: Forbidden::Transfer }.into());
        }
        self.may_be_asked(&task, to)?;
        if reason.is_empty() {
            return Err(Refusal::ReasonNeeded);
        }
        fields::check_reason(reason)?;
        self.emit(TaskEvent::TaskTransferred { task: no, from: person, to, reason: reason.to_owned() }.into());
        Ok(())
    }
}

/// Whether the definition lets a task of this step be given away.
fn may_be_transferred(step: &Step) -> bool {
    match &step.kind {
        StepKind::Fill(fill) => !fill.limits.no_transfer,
        StepKind::Approve(approve) => !approve.limits.no_transfer,
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
    }
}
