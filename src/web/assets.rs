//! Style sheets, scripts and icons: vendored, embedded, served from memory and cached for ever under their hash.

use axum::{
    extract::{Path, RawQuery},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "src/web/assets"]
struct Files;

#[derive(RustEmbed)]
#[folder = "src/web/icons"]
struct Icons;

/// Where an asset is served: its name with the beginning of its hash, so that a new version has a new address.
#[must_use]
pub fn address(name: &str) -> Option<String> {
    Some(format!("/assets/{name}?{}", version(&Files::get(name)?)))
}

fn version(file: &EmbeddedFile) -> String {
    format!("v={}", &hex::encode(file.metadata.sha256_hash())[..12])
}

/// `GET /assets/{name}`: kept for ever when asked for by its present version, for a minute otherwise.
pub async fn get(Path(name): Path<String>, RawQuery(asked): RawQuery) -> Response {
    let Some(file) = Files::get(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let lasting = asked.is_some_and(|asked| asked == version(&file));
    let keep = if lasting { "public, max-age=31536000, immutable" } else { "public, max-age=60" };
    let headers = [(header::CONTENT_TYPE, media_type(&name)), (header::CACHE_CONTROL, keep)];
    (headers, file.data.into_owned()).into_response()
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("LICENSE") => "text/plain; charset=utf-8",
        Some(_) | None => "application/octet-stream",
    }
}

/// The drawing inside an icon's `<svg>`.
#[must_use]
pub fn icon(name: &str) -> Option<String> {
    let file = Icons::get(&format!("{name}.svg"))?;
    let text = std::str::from_utf8(&file.data).ok()?;
    let (_, after) = text.split_once("<svg")?;
    let (_, inner) = after.split_once('>')?;
    let (inner, _) = inner.split_once("</svg>")?;
    Some(inner.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_icon_is_its_drawing_alone() {
        let drawing = icon("check").unwrap();
        assert!(drawing.starts_with("<path"), "{drawing}");
        assert_eq!(icon("no-such-icon"), None);
    }

    #[test]
    fn an_address_changes_with_the_content() {
        let css = address("yumen.css").unwrap();
        let js = address("keys.js").unwrap();
        assert_ne!(css.split('=').nth(1), js.split('=').nth(1));
        assert_eq!(address("../secret"), None);
    }

    #[test]
    fn scripts_and_styles_bring_no_source_of_their_own() {
        for name in Files::iter().filter(|name| name.ends_with(".css") || name.ends_with(".js")) {
            let file = Files::get(&name).unwrap();
            let text = String::from_utf8_lossy(&file.data).into_owned();
            assert!(!text.contains("@import") && !text.contains("url(http"), "{name} loads from elsewhere");
        }
    }
}
