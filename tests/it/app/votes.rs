//! Votes through the store: two last votes at once, and a group that shrinks.

use yumen::{
    app::publishing::Publication,
    engine::{Decision, Refusal, TaskRefusal},
    ids::CaseId,
    jobs::Cases,
    store::{self, tasks},
};

use super::way::*;
use crate::harness::{
    databases::{Kind, on_both},
    town::{Town, form, wan},
};

on_both!(two_simultaneous_last_votes_leave_no_case_without_an_actor, a_vote_whose_people_leave_goes_on_or_is_held);

const VOTE: &str = r#"workflow: short-vote
title: { zh-CN: 表决, en: Short vote }
about: project
basis:
  - { rule: wuqing-plan, clause: 二(二)1 }
outcomes: [submitted, rejected]
start:
  by: { role: project-officer, of: project.unit }
  number: "表〔{year}〕{seq:4}"
form:
  - { name: amount, type: money, required: true, title: { zh-CN: 申请金额, en: Amount } }
steps:
  - fill: draft
    title: { zh-CN: 填报, en: Write }
    by: initiator
    edit: [amount]
  - approve: ballot
    title: { zh-CN: 表决, en: Ballot }
    by: { people: [PEOPLE] }
    mode: { vote: 2/3, failed: { end: rejected } }
  - end: submitted
"#;

async fn put_to_the_vote(town: &std::sync::Arc<Town>, people: &[&str]) -> CaseId {
    let source = VOTE.replace("PEOPLE", &people.join(", "));
    let published = town.app.publish(&[("short-vote.yaml".to_owned(), source)], "test").await.unwrap();
    assert!(matches!(&published, Publication::Live(live) if live.len() == 1), "{published:?}");
    let officer = town.official(OFFICER);
    let case = officer.starts("short-vote", town.project(UNDERPASS).await).await.unwrap().case;
    officer.completes(case, "draft", form([("amount", wan(1))])).await.unwrap();
    case
}

/// The open tasks of the vote, each with the person it is for.
async fn ballots(town: &Town, case: CaseId) -> Vec<(u32, String)> {
    let row = store::cases::find(town.app.store().read(), case).await.unwrap().unwrap();
    let state: yumen::engine::Case = serde_json::from_str(&row.state).unwrap();
    state.tasks.values().map(|task| (task.no, task.candidates[0].to_string())).collect()
}

fn task_of(ballots: &[(u32, String)], person: yumen::ids::PersonId) -> u32 {
    ballots.iter().find(|(_, whose)| *whose == format!("person:{person}")).expect("they are asked").0
}

async fn two_simultaneous_last_votes_leave_no_case_without_an_actor(kind: Kind) {
    let town = Town::founded(kind).await;
    let people = [REVIEWER, HEAD, LEADER];
    let case = put_to_the_vote(&town, &people).await;
    let open = ballots(&town, case).await;
    assert_eq!(open.len(), 3);
    let voter = |login: &str| town.official(login);
    let votes = |login: &'static str, decision: Decision| {
        let official = voter(login);
        let task = task_of(&open, official.person);
        async move {
            official.decides_task((case, task), decision, "意见不一致。", yumen::definition::Form::new()).await
        }
    };
    votes(REVIEWER, Decision::Approve).await.unwrap();
    let (one, other) = tokio::join!(votes(HEAD, Decision::Approve), votes(LEADER, Decision::Reject));
    let row = store::cases::find(town.app.store().read(), case).await.unwrap().unwrap();
    assert_eq!(row.status, "ended", "either order settles it: {one:?} {other:?}");
    let left = tasks::of_case(town.app.store().read(), case).await.unwrap();
    assert!(left.iter().all(|task| task.state != "open"), "{left:?}");
    match (one, other) {
        (Ok(_), Err(Refusal::TaskClosed { .. } | Refusal::OnTask(TaskRefusal::Cancelled { .. })) | Ok(_)) => {
            assert_eq!(row.outcome.as_deref(), Some("submitted"))
        }
        surprise => panic!("{surprise:?}"),
    }
}

async fn a_vote_whose_people_leave_goes_on_or_is_held(kind: Kind) {
    let town = Town::founded(kind).await;
    let case = put_to_the_vote(&town, &[REVIEWER, HEAD, LEADER]).await;
    let open = ballots(&town, case).await;
    let cases: &dyn Cases = &town.app;
    cases.wake_held().await.unwrap();
    assert_eq!(ballots(&town, case).await, open, "nothing has changed");

    yumen::app::people::set_active(&town.app, LEADER, false).await.unwrap();
    cases.wake_held().await.unwrap();
    assert_eq!(ballots(&town, case).await.len(), 2, "the two who are left make the whole");
    for login in [REVIEWER, HEAD] {
        yumen::app::people::set_active(&town.app, login, false).await.unwrap();
    }
    cases.wake_held().await.unwrap();
    assert_eq!(ballots(&town, case).await.len(), 0);
    let held = "SELECT count(*) FROM incidents WHERE kind = 'nobody-found' AND closed_at IS NULL";
    assert_eq!(town.count(held).await, 1, "an operator is told");
    yumen::app::people::set_active(&town.app, HEAD, true).await.unwrap();
    cases.wake_held().await.unwrap();
    assert_eq!(town.count(held).await, 0);
    let official = town.official(HEAD);
    let task = task_of(&ballots(&town, case).await, official.person);
    official.decides_task((case, task), Decision::Approve, "", yumen::definition::Form::new()).await.unwrap();
    let row = store::cases::find(town.app.store().read(), case).await.unwrap().unwrap();
    assert_eq!(row.outcome.as_deref(), Some("submitted"));
}
