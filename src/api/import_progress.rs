//! Fills a progress table from a sheet.

use axum::{Json, extract::State};

use super::{
    said::{At, Caller, Raw},
    shapes::Done,
};
use crate::{
    http::{answer::Refused, site::Site},
    ids::CaseId,
};

/// Fills a progress table that an open task writes from the first sheet of an XLSX file of up to 20 MB; the body is the
/// file. The columns are those of the sheet that the task's page gives out, in Chinese or English; 二级指标 (Level 2),
/// 年度指标值 (Annual value) and 偏差原因 (Cause of deviation) may be left out. All rows are taken, or none: every row that
/// is refused is told with its cells. Indicators that the sheet leaves out stay as they are.
#[utoipa::path(post, path = "/api/v1/cases/{case}/tasks/{no}/progress/{field}", tag = "cases",
    params(("case" = String, Path, description = "The case's id"),
        ("no" = u32, Path, description = "The number of the task in the case"),
        ("field" = String, Path, description = "The field that is a progress table")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = Done)))]
pub async fn import_progress(
    State(site): State<Site>,
    caller: Caller,
    At((case, task, field)): At<(CaseId, u32, String)>,
    raw: Raw,
) -> Result<Json<Done>, Refused> {
    let field = field.as_str().into();
    let work = site.app.import_progress(&caller.0, (case, task), &field, raw.body.to_vec());
    let done = site.app.once(caller.0.person, raw.key, work).await;
    done.map(|answer| Json(answer.into())).map_err(|failure| caller.refused(failure))
}
