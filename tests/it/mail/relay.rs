//! From the outbox to the mail server, on both databases: each mail once, whatever fails on the way.

use std::{collections::BTreeSet, time::Duration};

use chrono::TimeDelta;
use yumen::{
    notify::{compose::mail_dispatch, mailer::Mailer, mails::MailContext},
    store::{incidents, mails},
};

use super::{
    office::{CHEN, Fate, Office, WANG},
    server::{Server, mailer},
};
use crate::harness::databases::{Kind, on_both};

on_both!(
    many_mails_leave_once_each_and_what_is_done_leaves_the_queue,
    a_greylisted_mail_leaves_once_later,
    a_refused_mail_is_given_up_and_an_operator_told,
    a_process_that_dies_after_sending_costs_one_duplicate_with_the_same_id,
    what_takes_its_process_down_is_set_aside_and_the_rest_goes_on,
    a_job_that_panics_is_set_aside_and_the_rest_goes_on,
    who_has_no_address_gets_no_mail_and_nobody_is_alarmed,
    what_was_rolled_back_is_never_sent,
    a_stop_waits_for_what_is_being_done,
    what_the_queue_refuses_has_not_crashed_and_leaves_later,
    what_the_queue_loses_has_not_crashed_and_leaves_later,
    a_job_of_no_case_is_done,
    a_mail_about_a_task_that_was_closed_is_cancelled_and_says_why,
    a_reminder_that_a_later_one_took_the_place_of_is_cancelled,
);

async fn a_reminder_that_a_later_one_took_the_place_of_is_cancelled(kind: Kind) {
    let server = Server::start();
    let office = Office::open(kind, server.mailer()).await;
    let workers = office.workers().await;
    let reminder = MailContext::samples().into_iter().find(|mail| mail.name() == "task-reminder").unwrap();
    let id = office.put(vec![mail_dispatch(7, CHEN, reminder).unwrap()]).await[0];
    office.until(id, "cancelled").await;
    assert_eq!(office.state(id).await, ("cancelled".to_owned(), Some("superseded".to_owned())));
    workers.stop().await;
    assert!(server.taken().is_empty());
    assert!(incidents::open(office.context.store.read()).await.unwrap().is_empty(), "nobody is alarmed");
}

async fn many_mails_leave_once_each_and_what_is_done_leaves_the_queue(kind: Kind) {
    let server = Server::start();
    let office = Office::open(kind, server.mailer()).await;
    let workers = office.patient_workers().await;
    let sample = MailContext::samples().remove(0);
    let orders = (0..250).map(|n| mail_dispatch(n, CHEN, sample.clone()).unwrap()).collect::<Vec<_>>();
    let again = orders.clone();
    let ids = office.put(orders).await;
    office.put(again).await;
    for id in ids {
        office.until(id, "sent").await;
    }
    workers.stop().await;
    let taken = server.taken();
    let ids: BTreeSet<_> = taken.iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!((taken.len(), ids.len()), (250, 250));
    let queued = office.queued().await;
    assert!(queued < 200, "{queued} of 250 are still in the queue");
}

async fn a_greylisted_mail_leaves_once_later(kind: Kind) {
    let server = Server::start();
    server.answers(&["451", "421"]);
    let office = Office::open(kind, server.mailer()).await;
    let workers = office.workers().await;
    let id = office.order_mail(1, CHEN).await;
    office.until_tried(id, 1).await;
    office.pass(TimeDelta::seconds(20));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(office.state(id).await, ("pending".to_owned(), Some("smtp 451 4.7.1".to_owned())), "too early");
    office.pass(TimeDelta::minutes(2));
    office.until_tried(id, 2).await;
    office.pass(TimeDelta::minutes(3));
    office.until(id, "sent").await;
    workers.stop().await;
    assert_eq!(server.taken().len(), 1);
    let occurrence = mail_dispatch(1, CHEN, MailContext::samples().remove(0)).unwrap().occurrence;
    let mail = mails::get(office.context.store.read(), &occurrence).await.unwrap().unwrap();
    assert_eq!((mail.state.as_str(), mail.lang.as_str()), ("sent", "zh-CN"));
    assert_eq!(mail.message_id, server.taken()[0].header("Message-ID"));
}

async fn a_refused_mail_is_given_up_and_an_operator_told(kind: Kind) {
    let server = Server::start();
    server.answers(&["550"]);
    let office = Office::open(kind, server.mailer()).await;
    let workers = office.workers().await;
    let id = office.order_mail(1, CHEN).await;
    office.until(id, "failed").await;
    workers.stop().await;
    let open = incidents::open(office.context.store.read()).await.unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].kind.as_str(), open[0].detail.as_str()), ("send-mail-given-up", "smtp 550 5.1.1"));
    assert!(!format!("{open:?}").contains("chen@"), "no personal data: {open:?}");
    assert!(server.taken().is_empty());
}

async fn a_process_that_dies_after_sending_costs_one_duplicate_with_the_same_id(kind: Kind) {
    let server = Server::start();
    server.answers(&["slow:3"]);
    let office = Office::open(kind, server.mailer()).await;
    let workers = office.workers().await;
    let id = office.order_mail(1, CHEN).await;
    while server.taken().is_empty() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    drop(workers);
    assert_eq!(office.state(id).await.0, "claimed");
    office.outlive_leases().await;
    let workers = office.workers().await;
    office.until(id, "sent").await;
    workers.stop().await;
    let ids: Vec<_> = server.taken().iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
}

