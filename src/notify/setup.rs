//! From settings to a mailer.

use super::{
    folder::Folder,
    mailer::{BadSetting, Mailer, Patience, Security, Sender, Smtp, SmtpSettings, Way},
};
use crate::config::{Mail, MailMode, Tls};

/// The mailer that the settings describe. Nothing is connected yet.
///
/// # Errors
/// A setting that cannot work.
pub fn mailer(settings: &Mail) -> Result<Mailer, BadSetting> {
    let way = match settings.mode {
        MailMode::Folder => Way::Folder(Folder::new(&settings.folder)),
        MailMode::Smtp => Way::Smtp(Box::new(Smtp::new(smtp(settings)?)?)),
    };
    Mailer::new(&sender(&settings.from), way)
}

fn smtp(settings: &Mail) -> Result<SmtpSettings, BadSetting> {
    let smtp = &settings.smtp;
    let certificate = smtp.certificate_file.as_ref().map(std::fs::read_to_string).transpose();
    Ok(SmtpSettings {
        host: smtp.host.clone(),
        port: smtp.port,
        security: match smtp.tls {
            Tls::Tls => Security::Implicit,
            Tls::Starttls => Security::StartTls,
            Tls::None => Security::PlainOnLoopback,
        },
        certificate: certificate.map_err(|why| BadSetting::Certificate(why.to_string()))?,
        login: (!smtp.user.is_empty()).then(|| (smtp.user.clone(), smtp.password.reveal().to_owned())),
        patience: Patience::default(),
    })
}

/// Reads `Name <address>`, or a bare address.
fn sender(text: &str) -> Sender {
    let (name, address) = match text.rsplit_once('<') {
        Some((name, address)) => (name.trim().trim_matches('"'), address.trim_end().trim_end_matches('>')),
        None => ("", text.trim()),
    };
    Sender { name: name.to_owned(), address: address.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_make_a_mailer_and_nonsense_is_refused() {
        assert!(mailer(&Mail::default()).is_ok());
        for from in ["", "Yumen", "Yumen <>", "Yumen <a b@c>", "a@b, c@d"] {
            let settings = Mail { from: from.to_owned(), ..Mail::default() };
            assert!(matches!(mailer(&settings), Err(BadSetting::Sender)), "{from}");
        }
        let mut open = Mail { mode: MailMode::Smtp, ..Mail::default() };
        open.smtp.host = "mail.example.org".to_owned();
        open.smtp.tls = Tls::None;
        assert!(matches!(mailer(&open), Err(BadSetting::PlainBeyondLoopback)));
    }

    #[test]
    fn a_sender_may_have_a_name() {
        let read = |text| {
            let sender = sender(text);
            (sender.name, sender.address)
        };
        assert_eq!(read("玉门 <yumen@wq.example>"), ("玉门".to_owned(), "yumen@wq.example".to_owned()));
        assert_eq!(read("\"Yu, men\" <yumen@wq.example>"), ("Yu, men".to_owned(), "yumen@wq.example".to_owned()));
        assert_eq!(read("yumen@wq.example"), (String::new(), "yumen@wq.example".to_owned()));
    }
}
