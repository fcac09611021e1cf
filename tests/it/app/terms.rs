//! The terms that act on one task, below the pages: rows, inboxes, mails, and who is told what.

use std::sync::Arc;

use yumen::{
    app::{
        What,
        inbox::{InboxQuery, InboxRow, Tab},
    },
    engine::{
        Action, Decision, Refusal, TaskRefusal, Term,
        event::CancelReason,
        tasks::{Advice, Placing},
    },
    ids::{CaseId, PersonId},
    store,
};

use super::way::*;
use crate::harness::{
    databases::{Kind, on_both},
    town::{Official, Town},
};

on_both!(
    of_two_who_claim_at_once_one_is_told_who_was_faster,
    a_claimed_task_is_shown_to_the_others_and_refused_by_name,
    a_transferred_task_changes_inboxes_and_is_told,
    an_opinion_comes_from_another_department_and_goes_back,
    signers_are_told_and_a_removed_one_learns_why,
    a_submission_is_taken_back_and_the_late_one_learns_why,
    urging_reaches_whoever_has_the_task,
);

/// Another one of the performance section, and a stranger to the case.
const COLLEAGUE: &str = "li-wei";
const STRANGER: &str = "xu-changgeng";

/// Targets that wait for the department's reviewer, and the number of that task.
async fn submitted(kind: Kind) -> (Arc<Town>, CaseId, u32) {
    let town = Town::founded(kind).await;
    let project = town.project(UNDERPASS).await;
    let officer = town.official(OFFICER);
    let case = officer.starts("performance-targets", project).await.unwrap().case;
    targets_filed(&officer, case).await;
    let task = officer.task(case, "department-review").await;
    town.look_away().await;
    (town, case, task)
}

/// Targets that wait for anybody of the performance section.
async fn pooled(kind: Kind) -> (Arc<Town>, CaseId, u32) {
    let (town, case, _) = submitted(kind).await;
    town.official(REVIEWER).approves(case, "department-review").await.unwrap();
    town.official(HEAD).approves(case, "department-approval").await.unwrap();
    let task = town.official(PERFORMANCE).task(case, "finance-review").await;
    town.look_away().await;
    (town, case, task)
}

async fn uses(town: &Arc<Town>, login: &str, case: CaseId, task: u32, term: Term) -> Result<(), Refusal> {
    town.official(login).does(What::Act { case, action: Action::OnTask { task, term } }).await.map(drop)
}

async fn inbox(official: &Official, town: &Town) -> Vec<InboxRow> {
    let query =
        InboxQuery { tab: Tab::ToDecide, workflow: String::new(), text: String::new(), overdue: false, page: 1 };
    town.app.inbox(&official.viewer().await, &query).await.unwrap().rows
}

fn person(town: &Arc<Town>, login: &str) -> PersonId {
    town.official(login).person
}

/// Journal, state and rows tell the same story.
async fn in_order(town: &Town) {
    let ledger = town.app.verify_ledger(|_| {}).await.unwrap();
    assert!(ledger.is_whole(), "{ledger:?}");
    let findings = store::oracle::ask_all(town.app.store().read()).await.unwrap();
    assert!(findings.is_empty(), "{findings:?}");
}

async fn of_two_who_claim_at_once_one_is_told_who_was_faster(kind: Kind) {
    let (town, case, task) = pooled(kind).await;
    let (one, other) = tokio::join!(
        uses(&town, PERFORMANCE, case, task, Term::Claim),
        uses(&town, COLLEAGUE, case, task, Term::Claim)
    );
    let (name, refusal) = match (one, other) {
        (Ok(()), Err(refusal)) => ("陈洁", refusal),
        (Err(refusal), Ok(())) => ("李玮", refusal),
        both => panic!("{both:?}"),
    };
    assert_eq!(refusal, Refusal::OnTask(TaskRefusal::Claimed { name: name.into() }));
    in_order(&town).await;
    town.expect_mails(&[]).await;
}

async fn a_claimed_task_is_shown_to_the_others_and_refused_by_name(kind: Kind) {
    let (town, case, task) = pooled(kind).await;
    uses(&town, COLLEAGUE, case, task, Term::Claim).await.unwrap();
    let seen = inbox(&town.official(PERFORMANCE), &town).await;
    assert_eq!(seen[0].status.as_ref().unwrap().word.zh, "李玮已认领");
    let refused = town.official(PERFORMANCE).grades(case, "finance-review", "good").await.unwrap_err();
    assert_eq!(refused, Refusal::OnTask(TaskRefusal::Claimed { name: "李玮".into() }));
    uses(&town, COLLEAGUE, case, task, Term::Release).await.unwrap();
    assert!(inbox(&town.official(PERFORMANCE), &town).await[0].status.is_none());
    town.official(PERFORMANCE).grades(case, "finance-review", "good").await.unwrap();
    in_order(&town).await;
    town.look_away().await;
}

async fn a_transferred_task_changes_inboxes_and_is_told(kind: Kind) {
    let (town, case, task) = submitted(kind).await;
    let to = person(&town, STRANGER);
    uses(&town, REVIEWER, case, task, Term::Transfer { to, reason: "出差一周".into() }).await.unwrap();
    town.expect_mails(&[("task-transferred", STRANGER)]).await;
    assert!(inbox(&town.official(REVIEWER), &town).await.is_empty());
    let theirs = inbox(&town.official(STRANGER), &town).await;
    assert_eq!(theirs[0].status.as_ref().unwrap().word.zh, "转办");
    let page = town.app.task_page(&town.official(STRANGER).viewer().await, case, task).await.unwrap();
    assert!(page.hands.asked.unwrap().zh.starts_with("喻成林"));
    let history = town.app.case_page(&town.official(STRANGER).viewer().await, case).await.unwrap().timeline;
    assert_eq!((history[0].did.word.zh.as_str(), history[0].reason.as_str()), ("喻成林转办给许长庚", "出差一周"));
    town.official(STRANGER).approves(case, "department-review").await.unwrap();
    in_order(&town).await;
    town.look_away().await;
}

