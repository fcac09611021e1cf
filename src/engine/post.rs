//! Whom a step means, and what stays with them: what is to be done in person, and what administrators are asked as such,
//! nobody else decides, whoever brings them in.

use std::collections::BTreeSet;

use super::{case::ActivationNo, people::Principal, voting::asks, walk::Walk, who};
use crate::{definition::Step, ids::PersonId};

impl Walk<'_> {
    /// Whom the step means, those in place of nobody included.
    pub(super) fn meant_by(&self, step: &Step, activation: ActivationNo) -> Vec<Principal> {
        let Some((by, instead)) = asks(step) else { return Vec::new() };
        let mut meant = self.meant(by, activation);
        meant.extend(instead.into_iter().flat_map(|instead| self.meant(instead, activation)));
        meant
    }

    /// Whether somebody may be brought in to decide on the step with those it asks, or in their place.
    pub(super) fn may_be_brought_in(&self, step: &Step, activation: ActivationNo, person: PersonId) -> bool {
        let meant = self.meant_by(step, activation);
        let in_person = step.limits().is_some_and(|limits| limits.no_transfer);
        let administrators = !meant.is_empty() && meant.iter().all(Principal::is_an_administrators);
        !(in_person || administrators) || who::actors(&meant, &BTreeSet::new(), self.s).contains(&person)
    }
}
