//! People and their appointments, for the security administrator.

use axum::{
    Form,
    extract::{Multipart, OriginalUri, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use super::people_rows::{HeldView, PersonRow};
use super::{
    frame::{self, Frame, Part, told},
    handing_over,
    import::{REFUSED_SHOWN_MAX, RefusedRow, refused_rows},
    render::View,
    sign_in,
    substitutes::SubstitutesView,
    upload::file_of,
};
use crate::{
    app::{
        Failure, Problem,
        appointments::{self, EndOfAppointment, NewAppointment},
        importing::ImportFailure,
        people,
        shown::Choice,
        sign_in::NotLetIn,
        words,
    },
    definition::registry::ROLES,
    engine::{Directory, Person, who::day_of},
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
    /// Who stands for whom.
    pub substitutes: SubstitutesView,
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
    /// How many rows of a sheet of organisations were refused.
    pub refused_count: usize,
    /// Each of them with its reason.
    pub refused: Vec<RefusedRow>,
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

/// The end of an appointment, as typed.
#[derive(Debug, Deserialize)]
pub struct EndForm {
    login: String,
    role: String,
    org: String,
    from: String,
    until: String,
}

/// Whether somebody may sign in and act.
#[derive(Debug, Deserialize)]
pub struct ActiveForm {
    login: String,
    active: bool,
}

/// A password in place of a forgotten one.
#[derive(Deserialize)]
pub struct ResetForm {
    login: String,
    password: String,
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
    let done = appointments::appoint(&site.app, NewAppointment { login: form.login, role, org, from, until: None });
    match done.await {
        Ok(person) => {
            tracing::info!(actor.id = %visit.viewer.person, person.id = %person, role = form.role, "a person was appointed");
            Ok(Redirect::to("/people?told=appointed").into_response())
        }
        Err(not) => again(&site, &visit, (not, NewPerson::default()), &uri).await,
    }
}

/// `POST /people/end`
///
/// # Errors
/// When something of ours fails.
pub async fn end(
    State(site): State<Site>,
    visit: Visit,
    uri: OriginalUri,
    Form(form): Form<EndForm>,
) -> Result<Response, Refused> {
    let done = match (form.from.parse(), form.until.parse()) {
        (Ok(from), Ok(until)) => {
            let (role, org) = (form.role.as_str().into(), form.org.as_str().into());
            appointments::end(&site.app, EndOfAppointment { login: form.login, role, org, from, until }).await
        }
        (Err(_), _) | (_, Err(_)) => {
            Err(Problem::field("until", Text::new("请填写止任日期。", "Give the last day.")).into())
        }
    };
    match done {
        Ok(person) => {
            tracing::info!(actor.id = %visit.viewer.person, person.id = %person, role = form.role, "an appointment was ended");
            Ok(Redirect::to(&handing_over::after_leaving(&site, &visit, person, "appointment-ended").await?)
                .into_response())
        }
        Err(not) => again(&site, &visit, (not, NewPerson::default()), &uri).await,
    }
}

/// `POST /people/active`
///
/// # Errors
/// When something of ours fails.
pub async fn set_active(
    State(site): State<Site>,
    visit: Visit,
    uri: OriginalUri,
    Form(form): Form<ActiveForm>,
) -> Result<Response, Refused> {
    match people::set_active(&site.app, &form.login, form.active).await {
        Ok(person) => {
            tracing::info!(actor.id = %visit.viewer.person, person.id = %person, active = form.active, "a person was let in or shut out");
            if form.active {
                return Ok(Redirect::to("/people?told=person-let-in").into_response());
            }
            let to = handing_over::after_leaving(&site, &visit, person, "person-shut-out").await?;
            Ok(Redirect::to(&to).into_response())
        }
        Err(not) => again(&site, &visit, (not, NewPerson::default()), &uri).await,
    }
}

/// `POST /people/password`
///
/// # Errors
/// When something of ours fails.
pub async fn reset_password(
    State(site): State<Site>,
    visit: Visit,
    uri: OriginalUri,
    Form(form): Form<ResetForm>,
) -> Result<Response, Refused> {
    match people::reset_password(&site.app, &site.passwords, &form.login, &form.password).await {
        Ok(person) => {
            tracing::info!(actor.id = %visit.viewer.person, person.id = %person, "a password was reset");
            Ok(Redirect::to("/people?told=password-reset").into_response())
        }
        Err(not) => again(&site, &visit, (not, NewPerson::default()), &uri).await,
    }
}

/// `POST /people/organisations`
///
/// # Errors
/// When the upload cannot be read, or something of ours fails.
pub async fn import(
    State(site): State<Site>,
    visit: Visit,
    uri: OriginalUri,
    parts: Multipart,
) -> Result<Response, Refused> {
    let lang = visit.viewer.lang;
    let (_, content) = file_of(parts, lang).await?;
    let (problem, mut refused) = match site.app.import_organisation(content).await {
        Ok(imported) if imported.report.refused() == 0 => {
            let count = imported.written;
            tracing::info!(actor.id = %visit.viewer.person, count, "organisations were imported");
            return Ok(Redirect::to("/people?told=organisations-imported").into_response());
        }
        Ok(imported) => (None, refused_rows(&imported)),
        Err(ImportFailure::Unreadable(problem)) => (Some(problem), Vec::new()),
        Err(ImportFailure::Failed(failure)) => return Err(frame::refused(failure, lang)),
    };
    let refused_count = refused.len();
    refused.truncate(REFUSED_SHOWN_MAX);
    let (frame, view) = view(&site, &visit, "", &uri).await.map_err(|failure| frame::refused(failure, lang))?;
    shown_again(frame, &PeopleView { problem, refused_count, refused, ..view })
}

/// The page with why something on it did not work.
///
/// # Errors
/// When something of ours failed.
pub(super) async fn told_again(
    site: &Site,
    visit: &Visit,
    not: NotLetIn,
    uri: &OriginalUri,
) -> Result<Response, Refused> {
    again(site, visit, (not, NewPerson::default()), uri).await
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
    shown_again(frame, &PeopleView { problem, new, ..view })
}

fn shown_again(frame: Frame, view: &PeopleView) -> Result<Response, Refused> {
    let page = Frame { path: "/people".to_owned(), ..frame }.page(view)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn today(site: &Site) -> NaiveDate {
    day_of(site.app.now())
}

/// The appointments of a person that are not over.
fn held(directory: &Directory, person: &Person, today: NaiveDate) -> Vec<HeldView> {
    let not_over = directory
        .appointments
        .iter()
        .filter(|held| held.person == person.id && held.until.is_none_or(|until| today <= until));
    not_over
        .map(|held| HeldView {
            role: words::role(&held.role),
            org: words::organisation(directory, held.org.as_str()),
            login: person.login.clone(),
            role_code: held.role.to_string(),
            org_code: held.org.to_string(),
            from: held.from.to_string(),
            until: held.until.map(|until| until.to_string()),
        })
        .collect()
}

async fn view(site: &Site, visit: &Visit, text: &str, uri: &OriginalUri) -> Result<(Frame, PeopleView), Failure> {
    let directory = site.app.directory(site.app.store().read()).await?;
    let (mut failed, mut addresses) = (site.app.failed_mailboxes().await?, site.app.addresses().await?);
    let mut found: Vec<_> =
        directory.people.values().filter(|p| p.name.contains(text) || p.login.contains(text)).collect();
    found.sort_by(|a, b| a.login.cmp(&b.login));
    let rows = found.into_iter().map(|person| PersonRow {
        name: person.name.clone(),
        login: person.login.clone(),
        appointments: held(&directory, person, today(site)),
        active: person.active,
        email: addresses.remove(&person.id).unwrap_or_default(),
        mailbox_failed: failed.remove(&person.id),
    });
    let view = PeopleView {
        total: directory.people.len() as u64,
        text: text.to_owned(),
        rows: rows.collect(),
        substitutes: SubstitutesView::of(site, None).await?,
        new: NewPerson::default(),
        roles: ROLES.iter().map(|role| Choice::new(role.name, Text::new(role.zh, role.en), "")).collect(),
        organisations: directory
            .organisations
            .values()
            .map(|org| Choice::new(org.code.as_str(), org.name.clone(), ""))
            .collect(),
        today: today(site).to_string(),
        problem: None,
        refused_count: 0,
        refused: Vec::new(),
    };
    Ok((Frame::of(site, visit, Part::People, uri).await?, view))
}
