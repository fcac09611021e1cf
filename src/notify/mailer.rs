//! How mail leaves. The only file that speaks SMTP.

use std::{net::IpAddr, str::FromStr as _, sync::Mutex, time::Duration};

use lettre::{
    Address, Message,
    message::{Mailbox, MultiPart, header},
    transport::smtp::{
        Error as SmtpError,
        authentication::{Credentials, Mechanism},
        client::{AsyncSmtpConnection, Certificate, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::ClientId,
    },
};
use tokio::time::timeout;

use super::{folder::Folder, wording::one_line};
use crate::clock::Instant;

/// A mail that is ready to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Identifies the occasion and the recipient; the same for every attempt.
    pub key: LetterKey,
    /// The recipient's name.
    pub name: String,
    /// The recipient's address.
    pub address: String,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// When it was written.
    pub date: Instant,
}

/// What a mail's Message-ID and thread follow from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterKey {
    /// The occurrence of the outbox row.
    pub occurrence: String,
    /// What mails about the same case have in common.
    pub thread: String,
}

/// Who mails come from.
#[derive(Debug, Clone)]
pub struct Sender {
    /// The name shown.
    pub name: String,
    /// The address; its domain ends every Message-ID.
    pub address: String,
}

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// The next server, or the folder, has taken it.
    Sent,
    /// It may work later.
    Retry(String),
    /// It will never work. The reason holds no personal data: a code or a word.
    Refused(String),
    /// The recipient's mailbox takes no mail, this one or any other.
    NoMailbox(String),
}

/// A setting that cannot work.
#[derive(Debug, thiserror::Error)]
pub enum BadSetting {
    /// The sender's address.
    #[error("the sender's address is not an e-mail address")]
    Sender,
    /// Mail, and with it a password, would travel in the open.
    #[error("mail without TLS is possible to a server on this machine only")]
    PlainBeyondLoopback,
    /// The certificate.
    #[error("the certificate for the mail server cannot be read: {0}")]
    Certificate(String),
}

/// Sends mail from one sender.
pub struct Mailer {
    from: Mailbox,
    way: Way,
}

/// Where mail goes.
pub enum Way {
    /// To a server.
    Smtp(Box<Smtp>),
    /// Into a folder, as `.eml` files with an index.
    Folder(Folder),
    /// Nowhere: kept for tests to read.
    Memory(Mutex<Vec<Letter>>),
}

/// How to reach the server.
#[derive(Clone)]
pub struct SmtpSettings {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// A certificate to trust besides the public ones, as PEM.
    pub certificate: Option<String>,
    /// User and password.
    pub login: Option<(String, String)>,
    /// How long each step may take, and the answer to the message itself.
    pub patience: Patience,
}

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte (port 465).
    Implicit,
    /// STARTTLS, and nothing without it (port 587).
    StartTls,
    /// None; for a server on this machine.
    PlainOnLoopback,
}

/// How long to wait.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For connecting, and for the answer to each command.
    pub step: Duration,
    /// For the answer at the end of the message. Whoever gives up here sends twice: RFC 5321 4.5.3.2.6 says ten minutes.
    pub message: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { step: Duration::from_secs(60), message: Duration::from_secs(600) }
    }
}

/// A server that mail is given to.
pub struct Smtp {
    settings: SmtpSettings,
    tls: Option<TlsParameters>,
}

impl Mailer {
    /// Mail from `sender`, by `way`.
    ///
    /// # Errors
    /// The sender's address is none.
    pub fn new(sender: &Sender, way: Way) -> Result<Self, BadSetting> {
        let address = Address::from_str(&sender.address).map_err(|_| BadSetting::Sender)?;
        let name = Some(one_line(&sender.name)).filter(|name| !name.is_empty());
        Ok(Self { from: Mailbox::new(name, address), way })
    }

    /// Mail that is kept in memory, from a made-up sender.
    ///
    /// # Errors
    /// Never: the address is one.
    pub fn memory() -> Result<Self, BadSetting> {
        let sender = Sender { name: "玉门".to_owned(), address: "yumen@yumen.example".to_owned() };
        Self::new(&sender, Way::Memory(Mutex::new(Vec::new())))
    }

