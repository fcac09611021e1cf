//! The versions of a workflow.

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::{
        said::{At, Caller},
        shapes::Words,
    },
    app::{Failure, versions::Version},
    engine::Refusal,
    http::{answer::Refused, site::Site},
    ids::{CaseId, DraftId},
};

/// A version of a workflow.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionBody {
    version: i32,
    /// SM3 of its source.
    hash: String,
    /// Whether new cases start with it.
    live: bool,
    published_at: DateTime<Utc>,
    /// Who wrote it; absent for what came with Yumen.
    author: Option<String>,
    approved_by: Words,
    /// The draft it was.
    #[schema(value_type = Option<String>)]
    draft: Option<DraftId>,
    /// The case that decided on it.
    #[schema(value_type = Option<String>)]
    decided_in: Option<CaseId>,
    retired_at: Option<DateTime<Utc>>,
    retired_by: Option<Words>,
    /// Why; empty where the next version took its place.
    retired_why: Option<String>,
    /// Cases on it that go on.
    open: i64,
    /// Cases on it that are over.
    ended: i64,
}

impl From<&Version> for VersionBody {
    fn from(version: &Version) -> Self {
        let row = &version.row;
        Self {
            version: row.version,
            hash: row.hash.clone(),
            live: row.is_current,
            published_at: row.published_at,
            author: version.author.clone(),
            approved_by: (&version.approved_by).into(),
            draft: row.draft_id,
            decided_in: version.decided_in.as_ref().map(|(case, _)| *case),
            retired_at: row.retired_at,
            retired_by: version.retired_by.as_ref().map(Into::into),
            retired_why: row.retired_why.clone(),
            open: version.open,
            ended: version.ended,
        }
    }
}

/// Every version of a workflow, newest first.
#[utoipa::path(get, path = "/api/v1/definitions/{workflow}/versions", tag = "definitions",
    params(("workflow" = String, Path, description = "The workflow's name")),
    responses((status = 200, body = Vec<VersionBody>)))]
pub async fn versions(
    State(site): State<Site>,
    caller: Caller,
    At(workflow): At<String>,
) -> Result<Json<Vec<VersionBody>>, Refused> {
    let versions = site.app.versions_of(&workflow).await.map_err(|failure| caller.refused(failure))?;
    if versions.is_empty() {
        return Err(caller.refused(Failure::Refused(Refusal::NotFound)));
    }
    Ok(Json(versions.iter().map(VersionBody::from).collect()))
}
