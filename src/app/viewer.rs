//! Who is asking: a person with today's appointments, and what they may see.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::substitutes;
use crate::{
    definition::RoleName,
    engine::{Directory, Principal},
    ids::PersonId,
    language::Lang,
    store::Scope,
};

/// Holders of these roles see every case and project of the district: finance, audit, and who administers workflows.
const SEES_EVERYTHING: [&str; 6] =
    ["finance-performance", "finance-section", "finance-leader", "auditor", "audit-admin", "workflow-admin"];

/// Holders of these roles see what belongs to their organisation and everything below it.
const SEES_OWN_BRANCH: [&str; 4] = ["project-officer", "unit-head", "department-reviewer", "department-head"];

/// A signed-in person, computed anew for every request, so that a changed appointment counts at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// The language of their pages and answers.
    pub lang: Lang,
    /// The roles they hold today.
    pub roles: BTreeSet<RoleName>,
    /// What tasks may name to mean them.
    pub principals: Vec<Principal>,
    /// The rows they may see.
    pub scope: Scope,
}

impl Viewer {
    /// The viewer that `person` is on `day`; `None` for somebody unknown or inactive.
    #[must_use]
    pub fn of(directory: &Directory, person: PersonId, day: NaiveDate, lang: Lang) -> Option<Self> {
        let known = directory.people.get(&person).filter(|person| person.active)?;
        let appointments: Vec<_> = directory.appointments_of(person, day).collect();
        let principals = directory.principals_of(person, day);
        let roles: BTreeSet<_> = appointments.iter().map(|a| a.role.clone()).collect();
        let named: Vec<_> = principals.iter().map(ToString::to_string).collect();
        let scope = if roles.iter().any(|role| SEES_EVERYTHING.contains(&role.as_str())) {
            Scope::everything(person, named)
        } else {
            let paths = appointments
                .iter()
                .filter(|a| SEES_OWN_BRANCH.contains(&a.role.as_str()))
                .filter_map(|a| directory.organisations.get(&a.org))
                .map(|org| org.path.clone());
            Scope::within(person, named, paths.collect())
        };
        let scope = substitutes::widened(scope, directory, day);
        Some(Self { person, name: known.name.clone(), lang, roles, principals, scope })
    }

    /// Whether they hold one of `roles` today.
    #[must_use]
    pub fn holds_any(&self, roles: &[&str]) -> bool {
        self.roles.iter().any(|role| roles.contains(&role.as_str()))
    }
}
