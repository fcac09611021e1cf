//! One mail, one attempt: what the server gets, and how its answer is understood.

use std::time::Duration;

use yumen::{
    clock::Instant,
    language::{Lang, Text},
    notify::{
        mailer::{Delivery, Letter, LetterKey, Patience, Security},
        mails::{Frame, MailContext},
        templates::Templates,
    },
};

use super::server::{Server, mailer};

fn letter(occurrence: &str) -> Letter {
    Letter {
        key: LetterKey { occurrence: occurrence.to_owned(), thread: "case_1".to_owned() },
        name: "陈晓".to_owned(),
        address: "chen@wq.example".to_owned(),
        subject: "请审批：供水管网改造".to_owned(),
        text: "您好".to_owned(),
        html: "<p>您好</p>".to_owned(),
        date: Instant::from_timestamp(1_772_500_000, 0).unwrap(),
    }
}

#[tokio::test]
async fn every_mail_arrives_in_both_languages_encrypted_and_logged_in() {
    let server = Server::start();
    let (mailer, templates) = (server.mailer(), Templates::shipped().unwrap());
    let mut sent = Vec::new();
    for lang in [Lang::Zh, Lang::En] {
        for (n, sample) in MailContext::samples().iter().enumerate() {
            let base = letter(&format!("{n}/{}", lang.tag()));
            let frame = Frame { lang, recipient: &base.name, now: base.date, site: "https://yumen.example" };
            let mail = templates.render(sample, &frame).unwrap();
            let letter = Letter { subject: mail.subject, text: mail.text, html: mail.html, ..base };
            assert_eq!(mailer.deliver(&letter).await, Delivery::Sent);
            sent.push(letter);
        }
    }
    let taken = server.taken();
    assert_eq!(taken.len(), sent.len());
    for (mail, letter) in taken.iter().zip(&sent) {
        assert!(mail.envelope.encrypted);
        assert_eq!(mail.envelope.login.as_deref(), Some("yumen"));
        assert_eq!(mail.envelope.from, "yumen@yumen.example");
        assert_eq!(mail.envelope.to, ["chen@wq.example"]);
        assert_eq!(mail.header("Message-ID"), mailer.message_id(&letter.key));
        assert_eq!(mail.header("References"), mail.header("In-Reply-To"));
        assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
        assert!(mail.raw.is_ascii() && mail.raw.contains("charset=utf-8"));
    }
}

#[tokio::test]
async fn a_server_with_tls_from_the_first_byte_is_served_too() {
    let server = Server::start_implicit();
    let mut settings = server.settings();
    settings.security = Security::Implicit;
    assert_eq!(mailer(settings).deliver(&letter("a")).await, Delivery::Sent);
    assert!(server.taken()[0].envelope.encrypted);
}

#[tokio::test]
async fn temporary_answers_are_tried_again_and_final_ones_are_not() {
    let server = Server::start();
    server.answers(&["421", "451", "452", "550", "ok"]);
    let (mailer, letter) = (server.mailer(), letter("a"));
    for code in ["421 4.3.2", "451 4.7.1", "452 4.2.2"] {
        assert_eq!(mailer.deliver(&letter).await, Delivery::Retry(format!("smtp {code}")));
    }
    assert_eq!(mailer.deliver(&letter).await, Delivery::NoMailbox("smtp 550 5.1.1".to_owned()));
    assert_eq!(mailer.deliver(&letter).await, Delivery::Sent);
    assert_eq!(server.taken().len(), 1);
}

#[tokio::test]
async fn a_connection_cut_at_the_end_costs_one_duplicate_at_most_with_the_same_id() {
    let server = Server::start();
    server.answers(&["lose", "drop", "ok"]);
    let (mailer, letter) = (server.mailer(), letter("a"));
    assert_eq!(mailer.deliver(&letter).await, Delivery::Retry("connection".to_owned()));
    assert_eq!(mailer.deliver(&letter).await, Delivery::Retry("connection".to_owned()));
    assert_eq!(mailer.deliver(&letter).await, Delivery::Sent);
    let ids: Vec<_> = server.taken().iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!(ids, [mailer.message_id(&letter.key), mailer.message_id(&letter.key)]);
}

