//! Removes a signer whom the caller added. The task is the signer's own, or, before they are asked, the one they follow.

use axum::{Json, extract::State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    acting,
    said::{At, Caller, Write},
    shapes::Done,
};
use crate::{
    engine::Term,
    http::{answer::Refused, site::Site},
    ids::{CaseId, PersonId},
};

/// Whom to remove.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveSigner {
    /// Whom.
    #[schema(value_type = String)]
    person: PersonId,
}

/// Removes a signer whom the caller added. The task is the signer's own, or, before they are asked, the one they follow.
#[utoipa::path(post, path = "/api/v1/cases/{case}/tasks/{no}/remove-signer", tag = "tasks", request_body = RemoveSigner,
    params(("case" = String, Path, description = "The case's id"),
        ("no" = u32, Path, description = "The number of the task in the case")),
    responses((status = 200, body = Done)))]
pub async fn remove_signer(
    State(site): State<Site>,
    caller: Caller,
    At(task): At<(CaseId, u32)>,
    write: Write<RemoveSigner>,
) -> Result<Json<Done>, Refused> {
    let said = write.said;
    acting::on_task(&site, &caller, task, (Term::RemoveSigner { person: said.person }, write.key)).await
}
