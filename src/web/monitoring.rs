//! Both clocks of every project.

use axum::{
    extract::{OriginalUri, Query, State},
    response::Response,
};
use serde::Deserialize;

use super::{
    frame::{self, Frame, Part},
    render::View,
};
use crate::{
    app::monitoring_page::{MonitoringPage, MonitoringQuery},
    http::{answer::Refused, site::Site, visit::Visit},
};

impl View for MonitoringPage {
    const TEMPLATE: &'static str = "monitoring";
}

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    year: String,
    department: String,
    lamp: String,
    quadrant: String,
    state: String,
    page: String,
}

/// `GET /monitoring`
///
/// # Errors
/// When something of ours fails.
pub async fn get(
    State(site): State<Site>,
    visit: Visit,
    Query(asked): Query<Asked>,
    uri: OriginalUri,
) -> Result<Response, Refused> {
    let failed = |failure| frame::refused(failure, visit.viewer.lang);
    let query = MonitoringQuery {
        year: asked.year.parse().ok(),
        department: asked.department,
        lamp: asked.lamp,
        quadrant: asked.quadrant,
        state: asked.state,
        page: asked.page.parse().unwrap_or(1),
    };
    let page = site.app.monitoring_page(&visit.viewer, &query).await.map_err(failed)?;
    Frame::of(&site, &visit, Part::Monitoring, &uri).await.map_err(failed)?.page(&page)
}
