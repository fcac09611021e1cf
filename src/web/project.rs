//! A project with its life cycle.

use axum::{
    extract::{OriginalUri, Path, Query, State},
    response::Response,
};
use serde::Deserialize;

use super::{
    frame::{self, Frame, Part},
    render::View,
};
use crate::{
    app::{Problem, project_page::ProjectPage},
    http::{answer::Refused, site::Site, visit::Visit},
};

impl View for ProjectPage {
    const TEMPLATE: &'static str = "project";
}

/// The budget year to show.
#[derive(Debug, Deserialize)]
pub struct Asked {
    year: Option<i32>,
}

/// `GET /projects/{project}`
///
/// # Errors
/// When there is none, or it is not for this person.
pub async fn get(
    State(site): State<Site>,
    visit: Visit,
    Path(project): Path<String>,
    Query(asked): Query<Asked>,
    uri: OriginalUri,
) -> Result<Response, Refused> {
    let lang = visit.viewer.lang;
    let failed = |failure| frame::refused(failure, lang);
    let project = project.parse().map_err(|_| Refused::page(Problem::not_found(), lang))?;
    let page = site.app.project_page(&visit.viewer, project, asked.year).await.map_err(failed)?;
    Frame::of(&site, &visit, Part::Projects, &uri).await.map_err(failed)?.page(&page)
}
