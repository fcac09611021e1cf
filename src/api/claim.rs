//! Claims a pooled task.

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

/// Claims a pooled task.
#[utoipa::path(post, path = "/api/v1/cases/{case}/tasks/{no}/claim", tag = "tasks", request_body = Nothing,
    params(("case" = String, Path, description = "The case's id"),
        ("no" = u32, Path, description = "The number of the task in the case")),
    responses((status = 200, body = Done)))]
pub async fn claim(
    State(site): State<Site>,
    caller: Caller,
    At(task): At<(CaseId, u32)>,
    write: Write<Nothing>,
) -> Result<Json<Done>, Refused> {
    acting::on_task(&site, &caller, task, (Term::Claim, write.key)).await
}
