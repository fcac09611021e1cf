//! Reminders and escalations as they are stored, swept, rung and written to people.

use std::sync::Arc;

use chrono::TimeDelta;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use yumen::{
    app::{
        Caller, Request, What,
        calendar::TypedYear,
        clocks_due::RingOrder,
        inbox::{InboxQuery, Tab},
        substitutes::{self, NewSubstitute},
    },
    engine::{Action, Case, Decision, Term, reminding::next_ring, who::day_of},
    ids::CaseId,
    notify::compose::MailOrder,
    store::{self, cases, clocks},
};

use super::{
    waits::publish,
    way::{HEAD, OFFICER, UNDERPASS},
};
use crate::harness::{
    databases::{Kind, on_both},
    town::{Town, form, text},
};

on_both!(
    a_ring_reminds_once_whichever_node_sweeps,
    what_an_outage_missed_rings_once_and_those_above_hear_of_it,
    a_clock_that_was_taken_too_early_is_armed_again,
    a_mail_that_no_longer_holds_does_not_leave,
    whoever_stands_in_is_reminded_with_the_one_they_stand_for,
    pages_tell_who_was_reminded_and_who_above_heard_of_it,
    nobody_above_is_told_to_the_administrator_until_the_task_is_done,
    a_task_that_stays_late_is_told_to_the_administrator,
    after_every_command_the_clocks_are_those_the_definition_says,
);

