//! Copies people in.

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
    ids::{CaseId, PersonId},
};

/// Whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CopyIn {
    /// People, by their ids, 50 at most.
    #[schema(value_type = Vec<String>)]
    to: Vec<PersonId>,
}

/// Copies people in on a case: they may read it, and decide nothing by it. For whoever takes part in the case.
#[utoipa::path(post, path = "/api/v1/cases/{case}/copies", tag = "cases", request_body = CopyIn,
    params(("case" = String, Path, description = "The case's id")),
    responses((status = 200, body = Done)))]
pub async fn copy_in(
    State(site): State<Site>,
    caller: Caller,
    At(case): At<CaseId>,
    write: Write<CopyIn>,
) -> Result<Json<Done>, Refused> {
    let action = Action::CopyIn { to: write.said.to };
    let by = app::Caller::Person(caller.0.clone());
    let done = site.app.execute(Request { by, what: What::Act { case, action }, key: Some(write.key) }).await;
    done.map(|answer| Json(answer.into())).map_err(|failure| caller.refused(failure))
}
