//! The operator's desk: what is to be done, what became of mails, which nodes live, what is late and for whom it waits.

use axum::{
    extract::{OriginalUri, Path, Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use serde::{Deserialize, Serialize};

use super::{
    frame::{self, Frame, Part, Told, told},
    render::View,
};
use crate::{
    app::{
        Problem,
        desk::{self, Desk},
        sign_in::NotLetIn,
    },
    http::{answer::Refused, site::Site, visit::Visit},
};

/// The page.
#[derive(Debug, Clone, Serialize)]
pub struct DeskView {
    /// What is on it.
    pub desk: Desk,
}

impl View for DeskView {
    const TEMPLATE: &'static str = "desk";
}

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Mails with this fate alone.
    mails: String,
    /// What the case of this number waits for.
    number: String,
}

/// `GET /desk`
///
/// # Errors
/// When something of ours fails.
pub async fn get(
    State(site): State<Site>,
    visit: Visit,
    Query(asked): Query<Asked>,
    Query(what): Query<Told>,
    uri: OriginalUri,
) -> Result<Response, Refused> {
    let failed = |failure| frame::refused(failure, visit.viewer.lang);
    let asked = desk::Asked { mails: &asked.mails, number: asked.number.trim() };
    let view = DeskView { desk: site.app.desk(asked).await.map_err(failed)? };
    let frame = Frame::of(&site, &visit, Part::Incidents, &uri).await.map_err(failed)?;
    frame.telling(told(visit.viewer.lang, what.told.as_deref())).page(&view)
}

/// `POST /desk/cases/{case}/look-again`
///
/// # Errors
/// There is no such running case, or something of ours fails.
pub async fn look_again(State(site): State<Site>, visit: Visit, Path(case): Path<String>) -> Result<Response, Refused> {
    let lang = visit.viewer.lang;
    let case = case.parse().map_err(|_| Refused::page(Problem::not_found(), lang))?;
    match site.app.look_again_for(&visit.viewer, case).await {
        Ok(()) => Ok(Redirect::to("/desk?told=looked-again#content").into_response()),
        Err(NotLetIn::Told(problem)) => Err(Refused::page(*problem, lang)),
        Err(NotLetIn::Failed(failure)) => Err(frame::refused(failure, lang)),
    }
}
