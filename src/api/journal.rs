//! The journal of a case.

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::said::{At, Caller};
use crate::{
    app::Failure,
    http::{answer::Refused, site::Site},
    ids::CaseId,
};

/// One entry: a command with what happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct Entry {
    seq: i64,
    at: DateTime<Utc>,
    /// `person_…`, or `system:` and a rule.
    actor: String,
    command: String,
    #[schema(value_type = Vec<Object>)]
    events: serde_json::Value,
    /// The hash of the entry before, and of this one (SM3). Empty for whoever may not see every field: by the hash of the
    /// whole, what is left out could be guessed.
    prev_hash: String,
    hash: String,
}

/// The journal of a case, oldest first, with the hashes that chain it.
#[utoipa::path(get, path = "/api/v1/cases/{case}/journal", tag = "cases",
    params(("case" = String, Path, description = "The case's id")),
    responses((status = 200, body = Vec<Entry>)))]
pub async fn journal(
    State(site): State<Site>,
    caller: Caller,
    At(id): At<CaseId>,
) -> Result<Json<Vec<Entry>>, Refused> {
    let rows = site.app.journal_record(&caller.0, id).await.map_err(|failure| caller.refused(failure))?;
    let entries = rows.into_iter().map(|row| {
        Ok(Entry {
            seq: row.seq,
            at: row.at,
            actor: row.actor,
            command: row.command,
            events: serde_json::from_str(&row.events)?,
            prev_hash: row.prev_hash,
            hash: row.hash,
        })
    });
    let entries: Result<Vec<_>, serde_json::Error> = entries.collect();
    entries.map(Json).map_err(|why| caller.refused(Failure::broken(why)))
}
