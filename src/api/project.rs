//! One project.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    said::{At, Caller},
    shapes::FactBody,
};
use crate::{
    http::{answer::Refused, site::Site},
    ids::ProjectId,
};

/// A project with the facts about it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProjectBody {
    #[schema(value_type = String)]
    id: ProjectId,
    code: String,
    name: String,
    description: String,
    /// The code of the unit that runs it.
    unit: String,
    nature: String,
    category: String,
    instrument: String,
    is_new_major: bool,
    /// The whole amount, in 分.
    total_fen: i64,
    start_year: i32,
    end_year: i32,
    facts: Vec<FactOfYear>,
}

/// A fact with the budget year it is about.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactOfYear {
    year: i32,
    #[serde(flatten)]
    fact: FactBody,
}

/// A project with the facts about it, of every budget year.
#[utoipa::path(get, path = "/api/v1/projects/{project}", tag = "projects",
    params(("project" = String, Path, description = "The project's id")),
    responses((status = 200, body = ProjectBody)))]
pub async fn project(
    State(site): State<Site>,
    caller: Caller,
    At(id): At<ProjectId>,
) -> Result<Json<ProjectBody>, Refused> {
    let found = site.app.project_record(&caller.0, id).await;
    let (row, facts) = found.map_err(|failure| caller.refused(failure))?;
    let facts = facts.into_iter().map(|fact| FactOfYear {
        year: fact.year,
        fact: FactBody {
            cap_fen: fact.cap().map(crate::money::Money::fen),
            id: fact.id,
            kind: fact.kind,
            value: fact.value,
            recorded_at: fact.recorded_at,
            revoked: fact.revoked_at.is_some(),
        },
    });
    Ok(Json(ProjectBody {
        id: row.id,
        code: row.code,
        name: row.name,
        description: row.description,
        unit: row.unit,
        nature: row.nature,
        category: row.category,
        instrument: row.instrument,
        is_new_major: row.is_new_major,
        total_fen: row.total_fen,
        start_year: row.start_year,
        end_year: row.end_year,
        facts: facts.collect(),
    }))
}
