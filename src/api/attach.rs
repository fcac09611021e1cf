//! Attaches a file to a task.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::said::{Asked, At, Caller, Raw};
use crate::{
    definition::FileRef,
    http::{answer::Refused, site::Site},
    ids::{AttachmentId, CaseId},
};

/// How the file is called.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Named {
    /// Its name, with the ending that says what it is.
    name: String,
}

/// A stored file, as a field of the form names it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Attached {
    #[schema(value_type = String)]
    id: AttachmentId,
    name: String,
    /// Bytes.
    size: u64,
    /// SM3 of its content.
    hash: String,
}

impl From<FileRef> for Attached {
    fn from(file: FileRef) -> Self {
        Self { id: file.id, name: file.name, size: file.size, hash: file.hash }
    }
}

/// Stores a file of up to 20 MB for an open task; the body is the file. Saving or completing the task makes it part of
/// the form.
#[utoipa::path(post, path = "/api/v1/cases/{case}/tasks/{no}/files", tag = "files",
    params(("case" = String, Path, description = "The case's id"),
        ("no" = u32, Path, description = "The number of the task in the case"), Named),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = Attached)))]
pub async fn attach(
    State(site): State<Site>,
    caller: Caller,
    At(task): At<(CaseId, u32)>,
    Asked(named): Asked<Named>,
    raw: Raw,
) -> Result<(StatusCode, Json<Attached>), Refused> {
    let file = (named.name.as_str(), raw.body.to_vec());
    let kept = site.app.attach_once(&caller.0, raw.key, task, file).await;
    kept.map(|file| (StatusCode::CREATED, Json(file.into()))).map_err(|failure| caller.refused(failure))
}
