//! Keeping people out of tasks that are open already: whoever acts in one branch may be kept out of another.

use super::{
    case::Task,
    event::{CancelReason, Event},
    refusal::Refusal,
    walk::Walk,
    who,
};
use crate::{
    definition::{Step, StepKind, StepName},
    ids::PersonId,
};

impl<'a> Walk<'a> {
    /// `person` has acted in `step`: bars them from every open task whose step keeps out who acted there. Where that
    /// leaves nobody, the step is held.
    pub fn bar_elsewhere(&mut self, step: &StepName, person: PersonId) -> Result<(), Refusal> {
        let open: Vec<_> = self.case.tasks.values().cloned().collect();
        for task in open {
            let Some(own) = self.definition.step(&task.step) else { continue };
            if keeps_out(own, step) && !task.barred.contains(&person) {
                self.emit(Event::PersonBarred { task: task.no, person, acted_in: step.clone() });
                self.ask_others(&task, own)?;
            }
        }
        Ok(())
    }

    /// Asks again where nobody may act on the task any more.
    fn ask_others(&mut self, task: &Task, step: &'a Step) -> Result<(), Refusal> {
        let left = self.case.tasks.get(&task.no).map(|task| who::actors(&task.candidates, &task.barred, self.s));
        if left.is_some_and(|left| left.is_empty()) {
            self.close_tasks(task.activation, &CancelReason::Barred);
            self.ask_anew(task.activation, step)?;
        }
        Ok(())
    }
}

fn keeps_out(step: &Step, acted_in: &StepName) -> bool {
    match &step.kind {
        StepKind::Fill(fill) => fill.limits.not_by.contains(acted_in),
        StepKind::Approve(approve) => approve.limits.not_by.contains(acted_in),
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
