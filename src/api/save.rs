//! Keeps what was filled in so far.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    acting::besides,
    said::{At, Caller, Write},
    shapes::Done,
};
use crate::{
    app::{self, Request, What},
    definition::Form,
    engine::Action,
    http::{answer::Refused, site::Site},
    ids::{CaseId, PersonId},
};

/// What to keep.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveFields {
    /// By field, `{"type": …, "value": …}`; money is in 分.
    #[schema(value_type = Object)]
    fields: Form,
    /// Fields to empty.
    #[serde(default)]
    cleared: Vec<String>,
    /// Whom the person chooses for later steps: by step, the ids of the people.
    #[serde(default)]
    #[schema(value_type = Object)]
    chosen: BTreeMap<String, Vec<PersonId>>,
}

/// Keeps what was filled in so far, without completing the task.
#[utoipa::path(post, path = "/api/v1/cases/{case}/tasks/{no}/save", tag = "cases", request_body = SaveFields,
    params(("case" = String, Path, description = "The case's id"),
        ("no" = u32, Path, description = "The number of the task in the case")),
    responses((status = 200, body = Done)))]
pub async fn save(
    State(site): State<Site>,
    caller: Caller,
    At((case, task)): At<(CaseId, u32)>,
    write: Write<SaveFields>,
) -> Result<Json<Done>, Refused> {
    let SaveFields { fields, cleared, chosen } = write.said;
    let action = Action::Save { task, fields, besides: besides(&cleared, chosen) };
    let by = app::Caller::Person(caller.0.clone());
    let done = site.app.execute(Request { by, what: What::Act { case, action }, key: Some(write.key) }).await;
    done.map(|answer| Json(answer.into())).map_err(|failure| caller.refused(failure))
}
