//! A conclusion that the case recorded is taken back.

use super::{event::Event, fields, people::Principal, refusal::Refusal, walk::Walk, who};
use crate::ids::{FactId, PersonId};

/// The role that may take a fact back.
const REVOKING_ROLE: &str = "finance-performance";

impl Walk<'_> {
    /// Takes back a fact, with a reason; the case itself stays where it is.
    pub fn revoke(&mut self, fact: FactId, person: PersonId, reason: &str) -> Result<(), Refusal> {
        let role = [Principal::Role(REVOKING_ROLE.into(), None)];
        let own = std::collections::BTreeSet::from([self.case.initiator, self.case.acting_initiator()]);
        let allowed = who::actors(&role, &own, self.s).contains(&person);
        let stands = self.s.facts.iter().any(|standing| standing.id == fact);
        let standing =
            self.case.facts.iter().find(|recorded| recorded.id == fact && !recorded.revoked && stands).cloned();
        let (true, Some(standing)) = (allowed, standing) else {
            return Err(Refusal::CannotRevoke);
        };
        if reason.is_empty() {
            return Err(Refusal::ReasonNeeded);
        }
        fields::check_reason(reason)?;
        self.emit(Event::FactRevoked { fact, kind: standing.kind, value: standing.value, reason: reason.to_owned() });
        Ok(())
    }
}
