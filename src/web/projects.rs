//! Projects, looked for.

use axum::{
    extract::{OriginalUri, Query, State},
    response::Response,
};
use serde::{Deserialize, Serialize};

use super::{
    frame::{self, Frame, Part},
    render::View,
};
use crate::{
    app::project_list::{ProjectList, ProjectQuery},
    http::{answer::Refused, site::Site, visit::Visit},
};

/// The page.
#[derive(Debug, Clone, Serialize)]
pub struct ProjectsView {
    /// The list.
    pub list: ProjectList,
}

impl View for ProjectsView {
    const TEMPLATE: &'static str = "projects";
}

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    text: String,
    department: String,
    category: String,
    instrument: String,
    state: String,
    page: String,
}

/// `GET /projects`
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
    let query = ProjectQuery {
        text: asked.text.trim().to_owned(),
        department: asked.department,
        category: asked.category,
        instrument: asked.instrument,
        state: asked.state,
        page: asked.page.parse().unwrap_or(1),
    };
    let list = site.app.project_list(&visit.viewer, &query).await.map_err(failed)?;
    Frame::of(&site, &visit, Part::Projects, &uri).await.map_err(failed)?.page(&ProjectsView { list })
}
