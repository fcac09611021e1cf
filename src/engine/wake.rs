//! Looking again: at gates, at facts that are waited for, and at steps that had found nobody.

use super::{
    case::{ActivationNo, Waiting},
    event::Event,
    refusal::Refusal,
    walk::Walk,
};
use crate::definition::{StepKind, Wait};

impl Walk<'_> {
    /// Looks again at closed gates, at steps that had found nobody, and at people who may no longer be meant. A gate that
    /// refuses what it finds keeps nothing else from going on.
    ///
    /// # Errors
    /// The first refusal, where nothing at all went on.
    pub(super) fn wake(&mut self) -> Result<(), Refusal> {
        let emitted = self.events.len();
        let parked: Vec<_> = self.case.activations.keys().copied().collect();
        let mut refused = None;
        for activation in parked {
            if !self.is_running() {
                break;
            }
            let (case, events, effects) = (self.case.clone(), self.events.len(), self.effects.len());
            if let Err(refusal) = self.wake_one(activation) {
                self.case = case;
                self.events.truncate(events);
                self.effects.truncate(effects);
                refused.get_or_insert(refusal);
            }
        }
        match refused {
            Some(refusal) if self.events.len() == emitted => Err(refusal),
            Some(_) | None => Ok(()),
        }
    }

    /// What woke before may have closed this one, or changed what it waits for.
    fn wake_one(&mut self, no: ActivationNo) -> Result<(), Refusal> {
        let Some(activation) = self.case.activations.get(&no).cloned() else { return Ok(()) };
        let step = self.step(&activation.step)?;
        match (activation.waiting, &step.kind) {
            (Waiting::Fact { .. }, StepKind::Gate(gate)) => {
                if let Some(fact) = self.gate_opens(step, gate)? {
                    self.emit(Event::GatePassed { step: step.name.clone(), fact });
                    self.pass(no, None)?;
                }
            }
            (Waiting::Fact { .. }, StepKind::Wait(Wait::Fact { fact, is })) => {
                if let Some(fact) = self.stands(fact, is) {
                    self.emit(Event::GatePassed { step: step.name.clone(), fact });
                    self.pass(no, None)?;
                }
            }
            (Waiting::Nobody { cast }, _) => self.ask_again(no, step, cast)?,
            (Waiting::People { .. }, _) => self.look_again(no, step)?,
            _ => {}
        }
        Ok(())
    }
}