async fn what_takes_its_process_down_is_set_aside_and_the_rest_goes_on(kind: Kind) {
    let office = Office::open(kind, Mailer::memory().unwrap()).await;
    let crasher = office.order_wake(1, 2027).await;
    for crash in 1..=3 {
        if crash == 3 {
            office.order_mail(1, CHEN).await;
        }
        assert!(office.claim_and_die().await > 0);
    }
    let innocent = office.order_mail(2, CHEN).await;
    let workers = office.workers().await;
    office.until(crasher, "failed").await;
    office.until(innocent, "sent").await;
    office.until(mail_dispatch(1, CHEN, MailContext::samples().remove(0)).unwrap().id, "sent").await;
    workers.stop().await;
    assert_eq!(office.context.mailer.kept().len(), 2);
    let open = incidents::open(office.context.store.read()).await.unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].detail, "crashed 3 times");
}

async fn a_job_that_panics_is_set_aside_and_the_rest_goes_on(kind: Kind) {
    let office = Office::open(kind, Mailer::memory().unwrap()).await;
    let workers = office.workers().await;
    let panics = office.order_wake(1, 1313).await;
    let other = office.order_wake(2, 2027).await;
    office.until(other, "sent").await;
    for attempts in 1..=3 {
        office.until_tried(panics, attempts).await;
        office.pass(TimeDelta::hours(1));
    }
    office.until(panics, "failed").await;
    let after = office.order_mail(1, CHEN).await;
    office.until(after, "sent").await;
    workers.stop().await;
    assert_eq!(incidents::open(office.context.store.read()).await.unwrap().len(), 1);
}

async fn who_has_no_address_gets_no_mail_and_nobody_is_alarmed(kind: Kind) {
    let office = Office::open(kind, Mailer::memory().unwrap()).await;
    let workers = office.workers().await;
    let id = office.order_mail(1, WANG).await;
    office.until(id, "sent").await;
    workers.stop().await;
    let occurrence = mail_dispatch(1, WANG, MailContext::samples().remove(0)).unwrap().occurrence;
    let mail = mails::get(office.context.store.read(), &occurrence).await.unwrap().unwrap();
    assert_eq!((mail.state.as_str(), mail.lang.as_str(), mail.sent_at), ("no-mailbox", "en", None));
    assert!(office.context.mailer.kept().is_empty());
    assert!(incidents::open(office.context.store.read()).await.unwrap().is_empty());
}

async fn what_was_rolled_back_is_never_sent(kind: Kind) {
    let office = Office::open(kind, Mailer::memory().unwrap()).await;
    let workers = office.workers().await;
    office.order_mail_in_vain(1, CHEN).await;
    let kept = office.order_mail(2, CHEN).await;
    office.until(kept, "sent").await;
    workers.stop().await;
    assert_eq!(office.context.mailer.kept().len(), 1);
}

async fn a_stop_waits_for_what_is_being_done(kind: Kind) {
    let server = Server::start();
    server.answers(&["slow:2"]);
    let mut settings = server.settings();
    settings.patience.step = Duration::from_secs(5);
    let office = Office::open(kind, mailer(settings)).await;
    let workers = office.workers().await;
    let id = office.order_mail(1, CHEN).await;
    while server.taken().is_empty() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    workers.stop().await;
    assert_eq!(office.state(id).await.0, "sent");
}

async fn what_the_queue_refuses_has_not_crashed_and_leaves_later(kind: Kind) {
    leaves_once_the_queue_works(kind, Fate::Refused).await;
}

async fn what_the_queue_loses_has_not_crashed_and_leaves_later(kind: Kind) {
    leaves_once_the_queue_works(kind, Fate::Lost).await;
}

async fn leaves_once_the_queue_works(kind: Kind, fate: Fate) {
    let office = Office::open(kind, Mailer::memory().unwrap()).await;
    let workers = office.workers().await;
    office.queue(fate).await;
    let id = office.order_mail(1, CHEN).await;
    office.until_given_back(id, 4).await;
    office.queue(Fate::Kept).await;
    office.until(id, "sent").await;
    workers.stop().await;
    assert_eq!(office.context.mailer.kept().len(), 1);
    assert!(incidents::open(office.context.store.read()).await.unwrap().is_empty());
}

async fn a_job_of_no_case_is_done(kind: Kind) {
    let office = Office::open(kind, Mailer::memory().unwrap()).await;
    let id = office.order_look_again().await;
    let workers = office.workers().await;
    office.until(id, "sent").await;
    workers.stop().await;
}

async fn a_mail_about_a_task_that_was_closed_is_cancelled_and_says_why(kind: Kind) {
    let server = Server::start();
    server.answers(&["451"]);
    let office = Office::open(kind, server.mailer()).await;
    let workers = office.workers().await;
    let id = office.order_mail(1, CHEN).await;
    office.until_tried(id, 1).await;
    office.close_task().await;
    office.pass(TimeDelta::hours(1));
    office.until(id, "cancelled").await;
    workers.stop().await;
    assert_eq!(office.state(id).await.1.as_deref(), Some("task 3 is cancelled"));
    assert!(server.taken().is_empty());
    assert!(incidents::open(office.context.store.read()).await.unwrap().is_empty(), "nobody is alarmed");
}
