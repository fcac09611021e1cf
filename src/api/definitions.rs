//! The workflows with which cases start; and below, their versions and what becomes of open cases.

pub(super) mod compare;
mod move_open;
mod moving;
mod retire;
mod version;
mod versions;

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{said::Caller, shapes::Words};
use crate::app::deadlines;
use crate::http::{answer::Refused, routes::Routes, site::Site};

/// Registers what is about definitions and their versions.
pub fn register(routes: Routes) -> Routes {
    routes
        .api(routes!(definitions))
        .api(routes!(versions::versions))
        .api(routes!(version::version))
        .api(routes!(compare::compare_versions))
        .api(routes!(retire::retire))
        .api(routes!(moving::moving, move_open::move_open))
}

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
    /// What its steps say of their deadlines; steps without one are left out.
    deadlines: Vec<DeadlineBody>,
}

/// What a step says of its deadline, in words.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeadlineBody {
    step: String,
    title: Words,
    /// How long it may take.
    due: Words,
    /// When people are reminded.
    remind: Vec<Words>,
    /// Who learns that it is late, and when.
    escalate: Vec<Words>,
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
        deadlines: deadlines::of_definition(&definition)
            .iter()
            .map(|of| DeadlineBody {
                step: of.step.clone(),
                title: (&of.title).into(),
                due: (&of.due).into(),
                remind: of.remind.iter().map(Into::into).collect(),
                escalate: of.escalate.iter().map(Into::into).collect(),
            })
            .collect(),
    });
    Ok(Json(workflows.collect()))
}
