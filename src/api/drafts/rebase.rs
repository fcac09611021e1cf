//! Bases a draft on what is live now.

use axum::{Json, extract::State};

use super::Revision;
use crate::{
    api::{
        acting::Nothing,
        said::{At, Caller, Write},
    },
    http::{answer::Refused, site::Site},
    ids::DraftId,
};

/// Says that a draft has taken in what is live now; its text stays as it is. For its author.
#[utoipa::path(post, path = "/api/v1/drafts/{draft}/rebase", tag = "drafts", request_body = Nothing,
    params(("draft" = String, Path, description = "The draft's id")),
    responses((status = 200, body = Revision)))]
pub async fn rebase_draft(
    State(site): State<Site>,
    caller: Caller,
    At(id): At<DraftId>,
    write: Write<Nothing>,
) -> Result<Json<Revision>, Refused> {
    let revision = site.app.once(caller.0.person, write.key, site.app.rebase_draft(&caller.0, id)).await;
    revision.map(|revision| Json(Revision { revision })).map_err(|failure| caller.refused(failure))
}
