//! What mails say: an administrator writes it, in versions that are added and never changed.

use yumen::{
    app::{
        Failure,
        mail_templates::{Saved, TEMPLATE_TEST, TestOrder, Typed},
    },
    engine::{Refusal, TemplateRefusal},
    language::Lang,
    notify::own::Parts,
    store::{Error, mail_templates},
};

use super::way::OFFICER;
use crate::harness::{
    databases::{Kind, on_both},
    town::Town,
};

on_both!(
    a_text_is_saved_by_versions_and_an_older_one_comes_back,
    of_two_who_write_at_once_one_is_told_and_loses_nothing,
    what_is_wrong_is_not_saved_and_nobody_else_may_write,
    a_test_goes_to_whoever_writes_and_to_nobody_else,
    a_version_that_was_saved_is_not_saved_again,
);

const ADMIN: &str = "han-zhijian";
const MAIL: (&str, Lang) = ("task-assigned", Lang::Zh);

fn parts(subject: &str) -> Parts {
    Parts { subject: subject.to_owned(), ..Parts::shipped(MAIL.0, MAIL.1).unwrap() }
}

fn typed(seen: i64, subject: &str, why: &str) -> Typed {
    Typed { seen, parts: parts(subject), why: why.to_owned() }
}

fn version(saved: Result<Saved, Failure>) -> i64 {
    match saved {
        Ok(Saved::As(version)) => version,
        other => panic!("not saved: {other:?}"),
    }
}

