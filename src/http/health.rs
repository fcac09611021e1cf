//! What machines ask: whether this process lives, whether it is ready, and what it counts.

use std::time::Duration;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use metrics::{Key, Label, Recorder as _};
use metrics_exporter_prometheus::PrometheusBuilder;
use subtle::ConstantTimeEq as _;

use super::{answer::Refused, routes::Routes, site::Site, visit::language};
use crate::app::{Problem, readings::Reading};

/// A database that answers later is not one to send people to.
const READY_WITHIN: Duration = Duration::from_secs(2);
/// The text format of Prometheus.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Registers the three.
#[must_use]
pub fn register(routes: Routes) -> Routes {
    routes.get("/healthz", healthz).get("/readyz", readyz).get("/metrics", figures)
}

/// `GET /healthz`: the process lives. It asks nothing else, so that a database that is gone restarts no process.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: people may be sent here, because the database answers.
pub async fn readyz(State(site): State<Site>) -> Response {
    match tokio::time::timeout(READY_WITHIN, site.app.store().answers()).await {
        Ok(Ok(())) => "ready\n".into_response(),
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready: the database fails");
            (StatusCode::SERVICE_UNAVAILABLE, "the database fails\n").into_response()
        }
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response(),
    }
}

/// `GET /metrics`: for whoever shows the token of the settings; for everybody else there is nothing here.
///
/// # Errors
/// Without the token, or when something of ours fails.
pub async fn figures(State(site): State<Site>, headers: HeaderMap) -> Result<Response, Refused> {
    let lang = language(&headers);
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let shown = shown.strip_prefix("Bearer ").unwrap_or_default();
    let figures = site.settings.figures.as_ref();
    let figures = figures.filter(|figures| bool::from(figures.token.as_bytes().ct_eq(shown.as_bytes())));
    let Some(figures) = figures else { return Err(Refused::page(Problem::not_found(), lang)) };
    let readings = site.app.readings().await.map_err(|failure| Refused::failed("/metrics", failure, lang))?;
    figures.counted.run_upkeep();
    let text = figures.counted.render() + &read(&readings);
    Ok(([(header::CONTENT_TYPE, TEXT)], text).into_response())
}

/// Readings in Prometheus's words; a recorder of their own, so that what is gone is not told for ever.
fn read(readings: &[Reading]) -> String {
    let recorder = PrometheusBuilder::new().build_recorder();
    let metadata = metrics::Metadata::new(module_path!(), metrics::Level::INFO, None);
    for Reading { name, labels, value } in readings {
        let labels: Vec<_> = labels.iter().map(|(label, of)| Label::new(*label, of.clone())).collect();
        recorder.register_gauge(&Key::from_parts(*name, labels), &metadata).set(*value);
    }
    recorder.handle().render()
}
