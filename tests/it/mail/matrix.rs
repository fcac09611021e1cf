//! What goes wrong between Yumen and a mail server, row by row: nothing is lost, nothing comes twice that need not, and
//! whoever gets no mail finds it among their notices.

use std::{collections::BTreeSet, time::Duration};

use chrono::TimeDelta;
use yumen::{
    notify::{mailer::Patience, mailer::SmtpSettings},
    store::{incidents, mailboxes},
};

use super::{
    office::{CHEN, Office},
    server::{Server, mailer},
};
use crate::harness::databases::{Kind, on_both};

on_both!(
    every_fault_ends_as_it_should,
    seventy_two_hours_without_a_server_lose_nothing,
    an_address_is_tried_again_once
);

/// A fault, and how the mail ends.
struct Row {
    /// What the mail server does, one word for each attempt.
    faults: &'static [&'static str],
    /// The state of the outbox row.
    ends: &'static str,
    /// How often it was tried.
    attempts: i32,
    /// How often the server has it, always under the same Message-ID.
    taken: usize,
    /// Whether the mailbox is taken for one that takes no mail.
    flagged: bool,
}

const fn sent(faults: &'static [&'static str], taken: usize) -> Row {
    Row { faults, ends: "sent", attempts: count(faults) + 1, taken, flagged: false }
}

const fn failed(fault: &'static [&'static str], flagged: bool) -> Row {
    Row { faults: fault, ends: "failed", attempts: 1, taken: 0, flagged }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "a handful of words")]
const fn count(faults: &[&str]) -> i32 {
    faults.len() as i32
}

const MATRIX: &[Row] = &[
    // Before the mail is named, nothing is said about it.
    sent(&["connect-drop"], 1),
    sent(&["connect-421"], 1),
    sent(&["connect-silent"], 1),
    sent(&["connect-tls"], 1),
    sent(&["connect-auth"], 1),
    // For now.
    sent(&["421"], 1),
    sent(&["451", "451", "451"], 1),
    sent(&["452"], 1),
    sent(&["data-451"], 1),
    // The answer is missing: lost on the way, or taken and not heard of. Only the latter comes twice.
    sent(&["lose"], 1),
    sent(&["drop"], 2),
    sent(&["slow:4"], 2),
    // Late, but in time.
    Row { faults: &["slow:1"], ends: "sent", attempts: 1, taken: 1, flagged: false },
    // For good: the mailbox, this mail, or what the server thinks of Yumen.
    failed(&["550"], true),
    failed(&["551"], true),
    failed(&["552"], false),
    failed(&["550-policy"], false),
    failed(&["data-554"], false),
];

fn hasty(server: &Server) -> SmtpSettings {
    let patience = Patience { step: Duration::from_secs(1), message: Duration::from_secs(3) };
    SmtpSettings { patience, ..server.settings() }
}

async fn every_fault_ends_as_it_should(kind: Kind) {
    let server = Server::start();
    let office = Office::open(kind, mailer(hasty(&server))).await;
    let workers = office.patient_workers().await;
    for (n, row) in MATRIX.iter().enumerate() {
        let (before, words) = (server.taken().len(), row.faults.join(" "));
        office.forget_mailboxes().await;
        server.answers(row.faults);
        let id = office.order_mail(n as u64, CHEN).await;
        let end = office.until_settled(id).await;
        assert_eq!((end.state.as_str(), end.attempts), (row.ends, row.attempts), "{words}: {end:?}");
        let taken = server.taken().split_off(before);
        let ids: BTreeSet<_> = taken.iter().map(|mail| mail.header("Message-ID")).collect();
        assert_eq!((taken.len(), ids.len()), (row.taken, usize::from(row.taken > 0)), "{words}");
        let open = incidents::open(office.context.store.read()).await.unwrap();
        let raised = open.iter().any(|incident| incident.occurrence == format!("given-up/{}", end.occurrence));
        assert_eq!(raised, row.ends == "failed", "{words}: an operator knows of what failed, and of nothing else");
        let mailbox = mailboxes::get(office.context.store.read(), CHEN).await.unwrap();
        assert_eq!(mailbox.is_some_and(|row| row.failed_at.is_some()), row.flagged, "{words}");
        assert_eq!(office.notices_of_failure(CHEN).await, usize::from(row.ends == "failed"), "{words}: in the pages");
        assert!(!format!("{open:?}{end:?}").contains("chen@"), "{words}: no personal data");
    }
    workers.stop().await;
}

async fn seventy_two_hours_without_a_server_lose_nothing(kind: Kind) {
    let server = Server::start();
    server.goes_down();
    let office = Office::open(kind, mailer(hasty(&server))).await;
    let workers = office.patient_workers().await;
    let mut ids = Vec::new();
    for n in 0..20 {
        ids.push(office.order_mail(n, CHEN).await);
    }
    for _ in 0..36 {
        office.pass(TimeDelta::hours(2));
        office.until_nothing_is_due(&ids).await;
    }
    for id in &ids {
        let row = office.row(*id).await;
        assert_eq!(row.state, "pending", "after three days: {row:?}");
        assert!((10..20).contains(&row.attempts), "tried over days, not in a blink: {row:?}");
    }
    assert!(incidents::open(office.context.store.read()).await.unwrap().is_empty(), "nothing was given up");
    server.comes_up();
    office.pass(TimeDelta::hours(15));
    for id in ids {
        office.until(id, "sent").await;
    }
    workers.stop().await;
    let taken = server.taken();
    let ids: BTreeSet<_> = taken.iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!((taken.len(), ids.len()), (20, 20), "each once");
}

/// A mailbox that takes nothing is left alone, until somebody has looked: then one mail tries.
async fn an_address_is_tried_again_once(kind: Kind) {
    let server = Server::start();
    server.answers(&["550"]);
    let office = Office::open(kind, server.mailer()).await;
    let workers = office.patient_workers().await;
    let refused = office.order_mail(1, CHEN).await;
    office.until(refused, "failed").await;
    for n in 2..5 {
        let kept = office.order_mail(n, CHEN).await;
        office.until(kept, "sent").await;
    }
    assert!(server.taken().is_empty(), "nothing is sent to a mailbox that takes nothing");
    assert_eq!(office.mails_in("no-mailbox").await, 3, "and each is accounted for");
    office.forget_mailboxes().await;
    server.answers(&["550"]);
    let probe = office.order_mail(5, CHEN).await;
    office.until(probe, "failed").await;
    let kept = office.order_mail(6, CHEN).await;
    office.until(kept, "sent").await;
    assert!(server.taken().is_empty(), "one probe, and not one for each mail");
    office.forget_mailboxes().await;
    let id = office.order_mail(7, CHEN).await;
    office.until(id, "sent").await;
    workers.stop().await;
    assert_eq!(server.taken().len(), 1);
    assert_eq!(office.notices_of_failure(CHEN).await, 2, "told of each refusal once");
}
