//! Asks somebody for an opinion; the task waits for it and the caller decides.

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

/// Whom to ask for an opinion.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DelegateTask {
    /// Whom.
    #[schema(value_type = String)]
    to: PersonId,
    /// What one wants to know.
    #[serde(default)]
    reason: String,
}

/// Asks somebody for an opinion; the task waits for it and the caller decides.
#[utoipa::path(post, path = "/api/v1/cases/{case}/tasks/{no}/delegate", tag = "tasks", request_body = DelegateTask,
    params(("case" = String, Path, description = "The case's id"),
        ("no" = u32, Path, description = "The number of the task in the case")),
    responses((status = 200, body = Done)))]
pub async fn delegate(
    State(site): State<Site>,
    caller: Caller,
    At(task): At<(CaseId, u32)>,
    write: Write<DelegateTask>,
) -> Result<Json<Done>, Refused> {
    let said = write.said;
    acting::on_task(&site, &caller, task, (Term::Delegate { to: said.to, reason: said.reason }, write.key)).await
}
