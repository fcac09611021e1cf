//! The clock jumps, forward and back, while three nodes remind of deadlines and people decide: every reminder rings once,
//! nobody above hears of a deadline twice, and nothing is lost.

use chrono::TimeDelta;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use yumen::store::oracle;

use super::{nodes::Nodes, scale};
use crate::{
    app::waits::publish,
    harness::{
        databases::{Kind, on_both},
        decisions,
        town::{Town, form, text},
    },
};

on_both!(a_clock_that_jumps_costs_nothing_and_doubles_nothing);

const NODES: usize = 3;
const SMALL: usize = 6;
const FULL: usize = 300;
const JUMPS_SMALL: usize = 12;
const JUMPS_FULL: usize = 120;
const SEED: u64 = 20_261_124;
const OFFICER: &str = "bai-songtao";

const SOURCE: &str = "
workflow: prompt
title: { zh-CN: 限时办理, en: Prompt }
about: project
outcomes: [accepted]
start: { by: { role: project-officer, of: project.unit }, number: \"限〔{year}〕{seq:6}\" }
form:
  - { name: note, type: text, required: true, title: { zh-CN: 说明, en: Note } }
steps:
  - fill: draft
    title: { zh-CN: 填写, en: Write }
    by: initiator
    edit: [note]
    due: 4 working days
    remind: [2 working days before, 1 working day before, when due]
    escalate: { after: 2 working days, to: line }
  - end: accepted
";

async fn a_clock_that_jumps_costs_nothing_and_doubles_nothing(kind: Kind) {
    let town = Town::founded(kind).await;
    publish(&town, "prompt.yaml", SOURCE.to_owned()).await;
    let officer = town.official(OFFICER);
    let count = scale(SMALL, FULL);
    let project = decisions::long_project(&town, count).await;
    let mut cases = Vec::new();
    for year in (crate::harness::town::YEAR..).take(count) {
        cases.push(officer.starts_for("prompt", project, year).await.unwrap().case);
    }
    let nodes = Nodes::start(&town, town.url(), NODES);
    let mut rng = StdRng::seed_from_u64(SEED);
    for _ in 0..scale(JUMPS_SMALL, JUMPS_FULL) {
        let hours = if rng.random_bool(0.4) { -rng.random_range(1..30) } else { rng.random_range(1..50) };
        town.advance(TimeDelta::hours(hours));
        nodes.until_quiet().await;
    }
    // Past every deadline, whatever the jumps came to.
    town.advance(TimeDelta::days(60));
    nodes.until_quiet().await;
    drop(nodes);
    let counted = |question: &str| {
        let question = question.to_owned();
        let town = &town;
        async move { usize::try_from(town.count(&question).await).unwrap() }
    };
    assert_eq!(counted("SELECT count(*) FROM escalations").await, count, "those above hear of each once");
    let reminded = counted("SELECT count(*) FROM journal WHERE command = 'remind'").await;
    assert!((count..=count * 4).contains(&reminded), "{reminded} rings for {count} tasks with four times each");
    for case in &cases {
        officer.completes(*case, "draft", form([("note", text("说明"))])).await.unwrap();
    }
    let ended = counted("SELECT count(*) FROM cases WHERE status = 'ended'").await;
    assert_eq!(ended, count);
    let broken = oracle::ask_all(town.app.store().read()).await.unwrap();
    assert!(broken.is_empty(), "{broken:?}");
    assert!(town.app.verify_ledger(|_| ()).await.unwrap().is_whole());
    town.look_away().await;
}
