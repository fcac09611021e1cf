//! Figures for Prometheus: what this process counts, and what is read from the database when it is asked.

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

/// The Grafana dashboard, as it is imported there.
pub const DASHBOARD: &str = include_str!("dashboard.json");

/// Where a measured time falls, in seconds.
const SECONDS: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0, 600.0];

/// Starts to count in this process.
///
/// # Errors
/// When this process counts already.
pub fn start() -> Result<PrometheusHandle, BuildError> {
    builder()?.install_recorder()
}

/// A recorder that is nobody else's.
///
/// # Errors
/// Never: the buckets are constants.
pub fn builder() -> Result<PrometheusBuilder, BuildError> {
    PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)
}