    /// What a mailer in memory has been given so far, oldest first.
    #[must_use]
    pub fn kept(&self) -> Vec<Letter> {
        match &self.way {
            Way::Memory(letters) => letters.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone(),
            Way::Smtp(_) | Way::Folder(_) => Vec::new(),
        }
    }

    /// The Message-ID of a mail, the same for every attempt.
    #[must_use]
    pub fn message_id(&self, key: &LetterKey) -> String {
        format!("<{}@{}>", digest(&key.occurrence), self.from.email.domain())
    }

    /// Sends a mail once.
    pub async fn deliver(&self, letter: &Letter) -> Delivery {
        let Ok(to) = Address::from_str(&letter.address) else {
            return Delivery::Refused("not an e-mail address".to_owned());
        };
        let message = match self.message(letter, to) {
            Ok(message) => message,
            Err(error) => return Delivery::Refused(format!("cannot be written as a message: {error}")),
        };
        match &self.way {
            Way::Smtp(smtp) => smtp.deliver(&message).await,
            Way::Folder(folder) => {
                match folder.keep(&digest(&letter.key.occurrence), letter, &message.formatted()).await {
                    Ok(()) => Delivery::Sent,
                    Err(error) => Delivery::Retry(format!("folder: {}", error.kind())),
                }
            }
            Way::Memory(letters) => {
                letters.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(letter.clone());
                Delivery::Sent
            }
        }
    }

    fn message(&self, letter: &Letter, to: Address) -> Result<Message, lettre::error::Error> {
        let thread = format!("<{}@{}>", digest(&letter.key.thread), self.from.email.domain());
        let name = Some(one_line(&letter.name)).filter(|name| !name.is_empty());
        let body = MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone());
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(name, to))
            .subject(one_line(&letter.subject))
            .date(letter.date.into())
            .message_id(Some(self.message_id(&letter.key)))
            .in_reply_to(thread.clone())
            .references(thread)
            .header(AutoSubmitted)
            .multipart(body)
    }
}

