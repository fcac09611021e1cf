//! From a commit to the mail that it caused: a mail server on this machine takes every message and notes down when.

use std::time::{Duration, Instant as Stopwatch};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};
use yumen::{
    app::{Caller, Request, What},
    jobs::{JobContext, Pace, Workers},
    notify::{
        mailer::{Delivery, Letter, LetterKey, Mailer, Patience, Security, Sender, Smtp, SmtpSettings, Way},
        templates::Templates,
    },
    policy::mail::MailMode,
};

use super::{
    Sizes,
    place::{Place, QUESTION, YEAR},
    quantile, ratio, spread,
};

/// Mails before the measured ones.
const WARM_UP: usize = 2;

/// Milliseconds from the answer to a command until its mail is accepted, and those of a mail by itself.
pub async fn measure(place: &Place, sizes: Sizes) -> anyhow::Result<Value> {
    place.publish("question", QUESTION).await?;
    let officer = place.officers(1).await?[0];
    place.app.choose_mail(&place.viewer(place.head).await?, Some(MailMode::AtOnce)).await?;
    let (port, mut accepted) = server().await?;
    let alone = alone(port, &mut accepted, sizes.mails).await?;
    let context = JobContext::new(&place.app, mailer(port)?, Templates::shipped()?, "https://yumen.example");
    let _workers = Workers::start(context, &place.url, Pace::default()).await?;
    let mut taken = Vec::new();
    for (n, project) in place.projects(WARM_UP + sizes.mails, 0, &[officer]).await?.into_iter().enumerate() {
        let what = What::Start { workflow: "question".into(), project, year: YEAR };
        let by = Caller::Person(place.viewer(officer).await?);
        place.app.execute(Request { by, what, key: None }).await?;
        let committed = Stopwatch::now();
        let at = next(&mut accepted).await?;
        if n >= WARM_UP {
            taken.push(at.saturating_duration_since(committed));
        }
    }
    Ok(json!({
        "mails": sizes.mails,
        "ms": spread(&taken),
        "one_mail_alone_ms": spread(&alone),
        "p50_to_alone": ratio(quantile(&taken, 0.5), quantile(&alone, 0.5)),
    }))
}

/// Mails that are given to the server with nothing around them.
async fn alone(port: u16, accepted: &mut UnboundedReceiver<Stopwatch>, count: usize) -> anyhow::Result<Vec<Duration>> {
    let mailer = mailer(port)?;
    let mut taken = Vec::new();
    for n in 0..WARM_UP + count {
        let letter = Letter {
            key: LetterKey { occurrence: format!("alone/{n}"), thread: "alone".to_owned() },
            name: "测量".to_owned(),
            address: "head@example.invalid".to_owned(),
            subject: "待审批".to_owned(),
            text: "请审批。".repeat(40),
            html: "<p>请审批。</p>".repeat(40),
            date: chrono::DateTime::UNIX_EPOCH,
        };
        let begun = Stopwatch::now();
        let delivery = mailer.deliver(&letter).await;
        anyhow::ensure!(matches!(delivery, Delivery::Sent), "{delivery:?}");
        let at = next(accepted).await?;
        if n >= WARM_UP {
            taken.push(at.duration_since(begun));
        }
    }
    Ok(taken)
}

async fn next(accepted: &mut UnboundedReceiver<Stopwatch>) -> anyhow::Result<Stopwatch> {
    let waited = tokio::time::timeout(Duration::from_secs(60), accepted.recv()).await?;
    waited.ok_or_else(|| anyhow::anyhow!("the mail server is gone"))
}

fn mailer(port: u16) -> anyhow::Result<Mailer> {
    let settings = SmtpSettings {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::PlainOnLoopback,
        certificate: None,
        login: None,
        patience: Patience { step: Duration::from_secs(10), message: Duration::from_secs(10) },
    };
    let sender = Sender { name: "玉门".to_owned(), address: "yumen@yumen.example".to_owned() };
    Ok(Mailer::new(&sender, Way::Smtp(Box::new(Smtp::new(settings)?)))?)
}

/// A mail server that takes everything: its port, and when it took each message.
async fn server() -> anyhow::Result<(u16, UnboundedReceiver<Stopwatch>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let (sender, receiver) = unbounded_channel();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(dialogue(socket, sender.clone()));
        }
    });
    Ok((port, receiver))
}

/// RFC 5321, as far as one sender needs it.
async fn dialogue(socket: TcpStream, accepted: UnboundedSender<Stopwatch>) -> std::io::Result<()> {
    let mut socket = BufReader::new(socket);
    socket.write_all(b"220 localhost ESMTP\r\n").await?;
    let mut line = String::new();
    let mut in_message = false;
    loop {
        line.clear();
        if socket.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let command = line.trim_end().to_ascii_uppercase();
        let answer: &[u8] = if in_message {
            if command != "." {
                continue;
            }
            in_message = false;
            // Nobody may be waiting for it any more.
            let _ = accepted.send(Stopwatch::now());
            b"250 taken\r\n"
        } else if command.starts_with("EHLO") {
            b"250-localhost\r\n250 8BITMIME\r\n"
        } else if command == "DATA" {
            in_message = true;
            b"354 go on\r\n"
        } else if command == "QUIT" {
            return socket.write_all(b"221 bye\r\n").await;
        } else {
            b"250 well\r\n"
        };
        socket.write_all(answer).await?;
    }
}
