//! The second and the third lock: the effect looks again by itself, and the database refuses even plain SQL.

use sea_orm::{ConnectionTrait as _, DbErr};
use yumen::{app::publishing::Publication, definition::check, engine::Refusal, ids::ProjectId, store::definitions};

use super::way::*;
use crate::harness::{
    databases::{Kind, on_both},
    town::{Town, form, wan},
};

on_both!(
    a_request_without_an_amount_is_refused_with_a_sentence,
    the_effect_looks_again_without_any_gate,
    the_database_refuses_a_request_without_its_facts,
    facts_cannot_be_rewritten,
    files_that_do_not_fit_together_are_refused_whole,
);

/// A workflow that somebody wrote without gates.
const SHORTCUT: &str = r#"workflow: shortcut
title: { zh-CN: 捷径, en: Shortcut }
about: project
basis:
  - { rule: wuqing-plan, clause: 二(二)1 }
outcomes: [submitted]
start:
  by: { role: project-officer, of: project.unit }
  number: "捷〔{year}〕{seq:4}"
form:
  - { name: amount, type: money, required: true, title: { zh-CN: 申请金额, en: Amount } }
steps:
  - fill: draft
    title: { zh-CN: 填报, en: Write }
    by: initiator
    edit: [amount]
  - do: submit-budget-request
  - end: submitted
"#;

/// Mandates of a place that has none: the proof then finds nothing to keep.
const NOTHING: &str = "mandates: []\n";

async fn the_effect_looks_again_without_any_gate(kind: Kind) {
    let town = Town::founded(kind).await;
    let files = [("shortcut.yaml".to_owned(), SHORTCUT.to_owned())];
    town.accepts_mandates(NOTHING).await;
    let published = town.app.publish(&files, "test").await.unwrap();
    assert!(matches!(&published, Publication::Live(live) if live.len() == 1), "{published:?}");
    let project = town.project(UNDERPASS).await;
    let officer = town.official(OFFICER);
    let case = officer.starts("shortcut", project).await.unwrap().case;
    let refused = officer.completes(case, "draft", form([("amount", wan(1))])).await.unwrap_err();
    assert_eq!(refused, Refusal::FactTakenBack { fact: "assessment".into() });
    assert_eq!(town.count("SELECT count(*) FROM budget_requests").await, 0);
    assert_eq!(town.count("SELECT count(*) FROM cases WHERE status = 'running'").await, 1);
}

/// The amount of a version that went live before anybody asked for it may be missing.
async fn a_request_without_an_amount_is_refused_with_a_sentence(kind: Kind) {
    let town = Town::founded(kind).await;
    let source = SHORTCUT.replace("type: money, required: true", "type: money");
    let new = definitions::NewDefinition {
        hash: check::hash(&source),
        workflow: "shortcut".into(),
        source,
        published_at: "2026-11-23T03:00:00Z".parse().unwrap(),
        published_by: "test".into(),
        draft: None,
        certificate: None,
        scenarios: None,
    };
    let live = town.app.store().write(move |tx| async move { definitions::publish(&tx, new).await }).await;
    assert!(live.map_err(|error: yumen::store::Error| error).unwrap().is_some());
    let project = town.project(UNDERPASS).await;
    let officer = town.official(OFFICER);
    let case = officer.starts("shortcut", project).await.unwrap().case;
    let refused = officer.completes(case, "draft", form([])).await.unwrap_err();
    assert_eq!(refused, Refusal::AmountMissing);
    assert_eq!(town.count("SELECT count(*) FROM budget_requests").await, 0);
    assert_eq!(town.count("SELECT count(*) FROM incidents").await, 0, "it is for people to mend, not for operators");
}

/// Copies the one submitted request with something changed, by hand.
async fn forge(town: &Town, changes: &[(&str, &str)]) -> Result<(), DbErr> {
    const COLUMNS: [&str; 14] = [
        "id",
        "project_id",
        "year",
        "case_id",
        "amount_fen",
        "submitted_at",
        "assessment_fact",
        "assessment_kind",
        "assessment_value",
        "assessment_cap_fen",
        "targets_fact",
        "targets_kind",
        "targets_value",
        "targets_cap_fen",
    ];
    let value =
        |column: &&str| changes.iter().find(|(c, _)| c == column).map_or(*column, |(_, value)| *value).to_owned();
    let values: Vec<String> = COLUMNS.iter().map(value).collect();
    let insert = format!(
        "INSERT INTO budget_requests ({}) SELECT {} FROM budget_requests",
        COLUMNS.join(", "),
        values.join(", ")
    );
    town.sql.execute_unprepared(&insert).await.map(drop)
}

/// A request was submitted for one project; another one has nothing.
async fn one_submitted(kind: Kind) -> (std::sync::Arc<Town>, ProjectId) {
    let town = Town::founded(kind).await;
    let project = town.project(UNDERPASS).await;
    assessed(&town, project).await;
    targets_set(&town, project).await;
    let case = request_before_the_leader(&town, project, 600).await;
    town.official(LEADER).approves(case, "finance-leader").await.unwrap();
    let other = town.project(RELOCATION).await;
    (town, other)
}

