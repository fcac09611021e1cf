//! Puts a claimed task back for the others.

use axum::{Json, extract::State};

use super::{
    acting::{self, Nothing},
    said::{At, Caller, Write},
    shapes::Done,
};
use crate::{
    engine::Term,
    http::{answer::Refused, site::Site},
    ids::CaseId,
};

/// Puts a claimed task back for the others.
#[utoipa::path(post, path = "/api/v1/cases/{case}/tasks/{no}/release", tag = "tasks", request_body = Nothing,
    params(("case" = String, Path, description = "The case's id"),
        ("no" = u32, Path, description = "The number of the task in the case")),
    responses((status = 200, body = Done)))]
pub async fn release(
    State(site): State<Site>,
    caller: Caller,
    At(task): At<(CaseId, u32)>,
    write: Write<Nothing>,
) -> Result<Json<Done>, Refused> {
    acting::on_task(&site, &caller, task, (Term::Release, write.key)).await
}
