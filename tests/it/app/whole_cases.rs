//! Suspending, copying in and talking, as they are stored and told.

use chrono::TimeDelta;
use sea_orm::ConnectionTrait as _;
use yumen::{
    app::{
        Caller, Failure, Request, What,
        inbox::{InboxQuery, Tab},
    },
    engine::{Action, Refusal},
    ids::CaseId,
    store,
};

use super::way::*;
use crate::harness::{
    databases::{Kind, on_both},
    town::Town,
};

on_both!(
    a_suspended_case_stands_still_and_goes_on_with_what_was_left,
    a_terminated_case_is_over_for_everybody,
    who_is_copied_in_reads_along_and_leaves_a_mark,
    a_thread_keeps_its_words_beside_the_journal,
);

const WORKFLOWS: &str = "han-zhijian";
/// Somebody who sees nothing of the project by their post.
const READER: &str = "yang-chunhe";

fn act(case: CaseId, action: Action) -> What {
    What::Act { case, action }
}

fn suspend() -> Action {
    Action::Suspend { reason: "等待批复。".into() }
}

async fn due(town: &Town, case: CaseId) -> (Option<yumen::clock::Instant>, i64) {
    let task = store::tasks::of_case(town.app.store().read(), case).await.unwrap().remove(0);
    (task.due_at, town.count("SELECT count(*) FROM clocks").await)
}

async fn a_suspended_case_stands_still_and_goes_on_with_what_was_left(kind: Kind) {
    let town = Town::founded(kind).await;
    let project = town.project(UNDERPASS).await;
    let (officer, admin) = (town.official(OFFICER), town.official(WORKFLOWS));
    let case = officer.starts("ex-ante-assessment", project).await.unwrap().case;
    let (before, armed) = due(&town, case).await;
    assert!(before.is_some() && armed == 2);
    town.look_away().await;
    assert_eq!(officer.does(act(case, suspend())).await, Err(Refusal::CannotAdminister));
    admin.does(act(case, suspend())).await.unwrap();
    town.expect_mails(&[("case-suspended", OFFICER)]).await;
    assert_eq!(due(&town, case).await, (None, 0), "a clock runs on");
    let page = town.app.case_page(&officer.viewer().await, case).await.unwrap();
    assert_eq!(page.beside.pause.unwrap().reason, "等待批复。");
    assert_eq!(page.head.status.word.zh, "已挂起");
    assert!(!page.may_withdraw && page.tasks.iter().all(|task| !task.mine && task.due.is_none()));
    let refused = town.app.task_page(&officer.viewer().await, case, 1).await.unwrap_err();
    assert!(matches!(refused, Failure::Refused(Refusal::Suspended { .. })));
    let file = town.app.attach(&officer.viewer().await, (case, 1), "a.pdf", crate::harness::town::PDF.to_vec()).await;
    assert!(file.is_err(), "a file was attached to a suspended case");
    town.advance(TimeDelta::days(14));
    admin.does(act(case, Action::Resume { reason: "批复已到。".into() })).await.unwrap();
    town.expect_mails(&[("case-suspended", OFFICER)]).await;
    assert_eq!(due(&town, case).await, (before.map(|at| at + TimeDelta::days(14)), 2));
    let page = town.app.case_page(&admin.viewer().await, case).await.unwrap();
    let told: Vec<_> = page.timeline.iter().map(|entry| entry.did.word.zh.as_str()).collect();
    assert_eq!(told, ["恢复办理", "挂起办件", "发起"]);
    assert!(page.beside.may_administer && page.beside.pause.is_none());
    whole(&town).await;
}

async fn a_terminated_case_is_over_for_everybody(kind: Kind) {
    let town = Town::founded(kind).await;
    let project = town.project(UNDERPASS).await;
    let (officer, admin) = (town.official(OFFICER), town.official(WORKFLOWS));
    let case = officer.starts("ex-ante-assessment", project).await.unwrap().case;
    admin.does(act(case, suspend())).await.unwrap();
    town.look_away().await;
    let ended = admin.does(act(case, Action::Terminate { reason: "项目取消。".into() })).await.unwrap();
    assert_eq!(ended.outcome.unwrap().as_str(), "terminated");
    town.expect_mails(&[("case-ended", OFFICER)]).await;
    let page = town.app.case_page(&officer.viewer().await, case).await.unwrap();
    assert_eq!((page.head.status.word.zh.as_str(), page.tasks.len()), ("已终止", 0));
    assert_eq!(page.timeline[0].reason, "项目取消。");
    // The project is free for a case of the same workflow.
    officer.starts("ex-ante-assessment", project).await.unwrap();
    town.look_away().await;
    whole(&town).await;
}

