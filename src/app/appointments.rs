//! Appointments, as the security administrator keeps them: made and ended, never overwritten. Each change holds the
//! directory's version, so that what was checked still holds when it is written.

use chrono::{Days, NaiveDate};

use super::{
    App, Failure, Problem,
    sign_in::{NotLetIn, login_of},
};
use crate::{
    definition::{OrgCode, RoleName, registry},
    engine::{Directory, who::day_of},
    ids::PersonId,
    language::Text,
    store::{
        self,
        directory::{AppointmentRow, End},
    },
};

/// Who keeps people and appointments.
const SECURITY_ADMIN: &str = "security-admin";

/// An appointment, as typed.
#[derive(Debug, Clone)]
pub struct NewAppointment {
    /// Whose, by login.
    pub login: String,
    /// The role.
    pub role: RoleName,
    /// The organisation.
    pub org: OrgCode,
    /// The first day.
    pub from: NaiveDate,
    /// The last day, if it is known.
    pub until: Option<NaiveDate>,
}

/// The end of an appointment, as typed.
#[derive(Debug, Clone)]
pub struct EndOfAppointment {
    /// Whose, by login.
    pub login: String,
    /// The role.
    pub role: RoleName,
    /// The organisation.
    pub org: OrgCode,
    /// The first day.
    pub from: NaiveDate,
    /// The last day. With yesterday it is over at once.
    pub until: NaiveDate,
}

/// Appoints a person, and says whom. The three administrators are three people: nobody is two of them.
///
/// # Errors
/// [`NotLetIn::Told`] with the field that needs attention.
pub async fn appoint(app: &App, new: NewAppointment) -> Result<PersonId, NotLetIn> {
    let (doing, id) = (app.clone(), app.sources().nonce());
    app.store()
        .write(move |tx| async move {
            store::directory::lock(&tx).await?;
            let directory = doing.directory(&tx).await?;
            let person = checked(&directory, &new)?;
            let row = AppointmentRow {
                id,
                person_id: person,
                role: new.role.to_string(),
                org: new.org.to_string(),
                from_day: new.from,
                until_day: new.until,
            };
            store::directory::appoint(&tx, vec![row]).await?;
            doing.look_again(&tx).await?;
            Ok(person)
        })
        .await
}

/// Ends an appointment that is open, once; says whose it was.
///
/// # Errors
/// [`NotLetIn::Told`] with the field that needs attention, or when there is no such open appointment.
pub async fn end(app: &App, over: EndOfAppointment) -> Result<PersonId, NotLetIn> {
    let (doing, today) = (app.clone(), day_of(app.now()));
    app.store()
        .write(move |tx| async move {
            store::directory::lock(&tx).await?;
            let directory = doing.directory(&tx).await?;
            let Some(person) = directory.by_login(&login_of(&over.login)).map(|person| person.id) else {
                return Err(NotLetIn::from(Problem::not_found()));
            };
            check_end(&directory, person, &over, today)?;
            let end = End {
                person,
                role: over.role.to_string(),
                org: over.org.to_string(),
                from_day: over.from,
                until_day: over.until,
            };
            store::directory::end(&tx, end).await.map_err(not_open)?;
            doing.look_again(&tx).await?;
            Ok(person)
        })
        .await
}

/// The person to be appointed, once everything about the appointment is in order.
fn checked(directory: &Directory, new: &NewAppointment) -> Result<PersonId, Problem> {
    let Some(person) = directory.by_login(&login_of(&new.login)) else {
        let sentence = Text::new("没有这个账号，请核对。", "Nobody has this login. Check it.");
        return Err(Problem::field("login", sentence));
    };
    if registry::find(registry::ROLES, new.role.as_str()).is_none() {
        return Err(Problem::field("role", Text::new("请选择一个角色。", "Choose a role.")));
    }
    if !directory.organisations.contains_key(&new.org) {
        return Err(Problem::field("org", Text::new("请选择一个单位。", "Choose an organisation.")));
    }
    if new.until.is_some_and(|until| until < new.from) {
        return Err(ends_before_it_begins());
    }
    let held = directory.appointments.iter().filter(|a| a.person == person.id);
    let overlapping =
        held.filter(|a| a.until.is_none_or(|until| new.from <= until) && new.until.is_none_or(|until| a.from <= until));
    for other in overlapping {
        if is_administrator(&other.role) && is_administrator(&new.role) && other.role != new.role {
            let (zh, en) =
                ("三员分立：同一人不能兼任两个管理员角色。", "Nobody holds two of the administrators' roles.");
            return Err(Problem::field("role", Text::new(zh, en)));
        }
        if other.role == new.role && other.org == new.org {
            let sentence = Text::new("该人员已担任这一职务。", "They already hold this role here.");
            return Err(Problem::field("role", sentence));
        }
    }
    Ok(person.id)
}

fn check_end(
    directory: &Directory,
    person: PersonId,
    over: &EndOfAppointment,
    today: NaiveDate,
) -> Result<(), Problem> {
    if over.until < over.from {
        return Err(ends_before_it_begins());
    }
    if today.checked_sub_days(Days::new(1)).is_some_and(|yesterday| over.until < yesterday) {
        let (zh, en) = (
            "止任日期最早为昨日：此前的任职已经生效，不能追溯更改。",
            "The last day is yesterday at the earliest: what was in force before stays so.",
        );
        return Err(Problem::field("until", Text::new(zh, en)));
    }
    if over.role.as_str() == SECURITY_ADMIN {
        keep_an_administrator(directory, person, today)?;
    }
    Ok(())
}

/// Refuses when nobody but `person` would be left to administer security: nobody could appoint anybody any more.
pub(super) fn keep_an_administrator(directory: &Directory, person: PersonId, today: NaiveDate) -> Result<(), Problem> {
    let lasting = |holder: PersonId| {
        directory
            .appointments_of(holder, today)
            .any(|held| held.role.as_str() == SECURITY_ADMIN && held.until.is_none())
    };
    let others = directory.people.values().filter(|other| other.active && other.id != person);
    if !lasting(person) || others.into_iter().any(|other| lasting(other.id)) {
        return Ok(());
    }
    let (zh, en) = (
        "这是最后一名安全管理员。请先任命另一名安全管理员。",
        "Nobody else administers security. Appoint another security administrator first.",
    );
    Err(Problem::field("login", Text::new(zh, en)))
}

fn not_open(error: store::Error) -> NotLetIn {
    if !matches!(error, store::Error::Stale(_)) {
        return Failure::from(error).into();
    }
    let (zh, en) = (
        "没有这项任职，或已经定有止任日期；止任日期不能更改。",
        "There is no such appointment, or its last day is set already; it never changes.",
    );
    Problem::field("until", Text::new(zh, en)).into()
}

fn ends_before_it_begins() -> Problem {
    Problem::field("until", Text::new("止任日期不能早于起任日期。", "The last day cannot come before the first."))
}

fn is_administrator(role: &RoleName) -> bool {
    matches!(role.as_str(), "workflow-admin" | SECURITY_ADMIN | "audit-admin")
}
