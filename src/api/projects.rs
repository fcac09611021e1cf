//! Projects, looked for.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    said::{Asked, Caller},
    shapes::Part,
};
use crate::{
    http::{answer::Refused, site::Site},
    ids::ProjectId,
    store::project_reads::Filter,
};

/// A part of the projects.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProjectsBody {
    /// How many there are in all.
    total: u64,
    projects: Vec<Listed>,
}

/// A project of the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Listed {
    #[schema(value_type = String)]
    id: ProjectId,
    code: String,
    name: String,
    /// The code of the unit that runs it.
    unit: String,
    category: String,
    instrument: String,
    /// The whole amount, in 分.
    total_fen: i64,
    /// How far it is in the budget year that is being prepared.
    state: String,
}

/// Projects that the caller may see, by code.
#[utoipa::path(get, path = "/api/v1/projects", tag = "projects", params(Part),
    responses((status = 200, body = ProjectsBody)))]
pub async fn projects(
    State(site): State<Site>,
    caller: Caller,
    Asked(part): Asked<Part>,
) -> Result<Json<ProjectsBody>, Refused> {
    let filter = Filter { text: part.text, year: site.app.budget_year(), ..Filter::default() };
    let page = site.app.project_records(&caller.0, filter, part.limit, part.offset).await;
    let page = page.map_err(|failure| caller.refused(failure))?;
    let projects = page.rows.into_iter().map(|row| Listed {
        id: row.id,
        code: row.code,
        name: row.name,
        unit: row.unit,
        category: row.category,
        instrument: row.instrument,
        total_fen: row.total_fen,
        state: row.state,
    });
    Ok(Json(ProjectsBody { total: page.total, projects: projects.collect() }))
}
