//! Forms come from our own pages: the session's token, compared in constant time, and the browser's own word for it.

use axum::http::{HeaderMap, header};
use subtle::ConstantTimeEq as _;

/// The form field that carries the token, first in every form.
pub const FIELD: &str = "csrf";
/// The header that may carry it instead.
pub const HEADER: &str = "x-csrf-token";

/// Whether the browser says that the request comes from a page at one of `origins`.
///
/// `Sec-Fetch-Site` decides where the browser sends it, `Origin` otherwise; a request with neither did not come from a
/// form of a browser of this decade and is refused.
#[must_use]
pub fn is_same_origin<'a>(headers: &HeaderMap, mut origins: impl Iterator<Item = &'a str>) -> bool {
    let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let origin_agrees = said(header::ORIGIN.as_str()).map(|from| origins.any(|origin| origin == from));
    match (said("sec-fetch-site"), origin_agrees) {
        (Some(site), agrees) => site == "same-origin" && agrees != Some(false),
        (None, agrees) => agrees == Some(true),
    }
}

/// Compares a token in constant time.
#[must_use]
pub fn agrees(expected: &str, given: Option<&str>) -> bool {
    !expected.is_empty() && given.is_some_and(|given| bool::from(given.as_bytes().ct_eq(expected.as_bytes())))
}

/// The token in a urlencoded body.
#[must_use]
pub fn in_form(body: &[u8]) -> Option<String> {
    form_urlencoded::parse(body).find(|(name, _)| name == FIELD).map(|(_, value)| value.into_owned())
}

/// The token in the beginning of a multipart body, where it must be the first part.
#[must_use]
pub fn in_first_part(beginning: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(beginning);
    let (head, rest) = text.split_once("\r\n\r\n")?;
    let names_the_field = head.lines().skip(1).any(|line| {
        let line = line.to_ascii_lowercase();
        line.starts_with("content-disposition:") && line.contains("name=\"csrf\"")
    });
    let (value, _) = rest.split_once("\r\n")?;
    names_the_field.then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn only_our_own_pages_are_believed() {
        let origin = "https://yumen.example";
        let believed = |pairs: &[(&'static str, &str)]| is_same_origin(&headers(pairs), [origin].into_iter());
        assert!(believed(&[("sec-fetch-site", "same-origin"), ("origin", origin)]));
        assert!(believed(&[("origin", origin)]));
        assert!(!believed(&[("sec-fetch-site", "cross-site"), ("origin", origin)]));
        assert!(!believed(&[("sec-fetch-site", "same-site")]));
        assert!(!believed(&[("sec-fetch-site", "same-origin"), ("origin", "null")]));
        assert!(!believed(&[("origin", "https://yumen.example.evil")]));
        assert!(!believed(&[]));
    }

    #[test]
    fn an_empty_token_never_agrees() {
        assert!(agrees("abc", Some("abc")));
        assert!(!agrees("abc", Some("abd")) && !agrees("abc", None) && !agrees("", Some("")));
    }

    #[test]
    fn the_token_is_found_in_both_kinds_of_form() {
        assert_eq!(in_form(b"a=1&csrf=t%2B1").as_deref(), Some("t+1"));
        let part = b"--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\ntoken\r\n--x\r\n";
        assert_eq!(in_first_part(part).as_deref(), Some("token"));
        let other = b"--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nname=\"csrf\"\r\n--x\r\n";
        assert_eq!(in_first_part(other), None);
    }
}
