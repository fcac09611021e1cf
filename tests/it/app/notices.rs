//! What people are told in the pages: everybody, with or without a mailbox, and never anything of others.

use std::sync::Arc;

use chrono::TimeDelta;
use sea_orm::ConnectionTrait as _;
use yumen::{
    app::notices::Notices, engine::Decision, ids::CaseId, language::Lang, notify::compose::MAIL, store::notices,
};

use super::way::*;
use crate::harness::{
    databases::{Kind, on_both},
    town::{Official, Town, form, text, wan},
};

on_both!(
    who_is_asked_finds_it_among_the_notices_with_or_without_a_mailbox,
    what_somebody_else_settled_is_unread_no_more,
    all_that_was_seen_is_marked_and_nothing_that_came_later,
    every_mail_has_its_notice,
    old_notices_are_forgotten,
);

/// A case that waits for finance to look at it.
async fn before_finance(town: &Arc<Town>) -> CaseId {
    let officer = town.official(OFFICER);
    let case = officer.starts("ex-ante-assessment", town.project(UNDERPASS).await).await.unwrap().case;
    let scope = yumen::definition::Value::Choice("outside-scope".into());
    let draft = form([("scope", scope), ("requested_amount", wan(10)), ("object", text("既有项目"))]);
    officer.completes(case, "draft", draft).await.unwrap();
    let reason = form([("exemption_reason", text("不属于各类评估情形。"))]);
    officer.completes(case, "exemption-statement", reason).await.unwrap();
    case
}

async fn told(town: &Town, official: &Official) -> Notices {
    town.app.notices(&official.viewer().await, false, 1).await.unwrap()
}

async fn who_is_asked_finds_it_among_the_notices_with_or_without_a_mailbox(kind: Kind) {
    let town = Town::founded(kind).await;
    town.sql.execute_unprepared("UPDATE people SET email = NULL").await.unwrap();
    let (person, stranger) = (town.official(PERFORMANCE), town.official(OFFICER));
    let case = before_finance(&town).await;
    let notices = told(&town, &person).await;
    assert_eq!((notices.unread, notices.rows.len()), (1, 1));
    let title = notices.rows[0].title.clone();
    assert!(title.get(Lang::Zh).contains("请审批：") && title.get(Lang::En).contains("To decide: "), "{title:?}");
    assert_eq!(town.app.counts(&person.viewer().await).await.unwrap().unread, "1");
    let id = notices.rows[0].id;
    assert_eq!(town.app.open_notice(&stranger.viewer().await, id).await.unwrap(), None, "it is not theirs");
    let path = town.app.open_notice(&person.viewer().await, id).await.unwrap().unwrap();
    assert!(path.starts_with(&format!("/cases/{case}/tasks/")), "{path}");
    let notices = told(&town, &person).await;
    assert_eq!((notices.unread, notices.rows.len()), (0, 1), "it stays in the list");
}

async fn what_somebody_else_settled_is_unread_no_more(kind: Kind) {
    let town = Town::founded(kind).await;
    let person = town.official(PERFORMANCE);
    let case = before_finance(&town).await;
    let step = "SELECT count(*) FROM tasks WHERE state = 'open'";
    assert_eq!(town.count(step).await, 1);
    let open = town.app.case_page(&person.viewer().await, case).await.unwrap().tasks;
    assert_eq!(told(&town, &person).await.unread, 1);
    let task = open[0].no;
    person.decides_task((case, task), Decision::Approve, "", form([])).await.unwrap();
    let notices = told(&town, &person).await;
    let first = notices.rows.iter().find(|row| row.settled).unwrap();
    assert!(!first.unread);
    let raw = "SELECT count(*) FROM notices WHERE read_at IS NULL AND task_no IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM tasks t WHERE t.case_id = notices.case_id AND t.no = notices.task_no AND t.state = 'open')";
    assert!(town.count(raw).await > 0, "not marked, and not counted all the same");
    town.app.tidy_notices().await.unwrap();
    assert_eq!(town.count(raw).await, 0);
}

async fn all_that_was_seen_is_marked_and_nothing_that_came_later(kind: Kind) {
    let town = Town::founded(kind).await;
    let person = town.official(PERFORMANCE);
    let case = before_finance(&town).await;
    let until = told(&town, &person).await.until.unwrap();
    town.advance(TimeDelta::minutes(1));
    let later = notices::NoticeRow {
        id: town.app.sources().new_id(),
        person_id: person.person,
        kind: "x".to_owned(),
        case_id: None,
        task_no: None,
        title_zh: "x".to_owned(),
        title_en: "x".to_owned(),
        path: "/inbox".to_owned(),
        created_at: town.app.now(),
        read_at: None,
        digest: None,
    };
    let put = move |tx| async move { notices::put(&tx, vec![later]).await };
    town.app.store().write(put).await.map_err(|error: yumen::store::Error| error).unwrap();
    town.app.read_notices(&person.viewer().await, until).await.unwrap();
    let notices = told(&town, &person).await;
    assert_eq!((notices.unread, notices.rows[0].unread), (1, true));
    town.app.saw(&person.viewer().await, case, None).await.unwrap();
    assert_eq!(told(&town, &person).await.unread, 1, "that one is about another thing");
}

async fn every_mail_has_its_notice(kind: Kind) {
    let town = Town::founded(kind).await;
    before_finance(&town).await;
    let alone = format!(
        "SELECT count(*) FROM outbox o WHERE o.kind = '{MAIL}' AND NOT EXISTS (
         SELECT 1 FROM notices n WHERE n.id = o.id AND n.person_id = o.person_id)"
    );
    assert_eq!(town.count(&alone).await, 0);
    assert!(town.count("SELECT count(*) FROM notices").await > 0);
}

async fn old_notices_are_forgotten(kind: Kind) {
    let town = Town::founded(kind).await;
    before_finance(&town).await;
    town.advance(TimeDelta::days(399));
    town.app.tidy_notices().await.unwrap();
    assert!(town.count("SELECT count(*) FROM notices").await > 0);
    town.advance(TimeDelta::days(2));
    town.app.tidy_notices().await.unwrap();
    assert_eq!(town.count("SELECT count(*) FROM notices").await, 0);
}
