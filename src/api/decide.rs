//! Decides a task.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use serde::Deserialize;
use utoipa::{
    ToSchema,
    openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, Type},
};

use super::{
    acting::besides,
    said::{At, Caller, Write},
    shapes::Done,
};
use crate::{
    app::{self, Request, What},
    definition::Form,
    engine::{Action, Decision},
    http::{answer::Refused, site::Site},
    ids::{CaseId, PersonId},
};

/// A decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideTask {
    /// `"approve"`, `"reject"`, `"abstain"` (in a vote), `{"return": {"to": "step"}}` or `{"grade": "good"}`.
    #[schema(schema_with = decision_schema)]
    decision: Decision,
    /// Why; needed for returning and rejecting.
    #[serde(default)]
    reason: String,
    /// Fields that the decider writes: by field, `{"type": …, "value": …}`; money is in 分.
    #[serde(default)]
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

/// A word, or an object with one key.
fn decision_schema() -> Schema {
    let word = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["approve", "reject", "abstain"]));
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let step = ObjectBuilder::new().property("to", text()).required("to");
    let back = ObjectBuilder::new().property("return", step).required("return");
    let grade = ObjectBuilder::new().property("grade", text()).required("grade");
    OneOfBuilder::new().item(word).item(back).item(grade).into()
}

/// Decides a task: approves, returns, rejects, abstains or grades.
#[utoipa::path(post, path = "/api/v1/cases/{case}/tasks/{no}/decide", tag = "cases", request_body = DecideTask,
    params(("case" = String, Path, description = "The case's id"),
        ("no" = u32, Path, description = "The number of the task in the case")),
    responses((status = 200, body = Done)))]
pub async fn decide(
    State(site): State<Site>,
    caller: Caller,
    At((case, task)): At<(CaseId, u32)>,
    write: Write<DecideTask>,
) -> Result<Json<Done>, Refused> {
    let DecideTask { decision, reason, fields, cleared, chosen } = write.said;
    let action = Action::Decide { task, decision, reason, fields, besides: besides(&cleared, chosen) };
    let by = app::Caller::Person(caller.0.clone());
    let done = site.app.execute(Request { by, what: What::Act { case, action }, key: Some(write.key) }).await;
    done.map(|answer| Json(answer.into())).map_err(|failure| caller.refused(failure))
}
