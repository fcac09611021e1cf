//! Organisations and people: `district.yaml`.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

use super::DemoFault;
use crate::language::Text;

const FILE: &str = "district.yaml";

/// The district.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct District {
    /// Parents before their children.
    pub organisations: Vec<DemoOrganisation>,
    /// Everybody, each with one appointment.
    pub people: Vec<DemoPerson>,
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoOrganisation {
    /// Its code, which is also the last part of its path.
    pub code: String,
    /// The organisation above it.
    pub parent: Option<String>,
    /// `district`, `department`, `section` or `unit`.
    pub kind: String,
    /// Its name.
    pub name: Text,
    /// `/wq/edu/edu-exp/`.
    pub path: String,
}

/// An invented official.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoPerson {
    /// The name they sign in with: pinyin.
    pub login: String,
    /// Their name.
    pub name: String,
    /// An address under a domain that never exists.
    pub email: String,
    /// Their appointments.
    pub appointments: Vec<DemoAppointment>,
    /// Whether the start of the demonstration introduces them.
    pub is_sample: bool,
}

/// A role held in an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoAppointment {
    /// The role.
    pub role: String,
    /// The organisation.
    pub org: String,
    /// The first day.
    pub from: NaiveDate,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDistrict {
    appointed_from: NaiveDate,
    organisations: Vec<RawOrganisation>,
    people: Vec<RawPerson>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOrganisation {
    code: String,
    #[serde(default)]
    parent: Option<String>,
    kind: String,
    name: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPerson {
    login: String,
    name: String,
    role: String,
    of: String,
    #[serde(default)]
    sample: bool,
}

/// The district as shipped.
///
/// # Errors
/// [`DemoFault`] when the shipped file is broken.
pub fn district() -> Result<District, DemoFault> {
    let fault = |problem: String| DemoFault { file: FILE, problem };
    let raw: RawDistrict =
        serde_saphyr::from_str(include_str!("district.yaml")).map_err(|error| fault(error.to_string()))?;
    let mut paths: BTreeMap<String, String> = BTreeMap::new();
    let mut organisations = Vec::new();
    for org in raw.organisations {
        let above = match &org.parent {
            None => "/",
            Some(parent) => paths.get(parent).ok_or_else(|| fault(format!("{parent} comes after {}", org.code)))?,
        };
        let path = format!("{above}{}/", org.code);
        paths.insert(org.code.clone(), path.clone());
        organisations.push(DemoOrganisation {
            code: org.code,
            parent: org.parent,
            kind: org.kind,
            name: org.name,
            path,
        });
    }
    let from = raw.appointed_from;
    let people = raw
        .people
        .into_iter()
        .map(|person| DemoPerson {
            email: format!("{}@wuqing.example", person.login),
            login: person.login,
            name: person.name,
            appointments: vec![DemoAppointment { role: person.role, org: person.of, from }],
            is_sample: person.sample,
        })
        .collect();
    Ok(District { organisations, people })
}
