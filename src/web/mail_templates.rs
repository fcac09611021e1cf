//! What mails say: every kind of mail, and the text of each in either language, where the workflow administrator writes
//! it, sees it with samples, sends it to themselves, and goes back.

use axum::{
    Form,
    extract::{OriginalUri, Path, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

use super::frame::{self, Frame, Part, Told, told};
pub use super::mail_template_view::{TemplateView, TemplatesView};
use crate::{
    app::{
        Failure, Problem,
        mail_templates::{Saved, Template, Typed},
    },
    engine::{Refusal, TemplateRefusal},
    http::{answer::Refused, site::Site, visit::Visit},
    language::Lang,
    notify::{own::Parts, proofread::Mistake},
};

/// Which mail, in which language.
type Of = (String, String);

/// A text as it was typed, and what to do with it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TextForm {
    doing: String,
    seen: i64,
    sample: usize,
    subject: String,
    text: String,
    html: String,
    why: String,
}

/// Which version to take up again, and why.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Restored {
    seen: i64,
    to: i64,
    why: String,
}

/// What was typed and what came of it, beside the text as it is saved.
#[derive(Debug, Default)]
pub struct Attempt {
    /// What was typed; none where the page shows what is saved.
    pub parts: Option<Parts>,
    /// The reason that was typed.
    pub why: String,
    /// Which sample is shown.
    pub sample: usize,
    /// What is wrong with it.
    pub mistakes: Vec<Mistake>,
    /// Why nothing was done.
    pub refusal: Option<Refusal>,
    /// That a test is on its way.
    pub tested: bool,
}

/// `GET /templates`
///
/// # Errors
/// When something of ours fails.
pub async fn list(State(site): State<Site>, visit: Visit, uri: OriginalUri) -> Result<Response, Refused> {
    let failed = |failure| frame::refused(failure, visit.viewer.lang);
    let lines = site.app.mail_templates(&visit.viewer).await.map_err(failed)?;
    let frame = Frame::of(&site, &visit, Part::Templates, &uri).await.map_err(failed)?;
    frame.page(&TemplatesView::of(&lines))
}

/// `GET /templates/{mail}/{lang}`
///
/// # Errors
/// When there is none, or something of ours fails.
pub async fn get(
    State(site): State<Site>,
    visit: Visit,
    Path(of): Path<Of>,
    Query(what): Query<Told>,
    uri: OriginalUri,
) -> Result<Response, Refused> {
    let failed = |failure| frame::refused(failure, visit.viewer.lang);
    let template = site.app.mail_template(&visit.viewer, known(&of).map_err(failed)?).await.map_err(failed)?;
    let view = seen(&site, &visit, &template, Attempt::default()).map_err(failed)?;
    let frame = Frame::of(&site, &visit, Part::Templates, &uri).await.map_err(failed)?;
    frame.telling(told(visit.viewer.lang, what.told.as_deref())).page(&view)
}

/// `POST /templates/{mail}/{lang}`
///
/// # Errors
/// When there is none, or something of ours fails.
pub async fn post(
    State(site): State<Site>,
    visit: Visit,
    Path(of): Path<Of>,
    uri: OriginalUri,
    Form(form): Form<TextForm>,
) -> Result<Response, Refused> {
    let failed = |failure| frame::refused(failure, visit.viewer.lang);
    let key = known(&of).map_err(failed)?;
    let previews = form.doing == "preview";
    match attempted(&site, &visit, key, form).await.map_err(failed)? {
        Ok(version) => Ok(saved(&visit, &of, version)),
        Err(attempt) => again(&site, &visit, key, (attempt, previews), &uri).await,
    }
}

/// Does what the form asks for: the version that was saved, or what the page shows next.
async fn attempted(
    site: &Site,
    visit: &Visit,
    key: (&str, Lang),
    form: TextForm,
) -> Result<Result<i64, Attempt>, Failure> {
    let TextForm { doing, seen, sample, subject, text, html, why } = form;
    let parts = Parts { subject, text, html };
    let typed = Attempt { parts: Some(parts.clone()), why: why.clone(), sample, ..Attempt::default() };
    let app = &site.app;
    Ok(Err(match doing.as_str() {
        "save" => match app.save_template(&visit.viewer, key, Typed { seen, parts, why }).await {
            Ok(Saved::As(version)) => return Ok(Ok(version)),
            Ok(Saved::Not(mistakes)) => Attempt { mistakes, ..typed },
            Err(failure) => Attempt { refusal: Some(refused(failure)?), ..typed },
        },
        "test" => match app.test_template(&visit.viewer, key, (parts, sample)).await {
            Ok(Ok(())) => Attempt { tested: true, ..typed },
            Ok(Err(mistakes)) => Attempt { mistakes, ..typed },
            Err(failure) => Attempt { refusal: Some(refused(failure)?), ..typed },
        },
        _ => typed,
    }))
}

