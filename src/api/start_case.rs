//! Starts a case.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    said::{Caller, Write},
    shapes::Done,
};
use crate::{
    app::{self, Request, What},
    http::{answer::Refused, site::Site},
    ids::ProjectId,
};

/// Which case to start.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartCase {
    /// The workflow's name.
    #[schema(example = "ex-ante-assessment")]
    workflow: String,
    /// The project it is about.
    #[schema(value_type = String)]
    project: ProjectId,
    /// The budget year it is about.
    #[schema(example = 2027)]
    year: i32,
}

/// Starts a case of a workflow about a project and a budget year.
#[utoipa::path(post, path = "/api/v1/cases", tag = "cases", request_body = StartCase,
    responses((status = 201, body = Done)))]
pub async fn start_case(
    State(site): State<Site>,
    caller: Caller,
    write: Write<StartCase>,
) -> Result<(StatusCode, [(header::HeaderName, String); 1], Json<Done>), Refused> {
    let StartCase { workflow, project, year } = write.said;
    let what = What::Start { workflow: workflow.as_str().into(), project, year };
    let by = app::Caller::Person(caller.0.clone());
    let done = site.app.execute(Request { by, what, key: Some(write.key) }).await;
    let done = Done::from(done.map_err(|failure| caller.refused(failure))?);
    let location = format!("/api/v1/cases/{}", done.case);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(done)))
}
