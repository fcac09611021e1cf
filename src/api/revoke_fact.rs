//! Takes a fact back.

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
    ids::{CaseId, FactId},
};

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeFact {
    /// Why; needed.
    reason: String,
}

/// Takes back a fact that the case recorded.
#[utoipa::path(post, path = "/api/v1/cases/{case}/facts/{fact}/revoke", tag = "cases", request_body = RevokeFact,
    params(("case" = String, Path, description = "The case's id"),
        ("fact" = String, Path, description = "The fact's id")),
    responses((status = 200, body = Done)))]
pub async fn revoke_fact(
    State(site): State<Site>,
    caller: Caller,
    At((case, fact)): At<(CaseId, FactId)>,
    write: Write<RevokeFact>,
) -> Result<Json<Done>, Refused> {
    let action = Action::RevokeFact { fact, reason: write.said.reason };
    let by = app::Caller::Person(caller.0.clone());
    let done = site.app.execute(Request { by, what: What::Act { case, action }, key: Some(write.key) }).await;
    done.map(|answer| Json(answer.into())).map_err(|failure| caller.refused(failure))
}
