//! 上级: the head of an organisation, and who stands above somebody.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{
    case::Case,
    people::{Appointment, OrgKind, Principal},
    surroundings::Surroundings,
    who::day_of,
};
use crate::{
    definition::{OrgCode, StepName},
    ids::PersonId,
};

/// The roles whose holders head an organisation of each kind. A kind that is not here has no head of its own: the next
/// organisation up answers for it.
pub const HEADS: &[(OrgKind, &[&str])] =
    &[(OrgKind::Unit, &["unit-head"]), (OrgKind::Department, &["department-head", "finance-leader"])];

/// Whoever heads the organisation of the one who did `step` last, `levels` up. Whoever was given the task does it for
/// the giver, whose organisation counts: nobody chooses their superior by giving a task away. Nobody where there is none:
/// never anybody else.
pub(super) fn above_actor(step: &StepName, levels: usize, case: &Case, s: &Surroundings<'_>) -> Vec<Principal> {
    let Some(actor) = case.settled.get(step).copied() else { return Vec::new() };
    let person = case.givers.get(step).copied().unwrap_or(actor);
    let asked = case.involved.asked.get(step).into_iter().flatten();
    let asked: Vec<_> = asked.map(|(principal, since)| (principal.clone(), day_of(*since))).collect();
    // Whoever took the case over does its initiator's part.
    let initiator = if case.is_initiated_by(person) { person } else { case.initiator };
    match organisation_of(person, &asked, (initiator, &case.initiator_unit), s) {
        Some(org) => above((&[person, actor], &org), levels, s),
        None => Vec::new(),
    }
}

/// The organisation for which `person` acts as one of `asked`, each since a day: where the post is held that was asked, or
/// was on that day; of the initiator, the one for which they started the case; else the first where they hold any.
#[must_use]
pub fn organisation_of(
    person: PersonId,
    asked: &[(Principal, NaiveDate)],
    (initiator, unit): (PersonId, &OrgCode),
    s: &Surroundings<'_>,
) -> Option<OrgCode> {
    let held: Vec<_> = s.people.appointments_of(person, day_of(s.now)).collect();
    let by_post = asked.iter().find_map(|(principal, since)| match principal {
        Principal::Role(role, of) => {
            let then: Vec<_> = s.people.appointments_of(person, *since).collect();
            let fits = |a: &&&Appointment| a.role == *role && of.as_ref().is_none_or(|of| a.org == *of);
            let org = |held: &[&Appointment]| held.iter().filter(fits).map(|a| a.org.clone()).min();
            org(&then).or_else(|| org(&held))
        }
        Principal::Person(_) => None,
    });
    let own = || (person == initiator).then(|| unit.clone());
    by_post.or_else(own).or_else(|| held.iter().map(|a| a.org.clone()).min())
}

/// What becomes of an organisation whose head posts nobody holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Vacant {
    /// It counts: nobody decides in the stead of a head who is missing.
    Counts,
    /// The next one up counts in its place: those above are told, and to be told they need not be the nearest.
    IsPassedOver,
}

/// The posts that head the organisation `levels` above these people of `org`, for them to decide; none where nobody holds
/// them.
#[must_use]
pub fn above((people, org): (&[PersonId], &OrgCode), levels: usize, s: &Surroundings<'_>) -> Vec<Principal> {
    upwards((people, org), levels, Vacant::Counts, s)
}

/// The posts that hear of something `levels` up the line from these people of `org`; an organisation without a head is
/// passed over.
pub(super) fn up_the_line(
    (people, org): (&[PersonId], &OrgCode),
    levels: usize,
    s: &Surroundings<'_>,
) -> Vec<Principal> {
    upwards((people, org), levels, Vacant::IsPassedOver, s)
}

fn upwards(
    (people, org): (&[PersonId], &OrgCode),
    levels: usize,
    vacant: Vacant,
    s: &Surroundings<'_>,
) -> Vec<Principal> {
    let mut found = Vec::new();
    let mut next = Some(org.clone());
    for _ in 0..levels {
        let heads = next.and_then(|org| first_with_a_head((people, org), vacant, s));
        let Some((heads, parent)) = heads else { return Vec::new() };
        (found, next) = (heads, parent);
    }
    let somebody = !s.people.people_of(&found, day_of(s.now)).is_empty();
    if somebody { found } else { Vec::new() }
}

/// The head posts of the first organisation from `org` upwards that has any and that none of `people` heads, and the
/// organisation above it.
fn first_with_a_head(
    (people, org): (&[PersonId], OrgCode),
    vacant: Vacant,
    s: &Surroundings<'_>,
) -> Option<(Vec<Principal>, Option<OrgCode>)> {
    let mut current = s.people.organisations.get(&org)?;
    let mut passed = BTreeSet::new();
    while passed.insert(&current.code) {
        let posts: Vec<_> = HEADS
            .iter()
            .filter(|(kind, _)| *kind == current.kind)
            .flat_map(|(_, roles)| *roles)
            .map(|role| Principal::Role((*role).into(), Some(current.code.clone())))
            .collect();
        let heads = s.people.people_of(&posts, day_of(s.now));
        let counts = vacant == Vacant::Counts || !heads.is_empty();
        if counts && !posts.is_empty() && people.iter().all(|person| !heads.contains(person)) {
            return Some((posts, current.parent.clone()));
        }
        current = s.people.organisations.get(current.parent.as_ref()?)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::registry::{ROLES, find};

    #[test]
    fn heads_are_registered_roles() {
        for role in HEADS.iter().flat_map(|(_, roles)| *roles) {
            assert!(find(ROLES, role).is_some(), "{role}");
        }
    }
}
