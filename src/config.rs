//! Settings: one commented file, then the environment. What nobody knows is refused, with the key and what is expected.

use std::{fmt, net::SocketAddr, path::Path, path::PathBuf};

use figment::{
    Figment,
    providers::{Env, Format as _, Serialized, Toml},
};
use serde::{Deserialize, Serialize};

/// The commented example, which is also the documentation of every key.
pub const EXAMPLE: &str = include_str!("config.example.toml");

/// A shorter token could be guessed.
const METRICS_TOKEN_CHARS_MIN: usize = 20;

/// Everything that can be set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The database's URL.
    pub database: Secret,
    /// The folder of the place's own definitions, mandates and policy; the shipped ones where there is none.
    pub workflows: Option<PathBuf>,
    /// Where the server listens.
    pub listen: SocketAddr,
    /// The address people use.
    pub public_url: String,
    /// Whether `X-Forwarded-For` is believed.
    pub behind_proxy: bool,
    /// How mail leaves.
    pub mail: Mail,
    /// How long a session lasts.
    pub sessions: Sessions,
    /// What is bounded.
    pub limits: Limits,
    /// What is logged, and how.
    pub log: Log,
    /// What operators measure.
    pub telemetry: Telemetry,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            database: Secret("sqlite://yumen.db".into()),
            workflows: None,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: "http://127.0.0.1:8080".into(),
            behind_proxy: false,
            mail: Mail::default(),
            sessions: Sessions::default(),
            limits: Limits::default(),
            log: Log::default(),
            telemetry: Telemetry::default(),
        }
    }
}

/// How mail leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mail {
    /// Into a folder or by SMTP.
    pub mode: MailMode,
    /// The folder.
    pub folder: PathBuf,
    /// The sender.
    pub from: String,
    /// The server.
    pub smtp: Smtp,
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            mode: MailMode::Folder,
            folder: "mail".into(),
            from: "Yumen <yumen@localhost>".into(),
            smtp: Smtp::default(),
        }
    }
}

/// Where mail goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailMode {
    /// Into a folder, one file each.
    Folder,
    /// To a server.
    Smtp,
}

/// The mail server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Smtp {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: Tls,
    /// Who signs in; empty for nobody.
    pub user: String,
    /// With which password.
    pub password: Secret,
    /// Or with the one in this file.
    pub password_file: Option<PathBuf>,
    /// A certificate to trust besides the public ones, as PEM.
    pub certificate_file: Option<PathBuf>,
}

impl Default for Smtp {
    fn default() -> Self {
        Self {
            host: String::new(),
            port: 587,
            tls: Tls::Starttls,
            user: String::new(),
            password: Secret::default(),
            password_file: None,
            certificate_file: None,
        }
    }
}

/// How a connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// TLS from the first byte.
    Tls,
    /// Plain first, then TLS or nothing at all.
    Starttls,
    /// Plain: this machine only.
    None,
}

/// How long a session lasts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sessions {
    /// Minutes without a request.
    pub idle_minutes: u32,
    /// Hours in any case.
    pub absolute_hours: u32,
}

impl Default for Sessions {
    fn default() -> Self {
        Self { idle_minutes: 30, absolute_hours: 12 }
    }
}

/// What is bounded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Connections at a time.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connections: 1000 }
    }
}

/// What is logged, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// As text or JSON.
    pub format: LogFormat,
    /// What, as tracing's filters have it.
    pub filter: String,
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Auto, filter: "info,sea_orm_migration=warn".into() }
    }
}

/// What operators measure.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Telemetry {
    /// The token with which `/metrics` is read; empty for nobody.
    pub metrics_token: Secret,
    /// The OpenTelemetry collector that traces are sent to; empty for none.
    pub collector: String,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    Auto,
    /// Text.
    Text,
    /// JSON.
    Json,
}

/// A text that is never shown.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The text itself, for whoever connects with it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "(empty)" } else { "(secret)" })
    }
}

/// The settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigFault {
    /// A key or a value is wrong; the message names both and the place.
    #[error("{0}")]
    Keys(String),
    /// A value is well-formed and still makes no sense.
    #[error("{key}: {expected}")]
    Value {
        /// The key.
        key: &'static str,
        /// What is expected instead.
        expected: String,
    },
}

