//! Projects from an XLSX file.

use axum::{
    extract::{Multipart, OriginalUri, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use serde::Serialize;

use super::{
    frame::{self, Frame, Part},
    render::View,
    upload::file_of,
};
use crate::{
    app::importing::{ImportFailure, Imported},
    http::{answer::Refused, site::Site, visit::Visit},
    language::{Lang, Text},
};

/// Refused rows shown at most; the count is always whole.
pub(super) const REFUSED_SHOWN_MAX: usize = 500;

/// The page.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ImportView {
    /// Whether a file was just imported.
    pub done: bool,
    /// How many rows were.
    pub imported: usize,
    /// How many rows were refused.
    pub refused_count: usize,
    /// Each of them with its reason.
    pub refused: Vec<RefusedRow>,
    /// Why the file was not read at all.
    pub problem: Option<Text>,
}

/// A row that was refused.
#[derive(Debug, Clone, Serialize)]
pub struct RefusedRow {
    /// Where it stands: `项目!5`.
    pub row: String,
    /// Why.
    pub why: Text,
}

impl View for ImportView {
    const TEMPLATE: &'static str = "import";
}

/// `GET /import`
///
/// # Errors
/// When something of ours fails.
pub async fn get(State(site): State<Site>, visit: Visit, uri: OriginalUri) -> Result<Response, Refused> {
    show(&site, &visit, &ImportView::default(), &uri).await
}

/// `POST /import`
///
/// # Errors
/// When the upload cannot be read, or something of ours fails.
pub async fn post(
    State(site): State<Site>,
    visit: Visit,
    uri: OriginalUri,
    parts: Multipart,
) -> Result<Response, Refused> {
    let lang = visit.viewer.lang;
    let (_, content) = file_of(parts, lang).await?;
    let view = match site.app.import_projects(content).await {
        Ok(imported) => report(&imported),
        Err(ImportFailure::Unreadable(problem)) => ImportView { problem: Some(problem), ..ImportView::default() },
        Err(ImportFailure::Failed(failure)) => return Err(frame::refused(failure, lang)),
    };
    let page = show(&site, &visit, &view, &uri).await?;
    let status = if view.done { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, page).into_response())
}

fn report(imported: &Imported) -> ImportView {
    let mut refused = refused_rows(imported);
    let refused_count = refused.len();
    refused.truncate(REFUSED_SHOWN_MAX);
    ImportView { done: refused_count == 0, imported: imported.written, refused_count, refused, problem: None }
}

/// Every refused row of an import.
pub(super) fn refused_rows(imported: &Imported) -> Vec<RefusedRow> {
    let refused = imported.report.lines.iter().filter(|line| !line.is_accepted());
    refused
        .map(|line| RefusedRow {
            row: line.place.clone(),
            why: Text::new(line.sentence(Lang::Zh), line.sentence(Lang::En)),
        })
        .collect()
}

async fn show(site: &Site, visit: &Visit, view: &ImportView, uri: &OriginalUri) -> Result<Response, Refused> {
    let lang = visit.viewer.lang;
    let frame = Frame::of(site, visit, Part::Import, uri).await.map_err(|failure| frame::refused(failure, lang))?;
    frame.page(view)
}
