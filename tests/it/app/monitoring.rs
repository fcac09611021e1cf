//! Monitoring from the report to the funding that goes on again, and what is seen of it by whom.

use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};
use yumen::{
    app::{clocks_due::RingOrder, monitoring_page::MonitoringQuery},
    definition::{Cause, Form, Likelihood, Progress, Value},
    engine::{Case, Decision, Refusal},
    ids::{CaseId, ProjectId},
    store::cases,
};

use super::{
    schedules::until,
    way::{HEAD, OFFICER, PERFORMANCE, REVIEWER, UNDERPASS, fact, targets_set},
};
use crate::harness::{
    databases::{Kind, on_both},
    town::{Town, YEAR, form, text, wan},
};

on_both!(
    a_report_begins_with_the_targets_and_nobody_changes_them,
    nobody_decides_in_time_and_funding_rests_until_the_rectification_is_accepted,
    the_overview_shows_nobody_what_is_not_theirs,
    nobody_chooses_the_round_and_each_is_reported_once,
);

pub async fn case_of(town: &Town, id: CaseId) -> Case {
    let row = cases::find(town.app.store().read(), id).await.unwrap().unwrap();
    serde_json::from_str(&row.state).unwrap()
}

pub fn rows(case: &Case) -> Vec<Progress> {
    let Some(Value::Progress(rows)) = case.form.get(&"progress".into()) else {
        panic!("no progress in {:?}", case.form)
    };
    rows.clone()
}

/// A report: so far on every indicator, and so many 万元 of 600 spent.
pub fn report(rows: Vec<Progress>, so_far: &str, executed: i64) -> Form {
    let row = |row: Progress| Progress {
        so_far: so_far.to_owned(),
        forecast: "90".to_owned(),
        likelihood: Some(Likelihood::Possible),
        cause: Some(Cause::Funds),
        ..row
    };
    form([
        ("executed", wan(executed)),
        ("forecast", wan(600)),
        ("progress", Value::Progress(rows.into_iter().map(row).collect())),
    ])
}

/// Nothing is reported on before.
pub fn first_round_is_over(town: &Town) {
    if town.app.now().to_rfc3339().as_str() < "2027-04" {
        until(town, "2027-04-01T10:00:00+08:00");
    }
}

async fn begun(town: &Arc<Town>, project: ProjectId) -> CaseId {
    targets_set(town, project).await;
    first_round_is_over(town);
    town.official(OFFICER).starts("monitoring", project).await.unwrap().case
}

/// A report that warns, up to the decision.
pub async fn warned(town: &Arc<Town>, project: ProjectId) -> CaseId {
    let case = begun(town, project).await;
    warned_in(town, case).await;
    case
}

/// A report with a red lamp and too little spent, up to the decision.
pub async fn warned_in(town: &Arc<Town>, case: CaseId) {
    let officer = town.official(OFFICER);
    let report = report(rows(&case_of(town, case).await), "45", 180);
    officer.completes(case, "report", report).await.unwrap();
    officer.completes(case, "explain", form([("explanation", text("征地滞后。"))])).await.unwrap();
    town.official(REVIEWER).approves(case, "department-review").await.unwrap();
    town.official(PERFORMANCE).approves(case, "finance-review").await.unwrap();
}

/// The rectification that was started for a project, up to its acceptance by finance.
pub async fn rectified(town: &Arc<Town>, project: ProjectId) -> CaseId {
    let running = cases::running(town.app.store().read(), "rectification", project, YEAR).await.unwrap();
    let case = running.expect("it was started").id;
    assert_eq!(case_of(town, case).await.form.get(&"problem".into()), Some(&text("征地滞后。")));
    let officer = town.official(OFFICER);
    let done_by = Value::Date(NaiveDate::from_ymd_opt(2027, 12, 1).unwrap());
    let plan = form([("measures", text("增派班组。")), ("done_by", done_by)]);
    officer.completes(case, "plan", plan).await.unwrap();
    town.official(HEAD).approves(case, "plan-approval").await.unwrap();
    officer.completes(case, "work", form([("result", text("已完成。"))])).await.unwrap();
    town.official(REVIEWER).approves(case, "department-review").await.unwrap();
    case
}

pub async fn swept(town: &Town) -> Vec<RingOrder> {
    let before = town.payloads("ring-clock").await.len();
    town.app.sweep_clocks().await.unwrap();
    let rows = town.payloads("ring-clock").await.split_off(before);
    rows.iter().map(|row| serde_json::from_str(row).unwrap()).collect()
}

