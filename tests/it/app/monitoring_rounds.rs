//! The rounds of monitoring: a schedule opens them for every project that runs and has accepted targets, and for no other,
//! and what is reported in one leads through lamp, warning, decision and rectification to its end.

use std::sync::Arc;

use yumen::{
    app::{monitoring_page::MonitoringQuery, schedules::Doing},
    definition::Value,
    engine::Decision,
    ids::{CaseId, ProjectId},
    store::{cases, firings, oracle, projects},
};

use super::{
    monitoring::{case_of, rectified, report, rows, warned_in},
    schedules::{sweep, until, work},
    schedules_waiting::start_held,
    way::{HEAD, OFFICER, PERFORMANCE, RELOCATION, REVIEWER, UNDERPASS, fact, targets_filed, targets_set},
};
use crate::harness::{
    databases::{Kind, on_both},
    town::{Town, YEAR, wan},
};

on_both!(the_half_year_round_opens_by_itself_and_is_followed_to_its_end);

const CASES: &str = "SELECT COUNT(*) FROM cases WHERE workflow = 'monitoring'";

/// Another project of the same unit and years.
async fn beside(town: &Town, code: &str) -> ProjectId {
    let store = town.app.store();
    let model = projects::by_code(store.read(), UNDERPASS).await.unwrap().unwrap();
    let id = town.app.sources().new_id();
    let row = projects::ProjectRow { id, code: code.to_owned(), ..model };
    store.write(|tx| async move { projects::insert(&tx, vec![row]).await }).await.unwrap();
    id
}

/// What a schedule counted when it fired last: started, there already, held.
async fn counted(town: &Town, schedule: &str) -> (String, i64, i64, i64) {
    let row = firings::latest(town.app.store().read(), "monitoring", schedule, 1).await.unwrap().remove(0);
    (row.state, row.started, row.present, row.held)
}

async fn opened(town: &Town, project: ProjectId) -> CaseId {
    cases::running(town.app.store().read(), "monitoring", project, YEAR).await.unwrap().expect("a case was opened").id
}

/// Two projects with accepted targets, and others that lack them in every way there is; one that people began with.
async fn half_a_year(town: &Arc<Town>) -> (ProjectId, ProjectId, ProjectId) {
    let (behind, on_time) = (town.project(UNDERPASS).await, town.project(RELOCATION).await);
    sweep(town).await;
    until(town, "2027-04-01T09:00:00+08:00");
    sweep(town).await;
    work(town).await;
    assert_eq!(counted(town, "quarterly-round").await, ("done".into(), 0, 0, 0), "nobody has targets yet");

    until(town, "2027-06-15T10:00:00+08:00");
    targets_set(town, behind).await;
    targets_set(town, on_time).await;
    let unreviewed = beside(town, "WQ2027-HOU-011").await;
    let officer = town.official(OFFICER);
    let case = officer.starts("performance-targets", unreviewed).await.unwrap().case;
    targets_filed(&officer, case).await;
    let taken_back = beside(town, "WQ2027-HOU-012").await;
    let case = targets_set(town, taken_back).await;
    let accepted = fact(town, taken_back, "targets").await;
    town.official(PERFORMANCE).revokes(case, accepted, "指标与预算不符。").await.unwrap();
    let begun = beside(town, "WQ2027-HOU-013").await;
    targets_set(town, begun).await;
    until(town, "2027-07-05T10:00:00+08:00");
    officer.starts("monitoring", begun).await.unwrap();
    (behind, on_time, begun)
}

async fn the_half_year_round_opens_by_itself_and_is_followed_to_its_end(kind: Kind) {
    let town = Town::founded(kind).await;
    let (behind, on_time, begun) = half_a_year(&town).await;
    for early in ["2027-08-01T09:00:00+08:00", "2027-08-02T08:59:59+08:00"] {
        until(&town, early);
        sweep(&town).await;
        work(&town).await;
        assert_eq!(town.count(CASES).await, 1, "the first of August is a Sunday, and Monday has not begun");
    }
    until(&town, "2027-08-02T09:00:00+08:00");
    for _ in 0..2 {
        sweep(&town).await;
        work(&town).await;
    }
    assert_eq!(counted(&town, "mid-year-round").await, ("done".into(), 2, 0, 1));
    let signed = "SELECT COUNT(*) FROM journal WHERE actor = 'system:schedule mid-year-round'";
    assert_eq!(town.count(signed).await, 2);
    assert_eq!(town.count(CASES).await, 3, "these two, and the one that people began");
    let admin = town.official("han-zhijian").viewer().await;
    let round = ("monitoring", "mid-year-round");
    town.app.do_to_schedule(&admin, round, Doing::Run, "再核对一次").await.unwrap();
    until(&town, "2027-08-03T09:00:00+08:00");
    sweep(&town).await;
    work(&town).await;
    assert_eq!(town.count(CASES).await, 3, "nobody is asked twice");

    an_earlier_round_is_finished_and_the_round_opens(&town, begun).await;
    prefilled(&town, opened(&town, on_time).await).await;
    on_time_is_done_with_the_review(&town, opened(&town, on_time).await).await;
    behind_is_rectified_before_money_flows(&town, behind).await;
    assert!(town.app.verify_ledger(|_| ()).await.unwrap().is_whole());
    assert!(oracle::ask_all(town.app.store().read()).await.unwrap().is_empty());
    town.look_away().await;
}