async fn who_is_copied_in_reads_along_and_leaves_a_mark(kind: Kind) {
    let town = Town::founded(kind).await;
    let (officer, reader) = (town.official(OFFICER), town.official(READER));
    let project = town.project(UNDERPASS).await;
    let case = officer.starts("ex-ante-assessment", project).await.unwrap().case;
    town.look_away().await;
    let seen = town.app.case_page(&reader.viewer().await, case).await;
    assert!(matches!(seen, Err(Failure::Refused(Refusal::NotFound))));
    officer.does(act(case, Action::CopyIn { to: vec![reader.person] })).await.unwrap();
    town.expect_mails(&[("copied-in", READER)]).await;
    let copies = async || {
        let page = town.app.case_page(&officer.viewer().await, case).await.unwrap();
        page.beside.copies.into_iter().map(|copy| copy.read_at.is_some()).collect::<Vec<_>>()
    };
    assert_eq!(copies().await, [false]);
    let query = InboxQuery { tab: Tab::Copied, workflow: String::new(), text: String::new(), overdue: false, page: 1 };
    let listed = town.app.inbox(&reader.viewer().await, &query).await.unwrap();
    assert_eq!(listed.rows.iter().map(|row| row.read).collect::<Vec<_>>(), [Some(false)]);
    town.app.read_copy(&reader.viewer().await, case).await.unwrap();
    assert_eq!(copies().await, [true]);
    let listed = town.app.inbox(&reader.viewer().await, &query).await.unwrap();
    assert_eq!(listed.rows[0].read, Some(true));
    // Reading along is all there is.
    let task = officer.task(case, "draft").await;
    let tried = reader
        .does(act(case, Action::Complete { task, fields: yumen::definition::Form::new(), besides: Default::default() }))
        .await;
    assert_eq!(tried, Err(Refusal::NotYourTask));
    // What is not read yet stands first, though it is older.
    town.advance(TimeDelta::hours(1));
    let other = officer.starts("ex-ante-assessment", town.project(RELOCATION).await).await.unwrap().case;
    officer.does(act(other, Action::CopyIn { to: vec![reader.person] })).await.unwrap();
    town.app.read_copy(&reader.viewer().await, other).await.unwrap();
    let third = town.official(SECTION);
    officer.does(act(case, Action::CopyIn { to: vec![third.person] })).await.unwrap();
    town.advance(TimeDelta::hours(1));
    officer.does(act(other, Action::CopyIn { to: vec![third.person] })).await.unwrap();
    town.app.read_copy(&third.viewer().await, other).await.unwrap();
    let listed = town.app.inbox(&third.viewer().await, &query).await.unwrap();
    assert_eq!(listed.rows.iter().map(|row| row.case).collect::<Vec<_>>(), [case, other]);
    town.look_away().await;
    whole(&town).await;
}

async fn a_thread_keeps_its_words_beside_the_journal(kind: Kind) {
    let town = Town::founded(kind).await;
    let (officer, reader) = (town.official(OFFICER), town.official(READER));
    let case = officer.starts("ex-ante-assessment", town.project(UNDERPASS).await).await.unwrap().case;
    town.look_away().await;
    let ask = |asked| Action::Remark { text: " 测算依据<b>在哪</b>？ ".into(), asked };
    assert_eq!(officer.does(act(case, ask(Some(reader.person)))).await, Err(Refusal::AskedIsAway));
    officer.does(act(case, Action::CopyIn { to: vec![reader.person] })).await.unwrap();
    town.look_away().await;
    officer.does(act(case, ask(Some(reader.person)))).await.unwrap();
    town.expect_mails(&[("remark-made", READER)]).await;
    reader.does(act(case, Action::Remark { text: "见附件。".into(), asked: None })).await.unwrap();
    town.expect_mails(&[]).await;
    let page = town.app.case_page(&officer.viewer().await, case).await.unwrap();
    let said: Vec<_> = page.beside.remarks.iter().map(|r| (r.no, r.words.as_str(), r.altered)).collect();
    assert_eq!(said, [(1, "测算依据<b>在哪</b>？", false), (2, "见附件。", false)]);
    let journal = store::journal::of_case(town.app.store().read(), case).await.unwrap();
    assert!(journal.iter().all(|row| !row.events.contains("测算依据")), "the words stand in the ledger");
    // The same request sent twice says it once.
    let request = Request {
        by: Caller::Person(officer.viewer().await),
        what: act(case, ask(None)),
        key: Some(yumen::app::Key { key: "k".into(), request_hash: "h".into() }),
    };
    town.app.execute(request.clone()).await.unwrap();
    town.app.execute(request).await.unwrap();
    assert_eq!(town.count("SELECT count(*) FROM remarks").await, 3);
    // What was said never changes.
    assert!(town.sql.execute_unprepared("UPDATE remarks SET words = '改过' WHERE no = 1").await.is_err());
    whole(&town).await;
}

/// Journals verify and replay, and every rule about the stored data holds.
async fn whole(town: &Town) {
    let verdict = town.app.verify_ledger(|_| ()).await.unwrap();
    assert!(verdict.is_whole(), "{verdict:?}");
    let broken = store::oracle::ask_all(town.app.store().read()).await.unwrap();
    assert!(broken.is_empty(), "{broken:?}");
}
