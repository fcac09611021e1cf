//! The headers that every answer carries, errors and files included.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

use super::site::Site;

/// What pages may load and do: nothing but what Yumen itself serves, no inline script, no inline style.
const PAGES: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'";
/// The pages about mail templates show mails, which are styled inline, in a frame without rights that inherits this.
const MAILS: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'";
/// The path of these pages.
const MAILS_PATH: &str = "/templates/";
/// The page that tries the API styles its widgets inline; it runs scripts of our own only.
const API_DOCUMENT: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; \
    frame-ancestors 'none'; object-src 'none'";
/// The path of the page that tries the API.
pub const API_DOCUMENT_PATH: &str = "/api/docs";

/// Puts the headers on an answer.
pub async fn protect(State(site): State<Site>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    apply(response.headers_mut(), &path, site.settings.is_https());
    response
}

/// Sets the headers for `path`; a cache rule that the handler chose stays.
pub fn apply(headers: &mut HeaderMap, path: &str, https: bool) {
    let policy = match path {
        path if path.starts_with(API_DOCUMENT_PATH) => API_DOCUMENT,
        path if path.starts_with(MAILS_PATH) => MAILS,
        _ => PAGES,
    };
    let fixed: [(HeaderName, &'static str); 7] = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if https {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_come_from_yumen_alone_and_nothing_is_kept() {
        let mut headers = HeaderMap::new();
        apply(&mut headers, "/inbox", true);
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("script-src 'self';") && !policy.contains("unsafe"));
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        assert!(headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
    }

    #[test]
    fn a_mail_that_is_shown_may_be_styled_and_runs_nothing_that_it_brings() {
        let mut headers = HeaderMap::new();
        apply(&mut headers, "/templates/task-assigned/zh-CN", true);
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(
            policy.contains("default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"),
            "{policy}"
        );
        assert!(policy.contains("img-src 'self' data:;") && policy.contains("form-action 'self'"), "{policy}");
    }

    #[test]
    fn a_file_may_be_cached_and_loopback_needs_no_hsts() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
        apply(&mut headers, "/assets/yumen.css", false);
        assert_eq!(headers[header::CACHE_CONTROL], "public, max-age=3600");
        assert!(!headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
    }
}
