//! The clock at which something happens by itself because nobody has decided: never before its time, at another time when
//! the calendar moves, not while the case stands still, and all of it or nothing.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ConnectionTrait as _;
use yumen::{
    app::{App, What, calendar::TypedYear, clocks_due::RingOrder},
    clock::{Chance, Clock, Sources},
    engine::Action,
    ids::CaseId,
    store::{cases, clocks, oracle},
};

use super::{
    calendar::{notice, recounted, saved},
    monitoring::{case_of, swept, warned},
    schedules::until,
    way::UNDERPASS,
};
use crate::harness::{
    databases::{Kind, on_both},
    town::Town,
};

on_both!(
    nothing_passes_before_the_deadline_however_early_the_clock_was_taken,
    a_move_of_the_calendar_moves_the_clock,
    a_case_that_stands_still_is_not_late,
    a_pass_that_cannot_be_carried_out_leaves_everything_as_it_was,
);

const SUSPENDED: &str = "SELECT COUNT(*) FROM funding_suspensions";
const INCIDENTS: &str = "SELECT COUNT(*) FROM incidents WHERE kind = 'not-decided'";
const PASSES: &str = "SELECT COUNT(*) FROM journal WHERE events LIKE '%deadline-passed%'";

/// A case that waits for its decision, and what rings when nobody takes it.
async fn undecided(town: &Arc<Town>) -> (CaseId, RingOrder) {
    let case = warned(town, town.project(UNDERPASS).await).await;
    let state = case_of(town, case).await;
    let task = state.tasks.values().next().unwrap();
    assert_eq!(task.step.as_str(), "decision");
    (case, RingOrder { case, activation: task.activation, task: Some(task.no), late: true })
}

/// When the clock is armed for.
async fn armed(town: &Town, case: CaseId) -> Option<DateTime<Utc>> {
    let all = clocks::of_case(town.app.store().read(), case).await.unwrap();
    all.into_iter().find(|clock| clock.kind == "late").map(|clock| clock.due_at)
}

async fn passed(town: &Town) -> (i64, i64, i64) {
    (town.count(SUSPENDED).await, town.count(INCIDENTS).await, town.count(PASSES).await)
}

/// Sweeps, and rings everything that was ever queued: a repetition changes nothing.
async fn ring(town: &Town) {
    town.app.sweep_clocks().await.unwrap();
    for order in town.payloads("ring-clock").await {
        town.app.ring(&serde_json::from_str(&order).unwrap()).await.unwrap();
    }
}

async fn sound(town: &Town) {
    assert!(town.app.verify_ledger(|_| ()).await.unwrap().is_whole());
    let findings = oracle::ask_all(town.app.store().read()).await.unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    town.look_away().await;
}

async fn nothing_passes_before_the_deadline_however_early_the_clock_was_taken(kind: Kind) {
    let town = Town::founded(kind).await;
    let (case, order) = undecided(&town).await;
    let due = armed(&town, case).await.expect("it is armed");
    assert_eq!(due.to_rfc3339(), "2027-04-15T15:59:59+00:00", "ten working days");

    // A node whose time is ahead takes the clock.
    let clock = Clock::manual(due + TimeDelta::hours(1));
    let sources = Sources { clock, chance: Chance::seeded(7) };
    let ahead = App::new(town.app.store().clone(), sources, town.app.policy().clone());
    ahead.sweep_clocks().await.unwrap();
    assert_eq!(armed(&town, case).await, None);
    town.advance(due - TimeDelta::seconds(1) - town.app.now());
    town.app.ring(&order).await.unwrap();
    assert_eq!(
        (passed(&town).await, armed(&town, case).await),
        ((0, 0, 0), Some(due)),
        "armed again, for its own time"
    );
    ring(&town).await;
    assert_eq!(passed(&town).await, (0, 0, 0));

    town.advance(TimeDelta::seconds(1));
    ring(&town).await;
    assert_eq!((passed(&town).await, armed(&town, case).await), ((1, 1, 1), None), "to the second, and once");
    sound(&town).await;
}

