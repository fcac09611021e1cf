//! Retires a workflow.

use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    api::said::{At, Caller, Write},
    http::{answer::Refused, site::Site},
};

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetireWorkflow {
    /// Why.
    reason: String,
}

/// Lets no new case start with a workflow; open cases go on. For the workflow administrator.
#[utoipa::path(post, path = "/api/v1/definitions/{workflow}/retire", tag = "definitions", request_body = RetireWorkflow,
    params(("workflow" = String, Path, description = "The workflow's name")),
    responses((status = 204)))]
pub async fn retire(
    State(site): State<Site>,
    caller: Caller,
    At(workflow): At<String>,
    write: Write<RetireWorkflow>,
) -> Result<StatusCode, Refused> {
    let retiring = site.app.retire(&caller.0, &workflow, &write.said.reason);
    site.app.once(caller.0.person, write.key, retiring).await.map_err(|failure| caller.refused(failure))?;
    tracing::info!(actor.id = %caller.0.person, workflow, "a workflow was retired");
    Ok(StatusCode::NO_CONTENT)
}