async fn a_report_begins_with_the_targets_and_nobody_changes_them(kind: Kind) {
    let town = Town::founded(kind).await;
    let project = town.project(UNDERPASS).await;
    let officer = town.official(OFFICER);
    assert_eq!(officer.starts("monitoring", project).await.unwrap_err().code(), "no-round-over");
    first_round_is_over(&town);
    let refused = officer.starts("monitoring", project).await.unwrap_err();
    assert_eq!(refused.code(), "gate-closed", "there are no targets yet");

    let case = begun(&town, project).await;
    let held = case_of(&town, case).await;
    assert_eq!(held.form.get(&"initial_budget".into()), Some(&wan(600)));
    assert_eq!(held.form.get(&"budget".into()), Some(&wan(600)));
    let names: Vec<_> = rows(&held).iter().map(|row| row.indicator.level3.clone()).collect();
    assert_eq!(names, ["数量指标一", "社会效益指标一", "服务对象满意度指标一"]);

    let mut lowered = rows(&held);
    lowered[0].indicator.target = "10".into();
    let refused = officer.completes(case, "report", report(lowered, "45", 180)).await.unwrap_err();
    assert!(matches!(&refused, Refusal::Fields { problems } if problems[0].field == "progress"), "{refused:?}");
    let mut typed = report(rows(&held), "45", 180);
    typed.insert("rate".into(), Value::Number(99.into()));
    let refused = officer.completes(case, "report", typed).await.unwrap_err();
    assert!(matches!(&refused, Refusal::Fields { problems } if problems[0].field == "rate"), "{refused:?}");
    let mut silent = report(rows(&held), "45", 180);
    silent.insert("progress".into(), Value::Progress(rows(&held)));
    assert!(officer.completes(case, "report", silent).await.is_err(), "rows without figures");

    // 45 of 90 at a quarter of the year: 50 % of what is due, red; 12.5 % of the year beside 30 % spent.
    officer.completes(case, "report", report(rows(&held), "45", 180)).await.unwrap();
    let said = case_of(&town, case).await.form;
    let number = |text: &str| Some(Value::Number(text.parse().unwrap()));
    assert_eq!(said.get(&"rate".into()).cloned(), number("30"));
    assert_eq!(said.get(&"achievement".into()).cloned(), number("12.5"));
    assert_eq!(said.get(&"lamp".into()), Some(&Value::Choice("red".into())));
    assert_eq!(said.get(&"quadrant".into()), Some(&Value::Choice("money-ahead".into())));
    assert_eq!(said.get(&"gap_warning".into()), Some(&Value::Flag(true)));
    assert_eq!(said.get(&"floor_warning".into()), Some(&Value::Flag(false)), "there is no floor before April");
    town.look_away().await;
}

async fn nobody_decides_in_time_and_funding_rests_until_the_rectification_is_accepted(kind: Kind) {
    let town = Town::founded(kind).await;
    let project = town.project(UNDERPASS).await;
    let case = warned(&town, project).await;
    assert_eq!(town.count("SELECT COUNT(*) FROM monitoring_reports WHERE lamp = 'red' AND warned").await, 1);
    assert!(swept(&town).await.is_empty(), "ten working days have not passed");

    town.advance(TimeDelta::days(17));
    let due = swept(&town).await;
    assert!(!due.is_empty());
    for order in &due {
        town.app.ring(order).await.unwrap();
        town.app.ring(order).await.unwrap();
    }
    let open = "SELECT COUNT(*) FROM funding_suspensions WHERE resumed_at IS NULL";
    assert_eq!(town.count(&format!("{open} AND actor LIKE 'system:%'")).await, 1, "once, signed by the system");
    let incident = "SELECT COUNT(*) FROM incidents WHERE kind = 'not-decided' AND closed_at IS NULL";
    assert_eq!(town.count(incident).await, 1);
    assert!(case_of(&town, case).await.tasks.values().any(|task| task.step.as_str() == "decision"), "still to decide");

    let go_on = Decision::Grade("continue".into());
    let ended = town.official(HEAD).decides(case, "decision", go_on, "已恢复施工。").await.unwrap();
    assert_eq!(ended.outcome.unwrap().as_str(), "rectifying", "late, and so it is rectified");
    assert_eq!(town.count(incident).await, 0);

    let rectification = rectified(&town, project).await;
    assert_eq!(town.count(open).await, 1, "funding rests until finance accepts");
    town.official(PERFORMANCE).approves(rectification, "acceptance").await.unwrap();
    assert_eq!(town.count(open).await, 0);
    assert_eq!(town.count("SELECT COUNT(*) FROM rectifications WHERE accepted_at IS NOT NULL").await, 1);
    assert!(town.app.verify_ledger(|_| ()).await.unwrap().is_whole());
    town.look_away().await;
}

