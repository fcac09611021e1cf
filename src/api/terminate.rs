//! Ends a case for good.

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
pub struct TerminateCase {
    /// Why.
    reason: String,
}

/// Ends a case for good, as `terminated`. For the workflow administrator.
#[utoipa::path(post, path = "/api/v1/cases/{case}/terminate", tag = "cases", request_body = TerminateCase,
    params(("case" = String, Path, description = "The case's id")),
    responses((status = 200, body = Done)))]
pub async fn terminate(
    State(site): State<Site>,
    caller: Caller,
    At(case): At<CaseId>,
    write: Write<TerminateCase>,
) -> Result<Json<Done>, Refused> {
    let action = Action::Terminate { reason: write.said.reason };
    let by = app::Caller::Person(caller.0.clone());
    let done = site.app.execute(Request { by, what: What::Act { case, action }, key: Some(write.key) }).await;
    done.map(|answer| Json(answer.into())).map_err(|failure| caller.refused(failure))
}
