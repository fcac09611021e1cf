//! Keeping people out of tasks that are open already: whoever acts in one branch may be kept out of another.

use std::collections::BTreeSet;

use super::{case::Waiting, event::Event, refusal::Refusal, walk::Walk, who};
use crate::{definition::StepName, ids::PersonId};

impl Walk<'_> {
    /// `person` has acted in `step`: bars them from every open task whose step keeps out who acted there, and counts
    /// again where they had voted. Where that leaves nobody, the step is held.
    pub fn bar_elsewhere(&mut self, step: &StepName, person: PersonId) -> Result<(), Refusal> {
        let open: Vec<_> = self.case.activations.values().cloned().collect();
        for activation in open {
            let own = self.step(&activation.step)?;
            let waits = matches!(activation.waiting, Waiting::People { .. });
            if !waits || !own.keeps_out(step) || !self.case.activations.contains_key(&activation.no) {
                continue;
            }
            let barred: Vec<_> = self
                .case
                .tasks
                .values()
                .filter(|task| task.activation == activation.no && !task.barred.contains(&person))
                .filter(|task| who::actors(&task.candidates, &BTreeSet::new(), self.s).contains(&person))
                .map(|task| task.no)
                .collect();
            for task in barred {
                self.emit(Event::PersonBarred { task, person, acted_in: step.clone() });
            }
            self.look_again(activation.no, own)?;
        }
        Ok(())
    }
}
