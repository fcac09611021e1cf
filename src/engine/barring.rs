//! Keeping people out of tasks that are open already: whoever acts in one branch may be kept out of another.

use std::collections::BTreeSet;

use super::{
    case::{ActivationNo, Waiting},
    event::Event,
    refusal::Refusal,
    walk::Walk,
    who,
};
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
            self.bar_from(activation.no, person, Some(step));
            self.look_again(activation.no, own)?;
        }
        Ok(())
    }

    /// `person` took over the case that waits for this one: bars them from every open task of a step that keeps out
    /// initiators, and counts again where they had voted. A suspended case counts once it goes on.
    pub(super) fn bar_initiator(&mut self, person: PersonId) -> Result<(), Refusal> {
        let open: Vec<_> = self.case.activations.values().cloned().collect();
        for activation in open {
            let own = self.step(&activation.step)?;
            let waits = matches!(activation.waiting, Waiting::People { .. });
            if !waits
                || !self.case.activations.contains_key(&activation.no)
                || !who::barred(own, &self.case).contains(&person)
            {
                continue;
            }
            self.bar_from(activation.no, person, None);
            if self.case.suspended.is_none() {
                self.look_again(activation.no, own)?;
            }
        }
        Ok(())
    }

    fn bar_from(&mut self, activation: ActivationNo, person: PersonId, acted_in: Option<&StepName>) {
        let barred: Vec<_> = self
            .case
            .tasks
            .values()
            .filter(|task| task.activation == activation && !task.barred.contains(&person))
            .filter(|task| who::actors(&task.candidates, &BTreeSet::new(), self.s).contains(&person))
            .map(|task| task.no)
            .collect();
        for task in barred {
            self.emit(Event::PersonBarred { task, person, acted_in: acted_in.cloned() });
        }
    }
}
