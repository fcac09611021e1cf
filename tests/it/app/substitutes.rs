//! A substitute's inbox, what they may see, and what is kept of what they did.

use chrono::{Days, NaiveDate, TimeDelta};
use sea_orm::ConnectionTrait as _;
use yumen::{
    app::{
        inbox::{Inbox, InboxQuery, Tab},
        sign_in::NotLetIn,
        substitutes::{self, NewSubstitute},
    },
    engine::{Refusal, who::day_of},
    ids::CaseId,
    store,
};

use super::way::*;
use crate::harness::{
    databases::{Kind, on_both},
    town::{Official, Town, form, text, wan},
};

on_both!(
    a_substitute_finds_the_tasks_marked_and_decides_in_both_names,
    substitutions_never_contradict_each_other_and_never_change,
    a_substitution_of_one_workflow_shows_no_other,
);

/// Somebody who sees nothing of the project by their post.
const DEPUTY: &str = "yang-chunhe";

fn today(town: &Town) -> NaiveDate {
    day_of(town.app.now())
}

fn new(town: &Town, of: &Official, deputy: &str) -> NewSubstitute {
    let (from, until) = (today(town), today(town) + Days::new(2));
    NewSubstitute { person: of.person, deputy: deputy.to_owned(), workflows: [].into(), from, until }
}

async fn listed(town: &Town, official: &Official, tab: Tab) -> Inbox {
    let query = InboxQuery { tab, workflow: String::new(), text: String::new(), overdue: false, page: 1 };
    town.app.inbox(&official.viewer().await, &query).await.unwrap()
}

/// The exemption of a small project, before finance looks at it.
async fn before_finance(town: &std::sync::Arc<Town>) -> CaseId {
    let officer = town.official(OFFICER);
    let case = officer.starts("ex-ante-assessment", town.project(UNDERPASS).await).await.unwrap().case;
    let scope = yumen::definition::Value::Choice("outside-scope".into());
    let draft = form([("scope", scope), ("requested_amount", wan(10)), ("object", text("既有项目"))]);
    officer.completes(case, "draft", draft).await.unwrap();
    let reason = form([("exemption_reason", text("不属于各类评估情形。"))]);
    officer.completes(case, "exemption-statement", reason).await.unwrap();
    case
}

async fn a_substitute_finds_the_tasks_marked_and_decides_in_both_names(kind: Kind) {
    let town = Town::founded(kind).await;
    let (person, deputy) = (town.official(PERFORMANCE), town.official(DEPUTY));
    let case = before_finance(&town).await;
    town.look_away().await;
    let page = town.app.case_page(&deputy.viewer().await, case).await;
    assert!(page.is_err(), "seen without standing for anybody");
    substitutes::set(&town.app, person.person, new(&town, &person, DEPUTY)).await.unwrap();
    let inbox = listed(&town, &deputy, Tab::ToDecide).await;
    let marked: Vec<_> = inbox.rows.iter().map(|row| (row.case, row.instead_of.is_some())).collect();
    assert_eq!(marked, [(case, true)]);
    assert_eq!(town.app.waiting(&deputy.viewer().await).await.unwrap(), 1);
    let task = person.task(case, "exemption-review").await;
    let page = town.app.task_page(&deputy.viewer().await, case, task).await.unwrap();
    assert!(page.head.instead_of.is_some());
    // The officer started the case and stands for nobody in it.
    let officer = town.official(OFFICER);
    let again = substitutes::set(&town.app, person.person, new(&town, &person, OFFICER)).await;
    assert!(matches!(again, Err(NotLetIn::Told(_))), "two substitutes at a time");
    assert!(listed(&town, &officer, Tab::ToDecide).await.rows.is_empty());
    deputy.approves(case, "exemption-review").await.unwrap();
    town.look_away().await;
    let row = store::tasks::find(town.app.store().read(), case, task.into()).await.unwrap().unwrap();
    assert_eq!((row.decided_by, row.decided_for), (Some(deputy.person), Some(person.person)));
    let journal = store::journal::of_case(town.app.store().read(), case).await.unwrap();
    assert_eq!(journal.last().unwrap().actor, format!("{} for {}", deputy.person, person.person));
    for official in [&person, &deputy] {
        let page = town.app.case_page(&official.viewer().await, case).await.unwrap();
        assert!(page.timeline[0].who.zh.contains("代"), "{:?}", page.timeline[0].who);
        assert!(listed(&town, official, Tab::Decided).await.rows.iter().any(|row| row.case == case));
    }
    assert!(town.app.verify_ledger(|_| ()).await.unwrap().is_whole());
    let broken = store::oracle::ask_all(town.app.store().read()).await.unwrap();
    assert!(broken.is_empty(), "{broken:?}");
}

