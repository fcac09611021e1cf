//! The door: who calls, what the path, the query and the body say. Whatever cannot be read is refused with a sentence.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
    http::{HeaderMap, header, request::Parts},
};
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use crate::{
    app::{Failure, Key, Problem, Viewer},
    http::{answer::Refused, visit::Visit, visit::language},
    language::Lang,
};

/// Characters of an idempotency key at most.
const KEY_CHARS_MAX: usize = 100;

/// The person whose token was shown.
pub struct Caller(pub Viewer);

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        let visit = parts.extensions.get::<Visit>().cloned();
        let lang = language(&parts.headers);
        visit.map(|visit| Self(visit.viewer)).ok_or_else(|| Refused::json(Problem::sign_in_needed(), lang))
    }
}

impl Caller {
    /// A failure of a use case as this caller reads it.
    pub fn refused(&self, failure: Failure) -> Refused {
        match failure {
            Failure::Refused(refusal) => Refused::json(Problem::from(&refusal), self.0.lang),
            Failure::Store(_) | Failure::Broken(_) => Refused::failed("/api/", failure, self.0.lang),
        }
    }
}

/// What the path says. An id that cannot be read is an id of nothing.
pub struct At<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for At<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let lang = language(&parts.headers);
        let read = Path::<T>::from_request_parts(parts, state).await;
        read.map(|Path(at)| Self(at)).map_err(|_| Refused::json(Problem::not_found(), lang))
    }
}

/// What the query asks.
pub struct Asked<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let lang = language(&parts.headers);
        Query::<T>::from_request_parts(parts, state).await.map(|Query(asked)| Self(asked)).map_err(|why| {
            let why = why.body_text();
            let zh = format!("查询参数不正确，请按接口文档修改：{why}");
            Refused::json(Problem::bad_request(zh, format!("The query cannot be read. {why}")), lang)
        })
    }
}

/// A write: its key, and what the body says.
pub struct Write<T> {
    /// Makes repeating safe.
    pub key: Key,
    /// The body.
    pub said: T,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Write<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refused> {
        let lang = language(request.headers());
        let Raw { key, body } = Raw::from_request_as(request, state, "application/json").await?;
        let said = serde_json::from_slice(&body).map_err(|why| Refused::json(unreadable(&why), lang))?;
        Ok(Self { key, said })
    }
}

/// A write whose body is a file.
pub struct Raw {
    /// Makes repeating safe.
    pub key: Key,
    /// The body as it came.
    pub body: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for Raw {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refused> {
        Self::from_request_as(request, state, "application/octet-stream").await
    }
}

impl Raw {
    async fn from_request_as<S: Send + Sync>(request: Request, state: &S, kind: &str) -> Result<Self, Refused> {
        let lang = language(request.headers());
        let refused = |problem| Refused::json(problem, lang);
        check_kind(request.headers(), kind).map_err(refused)?;
        let name = key_of(request.headers()).map_err(refused)?;
        let mut digest = Sha256::new();
        digest.update(request.method().as_str());
        digest.update([0]);
        digest.update(request.uri().to_string());
        digest.update([0]);
        let body = Bytes::from_request(request, state).await.map_err(|why| refused(broken_off(&why, lang)))?;
        digest.update(&body);
        Ok(Self { key: Key { key: name, request_hash: hex::encode(digest.finalize()) }, body })
    }
}

fn broken_off(why: &axum::extract::rejection::BytesRejection, _: Lang) -> Problem {
    if why.status() == 413 {
        return Problem::too_large(20);
    }
    Problem::bad_request(
        "请求内容不完整，没有处理。请重新发送。",
        "The body broke off and nothing was done. Send it again.",
    )
}

fn check_kind(headers: &HeaderMap, wanted: &str) -> Result<(), Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let bare = kind.split(';').next().unwrap_or_default().trim();
    if bare.eq_ignore_ascii_case(wanted) {
        return Ok(());
    }
    Err(Problem::new(
        415,
        "wrong-media-type",
        format!("请求头Content-Type应为{wanted}，请修改后再发送。"),
        format!("Content-Type must be {wanted}. Change it and send again."),
    ))
}

fn key_of(headers: &HeaderMap) -> Result<String, Problem> {
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok()).unwrap_or_default();
    if !key.is_empty() && key.len() <= KEY_CHARS_MAX && key.chars().all(|c| c.is_ascii_graphic()) {
        return Ok(key.to_owned());
    }
    Err(Problem::new(
        400,
        "key-needed",
        "写操作必须带请求头Idempotency-Key（1至100个字符，例如一个UUID），重发时保持不变。",
        "A write needs the header Idempotency-Key (1 to 100 characters, such as a UUID); keep it when sending again.",
    ))
}

/// What is wrong with a JSON body, with the place.
fn unreadable(why: &serde_json::Error) -> Problem {
    let what = why.to_string();
    if why.classify() == serde_json::error::Category::Data {
        return Problem::new(
            422,
            "unknown-shape",
            format!("请求内容与接口文档不符，请修改：{what}"),
            format!("The body is not of the documented shape: {what}"),
        );
    }
    Problem::bad_request(format!("请求内容不是正确的JSON，请修改：{what}"), format!("The body is not JSON: {what}"))
}
