//! Gives a draft up.

use axum::{extract::State, http::StatusCode};

use crate::{
    api::{
        acting::Nothing,
        said::{At, Caller, Write},
    },
    http::{answer::Refused, site::Site},
    ids::DraftId,
};

/// Gives a draft up for good. For its author.
#[utoipa::path(post, path = "/api/v1/drafts/{draft}/discard", tag = "drafts", request_body = Nothing,
    params(("draft" = String, Path, description = "The draft's id")),
    responses((status = 204)))]
pub async fn discard_draft(
    State(site): State<Site>,
    caller: Caller,
    At(id): At<DraftId>,
    write: Write<Nothing>,
) -> Result<StatusCode, Refused> {
    let done = site.app.once(caller.0.person, write.key, site.app.discard_draft(&caller.0, id)).await;
    done.map(|()| StatusCode::NO_CONTENT).map_err(|failure| caller.refused(failure))
}
