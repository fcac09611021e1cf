//! Whether there are people enough is looked at, becomes an incident, and stops being one.

use chrono::{Days, NaiveDate, TimeDelta};
use yumen::{
    app::{
        appointments::{self, NewAppointment},
        people,
        publishing::Publication,
    },
    engine::who::day_of,
    jobs::Cases,
    store::incidents,
    verify::people::Kind as About,
};

use super::way::*;
use crate::harness::{
    databases::{Kind, on_both},
    town::Town,
};

on_both!(
    a_post_without_anybody_is_an_incident_until_somebody_is_appointed,
    what_goes_live_is_looked_at_at_once_and_goes_live_all_the_same,
);

/// The open incidents about people that stop cases: kind and summary.
async fn stopping(town: &Town) -> Vec<(String, String)> {
    let open = incidents::open(town.app.store().read()).await.unwrap();
    let stops = [About::NobodyStarts, About::NobodyActs, About::TooFew].map(About::name);
    let open = open.into_iter().filter(|incident| stops.contains(&incident.kind.as_str()));
    open.map(|incident| (incident.kind, incident.summary_zh)).collect()
}

async fn a_post_without_anybody_is_an_incident_until_somebody_is_appointed(kind: Kind) {
    let town = Town::founded(kind).await;
    let cases: &dyn Cases = &town.app;
    cases.check_people().await.unwrap();
    let before = stopping(&town).await;

    people::set_active(&town.app, REVIEWER, false).await.unwrap();
    for _ in 0..2 {
        cases.check_people().await.unwrap();
    }
    let new: Vec<_> = stopping(&town).await.into_iter().filter(|incident| !before.contains(incident)).collect();
    assert!(!new.is_empty());
    for (kind, summary) in &new {
        assert_eq!(kind, "nobody-can-act");
        assert!(summary.contains("部门绩效审核岗目前无人任职"), "{summary}");
    }
    let twice = "SELECT count(*) - count(DISTINCT occurrence) FROM incidents";
    assert_eq!(town.count(twice).await, 0);

    let today = day_of(town.app.now());
    let post = |from: NaiveDate| NewAppointment {
        login: HEAD.into(),
        role: "department-reviewer".into(),
        org: "housing".into(),
        from,
        until: None,
    };
    appointments::appoint(&town.app, post(today + Days::new(1))).await.unwrap();
    cases.check_people().await.unwrap();
    assert!(stopping(&town).await.len() > before.len(), "not before the first day");
    town.app.sweep_schedules().await.unwrap();
    town.advance(TimeDelta::days(1));
    cases.check_people().await.unwrap();
    assert_eq!(stopping(&town).await, before);
    for _ in 0..2 {
        town.app.sweep_schedules().await.unwrap();
    }
    assert_eq!(town.count("SELECT count(*) FROM outbox WHERE kind = 'check-people'").await, 1, "once a night");
}

const ALONE: &str = r#"workflow: two-looks
title: { zh-CN: 两审, en: Two looks }
about: project
basis:
  - { rule: wuqing-plan, clause: 二(二)1 }
outcomes: [submitted]
start:
  by: { role: project-officer, of: project.unit }
  number: "两〔{year}〕{seq:4}"
form:
  - { name: amount, type: money, required: true, title: { zh-CN: 申请金额, en: Amount } }
steps:
  - fill: draft
    title: { zh-CN: 填报, en: Write }
    by: initiator
    edit: [amount]
  - approve: look
    title: { zh-CN: 初审, en: Look }
    by: { people: [nobody.at.all] }
  - end: submitted
"#;

async fn what_goes_live_is_looked_at_at_once_and_goes_live_all_the_same(kind: Kind) {
    let town = Town::founded(kind).await;
    let published = town.app.publish(&[("two-looks.yaml".to_owned(), ALONE.to_owned())], "test").await.unwrap();
    assert!(matches!(&published, Publication::Live(live) if live.len() == 1), "{published:?}");
    let found = stopping(&town).await;
    assert!(
        found.iter().any(|(kind, summary)| kind == "nobody-can-act" && summary.contains("“两审”的“初审”")),
        "{found:?}"
    );
}
