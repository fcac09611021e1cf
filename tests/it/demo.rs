//! The demonstration fills an empty database through the same door as real life.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicUsize, Ordering},
};

use chrono::{TimeZone as _, Utc};
use yumen::{
    app::{App, library},
    clock::{Chance, Clock, Sources},
    demo::DemoProject,
    ids::PersonId,
    policy::Policy,
    store::{
        self, Scope,
        monitoring_reads::{self, Filter},
    },
};

use crate::harness::databases::{self, Kind, on_both};

on_both!(every_project_gets_its_story);

async fn every_project_gets_its_story(kind: Kind) {
    let database = databases::fresh(kind).await;
    let now = Utc.with_ymd_and_hms(2026, 11, 23, 4, 0, 0).unwrap();
    let sources = Sources { clock: Clock::manual(now), chance: Chance::seeded(1) };
    let policy = Policy::read(&library::embedded()).unwrap();
    let app = App::new(database.store.clone(), sources, policy);
    assert!(!app.is_populated().await.unwrap());
    let told = AtomicUsize::new(0);
    app.populate_demo(now, |progress| told.store(progress.done, Ordering::Relaxed)).await.unwrap();
    assert!(app.is_populated().await.unwrap());

    let projects = yumen::demo::projects().unwrap();
    let running = yumen::demo::running_projects().unwrap();
    assert_eq!(told.load(Ordering::Relaxed), projects.len() + running.len());
    let db = database.store.read();
    let mut submitted = 0;
    let mut open = 0;
    for project in &projects {
        let row = store::projects::by_code(db, &project.project.code).await.unwrap().unwrap();
        submitted += usize::from(store::budget_requests::find(db, row.id, project.year).await.unwrap().is_some());
        for workflow in ["ex-ante-assessment", "performance-targets", "budget-request"] {
            let running = store::cases::running(db, workflow, row.id, project.year).await.unwrap();
            open += usize::from(running.is_some());
        }
    }
    assert!(submitted >= 2, "only {submitted} requests were submitted");
    assert!(open >= 12, "only {open} cases wait for somebody");

    running_projects_are_monitored(&app, &running).await;
    let ledger = app.verify_ledger(|_| {}).await.unwrap();
    assert!(ledger.is_whole(), "{ledger:?}");
    assert!(ledger.cases >= 40 && ledger.entries > ledger.cases, "{ledger:?}");
    let findings = store::oracle::ask_all(db).await.unwrap();
    let found: Vec<_> = findings.iter().map(|finding| (finding.check.id, &finding.shown)).collect();
    assert!(found.is_empty(), "{found:?}");
}

/// Every lamp, and a project at every place of the way from a report to the rectification that was accepted.
async fn running_projects_are_monitored(app: &App, running: &[DemoProject]) {
    let db = app.store().read();
    let filter = |state: &str| Filter { year: 2026, state: state.to_owned(), ..Filter::default() };
    let scope = &Scope::everything(PersonId::from_uuid(uuid::Uuid::nil()), Vec::new());
    let found = async |state: &str| {
        let found = monitoring_reads::page(db, scope, &filter(state), 100, 0).await.unwrap();
        found.into_iter().map(|row| (row.lamp, row.warned)).collect::<Vec<_>>()
    };
    let lamps: BTreeSet<_> = found("").await.into_iter().map(|(lamp, _)| lamp).collect();
    assert_eq!(lamps, ["blue", "green", "red", "yellow"].map(str::to_owned).into());
    assert_eq!(found("undecided").await.len(), 2);
    assert_eq!(found("rectifying").await.len(), 2);
    assert_eq!(found("suspended").await.len(), 2);
    let mut at = BTreeSet::new();
    for project in running {
        let row = store::projects::by_code(db, &project.project.code).await.unwrap().unwrap();
        assert!(store::budget_requests::find(db, row.id, 2026).await.unwrap().is_some(), "{}", row.code);
        for workflow in ["monitoring", "rectification"] {
            let Some(case) = store::cases::running(db, workflow, row.id, 2026).await.unwrap() else { continue };
            let tasks = store::tasks::of_case(db, case.id).await.unwrap();
            at.extend(tasks.into_iter().filter(|task| task.state == "open").map(|task| task.step));
        }
    }
    let wanted = ["decision", "department-review", "finance-review", "plan-approval", "report", "work"];
    assert_eq!(at, wanted.map(str::to_owned).into());
}
