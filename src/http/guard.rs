//! Every request passes here: the route's row in the table decides who may, what it must show and what it may carry.

use axum::{
    body::{Body as HttpBody, Bytes},
    extract::{FromRequestParts as _, MatchedPath, Request, State},
    http::{HeaderMap, StatusCode, Uri, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Redirect, Response},
};
use futures::StreamExt as _;
use tower_sessions::Session;

use super::{
    access::{self, Body, FORM_BYTES_MAX, Proof, Rule, UPLOAD_BYTES_MAX, Who},
    answer::{Refused, is_api},
    csrf,
    patience::TooSlow,
    resume, session,
    site::Site,
    visit::{Visit, language},
};
use crate::{
    app::{Problem, Viewer, tokens},
    language::Lang,
};

/// Bytes of a multipart body that are looked at for the token.
const FIRST_PART_MAX: usize = 4096;

/// Lets a request through to its handler, or answers in its place.
pub async fn guard(State(site): State<Site>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let lang = language(request.headers());
    match admitted(&site, request).await {
        Ok(request) => next.run(request).await,
        Err(Stopped::Problem(problem)) => Refused::at(&path, *problem, lang).into_response(),
        Err(Stopped::Failed(why)) => Refused::failed(&path, why, lang).into_response(),
        Err(Stopped::Answered(response)) => *response,
    }
}

enum Stopped {
    Problem(Box<Problem>),
    Failed(anyhow::Error),
    Answered(Box<Response>),
}

impl From<Problem> for Stopped {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<anyhow::Error> for Stopped {
    fn from(why: anyhow::Error) -> Self {
        Self::Failed(why)
    }
}

async fn admitted(site: &Site, request: Request) -> Result<Request, Stopped> {
    let (mut parts, body) = request.into_parts();
    let rule = rule_of(&parts, site)?;
    let visit = match rule.who {
        Who::Token => bearer(site, &parts.headers).await?,
        Who::Anyone | Who::SignedIn | Who::Holding(_) => signed_in(site, &mut parts).await?,
    };
    let body = carried(rule, &parts.headers, body).await.map_err(|problem| too_large_for(rule, &parts, problem))?;
    let Some(body) = allowed(site, rule, &parts, (visit.as_ref(), body))? else {
        return Err(Problem::not_found().into());
    };
    let body = proven(site, rule, &parts, (visit.as_ref(), body)).await?;
    if let Some(visit) = visit {
        parts.extensions.insert(visit);
    }
    parts.extensions.insert(*rule);
    Ok(Request::from_parts(parts, body.into_http()))
}

/// The row of the matched route; without one there is nothing here.
fn rule_of(parts: &Parts, site: &Site) -> Result<&'static Rule, Problem> {
    let path = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    match access::rule(&parts.method, path) {
        Some(rule) if !rule.demo || site.settings.demo => Ok(rule),
        Some(_) => Err(Problem::not_found()),
        None if access::is_known(path) => Err(Problem::method_not_allowed()),
        None => Err(Problem::not_found()),
    }
}

/// The viewer behind the session cookie.
async fn signed_in(site: &Site, parts: &mut Parts) -> anyhow::Result<Option<Visit>> {
    let Ok(session) = Session::from_request_parts(parts, &()).await else {
        anyhow::bail!("the session layer is missing");
    };
    if super::visit::cookie(&parts.headers, session::cookie_name(site.settings.is_https())).is_none() {
        return Ok(None);
    }
    let Some(held) = session::held(&session).await? else {
        return Ok(None);
    };
    let Some(viewer) = site.app.viewer(held.person).await? else {
        return Ok(None);
    };
    let csrf = held.token(site.app.sources());
    Ok(Some(Visit { viewer, csrf, secret: held.csrf.into() }))
}

/// The viewer behind the personal access token.
async fn bearer(site: &Site, headers: &HeaderMap) -> anyhow::Result<Option<Visit>> {
    let Some(token) = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()) else {
        return Ok(None);
    };
    let Some(token) = token.strip_prefix("Bearer ") else {
        return Ok(None);
    };
    let viewer: Option<Viewer> = match tokens::bearer(&site.app, token.trim()).await? {
        Some(person) => site.app.viewer(person).await?,
        None => None,
    };
    Ok(viewer.map(|viewer| Visit {
        viewer: Viewer { lang: language(headers), ..viewer },
        csrf: String::new(),
        secret: "".into(),
    }))
}

