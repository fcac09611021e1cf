//! Problems as answers: a page for people, `application/problem+json` (RFC 9457) for programs.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{app::Problem, language::Lang};

/// The style sheet.
const STYLE: &str = "/assets/yumen.css";

/// A problem on its way out. For people it is a plain page, until [`dress`] draws it.
#[derive(Debug)]
pub struct Refused {
    problem: Box<Problem>,
    lang: Lang,
    form: Form,
    why: Option<Arc<anyhow::Error>>,
}

/// Why a request failed, for the log; it travels with the response and never leaves.
#[derive(Clone)]
pub struct Why(pub Arc<anyhow::Error>);

/// How the pages draw a problem; `None` when the templates themselves are what failed.
pub type Draw = fn(&Problem, Lang) -> Option<String>;

/// A problem that stands on a plain page so far.
#[derive(Clone)]
struct Plain {
    problem: Box<Problem>,
    lang: Lang,
}

#[derive(Debug, Clone, Copy)]
enum Form {
    Page,
    Json,
}

impl Refused {
    /// As a page.
    #[must_use]
    pub fn page(problem: Problem, lang: Lang) -> Self {
        Self { problem: Box::new(problem), lang, form: Form::Page, why: None }
    }

    /// As JSON.
    #[must_use]
    pub fn json(problem: Problem, lang: Lang) -> Self {
        Self { problem: Box::new(problem), lang, form: Form::Json, why: None }
    }

    /// The failure is ours. It is logged once, with the reference that the answer gives.
    #[must_use]
    pub fn failed(path: &str, why: impl Into<anyhow::Error>, lang: Lang) -> Self {
        Self { why: Some(Arc::new(why.into())), ..Self::at(path, Problem::failure(String::new()), lang) }
    }

    /// As JSON below `/api/`, as a page elsewhere.
    #[must_use]
    pub fn at(path: &str, problem: Problem, lang: Lang) -> Self {
        if is_api(path) { Self::json(problem, lang) } else { Self::page(problem, lang) }
    }
}

/// Whether programs live at `path`.
#[must_use]
pub fn is_api(path: &str) -> bool {
    path.starts_with("/api/")
}

/// Problem details as RFC 9457 has them.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemDetails {
    /// What kind of problem: `urn:yumen:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The name of the HTTP status.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is the matter and what to do next, in the language that was asked for.
    pub detail: String,
    /// The stable code.
    pub code: String,
    /// What finds the log line, when the failure is ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The fields that need attention.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldDetails>,
}

/// One field that needs attention.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldDetails {
    /// The field's name.
    pub field: String,
    /// What is wrong with it.
    pub detail: String,
}

impl ProblemDetails {
    fn of(problem: &Problem, lang: Lang) -> Self {
        let title = StatusCode::from_u16(problem.status).ok().and_then(|s| s.canonical_reason());
        Self {
            kind: format!("urn:yumen:problem:{}", problem.code),
            title: title.unwrap_or("Problem").to_owned(),
            status: problem.status,
            detail: problem.sentence(lang).to_owned(),
            code: problem.code.to_owned(),
            reference: problem.reference.clone(),
            fields: problem
                .fields
                .iter()
                .map(|f| FieldDetails { field: f.field.clone(), detail: f.sentence.get(lang).to_owned() })
                .collect(),
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = match self.form {
            Form::Page => {
                let mut response = (status, bare(&self.problem, self.lang)).into_response();
                response.extensions_mut().insert(Plain { problem: self.problem, lang: self.lang });
                response
            }
            Form::Json => {
                let kind = [(header::CONTENT_TYPE, "application/problem+json")];
                (status, kind, Json(ProblemDetails::of(&self.problem, self.lang))).into_response()
            }
        };
        if matches!(self.form, Form::Json) && status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(why) = self.why {
            response.extensions_mut().insert(Why(why));
        }
        response
    }
}

/// Puts the page that `draw` makes in the place of a plain one.
pub async fn dress(State(draw): State<Draw>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let drawn = response.extensions_mut().remove::<Plain>().and_then(|plain| draw(&plain.problem, plain.lang));
    if let Some(html) = drawn {
        response.headers_mut().remove(header::CONTENT_LENGTH);
        *response.body_mut() = Body::from(html);
    }
    response
}

/// What stands where nobody draws, and the last resort when the templates themselves are what failed.
fn bare(problem: &Problem, lang: Lang) -> Html<String> {
    let body = format!(
        "<p class=\"lead\" role=\"alert\">{}</p><p><a href=\"/\">{}</a></p>",
        escaped(problem.sentence(lang)),
        lang.pick("返回首页", "Back to the start"),
    );
    plain_page(lang, "", lang.pick("操作没有完成", "This did not work"), &body)
}

/// A page that needs no session, no database and no template, since any of them may be what failed. `strip` stands on
/// top.
pub fn plain_page(lang: Lang, strip: &str, title: &str, body: &str) -> Html<String> {
    Html(format!(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title} · Yumen</title><link rel=\"stylesheet\" href=\"{STYLE}\"></head>\
         <body class=\"outside\">{strip}<main class=\"gate\"><div class=\"card\"><div class=\"body\"><h1>{title}</h1>{body}\
         </div></div></main></body></html>\n",
        lang.tag(),
    ))
}

/// Text made safe inside HTML.
#[must_use]
pub fn escaped(text: &str) -> String {
    handlebars::html_escape(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_typed_cannot_become_markup() {
        let Html(html) = bare(&Problem::bad_request("<script>x</script>", "x"), Lang::Zh);
        assert!(html.contains("&lt;script&gt;") && !html.contains("<script>"));
    }

    #[test]
    fn json_problems_carry_their_own_media_type_and_ask_for_a_token() {
        let response = Refused::at("/api/v1/me", Problem::sign_in_needed(), Lang::En).into_response();
        assert_eq!(response.status(), 401);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer");
    }
}
