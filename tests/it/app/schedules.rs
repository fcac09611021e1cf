//! Schedules start cases by themselves: once for a project, a workflow and a period, on one node or many, through crashes
//! and outages; and people pause them, leave one out, or let one fire now.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use yumen::{
    app::{
        App, Failure,
        calendar::Saved,
        firing::{FIRE_SCHEDULE, FireOrder},
        people,
        schedules::Doing,
    },
    clock::{Chance, Sources},
    engine::{Refusal, ScheduleRefusal},
    jobs::Cases,
    store::{
        firings, oracle,
        projects::{self, ProjectRow},
        schedules,
    },
};

use super::{
    calendar,
    waits::publish,
    way::{OFFICER, UNDERPASS},
};
use crate::harness::{
    databases::{Kind, on_both},
    town::{Town, form, text},
};

on_both!(
    every_project_that_is_covered_gets_one_case,
    nodes_that_sweep_at_once_fire_once,
    what_an_outage_missed_goes_by_the_policy,
    a_pause_counts_what_it_missed_when_it_ends,
    somebody_leaves_one_out_and_lets_one_fire,
    a_project_with_nobody_is_held_and_not_forgotten,
    a_case_that_people_started_counts,
    a_new_version_plans_anew_and_a_retired_one_stops,
    a_time_on_a_day_off_moves_with_the_calendar,
    many_projects_are_shared_in_slices,
    the_year_opens_with_targets_for_every_project_without,
);

pub const ADMIN: &str = "han-zhijian";
/// Projects of the district that ask for money in 2027.
pub const PROJECTS: i64 = 30;

