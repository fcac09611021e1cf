//! How a case begins: who may start it, and what it is told about itself.

use chrono::NaiveDate;

use super::{
    case::Case,
    children::StartedBy,
    command::Actor,
    computed,
    event::Event,
    refusal::Refusal,
    surroundings::{Plan, Surroundings},
    walk::Walk,
    who,
};
use crate::{
    definition::{Definition, Form, OrgCode},
    ids::{CaseId, PersonId},
};

/// Signs the start of a case that another case started.
const STARTED_BY_A_CASE: &str = "parent-case";
/// Signs the start of a case that a schedule started, before its name.
const STARTED_BY_A_SCHEDULE: &str = "schedule";

/// What a new case is told about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// Its id.
    pub case: CaseId,
    /// 流程编号.
    pub number: String,
    /// The budget year.
    pub year: i32,
    /// Who starts it.
    pub initiator: PersonId,
    /// The case that starts it on their behalf, if one does.
    pub by: Option<StartedBy>,
    /// The schedule that starts it on their behalf, if one does.
    pub schedule: Option<Planned>,
    /// What was found for the fields that its definition carries over.
    pub carried: Form,
}

/// The time of a schedule that starts a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The schedule.
    pub schedule: String,
    /// The day for which it was planned, whenever the case comes of it.
    pub on: NaiveDate,
}

/// Starts a case.
///
/// # Errors
/// [`Refusal::CannotStart`] when the definition does not let this person, [`RoundRefusal`](super::RoundRefusal) where no
/// round is over to report on, and whatever the first steps refuse.
pub fn start(definition: &Definition, start: Start, s: &Surroundings<'_>) -> Result<Plan, Refusal> {
    let unit = may_start(definition, start.initiator, s)?;
    let carried = computed::begun_with(definition, &start, s)?;
    let actor = match (&start.by, start.schedule) {
        (None, None) => Actor::Person(start.initiator),
        (_, Some(by)) => Actor::System(format!("{STARTED_BY_A_SCHEDULE} {}", by.schedule)),
        (Some(_), None) => Actor::System(STARTED_BY_A_CASE.to_owned()),
    };
    let started = Event::Started {
        case: start.case,
        workflow: definition.name.clone(),
        definition: definition.hash.clone(),
        number: start.number,
        subject: s.matter.subject(),
        year: start.year,
        initiator: start.initiator,
        initiator_unit: unit,
        started_by: start.by,
        carried,
        at: s.now,
    };
    let case = Case::begun(&started).ok_or(Refusal::CannotStart)?;
    let mut walk = Walk::new(definition, case, s);
    walk.events.push(started);
    walk.enter(definition.first(0), None, None)?;
    Ok(walk.into_plan(actor))
}

/// The organisation for which `person` may start this workflow for the project of `s`.
///
/// # Errors
/// [`Refusal::CannotStart`].
pub fn may_start(definition: &Definition, person: PersonId, s: &Surroundings<'_>) -> Result<OrgCode, Refusal> {
    who::starting_unit(&definition.starters, person, s).ok_or(Refusal::CannotStart)
}

/// Everybody who may start this workflow for the project of `s`, in a stable order.
#[must_use]
pub fn starters(definition: &Definition, s: &Surroundings<'_>) -> Vec<PersonId> {
    let asked = s.people.people_of(&who::starting_principals(&definition.starters, s), who::day_of(s.now));
    asked.into_iter().filter(|person| may_start(definition, *person, s).is_ok()).collect()
}
