//! The language of the pages, for a visitor by a cookie, for a person for good.

use axum::{
    Form,
    extract::State,
    http::header,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

use super::frame;
use crate::{
    app::sign_in::choose_language,
    http::{
        answer::Refused,
        guard::is_ours,
        site::Site,
        visit::{LANGUAGE_COOKIE, Visit},
    },
    language::Lang,
};

/// What was chosen, and where to go back to.
#[derive(Debug, Deserialize)]
pub struct LanguageForm {
    lang: String,
    #[serde(default)]
    back: String,
}

/// `POST /language`
///
/// # Errors
/// When the choice cannot be kept.
pub async fn post(
    State(site): State<Site>,
    visit: Option<Visit>,
    Form(form): Form<LanguageForm>,
) -> Result<Response, Refused> {
    let lang = Lang::from_tag(&form.lang).unwrap_or_default();
    if let Some(visit) = visit {
        let kept = choose_language(&site.app, visit.viewer.person, lang).await;
        kept.map_err(|failure| frame::refused(failure, lang))?;
    }
    let cookie = format!("{LANGUAGE_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly", lang.tag());
    let back = if is_ours(&form.back) { form.back.as_str() } else { "/" };
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(back)).into_response())
}
