//! The first administrator, by a token that the start prints once.

use axum::{
    Form,
    extract::{OriginalUri, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

use super::{frame::Frame, render::View, sign_in};
use crate::{
    app::{people::NewPerson, setup},
    http::{answer::Refused, site::Site, visit::Reading},
    language::Text,
};

/// The page. A password is never shown again.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SetupView {
    /// The token.
    pub token: String,
    /// Their name.
    pub name: String,
    /// What they will sign in with.
    pub login: String,
    /// Why it did not work.
    pub problem: Option<Text>,
}

impl View for SetupView {
    const TEMPLATE: &'static str = "setup";
}

/// What was typed.
#[derive(Deserialize)]
pub struct SetupForm {
    token: String,
    name: String,
    login: String,
    password: String,
}

/// `GET /setup`
///
/// # Errors
/// When the page cannot be rendered.
pub async fn get(State(site): State<Site>, Reading(lang): Reading, uri: OriginalUri) -> Result<Response, Refused> {
    Frame::outside(&site, lang, &uri).page(&SetupView::default())
}

/// `POST /setup`
///
/// # Errors
/// When something of ours fails.
pub async fn post(
    State(site): State<Site>,
    Reading(lang): Reading,
    (uri, session): (OriginalUri, Session),
    Form(form): Form<SetupForm>,
) -> Result<Response, Refused> {
    let SetupForm { token, name, login, password } = form;
    let new = NewPerson { login: login.clone(), name: name.clone(), email: String::new(), password };
    match setup::first_administrator(&site.app, &site.passwords, &token, new).await {
        Ok(person) => sign_in::enter(&site, &session, (person, lang), ("", "/people")).await,
        Err(not) => {
            let problem = Some(sign_in::told(not, lang)?.sentence);
            let page = Frame::outside(&site, lang, &uri).page(&SetupView { token, name, login, problem })?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}