impl Config {
    /// Reads `file`, if one is given, then the environment.
    ///
    /// # Errors
    /// [`ConfigFault`] names the key, where it stands and what is expected.
    pub fn read(file: Option<&Path>) -> Result<Self, ConfigFault> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if let Some(file) = file {
            figment = figment.merge(Toml::file_exact(file));
        }
        let config: Self = figment
            .merge(Env::prefixed("YUMEN_").filter(|key| is_setting(key.as_str())).split("__"))
            .extract()
            .map_err(|fault| ConfigFault::Keys(told(fault)))?;
        config.checked()
    }

    fn checked(mut self) -> Result<Self, ConfigFault> {
        let fault = |key, expected: &str| ConfigFault::Value { key, expected: expected.to_owned() };
        if !self.database.reveal().starts_with("sqlite:") && !self.database.reveal().starts_with("postgres") {
            return Err(fault("database", "expected a URL that begins with sqlite:// or postgres://"));
        }
        self.public_url = self.public_url.trim_end_matches('/').to_owned();
        let host = self.public_url.strip_prefix("https://").or_else(|| self.public_url.strip_prefix("http://"));
        if host.is_none_or(|host| host.is_empty() || host.contains(['/', '?', '#', ' '])) {
            return Err(fault("public_url", "expected http:// or https:// and a host, without a path"));
        }
        if self.mail.mode == MailMode::Smtp && self.mail.smtp.host.is_empty() {
            return Err(fault("mail.smtp.host", "expected the name of the mail server, since mail.mode is smtp"));
        }
        if let Some(path) = &self.mail.smtp.password_file {
            let password = std::fs::read_to_string(path)
                .map_err(|why| fault("mail.smtp.password_file", &format!("cannot read {}: {why}", path.display())))?;
            self.mail.smtp.password = Secret(password.trim_end_matches(['\r', '\n']).to_owned());
        }
        if self.sessions.idle_minutes == 0 || self.sessions.absolute_hours == 0 {
            return Err(fault("sessions", "expected idle_minutes and absolute_hours above zero"));
        }
        let token = self.telemetry.metrics_token.reveal();
        if !token.is_empty() && token.len() < METRICS_TOKEN_CHARS_MIN {
            return Err(fault("telemetry.metrics_token", "expected at least 20 characters, or nothing"));
        }
        if !self.telemetry.collector.is_empty() && !self.telemetry.collector.starts_with("http://") {
            return Err(fault("telemetry.collector", "expected http:// and a host, the collector's HTTP port with it"));
        }
        if self.limits.connections == 0 {
            return Err(fault("limits.connections", "expected a number above zero"));
        }
        Ok(self)
    }
}

/// Every problem in one text: the key, where it stands, what is expected. Values are left out, they may be secrets.
fn told(fault: figment::Error) -> String {
    let lines: Vec<String> = fault
        .into_iter()
        .map(|one| {
            let place = one.metadata.as_ref().map(|m| {
                let source = m.source.as_ref().map_or_else(|| m.name.to_string(), ToString::to_string);
                format!(" in {source}")
            });
            let key = if one.path.is_empty() { String::new() } else { format!("{}: ", one.path.join(".")) };
            let what = match &one.kind {
                figment::error::Kind::UnknownField(key, known) => {
                    format!("unknown key “{key}”; expected one of {}", known.join(", "))
                }
                figment::error::Kind::UnknownVariant(_, known) => format!("expected one of {}", known.join(", ")),
                figment::error::Kind::InvalidType(_, expected) | figment::error::Kind::InvalidValue(_, expected) => {
                    format!("expected {expected}")
                }
                figment::error::Kind::Message(_)
                | figment::error::Kind::InvalidLength(..)
                | figment::error::Kind::MissingField(_)
                | figment::error::Kind::DuplicateField(_)
                | figment::error::Kind::ISizeOutOfRange(_)
                | figment::error::Kind::USizeOutOfRange(_)
                | figment::error::Kind::Unsupported(_)
                | figment::error::Kind::UnsupportedKey(..) => one.kind.to_string(),
            };
            format!("{key}{what}{}", place.unwrap_or_default())
        })
        .collect();
    lines.join("\n")
}

/// What the command line and the tests take from the environment is no setting.
fn is_setting(key: &str) -> bool {
    let key = key.to_ascii_uppercase();
    key != "CONFIG" && !key.starts_with("TEST_")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(toml: &str) -> Result<Config, ConfigFault> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("yumen.toml");
        std::fs::write(&path, toml).unwrap();
        Config::read(Some(&path))
    }

    #[test]
    fn the_example_says_the_defaults() {
        let mut seen = std::collections::BTreeSet::new();
        let settings: String = EXAMPLE
            .lines()
            .filter_map(|line| match line.strip_prefix("# ") {
                Some(line) if line.split_once(" = ").is_some_and(|(key, _)| !key.contains([' ', ','])) => Some(line),
                Some(_) => None,
                None => Some(line),
            })
            .filter(|line| line.starts_with('[') || seen.insert(line.to_string()) && !line.contains("example.gov.cn"))
            .filter(|line| {
                !line.starts_with("user =")
                    && !line.starts_with("workflows =")
                    && !line.starts_with("password_file =")
                    && !line.starts_with("certificate_file =")
            })
            .map(|line| format!("{line}\n"))
            .collect();
        assert_eq!(read(&settings).unwrap(), Config::default(), "{settings}");
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_name_and_its_neighbours() {
        let told = read("[mail.smtp]\nhosst = \"a\"\n").unwrap_err().to_string();
        assert!(told.contains("hosst") && told.contains("password_file") && told.contains("mail.smtp"), "{told}");
    }

    #[test]
    fn a_wrong_value_says_what_is_expected() {
        let told = read("[mail]\nmode = \"pigeon\"\n").unwrap_err().to_string();
        assert!(told.contains("mail.mode") && told.contains("folder"), "{told}");
        let told = read("public_url = \"yumen.example\"\n").unwrap_err().to_string();
        assert!(told.contains("public_url") && told.contains("https://"), "{told}");
        let told = read("[mail]\nmode = \"smtp\"\n").unwrap_err().to_string();
        assert!(told.contains("mail.smtp.host"), "{told}");
    }

    #[test]
    fn secrets_are_never_shown() {
        let config = read("database = \"postgres://a:hush@h/d\"\n[mail.smtp]\npassword = \"hush\"\n").unwrap();
        assert_eq!(config.mail.smtp.password.reveal(), "hush");
        assert!(!format!("{config:?}").contains("hush"));
        let told = read("[mail]\nsmtp = \"hush\"\n").unwrap_err().to_string();
        assert!(!told.contains("hush"), "{told}");
    }
}
