//! Gives the opinion that the caller was asked for.

use axum::{Json, extract::State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    acting,
    said::{At, Caller, Write},
    shapes::Done,
};
use crate::{
    engine::{Term, tasks::Advice},
    http::{answer::Refused, site::Site},
    ids::CaseId,
};

/// An opinion.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveOpinion {
    /// `approve` or `disapprove`; it decides nothing.
    #[schema(value_type = String)]
    advice: Advice,
    /// In which words.
    text: String,
}

/// Gives the opinion that the caller was asked for.
#[utoipa::path(post, path = "/api/v1/cases/{case}/tasks/{no}/give-opinion", tag = "tasks", request_body = GiveOpinion,
    params(("case" = String, Path, description = "The case's id"),
        ("no" = u32, Path, description = "The number of the task in the case")),
    responses((status = 200, body = Done)))]
pub async fn give_opinion(
    State(site): State<Site>,
    caller: Caller,
    At(task): At<(CaseId, u32)>,
    write: Write<GiveOpinion>,
) -> Result<Json<Done>, Refused> {
    let said = write.said;
    acting::on_task(&site, &caller, task, (Term::GiveOpinion { advice: said.advice, text: said.text }, write.key)).await
}
