//! Gives a task away for good.

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

/// Who decides instead, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferTask {
    /// Who decides instead.
    #[schema(value_type = String)]
    to: PersonId,
    /// Why.
    reason: String,
}

/// Gives a task away for good.
#[utoipa::path(post, path = "/api/v1/cases/{case}/tasks/{no}/transfer", tag = "tasks", request_body = TransferTask,
    params(("case" = String, Path, description = "The case's id"),
        ("no" = u32, Path, description = "The number of the task in the case")),
    responses((status = 200, body = Done)))]
pub async fn transfer(
    State(site): State<Site>,
    caller: Caller,
    At(task): At<(CaseId, u32)>,
    write: Write<TransferTask>,
) -> Result<Json<Done>, Refused> {
    let said = write.said;
    acting::on_task(&site, &caller, task, (Term::Transfer { to: said.to, reason: said.reason }, write.key)).await
}
