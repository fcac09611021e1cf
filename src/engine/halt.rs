//! What is done to a whole case: the initiator withdraws it; the workflow administrator suspends it, lets it go on, ends
//! it for good.

use std::collections::BTreeSet;

use super::{
    case::{Case, TaskNo, Waiting},
    event::Event,
    fields,
    people::Principal,
    refusal::Refusal,
    surroundings::Surroundings,
    walk::Walk,
    who,
};
use crate::{
    clock::Instant,
    definition::{StepKind, registry::TERMINATED, span::Span},
    ids::PersonId,
};

/// The role that suspends, resumes and terminates.
const ADMINISTERING_ROLE: &str = "workflow-admin";

/// Whether `person` may suspend, resume and terminate the case: nobody who started it or took it over does.
#[must_use]
pub fn may_administer(case: &Case, person: PersonId, s: &Surroundings<'_>) -> bool {
    let role = [Principal::Role(ADMINISTERING_ROLE.into(), None)];
    !case.is_initiated_by(person) && who::actors(&role, &BTreeSet::new(), s).contains(&person)
}

impl Walk<'_> {
    /// Stops the case: nobody acts, no clock runs.
    pub fn suspend(&mut self, person: PersonId, reason: &str) -> Result<(), Refusal> {
        self.check_administrator(person)?;
        if let Some(since) = self.case.suspended {
            return Err(Refusal::Suspended { since });
        }
        check_reason(reason)?;
        self.emit(Event::Suspended { reason: reason.to_owned(), at: self.s.now });
        self.set_clocks();
        Ok(())
    }

    /// Lets the case go on. What was left of every deadline runs from now, and facts that came meanwhile count.
    pub fn resume(&mut self, person: PersonId, reason: &str) -> Result<(), Refusal> {
        self.check_administrator(person)?;
        let Some(since) = self.case.suspended else {
            return Err(Refusal::NotSuspended);
        };
        check_reason(reason)?;
        let due = self.due_after(since);
        let calendar = self.s.calendar.version;
        self.emit(Event::Resumed { reason: reason.to_owned(), at: self.s.now, due, calendar });
        for (activation, _, at) in self.waits_counted_anew() {
            self.wait(activation, Waiting::Until { at });
        }
        self.set_clocks();
        // A gate that refuses what came meanwhile must not keep the case suspended: it is woken once more after this.
        let mut awake = Self::new(self.definition, self.case.clone(), self.s);
        if awake.wake().is_ok() {
            self.case = awake.case;
            self.events.extend(awake.events);
            self.effects.extend(awake.effects);
        }
        Ok(())
    }

    /// Ends the case for good, suspended or not. No definition has to name this outcome, and none can lead to it.
    pub fn terminate(&mut self, person: PersonId, reason: &str) -> Result<(), Refusal> {
        self.check_administrator(person)?;
        check_reason(reason)?;
        self.end(TERMINATED.name.into(), reason.to_owned());
        Ok(())
    }

    /// Ends the case as its initiator wants, before the end and where the definition lets them.
    pub fn withdraw(&mut self, person: PersonId, reason: &str) -> Result<(), Refusal> {
        if !self.is_running() {
            return Err(Refusal::CaseEnded);
        }
        if person != self.case.acting_initiator() || !self.definition.may_be_withdrawn() {
            return Err(Refusal::CannotWithdraw);
        }
        if reason.is_empty() {
            return Err(Refusal::ReasonNeeded);
        }
        fields::check_reason(reason)?;
        self.end("withdrawn".into(), reason.to_owned());
        Ok(())
    }

    fn check_administrator(&self, person: PersonId) -> Result<(), Refusal> {
        if !may_administer(&self.case, person, self.s) {
            return Err(Refusal::CannotAdminister);
        }
        if self.is_running() { Ok(()) } else { Err(Refusal::CaseEnded) }
    }

    /// The new due times of the open tasks.
    fn due_after(&self, since: Instant) -> Vec<(TaskNo, Instant)> {
        let mut pauses = self.case.pauses.clone();
        pauses.push((since, self.s.now));
        let moved = self.case.tasks.values().filter_map(|task| {
            let due = task.due_at?;
            let after = match &task.counted {
                Some(counted) => self.s.calendar.count(counted.from, counted.span, &pauses).0,
                // Without a span of its own the deadline moves by the clock.
                None => self.s.calendar.after_pause(due, Span::Minutes(0), (since, self.s.now)),
            };
            Some((task.no, after))
        });
        moved.collect()
    }
}

fn check_reason(reason: &str) -> Result<(), Refusal> {
    if reason.is_empty() { Err(Refusal::WordsNeeded) } else { fields::check_reason(reason) }
}

/// How long somebody has for a step.
pub(super) const fn due_span(kind: &StepKind) -> Option<Span> {
    match kind {
        StepKind::Fill(fill) => fill.due,
        StepKind::Approve(approve) => approve.due,
        StepKind::Gate(_)
        | StepKind::Choose(_)
        | StepKind::Parallel(_)
        | StepKind::Each(_)
        | StepKind::Wait(_)
        | StepKind::Do(_)
        | StepKind::Record(_)
        | StepKind::Start(_)
        | StepKind::Notify(_)
        | StepKind::End(_) => None,
    }
}
