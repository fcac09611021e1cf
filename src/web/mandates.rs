//! 强制性规定: the mandates in force, what is proposed and what it would mean, and the forms of the two who decide.

use axum::{
    Form,
    extract::{OriginalUri, Path, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::{Deserialize, Serialize};

use super::{
    frame::{self, Frame, Part, Told, told},
    render::View,
};
use crate::{
    app::{
        Failure, Problem,
        mandate_page::{MandatesPage, SetView},
        mandates::{Answer, Statement},
        shown::{Chip, Tone},
    },
    http::{answer::Refused, site::Site, visit::Visit},
    language::Text,
};

/// The page.
#[derive(Debug, Clone, Serialize)]
pub struct MandatesView {
    /// What there is to show.
    #[serde(flatten)]
    pub page: MandatesPage,
    /// Every set with its state as a chip, newest first.
    pub sets: Vec<SetRow>,
    /// Why the last attempt did not work.
    pub refusal: Option<String>,
}

/// A set in the list of all.
#[derive(Debug, Clone, Serialize)]
pub struct SetRow {
    /// Where it stands.
    pub chip: Chip,
    /// It.
    #[serde(flatten)]
    pub set: SetView,
}

impl View for MandatesView {
    const TEMPLATE: &'static str = "mandates";
}

impl MandatesView {
    /// The page with the list of all sets.
    #[must_use]
    pub fn of(page: MandatesPage) -> Self {
        let sets = page.history.iter().map(|set| SetRow { chip: chip(&set.state), set: set.clone() });
        Self { sets: sets.collect(), page, refusal: None }
    }
}

/// What somebody says about a proposal.
#[derive(Debug, Deserialize)]
pub struct SpeakForm {
    role: String,
    #[serde(default)]
    reason: String,
}

/// `GET /mandates`
///
/// # Errors
/// When something of ours fails.
pub async fn get(
    State(site): State<Site>,
    visit: Visit,
    Query(what): Query<Told>,
    uri: OriginalUri,
) -> Result<Response, Refused> {
    let lang = visit.viewer.lang;
    let failed = |failure| frame::refused(failure, lang);
    let page = site.app.mandates_page(&visit.viewer).await.map_err(failed)?;
    let frame = Frame::of(&site, &visit, Part::Definitions, &uri).await.map_err(failed)?;
    frame.telling(told(lang, what.told.as_deref())).page(&MandatesView::of(page))
}

/// `POST /mandates/{no}/consent`
///
/// # Errors
/// When something of ours fails.
pub async fn consent(
    State(site): State<Site>,
    visit: Visit,
    Path(no): Path<i64>,
    uri: OriginalUri,
    Form(form): Form<SpeakForm>,
) -> Result<Response, Refused> {
    speak(&site, &visit, (no, Answer::Consent, form), &uri).await
}

/// `POST /mandates/{no}/decline`
///
/// # Errors
/// When something of ours fails.
pub async fn decline(
    State(site): State<Site>,
    visit: Visit,
    Path(no): Path<i64>,
    uri: OriginalUri,
    Form(form): Form<SpeakForm>,
) -> Result<Response, Refused> {
    speak(&site, &visit, (no, Answer::Decline, form), &uri).await
}

async fn speak(
    site: &Site,
    visit: &Visit,
    (no, answer, form): (i64, Answer, SpeakForm),
    uri: &OriginalUri,
) -> Result<Response, Refused> {
    let lang = visit.viewer.lang;
    let failed = |failure| frame::refused(failure, lang);
    let statement = Statement { no, role: form.role, answer, reason: form.reason };
    match site.app.speak_on_mandates(&visit.viewer, statement).await {
        Ok(state) => {
            tracing::info!(actor.id = %visit.viewer.person, mandates.no = no, mandates.state = state, "somebody spoke on mandates");
            Ok(Redirect::to(&format!("/mandates?told=mandates-{state}#content")).into_response())
        }
        Err(Failure::Refused(refusal)) => {
            let page = site.app.mandates_page(&visit.viewer).await.map_err(failed)?;
            let view = MandatesView { refusal: Some(refusal.sentence(lang)), ..MandatesView::of(page) };
            let status = StatusCode::from_u16(Problem::from(&refusal).status).unwrap_or(StatusCode::CONFLICT);
            let frame = Frame::of(site, visit, Part::Definitions, uri).await.map_err(failed)?;
            let page = Frame { path: "/mandates".to_owned(), ..frame }.page(&view)?;
            Ok((status, page).into_response())
        }
        Err(failure) => Err(failed(failure)),
    }
}

fn chip(state: &str) -> Chip {
    match state {
        "accepted" => Chip::new(Tone::Good, Text::new("现行", "In force")),
        "proposed" => Chip::new(Tone::Active, Text::new("待同意", "Waits for consent")),
        "declined" => Chip::new(Tone::Bad, Text::new("未同意", "Declined")),
        "superseded" => Chip::new(Tone::Plain, Text::new("已被取代", "Superseded")),
        _ => Chip::new(Tone::Plain, Text::new("不再现行", "No longer in force")),
    }
}
