//! Entering as a sample person: in the demonstration alone.

use std::collections::BTreeSet;

use axum::{
    Form,
    extract::{OriginalUri, State},
    response::Response,
};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

use super::{
    frame::{self, Frame},
    render::View,
    sign_in,
};
use crate::{
    app::{App, Failure, Problem, demo, words},
    definition::registry::ROLES,
    engine::who::day_of,
    http::{answer::Refused, site::Site, visit::Reading},
    language::{Lang, Text},
};

/// People shown of one role at most.
const PEOPLE_OF_ROLE_MAX: usize = 8;

/// The page.
#[derive(Debug, Clone, Default, Serialize)]
pub struct EnterView {
    /// Sample people by role.
    pub groups: Vec<RoleGroup>,
    /// A form on hold, folded.
    pub kept: String,
}

/// The people of a role.
#[derive(Debug, Clone, Serialize)]
pub struct RoleGroup {
    /// The role.
    pub title: Text,
    /// Who holds it.
    pub people: Vec<SamplePerson>,
}

/// A sample person.
#[derive(Debug, Clone, Serialize)]
pub struct SamplePerson {
    /// What they sign in with.
    pub login: String,
    /// Their name.
    pub name: String,
    /// The first character of it.
    pub initial: String,
    /// Where they work.
    pub org: Text,
}

impl View for EnterView {
    const TEMPLATE: &'static str = "enter";
}

/// Who was chosen; nobody yet, where only a form on hold is brought along.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct EnterForm {
    login: String,
    kept: String,
}

/// `GET /demo`
///
/// # Errors
/// When something of ours fails.
pub async fn get(State(site): State<Site>, Reading(lang): Reading, uri: OriginalUri) -> Result<Response, Refused> {
    shown(&site, lang, String::new(), &uri).await
}

async fn shown(site: &Site, lang: Lang, kept: String, uri: &OriginalUri) -> Result<Response, Refused> {
    let groups = groups(&site.app).await.map_err(|failure| frame::refused(failure, lang))?;
    Frame::outside(site, lang, uri).page(&EnterView { groups, kept })
}

/// `POST /demo`
///
/// # Errors
/// When there is no such person.
pub async fn post(
    State(site): State<Site>,
    Reading(lang): Reading,
    (uri, session): (OriginalUri, Session),
    Form(form): Form<EnterForm>,
) -> Result<Response, Refused> {
    if form.login.is_empty() {
        return shown(&site, lang, form.kept, &uri).await;
    }
    let failed = |failure| frame::refused(failure, lang);
    let directory = site.app.directory(site.app.store().read()).await.map_err(failed)?;
    let Some(person) = directory.by_login(&form.login) else {
        return Err(Refused::page(Problem::not_found(), lang));
    };
    sign_in::enter(&site, &session, (person.id, lang), (&form.kept, "/inbox")).await
}

/// The people of each role, in the order of the roles; those who have something to show come first.
async fn groups(app: &App) -> Result<Vec<RoleGroup>, Failure> {
    let directory = app.directory(app.store().read()).await?;
    let today = day_of(app.now());
    let samples: BTreeSet<String> = demo::samples()?.into_iter().map(|sample| sample.login).collect();
    let mut groups = Vec::new();
    for role in ROLES {
        let held = directory.appointments.iter().filter(|held| {
            held.role.as_str() == role.name && held.from <= today && held.until.is_none_or(|until| today <= until)
        });
        let people = held.filter_map(|held| {
            let person = directory.people.get(&held.person).filter(|person| person.active)?;
            Some(SamplePerson {
                login: person.login.clone(),
                name: person.name.clone(),
                initial: person.name.chars().take(1).collect(),
                org: words::organisation(&directory, held.org.as_str()),
            })
        });
        let mut people: Vec<_> = people.collect();
        people.sort_by_key(|person| !samples.contains(&person.login));
        people.truncate(PEOPLE_OF_ROLE_MAX);
        if !people.is_empty() {
            groups.push(RoleGroup { title: Text::new(role.zh, role.en), people });
        }
    }
    Ok(groups)
}
