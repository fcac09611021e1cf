//! Sign-in.

use axum::{
    Form,
    extract::{OriginalUri, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

use super::{
    frame::{self, Frame},
    render::View,
};
use crate::{
    app::{
        Problem, sessions,
        sign_in::{Attempt, NotLetIn, sign_in},
    },
    http::{
        answer::Refused,
        guard::is_ours,
        resume::{self, Kept},
        session,
        site::Site,
        visit::{Address, Reading, Visit},
    },
    ids::PersonId,
    language::{Lang, Text},
};

/// The page.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SignInView {
    /// What was typed as login.
    pub login: String,
    /// Where to go afterwards.
    pub next: String,
    /// A form on hold, folded.
    pub kept: String,
    /// Whether a session has just expired.
    pub expired: bool,
    /// Why it did not work.
    pub problem: Option<Text>,
}

impl View for SignInView {
    const TEMPLATE: &'static str = "sign_in";
}

/// Where people are sent.
#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    next: String,
}

/// What was typed.
#[derive(Deserialize)]
pub struct SignInForm {
    login: String,
    password: String,
    #[serde(default)]
    next: String,
    #[serde(default)]
    kept: String,
}

/// `GET /sign-in`
///
/// # Errors
/// When the page cannot be rendered.
pub async fn get(
    State(site): State<Site>,
    Reading(lang): Reading,
    visit: Option<Visit>,
    Query(asked): Query<Asked>,
    uri: OriginalUri,
) -> Result<Response, Refused> {
    if visit.is_some() {
        return Ok(Redirect::to(inside(&asked.next)).into_response());
    }
    let view = SignInView { expired: asked.next.contains("/tasks/"), next: asked.next, ..SignInView::default() };
    Frame::outside(&site, lang, &uri).page(&view)
}

/// `POST /sign-in`
///
/// # Errors
/// When something of ours fails.
pub async fn post(
    State(site): State<Site>,
    Reading(lang): Reading,
    Address(address): Address,
    (uri, session): (OriginalUri, Session),
    Form(form): Form<SignInForm>,
) -> Result<Response, Refused> {
    let attempt = Attempt { login: form.login.clone(), password: form.password, address };
    match sign_in(&site.app, &site.passwords, attempt).await {
        Ok(person) => enter(&site, &session, (person, lang), (&form.kept, &form.next)).await,
        Err(NotLetIn::Failed(failure)) => Err(frame::refused(failure, lang)),
        Err(NotLetIn::Told(problem)) => {
            let view = SignInView {
                login: form.login,
                next: form.next,
                kept: form.kept,
                problem: Some(problem.sentence.clone()),
                expired: false,
            };
            let page = Frame::outside(&site, lang, &uri).page(&view)?;
            Ok((StatusCode::from_u16(problem.status).unwrap_or(StatusCode::UNAUTHORIZED), page).into_response())
        }
    }
}

/// Begins a session and leads on: to a form on hold, or to where the person was going.
///
/// # Errors
/// When the session cannot be stored.
pub async fn enter(
    site: &Site,
    session: &Session,
    (person, lang): (PersonId, Lang),
    (kept, next): (&str, &str),
) -> Result<Response, Refused> {
    let failed = |why: anyhow::Error| Refused::failed("/sign-in", why, lang);
    session::enter(session, person, site.app.sources()).await.map_err(failed)?;
    if let Some(kept) = Kept::unfolded(kept) {
        let held = session::held(session).await.map_err(failed)?;
        let token = held.map(|held| held.token(site.app.sources())).unwrap_or_default();
        return Ok(resume::send_again(&kept, &token, lang));
    }
    Ok(Redirect::to(inside(next)).into_response())
}

fn inside(next: &str) -> &str {
    if is_ours(next) { next } else { "/inbox" }
}

/// `POST /sign-out`
///
/// # Errors
/// When the session cannot be deleted.
pub async fn sign_out(
    State(site): State<Site>,
    visit: Option<Visit>,
    Reading(lang): Reading,
    session: Session,
) -> Result<Redirect, Refused> {
    session::leave(&session).await.map_err(|why| Refused::failed("/sign-out", why, lang))?;
    if let Some(visit) = visit {
        site.app.store().tell(visit.viewer.person);
    }
    Ok(Redirect::to("/sign-in"))
}

/// `POST /sign-out-everywhere`
///
/// # Errors
/// When the sessions cannot be deleted.
pub async fn sign_out_everywhere(
    State(site): State<Site>,
    visit: Visit,
    session: Session,
) -> Result<Redirect, Refused> {
    let lang = visit.viewer.lang;
    sessions::end_all_of(&site.app, visit.viewer.person).await.map_err(|failure| frame::refused(failure, lang))?;
    sign_out(State(site), Some(visit), Reading(lang), session).await
}

/// `GET /`
pub async fn start(State(site): State<Site>, visit: Option<Visit>) -> Redirect {
    Redirect::to(match visit {
        Some(_) => "/inbox",
        None if site.settings.demo => "/demo",
        None => "/sign-in",
    })
}

/// The sentence of somebody who was not let in; what failed of ours is a page of its own.
///
/// # Errors
/// When something of ours failed.
pub fn told(not: NotLetIn, lang: Lang) -> Result<Box<Problem>, Refused> {
    match not {
        NotLetIn::Told(problem) => Ok(problem),
        NotLetIn::Failed(failure) => Err(frame::refused(failure, lang)),
    }
}
