//! Puts a draft forward.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
};

use crate::{
    api::{
        acting::Nothing,
        said::{At, Caller, Write},
        shapes::Done,
    },
    app::{self, Request, What},
    http::{answer::Refused, site::Site},
    ids::DraftId,
};

/// Starts the case of `definition-change` that decides on a draft without problems. For its author, who never decides.
#[utoipa::path(post, path = "/api/v1/drafts/{draft}/propose", tag = "drafts", request_body = Nothing,
    params(("draft" = String, Path, description = "The draft's id")),
    responses((status = 201, body = Done)))]
pub async fn propose_draft(
    State(site): State<Site>,
    caller: Caller,
    At(draft): At<DraftId>,
    write: Write<Nothing>,
) -> Result<(StatusCode, [(header::HeaderName, String); 1], Json<Done>), Refused> {
    let by = app::Caller::Person(caller.0.clone());
    let done = site.app.execute(Request { by, what: What::Propose { draft }, key: Some(write.key) }).await;
    let done = Done::from(done.map_err(|failure| caller.refused(failure))?);
    let location = format!("/api/v1/cases/{}", done.case);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(done)))
}