#[tokio::test]
async fn a_late_answer_to_the_message_is_waited_for() {
    let server = Server::start();
    server.answers(&["slow:2"]);
    let mut settings = server.settings();
    settings.patience.step = Duration::from_secs(1);
    assert_eq!(mailer(settings).deliver(&letter("a")).await, Delivery::Sent);
    assert_eq!(server.taken().len(), 1);
}

#[tokio::test]
async fn troubles_before_the_mail_is_named_say_nothing_about_the_mail() {
    let server = Server::start();
    let mut wrong_password = server.settings();
    wrong_password.login = Some(("yumen".to_owned(), "guess".to_owned()));
    let mut stranger = server.settings();
    stranger.certificate = None;
    let mut nobody = server.settings();
    nobody.port = 1;
    for (settings, reason) in [(wrong_password, "smtp 535 5.7.8"), (stranger, "tls"), (nobody, "connection")] {
        assert_eq!(mailer(settings).deliver(&letter("a")).await, Delivery::Retry(reason.to_owned()));
    }
    assert!(server.taken().is_empty());
}

#[tokio::test]
async fn a_server_that_says_nothing_is_left() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server::start();
    let mut settings = server.settings();
    settings.port = silent.local_addr().unwrap().port();
    settings.patience = Patience { step: Duration::from_millis(100), message: Duration::from_millis(100) };
    assert_eq!(mailer(settings).deliver(&letter("a")).await, Delivery::Retry("timeout".to_owned()));
}

#[tokio::test]
async fn starttls_is_never_skipped() {
    let server = Server::start_implicit();
    let plain = Server::start();
    let mut settings = plain.settings();
    // Talking STARTTLS to a server that speaks TLS from the first byte fails; it never falls back to plain text.
    settings.port = server.port;
    settings.patience.step = Duration::from_millis(500);
    assert!(matches!(mailer(settings).deliver(&letter("a")).await, Delivery::Retry(_)));
    assert!(server.taken().is_empty());
}

#[tokio::test]
async fn line_breaks_in_names_and_subjects_reach_nobody_else() {
    let server = Server::start();
    let (mailer, templates) = (server.mailer(), Templates::shipped().unwrap());
    let hostile = [
        "x\r\nBcc: evil@example.org",
        "x\nRCPT TO:<evil@example.org>",
        "x\r\n.\r\nMAIL FROM:<evil@example.org>\r\n",
        "x\" <evil@example.org>, \"y",
    ];
    for (n, text) in hostile.iter().enumerate() {
        let base = letter(&n.to_string());
        let mut sample = MailContext::samples().remove(0);
        if let MailContext::TaskAssigned(mail) = &mut sample {
            mail.case.number = (*text).to_owned();
            mail.case.title = Text::new(*text, *text);
            mail.step = Text::new(*text, *text);
            mail.sender = Some((*text).to_owned());
        }
        let frame = Frame { lang: Lang::Zh, recipient: text, now: base.date, site: "https://yumen.example" };
        let mail = templates.render(&sample, &frame).unwrap();
        assert_eq!(mail.subject.lines().count(), 1);
        let letter = Letter {
            name: (*text).to_owned(),
            subject: if n % 2 == 0 { mail.subject } else { (*text).to_owned() },
            text: format!("{}{text}\r\n.\r\nMAIL FROM:<evil@example.org>", mail.text),
            html: mail.html,
            ..base
        };
        assert_eq!(mailer.deliver(&letter).await, Delivery::Sent);
    }
    let taken = server.taken();
    assert_eq!(taken.len(), hostile.len());
    for mail in &taken {
        assert_eq!(mail.envelope.to, ["chen@wq.example"], "{}", mail.raw);
        let head = mail.raw.split("\r\n\r\n").next().unwrap();
        assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
        assert!(mail.header("To").ends_with("<chen@wq.example>"), "{head}");
    }
}