/// The case of the first quarter that people began in July does not stand in for the one of the half year.
async fn an_earlier_round_is_finished_and_the_round_opens(town: &Arc<Town>, project: ProjectId) {
    let round = async |case| case_of(town, case).await.form.get(&"round".into()).cloned();
    let case = opened(town, project).await;
    assert_eq!(round(case).await, Some(Value::Choice("q1".into())));
    let said = report(rows(&case_of(town, case).await), "88", 150);
    town.official(OFFICER).completes(case, "report", said).await.unwrap();
    town.official(REVIEWER).approves(case, "department-review").await.unwrap();
    start_held(town).await;
    assert_eq!(counted(town, "mid-year-round").await.1, 0, "that of the firing by hand");
    let next = opened(town, project).await;
    assert_eq!(round(next).await, Some(Value::Choice("mid-year".into())));
    let said = report(rows(&case_of(town, next).await), "88", 350);
    town.official(OFFICER).completes(next, "report", said).await.unwrap();
    town.official(REVIEWER).approves(next, "department-review").await.unwrap();
}

async fn prefilled(town: &Arc<Town>, case: CaseId) {
    let held = case_of(town, case).await;
    assert_eq!(held.form.get(&"budget".into()), Some(&wan(600)));
    let targets: Vec<_> = rows(&held).iter().map(|row| (row.indicator.level3.clone(), row.so_far.clone())).collect();
    let named = ["数量指标一", "社会效益指标一", "服务对象满意度指标一"];
    assert_eq!(targets, named.map(|name| (name.to_owned(), String::new())));
    let task = town.official(OFFICER).task(case, "report").await;
    let due = held.tasks[&task].due_at.unwrap();
    assert_eq!(due.to_rfc3339(), "2027-08-16T15:59:59+00:00", "ten working days");
}

/// 88 of 90 and 350 of 600 万元 after seven months: both as they should be.
async fn on_time_is_done_with_the_review(town: &Arc<Town>, case: CaseId) {
    let said = report(rows(&case_of(town, case).await), "88", 350);
    town.official(OFFICER).completes(case, "report", said).await.unwrap();
    let ended = town.official(REVIEWER).approves(case, "department-review").await.unwrap();
    assert_eq!(ended.outcome.unwrap().as_str(), "monitored");
    assert_eq!(town.count("SELECT COUNT(*) FROM monitoring_reports WHERE lamp = 'green' AND NOT warned").await, 3);
}

async fn behind_is_rectified_before_money_flows(town: &Arc<Town>, project: ProjectId) {
    let case = opened(town, project).await;
    warned_in(town, case).await;
    assert_eq!(seen(town).await[0], ("红灯".to_owned(), 1), "it waits for a decision");
    let adjust = Decision::Grade("adjust".into());
    let decided = town.official(HEAD).decides(case, "decision", adjust, "限期整改。").await.unwrap();
    assert_eq!(decided.outcome.unwrap().as_str(), "rectifying");
    assert_eq!(seen(town).await[0], ("红灯".to_owned(), 2), "it is rectified, and funding rests meanwhile");
    let rectification = rectified(town, project).await;
    let ended = town.official(PERFORMANCE).approves(rectification, "acceptance").await.unwrap();
    assert_eq!(ended.outcome.unwrap().as_str(), "accepted");
    assert_eq!(seen(town).await[0], ("红灯".to_owned(), 0), "the lamp of the round stays, nothing is open");
}

/// The overview as finance sees it: each lamp, and how many states its project is in.
async fn seen(town: &Arc<Town>) -> Vec<(String, usize)> {
    let finance = town.official(PERFORMANCE).viewer().await;
    let query = MonitoringQuery { year: Some(YEAR), ..MonitoringQuery::default() };
    let page = town.app.monitoring_page(&finance, &query).await.unwrap();
    page.rows.into_iter().map(|row| (row.clocks.lamp.word.zh, row.states.len())).collect()
}
