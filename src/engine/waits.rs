//! Steps that wait for a time or a fact.

use chrono::{NaiveDate, NaiveTime, TimeZone as _};

use super::{
    case::{ActivationNo, Task, Waiting},
    event::Event,
    refusal::Refusal,
    walk::{Parent, Walk},
};
use crate::{
    clock::{Instant, ZONE},
    definition::{FactName, FactValue, Step, Value, Wait},
    ids::FactId,
};

impl<'a> Walk<'a> {
    /// Goes straight on where there is nothing left to wait for.
    pub(super) fn enter_wait(&mut self, step: &'a Step, wait: &Wait, parent: Parent) -> Result<(), Refusal> {
        let refused = || Refusal::Undecidable { step: step.title.clone() };
        let at = match wait {
            Wait::Fact { fact, is } => {
                if let Some(fact) = self.stands(fact, is) {
                    self.emit(Event::GatePassed { step: step.name.clone(), fact });
                    return self.advance(step, parent);
                }
                let activation = self.activate(step, parent, None);
                self.wait(activation, Waiting::Fact { fact: fact.clone(), is: is.clone() });
                return Ok(());
            }
            Wait::For(span) => self.s.calendar.deadline(self.s.now, *span),
            Wait::UntilDay(day) => day.of(self.case.year).and_then(start_of).ok_or_else(refused)?,
            Wait::UntilField(field) => match self.case.form.get(field) {
                Some(Value::Date(day)) => start_of(*day).ok_or_else(refused)?,
                _ => return Err(refused()),
            },
        };
        if at <= self.s.now {
            self.emit(Event::WaitOver { step: step.name.clone() });
            return self.advance(step, parent);
        }
        let activation = self.activate(step, parent, None);
        self.wait(activation, Waiting::Until { at });
        Ok(())
    }

    /// The clock of a waiting activation has rung. One that does not wait any more, or not yet long enough, stays as it
    /// is: so a clock may ring twice.
    pub(super) fn ring(&mut self, activation: ActivationNo) -> Result<(), Refusal> {
        let Some(waiting) = self.case.activations.get(&activation) else { return Ok(()) };
        match waiting.waiting {
            Waiting::Until { at } if at <= self.s.now => {
                self.emit(Event::WaitOver { step: waiting.step.clone() });
                self.pass(activation, None)
            }
            Waiting::People { .. } => self.pass_deadline(activation),
            Waiting::Until { .. }
            | Waiting::Nothing
            | Waiting::Nobody { .. }
            | Waiting::Fact { .. }
            | Waiting::Child { .. }
            | Waiting::Branches(_) => Ok(()),
        }
    }

    /// What happens by itself where nobody has decided in time: once for an activation, and nothing is decided by it.
    fn pass_deadline(&mut self, no: ActivationNo) -> Result<(), Refusal> {
        let Some(activation) = self.case.activations.get(&no) else { return Ok(()) };
        let step = self.step(&activation.step)?;
        let is_due = |task: &Task| task.activation == no && task.due_at.is_some_and(|due| due <= self.s.now);
        let (Some(effect), true) = (step.late(), self.case.tasks.values().any(is_due)) else { return Ok(()) };
        if self.case.late.get(&step.name) != Some(&no) {
            self.emit(Event::DeadlinePassed { activation: no, step: step.name.clone() });
            self.carry_out(step, effect);
        }
        Ok(())
    }

    /// The standing fact of that kind, when it says one of these.
    pub(super) fn stands(&self, fact: &FactName, is: &[FactValue]) -> Option<FactId> {
        self.standing(fact).filter(|fact| is.contains(&fact.value)).map(|fact| fact.id)
    }
}

/// The first moment of a day in Asia/Shanghai.
fn start_of(day: NaiveDate) -> Option<Instant> {
    ZONE.from_local_datetime(&day.and_time(NaiveTime::MIN)).earliest().map(|at| at.to_utc())
}
