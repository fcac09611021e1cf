//! A draft beside the live version.

use axum::{Json, extract::State};

use crate::{
    api::{
        definitions::compare::ComparisonBody,
        said::{At, Caller},
    },
    http::{answer::Refused, site::Site},
    ids::DraftId,
};

/// What a draft changes in the live version, line by line.
#[utoipa::path(get, path = "/api/v1/drafts/{draft}/compare", tag = "drafts",
    params(("draft" = String, Path, description = "The draft's id")),
    responses((status = 200, body = ComparisonBody)))]
pub async fn compare_draft(
    State(site): State<Site>,
    caller: Caller,
    At(id): At<DraftId>,
) -> Result<Json<ComparisonBody>, Refused> {
    let state = site.app.draft(&caller.0, id).await.map_err(|failure| caller.refused(failure))?;
    let live = state.live.as_ref();
    let older = (live.map(|live| live.version), live.map_or("", |live| live.source.as_str()));
    Ok(Json(ComparisonBody::of(older, (None, &state.row.source))))
}
