//! Three nodes let two schedules tick, a day at a time. Whoever works on a tick is killed again and again, and at times
//! all of them are: each period fires once, and what was missed goes by its policy.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use yumen::store::{firings, oracle};

use super::{nodes::Nodes, scale};
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
/// For two days everything stands still before each of these ticks, and for ten minutes before those after it.
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
    let mut nodes = Nodes::start(&town, &url, NODES);
    nodes.until_quiet().await;
    let (mut killed, mut days) = (0, 0);
    for tick in 1..=scale(SMALL, FULL) {
        let outage = tick % OUTAGE_EVERY == 0;
        if outage {
            nodes.kill_all();
            town.advance(TimeDelta::days(2) + TimeDelta::minutes(10));
            nodes.fill(NODES);
            days += 2;
        } else {
            town.advance(TimeDelta::days(1));
            days += 1;
        }
        if tick % KILL_EVERY == 0 {
            killed += usize::from(kill_in_the_middle(&mut nodes, &town, days).await);
        }
        nodes.until_quiet().await;
    }
    assert!(killed > 0, "void: nobody was killed at work");
    drop(nodes);
    check(&town, days).await;
}

/// Kills a node while it works on the tick of today; false when all was done before.
async fn kill_in_the_middle(nodes: &mut Nodes<'_>, town: &Town, days: usize) -> bool {
    let done = "SELECT count(*) FROM schedule_firings WHERE workflow = 'all-daily' AND state <> 'running'";
    while usize::try_from(town.count(done).await).unwrap() < days {
        if nodes.kill_holder().await {
            return true;
        }
    }
    false
}

async fn check(town: &Town, days: usize) {
    let fired = |workflow: &'static str| async move {
        firings::latest(town.app.store().read(), workflow, "round", 1_000_000).await.unwrap()
    };
    let (all, skip) = (fired("all-daily").await, fired("skip-daily").await);
    for rows in [&all, &skip] {
        let occasions: BTreeSet<_> = rows.iter().map(|row| &row.occasion).collect();
        assert_eq!((rows.len(), occasions.len()), (days, days), "one firing a day");
    }
    assert!(all.iter().all(|row| row.state == "done"), "each that was missed has fired");
    let missed = skip.iter().filter(|row| row.state == "missed").count();
    assert!(missed > 0 && skip.iter().all(|row| ["done", "missed"].contains(&row.state.as_str())));
    let projects = all[0].started;
    assert!(projects > 0 && all.iter().chain(&skip).all(|row| row.state == "missed" || row.started == projects));
    let cases = town.count("SELECT count(*) FROM cases").await;
    assert_eq!(cases, projects * i64::try_from(days + days - missed).unwrap(), "one case for each project and day");
    let broken = oracle::ask_all(town.app.store().read()).await.unwrap();
    assert!(broken.is_empty(), "{broken:?}");
    assert!(town.app.verify_ledger(|_| ()).await.unwrap().is_whole());
    town.look_away().await;
}
