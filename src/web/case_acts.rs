//! The forms beside a case: its administrator's, copying in, having read it, saying something.

use axum::{
    Form,
    extract::{OriginalUri, Path, State},
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

use super::{
    case::{ReasonForm, act, case_id},
    frame,
};
use crate::{
    engine::{Action, Refusal},
    http::{answer::Refused, site::Site, visit::Visit},
    ids::PersonId,
};

/// `POST /cases/{case}/suspend`
///
/// # Errors
/// When something of ours fails.
pub async fn suspend(
    State(site): State<Site>,
    visit: Visit,
    Path(case): Path<String>,
    uri: OriginalUri,
    Form(form): Form<ReasonForm>,
) -> Result<Response, Refused> {
    let case = case_id(&case, &visit)?;
    act(&site, &visit, (case, Action::Suspend { reason: form.reason }, "suspended"), &uri).await
}

/// `POST /cases/{case}/resume`
///
/// # Errors
/// When something of ours fails.
pub async fn resume(
    State(site): State<Site>,
    visit: Visit,
    Path(case): Path<String>,
    uri: OriginalUri,
    Form(form): Form<ReasonForm>,
) -> Result<Response, Refused> {
    let case = case_id(&case, &visit)?;
    act(&site, &visit, (case, Action::Resume { reason: form.reason }, "resumed"), &uri).await
}

/// `POST /cases/{case}/terminate`
///
/// # Errors
/// When something of ours fails.
pub async fn terminate(
    State(site): State<Site>,
    visit: Visit,
    Path(case): Path<String>,
    uri: OriginalUri,
    Form(form): Form<ReasonForm>,
) -> Result<Response, Refused> {
    let case = case_id(&case, &visit)?;
    act(&site, &visit, (case, Action::Terminate { reason: form.reason }, "terminated"), &uri).await
}

/// `POST /cases/{case}/copies`: the field `to` comes once for each person.
///
/// # Errors
/// When something of ours fails.
pub async fn copy_in(
    State(site): State<Site>,
    visit: Visit,
    Path(case): Path<String>,
    uri: OriginalUri,
    Form(posted): Form<Vec<(String, String)>>,
) -> Result<Response, Refused> {
    let case = case_id(&case, &visit)?;
    let chosen = posted.iter().filter(|(name, _)| name == "to").map(|(_, person)| person.parse::<PersonId>());
    match chosen.collect::<Result<Vec<_>, _>>() {
        Ok(to) => act(&site, &visit, (case, Action::CopyIn { to }, "copied-in"), &uri).await,
        Err(_) => super::case::refused(&site, &visit, (case, &Refusal::UnknownPerson), &uri).await,
    }
}

/// `POST /cases/{case}/read`
///
/// # Errors
/// When the case is not for this person, or something of ours fails.
pub async fn read(State(site): State<Site>, visit: Visit, Path(case): Path<String>) -> Result<Response, Refused> {
    let case = case_id(&case, &visit)?;
    let marked = site.app.read_copy(&visit.viewer, case).await;
    marked.map_err(|failure| frame::refused(failure, visit.viewer.lang))?;
    Ok(Redirect::to("/inbox?tab=copied").into_response())
}

/// What is said.
#[derive(Debug, Deserialize)]
pub struct RemarkForm {
    text: String,
    #[serde(default)]
    asked: String,
}

/// `POST /cases/{case}/remarks`
///
/// # Errors
/// When something of ours fails.
pub async fn remark(
    State(site): State<Site>,
    visit: Visit,
    Path(case): Path<String>,
    uri: OriginalUri,
    Form(form): Form<RemarkForm>,
) -> Result<Response, Refused> {
    let case = case_id(&case, &visit)?;
    let asked = match form.asked.as_str() {
        "" => None,
        person => match person.parse() {
            Ok(person) => Some(person),
            Err(_) => return super::case::refused(&site, &visit, (case, &Refusal::UnknownPerson), &uri).await,
        },
    };
    act(&site, &visit, (case, Action::Remark { text: form.text, asked }, "remarked"), &uri).await
}
