//! Looking again: at gates, at facts that are waited for, and at steps that had found nobody.

use super::{case::Waiting, event::Event, refusal::Refusal, walk::Walk};
use crate::definition::{StepKind, Wait};

impl Walk<'_> {
    /// Looks again at closed gates, at steps that had found nobody, and at people who may no longer be meant.
    pub(super) fn wake(&mut self) -> Result<(), Refusal> {
        let parked: Vec<_> = self.case.activations.values().cloned().collect();
        for activation in parked {
            if !self.is_running() {
                break;
            }
            let step = self.step(&activation.step)?;
            match (&activation.waiting, &step.kind) {
                (Waiting::Fact { .. }, StepKind::Gate(gate)) => {
                    if let Some(fact) = self.gate_opens(step, gate)? {
                        self.emit(Event::GatePassed { step: step.name.clone(), fact });
                        self.pass(activation.no, None)?;
                    }
                }
                (Waiting::Fact { .. }, StepKind::Wait(Wait::Fact { fact, is })) => {
                    if let Some(fact) = self.stands(fact, is) {
                        self.emit(Event::GatePassed { step: step.name.clone(), fact });
                        self.pass(activation.no, None)?;
                    }
                }
                (Waiting::Nobody { cast }, _) => self.ask_again(activation.no, step, cast.clone())?,
                (Waiting::People { .. }, _) => self.look_again(activation.no, step)?,
                _ => {}
            }
        }
        Ok(())
    }
}