/// `POST /templates/{mail}/{lang}/restore`
///
/// # Errors
/// When there is none, or something of ours fails.
pub async fn restore(
    State(site): State<Site>,
    visit: Visit,
    Path(of): Path<Of>,
    uri: OriginalUri,
    Form(form): Form<Restored>,
) -> Result<Response, Refused> {
    let failed = |failure| frame::refused(failure, visit.viewer.lang);
    let key = known(&of).map_err(failed)?;
    let attempt = match site.app.restore_template(&visit.viewer, key, (form.seen, form.to, &form.why)).await {
        Ok(Saved::As(version)) => return Ok(saved(&visit, &of, version)),
        Ok(Saved::Not(mistakes)) => Attempt { mistakes, ..Attempt::default() },
        Err(failure) => Attempt { refusal: Some(refused(failure).map_err(failed)?), ..Attempt::default() },
    };
    again(&site, &visit, key, (attempt, false), &uri).await
}

fn saved(visit: &Visit, (mail, lang): &Of, version: i64) -> Response {
    tracing::info!(actor.id = %visit.viewer.person, mail, lang, version, "what a mail says was changed");
    Redirect::to(&format!("/templates/{mail}/{lang}?told=template-saved#content")).into_response()
}

/// The page once more with what was typed, and with what came of it.
async fn again(
    site: &Site,
    visit: &Visit,
    key: (&str, Lang),
    (attempt, previews): (Attempt, bool),
    uri: &OriginalUri,
) -> Result<Response, Refused> {
    let failed = |failure| frame::refused(failure, visit.viewer.lang);
    let status = match &attempt.refusal {
        Some(refusal) => StatusCode::from_u16(Problem::from(refusal).status).unwrap_or(StatusCode::CONFLICT),
        None if attempt.mistakes.is_empty() || previews => StatusCode::OK,
        None => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let template = site.app.mail_template(&visit.viewer, key).await.map_err(failed)?;
    let view = seen(site, visit, &template, attempt).map_err(failed)?;
    let frame = Frame::of(site, visit, Part::Templates, uri).await.map_err(failed)?;
    let path = format!("/templates/{}/{}", key.0, key.1.tag());
    Ok((status, Frame { path, ..frame }.page(&view)?).into_response())
}

/// The text with its preview, or with what is wrong.
fn seen(site: &Site, visit: &Visit, template: &Template, mut attempt: Attempt) -> Result<TemplateView, Failure> {
    let parts = attempt.parts.clone().unwrap_or_else(|| template.parts.clone());
    let sample = attempt.sample.min(template.samples.saturating_sub(1));
    let preview = site.app.preview_template(&visit.viewer, (template.mail, template.lang), (parts.clone(), sample))?;
    attempt.sample = sample;
    if let Err(mistakes) = &preview {
        attempt.mistakes.clone_from(mistakes);
    }
    Ok(TemplateView::of(template, (&parts, attempt, preview.ok()), visit.viewer.lang))
}

fn known((mail, lang): &Of) -> Result<(&str, Lang), Failure> {
    let lang = Lang::from_tag(lang).ok_or(Refusal::NotFound)?;
    Ok((mail, lang))
}

/// What people read on the page; whatever else failed is a page of its own.
fn refused(failure: Failure) -> Result<Refusal, Failure> {
    match failure {
        Failure::Refused(
            refusal @ (Refusal::ReasonNeeded
            | Refusal::Template(
                TemplateRefusal::ChangedMeanwhile { .. } | TemplateRefusal::Unchanged | TemplateRefusal::NoMailbox,
            )),
        ) => Ok(refusal),
        failure @ (Failure::Refused(_) | Failure::Store(_) | Failure::Broken(_)) => Err(failure),
    }
}
