//! What a running Yumen tells its operators: log lines, traces where a collector is named, figures for Prometheus.
//!
//! A log line reads alone, has dotted fields (`case.id`), is written once, and holds nobody's data. Spans go to the
//! collector and never into the log.

pub mod figures;
mod traces;

use std::io::IsTerminal as _;

use tracing_subscriber::{
    EnvFilter, Layer as _, filter::filter_fn, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

use self::traces::Traces;
use crate::config::{Config, LogFormat};

/// Keeps what was started; dropped last, it sends the spans that are left.
#[must_use = "dropped at once, it would tell nothing"]
pub struct Telemetry {
    _traces: Option<Traces>,
}

/// Starts logging to standard error, and tracing where a collector is named. A filter that cannot be read falls back to
/// `info`, and says so.
pub fn start(config: &Config) -> Telemetry {
    let log = &config.log;
    let (filter, unreadable) = match EnvFilter::try_new(&log.filter) {
        Ok(filter) => (filter, None),
        Err(why) => (EnvFilter::new("info"), Some(why)),
    };
    let json = match log.format {
        LogFormat::Json => true,
        LogFormat::Text => false,
        LogFormat::Auto => !std::io::stderr().is_terminal(),
    };
    let lines = if json {
        fmt::layer().json().flatten_event(true).with_writer(std::io::stderr).boxed()
    } else {
        let colours = std::io::stderr().is_terminal();
        fmt::layer().with_target(false).with_ansi(colours).with_writer(std::io::stderr).boxed()
    };
    let lines = lines.with_filter(filter_fn(|metadata| metadata.is_event())).with_filter(filter);
    let (traces, silent) = match Traces::start(&config.telemetry.collector) {
        Ok(traces) => (traces, None),
        Err(why) => (None, Some(why)),
    };
    let registry = tracing_subscriber::registry().with(lines).with(traces.as_ref().map(Traces::layer));
    // A second start keeps the first subscriber: tests and embedders have their own.
    let _ = registry.try_init();
    if let Some(why) = unreadable {
        tracing::warn!(reason = %why, "log.filter cannot be read, logging at info");
    }
    if let Some(why) = silent {
        tracing::warn!(reason = %why, "the collector of traces cannot be used; nothing is traced");
    }
    Telemetry { _traces: traces }
}
