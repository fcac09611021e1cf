//! The mail server of `tests/smtp/server.py`, one for each test.

use std::{
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, ChildStdin, Command, Stdio},
    time::Duration,
};

use serde::Deserialize;
use yumen::notify::mailer::{Mailer, Patience, Security, Sender, Smtp, SmtpSettings, Way};

/// A running mail server; it ends with the test.
pub struct Server {
    /// Its port.
    pub port: u16,
    folder: tempfile::TempDir,
    process: Child,
    _open: ChildStdin,
}

/// A message the server took.
#[derive(Debug)]
pub struct Taken {
    /// As it came.
    pub raw: String,
    /// How it came.
    pub envelope: Envelope,
}

/// How a message came.
#[derive(Debug, Deserialize)]
pub struct Envelope {
    /// MAIL FROM.
    pub from: String,
    /// RCPT TO.
    pub to: Vec<String>,
    /// Whether the connection was.
    pub encrypted: bool,
    /// Who logged in.
    pub login: Option<String>,
}

impl Taken {
    /// A header, unfolded.
    pub fn header(&self, name: &str) -> String {
        let head = self.raw.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
        let start = format!("{name}: ");
        let mut found = head.lines().filter_map(|line| line.strip_prefix(&start));
        let value = found.next().unwrap_or_else(|| panic!("no {name} in {head}")).to_owned();
        assert_eq!(found.next(), None, "{name} twice in {head}");
        value
    }
}

impl Server {
    /// A server with STARTTLS.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// A server with TLS from the first byte.
    pub fn start_implicit() -> Self {
        Self::start_with(&["--implicit-tls"])
    }

    fn start_with(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/smtp/server.py");
        let mut process = Command::new("/usr/bin/python3")
            .arg(script)
            .arg(folder.path())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().parse().expect("the mail server says its port; python3-aiosmtpd must be installed");
        let open = process.stdin.take().unwrap();
        Self { port, folder, process, _open: open }
    }

    /// What the next deliveries meet.
    pub fn answers(&self, words: &[&str]) {
        std::fs::write(self.folder.path().join("answers"), words.join("\n")).unwrap();
    }

    /// Every connection is cut from now on.
    pub fn goes_down(&self) {
        std::fs::write(self.folder.path().join("down"), "").unwrap();
    }

    /// Connections are taken again.
    pub fn comes_up(&self) {
        std::fs::remove_file(self.folder.path().join("down")).unwrap();
    }

    /// How a server that is started by itself reaches it, as environment variables.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("YUMEN_MAIL__MODE", "smtp".to_owned()),
            ("YUMEN_MAIL__FROM", "玉门 <yumen@yumen.example>".to_owned()),
            ("YUMEN_MAIL__SMTP__HOST", "localhost".to_owned()),
            ("YUMEN_MAIL__SMTP__PORT", self.port.to_string()),
            ("YUMEN_MAIL__SMTP__USER", "yumen".to_owned()),
            ("YUMEN_MAIL__SMTP__PASSWORD", "secret".to_owned()),
            ("YUMEN_MAIL__SMTP__CERTIFICATE_FILE", self.folder.path().join("certificate.pem").display().to_string()),
        ]
    }

    /// How to reach it as it wants to be reached.
    pub fn settings(&self) -> SmtpSettings {
        SmtpSettings {
            host: "localhost".to_owned(),
            port: self.port,
            security: Security::StartTls,
            certificate: Some(std::fs::read_to_string(self.folder.path().join("certificate.pem")).unwrap()),
            login: Some(("yumen".to_owned(), "secret".to_owned())),
            patience: Patience { step: Duration::from_secs(5), message: Duration::from_secs(10) },
        }
    }

    /// Sends to it.
    pub fn mailer(&self) -> Mailer {
        mailer(self.settings())
    }

    /// What it took, in order.
    pub fn taken(&self) -> Vec<Taken> {
        let at = |number: usize, ending: &str| -> PathBuf {
            self.folder.path().join("messages").join(format!("{number}.{ending}"))
        };
        (1..)
            .take_while(|number| at(*number, "eml").exists())
            .map(|number| Taken {
                raw: std::fs::read_to_string(at(number, "eml")).unwrap(),
                envelope: serde_json::from_str(&std::fs::read_to_string(at(number, "json")).unwrap()).unwrap(),
            })
            .collect()
    }
}

/// Sends by these settings.
pub fn mailer(settings: SmtpSettings) -> Mailer {
    let sender = Sender { name: "玉门".to_owned(), address: "yumen@yumen.example".to_owned() };
    Mailer::new(&sender, Way::Smtp(Box::new(Smtp::new(settings).unwrap()))).unwrap()
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