const PROMPT: &str = "
workflow: prompt
title: { zh-CN: 限时办理, en: Prompt }
about: project
outcomes: [accepted, withdrawn]
start: { by: { role: project-officer, of: project.unit }, number: \"限〔{year}〕{seq:4}\" }
form:
  - { name: note, type: text, required: true, title: { zh-CN: 说明, en: Note } }
steps:
  - fill: draft
    title: { zh-CN: 填写, en: Write }
    by: initiator
    edit: [note]
    due: 10 working days
    remind: [2 working days before, when due, every working day after]
    escalate:
      - { after: 3 working days, to: line }
      - { after: 6 working days, to: line }
  - approve: review
    title: { zh-CN: 审核, en: Review }
    by: { role: department-head, of: project.department }
    due: 30 minutes
    remind: [every 1 minute after]
    escalate: { after: 10 minutes, to: { role: unit-head, of: fin } }
    return to: [draft]
  - end: accepted
";
/// The unit's head, who stands above its officers.
const UNIT_HEAD: &str = "dou-ruyi";
const WORKFLOWS: &str = "han-zhijian";

async fn started(kind: Kind) -> (Arc<Town>, CaseId) {
    let town = Town::founded(kind).await;
    publish(&town, "prompt.yaml", PROMPT.to_owned()).await;
    let case = town.official(OFFICER).starts("prompt", town.project(UNDERPASS).await).await.unwrap().case;
    town.look_away().await;
    (town, case)
}

/// Sweeps, and gives back what the queued jobs are to ring.
async fn swept(town: &Town) -> Vec<RingOrder> {
    let before = town.payloads("ring-clock").await.len();
    town.app.sweep_clocks().await.unwrap();
    let rows = town.payloads("ring-clock").await.split_off(before);
    rows.iter().map(|row| serde_json::from_str(row).unwrap()).collect()
}

async fn ring(town: &Town) -> usize {
    let due = swept(town).await;
    for order in &due {
        town.app.ring(order).await.unwrap();
    }
    due.len()
}

async fn state(town: &Town, case: CaseId) -> Case {
    let row = cases::find(town.app.store().read(), case).await.unwrap().unwrap();
    serde_json::from_str(&row.state).unwrap()
}

/// The stored clocks are those that the definition, the deadlines and the calendar say, and every rule holds.
async fn agrees(town: &Town, case: CaseId) {
    let state = state(town, case).await;
    let db = town.app.store().read();
    let definition = town.app.definition(db, &state.definition).await.unwrap();
    let calendar = town.app.calendar(db).await.unwrap();
    let (mut wanted, mut ringing) = (Vec::new(), Vec::new());
    for task in state.tasks.values() {
        let next = next_ring(&definition, &state, task, &calendar);
        assert_eq!(task.reminding.next, next);
        wanted
            .extend(task.due_at.filter(|_| state.suspended.is_none()).map(|at| ("due".to_owned(), task.no.into(), at)));
        wanted.extend(next.map(|at| ("remind".to_owned(), i64::from(task.no), at)));
        ringing.push((i64::from(task.no), next));
    }
    let clocks = clocks::of_case(db, case).await.unwrap();
    let mut armed: Vec<_> = clocks.into_iter().map(|row| (row.kind, row.task_no.unwrap(), row.due_at)).collect();
    wanted.sort();
    armed.sort();
    assert_eq!(armed, wanted);
    let rows = store::tasks::of_case(db, case).await.unwrap();
    let open: Vec<_> = rows.iter().filter(|row| row.state == "open").map(|row| (row.no, row.rings_at)).collect();
    assert_eq!(open, ringing);
    let broken = store::oracle::ask_all(db).await.unwrap();
    assert!(broken.is_empty(), "{broken:?}");
}

async fn a_ring_reminds_once_whichever_node_sweeps(kind: Kind) {
    let (town, case) = started(kind).await;
    agrees(&town, case).await;
    assert_eq!(swept(&town).await, [], "nothing is due yet");
    // Thursday 3 December, half past eight: two working days before the deadline.
    town.advance(TimeDelta::hours(10 * 24 - 1));
    let due = swept(&town).await;
    assert_eq!(due.len(), 1);
    assert_eq!(swept(&town).await, [], "the next node finds nothing");
    town.app.ring(&due[0]).await.unwrap();
    town.app.ring(&due[0]).await.unwrap();
    town.expect_mails(&[("task-reminder", OFFICER)]).await;
    assert_eq!(cases::find(town.app.store().read(), case).await.unwrap().unwrap().version, 2);
    agrees(&town, case).await;
    let page = town.app.case_page(&town.official(OFFICER).viewer().await, case).await.unwrap();
    assert_eq!(
        (page.timeline[0].did.word.zh.as_str(), page.timeline[0].effects[0].zh.as_str()),
        ("提醒办理", "提醒柏松涛")
    );
    assert!(town.app.verify_ledger(|_| ()).await.unwrap().is_whole());
}

async fn what_an_outage_missed_rings_once_and_those_above_hear_of_it(kind: Kind) {
    let (town, case) = started(kind).await;
    town.advance(TimeDelta::days(30));
    assert_eq!(ring(&town).await, 1);
    let told = [("task-escalated", OFFICER), ("task-escalated", UNIT_HEAD), ("task-escalated", HEAD)];
    town.expect_mails(&told).await;
    agrees(&town, case).await;
    assert_eq!(town.count("SELECT count(*) FROM escalations").await, 2);
    assert_eq!(ring(&town).await, 0, "nothing is left of what was missed");
    // The next morning it is a reminder again.
    town.advance(TimeDelta::days(1));
    assert_eq!(ring(&town).await, 1);
    town.expect_mails(&[("task-reminder", OFFICER)]).await;
    let refused = town.official(UNIT_HEAD).completes(case, "draft", form([("note", text("代办"))])).await;
    assert!(refused.is_err(), "those above decide nothing");
    town.official(OFFICER).completes(case, "draft", form([("note", text("说明"))])).await.unwrap();
    town.look_away().await;
    agrees(&town, case).await;
    assert!(town.app.verify_ledger(|_| ()).await.unwrap().is_whole());
}

async fn a_clock_that_was_taken_too_early_is_armed_again(kind: Kind) {
    let (town, case) = started(kind).await;
    town.advance(TimeDelta::hours(10 * 24 - 1));
    let due = swept(&town).await;
    // The node that works on it is behind the one that swept.
    town.advance(-TimeDelta::hours(2));
    town.app.ring(&due[0]).await.unwrap();
    town.expect_mails(&[]).await;
    agrees(&town, case).await;
    town.advance(TimeDelta::hours(2));
    assert_eq!(ring(&town).await, 1);
    town.expect_mails(&[("task-reminder", OFFICER)]).await;
}

async fn last_order(town: &Town) -> MailOrder {
    let mails = town.payloads("send-mail").await;
    let mut orders = mails.iter().map(|mail| serde_json::from_str::<MailOrder>(mail).unwrap());
    orders.rfind(|order| order.mail.name() == "task-reminder").unwrap()
}

async fn a_mail_that_no_longer_holds_does_not_leave(kind: Kind) {
    let (town, case) = started(kind).await;
    let (officer, admin) = (town.official(OFFICER), town.official(WORKFLOWS));
    town.advance(TimeDelta::hours(10 * 24 - 1));
    ring(&town).await;
    let first = last_order(&town).await;
    assert_eq!(town.app.moot(&first).await.unwrap(), None);
    town.advance(TimeDelta::days(4));
    ring(&town).await;
    let orders = town.payloads("send-mail").await;
    let second = orders.iter().map(|mail| serde_json::from_str::<MailOrder>(mail).unwrap());
    let second = second.filter(|order| order.mail.name() == "task-reminder").find(|order| *order != first).unwrap();
    assert_eq!(town.app.moot(&first).await.unwrap(), Some("superseded"));
    assert_eq!(town.app.moot(&second).await.unwrap(), None);
    let act = |action| What::Act { case, action };
    admin.does(act(Action::Suspend { reason: "核查".into() })).await.unwrap();
    assert_eq!(town.app.moot(&second).await.unwrap(), Some("case-suspended"));
    agrees(&town, case).await;
    admin.does(act(Action::Resume { reason: "完毕".into() })).await.unwrap();
    agrees(&town, case).await;
    officer.completes(case, "draft", form([("note", text("说明"))])).await.unwrap();
    assert_eq!(town.app.moot(&second).await.unwrap(), Some("task-closed"));
    town.look_away().await;
}

/// Somebody who stands for the head of the department.
const DEPUTY: &str = "yang-chunhe";

async fn whoever_stands_in_is_reminded_with_the_one_they_stand_for(kind: Kind) {
    let (town, case) = started(kind).await;
    let (head, deputy) = (town.official(HEAD), town.official(DEPUTY));
    let today = day_of(town.app.now());
    let new = NewSubstitute {
        person: head.person,
        deputy: DEPUTY.to_owned(),
        workflows: [].into(),
        from: today,
        until: today,
    };
    assert!(substitutes::set(&town.app, head.person, new).await.is_ok());
    town.official(OFFICER).completes(case, "draft", form([("note", text("说明"))])).await.unwrap();
    town.look_away().await;
    town.advance(TimeDelta::minutes(31));
    assert_eq!(ring(&town).await, 1);
    town.expect_mails(&[("task-reminder", HEAD), ("task-reminder", DEPUTY)]).await;
    let orders = town.payloads("send-mail").await;
    let orders = orders.iter().map(|mail| serde_json::from_str::<MailOrder>(mail).unwrap());
    let theirs = orders.filter(|order| order.mail.name() == "task-reminder").find(|one| one.person == deputy.person);
    let theirs = theirs.unwrap();
    assert_eq!(town.app.moot(&theirs).await.unwrap(), None);
    // The next day they stand for nobody: what waits does not leave, and what rings is for the head alone.
    town.advance(TimeDelta::days(1));
    assert_eq!(town.app.moot(&theirs).await.unwrap(), Some("with-somebody-else"));
    assert_eq!(ring(&town).await, 1);
    town.expect_mails(&[("task-escalated", HEAD)]).await;
    agrees(&town, case).await;
}

async fn pages_tell_who_was_reminded_and_who_above_heard_of_it(kind: Kind) {
    let (town, case) = started(kind).await;
    let (officer, above) = (town.official(OFFICER), town.official(UNIT_HEAD));
    let late = async || {
        let query =
            InboxQuery { tab: Tab::Late, workflow: String::new(), text: String::new(), overdue: false, page: 1 };
        town.app.inbox(&above.viewer().await, &query).await.unwrap().rows
    };
    let deadline = async || town.app.task_page(&officer.viewer().await, case, 1).await.unwrap().head.deadline.unwrap();
    let told = deadline().await;
    assert_eq!(told.reminds_at.unwrap().to_rfc3339(), "2026-12-03T00:30:00+00:00");
    assert_eq!((told.reminds.zh.as_str(), told.reminded.len(), told.escalated.len()), ("柏松涛", 0, 0));
    assert!(told.calendar.is_some(), "the version of the calendar stands beside it");
    let first = told.escalates.unwrap();
    assert_eq!((first.at.to_rfc3339().as_str(), first.to.zh.as_str()), ("2026-12-10T00:30:00+00:00", "上级"));
    assert_eq!(late().await.len(), 0);
    town.advance(TimeDelta::days(17));
    assert_eq!(ring(&town).await, 1);
    town.look_away().await;
    let told = deadline().await;
    assert_eq!((told.reminded.len(), told.escalated.len()), (1, 1));
    assert_eq!(told.reminded[0].to.zh, "柏松涛");
    assert_eq!(told.escalated[0].at, town.app.now());
    let page = town.app.case_page(&above.viewer().await, case).await.unwrap();
    assert_eq!(page.tasks[0].deadline.as_ref().unwrap().escalated.len(), 1);
    let rows = late().await;
    assert_eq!(rows.iter().map(|row| row.href.clone()).collect::<Vec<_>>(), [format!("/cases/{case}")]);
    let records = town.app.late_records(&above.viewer().await, 10).await.unwrap();
    assert_eq!(records.len(), 1);
    officer.completes(case, "draft", form([("note", text("说明"))])).await.unwrap();
    assert_eq!(late().await.len(), 0, "it is done");
    town.look_away().await;
}

async fn incidents(town: &Town, kind: &str) -> i64 {
    town.count(&format!("SELECT count(*) FROM incidents WHERE kind = '{kind}' AND closed_at IS NULL")).await
}

/// Nobody holds the post that the review escalates to.
async fn nobody_above_is_told_to_the_administrator_until_the_task_is_done(kind: Kind) {
    let (town, case) = started(kind).await;
    town.official(OFFICER).completes(case, "draft", form([("note", text("说明"))])).await.unwrap();
    town.look_away().await;
    town.advance(TimeDelta::minutes(41));
    assert_eq!(ring(&town).await, 1);
    town.expect_mails(&[("task-escalated", HEAD)]).await;
    assert_eq!(incidents(&town, "escalation-found-nobody").await, 1);
    agrees(&town, case).await;
    town.official(HEAD).returns(case, "review", "draft", "请补充。").await.unwrap();
    assert_eq!(incidents(&town, "escalation-found-nobody").await, 0);
    town.look_away().await;
    agrees(&town, case).await;
}

async fn a_task_that_stays_late_is_told_to_the_administrator(kind: Kind) {
    let (town, case) = started(kind).await;
    town.official(OFFICER).completes(case, "draft", form([("note", text("说明"))])).await.unwrap();
    town.advance(TimeDelta::minutes(30));
    for _ in 0..20 {
        assert_eq!(incidents(&town, "reminders-exhausted").await, 0);
        town.advance(TimeDelta::minutes(1));
        assert_eq!(ring(&town).await, 1);
    }
    assert_eq!(incidents(&town, "reminders-exhausted").await, 1);
    town.advance(TimeDelta::days(1));
    assert_eq!(ring(&town).await, 0, "nobody is reminded any more");
    agrees(&town, case).await;
    town.official(HEAD).approves(case, "review").await.unwrap();
    assert_eq!(incidents(&town, "reminders-exhausted").await, 0);
    town.look_away().await;
}

/// The calendar of 2026 with a day off more each time.
async fn next_calendar(town: &Arc<Town>, day: u32) {
    let seen = town.app.year_versions(2026).await.unwrap().first().map_or(0, |last| last.version);
    let off = format!("2026-12-{day:02}");
    let year = TypedYear {
        year: 2026,
        seen,
        notice: "国务院办公厅关于2026年部分节假日安排的通知".to_owned(),
        issued: "2025-11-04".to_owned(),
        days_off: format!("元旦：2026-01-01\n校庆：{off}"),
        makeup_workdays: String::new(),
        why: "通知已修订".to_owned(),
        ..TypedYear::default()
    };
    town.app.save_year(&town.official(WORKFLOWS).viewer().await, year).await.unwrap();
    for order in town.payloads("recount-deadlines").await {
        town.app.recount(&serde_json::from_str(&order).unwrap()).await.unwrap();
    }
}

async fn after_every_command_the_clocks_are_those_the_definition_says(kind: Kind) {
    let (town, case) = started(kind).await;
    let (officer, head, admin) = (town.official(OFFICER), town.official(HEAD), town.official(WORKFLOWS));
    let mut rng = StdRng::seed_from_u64(23);
    let mut day = 1;
    for _ in 0..40 {
        town.advance(TimeDelta::minutes(rng.random_range(1..4_000)));
        let open = state(&town, case).await;
        let Some(task) = open.tasks.values().next() else { break };
        let act = |action| What::Act { case, action };
        let reason = || "核查".to_owned();
        let is_draft = task.step.as_str() == "draft";
        match rng.random_range(0..8) {
            0 => drop(admin.does(act(Action::Suspend { reason: reason() })).await),
            1 | 2 if open.suspended.is_some() => {
                admin.does(act(Action::Resume { reason: reason() })).await.map(drop).unwrap()
            }
            3 if is_draft => drop(officer.completes(case, "draft", form([("note", text("说明"))])).await),
            3 => {
                let back = Decision::Return { to: "draft".into() };
                drop(head.decides(case, "review", back, "请补充。").await);
            }
            4 => {
                let wake = Request { by: Caller::System("test"), what: act(Action::Wake), key: None };
                town.app.execute(wake).await.unwrap();
            }
            5 if day < 28 => {
                next_calendar(&town, day).await;
                day += 3;
            }
            6 => {
                let term = Term::Transfer { to: town.official("you-jianing").person, reason: reason() };
                drop(head.does(act(Action::OnTask { task: task.no, term })).await);
            }
            _ => drop(ring(&town).await),
        }
        agrees(&town, case).await;
    }
    assert!(town.app.verify_ledger(|_| ()).await.unwrap().is_whole());
    town.look_away().await;
}
