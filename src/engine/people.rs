//! Organisations, people and their appointments, as the engine sees them: a snapshot, valid at one instant.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    str::FromStr,
};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::deputy::Substitution;
use crate::{
    definition::{OrgCode, RoleName, registry::ADMINISTRATORS},
    ids::PersonId,
    language::Text,
};

/// Who may act on a task: a person, or whoever holds a role. Written `person:person_…`, `role@organisation`, `role@*`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Principal {
    /// One person.
    Person(PersonId),
    /// Whoever holds a role, in one organisation or (`None`) anywhere.
    Role(RoleName, Option<OrgCode>),
}

impl Principal {
    /// Whether it means one of the three administrators.
    #[must_use]
    pub fn is_an_administrators(&self) -> bool {
        matches!(self, Self::Role(role, _) if ADMINISTRATORS.contains(&role.as_str()))
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(person) => write!(f, "person:{person}"),
            Self::Role(role, Some(org)) => write!(f, "{role}@{org}"),
            Self::Role(role, None) => write!(f, "{role}@*"),
        }
    }
}

/// The text names no principal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a principal")]
pub struct NotAPrincipal;

impl FromStr for Principal {
    type Err = NotAPrincipal;

    fn from_str(text: &str) -> Result<Self, NotAPrincipal> {
        if let Some(person) = text.strip_prefix("person:") {
            return person.parse().map(Self::Person).map_err(|_| NotAPrincipal);
        }
        let (role, org) = text.split_once('@').ok_or(NotAPrincipal)?;
        Ok(Self::Role(role.into(), (org != "*").then(|| org.into())))
    }
}

impl Serialize for Principal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Principal {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// An organisation of the district.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its code.
    pub code: OrgCode,
    /// The organisation above it.
    pub parent: Option<OrgCode>,
    /// What it is.
    pub kind: OrgKind,
    /// Its name.
    pub name: Text,
    /// `/district/department/unit/`: the row-level boundary.
    pub path: String,
}

/// What an organisation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrgKind {
    /// The district itself.
    District,
    /// A department, which answers for its units.
    Department,
    /// A unit below a department.
    Unit,
    /// A section inside a department, such as the performance section of the finance bureau.
    Section,
}

/// An official.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// The name they sign in with.
    pub login: String,
    /// Their name.
    pub name: String,
    /// Whether they may sign in and act.
    pub active: bool,
}

/// A person holds a role of an organisation for a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    /// Who.
    pub person: PersonId,
    /// The role.
    pub role: RoleName,
    /// The organisation.
    pub org: OrgCode,
    /// The first day.
    pub from: NaiveDate,
    /// The last day; open when `None`.
    pub until: Option<NaiveDate>,
}

impl Appointment {
    /// Whether it is to that role, in that organisation where one is named.
    fn is_of(&self, role: &RoleName, org: Option<&OrgCode>) -> bool {
        self.role == *role && org.is_none_or(|org| self.org == *org)
    }

    /// Whether it holds on `day`.
    fn covers(&self, day: NaiveDate) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// A snapshot of the whole organisation.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    /// By code.
    pub organisations: BTreeMap<OrgCode, Organisation>,
    /// By id.
    pub people: BTreeMap<PersonId, Person>,
    /// All of them, past and future ones too.
    pub appointments: Vec<Appointment>,
    /// Who stands for whom; past and future ones too, but none that was ended early.
    pub substitutions: Vec<Substitution>,
}

impl Directory {
    /// Active people among `principals` on `day`, without duplicates, in a stable order.
    #[must_use]
    pub fn people_of(&self, principals: &[Principal], day: NaiveDate) -> BTreeSet<PersonId> {
        let mut found = BTreeSet::new();
        for principal in principals {
            match principal {
                Principal::Person(person) => {
                    found.insert(*person);
                }
                Principal::Role(role, org) => {
                    let held = self.appointments.iter().filter(|a| a.is_of(role, org.as_ref()) && a.covers(day));
                    found.extend(held.map(|a| a.person));
                }
            }
        }
        found.retain(|person| self.people.get(person).is_some_and(|person| person.active));
        found
    }

    /// Whether `person` held the post of `principal` on `day`, in office today or not.
    #[must_use]
    pub fn held(&self, principal: &Principal, person: PersonId, day: NaiveDate) -> bool {
        match principal {
            Principal::Person(one) => *one == person,
            Principal::Role(role, org) => {
                let mut own = self.appointments.iter().filter(|a| a.person == person);
                own.any(|a| a.is_of(role, org.as_ref()) && a.covers(day))
            }
        }
    }

    /// Every principal that `person` is on `day`: themselves, and each role of each appointment, bound and unbound.
    #[must_use]
    pub fn principals_of(&self, person: PersonId, day: NaiveDate) -> Vec<Principal> {
        let mut principals = BTreeSet::from([Principal::Person(person)]);
        for a in self.appointments_of(person, day) {
            principals.insert(Principal::Role(a.role.clone(), Some(a.org.clone())));
            principals.insert(Principal::Role(a.role.clone(), None));
        }
        principals.into_iter().collect()
    }

    /// The appointments `person` holds on `day`.
    pub fn appointments_of(&self, person: PersonId, day: NaiveDate) -> impl Iterator<Item = &Appointment> {
        self.appointments.iter().filter(move |a| a.person == person && a.covers(day))
    }

    /// The department that `org` is, or belongs to.
    #[must_use]
    pub fn department_of(&self, org: &OrgCode) -> Option<&Organisation> {
        let mut current = self.organisations.get(org)?;
        while current.kind != OrgKind::Department {
            current = self.organisations.get(current.parent.as_ref()?)?;
        }
        Some(current)
    }

    /// The person who signs in as `login`.
    #[must_use]
    pub fn by_login(&self, login: &str) -> Option<&Person> {
        self.people.values().find(|person| person.login == login)
    }
}
