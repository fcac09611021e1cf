//! The workflows as they are defined: a list, and each with its source and drawing.

use axum::{
    extract::{OriginalUri, Path, State},
    response::Response,
};
use serde::Serialize;

use super::{
    flow::{self, BlockView},
    frame::{self, Frame, Part},
    render::View,
};
use crate::{
    app::{App, Failure, words},
    clock::Instant,
    engine::{Refusal, who::day_of},
    http::{answer::Refused, site::Site, visit::Visit},
    language::Text,
    store,
};

/// The list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct DefinitionsView {
    /// The current version of each.
    pub rows: Vec<DefinitionRow>,
}

/// One workflow.
#[derive(Debug, Clone, Serialize)]
pub struct DefinitionRow {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: Text,
    /// Its version.
    pub version: i32,
    /// The articles it rests on.
    pub basis: Vec<String>,
    /// When it was published.
    pub published_at: Instant,
}

/// One workflow, whole.
#[derive(Debug, Clone, Serialize)]
pub struct DefinitionView {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: Text,
    /// Its version.
    pub version: i32,
    /// When it was published.
    pub published_at: Instant,
    /// The articles it rests on.
    pub basis: Vec<String>,
    /// Its drawing.
    pub flow: BlockView,
    /// Its source.
    pub source: String,
    /// SM3 of the source.
    pub hash: String,
}

impl View for DefinitionsView {
    const TEMPLATE: &'static str = "definitions";
}

impl View for DefinitionView {
    const TEMPLATE: &'static str = "definition";
}

/// `GET /definitions`
///
/// # Errors
/// When something of ours fails.
pub async fn list(State(site): State<Site>, visit: Visit, uri: OriginalUri) -> Result<Response, Refused> {
    let failed = |failure| frame::refused(failure, visit.viewer.lang);
    let rows = rows(&site.app).await.map_err(failed)?;
    Frame::of(&site, &visit, Part::Definitions, &uri).await.map_err(failed)?.page(&DefinitionsView { rows })
}

/// `GET /definitions/{workflow}`
///
/// # Errors
/// When there is none.
pub async fn get(
    State(site): State<Site>,
    visit: Visit,
    Path(workflow): Path<String>,
    uri: OriginalUri,
) -> Result<Response, Refused> {
    let failed = |failure| frame::refused(failure, visit.viewer.lang);
    let view = whole(&site.app, &workflow).await.map_err(failed)?;
    Frame::of(&site, &visit, Part::Definitions, &uri).await.map_err(failed)?.page(&view)
}

async fn rows(app: &App) -> Result<Vec<DefinitionRow>, Failure> {
    let db = app.store().read();
    let mut rows = Vec::new();
    for row in store::definitions::all_current(db).await? {
        let definition = app.definition(db, &row.hash).await?;
        rows.push(DefinitionRow {
            name: row.workflow,
            title: definition.title.clone(),
            version: row.version,
            basis: definition.basis.iter().map(|basis| words::citation(app.policy(), basis)).collect(),
            published_at: row.published_at,
        });
    }
    Ok(rows)
}

async fn whole(app: &App, workflow: &str) -> Result<DefinitionView, Failure> {
    let db = app.store().read();
    let row = store::definitions::current(db, workflow).await?.ok_or(Refusal::NotFound)?;
    let definition = app.definition(db, &row.hash).await?;
    Ok(DefinitionView {
        name: row.workflow,
        title: definition.title.clone(),
        version: row.version,
        published_at: row.published_at,
        basis: definition.basis.iter().map(|basis| words::citation(app.policy(), basis)).collect(),
        flow: flow::draw(&definition, &app.policy().thresholds.words(day_of(app.now())), None),
        source: row.source,
        hash: row.hash,
    })
}
