//! One draft, whole.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::DraftHead;
use crate::{
    api::said::{At, Caller},
    http::{answer::Refused, site::Site},
    ids::{CaseId, DraftId, PersonId},
};

/// A draft with its text.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftBody {
    #[serde(flatten)]
    head: DraftHead,
    /// The YAML.
    source: String,
    /// Its scenarios, as YAML.
    scenarios: String,
    /// The live version, or the last one; absent for a new workflow.
    live: Option<i32>,
    /// Whether another version went live since it was begun.
    outdated: bool,
    /// Who writes it now: its author, or whoever took over the case about it.
    #[schema(value_type = String)]
    writer: PersonId,
    /// Whether the caller may change it now.
    may_write: bool,
    /// How many problems keep it from being put forward.
    problems: usize,
    /// The cases about it, latest first.
    #[schema(value_type = Vec<String>)]
    cases: Vec<CaseId>,
}

/// A draft, for its author, the administrators, and whoever takes part in a case about it.
#[utoipa::path(get, path = "/api/v1/drafts/{draft}", tag = "drafts",
    params(("draft" = String, Path, description = "The draft's id")),
    responses((status = 200, body = DraftBody)))]
pub async fn read_draft(
    State(site): State<Site>,
    caller: Caller,
    At(id): At<DraftId>,
) -> Result<Json<DraftBody>, Refused> {
    let state = site.app.draft(&caller.0, id).await.map_err(|failure| caller.refused(failure))?;
    Ok(Json(DraftBody {
        head: (&state.row).into(),
        source: state.row.source,
        scenarios: state.row.scenarios,
        live: state.live.map(|live| live.version),
        outdated: state.outdated,
        writer: state.writer,
        may_write: state.may_write,
        problems: state.problems.len(),
        cases: state.cases.iter().map(|case| case.id).collect(),
    }))
}