async fn substitutions_never_contradict_each_other_and_never_change(kind: Kind) {
    let town = Town::founded(kind).await;
    let (person, deputy) = (town.official(PERFORMANCE), town.official(DEPUTY));
    let set = async |new| substitutes::set(&town.app, person.person, new).await;
    let field = |result: Result<(), NotLetIn>| match result {
        Err(NotLetIn::Told(problem)) => problem.fields.first().map(|fault| fault.field.clone()),
        Err(NotLetIn::Failed(failure)) => panic!("{failure:?}"),
        Ok(()) => None,
    };
    let base = || new(&town, &person, DEPUTY);
    assert_eq!(field(set(NewSubstitute { deputy: PERFORMANCE.into(), ..base() }).await).as_deref(), Some("deputy"));
    assert_eq!(field(set(NewSubstitute { deputy: "nobody".into(), ..base() }).await).as_deref(), Some("deputy"));
    let early = NewSubstitute { from: today(&town) - Days::new(1), ..base() };
    assert_eq!(field(set(early).await).as_deref(), Some("from"));
    let backwards = NewSubstitute { until: today(&town) - Days::new(1), ..base() };
    assert_eq!(field(set(backwards).await).as_deref(), Some("until"));
    let one = |workflow: &str| NewSubstitute { workflows: [workflow.into()].into(), ..base() };
    assert_eq!(field(set(one("no-such-workflow")).await).as_deref(), Some("workflow"));
    assert_eq!(field(set(one("budget-request")).await), None);
    // Another workflow at the same time, or the same one later, contradicts nothing; everything at once does.
    assert_eq!(field(set(one("performance-targets")).await), None);
    assert_eq!(field(set(base()).await).as_deref(), Some("from"));
    let (from, until) = (today(&town) + Days::new(3), today(&town) + Days::new(4));
    assert_eq!(field(set(NewSubstitute { from, until, ..base() }).await), None);
    // Ended once, by whom it was set for alone; what was said stays.
    let standing = town.app.standing_substitutes().await.unwrap();
    let id = standing.iter().find(|one| one.workflow_names == ["budget-request"]).unwrap().id;
    assert!(field(substitutes::end(&town.app, deputy.person, (id, deputy.person)).await).is_some());
    assert_eq!(field(substitutes::end(&town.app, person.person, (id, person.person)).await), None);
    assert!(field(substitutes::end(&town.app, person.person, (id, person.person)).await).is_some());
    assert_eq!(town.count("SELECT count(*) FROM substitutes").await, 3);
    for forged in [
        "UPDATE substitutes SET until_day = '2030-01-01'",
        "UPDATE substitutes SET ended_at = NULL, ended_by = NULL",
        "DELETE FROM substitutes",
    ] {
        assert!(town.sql.execute_unprepared(forged).await.is_err(), "{forged}");
    }
}

async fn a_substitution_of_one_workflow_shows_no_other(kind: Kind) {
    let town = Town::founded(kind).await;
    let (person, deputy) = (town.official(PERFORMANCE), town.official(DEPUTY));
    let case = before_finance(&town).await;
    let targets = NewSubstitute { workflows: ["performance-targets".into()].into(), ..new(&town, &person, DEPUTY) };
    substitutes::set(&town.app, person.person, targets).await.unwrap();
    assert!(listed(&town, &deputy, Tab::ToDecide).await.rows.is_empty());
    assert_eq!(deputy.approves(case, "exemption-review").await, Err(Refusal::NotFound));
    let assessments = NewSubstitute { workflows: ["ex-ante-assessment".into()].into(), ..new(&town, &person, DEPUTY) };
    substitutes::set(&town.app, person.person, assessments).await.unwrap();
    assert_eq!(listed(&town, &deputy, Tab::ToDecide).await.rows.len(), 1);
    // Once the days are over nothing is seen or done any more.
    town.advance(TimeDelta::days(3));
    assert!(listed(&town, &deputy, Tab::ToDecide).await.rows.is_empty());
    assert_eq!(deputy.approves(case, "exemption-review").await, Err(Refusal::NotFound));
    town.look_away().await;
}
