//! From assessment and targets to the budget request, and what stops it on the way.

use std::sync::Arc;

use chrono::TimeDelta;
use yumen::{app::Answer, definition::Value, engine::Refusal, ids::CaseId};

use super::way::*;
use crate::harness::{
    databases::{Kind, on_both},
    town::{Town, YEAR, form, text, wan},
};

on_both!(
    the_chain_runs_from_end_to_end,
    the_officer_is_told_of_every_step,
    a_request_without_its_gates_open_is_refused,
    facts_of_another_project_open_nothing,
    an_assessment_taken_back_stops_a_request_under_way,
    an_amount_above_what_is_supported_is_refused,
    a_request_above_the_exempted_amount_is_refused,
    a_request_above_the_fiscal_allocation_is_refused,
    the_second_to_decide_reads_who_was_first_and_when,
    nobody_acts_on_what_is_not_theirs,
    weights_that_do_not_add_up_are_refused,
);

async fn the_chain_runs_from_end_to_end(kind: Kind) {
    let town = Town::founded(kind).await;
    let project = town.project(UNDERPASS).await;
    assessed(&town, project).await;
    targets_set(&town, project).await;
    let case = request_before_the_leader(&town, project, 600).await;
    let ended = town.official(LEADER).approves(case, "finance-leader").await.unwrap();
    assert_eq!(ended.outcome.unwrap().as_str(), "submitted");
    let submitted = "SELECT count(*) FROM budget_requests WHERE amount_fen = 600000000 AND year = 2027";
    assert_eq!(town.count(submitted).await, 1);

    let again = town.official(OFFICER).starts("budget-request", project).await;
    assert_eq!(again, Err(Refusal::AlreadySubmitted { year: YEAR }));
}

async fn the_officer_is_told_of_every_step(kind: Kind) {
    let town = Town::founded(kind).await;
    let project = town.project(RELOCATION).await;
    let officer = town.official(OFFICER);
    let case = officer.starts("performance-targets", project).await.unwrap().case;
    town.expect_mails(&[]).await;
    targets_filed(&officer, case).await;
    town.expect_mails(&[("task-assigned", REVIEWER)]).await;
    town.official(REVIEWER).approves(case, "department-review").await.unwrap();
    town.expect_mails(&[("decision-made", OFFICER), ("task-assigned", HEAD)]).await;
    town.official(HEAD).returns(case, "department-approval", "draft", "目标过低。").await.unwrap();
    town.expect_mails(&[("case-returned", OFFICER)]).await;
}

fn closed(gate: &str, fact: &str) -> Refusal {
    Refusal::GateClosed { step: gate.into(), fact: fact.into(), year: YEAR, stands: None }
}

async fn a_request_without_its_gates_open_is_refused(kind: Kind) {
    let town = Town::founded(kind).await;
    let project = town.project(UNDERPASS).await;
    let officer = town.official(OFFICER);
    let refused = officer.starts("budget-request", project).await.unwrap_err();
    assert_eq!(refused, closed("assessment-at-start", "assessment"));
    assessed(&town, project).await;
    let refused = officer.starts("budget-request", project).await.unwrap_err();
    assert_eq!(refused, closed("targets-at-start", "targets"));
    assert_eq!(town.count("SELECT count(*) FROM cases WHERE workflow = 'budget-request'").await, 0);
}

async fn facts_of_another_project_open_nothing(kind: Kind) {
    let town = Town::founded(kind).await;
    let other = town.project(RELOCATION).await;
    assessed(&town, other).await;
    targets_set(&town, other).await;
    let project = town.project(UNDERPASS).await;
    let refused = town.official(OFFICER).starts("budget-request", project).await.unwrap_err();
    assert!(matches!(refused, Refusal::GateClosed { .. }), "{refused:?}");
}

async fn an_assessment_taken_back_stops_a_request_under_way(kind: Kind) {
    let town = Town::founded(kind).await;
    let project = town.project(UNDERPASS).await;
    let assessment = assessed(&town, project).await;
    targets_set(&town, project).await;
    let case = request_before_the_leader(&town, project, 600).await;
    let fact = fact(&town, project, "assessment").await;
    town.official(PERFORMANCE).revokes(assessment, fact, "测算数据有误。").await.unwrap();
    let refused = town.official(LEADER).approves(case, "finance-leader").await.unwrap_err();
    assert!(matches!(refused, Refusal::GateClosed { .. } | Refusal::FactTakenBack { .. }), "{refused:?}");
    assert_eq!(town.count("SELECT count(*) FROM budget_requests").await, 0);
}

async fn an_amount_above_what_is_supported_is_refused(kind: Kind) {
    let town = Town::founded(kind).await;
    let project = town.project(UNDERPASS).await;
    assessed(&town, project).await;
    targets_set(&town, project).await;
    let case = town.official(OFFICER).starts("budget-request", project).await.unwrap().case;
    let refused = requested(&town, case, 601).await.unwrap_err();
    assert!(matches!(refused, Refusal::AboveCap { .. }), "{refused:?}");
    requested(&town, case, 600).await.unwrap();
    reviewed(&town, case).await;
    let ended = town.official(LEADER).approves(case, "finance-leader").await.unwrap();
    assert_eq!(ended.outcome.unwrap().as_str(), "submitted");
}

