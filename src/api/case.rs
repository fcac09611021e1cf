//! One case.

use axum::{Json, extract::State};

use super::{
    said::{At, Caller},
    shapes::CaseBody,
};
use crate::{
    app::Failure,
    http::{answer::Refused, site::Site},
    ids::CaseId,
};

/// A case: where it stands, what was filled in, what it recorded.
#[utoipa::path(get, path = "/api/v1/cases/{case}", tag = "cases",
    params(("case" = String, Path, description = "The case's id")),
    responses((status = 200, body = CaseBody)))]
pub async fn case(State(site): State<Site>, caller: Caller, At(id): At<CaseId>) -> Result<Json<CaseBody>, Refused> {
    let found = site.app.case_record(&caller.0, id).await;
    let body = found.and_then(|case| CaseBody::of(case).map_err(Failure::broken));
    body.map(Json).map_err(|failure| caller.refused(failure))
}
