//! Lets a suspended case go on.

use axum::{Json, extract::State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    said::{At, Caller, Write},
    shapes::Done,
};
use crate::{
    app::{self, Request, What},
    engine::Action,
    http::{answer::Refused, site::Site},
    ids::CaseId,
};

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResumeCase {
    /// Why.
    reason: String,
}

/// Lets a suspended case go on; what was left of every deadline runs from now. For the workflow administrator.
#[utoipa::path(post, path = "/api/v1/cases/{case}/resume", tag = "cases", request_body = ResumeCase,
    params(("case" = String, Path, description = "The case's id")),
    responses((status = 200, body = Done)))]
pub async fn resume(
    State(site): State<Site>,
    caller: Caller,
    At(case): At<CaseId>,
    write: Write<ResumeCase>,
) -> Result<Json<Done>, Refused> {
    let action = Action::Resume { reason: write.said.reason };
    let by = app::Caller::Person(caller.0.clone());
    let done = site.app.execute(Request { by, what: What::Act { case, action }, key: Some(write.key) }).await;
    done.map(|answer| Json(answer.into())).map_err(|failure| caller.refused(failure))
}