/// Whether this visitor may use the route; a form that nobody may send any more is kept, to be sent again.
fn allowed(
    site: &Site,
    rule: &Rule,
    parts: &Parts,
    (visit, body): (Option<&Visit>, Carried),
) -> Result<Option<Carried>, Stopped> {
    let lang = language(&parts.headers);
    match (rule.who, visit) {
        (Who::Anyone, _) | (Who::SignedIn | Who::Token, Some(_)) => Ok(Some(body)),
        (Who::Holding(roles), Some(visit)) => Ok(visit.viewer.holds_any(roles).then_some(body)),
        (Who::Token, None) => Err(Problem::sign_in_needed().into()),
        (Who::SignedIn | Who::Holding(_), None) if rule.proof == Proof::None => {
            Err(Stopped::Answered(Box::new(to_sign_in(&parts.headers, &parts.uri))))
        }
        (Who::SignedIn | Who::Holding(_), None) => match &body {
            Carried::Whole(bytes) if is_urlencoded(&parts.headers) => {
                let kept = resume::Kept::of(parts.uri.path(), bytes);
                Err(Stopped::Answered(Box::new(resume::sign_in_again(&kept, lang, site.settings.demo))))
            }
            Carried::Whole(_) | Carried::Stream(_) => Err(Problem::sign_in_needed().into()),
        },
    }
}

/// Where people sign in, to come back to `uri` afterwards.
fn to_sign_in(headers: &HeaderMap, uri: &Uri) -> Response {
    let back = uri.path_and_query().map_or("/", |path| path.as_str());
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", back).finish();
    let target = if back == "/" { "/sign-in".to_owned() } else { format!("/sign-in?{query}") };
    if headers.contains_key("hx-request") {
        return (StatusCode::UNAUTHORIZED, [("hx-redirect", target)]).into_response();
    }
    Redirect::to(&target).into_response()
}

/// A body on its way: read already, or still coming.
enum Carried {
    Whole(Bytes),
    Stream(HttpBody),
}

impl Carried {
    fn into_http(self) -> HttpBody {
        match self {
            Self::Whole(bytes) => HttpBody::from(bytes),
            Self::Stream(body) => body,
        }
    }
}

/// Reads forms whole; uploads go on as a stream that ends at the limit.
async fn carried(rule: &Rule, headers: &HeaderMap, body: HttpBody) -> Result<Carried, Problem> {
    let limit = match rule.body {
        Body::Form => FORM_BYTES_MAX,
        Body::Upload => UPLOAD_BYTES_MAX + FIRST_PART_MAX,
    };
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|n| n.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|announced| announced > limit) {
        swallow(body).await;
        return Err(Problem::too_large(limit / (1024 * 1024)));
    }
    if rule.body == Body::Upload {
        return Ok(Carried::Stream(HttpBody::new(http_body_util::Limited::new(body, limit))));
    }
    match axum::body::to_bytes(body, limit).await {
        Ok(bytes) => Ok(Carried::Whole(bytes)),
        Err(why) => Err(unread(&why.into_inner(), limit)),
    }
}

/// What became of a body that could not be read to its end.
fn unread(why: &axum::BoxError, limit: usize) -> Problem {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(why.as_ref());
    while let Some(error) = cause {
        if error.is::<http_body_util::LengthLimitError>() {
            return Problem::too_large(limit / (1024 * 1024));
        }
        if error.is::<TooSlow>() {
            return Problem::new(
                408,
                "too-slow",
                "内容传输过慢，已中断。请检查网络后重试。",
                "The upload came too slowly and was cut off. Check the network and try again.",
            );
        }
        cause = error.source();
    }
    Problem::bad_request(
        "请求内容不完整，没有处理。请重新提交。",
        "The request was incomplete and nothing was done. Submit it again.",
    )
}

