//! The workflows with which cases start.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{said::Caller, shapes::Words};
use crate::http::{answer::Refused, site::Site};

/// A workflow.
#[derive(Debug, Serialize, ToSchema)]
pub struct Workflow {
    name: String,
    title: Words,
    version: i32,
    /// SM3 of its source.
    hash: String,
    /// What a case can end as.
    outcomes: Vec<String>,
    fields: Vec<FieldBody>,
}

/// A field of its form.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldBody {
    name: String,
    title: Words,
    required: bool,
}

/// The workflows with which cases start, by name.
#[utoipa::path(get, path = "/api/v1/definitions", tag = "definitions",
    responses((status = 200, body = Vec<Workflow>)))]
pub async fn definitions(State(site): State<Site>, caller: Caller) -> Result<Json<Vec<Workflow>>, Refused> {
    let found = site.app.current_definitions().await.map_err(|failure| caller.refused(failure))?;
    let workflows = found.into_iter().map(|(definition, version)| Workflow {
        name: definition.name.to_string(),
        title: (&definition.title).into(),
        version,
        hash: definition.hash.clone(),
        outcomes: definition.outcomes.iter().map(ToString::to_string).collect(),
        fields: definition
            .form
            .iter()
            .map(|f| FieldBody { name: f.name.to_string(), title: (&f.title).into(), required: f.required })
            .collect(),
    });
    Ok(Json(workflows.collect()))
}
