//! Adds a signer before, after or beside the caller.

use axum::{Json, extract::State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    acting,
    said::{At, Caller, Write},
    shapes::Done,
};
use crate::{
    engine::{Term, tasks::Placing},
    http::{answer::Refused, site::Site},
    ids::{CaseId, PersonId},
};

/// Whom to add, and where.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddSigner {
    /// Whom.
    #[schema(value_type = String)]
    person: PersonId,
    /// `before`, `after` or `parallel`.
    #[schema(value_type = String)]
    place: Placing,
    /// Why.
    #[serde(default)]
    reason: String,
}

/// Adds a signer before, after or beside the caller.
#[utoipa::path(post, path = "/api/v1/cases/{case}/tasks/{no}/add-signer", tag = "tasks", request_body = AddSigner,
    params(("case" = String, Path, description = "The case's id"),
        ("no" = u32, Path, description = "The number of the task in the case")),
    responses((status = 200, body = Done)))]
pub async fn add_signer(
    State(site): State<Site>,
    caller: Caller,
    At(task): At<(CaseId, u32)>,
    write: Write<AddSigner>,
) -> Result<Json<Done>, Refused> {
    let said = write.said;
    acting::on_task(
        &site,
        &caller,
        task,
        (Term::AddSigner { person: said.person, place: said.place, reason: said.reason }, write.key),
    )
    .await
}
