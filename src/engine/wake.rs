//! Looking again: at gates, at facts that are waited for, and at steps that had found nobody.

use super::{
    case::{ActivationNo, Waiting},
    event::Event,
    refusal::Refusal,
    walk::Walk,
    who,
};
use crate::{
    definition::{Step, StepKind, Wait},
    ids::PersonId,
};

impl<'a> Walk<'a> {
    /// Looks again at closed gates and at steps that had found nobody.
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
                (Waiting::Nobody { approved }, kind) => self.ask_again(activation.no, step, kind, approved)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Asks the people of a step whose tasks were closed, or holds it.
    pub(super) fn ask_anew(&mut self, activation: ActivationNo, step: &'a Step) -> Result<(), Refusal> {
        let approved = match self.case.activations.get(&activation).map(|activation| &activation.waiting) {
            Some(Waiting::People { approved, .. }) => approved.clone(),
            Some(
                Waiting::Nothing
                | Waiting::Nobody { .. }
                | Waiting::Fact { .. }
                | Waiting::Until { .. }
                | Waiting::Child { .. }
                | Waiting::Branches(_),
            )
            | None => Vec::new(),
        };
        self.hold(activation, step, approved.clone());
        self.ask_again(activation, step, &step.kind, &approved)
    }

    fn ask_again(
        &mut self,
        activation: ActivationNo,
        step: &'a Step,
        kind: &'a StepKind,
        approved: &[PersonId],
    ) -> Result<(), Refusal> {
        let by = match kind {
            StepKind::Fill(fill) => &fill.by,
            StepKind::Approve(approve) => &approve.by,
            StepKind::Each(each) => return self.look_through_again(activation, step, each),
            StepKind::Start(start) => return self.start_again(activation, step, start),
            StepKind::Gate(_)
            | StepKind::Choose(_)
            | StepKind::Parallel(_)
            | StepKind::Wait(_)
            | StepKind::Do(_)
            | StepKind::Record(_)
            | StepKind::Notify(_)
            | StepKind::End(_) => return Ok(()),
        };
        let candidates = self.meant(by, activation);
        let barred = who::barred(step, &self.case);
        if who::actors(&candidates, &barred, self.s).iter().all(|person| approved.contains(person)) {
            return Ok(());
        }
        if let StepKind::Approve(approve) = kind {
            self.ask(activation, step, approve, approved.to_vec());
        } else {
            self.wait(activation, Waiting::People { approved: Vec::new(), later: Vec::new() });
            self.open_task(activation, step, candidates);
        }
        Ok(())
    }
}
