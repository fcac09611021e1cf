//! Marks a case as read by somebody who was copied in.

use axum::{extract::State, http::StatusCode};

use super::said::{At, Caller, Write};
use crate::{
    http::{answer::Refused, site::Site},
    ids::CaseId,
};

/// Nothing more needs to be said.
#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadCopy {}

/// Marks a case on which the caller was copied in as read; the first time counts.
#[utoipa::path(post, path = "/api/v1/cases/{case}/read", tag = "cases", request_body = ReadCopy,
    params(("case" = String, Path, description = "The case's id")),
    responses((status = 204)))]
pub async fn read_copy(
    State(site): State<Site>,
    caller: Caller,
    At(case): At<CaseId>,
    _write: Write<ReadCopy>,
) -> Result<StatusCode, Refused> {
    let marked = site.app.read_copy(&caller.0, case).await;
    marked.map(|()| StatusCode::NO_CONTENT).map_err(|failure| caller.refused(failure))
}
