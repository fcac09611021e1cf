//! Who is looking: a person with what their appointments of today let them see and do.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::{
    definition::RoleName,
    engine::{Directory, Principal},
    ids::PersonId,
    language::Lang,
};

/// A signed-in person, computed anew for every request, so that a changed appointment counts at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// What they may act as: themselves and each role they hold today.
    pub principals: Vec<Principal>,
    /// The roles they hold today, wherever.
    pub roles: BTreeSet<RoleName>,
    /// The language they read.
    pub lang: Lang,
}

impl Viewer {
    /// The person as `directory` knows them on `day`; `None` when there is no such person or they left.
    #[must_use]
    pub fn of(directory: &Directory, person: PersonId, day: NaiveDate, lang: Lang) -> Option<Self> {
        let known = directory.people.get(&person).filter(|known| known.active)?;
        Some(Self {
            person,
            name: known.name.clone(),
            principals: directory.principals_of(person, day),
            roles: directory.appointments_of(person, day).map(|a| a.role.clone()).collect(),
            lang,
        })
    }

    /// Whether they hold one of `roles` today.
    #[must_use]
    pub fn holds_any(&self, roles: &[&str]) -> bool {
        self.roles.iter().any(|role| roles.contains(&role.as_str()))
    }
}
