//! People and their appointments, for the security administrator.

use serde::Serialize;

use super::{account::AppointmentView, render::View};
use crate::{app::shown::Choice, language::Text};

/// The page.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PeopleView {
    /// How many there are.
    pub total: u64,
    /// What was looked for.
    pub text: String,
    /// Who was found.
    pub rows: Vec<PersonRow>,
    /// What was typed for a new person.
    pub new: NewPerson,
    /// The roles to appoint to.
    pub roles: Vec<Choice>,
    /// The organisations to appoint in.
    pub organisations: Vec<Choice>,
    /// Today, as a date field has it.
    pub today: String,
    /// Why the last attempt did not work.
    pub problem: Option<Text>,
}

/// A person.
#[derive(Debug, Clone, Serialize)]
pub struct PersonRow {
    /// Their name.
    pub name: String,
    /// What they sign in with.
    pub login: String,
    /// What they are appointed to today.
    pub appointments: Vec<AppointmentView>,
    /// Whether they may sign in.
    pub active: bool,
}

/// What was typed for a new person; never the password.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NewPerson {
    /// Their name.
    pub name: String,
    /// What they will sign in with.
    pub login: String,
    /// Where their mail goes.
    pub email: String,
}

impl View for PeopleView {
    const TEMPLATE: &'static str = "people";
}
