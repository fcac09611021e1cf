//! A file for a field of a task: kept at once, and noted in the form. A sheet for a progress table fills its rows.

use axum::{
    extract::{Multipart, OriginalUri, Path, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};

use super::{
    case::{self, case_id},
    frame::{self, Frame, Part},
    task::{Attempt, lang_count, view},
};
use crate::{
    app::{Caller, Failure, Problem, Request, What},
    definition::{FieldKind, FieldName, Form, Value},
    engine::{Action, Besides, Refusal, refusal::FieldProblem},
    http::{answer::Refused, site::Site, visit::Visit},
    ids::CaseId,
    language::Lang,
};

/// The media type of a sheet.
const SHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// `POST /cases/{case}/tasks/{no}/files/{field}`
///
/// # Errors
/// When the upload cannot be read, or something of ours fails.
pub async fn post(
    State(site): State<Site>,
    visit: Visit,
    Path((case, no, field)): Path<(String, u32, String)>,
    uri: OriginalUri,
    parts: Multipart,
) -> Result<Response, Refused> {
    let lang = visit.viewer.lang;
    let case = case_id(&case, &visit)?;
    let (name, content) = file_of(parts, lang).await?;
    match keep(&site, &visit, (case, no, &field.as_str().into()), (&name, content)).await {
        Ok(told) => Ok(Redirect::to(&format!("/cases/{case}/tasks/{no}?{told}")).into_response()),
        Err(Failure::Refused(refusal)) => refused(&site, &visit, (case, no, &field), &refusal, &uri).await,
        Err(failure) => Err(frame::refused(failure, lang)),
    }
}

/// `GET /cases/{case}/tasks/{no}/files/{field}`: the sheet of a progress table.
///
/// # Errors
/// When the task is not this person's to fill in, or writes no such table.
pub async fn get(
    State(site): State<Site>,
    visit: Visit,
    Path((case, no, field)): Path<(String, u32, String)>,
) -> Result<Response, Refused> {
    let (lang, case) = (visit.viewer.lang, case_id(&case, &visit)?);
    let sheet = site.app.progress_sheet(&visit.viewer, (case, no), &field.as_str().into()).await;
    let sheet = sheet.map_err(|failure| frame::refused(failure, lang))?;
    let name = lang.pick("%E6%8C%87%E6%A0%87%E5%AE%8C%E6%88%90%E6%83%85%E5%86%B5.xlsx", "progress.xlsx");
    let headers = [
        (header::CONTENT_TYPE, SHEET.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{name}")),
    ];
    Ok((headers, sheet).into_response())
}

/// The name and content of the part called `file`.
///
/// # Errors
/// When there is none, or it cannot be read to its end.
pub async fn file_of(mut parts: Multipart, lang: Lang) -> Result<(String, Vec<u8>), Refused> {
    loop {
        let part = match parts.next_field().await {
            Ok(Some(part)) => part,
            Ok(None) => {
                let (zh, en) = ("没有选择文件，请选择后再上传。", "No file was chosen. Choose one, then upload it.");
                return Err(Refused::page(Problem::bad_request(zh, en), lang));
            }
            Err(why) => return Err(Refused::page(unread(&why), lang)),
        };
        if part.name() != Some("file") {
            continue;
        }
        let name = part.file_name().unwrap_or_default().to_owned();
        let content = part.bytes().await.map_err(|why| Refused::page(unread(&why), lang))?;
        return Ok((name, content.to_vec()));
    }
}

fn unread(why: &axum::extract::multipart::MultipartError) -> Problem {
    if why.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::too_large(crate::http::access::UPLOAD_BYTES_MAX / (1024 * 1024));
    }
    Problem::bad_request("文件没有完整收到，请重新上传。", "The file did not arrive whole. Upload it again.")
}

async fn keep(
    site: &Site,
    visit: &Visit,
    (case, no, field): (CaseId, u32, &FieldName),
    (name, content): (&str, Vec<u8>),
) -> Result<String, Failure> {
    let page = site.app.task_page(&visit.viewer, case, no).await?;
    if !page.editable.contains(field) {
        return Err(Refusal::NotOffered.into());
    }
    if page.definition.field(field).is_some_and(|field| field.kind == FieldKind::ProgressTable) {
        site.app.import_progress(&visit.viewer, (case, no), field, content).await?;
        return Ok(format!("told=imported&imported={field}"));
    }
    let mut files = match page.form.get(field) {
        Some(Value::Files(files)) => files.clone(),
        Some(_) | None => Vec::new(),
    };
    files.push(site.app.attach(&visit.viewer, (case, no), name, content).await?);
    let fields = Form::from([(field.clone(), Value::Files(files))]);
    let what = What::Act { case, action: Action::Save { task: no, fields, besides: Besides::default() } };
    site.app.execute(Request { by: Caller::Person(visit.viewer.clone()), what, key: None }).await?;
    Ok("told=uploaded".to_owned())
}

async fn refused(
    site: &Site,
    visit: &Visit,
    (case, no, field): (CaseId, u32, &str),
    refusal: &Refusal,
    uri: &OriginalUri,
) -> Result<Response, Refused> {
    let lang = visit.viewer.lang;
    let Ok(page) = site.app.task_page(&visit.viewer, case, no).await else {
        return case::refused(site, visit, (case, refusal), uri).await;
    };
    let problems = if let Refusal::Fields { problems } = refusal { problems.as_slice() } else { &[] };
    // What is wrong with the file is told beside the field it was meant for.
    let beside = |problem: &FieldProblem| FieldProblem { field: field.to_owned(), ..problem.clone() };
    let problems: Vec<_> = problems.iter().map(beside).collect();
    let sentence = if problems.is_empty() { refusal.sentence(lang) } else { lang_count(lang, problems.len()) };
    let attempt = Attempt { refusal: Some(sentence), problems, ..Attempt::default() };
    let frame = Frame::of(site, visit, Part::Inbox, uri).await.map_err(|failure| frame::refused(failure, lang))?;
    let status = StatusCode::from_u16(Problem::from(refusal).status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    Ok((status, frame.page(&view(site, page, &attempt))?).into_response())
}
