//! What the workflow administrator and the operator must look at: open incidents.

use axum::{
    extract::{OriginalUri, Path, Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Serialize;

use super::{
    frame::{self, Frame, Part, Told},
    render::View,
};
use crate::{
    app::{Failure, Problem, desk, sign_in::NotLetIn},
    clock::Instant,
    http::{access::HANDS_OVER, answer::Refused, site::Site, visit::Visit},
    ids::{CaseId, IncidentId},
    language::Text,
    store,
};

/// The page.
#[derive(Debug, Clone, Default, Serialize)]
pub struct IncidentsView {
    /// What stops cases, newest first.
    pub rows: Vec<IncidentRow>,
    /// Whether the viewer hands over what somebody holds who leaves.
    pub hands_over: bool,
    /// What may stop them one day, newest first.
    pub risks: Vec<IncidentRow>,
}

/// One of them.
#[derive(Debug, Clone, Serialize)]
pub struct IncidentRow {
    /// Which.
    pub id: IncidentId,
    /// What is the matter, and what to do.
    pub summary: Text,
    /// What an engineer wants to know.
    pub detail: String,
    /// Whether what failed can be tried again.
    pub can_retry: bool,
    /// The case it is about.
    pub case: Option<CaseId>,
    /// Since when.
    pub opened_at: Instant,
}

impl View for IncidentsView {
    const TEMPLATE: &'static str = "incidents";
}

/// `GET /incidents`
///
/// # Errors
/// When something of ours fails.
pub async fn get(
    State(site): State<Site>,
    visit: Visit,
    Query(Told { told }): Query<Told>,
    uri: OriginalUri,
) -> Result<Response, Refused> {
    let failed = |failure| frame::refused(failure, visit.viewer.lang);
    let open = store::incidents::open(site.app.store().read()).await.map_err(Failure::from).map_err(failed)?;
    let mut view = IncidentsView { hands_over: visit.viewer.holds_any(HANDS_OVER), ..IncidentsView::default() };
    for incident in open {
        let is_risk = RISKS.contains(&incident.kind.as_str());
        let row = IncidentRow {
            id: incident.id,
            can_retry: desk::can_retry(&incident),
            detail: incident.detail,
            summary: Text::new(incident.summary_zh, incident.summary_en),
            case: incident.case_id,
            opened_at: incident.opened_at,
        };
        if is_risk { view.risks.push(row) } else { view.rows.push(row) }
    }
    let frame = Frame::of(&site, &visit, Part::Incidents, &uri).await.map_err(failed)?;
    frame.telling(frame::told(visit.viewer.lang, told.as_deref())).page(&view)
}

/// `POST /incidents/{incident}/retry`
///
/// # Errors
/// There is nothing to try again, or something of ours fails.
pub async fn retry(State(site): State<Site>, visit: Visit, Path(incident): Path<String>) -> Result<Response, Refused> {
    let lang = visit.viewer.lang;
    let incident = incident.parse().map_err(|_| Refused::page(Problem::not_found(), lang))?;
    match site.app.retry(&visit.viewer, incident).await {
        Ok(()) => Ok(Redirect::to("/incidents?told=tried-again").into_response()),
        Err(NotLetIn::Told(problem)) => Err(Refused::page(*problem, lang)),
        Err(NotLetIn::Failed(failure)) => Err(frame::refused(failure, lang)),
    }
}

/// The kinds that stop nothing yet.
const RISKS: &[&str] = &["one-person-post", "people-not-decided"];
