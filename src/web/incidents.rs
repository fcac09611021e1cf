//! What the workflow administrator and the operator must look at: open incidents.

use axum::{
    extract::{OriginalUri, State},
    response::Response,
};
use serde::Serialize;

use super::{
    frame::{self, Frame, Part},
    render::View,
};
use crate::{
    app::Failure,
    clock::Instant,
    http::{access::HANDS_OVER, answer::Refused, site::Site, visit::Visit},
    ids::CaseId,
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
    /// What is the matter, and what to do.
    pub summary: Text,
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
pub async fn get(State(site): State<Site>, visit: Visit, uri: OriginalUri) -> Result<Response, Refused> {
    let failed = |failure| frame::refused(failure, visit.viewer.lang);
    let open = store::incidents::open(site.app.store().read()).await.map_err(Failure::from).map_err(failed)?;
    let mut view = IncidentsView { hands_over: visit.viewer.holds_any(HANDS_OVER), ..IncidentsView::default() };
    for incident in open {
        let is_risk = RISKS.contains(&incident.kind.as_str());
        let row = IncidentRow {
            summary: Text::new(incident.summary_zh, incident.summary_en),
            case: incident.case_id,
            opened_at: incident.opened_at,
        };
        if is_risk { view.risks.push(row) } else { view.rows.push(row) }
    }
    Frame::of(&site, &visit, Part::Incidents, &uri).await.map_err(failed)?.page(&view)
}

/// The kinds that stop nothing yet.
const RISKS: &[&str] = &["one-person-post", "people-not-decided"];
