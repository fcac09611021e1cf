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

/// The secret as a form shows it: masked anew each time, so that compressing a page does not give it away.
#[must_use]
pub fn masked(secret: &str, mask: &[u8; 16]) -> String {
    let Ok(secret) = hex::decode(secret) else { return String::new() };
    let masked: Vec<u8> = secret.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect();
    hex::encode(mask) + &hex::encode(masked)
}

/// Whether a form showed the secret, compared in constant time.
#[must_use]
pub fn agrees(secret: &str, shown: Option<&str>) -> bool {
    let unmasked = shown.and_then(|shown| hex::decode(shown).ok()).and_then(|bytes| {
        let (mask, masked) = bytes.split_at_checked(16)?;
        Some(masked.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect::<Vec<u8>>())
    });
    let (Some(unmasked), Ok(secret)) = (unmasked, hex::decode(secret)) else { return false };
    !secret.is_empty() && bool::from(unmasked.ct_eq(&secret))
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
    fn the_secret_is_shown_differently_each_time_and_nothing_else_agrees() {
        let secret = "00112233445566778899aabbccddeeff";
        let (one, two) = (masked(secret, &[7; 16]), masked(secret, &[9; 16]));
        assert_ne!(one, two);
        assert!(agrees(secret, Some(&one)) && agrees(secret, Some(&two)));
        let wrong = masked("10112233445566778899aabbccddeeff", &[7; 16]);
        for shown in [Some(wrong.as_str()), Some(secret), Some(""), Some("zz"), None] {
            assert!(!agrees(secret, shown), "{shown:?}");
        }
        assert!(!agrees("", Some(&masked("", &[7; 16]))));
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
