//! 消息.

use axum::{
    Form,
    extract::{OriginalUri, Path, Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

use super::{
    frame::{self, Frame, Part, Told, told},
    render::View,
};
use crate::{
    app::{Problem, notices::Notices},
    clock::Instant,
    http::{answer::Refused, site::Site, visit::Visit},
};

impl View for Notices {
    const TEMPLATE: &'static str = "notices";
}

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    unread: String,
    page: String,
    told: Option<String>,
}

/// `GET /notices`
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
    let failed = |failure| frame::refused(failure, lang);
    let page = asked.page.parse().unwrap_or(1);
    let notices = site.app.notices(&visit.viewer, asked.unread == "yes", page).await.map_err(failed)?;
    let frame = Frame::of(&site, &visit, Part::Notices, &uri).await.map_err(failed)?;
    frame.telling(told(lang, Told { told: asked.told }.told.as_deref())).page(&notices)
}

/// `POST /notices/{notice}`: it is read, and its page opens.
///
/// # Errors
/// When it is not this person's, or something of ours fails.
pub async fn open(State(site): State<Site>, visit: Visit, Path(notice): Path<String>) -> Result<Response, Refused> {
    let lang = visit.viewer.lang;
    let none = || Refused::page(Problem::not_found(), lang);
    let id = notice.parse().map_err(|_| none())?;
    let opened = site.app.open_notice(&visit.viewer, id).await.map_err(|failure| frame::refused(failure, lang))?;
    Ok(Redirect::to(&opened.ok_or_else(none)?).into_response())
}

/// Up to when everything is read.
#[derive(Debug, Deserialize)]
pub struct ReadForm {
    until: Instant,
}

/// `POST /notices`: all that was shown is read.
///
/// # Errors
/// When something of ours fails.
pub async fn read(State(site): State<Site>, visit: Visit, Form(form): Form<ReadForm>) -> Result<Redirect, Refused> {
    let read = site.app.read_notices(&visit.viewer, form.until).await;
    read.map_err(|failure| frame::refused(failure, visit.viewer.lang))?;
    Ok(Redirect::to("/notices?told=notices-read"))
}