async fn a_move_of_the_calendar_moves_the_clock(kind: Kind) {
    let town = Town::founded(kind).await;
    until(&town, "2027-04-26T10:00:00+08:00");
    let (case, order) = undecided(&town).await;
    assert_eq!(armed(&town, case).await.unwrap().to_rfc3339(), "2027-05-10T15:59:59+00:00", "ten weekdays");
    let days_off = "元旦：2027-01-01\n春节：2027-02-05 至 2027-02-11\n劳动节：2027-05-01 至 2027-05-05".to_owned();
    saved(&town, TypedYear { days_off, makeup_workdays: "2027-05-08".to_owned(), ..notice(0) }).await;
    recounted(&town).await;
    let due = armed(&town, case).await.unwrap();
    assert_eq!(due.to_rfc3339(), "2027-05-12T15:59:59+00:00", "three weekdays off, one Saturday worked");

    until(&town, "2027-05-10T23:59:59+08:00");
    ring(&town).await;
    town.app.ring(&order).await.unwrap();
    assert_eq!((passed(&town).await, armed(&town, case).await), ((0, 0, 0), Some(due)), "the old time means nothing");
    town.advance(due - town.app.now());
    ring(&town).await;
    assert_eq!(passed(&town).await, (1, 1, 1));
    sound(&town).await;
}

async fn a_case_that_stands_still_is_not_late(kind: Kind) {
    let town = Town::founded(kind).await;
    let (case, order) = undecided(&town).await;
    let due = armed(&town, case).await.unwrap();
    let admin = town.official("han-zhijian");
    town.advance(TimeDelta::days(2));
    let suspend = Action::Suspend { reason: "等待批复。".into() };
    admin.does(What::Act { case, action: suspend }).await.unwrap();
    assert_eq!(armed(&town, case).await, None);
    town.advance(TimeDelta::days(21));
    let version = cases::find(town.app.store().read(), case).await.unwrap().unwrap().version;
    ring(&town).await;
    town.app.ring(&order).await.unwrap();
    let after = cases::find(town.app.store().read(), case).await.unwrap().unwrap().version;
    assert_eq!((passed(&town).await, after), ((0, 0, 0), version), "a clock that rings late changes nothing");

    admin.does(What::Act { case, action: Action::Resume { reason: "已批复。".into() } }).await.unwrap();
    let anew = armed(&town, case).await.expect("it is armed for what was left");
    assert!(anew > due && anew > town.app.now(), "{anew}");
    town.advance(anew - town.app.now());
    ring(&town).await;
    assert_eq!(passed(&town).await, (1, 1, 1));
    sound(&town).await;
}

async fn a_pass_that_cannot_be_carried_out_leaves_everything_as_it_was(kind: Kind) {
    let town = Town::founded(kind).await;
    let (case, order) = undecided(&town).await;
    town.advance(armed(&town, case).await.unwrap() - town.app.now());
    assert!(swept(&town).await.contains(&order));
    let stored = async || {
        let row = cases::find(town.app.store().read(), case).await.unwrap().unwrap();
        (row.version, row.state, row.journal_hash)
    };
    let before = stored().await;
    town.sql.execute_unprepared("ALTER TABLE funding_suspensions RENAME TO put_aside").await.unwrap();
    let failed = town.app.ring(&order).await;
    assert!(failed.is_err(), "{failed:?}");
    town.sql.execute_unprepared("ALTER TABLE put_aside RENAME TO funding_suspensions").await.unwrap();
    assert_eq!(stored().await, before);
    assert_eq!(passed(&town).await, (0, 0, 0));
    assert!(case_of(&town, case).await.late.is_empty(), "nobody is late by half");

    for _ in 0..2 {
        town.app.ring(&order).await.unwrap();
    }
    assert_eq!(passed(&town).await, (1, 1, 1), "the job is tried again, and then all of it is there");
    sound(&town).await;
}
