//! Writing what a mail says.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{PartsBody, known};
use crate::{
    api::said::{At, Caller, Write},
    app::{
        Failure,
        mail_templates::{Saved, Typed},
        template_words,
    },
    http::{answer::Refused, site::Site},
    notify::{own::Parts, proofread::Mistake},
};

/// A text, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveTemplate {
    /// The version that it was made from; 0 where there was none. Another one is a conflict.
    seen: i64,
    subject: String,
    /// Plain text.
    text: String,
    html: String,
    /// Why.
    reason: String,
}

/// Which version to take up again, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RestoreTemplate {
    /// The latest version that was seen. Another one is a conflict.
    seen: i64,
    /// The version; 0 for the shipped text.
    version: i64,
    /// Why.
    reason: String,
}

/// A text to try.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TryTemplate {
    subject: String,
    /// Plain text.
    text: String,
    html: String,
    /// Which of the samples, from 0.
    sample: usize,
}

/// What was saved.
#[derive(Debug, Serialize, ToSchema)]
pub struct TemplateSavedBody {
    /// Its version.
    version: i64,
}

/// Saves what a mail says; every mistake comes back as a field with its place. For the workflow administrator.
#[utoipa::path(post, path = "/api/v1/templates/{mail}/{lang}", tag = "templates", request_body = SaveTemplate,
    params(("mail" = String, Path, description = "The mail"), ("lang" = String, Path, description = "`zh-CN` or `en`")),
    responses((status = 200, body = TemplateSavedBody)))]
pub async fn save_template(
    State(site): State<Site>,
    caller: Caller,
    At(of): At<(String, String)>,
    write: Write<SaveTemplate>,
) -> Result<Json<TemplateSavedBody>, Refused> {
    let refused = |failure| caller.refused(failure);
    let key = known(&of).map_err(refused)?;
    let SaveTemplate { seen, subject, text, html, reason: why } = write.said;
    let save = async {
        let typed = Typed { seen, parts: Parts { subject, text, html }, why };
        version(site.app.save_template(&caller.0, key, typed).await?)
    };
    let version = site.app.once(caller.0.person, write.key, save).await.map_err(refused)?;
    tracing::info!(actor.id = %caller.0.person, mail = of.0, lang = of.1, version, "what a mail says was changed");
    Ok(Json(TemplateSavedBody { version }))
}

/// Takes up the text of an older version again, or the shipped one. For the workflow administrator.
#[utoipa::path(post, path = "/api/v1/templates/{mail}/{lang}/restore", tag = "templates",
    request_body = RestoreTemplate,
    params(("mail" = String, Path, description = "The mail"), ("lang" = String, Path, description = "`zh-CN` or `en`")),
    responses((status = 200, body = TemplateSavedBody)))]
pub async fn restore_template(
    State(site): State<Site>,
    caller: Caller,
    At(of): At<(String, String)>,
    write: Write<RestoreTemplate>,
) -> Result<Json<TemplateSavedBody>, Refused> {
    let refused = |failure| caller.refused(failure);
    let key = known(&of).map_err(refused)?;
    let RestoreTemplate { seen, version: to, reason } = write.said;
    let restore = async { version(site.app.restore_template(&caller.0, key, (seen, to, reason.as_str())).await?) };
    let version = site.app.once(caller.0.person, write.key, restore).await.map_err(refused)?;
    tracing::info!(actor.id = %caller.0.person, mail = of.0, lang = of.1, version, "what a mail says was changed");
    Ok(Json(TemplateSavedBody { version }))
}

/// Writes a sample with a text that is not saved. For the workflow administrator.
#[utoipa::path(post, path = "/api/v1/templates/{mail}/{lang}/preview", tag = "templates", request_body = TryTemplate,
    params(("mail" = String, Path, description = "The mail"), ("lang" = String, Path, description = "`zh-CN` or `en`")),
    responses((status = 200, body = PartsBody)))]
pub async fn preview_template(
    State(site): State<Site>,
    caller: Caller,
    At(of): At<(String, String)>,
    write: Write<TryTemplate>,
) -> Result<Json<PartsBody>, Refused> {
    let refused = |failure| caller.refused(failure);
    let key = known(&of).map_err(refused)?;
    let TryTemplate { subject, text, html, sample } = write.said;
    let shown = site.app.preview_template(&caller.0, key, (Parts { subject, text, html }, sample));
    let shown = shown.map_err(refused)?.map_err(|mistakes| refused(wrong(&mistakes)))?;
    Ok(Json(PartsBody { subject: shown.subject, text: shown.text, html: shown.html }))
}

/// Sends a text that is not saved to the caller's own mailbox, with a sample in it. For the workflow administrator.
#[utoipa::path(post, path = "/api/v1/templates/{mail}/{lang}/test", tag = "templates", request_body = TryTemplate,
    params(("mail" = String, Path, description = "The mail"), ("lang" = String, Path, description = "`zh-CN` or `en`")),
    responses((status = 204)))]
pub async fn test_template(
    State(site): State<Site>,
    caller: Caller,
    At(of): At<(String, String)>,
    write: Write<TryTemplate>,
) -> Result<StatusCode, Refused> {
    let refused = |failure| caller.refused(failure);
    let key = known(&of).map_err(refused)?;
    let TryTemplate { subject, text, html, sample } = write.said;
    let test = async {
        let ordered = site.app.test_template(&caller.0, key, (Parts { subject, text, html }, sample)).await?;
        ordered.map_err(|mistakes| wrong(&mistakes))
    };
    site.app.once(caller.0.person, write.key, test).await.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}

fn version(saved: Saved) -> Result<i64, Failure> {
    match saved {
        Saved::As(version) => Ok(version),
        Saved::Not(mistakes) => Err(wrong(&mistakes)),
    }
}

fn wrong(mistakes: &[Mistake]) -> Failure {
    template_words::refusal(mistakes).into()
}
