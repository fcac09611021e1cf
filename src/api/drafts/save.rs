//! Saves a draft.

use axum::{Json, extract::State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Revision;
use crate::{
    api::said::{At, Caller, Write},
    http::{answer::Refused, site::Site},
    ids::DraftId,
};

/// The text to keep.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveDraft {
    /// The revision that was read. When somebody saved since, nothing is kept and the answer is `draft-changed`.
    revision: i64,
    /// The YAML.
    source: String,
    /// Its scenarios, as YAML; they stay as they are unless said.
    scenarios: Option<String>,
}

/// Keeps the text of a draft, with whatever problems it has. For its author.
#[utoipa::path(post, path = "/api/v1/drafts/{draft}/save", tag = "drafts", request_body = SaveDraft,
    params(("draft" = String, Path, description = "The draft's id")),
    responses((status = 200, body = Revision)))]
pub async fn save_draft(
    State(site): State<Site>,
    caller: Caller,
    At(id): At<DraftId>,
    write: Write<SaveDraft>,
) -> Result<Json<Revision>, Refused> {
    let said = &write.said;
    let saving = site.app.save_draft(&caller.0, id, (said.revision, &said.source, said.scenarios.as_deref()));
    let revision = site.app.once(caller.0.person, write.key, saving).await;
    revision.map(|revision| Json(Revision { revision })).map_err(|failure| caller.refused(failure))
}
