//! A workflow of one decision, and any number of cases that wait for it.

use std::sync::Arc;

use yumen::{
    ids::{CaseId, ProjectId},
    store::projects,
};

use super::town::{Town, YEAR};

/// A workflow of one decision.
const SOURCE: &str = r#"workflow: decision
title: { zh-CN: 一次审批, en: One decision }
about: project
basis:
  - { rule: wuqing-plan, clause: 二(二)1 }
outcomes: [accepted]
start:
  by: { role: project-officer, of: project.unit }
  number: "审〔{year}〕{seq:6}"
form:
  - { name: amount, type: money, title: { zh-CN: 金额, en: Amount } }
steps:
  - approve: only
    title: { zh-CN: 审批, en: Approve }
    by: { role: finance-performance }
    edit: [amount]
    due: 5 working days
  - end: accepted
"#;

/// So many cases of one project, each about a year of its own, that wait for one decision each.
pub async fn cases(town: &Arc<Town>, count: usize) -> Vec<CaseId> {
    town.app.publish(&[("decision.yaml".to_owned(), SOURCE.to_owned())], "test").await.unwrap();
    let officer = town.official("bai-songtao");
    let project = long_project(town, count).await;
    let mut cases = Vec::with_capacity(count);
    for year in (YEAR..).take(count) {
        cases.push(officer.starts_for("decision", project, year).await.unwrap().case);
    }
    cases
}

/// A project that lasts so long that every decision can be about a year of its own.
pub async fn long_project(town: &Town, years: usize) -> ProjectId {
    let store = town.app.store();
    let model = projects::by_code(store.read(), "WQ2027-HOU-001").await.unwrap().unwrap();
    let end_year = YEAR + i32::try_from(years).unwrap();
    let id = town.app.sources().new_id();
    let row = projects::ProjectRow { id, code: "WQ-LONG".to_owned(), end_year, ..model };
    store.write(|tx| async move { projects::insert(&tx, vec![row]).await }).await.unwrap();
    id
}
