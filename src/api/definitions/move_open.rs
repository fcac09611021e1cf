//! Moves open cases to the live version of their workflow.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::said::{At, Caller, Write},
    http::{answer::Refused, site::Site},
};

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveCases {
    /// Why; it stands in the journal of every case that moves.
    reason: String,
}

/// What moving came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct MovedBody {
    /// How many cases moved.
    moved: usize,
    /// How many stay with the version they are on.
    left: usize,
}

/// Moves every open case that can to the live version; the others go on with their own. For the workflow administrator.
#[utoipa::path(post, path = "/api/v1/definitions/{workflow}/moving", tag = "definitions", request_body = MoveCases,
    params(("workflow" = String, Path, description = "The workflow's name")),
    responses((status = 200, body = MovedBody)))]
pub async fn move_open(
    State(site): State<Site>,
    caller: Caller,
    At(workflow): At<String>,
    write: Write<MoveCases>,
) -> Result<Json<MovedBody>, Refused> {
    let moving = site.app.move_open(&caller.0, &workflow, &write.said.reason);
    let done = site.app.once(caller.0.person, write.key, moving).await.map_err(|failure| caller.refused(failure))?;
    Ok(Json(MovedBody { moved: done.moved, left: done.left }))
}