/// Files a request of so many 万元 and gives back what came of it.
async fn requested(town: &Arc<Town>, case: CaseId, amount: i64) -> Result<Answer, Refusal> {
    let officer = town.official(OFFICER);
    let files = officer.attaches(case, "draft").await;
    let (purpose, breakdown) = (text("工程款。"), text("按合同进度。"));
    let request = [("amount", wan(amount)), ("purpose", purpose), ("breakdown", breakdown), ("files", files)];
    officer.completes(case, "draft", form(request)).await
}

async fn a_request_above_the_exempted_amount_is_refused(kind: Kind) {
    let town = Town::founded(kind).await;
    let project = town.project(UNDERPASS).await;
    exempted(&town, project, 500).await;
    targets_set(&town, project).await;
    let case = town.official(OFFICER).starts("budget-request", project).await.unwrap().case;
    let refused = requested(&town, case, 501).await.unwrap_err();
    let Refusal::AboveCap { cap, .. } = &refused else { panic!("{refused:?}") };
    assert_eq!(Value::Money(*cap), wan(500));
    requested(&town, case, 500).await.unwrap();
}

async fn a_request_above_the_fiscal_allocation_is_refused(kind: Kind) {
    let town = Town::founded(kind).await;
    let project = town.project(UNDERPASS).await;
    assessed(&town, project).await;
    let officer = town.official(OFFICER);
    let case = officer.starts("performance-targets", project).await.unwrap().case;
    officer.completes(case, "draft", funds(600, 400)).await.unwrap();
    officer.completes(case, "goals", targets(&["50", "30", "10"])).await.unwrap();
    town.official(REVIEWER).approves(case, "department-review").await.unwrap();
    town.official(HEAD).approves(case, "department-approval").await.unwrap();
    town.official(PERFORMANCE).grades(case, "finance-review", "excellent").await.unwrap();
    let case = officer.starts("budget-request", project).await.unwrap().case;
    let refused = requested(&town, case, 401).await.unwrap_err();
    let Refusal::AboveCap { cap, .. } = &refused else { panic!("{refused:?}") };
    assert_eq!(Value::Money(*cap), wan(400));
    requested(&town, case, 400).await.unwrap();
}

async fn the_second_to_decide_reads_who_was_first_and_when(kind: Kind) {
    let town = Town::founded(kind).await;
    let project = town.project(UNDERPASS).await;
    let officer = town.official(OFFICER);
    let case = officer.starts("performance-targets", project).await.unwrap().case;
    targets_filed(&officer, case).await;
    town.official(REVIEWER).approves(case, "department-review").await.unwrap();
    town.official(HEAD).approves(case, "department-approval").await.unwrap();

    let first = town.official(PERFORMANCE);
    let second = town.official("li-wei");
    let task = first.task(case, "finance-review").await;
    let excellent = || yumen::engine::Decision::Grade("excellent".into());
    let (one, other) = tokio::join!(
        first.decides_task((case, task), excellent(), "", form([])),
        second.decides_task((case, task), excellent(), "", form([])),
    );
    let refused = match (one, other) {
        (Ok(_), Err(refused)) | (Err(refused), Ok(_)) => refused,
        (one, other) => panic!("one wins: {one:?} {other:?}"),
    };
    let Refusal::TaskClosed { winner: Some(winner) } = refused else { panic!("{refused:?}") };
    assert!(["陈洁", "李玮"].contains(&winner.name.as_str()), "{winner:?}");
    assert_eq!(winner.at, town.app.now());
    town.advance(TimeDelta::hours(1));
    let late = second.decides_task((case, task), excellent(), "", form([])).await.unwrap_err();
    assert_eq!(late, Refusal::TaskClosed { winner: Some(winner) });
}

async fn nobody_acts_on_what_is_not_theirs(kind: Kind) {
    let town = Town::founded(kind).await;
    let project = town.project(UNDERPASS).await;
    let officer = town.official(OFFICER);
    let stranger = town.official("he-jingshu");
    assert_eq!(stranger.starts("performance-targets", project).await, Err(Refusal::NotFound));
    let case = officer.starts("performance-targets", project).await.unwrap().case;
    targets_filed(&officer, case).await;
    assert_eq!(officer.approves(case, "department-review").await, Err(Refusal::OwnCase));
    assert_eq!(town.official(HEAD).approves(case, "department-review").await, Err(Refusal::NotYourTask));
    assert_eq!(stranger.approves(case, "department-review").await, Err(Refusal::NotFound));
}

async fn weights_that_do_not_add_up_are_refused(kind: Kind) {
    let town = Town::founded(kind).await;
    let project = town.project(UNDERPASS).await;
    let officer = town.official(OFFICER);
    let case = officer.starts("performance-targets", project).await.unwrap().case;
    officer.completes(case, "draft", funds(600, 600)).await.unwrap();
    let refused = officer.completes(case, "goals", targets(&["50", "30", "15"])).await.unwrap_err();
    let Refusal::Fields { problems } = refused else { panic!("{refused:?}") };
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].problem.zh.contains("95"), "{problems:?}");
}
