//! Drafts of definitions: a list, and below what is done with each.

mod begin;
mod check;
mod compare;
mod discard;
mod propose;
mod read;
mod rebase;
mod save;

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::said::Caller;
use crate::{
    http::{answer::Refused, routes::Routes, site::Site},
    ids::{DraftId, PersonId},
    store::drafts::DraftRow,
};

/// Registers what is about drafts.
pub fn register(routes: Routes) -> Routes {
    routes
        .api(routes!(drafts, begin::begin_draft))
        .api(routes!(read::read_draft))
        .api(routes!(save::save_draft))
        .api(routes!(check::check_draft))
        .api(routes!(compare::compare_draft))
        .api(routes!(rebase::rebase_draft))
        .api(routes!(propose::propose_draft))
        .api(routes!(discard::discard_draft))
}

/// A draft, without its text.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftHead {
    #[schema(value_type = String)]
    id: DraftId,
    workflow: String,
    #[schema(value_type = String)]
    author: PersonId,
    /// `open`, `published` or `discarded`.
    state: String,
    /// How often it was saved, from 1. Saving names the revision that it changes.
    revision: i64,
    /// The hash of the version it starts from; absent for a workflow that has none.
    based_on: Option<String>,
    begun_at: DateTime<Utc>,
    changed_at: DateTime<Utc>,
}

impl From<&DraftRow> for DraftHead {
    fn from(row: &DraftRow) -> Self {
        Self {
            id: row.id,
            workflow: row.workflow.clone(),
            author: row.author,
            state: row.state.clone(),
            revision: row.revision,
            based_on: row.based_on.clone(),
            begun_at: row.begun_at,
            changed_at: row.changed_at,
        }
    }
}

/// The revision at which a draft is now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Revision {
    revision: i64,
}

/// The open drafts, by workflow; none for whoever may not read them all.
#[utoipa::path(get, path = "/api/v1/drafts", tag = "drafts", responses((status = 200, body = Vec<DraftHead>)))]
pub async fn drafts(State(site): State<Site>, caller: Caller) -> Result<Json<Vec<DraftHead>>, Refused> {
    let open = site.app.open_drafts(&caller.0).await.map_err(|failure| caller.refused(failure))?;
    Ok(Json(open.iter().map(DraftHead::from).collect()))
}
