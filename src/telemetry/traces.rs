//! Traces to an OpenTelemetry collector, by HTTP: requests, commands and jobs, each with how long it took. Spans name
//! routes, workflows and kinds, and never what people wrote.

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::{
    Resource,
    trace::{SdkTracerProvider, Tracer},
};
use tracing::Subscriber;
use tracing_opentelemetry::OpenTelemetryLayer;
use tracing_subscriber::{Layer, filter::filter_fn, registry::LookupSpan};

/// Running traces.
pub(super) struct Traces(SdkTracerProvider);

impl Traces {
    /// Sends spans to the collector at this address; nothing where none is named.
    pub fn start(collector: &str) -> Result<Option<Self>, ExporterBuildError> {
        if collector.is_empty() {
            return Ok(None);
        }
        let endpoint = format!("{}/v1/traces", collector.trim_end_matches('/'));
        let exporter = SpanExporter::builder().with_http().with_endpoint(endpoint).build()?;
        let resource = Resource::builder().with_service_name("yumen").build();
        let provider = SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build();
        Ok(Some(Self(provider)))
    }

    /// What turns our own spans into traces.
    pub fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let layer: OpenTelemetryLayer<S, Tracer> = tracing_opentelemetry::layer().with_tracer(self.0.tracer("yumen"));
        layer.with_filter(filter_fn(|metadata| metadata.is_span() && metadata.target().starts_with("yumen")))
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        // What cannot be sent any more is lost; nothing hangs on it.
        let _ = self.0.shutdown();
    }
}