async fn the_database_refuses_a_request_without_its_facts(kind: Kind) {
    let (town, other) = one_submitted(kind).await;
    let literal = |id: uuid::Uuid| match kind {
        Kind::Sqlite => format!("x'{}'", id.as_simple()),
        Kind::Postgres => format!("'{id}'"),
    };
    let (id, other) = (literal(uuid::Uuid::from_u128(1)), literal(other.uuid()));
    let id = ("id", id.as_str());
    let attempts: [(&str, &[(&str, &str)]); 8] = [
        ("facts of another project", &[id, ("project_id", &other)]),
        ("facts of another year", &[id, ("year", "2028")]),
        ("no assessment", &[id, ("year", "2028"), ("assessment_fact", "NULL")]),
        ("no targets", &[id, ("year", "2028"), ("targets_fact", "NULL")]),
        ("an assessment that never was", &[id, ("year", "2028"), ("assessment_fact", id.1)]),
        ("targets in place of an assessment", &[id, ("year", "2028"), ("assessment_fact", "targets_fact")]),
        ("a conclusion that does not support", &[id, ("year", "2028"), ("assessment_value", "'not-supported'")]),
        ("an amount above the cap", &[id, ("year", "2028"), ("amount_fen", "assessment_cap_fen + 1")]),
    ];
    for (what, changes) in attempts {
        assert!(forge(&town, changes).await.is_err(), "the database took {what}");
    }
    assert_eq!(town.count("SELECT count(*) FROM budget_requests").await, 1);
    // The way of asking is sound: with facts of their own, the same statement is taken.
    let project = town.project(RELOCATION).await;
    assessed(&town, project).await;
    targets_set(&town, project).await;
    let (assessment, targets) = (
        literal(fact(&town, project, "assessment").await.uuid()),
        literal(fact(&town, project, "targets").await.uuid()),
    );
    forge(&town, &[id, ("project_id", &other), ("assessment_fact", &assessment), ("targets_fact", &targets)])
        .await
        .unwrap();
}

async fn facts_cannot_be_rewritten(kind: Kind) {
    let (town, _) = one_submitted(kind).await;
    for attack in [
        "UPDATE facts SET value = 'supported'",
        "UPDATE facts SET cap_fen = cap_fen + 1",
        "UPDATE facts SET year = 2028",
        "DELETE FROM facts",
    ] {
        assert!(town.sql.execute_unprepared(attack).await.is_err(), "the database took {attack}");
    }
    assert_eq!(town.count("SELECT count(*) FROM facts WHERE cap_fen = 600000000").await, 2);
}

async fn files_that_do_not_fit_together_are_refused_whole(kind: Kind) {
    let town = Town::founded(kind).await;
    let live = "SELECT count(*) FROM definitions";
    let before = town.count(live).await;
    let file = |name: &str, source: String| (format!("{name}.yaml"), source);
    let other = |name: &str| SHORTCUT.replace("workflow: shortcut", &format!("workflow: {name}"));
    let unlike = other("detour").replace("捷〔", "弯〔");

    let published = town.app.publish(&[file("shortcut", SHORTCUT.to_owned())], "test").await.unwrap();
    assert_eq!(published, Publication::Refused(vec![("shortcut.yaml".into(), 2)]), "it goes around two mandates");
    // Files that bring other mandates along are proven by those in force all the same.
    let brought = ("mandates.yaml".to_owned(), NOTHING.to_owned());
    let published = town.app.publish(&[file("shortcut", SHORTCUT.to_owned()), brought], "test").await.unwrap();
    assert_eq!(published, Publication::Refused(vec![("shortcut.yaml".into(), 2)]));
    town.accepts_mandates(NOTHING).await;
    let published = town.app.publish(&[file("renamed", SHORTCUT.to_owned())], "test").await.unwrap();
    assert_eq!(published, Publication::Refused(vec![("renamed.yaml".into(), 1)]), "the file is called otherwise");
    let both = [file("detour", other("detour")), file("shortcut", SHORTCUT.to_owned())];
    let published = town.app.publish(&both, "test").await.unwrap();
    assert_eq!(published, Publication::Refused(vec![("shortcut.yaml".into(), 1)]), "the numbers are the same");
    let taken = file("detour", unlike.replace("弯〔", "绩目〔"));
    let published = town.app.publish(&[taken], "test").await.unwrap();
    assert_eq!(published, Publication::Refused(vec![("detour.yaml".into(), 1)]), "a live workflow has the numbers");
    assert_eq!(town.count(live).await, before);

    let both = [file("detour", unlike), file("shortcut", SHORTCUT.to_owned())];
    let published = town.app.publish(&both, "test").await.unwrap();
    assert!(matches!(&published, Publication::Live(live) if live.len() == 2), "{published:?}");
}