async fn an_opinion_comes_from_another_department_and_goes_back(kind: Kind) {
    let (town, case, task) = submitted(kind).await;
    let to = person(&town, STRANGER);
    uses(&town, REVIEWER, case, task, Term::Delegate { to, reason: "单价是否合理？".into() }).await.unwrap();
    town.expect_mails(&[("opinion-asked", STRANGER)]).await;
    assert_eq!(inbox(&town.official(REVIEWER), &town).await[0].status.as_ref().unwrap().word.zh, "等待许长庚");
    let stranger = town.official(STRANGER);
    let opinion = task + 1;
    let page = town.app.task_page(&stranger.viewer().await, case, opinion).await.unwrap();
    assert!(page.hands.for_opinion && !page.head.decides && page.editable.is_empty());
    let decided = stranger.decides_task((case, opinion), Decision::Approve, "", yumen::definition::Form::new()).await;
    assert_eq!(decided.unwrap_err(), Refusal::OnTask(TaskRefusal::OpinionOnly));
    let given = Term::GiveOpinion { advice: Advice::Approve, text: "单价在标准之内。".into() };
    uses(&town, STRANGER, case, opinion, given).await.unwrap();
    town.expect_mails(&[("task-assigned", REVIEWER)]).await;
    let page = town.app.task_page(&town.official(REVIEWER).viewer().await, case, task).await.unwrap();
    assert_eq!(page.hands.opinions[0].text, "单价在标准之内。");
    assert!(page.head.decides);
    town.official(REVIEWER).approves(case, "department-review").await.unwrap();
    in_order(&town).await;
    town.look_away().await;
}

async fn signers_are_told_and_a_removed_one_learns_why(kind: Kind) {
    let (town, case, task) = submitted(kind).await;
    let signer = person(&town, STRANGER);
    let add = |place| Term::AddSigner { person: signer, place, reason: "请把关".into() };
    uses(&town, REVIEWER, case, task, add(Placing::Before)).await.unwrap();
    town.expect_mails(&[("signer-added", STRANGER)]).await;
    uses(&town, REVIEWER, case, task + 1, Term::RemoveSigner { person: signer }).await.unwrap();
    let late = Action::Decide {
        task: task + 1,
        decision: Decision::Approve,
        reason: String::new(),
        fields: yumen::definition::Form::new(),
        besides: Default::default(),
    };
    let refusal = town.official(STRANGER).does(What::Act { case, action: late }).await.unwrap_err();
    assert_eq!(refusal, Refusal::NotFound, "who is asked no more sees nothing of another department's case");
    uses(&town, REVIEWER, case, task, add(Placing::After)).await.unwrap();
    town.expect_mails(&[]).await;
    town.official(REVIEWER).approves(case, "department-review").await.unwrap();
    town.expect_mails(&[("decision-made", OFFICER), ("signer-added", STRANGER)]).await;
    town.official(STRANGER).approves(case, "department-review").await.unwrap();
    town.expect_mails(&[("decision-made", OFFICER), ("task-assigned", HEAD)]).await;
    in_order(&town).await;
}

async fn a_submission_is_taken_back_and_the_late_one_learns_why(kind: Kind) {
    let (town, case, task) = submitted(kind).await;
    let officer = town.official(OFFICER);
    assert!(town.app.case_page(&officer.viewer().await, case).await.unwrap().may_take_back);
    let action = Action::TakeBack { reason: "漏填一项".into() };
    officer.does(What::Act { case, action }).await.unwrap();
    let late = Action::Decide {
        task,
        decision: Decision::Approve,
        reason: String::new(),
        fields: yumen::definition::Form::new(),
        besides: Default::default(),
    };
    let refusal = town.official(REVIEWER).does(What::Act { case, action: late }).await.unwrap_err();
    let Refusal::OnTask(TaskRefusal::Cancelled { why: CancelReason::TakenBack, by: Some(by) }) = &refusal else {
        panic!("{refusal:?}")
    };
    assert_eq!(by.name, "柏松涛");
    officer.completes(case, "goals", targets(&["50", "30", "10"])).await.unwrap();
    town.official(REVIEWER).approves(case, "department-review").await.unwrap();
    in_order(&town).await;
    town.look_away().await;
}

async fn urging_reaches_whoever_has_the_task(kind: Kind) {
    let (town, case, task) = pooled(kind).await;
    uses(&town, OFFICER, case, task, Term::Urge).await.unwrap();
    town.expect_mails(&[("task-urged", PERFORMANCE), ("task-urged", COLLEAGUE), ("task-urged", "wang-haining")]).await;
    uses(&town, COLLEAGUE, case, task, Term::Claim).await.unwrap();
    town.advance(chrono::TimeDelta::hours(3));
    let refused = uses(&town, OFFICER, case, task, Term::Urge).await.unwrap_err();
    assert_eq!(yumen::app::Problem::from(&refused).status, 409);
    town.advance(chrono::TimeDelta::hours(1));
    uses(&town, OFFICER, case, task, Term::Urge).await.unwrap();
    town.expect_mails(&[("task-urged", COLLEAGUE)]).await;
    in_order(&town).await;
}
