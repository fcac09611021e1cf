//! Says something in a case's thread.

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
    ids::{CaseId, PersonId},
};

/// What is said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SayRemark {
    /// The words, 1,000 characters at most.
    text: String,
    /// Who is asked to answer, by id; gets a mail.
    #[schema(value_type = Option<String>)]
    asked: Option<PersonId>,
}

/// Says something in the thread of a case, which decides nothing. For whoever takes part in the case.
#[utoipa::path(post, path = "/api/v1/cases/{case}/remarks", tag = "cases", request_body = SayRemark,
    params(("case" = String, Path, description = "The case's id")),
    responses((status = 200, body = Done)))]
pub async fn remark(
    State(site): State<Site>,
    caller: Caller,
    At(case): At<CaseId>,
    write: Write<SayRemark>,
) -> Result<Json<Done>, Refused> {
    let action = Action::Remark { text: write.said.text, asked: write.said.asked };
    let by = app::Caller::Person(caller.0.clone());
    let done = site.app.execute(Request { by, what: What::Act { case, action }, key: Some(write.key) }).await;
    done.map(|answer| Json(answer.into())).map_err(|failure| caller.refused(failure))
}
