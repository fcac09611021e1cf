//! What every handler may need, cheap to clone.

use std::{fmt, sync::Arc};

use metrics_exporter_prometheus::PrometheusHandle;

use super::streams::Streams;
use crate::app::{App, passwords::Passwords, sessions::Limits};

/// The state of the router.
#[derive(Clone)]
pub struct Site {
    /// The use cases.
    pub app: App,
    /// Checks passwords, a few at a time.
    pub passwords: Passwords,
    /// How Yumen is reached and in which mode.
    pub settings: Arc<Settings>,
    /// The connections that stay open to tell pages what changes.
    pub streams: Streams,
}

impl Site {
    /// Makes ready to serve `app`; takes the time of one password.
    ///
    /// # Errors
    /// When passwords cannot be hashed.
    pub fn new(app: App, settings: Settings) -> anyhow::Result<Self> {
        let passwords = Passwords::new(&app.sources().chance)?;
        Ok(Self { app, passwords, settings: Arc::new(settings), streams: Streams::default() })
    }
}

/// How Yumen is reached and in which mode.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address people use, without a slash at the end: `https://yumen.example.gov.cn`.
    pub public_url: String,
    /// Further origins that mean the same machine: `http://localhost:8080` beside `http://127.0.0.1:8080`.
    pub other_origins: Vec<String>,
    /// Whether this is the demonstration, where people enter as anybody.
    pub demo: bool,
    /// Whether the address of a client is what the proxy in front says.
    pub behind_proxy: bool,
    /// How long a session lasts.
    pub sessions: Limits,
    /// Who reads the figures of this process; nobody where there is none.
    pub figures: Option<Figures>,
}

/// The figures of this process, and the token that opens them.
#[derive(Clone)]
pub struct Figures {
    /// Shown as `Authorization: Bearer …`.
    pub token: String,
    /// What this process counts.
    pub counted: PrometheusHandle,
}

impl fmt::Debug for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Figures")
    }
}

impl Settings {
    /// Whether people reach Yumen by HTTPS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// The origins that our own pages have.
    pub fn origins(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.public_url.as_str()).chain(self.other_origins.iter().map(String::as_str))
    }
}
