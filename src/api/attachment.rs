//! Reads a file of a case.

use axum::{
    extract::State,
    http::{HeaderName, header},
};

use super::said::{At, Caller};
use crate::{
    http::{answer::Refused, site::Site},
    ids::{AttachmentId, CaseId},
};

/// A file of a case, as it was stored; always to be saved, never to be shown in place.
#[utoipa::path(get, path = "/api/v1/cases/{case}/files/{file}", tag = "files",
    params(("case" = String, Path, description = "The case's id"),
        ("file" = String, Path, description = "The file's id")),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream")))]
pub async fn attachment(
    State(site): State<Site>,
    caller: Caller,
    At((case, file)): At<(CaseId, AttachmentId)>,
) -> Result<([(HeaderName, &'static str); 2], Vec<u8>), Refused> {
    let found = site.app.attachment(&caller.0, case, file).await;
    let (_, content) = found.map_err(|failure| caller.refused(failure))?;
    let headers = [(header::CONTENT_TYPE, "application/octet-stream"), (header::CONTENT_DISPOSITION, "attachment")];
    Ok((headers, content))
}
