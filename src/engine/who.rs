//! From “who” in a definition to principals and people.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{case::Case, heads, people::Principal, surroundings::Surroundings};
use crate::{
    clock::{Instant, ZONE},
    definition::{OrgCode, OrgRef, Step, StepKind, Who},
    ids::PersonId,
};

/// The day on which something happens, in Asia/Shanghai.
#[must_use]
pub fn day_of(at: Instant) -> NaiveDate {
    at.with_timezone(&ZONE).date_naive()
}

/// The principals that `who` means for this case, in the order in which it names them. Empty when an organisation cannot be reached: nobody, never everybody.
#[must_use]
pub fn principals(who: &Who, case: &Case, s: &Surroundings<'_>) -> Vec<Principal> {
    let mut found = Vec::new();
    collect(who, case, s, &mut found);
    let mut seen = BTreeSet::new();
    found.retain(|principal| seen.insert(principal.clone()));
    found
}

fn collect(who: &Who, case: &Case, s: &Surroundings<'_>, found: &mut Vec<Principal>) {
    match who {
        Who::Initiator => found.push(Principal::Person(case.acting_initiator())),
        Who::Role { role, of: None } => found.push(Principal::Role(role.clone(), None)),
        Who::Role { role, of: Some(org) } => {
            let org = reach(org, s.matter.unit(), &case.initiator_unit, s);
            found.extend(org.map(|org| Principal::Role(role.clone(), Some(org))));
        }
        Who::People(logins) => {
            found.extend(logins.iter().filter_map(|login| s.people.by_login(login)).map(|p| Principal::Person(p.id)));
        }
        // The item at hand was put in its place before; without one it is nobody.
        Who::Item => {}
        // Whoever was chosen and could not be any more is nobody.
        Who::Chosen(choosing) => {
            let still = actors(&principals(&choosing.from, case, s), &BTreeSet::new(), s);
            let chosen = case.chosen.get(&choosing.to).into_iter().flat_map(|chosen| &chosen.people);
            found.extend(chosen.filter(|person| still.contains(person)).map(|person| Principal::Person(*person)));
        }
        Who::Manager { of, levels } => found.extend(heads::above_actor(of, *levels, case, s)),
        Who::Union(all) => all.iter().for_each(|who| collect(who, case, s, found)),
    }
}

/// The organisation that `org` means.
pub(super) fn reach(
    org: &OrgRef,
    project_unit: Option<&OrgCode>,
    initiator_unit: &OrgCode,
    s: &Surroundings<'_>,
) -> Option<OrgCode> {
    let department = |unit: &OrgCode| s.people.department_of(unit).map(|department| department.code.clone());
    match org {
        OrgRef::ProjectUnit => project_unit.cloned(),
        OrgRef::ProjectDepartment => department(project_unit?),
        OrgRef::InitiatorUnit => Some(initiator_unit.clone()),
        OrgRef::InitiatorDepartment => department(initiator_unit),
        OrgRef::Item => None,
        OrgRef::Fixed(code) => s.people.organisations.contains_key(code).then(|| code.clone()),
    }
}

/// The people who may act today as one of `principals`, without those who are barred, in the order of the principals.
#[must_use]
pub fn actors(principals: &[Principal], barred: &BTreeSet<PersonId>, s: &Surroundings<'_>) -> Vec<PersonId> {
    let mut seen = barred.clone();
    let people = principals.iter().flat_map(|one| s.people.people_of(std::slice::from_ref(one), day_of(s.now)));
    people.filter(|person| seen.insert(*person)).collect()
}

/// Who may not act on `step` of this case: the initiator where people decide, unless the step lets them, and whoever
/// acted in a step that its `not by` names.
#[must_use]
pub fn barred(step: &Step, case: &Case) -> BTreeSet<PersonId> {
    let Some(limits) = step.limits() else { return BTreeSet::new() };
    let decides = matches!(step.kind, StepKind::Approve(_));
    let own = case.initiators().filter(|_| (decides || step.handoff.is_some()) && !limits.initiator_may_decide);
    let acted = limits.not_by.iter().filter_map(|step| case.acted.get(step)).flatten();
    own.chain(acted.copied()).collect()
}

/// Principals among whom everybody is who may start a workflow for this project. [`starting_unit`] says who of them may.
pub(super) fn starting_principals(who: &Who, s: &Surroundings<'_>) -> Vec<Principal> {
    match who {
        Who::Role { role, of } => match of {
            Some(org @ (OrgRef::ProjectUnit | OrgRef::ProjectDepartment | OrgRef::Fixed(_))) => {
                let unit = s.matter.unit();
                let org = unit.and_then(|unit_code| reach(org, unit, unit_code, s));
                org.map(|org| Principal::Role(role.clone(), Some(org))).into_iter().collect()
            }
            None | Some(OrgRef::InitiatorUnit | OrgRef::InitiatorDepartment | OrgRef::Item) => {
                vec![Principal::Role(role.clone(), None)]
            }
        },
        Who::People(logins) => {
            let known = logins.iter().filter_map(|login| s.people.by_login(login));
            known.map(|person| Principal::Person(person.id)).collect()
        }
        // Anybody may start it, so that nobody in particular does.
        Who::Initiator | Who::Item | Who::Chosen(_) | Who::Manager { .. } => Vec::new(),
        Who::Union(all) => all.iter().flat_map(|who| starting_principals(who, s)).collect(),
    }
}

/// Whether `person` is among those who may start this workflow for this project, and for which of their organisations.
#[must_use]
pub fn starting_unit(who: &Who, person: PersonId, s: &Surroundings<'_>) -> Option<OrgCode> {
    let day = day_of(s.now);
    s.people.people.get(&person).filter(|person| person.active)?;
    let mut held = s.people.appointments_of(person, day).collect::<Vec<_>>();
    held.sort_by_key(|a| (s.matter.unit() != Some(&a.org), &a.org));
    let may = |a: &super::people::Appointment| starts(who, person, a, s);
    held.into_iter().find(|a| may(a)).map(|a| a.org.clone())
}

fn starts(who: &Who, person: PersonId, a: &super::people::Appointment, s: &Surroundings<'_>) -> bool {
    match who {
        Who::Initiator => true,
        Who::Role { role, of } => {
            a.role == *role
                && of.as_ref().is_none_or(|org| reach(org, s.matter.unit(), &a.org, s).is_some_and(|org| org == a.org))
        }
        Who::People(logins) => logins.iter().any(|login| s.people.by_login(login).is_some_and(|p| p.id == person)),
        Who::Item | Who::Chosen(_) | Who::Manager { .. } => false,
        Who::Union(all) => all.iter().any(|who| starts(who, person, a, s)),
    }
}
