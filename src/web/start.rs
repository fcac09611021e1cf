//! Starting a case.

use axum::{
    Form,
    extract::{OriginalUri, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::{Deserialize, Serialize};

use super::{
    frame::{self, Frame, Part},
    render::View,
};
use crate::{
    app::{
        Caller, Failure, Problem, Request, What,
        start_page::{StartChoice, StartPage},
    },
    engine::Refusal,
    http::{answer::Refused, site::Site, visit::Visit},
};

/// The page.
#[derive(Debug, Clone, Serialize)]
pub struct StartView {
    /// What can be started.
    pub form: StartPage,
    /// Why the last attempt was refused.
    pub refusal: Option<String>,
}

impl View for StartView {
    const TEMPLATE: &'static str = "start";
}

/// What was chosen, in an address or a form.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Chosen {
    project: String,
    year: String,
    workflow: String,
}

impl Chosen {
    fn read(&self) -> StartChoice {
        let (project, year) = (self.project.parse().ok(), self.year.parse().ok());
        StartChoice { project, year, workflow: self.workflow.clone() }
    }
}

/// `GET /start`
///
/// # Errors
/// When the project is not for this person.
pub async fn get(
    State(site): State<Site>,
    visit: Visit,
    Query(chosen): Query<Chosen>,
    uri: OriginalUri,
) -> Result<Response, Refused> {
    page(&site, &visit, (&chosen.read(), None), &uri).await
}

/// `POST /start`
///
/// # Errors
/// When something of ours fails.
pub async fn post(
    State(site): State<Site>,
    visit: Visit,
    uri: OriginalUri,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Refused> {
    let choice = chosen.read();
    let (Some(project), Some(year), false) = (choice.project, choice.year, choice.workflow.is_empty()) else {
        return page(&site, &visit, (&choice, Some(Refusal::NotOffered)), &uri).await;
    };
    let what = What::Start { workflow: choice.workflow.as_str().into(), project, year };
    match site.app.execute(Request { by: Caller::Person(visit.viewer.clone()), what, key: None }).await {
        Ok(answer) => {
            let to = answer.open.first().map(|(no, _)| format!("/cases/{}/tasks/{no}", answer.case));
            Ok(Redirect::to(&to.unwrap_or_else(|| format!("/cases/{}", answer.case))).into_response())
        }
        Err(Failure::Refused(refusal)) => page(&site, &visit, (&choice, Some(refusal)), &uri).await,
        Err(failure) => Err(frame::refused(failure, visit.viewer.lang)),
    }
}

async fn page(
    site: &Site,
    visit: &Visit,
    (choice, refusal): (&StartChoice, Option<Refusal>),
    uri: &OriginalUri,
) -> Result<Response, Refused> {
    let lang = visit.viewer.lang;
    let failed = |failure| frame::refused(failure, lang);
    let status = refusal.as_ref().map_or(200, |refusal| Problem::from(refusal).status);
    let form = site.app.start_page(&visit.viewer, choice).await.map_err(failed)?;
    let view = StartView { form, refusal: refusal.map(|refusal| refusal.sentence(lang)) };
    let page = Frame::of(site, visit, Part::Start, uri).await.map_err(failed)?.page(&view)?;
    Ok((StatusCode::from_u16(status).unwrap_or(StatusCode::OK), page).into_response())
}
