//! Takes the last decision back.

use axum::{Json, extract::State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    acting,
    said::{At, Caller, Write},
    shapes::Done,
};
use crate::{
    engine::Action,
    http::{answer::Refused, site::Site},
    ids::CaseId,
};

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeBack {
    /// Why.
    #[serde(default)]
    reason: String,
}

/// Takes the caller's decision back while nobody has acted on what followed.
#[utoipa::path(post, path = "/api/v1/cases/{case}/take-back", tag = "cases", request_body = TakeBack,
    params(("case" = String, Path, description = "The case's id")),
    responses((status = 200, body = Done)))]
pub async fn take_back(
    State(site): State<Site>,
    caller: Caller,
    At(case): At<CaseId>,
    write: Write<TakeBack>,
) -> Result<Json<Done>, Refused> {
    let action = Action::TakeBack { reason: write.said.reason };
    acting::act(&site, &caller, case, (action, write.key)).await
}