/// A workflow that starts itself, for the coming year.
fn workflow(name: &str, schedule: &str) -> String {
    let number = &name[..3];
    format!(
        "
workflow: {name}
title: {{ zh-CN: 年度填报, en: Yearly filing }}
about: project
outcomes: [submitted, withdrawn]
start: {{ by: {{ role: project-officer, of: project.unit }}, number: \"{number}〔{{year}}〕{{seq:4}}\" }}
schedules:
  - schedule: round
    title: {{ zh-CN: 年度一轮, en: Yearly round }}
    for each: project
    year: next
{schedule}
form:
  - {{ name: note, type: text, required: true, title: {{ zh-CN: 说明, en: Note }} }}
steps:
  - fill: draft
    title: {{ zh-CN: 填写, en: Write }}
    by: initiator
    edit: [note]
  - end: submitted
"
    )
}

const YEARLY: &str = "    cron: \"0 9 1 12 *\"\n    period: year\n    missed: once\n";

/// A town with this workflow, whose schedule is known to the sweep.
pub async fn with(kind: Kind, schedule: &str) -> Arc<Town> {
    let town = Town::founded(kind).await;
    publish(&town, "filing.yaml", workflow("filing", schedule)).await;
    sweep(&town).await;
    town
}

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse::<DateTime<chrono::FixedOffset>>().unwrap().to_utc()
}

/// Moves the clock to that time.
pub fn until(town: &Town, text: &str) {
    town.advance(at(text) - town.app.now());
}

pub async fn sweep(town: &Town) {
    while town.app.sweep_schedules().await.unwrap().full {}
}

/// Does the work that was queued, all of it again too: a repetition changes nothing.
pub async fn work(town: &Town) {
    for payload in town.payloads(FIRE_SCHEDULE).await {
        let order: FireOrder = serde_json::from_str(&payload).unwrap();
        town.app.fire_slice(&order).await.unwrap();
    }
}

pub async fn cases(town: &Town) -> i64 {
    town.count("SELECT count(*) FROM cases WHERE workflow = 'filing'").await
}

/// Occasion and state of each firing, in the order in which they were planned.
pub async fn fired(town: &Town, workflow: &str) -> Vec<(String, String)> {
    let mut rows = firings::latest(town.app.store().read(), workflow, "round", 100).await.unwrap();
    rows.reverse();
    rows.into_iter().map(|row| (row.occasion, row.state)).collect()
}

pub fn is(found: Vec<(String, String)>, wanted: &[(&str, &str)]) {
    let wanted: Vec<_> = wanted.iter().map(|(when, state)| ((*when).to_owned(), (*state).to_owned())).collect();
    assert_eq!(found, wanted);
}

pub async fn does(town: &Arc<Town>, doing: Doing) -> Result<(), Failure> {
    let viewer = town.official(ADMIN).viewer().await;
    town.app.do_to_schedule(&viewer, ("filing", "round"), doing, "局长办公会意见").await
}

async fn every_project_that_is_covered_gets_one_case(kind: Kind) {
    let covers = format!(
        "{YEARLY}    where: project.nature == \"经常性\" && project.targets == \"none\" && !project.requested\n"
    );
    let town = with(kind, &covers).await;
    until(&town, "2026-12-01T08:59:00+08:00");
    sweep(&town).await;
    assert_eq!(town.payloads(FIRE_SCHEDULE).await.len(), 0, "not before its time");
    until(&town, "2026-12-01T09:00:10+08:00");
    sweep(&town).await;
    is(fired(&town, "filing").await, &[("2026", "running")]);
    work(&town).await;
    work(&town).await;
    let covered = town.count("SELECT count(*) FROM projects WHERE nature = '经常性'").await;
    assert!(covered > 5 && covered < PROJECTS, "{covered}");
    assert_eq!(cases(&town).await, covered);
    assert_eq!(
        town.count("SELECT count(DISTINCT project_id) FROM cases WHERE workflow = 'filing' AND year = 2027").await,
        covered
    );
    is(fired(&town, "filing").await, &[("2026", "done")]);
    let row = firings::latest(town.app.store().read(), "filing", "round", 1).await.unwrap().remove(0);
    assert_eq!((row.started, row.present, row.held), (covered, 0, 0));
    let signed = "SELECT count(*) FROM journal j JOIN cases c ON c.id = j.case_id
        WHERE c.workflow = 'filing' AND j.actor = 'system:schedule round'";
    assert_eq!(town.count(signed).await, covered, "the journal names what started them");
    let waiting = "SELECT count(*) FROM tasks t JOIN cases c ON c.id = t.case_id WHERE c.workflow = 'filing' AND t.state = 'open'";
    assert_eq!(town.count(waiting).await, covered, "somebody has it on the desk");
    assert!(oracle::ask_all(town.app.store().read()).await.unwrap().is_empty());
    town.look_away().await;
}

/// Three nodes with the same database and clock.
fn nodes(town: &Town) -> Vec<App> {
    let node = |seed| {
        let sources = Sources { clock: town.clock.clone(), chance: Chance::seeded(seed) };
        App::new(town.app.store().clone(), sources, town.app.policy().clone())
    };
    (1..=3).map(node).collect()
}

/// The small form of the trial of many nodes: every ten minutes for three days around the time, three nodes sweep at
/// once, and work on what was queued at once.
async fn nodes_that_sweep_at_once_fire_once(kind: Kind) {
    let town = with(kind, YEARLY).await;
    let nodes = nodes(&town);
    until(&town, "2026-12-01T08:00:00+08:00");
    for _ in 0..18 {
        town.advance(TimeDelta::minutes(10));
        let sweeps = nodes.iter().map(|node| async move { while node.sweep_schedules().await.unwrap().full {} });
        futures::future::join_all(sweeps).await;
    }
    is(fired(&town, "filing").await, &[("2026", "running")]);
    let orders = town.payloads(FIRE_SCHEDULE).await;
    assert_eq!(orders.len(), 1, "thirty projects are one slice");
    let order: FireOrder = serde_json::from_str(&orders[0]).unwrap();
    let worked = futures::future::join_all(nodes.iter().map(|node| node.fire_slice(&order))).await;
    assert!(worked.iter().all(Result::is_ok), "{worked:?}");
    assert_eq!(cases(&town).await, PROJECTS);
    assert_eq!(town.count("SELECT count(*) FROM schedule_cases WHERE state = 'started'").await, PROJECTS);
    is(fired(&town, "filing").await, &[("2026", "done")]);
    let twice = "SELECT count(*) FROM outbox WHERE kind = 'check-people' AND occurrence LIKE 'schedule/%'";
    assert_eq!(town.count(twice).await, 1, "one night, one look at the people");
    town.look_away().await;
}

async fn what_an_outage_missed_goes_by_the_policy(kind: Kind) {
    let town = Town::founded(kind).await;
    for missed in ["skip", "once", "all"] {
        let schedule = format!("    cron: \"0 9 5 * *\"\n    period: month\n    missed: {missed}\n");
        publish(&town, &format!("{missed}-filing.yaml"), workflow(&format!("{missed}-filing"), &schedule)).await;
    }
    sweep(&town).await;
    until(&town, "2027-02-20T10:00:00+08:00");
    sweep(&town).await;
    sweep(&town).await;
    is(fired(&town, "skip-filing").await, &[("2026-12", "missed"), ("2027-01", "missed"), ("2027-02", "missed")]);
    is(fired(&town, "once-filing").await, &[("2026-12", "missed"), ("2027-01", "missed"), ("2027-02", "running")]);
    is(fired(&town, "all-filing").await, &[("2026-12", "running"), ("2027-01", "running"), ("2027-02", "running")]);
    until(&town, "2027-03-05T09:01:00+08:00");
    sweep(&town).await;
    assert_eq!(fired(&town, "skip-filing").await[3].1, "running");
    town.look_away().await;
}

async fn a_pause_counts_what_it_missed_when_it_ends(kind: Kind) {
    let town = with(kind, "    cron: \"0 9 5 * *\"\n    period: month\n    missed: once\n").await;
    let refused = town
        .app
        .do_to_schedule(&town.official(OFFICER).viewer().await, ("filing", "round"), Doing::Pause, "我不想填")
        .await;
    assert!(matches!(refused, Err(Failure::Refused(Refusal::NotFound))), "{refused:?}");
    does(&town, Doing::Pause).await.unwrap();
    let again = does(&town, Doing::Pause).await;
    assert!(matches!(again, Err(Failure::Refused(Refusal::Schedule(ScheduleRefusal::PausedAlready)))), "{again:?}");
    until(&town, "2027-01-20T10:00:00+08:00");
    sweep(&town).await;
    is(fired(&town, "filing").await, &[]);
    let shown = town.app.one_timetable("filing", "round").await.unwrap();
    assert_eq!(shown.paused.unwrap().2, "局长办公会意见");
    does(&town, Doing::Resume).await.unwrap();
    sweep(&town).await;
    is(fired(&town, "filing").await, &[("2026-12", "missed"), ("2027-01", "running")]);
    let deeds = schedules::deeds(town.app.store().read(), "filing", "round", 10).await.unwrap();
    let deeds: Vec<_> = deeds.iter().map(|deed| (deed.deed.as_str(), deed.why.as_str())).collect();
    assert_eq!(deeds, [("resume", "局长办公会意见"), ("pause", "局长办公会意见")]);
}

async fn somebody_leaves_one_out_and_lets_one_fire(kind: Kind) {
    let town = with(kind, "    cron: \"0 9 5 * *\"\n    period: month\n    missed: once\n").await;
    for _ in 0..2 {
        does(&town, Doing::Skip).await.unwrap();
    }
    let shown = town.app.one_timetable("filing", "round").await.unwrap();
    let skipped: Vec<_> = shown.next.iter().map(|next| next.skipped.is_some()).collect();
    assert_eq!(skipped[..3], [true, true, false], "two times are left out");
    does(&town, Doing::Run).await.unwrap();
    work(&town).await;
    assert_eq!(cases(&town).await, PROJECTS, "by hand, in November");
    let started = "SELECT count(*) FROM schedule_cases WHERE period = '2026-11' AND state = 'started'";
    assert_eq!(town.count(started).await, PROJECTS);
    for (when, state) in [("2026-12-05", "skipped"), ("2027-01-05", "skipped")] {
        until(&town, &format!("{when}T09:00:00+08:00"));
        sweep(&town).await;
        assert_eq!(fired(&town, "filing").await.last().unwrap().1, state);
    }
    does(&town, Doing::Run).await.unwrap();
    let again = firings::latest(town.app.store().read(), "filing", "round", 1).await.unwrap().remove(0);
    assert!(again.fired_by.is_some() && again.why == "局长办公会意见", "{again:?}");
    work(&town).await;
    let long = town.count("SELECT count(*) FROM projects WHERE end_year >= 2028").await;
    assert_eq!(cases(&town).await, PROJECTS + long);
    town.look_away().await;
}

async fn a_project_with_nobody_is_held_and_not_forgotten(kind: Kind) {
    let town = with(kind, YEARLY).await;
    people::set_active(&town.app, OFFICER, false).await.unwrap();
    until(&town, "2026-12-01T09:00:00+08:00");
    sweep(&town).await;
    work(&town).await;
    work(&town).await;
    let held = "SELECT count(*) FROM incidents WHERE kind = 'not-started' AND closed_at IS NULL";
    let without = town.count(held).await;
    assert!(without >= 1, "{without}");
    assert_eq!(cases(&town).await, PROJECTS - without, "the others have theirs");
    let named = "SELECT count(*) FROM incidents WHERE kind = 'not-started' AND summary_zh LIKE '%铁路下立交工程%'";
    assert!(town.count(named).await >= 1, "the incident names the project");
    let row = firings::latest(town.app.store().read(), "filing", "round", 1).await.unwrap().remove(0);
    assert_eq!((row.state.as_str(), row.started, row.held), ("done", PROJECTS - without, without));

    people::set_active(&town.app, OFFICER, true).await.unwrap();
    let jobs: &dyn Cases = &town.app;
    for _ in 0..2 {
        jobs.wake_held().await.unwrap();
    }
    assert_eq!(cases(&town).await, PROJECTS);
    assert_eq!(town.count(held).await, 0);
    let row = firings::latest(town.app.store().read(), "filing", "round", 1).await.unwrap().remove(0);
    assert_eq!((row.started, row.held), (PROJECTS, 0));
    town.look_away().await;
}

async fn a_case_that_people_started_counts(kind: Kind) {
    let town = with(kind, YEARLY).await;
    let officer = town.official(OFFICER);
    let project = town.project(UNDERPASS).await;
    let case = officer.starts("filing", project).await.unwrap().case;
    officer.completes(case, "draft", form([("note", text("已填"))])).await.unwrap();
    until(&town, "2026-12-01T09:00:00+08:00");
    sweep(&town).await;
    work(&town).await;
    assert_eq!(cases(&town).await, PROJECTS, "not a second one");
    let row = firings::latest(town.app.store().read(), "filing", "round", 1).await.unwrap().remove(0);
    assert_eq!((row.started, row.present), (PROJECTS - 1, 1));
    town.look_away().await;
}

async fn a_new_version_plans_anew_and_a_retired_one_stops(kind: Kind) {
    let town = with(kind, YEARLY).await;
    let next = |shown: yumen::app::schedules::Timetable| shown.next[0].planned;
    let shown = town.app.one_timetable("filing", "round").await.unwrap();
    assert_eq!(next(shown), at("2026-12-01T09:00:00+08:00"));
    publish(&town, "filing.yaml", workflow("filing", &YEARLY.replace("0 9 1 12 *", "30 8 10 12 *"))).await;
    sweep(&town).await;
    until(&town, "2026-12-01T09:00:00+08:00");
    sweep(&town).await;
    is(fired(&town, "filing").await, &[]);
    let viewer = town.official(ADMIN).viewer().await;
    town.app.retire(&viewer, "filing", "停办").await.unwrap();
    until(&town, "2026-12-10T08:30:00+08:00");
    sweep(&town).await;
    sweep(&town).await;
    is(fired(&town, "filing").await, &[]);
    let gone = town.app.one_timetable("filing", "round").await;
    assert!(matches!(gone, Err(Failure::Refused(Refusal::NotFound))));
    assert_eq!(town.count("SELECT count(*) FROM schedules WHERE workflow = 'filing' AND due_at IS NOT NULL").await, 0);
}

async fn a_time_on_a_day_off_moves_with_the_calendar(kind: Kind) {
    let schedule = "    cron: \"0 9 1 1 *\"\n    period: year\n    missed: once\n    on a day off: next working day\n";
    let town = with(kind, schedule).await;
    let shown = town.app.one_timetable("filing", "round").await.unwrap();
    assert_eq!(shown.next[0].due, at("2027-01-01T09:00:00+08:00"), "a Friday like any other, before the notice");
    assert!(shown.next[0].is_provisional);
    let saved = calendar::saved(&town, calendar::notice(calendar::version_of(&town, 2027).await)).await;
    assert!(matches!(saved, Saved::As(_)), "{saved:?}");
    let shown = town.app.one_timetable("filing", "round").await.unwrap();
    assert_eq!(shown.next[0].due, at("2027-01-04T09:00:00+08:00"), "New Year's Day is off");
    sweep(&town).await;
    until(&town, "2027-01-01T09:00:00+08:00");
    sweep(&town).await;
    is(fired(&town, "filing").await, &[]);
    until(&town, "2027-01-04T09:00:00+08:00");
    sweep(&town).await;
    is(fired(&town, "filing").await, &[("2027", "running")]);
    town.look_away().await;
}

/// More projects than one slice holds, worked on in any order, on several nodes: the firing ends with the last of them.
async fn many_projects_are_shared_in_slices(kind: Kind) {
    let schedule = format!("{YEARLY}    where: project.category == \"social-insurance\" || project.total == wan(77)\n");
    let town = with(kind, &schedule).await;
    let one = projects::find(town.app.store().read(), town.project(UNDERPASS).await).await.unwrap().unwrap();
    let row = |no: usize| ProjectRow {
        id: town.app.sources().new_id(),
        code: format!("WQ2027-MANY-{no:03}"),
        total_fen: if no.is_multiple_of(50) { 77_000_000 } else { 100 },
        ..one.clone()
    };
    let many: Vec<_> = (0..650).map(row).collect();
    town.app.store().write(move |tx| async move { projects::insert(&tx, many).await }).await.unwrap();
    until(&town, "2026-12-01T09:00:00+08:00");
    sweep(&town).await;
    let mut orders = town.payloads(FIRE_SCHEDULE).await;
    assert_eq!(orders.len(), 4, "680 projects, 200 a slice");
    assert!(orders.iter().all(|order| order.len() < 300), "no slice carries a list");
    orders.reverse();
    let nodes = nodes(&town);
    let last = orders.pop().unwrap();
    let work = |(no, order): (usize, &String)| {
        let (node, order) = (nodes[no % 3].clone(), serde_json::from_str::<FireOrder>(order).unwrap());
        async move { node.fire_slice(&order).await }
    };
    for done in futures::future::join_all(orders.iter().enumerate().map(work)).await {
        done.unwrap();
    }
    is(fired(&town, "filing").await, &[("2026", "running")]);
    work((0, &last)).await.unwrap();
    is(fired(&town, "filing").await, &[("2026", "done")]);
    assert_eq!(cases(&town).await, 1 + 13);
    town.look_away().await;
}

async fn the_year_opens_with_targets_for_every_project_without(kind: Kind) {
    let town = Town::founded(kind).await;
    sweep(&town).await;
    until(&town, "2027-09-01T09:00:00+08:00");
    sweep(&town).await;
    work(&town).await;
    let long = town.count("SELECT count(*) FROM projects WHERE end_year >= 2028").await;
    let started = "SELECT count(*) FROM cases WHERE workflow = 'performance-targets' AND year = 2028";
    assert!(long > 3);
    assert_eq!(town.count(started).await, long, "for the coming year");
    assert!(oracle::ask_all(town.app.store().read()).await.unwrap().is_empty());
    town.look_away().await;
}
