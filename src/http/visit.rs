//! What the guard hands to a page: who is looking, in which language, with which proof for their forms.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::{HeaderMap, header, request::Parts},
};

use super::{answer::Refused, server::Peer, site::Site};
use crate::{
    app::{Problem, Viewer},
    language::Lang,
};

/// The cookie that keeps a visitor's language.
pub const LANGUAGE_COOKIE: &str = "yumen-lang";

/// A request of a signed-in person. Pages take it as an argument, or `Option<Visit>` where anyone may come.
#[derive(Clone)]
pub struct Visit {
    /// Who.
    pub viewer: Viewer,
    /// The token that every form must carry as its first field, `csrf`.
    pub csrf: String,
    /// The session's secret, which only the guard looks at.
    pub(super) secret: Arc<str>,
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Refused> {
        let lang = language(&parts.headers);
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Refused::page(Problem::sign_in_needed(), lang))
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Visit {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Option<Self>, Self::Rejection> {
        Ok(parts.extensions.get::<Self>().cloned())
    }
}

/// The language of a request: the person's own, then the cookie, then what the browser asks for.
#[derive(Debug, Clone, Copy)]
pub struct Reading(pub Lang);

impl<S: Sync> FromRequestParts<S> for Reading {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let signed_in = parts.extensions.get::<Visit>().map(|visit| visit.viewer.lang);
        Ok(Self(signed_in.unwrap_or_else(|| language(&parts.headers))))
    }
}

/// Where a request comes from: the other end of the connection, or what the proxy says where one is trusted.
#[derive(Debug, Clone)]
pub struct Address(pub String);

impl FromRequestParts<Site> for Address {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<Peer>().map(|peer| peer.0.to_string()).unwrap_or_default();
        let forwarded = || {
            let list = parts.headers.get("x-forwarded-for")?.to_str().ok()?;
            // The last entry is the one that the trusted proxy itself added.
            list.rsplit(',').next()?.trim().parse::<std::net::IpAddr>().ok()
        };
        let said = site.settings.behind_proxy.then(forwarded).flatten();
        Ok(Self(said.map_or(peer, |address| address.to_string())))
    }
}

/// The language of a request whose sender is not known: the cookie, then `Accept-Language`, then Chinese.
#[must_use]
pub fn language(headers: &HeaderMap) -> Lang {
    cookie(headers, LANGUAGE_COOKIE)
        .and_then(Lang::from_tag)
        .or_else(|| accepted(headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?))
        .unwrap_or_default()
}

/// The first language of `Accept-Language` that Yumen speaks, by weight.
#[must_use]
pub fn accepted(list: &str) -> Option<Lang> {
    let mut wanted: Vec<(f32, Lang)> = list
        .split(',')
        .filter_map(|item| {
            let (tag, weight) = item.split_once(';').unwrap_or((item, "q=1"));
            let weight = weight.trim().strip_prefix("q=")?.parse().ok()?;
            let primary = tag.trim().split('-').next()?;
            Some((weight, Lang::from_tag(primary)?))
        })
        .filter(|(weight, _)| *weight > 0.0)
        .collect();
    wanted.sort_by(|a, b| b.0.total_cmp(&a.0));
    wanted.first().map(|(_, lang)| *lang)
}

/// The value of a cookie.
#[must_use]
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_language_that_yumen_speaks_is_chosen() {
        assert_eq!(accepted("fr, en-GB;q=0.5, zh-CN;q=0.9"), Some(Lang::Zh));
        assert_eq!(accepted("en-US,en;q=0.9"), Some(Lang::En));
        assert_eq!(accepted("fr, zh;q=0"), None);
        assert_eq!(accepted("en;q=broken"), None);
    }

    #[test]
    fn the_cookie_goes_before_the_browser() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, "zh".parse().unwrap());
        headers.insert(header::COOKIE, "a=b; yumen-lang=en".parse().unwrap());
        assert_eq!(language(&headers), Lang::En);
    }
}