/// Tells other machines not to answer: RFC 3834.
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl header::Header for AutoSubmitted {
    fn name() -> header::HeaderName {
        header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> header::HeaderValue {
        header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

fn digest(text: &str) -> String {
    use sm3::Digest as _;
    hex::encode(&sm3::Sm3::digest(text.as_bytes())[..16])
}

/// How far a conversation with the server had come when it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The server, the connection or the login: says nothing about the mail.
    Meeting,
    /// The change to TLS.
    Securing,
    /// Who the mail is for.
    Recipient,
    /// The mail itself.
    Mail,
}

impl Smtp {
    /// A server, checked but not yet reached.
    ///
    /// # Errors
    /// No TLS beyond this machine, or a certificate that is none.
    pub fn new(settings: SmtpSettings) -> Result<Self, BadSetting> {
        let tls = match settings.security {
            Security::Implicit | Security::StartTls => Some(tls_of(&settings)?),
            Security::PlainOnLoopback if is_loopback(&settings.host) => None,
            Security::PlainOnLoopback => return Err(BadSetting::PlainBeyondLoopback),
        };
        Ok(Self { settings, tls })
    }

    async fn deliver(&self, message: &Message) -> Delivery {
        let mut connection = match timeout(self.settings.patience.step * 3, self.connect(message)).await {
            Ok(Ok(connection)) => connection,
            Ok(Err((stage, error))) => return verdict(stage, &error),
            Err(_) => return Delivery::Retry("timeout".to_owned()),
        };
        let delivery = self.hand_over(&mut connection, message).await;
        // The mail's fate is known by now; a goodbye that fails changes nothing.
        let _ = timeout(Duration::from_secs(2), connection.abort()).await;
        delivery
    }

    async fn connect(&self, message: &Message) -> Result<AsyncSmtpConnection, (Stage, SmtpError)> {
        let settings = &self.settings;
        let domain = message.envelope().from().map_or("localhost", Address::domain);
        let hello = ClientId::Domain(domain.to_owned());
        let implicit = self.tls.clone().filter(|_| settings.security == Security::Implicit);
        let server = (settings.host.as_str(), settings.port);
        let step = Some(settings.patience.step);
        let mut connection = AsyncSmtpConnection::connect_tokio1(server, step, &hello, implicit, None)
            .await
            .map_err(|error| (Stage::Meeting, error))?;
        if let (Security::StartTls, Some(tls)) = (settings.security, self.tls.clone()) {
            connection.starttls(tls, &hello).await.map_err(|error| (Stage::Securing, error))?;
        }
        if let Some((user, password)) = &settings.login {
            let credentials = Credentials::new(user.clone(), password.clone());
            let login = connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await;
            login.map_err(|error| (Stage::Meeting, error))?;
        }
        Ok(connection)
    }

    async fn hand_over(&self, connection: &mut AsyncSmtpConnection, message: &Message) -> Delivery {
        let Patience { step, message: end } = self.settings.patience;
        let envelope = message.envelope();
        let opening = async {
            let of_mail = |error| (Stage::Mail, error);
            connection.command(Mail::new(envelope.from().cloned(), Vec::new())).await.map_err(of_mail)?;
            for to in envelope.to() {
                let named = connection.command(Rcpt::new(to.clone(), Vec::new())).await;
                named.map_err(|error| (Stage::Recipient, error))?;
            }
            connection.command(Data).await.map_err(of_mail)
        };
        match timeout(step * 3, opening).await {
            Ok(Ok(_)) => {}
            Ok(Err((stage, error))) => return verdict(stage, &error),
            Err(_) => return Delivery::Retry("timeout".to_owned()),
        }
        match timeout(end, connection.message(&message.formatted())).await {
            Ok(Ok(_)) => Delivery::Sent,
            Ok(Err(error)) => verdict(Stage::Mail, &error),
            Err(_) => Delivery::Retry("timeout at the end of the message".to_owned()),
        }
    }
}

/// What an error means. Of the server's words the codes alone are kept: the rest often holds the address.
fn verdict(stage: Stage, error: &SmtpError) -> Delivery {
    let code = error.status().map(u16::from);
    let enhanced = std::error::Error::source(error).and_then(|words| enhanced_code(&words.to_string()));
    let said = |code: u16| match &enhanced {
        Some(enhanced) => format!("smtp {code} {enhanced}"),
        None => format!("smtp {code}"),
    };
    let about_mail = matches!(stage, Stage::Mail | Stage::Recipient);
    match code {
        // 530, 535 and 538 ask for a login: a matter of settings, not of the mail.
        Some(code) if error.is_permanent() && about_mail && !matches!(code, 530 | 535 | 538) => {
            if stage == Stage::Recipient && names_no_mailbox(code, enhanced.as_deref()) {
                Delivery::NoMailbox(said(code))
            } else {
                Delivery::Refused(said(code))
            }
        }
        Some(code) => Delivery::Retry(said(code)),
        None if error.is_timeout() => Delivery::Retry("timeout".to_owned()),
        None if error.is_tls() || stage == Stage::Securing => Delivery::Retry("tls".to_owned()),
        None if error.is_client() => Delivery::Retry("not offered by the server".to_owned()),
        None => Delivery::Retry("connection".to_owned()),
    }
}

/// Whether the answer to a recipient says that there is no such mailbox, or that it is closed (RFC 5321 4.2.3, RFC 3463
/// 3.2 and 3.3). A full one (552), and what the server thinks of the sender (5.7.x), say nothing of the kind.
fn names_no_mailbox(code: u16, enhanced: Option<&str>) -> bool {
    matches!(code, 550 | 551 | 553 | 556) && enhanced.is_none_or(|code| code.starts_with("5.1.") || code == "5.2.1")
}

/// The enhanced status code (RFC 3463) at the beginning of an answer, such as `5.1.1`.
fn enhanced_code(words: &str) -> Option<String> {
    let first = words.split_whitespace().next()?;
    let parts: Vec<&str> = first.split('.').collect();
    let is_number = |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let is_code = parts.len() == 3 && matches!(parts[0], "4" | "5") && parts.iter().all(is_number);
    is_code.then(|| first.to_owned())
}

fn tls_of(settings: &SmtpSettings) -> Result<TlsParameters, BadSetting> {
    let bad = |error: SmtpError| BadSetting::Certificate(error.to_string());
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(pem) = &settings.certificate {
        builder = builder.add_root_certificate(Certificate::from_pem(pem.as_bytes()).map_err(bad)?);
    }
    builder.build().map_err(bad)
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_server_says_of_the_mailbox_condemns_it() {
        for (code, words, condemns) in [
            (550, "5.1.1 <a@b.example> unknown", true),
            (550, "5.2.1 mailbox disabled", true),
            (550, "no such user", true),
            (553, "5.1.3 bad address", true),
            (550, "5.7.1 relaying denied", false),
            (550, "5.2.2 over quota", false),
            (552, "5.2.2 mailbox full", false),
            (554, "5.1.1 of something else", false),
        ] {
            assert_eq!(names_no_mailbox(code, enhanced_code(words).as_deref()), condemns, "{code} {words}");
        }
        assert_eq!(enhanced_code("5.1.1 <chen@wq.example> unknown").as_deref(), Some("5.1.1"));
        assert_eq!(enhanced_code("chen@wq.example 5.1.1"), None, "nothing but a code is kept");
    }

    fn letter(name: &str, subject: &str) -> Letter {
        Letter {
            key: LetterKey { occurrence: "case_1/3/task-assigned/person_1".into(), thread: "case_1".into() },
            name: name.to_owned(),
            address: "chen@wq.example".to_owned(),
            subject: subject.to_owned(),
            text: "您好".to_owned(),
            html: "<p>您好</p>".to_owned(),
            date: Instant::from_timestamp(1_772_500_000, 0).unwrap(),
        }
    }

    fn written(letter: &Letter) -> (Message, String) {
        let to = Address::from_str(&letter.address).unwrap();
        let message = Mailer::memory().unwrap().message(letter, to).unwrap();
        let text = String::from_utf8(message.formatted()).unwrap();
        (message, text)
    }

    #[test]
    fn a_mail_has_the_headers_that_mail_programs_need() {
        let (_, text) = written(&letter("陈晓", "请审批"));
        for header in [
            "Auto-Submitted: auto-generated",
            "Date: Tue, 03 Mar 2026 01:06:40 +0000",
            "Content-Type: multipart/alternative",
            "In-Reply-To: <",
            "References: <",
            "@yumen.example>",
        ] {
            assert!(text.contains(header), "{header}\n{text}");
        }
        let id = |text: &str| text.lines().find(|line| line.starts_with("Message-ID")).map(str::to_owned);
        assert_eq!(id(&text), id(&written(&letter("别人", "again")).1));
    }

    #[test]
    fn a_name_or_subject_with_line_breaks_adds_no_header_and_no_recipient() {
        let hostile = [
            "x\r\nBcc: evil@example.org",
            "x\nBcc: evil@example.org",
            "x\rTo: evil@example.org",
            "x\u{2028}Bcc: evil@example.org",
            "\"x\" <evil@example.org>, <more@example.org>",
            "x\0\u{8}\r\n\r\n.\r\nMAIL FROM:<evil@example.org>",
            "\r\n",
            "",
        ];
        for text in hostile {
            let (message, written) = written(&letter(text, text));
            assert_eq!(message.envelope().to().len(), 1, "{text:?}");
            let headers = written.split("\r\n\r\n").next().unwrap();
            let names: Vec<_> = headers.lines().filter(|line| !line.starts_with([' ', '\t'])).collect();
            assert!(!names.iter().any(|line| line.starts_with("Bcc")), "{headers}");
            assert_eq!(names.iter().filter(|line| line.starts_with("To:")).count(), 1, "{headers}");
        }
    }

    #[tokio::test]
    async fn an_address_that_is_none_is_refused() {
        for address in ["", "chen", "a@b@c", "chen@wq.example\r\nRCPT TO:<x@y.example>", "<chen@wq.example>"] {
            let letter = Letter { address: address.to_owned(), ..letter("陈晓", "x") };
            let delivery = Mailer::memory().unwrap().deliver(&letter).await;
            assert!(matches!(delivery, Delivery::Refused(_)), "{address:?}");
        }
    }

    #[test]
    fn mail_in_the_open_stays_on_this_machine() {
        let settings = |host: &str| SmtpSettings {
            host: host.to_owned(),
            port: 25,
            security: Security::PlainOnLoopback,
            certificate: None,
            login: None,
            patience: Patience::default(),
        };
        for host in ["localhost", "127.0.0.1", "::1"] {
            assert!(Smtp::new(settings(host)).is_ok(), "{host}");
        }
        for host in ["mail.example.org", "10.0.0.1", "localhost.example.org"] {
            assert!(matches!(Smtp::new(settings(host)), Err(BadSetting::PlainBeyondLoopback)), "{host}");
        }
    }
}
