//! The thread of a case.

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::said::{At, Caller};
use crate::{
    http::{answer::Refused, site::Site},
    ids::{CaseId, PersonId},
};

/// Something that was said.
#[derive(Debug, Serialize, ToSchema)]
pub struct RemarkBody {
    /// Its number in the thread, from 1.
    no: i64,
    /// Who.
    #[schema(value_type = String)]
    person: PersonId,
    /// Who is asked to answer.
    #[schema(value_type = Option<String>)]
    asked: Option<PersonId>,
    at: DateTime<Utc>,
    /// What.
    text: String,
}

/// What was said about a case, the first first.
#[utoipa::path(get, path = "/api/v1/cases/{case}/remarks", tag = "cases",
    params(("case" = String, Path, description = "The case's id")),
    responses((status = 200, body = Vec<RemarkBody>)))]
pub async fn remarks(
    State(site): State<Site>,
    caller: Caller,
    At(case): At<CaseId>,
) -> Result<Json<Vec<RemarkBody>>, Refused> {
    let remarks = site.app.remark_records(&caller.0, case).await.map_err(|failure| caller.refused(failure))?;
    let body = remarks.into_iter().map(|remark| RemarkBody {
        no: remark.no,
        person: remark.person_id,
        asked: remark.asked,
        at: remark.at,
        text: remark.words,
    });
    Ok(Json(body.collect()))
}
