//! People and their appointments, for the security administrator.

use axum::{
    Form,
    extract::{OriginalUri, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    account::{AppointmentView, appointments},
    frame::{self, Frame, Part, told},
    render::View,
    sign_in,
};
use crate::{
    app::{Failure, people, shown::Choice, sign_in::NotLetIn},
    definition::registry::ROLES,
    engine::who::day_of,
    http::{answer::Refused, site::Site, visit::Visit},
    language::Text,
};

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

/// Who is looked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    text: String,
    told: Option<String>,
}

/// Somebody new, as typed.
#[derive(Deserialize)]
pub struct PersonForm {
    name: String,
    login: String,
    #[serde(default)]
    email: String,
    password: String,
}

/// An appointment, as typed.
#[derive(Debug, Deserialize)]
pub struct AppointForm {
    login: String,
    role: String,
    org: String,
    from: String,
}

/// `GET /people`
///
/// # Errors
/// When something of ours fails.
pub async fn get(
    State(site): State<Site>,
    visit: Visit,
    Query(asked): Query<Asked>,
    uri: OriginalUri,
) -> Result<Response, Refused> {
    let lang = visit.viewer.lang;
    let found = view(&site, &visit, asked.text.trim(), &uri).await;
    let (frame, view) = found.map_err(|failure| frame::refused(failure, lang))?;
    frame.telling(told(lang, asked.told.as_deref())).page(&view)
}

/// `POST /people`
///
/// # Errors
/// When something of ours fails.
pub async fn add(
    State(site): State<Site>,
    visit: Visit,
    uri: OriginalUri,
    Form(form): Form<PersonForm>,
) -> Result<Response, Refused> {
    let PersonForm { name, login, email, password } = form;
    let typed = NewPerson { name: name.clone(), login: login.clone(), email: email.clone() };
    match people::add(&site.app, &site.passwords, people::NewPerson { login, name, email, password }).await {
        Ok(_) => Ok(Redirect::to("/people?told=person-added").into_response()),
        Err(not) => again(&site, &visit, (not, typed), &uri).await,
    }
}

/// `POST /people/appoint`
///
/// # Errors
/// When something of ours fails.
pub async fn appoint(
    State(site): State<Site>,
    visit: Visit,
    uri: OriginalUri,
    Form(form): Form<AppointForm>,
) -> Result<Response, Refused> {
    let from = form.from.parse().unwrap_or_else(|_: chrono::ParseError| today(&site));
    let (role, org) = (form.role.as_str().into(), form.org.as_str().into());
    let new = people::NewAppointment { login: form.login, role, org, from, until: None };
    match people::appoint(&site.app, new).await {
        Ok(()) => Ok(Redirect::to("/people?told=appointed").into_response()),
        Err(not) => again(&site, &visit, (not, NewPerson::default()), &uri).await,
    }
}

async fn again(
    site: &Site,
    visit: &Visit,
    (not, new): (NotLetIn, NewPerson),
    uri: &OriginalUri,
) -> Result<Response, Refused> {
    let lang = visit.viewer.lang;
    let problem = Some(sign_in::told(not, lang)?.sentence);
    let (frame, view) = view(site, visit, "", uri).await.map_err(|failure| frame::refused(failure, lang))?;
    let page = Frame { path: "/people".to_owned(), ..frame }.page(&PeopleView { problem, new, ..view })?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn today(site: &Site) -> NaiveDate {
    day_of(site.app.now())
}

async fn view(site: &Site, visit: &Visit, text: &str, uri: &OriginalUri) -> Result<(Frame, PeopleView), Failure> {
    let now = site.app.now();
    let directory = site.app.directory(site.app.store().read()).await?;
    let mut found: Vec<_> =
        directory.people.values().filter(|p| p.name.contains(text) || p.login.contains(text)).collect();
    found.sort_by(|a, b| a.login.cmp(&b.login));
    let rows = found.into_iter().map(|person| PersonRow {
        name: person.name.clone(),
        login: person.login.clone(),
        appointments: appointments(&directory, person.id, now),
        active: person.active,
    });
    let view = PeopleView {
        total: directory.people.len() as u64,
        text: text.to_owned(),
        rows: rows.collect(),
        new: NewPerson::default(),
        roles: ROLES.iter().map(|role| Choice::new(role.name, Text::new(role.zh, role.en), "")).collect(),
        organisations: directory
            .organisations
            .values()
            .map(|org| Choice::new(org.code.as_str(), org.name.clone(), ""))
            .collect(),
        today: today(site).to_string(),
        problem: None,
    };
    Ok((Frame::of(site, visit, Part::People, uri).await?, view))
}
