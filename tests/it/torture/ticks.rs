//! Three nodes let two schedules tick, a day at a time. Whoever works on a tick is killed again and again, and at times
//! all of them are: each period fires once, and what was missed goes by its policy.

use std::{collections::BTreeSet, time::Instant};

use chrono::TimeDelta;
use sea_orm::ConnectionTrait;
use yumen::store::{
    firings::{self, FiringRow},
    oracle,
};

use super::{
    nodes::{Nodes, PATIENCE},
    scale,
};
use crate::{
    app::waits::publish,
    harness::{
        databases::{Kind, on_both},
        town::Town,
    },
};

on_both!(each_period_fires_once_whoever_dies);

const NODES: usize = 3;
const SMALL: usize = 12;
const FULL: usize = 200;
const KILL_EVERY: usize = 3;
/// Before each of these ticks everything stands still for a day more, so that a tick is missed.
const OUTAGE_EVERY: usize = 5;

/// A workflow that starts every day, for projects that cost much, and ends at once.
fn daily(name: &str, missed: &str) -> String {
    let number = &name[..3];
    format!(
        "
workflow: {name}
title: {{ zh-CN: 每日登记, en: Daily note }}
about: project
outcomes: [submitted]
start: {{ by: {{ role: project-officer, of: project.unit }}, number: \"{number}〔{{year}}〕{{seq:6}}\" }}
schedules:
  - schedule: round
    title: {{ zh-CN: 每日一轮, en: Daily round }}
    for each: project
    year: next
    cron: \"0 9 * * *\"
    period: day
    missed: {missed}
form: []
steps:
  - notify: {{ to: initiator, mail: copied-in }}
  - end: submitted
"
    )
}

async fn each_period_fires_once_whoever_dies(kind: Kind) {
    let town = Town::founded(kind).await;
    let url = town.url().to_owned();
    for missed in ["all", "skip"] {
        publish(&town, &format!("{missed}-daily.yaml"), daily(&format!("{missed}-daily"), missed)).await;
    }
    // The trial goes on for longer than a budget year.
    town.sql.execute_unprepared("UPDATE projects SET end_year = 2099").await.unwrap();
    town.app.sweep_schedules().await.unwrap();
    let mut nodes = Nodes::start(&town, &url, NODES);
    let mut tally = Tally::default();
    let begun = town.clock.now();
    for tick in 1..=scale(SMALL, FULL) {
        let outage = tick % OUTAGE_EVERY == 0;
        if outage {
            nodes.kill_all();
            tally.missed += 1;
        }
        tally.days += 1 + usize::from(outage);
        town.advance(begun + shortly_after(tally.days) - town.clock.now());
        nodes.fill(NODES);
        if tick % KILL_EVERY == 0 {
            tally.killed += usize::from(kill_in_the_middle(&mut nodes, &town, tally.days).await);
        }
        nodes.until_quiet().await;
    }
    assert!(tally.killed > 0, "void: nobody was killed at work");
    drop(nodes);
    check(&town, &tally).await;
}

/// What went by.
#[derive(Default)]
struct Tally {
    days: usize,
    missed: usize,
    killed: usize,
}

/// Five minutes after the tick of that day; the town begins its days an hour after.
fn shortly_after(day: usize) -> TimeDelta {
    TimeDelta::days(i64::try_from(day).unwrap()) - TimeDelta::minutes(55)
}

/// Kills a node while it works on the tick of today; false when all was done before.
async fn kill_in_the_middle(nodes: &mut Nodes<'_>, town: &Town, days: usize) -> bool {
    let done = "SELECT count(*) FROM schedule_firings WHERE workflow = 'all-daily' AND state <> 'running'";
    let begun = Instant::now();
    loop {
        let fired = usize::try_from(town.count(done).await).unwrap();
        if fired >= days {
            return false;
        }
        if nodes.kill_holder().await {
            return true;
        }
        assert!(begun.elapsed() < PATIENCE, "of {days} ticks {fired} have fired, and nobody works on one");
        tokio::task::yield_now().await;
    }
}

async fn check(town: &Town, &Tally { days, missed, .. }: &Tally) {
    let fired = |workflow: &'static str| async move {
        firings::latest(town.app.store().read(), workflow, "round", 1_000_000).await.unwrap()
    };
    let (all, skip) = (fired("all-daily").await, fired("skip-daily").await);
    for rows in [&all, &skip] {
        let occasions: BTreeSet<_> = rows.iter().map(|row| &row.occasion).collect();
        assert_eq!((rows.len(), occasions.len()), (days, days), "one firing a day");
    }
    let in_state = |rows: &[FiringRow], state| rows.iter().filter(|row| row.state == state).count();
    assert_eq!(in_state(&all, "done"), days, "each that was missed has fired");
    assert_eq!((in_state(&skip, "done"), in_state(&skip, "missed")), (days - missed, missed), "it was left out");
    let projects = all[0].started;
    assert!(projects > 0 && all.iter().chain(&skip).all(|row| row.state == "missed" || row.started == projects));
    let cases = town.count("SELECT count(*) FROM cases").await;
    assert_eq!(cases, projects * i64::try_from(days + days - missed).unwrap(), "one case for each project and day");
    let broken = oracle::ask_all(town.app.store().read()).await.unwrap();
    assert!(broken.is_empty(), "{broken:?}");
    assert!(town.app.verify_ledger(|_| ()).await.unwrap().is_whole());
    town.look_away().await;
}