/// Finance and the department see the report, another department neither its row nor its count.
async fn the_overview_shows_nobody_what_is_not_theirs(kind: Kind) {
    let town = Town::founded(kind).await;
    let project = town.project(UNDERPASS).await;
    warned(&town, project).await;
    let query = MonitoringQuery { year: Some(2027), ..MonitoringQuery::default() };
    let people = yumen::app::demo::samples().unwrap();
    let elsewhere = people.iter().find(|one| one.role == "department-head" && one.login != HEAD).expect("there is one");
    for (login, seen) in [(PERFORMANCE, 1), (HEAD, 1), (elsewhere.login.as_str(), 0)] {
        let viewer = town.official(login).viewer().await;
        let page = town.app.monitoring_page(&viewer, &query).await.unwrap();
        assert_eq!(page.rows.len(), seen, "{login}");
        assert_eq!(page.counts.iter().map(|count| count.total).sum::<i64>(), i64::try_from(seen).unwrap(), "{login}");
        let records = town.app.monitoring_records(
            &viewer,
            yumen::store::monitoring_reads::Filter { year: 2027, ..Default::default() },
            50,
            0,
        );
        assert_eq!(records.await.unwrap().total, seen as u64, "{login}");
    }
    let viewer = town.official(PERFORMANCE).viewer().await;
    for (lamp, state, seen) in [("red", "", 1), ("green", "", 0), ("", "undecided", 1), ("", "suspended", 0)] {
        let one = MonitoringQuery { lamp: lamp.into(), state: state.into(), ..query.clone() };
        assert_eq!(town.app.monitoring_page(&viewer, &one).await.unwrap().rows.len(), seen, "{lamp} {state}");
    }
    town.look_away().await;
}

/// The round is the latest that is over when the case starts, whoever fills it in; it is reported once, unless what was
/// reported is taken back, and no earlier one is any more.
async fn nobody_chooses_the_round_and_each_is_reported_once(kind: Kind) {
    let town = Town::founded(kind).await;
    let project = town.project(UNDERPASS).await;
    let officer = town.official(OFFICER);
    let case = begun(&town, project).await;
    let round = async |case| case_of(&town, case).await.form.get(&"round".into()).cloned();
    let choice = |round: &str| Some(Value::Choice(round.into()));
    assert_eq!(round(case).await, choice("q1"));
    let mut chosen = report(rows(&case_of(&town, case).await), "90", 600);
    chosen.insert("round".into(), Value::Choice("q3".into()));
    let refused = officer.completes(case, "report", chosen).await.unwrap_err();
    assert!(matches!(&refused, Refusal::Fields { problems } if problems[0].field == "round"), "{refused:?}");
    let on_time = async |case| {
        officer.completes(case, "report", report(rows(&case_of(&town, case).await), "90", 150)).await.unwrap();
        town.official(REVIEWER).approves(case, "department-review").await
    };
    until(&town, "2027-07-31T10:00:00+08:00");
    on_time(case).await.unwrap();
    assert_eq!(round(case).await, choice("q1"), "a case keeps the round that it began with");

    let refused = officer.starts("monitoring", project).await.unwrap_err();
    assert_eq!(refused.code(), "round-reported", "q1 was reported, and no other is over");
    assert!(refused.sentence(yumen::language::Lang::Zh).contains("一季度（1—3月）"), "{refused:?}");
    let choice_of =
        yumen::app::start_page::StartChoice { project: Some(project), year: Some(YEAR), ..Default::default() };
    let page = town.app.start_page(&officer.viewer().await, &choice_of).await.unwrap();
    let shown = page.workflows.into_iter().find(|one| one.name == "monitoring").unwrap().closed_because.unwrap();
    assert!(shown.zh.contains("一季度（1—3月）") && shown.zh.contains("撤销"), "{shown:?}");

    let reported = fact(&town, project, "monitoring").await;
    town.official(PERFORMANCE).revokes(case, reported, "支出口径有误。").await.unwrap();
    let again = officer.starts("monitoring", project).await.unwrap().case;
    assert_eq!(round(again).await, choice("q1"));
    until(&town, "2027-10-08T10:00:00+08:00");
    officer.completes(again, "report", report(rows(&case_of(&town, again).await), "90", 150)).await.unwrap();
    town.official(REVIEWER).approves(again, "department-review").await.unwrap();
    let last = officer.starts("monitoring", project).await.unwrap().case;
    assert_eq!(round(last).await, choice("q3"), "the mid-year round is over, and a later one too");
    town.look_away().await;
}
