//! Who hands over, and for whom: administrators without a part in the case, for somebody who leaves.

use std::collections::BTreeSet;

use chrono::Days;

use super::{HANDS_OVER, Handing, HandingOverRefusal};
use crate::{
    clock::Instant,
    engine::{
        people::{Directory, Principal},
        refusal::Refusal,
        walk::Walk,
        who,
    },
    ids::PersonId,
};

/// A post that ends later than this is not handed over yet.
const LEAVES_WITHIN: Days = Days::new(60);

/// Whether somebody has left, or is known to leave: shut out, without a post today, or with a post that ended or will end
/// since `since`.
#[must_use]
pub fn is_leaving(directory: &Directory, person: PersonId, (since, now): (Instant, Instant)) -> bool {
    let known = directory.people.get(&person);
    let own = directory.appointments.iter().filter(|appointment| appointment.person == person);
    let ends = |until: chrono::NaiveDate| who::day_of(since) <= until;
    let soon = who::day_of(now) + LEAVES_WITHIN;
    known.is_none_or(|known| !known.active)
        || directory.appointments_of(person, who::day_of(now)).next().is_none()
        || own.filter_map(|appointment| appointment.until).any(|until| ends(until) && until <= soon)
}

impl Walk<'_> {
    /// Administrators hand over, and have no part in the case: it is not theirs and does not become theirs.
    pub(super) fn check_administers(&self, by: PersonId, handing: &Handing<'_>) -> Result<(), Refusal> {
        let roles: Vec<_> = HANDS_OVER.iter().map(|role| Principal::Role((*role).into(), None)).collect();
        let mut takes_part = BTreeSet::from([self.case.initiator, handing.from, handing.to]);
        takes_part.extend(&self.case.successors);
        takes_part.extend(self.case.acted.values().flatten());
        takes_part.extend(self.case.activations.keys().flat_map(|no| self.group(*no)));
        if who::actors(&roles, &takes_part, self.s).contains(&by) {
            return Ok(());
        }
        Err(HandingOverRefusal::NotAdministrator.into())
    }

    pub(super) fn check_leaving(&self, from: PersonId) -> Result<(), Refusal> {
        if is_leaving(self.s.people, from, (self.case.started_at, self.s.now)) {
            return Ok(());
        }
        Err(HandingOverRefusal::InPost { name: self.name_of(from) }.into())
    }
}
