//! The demonstration fills an empty database through the same door as real life.

use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{TimeZone as _, Utc};
use yumen::{
    app::{App, library},
    clock::{Chance, Clock, Sources},
    policy::Policy,
    store,
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
    assert_eq!(told.load(Ordering::Relaxed), projects.len());
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

    let ledger = app.verify_ledger(|_| {}).await.unwrap();
    assert!(ledger.is_whole(), "{ledger:?}");
    assert!(ledger.cases >= 40 && ledger.entries > ledger.cases, "{ledger:?}");
    let findings = store::oracle::ask_all(db).await.unwrap();
    let found: Vec<_> = findings.iter().map(|finding| (finding.check.id, &finding.shown)).collect();
    assert!(found.is_empty(), "{found:?}");
}
