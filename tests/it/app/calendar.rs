//! The working-day calendar: an administrator keeps it, and what rests on it is counted again.

use std::sync::Arc;

use yumen::{
    app::{
        Failure,
        calendar::{Saved, TypedYear},
        recounting::RecountOrder,
    },
    clock::ZONE,
    engine::{CalendarRefusal, Case, Refusal},
    ids::CaseId,
    store::{self, cases, clocks},
};

use super::{
    waits::publish,
    way::{OFFICER, UNDERPASS},
};
use crate::harness::{
    databases::{Kind, on_both},
    town::{Town, form, text},
};

on_both!(
    next_years_notice_moves_the_deadlines_that_rest_on_it,
    two_administrators_do_not_overwrite_each_other,
    a_restart_undoes_nothing_that_an_administrator_decided,
);

/// Keeps the calendar.
const ADMIN: &str = "han-zhijian";
/// Of another department.
const STRANGER: &str = "he-jingshu";

const LONG: &str = "
workflow: long-look
title: { zh-CN: 长期审核, en: A long look }
about: project
outcomes: [accepted, withdrawn]
start: { by: { role: project-officer, of: project.unit }, number: \"长〔{year}〕{seq:4}\" }
form:
  - { name: note, type: text, required: true, title: { zh-CN: 说明, en: Note } }
steps:
  - fill: draft
    title: { zh-CN: 填写, en: Write }
    by: initiator
    edit: [note]
    due: 20 days
  - wait: notice
    title: { zh-CN: 公示期, en: Notice period }
    for: 40 working days
  - approve: review
    title: { zh-CN: 审核, en: Review }
    by: { role: department-head, of: project.department }
    due: 10 working days
    return to: [draft]
  - end: accepted
";

pub fn notice(seen: i64) -> TypedYear {
    TypedYear {
        year: 2027,
        seen,
        notice: "国务院办公厅关于2027年部分节假日安排的通知".to_owned(),
        issued: "2026-11-20".to_owned(),
        days_off: "元旦：2027-01-01\n春节：2027-02-05 至 2027-02-11".to_owned(),
        makeup_workdays: "2027-01-30".to_owned(),
        why: "通知已印发".to_owned(),
        ..TypedYear::default()
    }
}

pub async fn version_of(town: &Town, year: i32) -> i64 {
    town.app.year_versions(year).await.unwrap().first().map_or(0, |last| last.version)
}

pub async fn saved(town: &Arc<Town>, year: TypedYear) -> Saved {
    town.app.save_year(&town.official(ADMIN).viewer().await, year).await.unwrap()
}

async fn refused(town: &Arc<Town>, login: &str, year: TypedYear) -> Refusal {
    match town.app.save_year(&town.official(login).viewer().await, year).await {
        Err(Failure::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

/// Carries out what is queued, until nothing is left of it.
pub async fn recounted(town: &Town) -> Vec<RecountOrder> {
    let orders = town.payloads("recount-deadlines").await;
    let orders: Vec<RecountOrder> = orders.iter().map(|order| serde_json::from_str(order).unwrap()).collect();
    for order in &orders {
        town.app.recount(order).await.unwrap();
    }
    orders
}

async fn state(town: &Town, case: CaseId) -> Case {
    let row = cases::find(town.app.store().read(), case).await.unwrap().unwrap();
    serde_json::from_str(&row.state).unwrap()
}

async fn next_years_notice_moves_the_deadlines_that_rest_on_it(kind: Kind) {
    let town = Town::founded(kind).await;
    publish(&town, "long-look.yaml", LONG.to_owned()).await;
    let officer = town.official(OFFICER);
    let waiting = officer.starts("long-look", town.project(UNDERPASS).await).await.unwrap().case;
    officer.completes(waiting, "draft", form([("note", text("说明"))])).await.unwrap();
    let read = town.app.store().read();
    let armed = async || {
        let due = clocks::of_case(read, waiting).await.unwrap()[0].due_at;
        due.with_timezone(&ZONE).date_naive().to_string()
    };
    assert_eq!(armed().await, "2027-01-18", "forty weekdays");

    let Saved::As(version) = saved(&town, notice(0)).await else { panic!("not saved") };
    assert_eq!(recounted(&town).await.len(), 1);
    assert_eq!(armed().await, "2027-01-19", "New Year is no working day any more");
    let moved = async |login: &str| {
        let viewer = town.official(login).viewer().await;
        town.app.moved_deadlines(&viewer, version).await.unwrap()
    };
    let seen = moved(ADMIN).await;
    assert_eq!((seen.len(), seen[0].case, seen[0].step.zh.as_str()), (1, waiting, "公示期"));
    assert_eq!((moved(OFFICER).await.len(), moved(STRANGER).await.len()), (1, 0), "to whoever may see the case");
    assert_eq!(recounted(&town).await.len(), 1, "and once more, as after a crash");
    assert_eq!(town.app.year_versions(2027).await.unwrap()[0].moved, 1);
    assert_eq!(state(&town, waiting).await.last_task, 1);
    assert!(town.app.verify_ledger(|_| ()).await.unwrap().is_whole());
    assert!(store::oracle::ask_all(read).await.unwrap().is_empty());
    town.look_away().await;
}

async fn two_administrators_do_not_overwrite_each_other(kind: Kind) {
    let town = Town::founded(kind).await;
    let Saved::As(first) = saved(&town, notice(0)).await else { panic!("not saved") };
    let late = refused(&town, ADMIN, notice(0)).await;
    assert_eq!(late, CalendarRefusal::ChangedMeanwhile { year: 2027 }.into(), "over another's");
    let same = refused(&town, ADMIN, notice(first)).await;
    assert_eq!(same, CalendarRefusal::Unchanged { year: 2027 }.into(), "nothing new");
    let stranger = TypedYear { makeup_workdays: String::new(), ..notice(first) };
    assert_eq!(refused(&town, OFFICER, stranger).await, Refusal::NotFound, "nobody else keeps it");
    let again = TypedYear { additions: "2027-07-01 放假 津武政办〔2027〕3号".to_owned(), ..notice(first) };
    let Saved::As(second) = saved(&town, again).await else { panic!("not saved") };
    assert!(second > first);
    let calendar = town.app.calendar(town.app.store().read()).await.unwrap();
    assert_eq!((calendar.version, calendar.is_working_day("2027-07-01".parse().unwrap())), (second, false));
}

async fn a_restart_undoes_nothing_that_an_administrator_decided(kind: Kind) {
    let town = Town::founded(kind).await;
    let before = version_of(&town, 2026).await;
    assert!(before > 0, "the shipped years are there");
    town.app.take_calendar().await.unwrap();
    assert_eq!(version_of(&town, 2026).await, before, "a restart adds nothing");
    let changed = TypedYear { year: 2026, seen: before, issued: "2025-11-04".to_owned(), ..notice(0) };
    let days = TypedYear { days_off: "元旦：2026-01-01".to_owned(), makeup_workdays: String::new(), ..changed };
    let Saved::As(version) = saved(&town, days).await else { panic!("not saved") };
    town.app.take_calendar().await.unwrap();
    assert_eq!(version_of(&town, 2026).await, version);
}