fn refused<T: std::fmt::Debug>(saved: Result<T, Failure>) -> Refusal {
    match saved {
        Err(Failure::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

async fn a_text_is_saved_by_versions_and_an_older_one_comes_back(kind: Kind) {
    let town = Town::founded(kind).await;
    let (app, admin) = (&town.app, town.official(ADMIN).viewer().await);
    let untouched = app.mail_template(&admin, MAIL).await.unwrap();
    assert_eq!((untouched.version(), untouched.is_own()), (0, false));
    assert_eq!(untouched.parts, Parts::shipped(MAIL.0, MAIL.1).unwrap());
    assert!(untouched.names.iter().any(|name| name.name == "deadline" && !name.samples.is_empty()));
    assert_eq!(version(app.save_template(&admin, MAIL, typed(0, "一版：{{project}}", "按区里要求")).await), 1);
    assert_eq!(version(app.save_template(&admin, MAIL, typed(1, "二版：{{project}}", "更简短")).await), 2);
    let unchanged = app.save_template(&admin, MAIL, typed(2, "二版：{{project}}", "再来")).await;
    assert_eq!(refused(unchanged), TemplateRefusal::Unchanged.into());
    assert_eq!(version(app.restore_template(&admin, MAIL, (2, 1, "还是一版好")).await), 3);
    let now = app.mail_template(&admin, MAIL).await.unwrap();
    assert_eq!((now.version(), now.parts.subject.as_str(), now.is_own()), (3, "一版：{{project}}", true));
    assert_eq!(version(app.restore_template(&admin, MAIL, (3, 0, "用系统文本")).await), 4);
    let now = app.mail_template(&admin, MAIL).await.unwrap();
    assert_eq!((now.parts == untouched.parts, now.is_own()), (true, false));
    let again = app.restore_template(&admin, MAIL, (4, 0, "用系统文本")).await;
    assert_eq!(refused(again), TemplateRefusal::Unchanged.into());
    let told: Vec<_> = now.versions.iter().map(|v| (v.version, v.restores, v.why.as_str())).collect();
    let expected =
        [(4, Some(0), "用系统文本"), (3, Some(1), "还是一版好"), (2, None, "更简短"), (1, None, "按区里要求")];
    assert_eq!(told, expected);
    assert!(now.versions.iter().all(|v| v.by == admin.name), "{:?}", now.versions);
    let lines = app.mail_templates(&admin).await.unwrap();
    let line = lines.iter().find(|line| line.mail == MAIL.0).unwrap();
    assert_eq!(line.texts[0].1.as_ref().unwrap().version, 4);
    assert!(line.texts[1].1.is_none(), "the English text is its own");
}

async fn of_two_who_write_at_once_one_is_told_and_loses_nothing(kind: Kind) {
    let town = Town::founded(kind).await;
    let (app, admin) = (&town.app, town.official(ADMIN).viewer().await);
    let (one, other) = tokio::join!(
        app.save_template(&admin, MAIL, typed(0, "甲：{{project}}", "甲")),
        app.save_template(&admin, MAIL, typed(0, "乙：{{project}}", "乙")),
    );
    let (saved, late): (Vec<_>, Vec<_>) = [one, other].into_iter().partition(Result::is_ok);
    assert_eq!(saved.len(), 1, "{saved:?} {late:?}");
    let late = refused(late.into_iter().next().unwrap());
    assert_eq!(late, TemplateRefusal::ChangedMeanwhile { version: 1, by: admin.name.clone() }.into());
    assert!(late.sentence(Lang::Zh).contains("没有保存，仍在下面"), "{}", late.sentence(Lang::Zh));
    assert_eq!(town.count("SELECT count(*) FROM mail_templates").await, 1);
    let stale = app.restore_template(&admin, MAIL, (0, 0, "晚了")).await;
    assert_eq!(refused(stale), TemplateRefusal::ChangedMeanwhile { version: 1, by: admin.name }.into());
}

async fn what_is_wrong_is_not_saved_and_nobody_else_may_write(kind: Kind) {
    let town = Town::founded(kind).await;
    let (app, admin) = (&town.app, town.official(ADMIN).viewer().await);
    let wrong = app.save_template(&admin, MAIL, typed(0, "{{proyect}}{{{step}}}", "试")).await.unwrap();
    let Saved::Not(mistakes) = wrong else { panic!("{wrong:?}") };
    assert_eq!(mistakes.iter().map(|m| m.column).collect::<Vec<_>>(), [1, 12]);
    let without = app.save_template(&admin, MAIL, typed(0, "好：{{project}}", " ")).await;
    assert_eq!(refused(without), Refusal::ReasonNeeded);
    assert_eq!(refused(app.mail_template(&admin, ("farewell", Lang::Zh)).await), Refusal::NotFound);
    assert_eq!(refused(app.restore_template(&admin, MAIL, (0, 7, "无此版")).await), Refusal::NotFound);
    let officer = town.official(OFFICER).viewer().await;
    assert_eq!(refused(app.mail_templates(&officer).await), Refusal::NotFound);
    let by_officer = app.save_template(&officer, MAIL, typed(0, "我的：{{project}}", "试")).await;
    assert_eq!(refused(by_officer), Refusal::NotFound);
    assert_eq!(town.count("SELECT count(*) FROM mail_templates").await, 0);
}

async fn a_test_goes_to_whoever_writes_and_to_nobody_else(kind: Kind) {
    let town = Town::founded(kind).await;
    let (app, admin) = (&town.app, town.official(ADMIN).viewer().await);
    app.set_address(ADMIN, "han@finance.example").await.unwrap();
    app.test_template(&admin, MAIL, (parts("试：{{project}}"), 1)).await.unwrap().unwrap();
    let orders = town.payloads(TEMPLATE_TEST).await;
    assert_eq!(orders.len(), 1);
    let order: TestOrder = serde_json::from_str(&orders[0]).unwrap();
    assert_eq!((order.person, order.parts.subject.as_str(), order.sample), (admin.person, "试：{{project}}", 1));
    assert!(app.test_template(&admin, MAIL, (parts("{{{project}}}"), 0)).await.unwrap().is_err());
    assert_eq!(refused(app.test_template(&admin, MAIL, (parts("好"), 99)).await), Refusal::NotFound);
    app.set_address(ADMIN, "").await.unwrap();
    let nowhere = app.test_template(&admin, MAIL, (parts("好"), 0)).await;
    assert_eq!(refused(nowhere), TemplateRefusal::NoMailbox.into());
    assert_eq!(town.payloads(TEMPLATE_TEST).await.len(), 1);
}

async fn a_version_that_was_saved_is_not_saved_again(kind: Kind) {
    let town = Town::founded(kind).await;
    let (app, admin) = (&town.app, town.official(ADMIN).viewer().await);
    version(app.save_template(&admin, MAIL, typed(0, "一版：{{project}}", "按区里要求")).await);
    let row = mail_templates::latest(app.store().read(), MAIL.0, MAIL.1.tag()).await.unwrap().unwrap();
    let again = app.store().write(move |tx| async move { mail_templates::add(&tx, row).await }).await;
    assert!(matches!(again, Err(Error::Duplicate(_))), "{again:?}");
}
