//! Begins a draft.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::said::{Caller, Write},
    http::{answer::Refused, site::Site},
    ids::DraftId,
};

/// A draft to begin.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginDraft {
    /// The workflow's name; a new one begins a new workflow.
    #[schema(example = "performance-targets")]
    workflow: String,
}

/// The draft.
#[derive(Debug, Serialize, ToSchema)]
pub struct Begun {
    #[schema(value_type = String)]
    draft: DraftId,
}

/// The draft that the caller writes of a workflow: the open one, or a new one that starts from what is live. For the
/// workflow administrator.
#[utoipa::path(post, path = "/api/v1/drafts", tag = "drafts", request_body = BeginDraft,
    responses((status = 201, body = Begun)))]
pub async fn begin_draft(
    State(site): State<Site>,
    caller: Caller,
    write: Write<BeginDraft>,
) -> Result<(StatusCode, [(header::HeaderName, String); 1], Json<Begun>), Refused> {
    let begun = site.app.begin_draft(&caller.0, &write.said.workflow);
    let draft = site.app.once(caller.0.person, write.key, begun).await.map_err(|failure| caller.refused(failure))?;
    let location = format!("/api/v1/drafts/{draft}");
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(Begun { draft })))
}