/// A file that is too large for a task leads back to the task, which says so beside the field.
fn too_large_for(rule: &Rule, parts: &Parts, problem: Problem) -> Stopped {
    let of_a_task = rule.body == Body::Upload && rule.who == Who::SignedIn && problem.status == 413;
    match parts.uri.path().split_once("/files/") {
        Some((task, field)) if of_a_task => {
            Stopped::Answered(Box::new(Redirect::to(&format!("{task}?too_large={field}")).into_response()))
        }
        Some(_) | None => problem.into(),
    }
}

/// Reads on for a while, so that a browser that is still sending gets to read the refusal.
async fn swallow(body: HttpBody) {
    let mut left = 4 * UPLOAD_BYTES_MAX;
    let mut stream = body.into_data_stream();
    while let Some(Ok(piece)) = stream.next().await {
        let Some(less) = left.checked_sub(piece.len()) else { return };
        left = less;
    }
}

/// Checks what the route's row asks an unsafe request to show.
async fn proven(
    site: &Site,
    rule: &Rule,
    parts: &Parts,
    (visit, body): (Option<&Visit>, Carried),
) -> Result<Carried, Stopped> {
    if rule.proof == Proof::None {
        return Ok(body);
    }
    if !csrf::is_same_origin(&parts.headers, site.settings.origins()) {
        return Err(Problem::forged().into());
    }
    if rule.proof == Proof::SameOrigin {
        return Ok(body);
    }
    let Some(visit) = visit else {
        return Err(Problem::forged().into());
    };
    let shown = parts.headers.get(csrf::HEADER).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (shown, body) = match (shown, body) {
        (Some(shown), body) => (Some(shown), body),
        (None, Carried::Whole(bytes)) => (csrf::in_form(&bytes), Carried::Whole(bytes)),
        (None, Carried::Stream(body)) => from_first_part(body).await?,
    };
    if csrf::agrees(&visit.secret, shown.as_deref()) {
        return Ok(body);
    }
    match &body {
        // Our own page, only older than the session: nothing typed is lost, the person looks at it and sends it again.
        Carried::Whole(bytes) if is_urlencoded(&parts.headers) => {
            let kept = resume::Kept::of(parts.uri.path(), bytes);
            Err(Stopped::Answered(Box::new(resume::send_again(&kept, &visit.csrf, lang_of(visit)))))
        }
        Carried::Whole(_) | Carried::Stream(_) => Err(Problem::forged().into()),
    }
}

const fn lang_of(visit: &Visit) -> Lang {
    visit.viewer.lang
}

/// Takes the token from the first part and puts what was read back in front.
async fn from_first_part(body: HttpBody) -> Result<(Option<String>, Carried), Problem> {
    let mut stream = body.into_data_stream();
    let mut read: Vec<Bytes> = Vec::new();
    let mut beginning: Vec<u8> = Vec::new();
    while beginning.len() < FIRST_PART_MAX {
        match stream.next().await {
            Some(Ok(piece)) => {
                beginning.extend_from_slice(&piece[..piece.len().min(FIRST_PART_MAX)]);
                read.push(piece);
            }
            Some(Err(why)) => return Err(unread(&why.into_inner(), UPLOAD_BYTES_MAX)),
            None => break,
        }
        if csrf::in_first_part(&beginning).is_some() {
            break;
        }
    }
    let token = csrf::in_first_part(&beginning);
    let whole = futures::stream::iter(read.into_iter().map(Ok)).chain(stream);
    Ok((token, Carried::Stream(HttpBody::from_stream(whole))))
}

fn is_urlencoded(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

/// Whether a path to come back to stays inside Yumen.
#[must_use]
pub fn is_ours(path: &str) -> bool {
    let mut chars = path.chars();
    let inside = chars.next() == Some('/') && !matches!(chars.next(), Some('/' | '\\'));
    inside && !path.contains(['\r', '\n', '\t', '\\']) && !is_api(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_come_back_to_yumen_and_nowhere_else() {
        for ours in ["/", "/inbox?page=2", "/cases/case_1/tasks/2"] {
            assert!(is_ours(ours), "{ours}");
        }
        for foreign in
            ["", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nb", "/\t/evil", "/api/v1/me"]
        {
            assert!(!is_ours(foreign), "{foreign}");
        }
    }
}
