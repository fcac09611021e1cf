//! Around all that may fail: a failure or a panic becomes an answer with a reference, and one line in the log.

use std::{panic::AssertUnwindSafe, time::Instant as Stopwatch};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use futures::FutureExt as _;
use tracing::Instrument as _;

use super::{
    answer::{Refused, Why},
    site::Site,
    visit::language,
};
use crate::app::Problem;

/// The header that names a request in answers and in the log.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Names the request, catches panics, and logs what failed: the route and the reference, nobody's data.
pub async fn observe(State(site): State<Site>, request: Request, next: Next) -> Response {
    let reference = hex::encode(&site.app.sources().chance.bytes::<16>()[..6]);
    let seen = Seen {
        method: request.method().clone(),
        route: request.extensions().get::<MatchedPath>().map_or("(none)", MatchedPath::as_str).to_owned(),
        started: Stopwatch::now(),
    };
    let (path, lang) = (request.uri().path().to_owned(), language(request.headers()));
    let failed = |reference: &str| Refused::at(&path, Problem::failure(reference), lang).into_response();
    let span = tracing::info_span!("request", http.method = %seen.method, http.route = seen.route);
    let mut response = match AssertUnwindSafe(next.run(request).instrument(span)).catch_unwind().await {
        Ok(mut response) => match response.extensions_mut().remove::<Why>() {
            Some(Why(why)) => {
                seen.log(&reference, &format!("{why:#}"));
                failed(&reference)
            }
            None if response.status() == 500 => {
                seen.log(&reference, "the answer was a failure without a reason");
                failed(&reference)
            }
            None => response,
        },
        Err(panic) => {
            let words = panic.downcast_ref::<&str>().map(|words| (*words).to_owned());
            let words = words.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
            seen.log(&reference, &format!("panicked: {words}"));
            failed(&reference)
        }
    };
    seen.count(response.status());
    if let Ok(value) = HeaderValue::from_str(&reference) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

struct Seen {
    method: Method,
    route: String,
    started: Stopwatch,
}

impl Seen {
    fn count(&self, status: StatusCode) {
        let (method, route) = (self.method.to_string(), self.route.clone());
        let status = format!("{}xx", status.as_u16() / 100);
        let counter =
            metrics::counter!("yumen_requests_total", "method" => method, "route" => route, "status" => status);
        counter.increment(1);
        metrics::histogram!("yumen_request_seconds").record(self.started.elapsed().as_secs_f64());
    }

    fn log(&self, reference: &str, reason: &str) {
        let milliseconds = self.started.elapsed().as_millis();
        tracing::error!(
            request.id = reference,
            request.method = %self.method,
            request.route = self.route,
            request.milliseconds = milliseconds,
            reason,
            "a request failed"
        );
    }
}
