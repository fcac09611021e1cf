//! A flood: five hundred tasks for one person within an hour. The mails are few, and nothing is lost.

use std::sync::Arc;

use chrono::TimeDelta;
use yumen::{
    app::inbox::{InboxQuery, Tab},
    ids::ProjectId,
    store::{self, projects},
};

use super::timing::{Post, opened};
use crate::{
    app::{
        waits::publish,
        way::{OFFICER, PERFORMANCE, UNDERPASS},
    },
    harness::{
        databases::{Kind, on_both},
        town::Town,
    },
};

on_both!(five_hundred_tasks_in_an_hour_are_a_few_mails_and_all_of_them_in_the_inbox);

const TASKS: i64 = 500;
/// Tasks that come between two looks at the clock.
const AT_ONCE: usize = 10;
/// Mails that a person gets in an hour at most, as `policy/mail.yaml` says, and the digests of that hour.
const MAILS_MAX: usize = 10;
const DIGESTS_MAX: usize = 2;

/// A case of one decision, by one person.
pub const GLANCE: &str = "
workflow: glance
title: { zh-CN: 快速核对, en: A glance }
about: project
outcomes: [accepted, withdrawn]
start: { by: { role: project-officer, of: project.unit }, number: \"核〔{year}〕{seq:4}\" }
form: []
steps:
  - approve: look
    title: { zh-CN: 核对, en: Look }
    by: { people: [chen-jie] }
    due: 5 working days
  - end: accepted
";

/// So many projects like one that there is.
pub async fn projects(town: &Arc<Town>, count: i64) -> Vec<ProjectId> {
    let like = projects::by_code(town.app.store().read(), UNDERPASS).await.unwrap().unwrap();
    let rows: Vec<_> = (0..count)
        .map(|no| projects::ProjectRow {
            id: town.app.sources().new_id(),
            code: format!("FLOOD-{no:03}"),
            name: format!("第{no}号泵站"),
            ..like.clone()
        })
        .collect();
    let ids = rows.iter().map(|row| row.id).collect();
    let insert = town.app.store().write(move |tx| async move { projects::insert(&tx, rows).await });
    let inserted: Result<(), store::Error> = insert.await;
    inserted.unwrap();
    ids
}

async fn waiting(post: &Post) -> u64 {
    let query =
        InboxQuery { tab: Tab::ToDecide, workflow: "glance".into(), text: String::new(), overdue: false, page: 1 };
    let viewer = post.town.official(PERFORMANCE).viewer().await;
    post.town.app.inbox(&viewer, &query).await.unwrap().paging.total
}

async fn five_hundred_tasks_in_an_hour_are_a_few_mails_and_all_of_them_in_the_inbox(kind: Kind) {
    let post = opened(kind, &[]).await;
    publish(&post.town, "glance.yaml", GLANCE.to_owned()).await;
    post.rests().await;
    let address = post.address(PERFORMANCE).await;
    let earlier = post.letters().get(&address).map_or(0, Vec::len);
    let officer = post.town.official(OFFICER);
    for some in projects(&post.town, TASKS).await.chunks(AT_ONCE) {
        for project in some {
            officer.starts("glance", *project).await.unwrap();
        }
        post.passes(TimeDelta::seconds(72));
        post.rests().await;
    }
    let within = post.letters().remove(&address).unwrap().split_off(earlier);
    let digests = within.iter().filter(|letter| letter.subject.starts_with("待办汇总")).count();
    let (mails, of_tasks) = (
        within.len() - digests,
        "SELECT count(*) FROM outbox WHERE kind = 'send-mail'
        AND payload LIKE '%\"task-assigned\"%' AND payload LIKE '%快速核对%'",
    );
    assert!(mails <= MAILS_MAX && (1..=DIGESTS_MAX).contains(&digests), "{mails} mails and {digests} digests");
    assert_eq!(post.town.count(of_tasks).await, TASKS, "every task was to be told of");

    post.passes(TimeDelta::hours(1));
    while post.town.count("SELECT count(*) FROM outbox WHERE kind = 'send-digest' AND finished_at IS NULL").await > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    }
    let last = post.letters().remove(&address).unwrap().pop().unwrap();
    let whole = TASKS + 1;
    assert_eq!(
        last.subject,
        format!("待办汇总：{whole}项待办"),
        "the digest counts what waits, the case before with it"
    );
    assert!(last.text.contains(&format!("另有{}项未列出", whole - 20)), "{}", last.text);
    assert_eq!(waiting(&post).await, TASKS.unsigned_abs(), "the inbox shows all");
    let fates = "SELECT count(*) FROM outbox o WHERE kind = 'send-mail' AND payload LIKE '%快速核对%'
        AND NOT (state = 'sent' OR state = 'cancelled' AND last_error LIKE 'in digest/%')";
    assert_eq!(post.town.count(fates).await, 0, "sent, or in a digest");
    let told = "SELECT count(*) FROM notices n JOIN people p ON p.id = n.person_id WHERE p.login = 'chen-jie'
        AND n.kind = 'task-assigned'";
    assert_eq!(post.town.count(told).await, TASKS + 1, "the pages tell of every one");
    post.closes().await;
}
