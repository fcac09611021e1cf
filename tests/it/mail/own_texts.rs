//! Mails that say what the place wrote: live with the next mail, and never the reason why a mail is lost.

use std::sync::Arc;

use chrono::TimeDelta;
use yumen::{
    app::mail_templates::{Saved, TEMPLATE_TEST, TestOrder, Typed},
    language::Lang,
    notify::own::Parts,
    store::{
        incidents,
        mail_templates::{self, TemplateRow},
        mails, outbox,
    },
};

use super::{
    flood::{self, GLANCE},
    office::{CHEN, Office},
    server::Server,
    timing,
};
use crate::{
    app::{waits::publish, way::OFFICER},
    harness::{
        databases::{Kind, on_both},
        town::Town,
    },
    torture::nodes::Nodes,
};

on_both!(
    a_text_is_live_with_the_next_mail_that_leaves,
    a_text_that_fails_costs_no_mail_and_an_operator_is_told,
    a_test_leaves_by_the_same_way_and_says_so,
    a_good_version_closes_the_incident_of_the_one_that_failed,
    what_one_node_saves_is_what_the_next_mail_of_another_says,
);

/// Puts a version in as the store keeps it, with the subject as it is given, checked by nobody.
async fn version(office: &Office, no: i64, subject: &str, html: Option<&str>) {
    let shipped = Parts::shipped("task-assigned", Lang::Zh).unwrap();
    let row = TemplateRow {
        mail: "task-assigned".to_owned(),
        lang: "zh-CN".to_owned(),
        version: no,
        subject: Some(subject.to_owned()),
        body_text: Some(shipped.text),
        body_html: Some(html.map_or(shipped.html, str::to_owned)),
        restores: None,
        saved_at: office.context.sources.clock.now(),
        saved_by: CHEN,
        why: "试".to_owned(),
    };
    let add = office.context.store.write(move |tx| async move { mail_templates::add(&tx, row).await });
    add.await.unwrap();
}

async fn mail(office: &Office, occasion: u64) -> mails::MailRow {
    let id = office.order_mail(occasion, CHEN).await;
    office.until(id, "sent").await;
    let row = office.row(id).await;
    mails::get(office.context.store.read(), &row.occurrence).await.unwrap().unwrap()
}

async fn a_text_is_live_with_the_next_mail_that_leaves(kind: Kind) {
    let server = Server::start();
    let office = Office::open(kind, server.mailer()).await;
    let workers = office.patient_workers().await;
    let before = mail(&office, 1).await;
    assert_eq!(before.template_version, None);
    version(&office, 1, "【滨江】{{project}}", None).await;
    let after = mail(&office, 2).await;
    assert_eq!((after.template_version, after.subject.as_str()), (Some(1), "【滨江】老旧小区供水管网改造"));
    workers.stop().await;
    assert!(incidents::open(office.context.store.read()).await.unwrap().is_empty());
    assert_eq!(server.taken().len(), 2);
}

async fn a_text_that_fails_costs_no_mail_and_an_operator_is_told(kind: Kind) {
    let server = Server::start();
    let office = Office::open(kind, server.mailer()).await;
    let workers = office.patient_workers().await;
    let shipped = mail(&office, 1).await.subject;
    let hostile = [
        ("{{#*inline \"a\"}}{{> a}}{{/inline}}{{> a}}", None),
        ("{{gone}}", None),
        ("好", Some("{{> head}}<script>alert(1)</script>{{> foot}}")),
        ("{{#if deadline}}{{/if}}{{#if to_fill}}{{/if}}", None),
    ];
    for (no, (subject, html)) in (1..).zip(hostile) {
        version(&office, no, subject, html).await;
        let sent = mail(&office, 10 + u64::try_from(no).unwrap()).await;
        assert_eq!((sent.template_version, &sent.subject), (None, &shipped), "{subject}");
        let open = incidents::open(office.context.store.read()).await.unwrap();
        let about = format!("mail-template/task-assigned/zh-CN/{no}");
        let told = open.iter().find(|incident| incident.occurrence == about);
        assert!(told.is_some_and(|incident| incident.summary_zh.contains("没有丢失")), "{subject}: {open:?}");
    }
    workers.stop().await;
    assert_eq!(server.taken().len(), 5);
}

async fn a_test_leaves_by_the_same_way_and_says_so(kind: Kind) {
    let server = Server::start();
    let office = Office::open(kind, server.mailer()).await;
    let workers = office.patient_workers().await;
    let parts = Parts { subject: "改好了：{{project}}".into(), ..Parts::shipped("case-ended", Lang::Zh).unwrap() };
    let order = TestOrder { mail: "case-ended".into(), lang: Lang::Zh, parts, sample: 0, person: CHEN };
    let (id, now) = (office.context.sources.new_id(), office.context.sources.clock.now());
    let row = outbox::NewDispatch {
        id,
        occurrence: "template-test/1".to_owned(),
        kind: TEMPLATE_TEST.to_owned(),
        case_id: None,
        person: Some(CHEN),
        payload: serde_json::to_string(&order).unwrap(),
    };
    office.context.store.write(move |tx| async move { outbox::put(&tx, vec![row], now).await }).await.unwrap();
    office.until(id, "sent").await;
    workers.stop().await;
    let sent = mails::get(office.context.store.read(), "template-test/1").await.unwrap().unwrap();
    assert_eq!((sent.kind.as_str(), sent.subject.as_str()), ("template-test", "【试发】改好了：老旧小区供水管网改造"));
    assert_eq!(server.taken().len(), 1);
}

/// A version that the administrator saves through the door, after `seen`.
async fn saved(town: &Arc<Town>, seen: i64, subject: &str) {
    let parts = Parts { subject: subject.to_owned(), ..Parts::shipped("task-assigned", Lang::Zh).unwrap() };
    let typed = Typed { seen, parts, why: "统一格式".to_owned() };
    let admin = town.official("han-zhijian").viewer().await;
    let saved = town.app.save_template(&admin, ("task-assigned", Lang::Zh), typed).await.unwrap();
    assert!(matches!(&saved, Saved::As(version) if *version == seen + 1), "{saved:?}");
}

/// The subjects of the mails that finance was sent about a new task, in order, each with the version of its text.
async fn subjects(town: &Town) -> Vec<String> {
    town.texts(
        "SELECT subject || ' · ' || COALESCE(CAST(template_version AS text), '-') FROM mails m
         JOIN people p ON p.id = m.person_id WHERE p.login = 'chen-jie' AND kind = 'task-assigned' AND state = 'sent'
         ORDER BY m.created_at, m.id",
    )
    .await
}

async fn a_good_version_closes_the_incident_of_the_one_that_failed(kind: Kind) {
    let post = timing::opened(kind, &[]).await;
    publish(&post.town, "glance.yaml", GLANCE.to_owned()).await;
    post.rests().await;
    let (town, by) = (&post.town, post.town.official("han-zhijian").person);
    let shipped = Parts::shipped("task-assigned", Lang::Zh).unwrap();
    let broken = TemplateRow {
        mail: "task-assigned".to_owned(),
        lang: "zh-CN".to_owned(),
        version: 1,
        subject: Some("{{gone}}".to_owned()),
        body_text: Some(shipped.text),
        body_html: Some(shipped.html),
        restores: None,
        saved_at: town.app.now(),
        saved_by: by,
        why: "试".to_owned(),
    };
    let add = town.app.store().write(move |tx| async move { mail_templates::add(&tx, broken).await });
    add.await.unwrap();
    let officer = town.official(OFFICER);
    let projects = flood::projects(town, 2).await;
    post.passes(TimeDelta::minutes(1));
    officer.starts("glance", projects[0]).await.unwrap();
    post.rests().await;
    let open = "SELECT count(*) FROM incidents WHERE kind = 'mail-template-failed' AND closed_at IS NULL";
    assert_eq!(town.count(open).await, 1, "the shipped text was sent, and somebody is told");
    saved(town, 1, "【滨江】{{project}}").await;
    assert_eq!(town.count(open).await, 0, "nobody's concern any more");
    post.passes(TimeDelta::minutes(1));
    officer.starts("glance", projects[1]).await.unwrap();
    post.rests().await;
    let sent = subjects(town).await.split_off(1);
    assert!(sent[0].ends_with(" · -") && sent[1].starts_with("【滨江】") && sent[1].ends_with(" · 2"), "{sent:?}");
    assert_eq!(town.count(open).await, 0);
    post.closes().await;
}

async fn what_one_node_saves_is_what_the_next_mail_of_another_says(kind: Kind) {
    let town = Town::founded(kind).await;
    publish(&town, "glance.yaml", GLANCE.to_owned()).await;
    let projects = flood::projects(&town, 3).await;
    // The other node has a connection, an App and workers of its own; this one saves and starts, and sends nothing.
    let nodes = Nodes::start(&town, town.url(), 1);
    let officer = town.official(OFFICER);
    for (seen, project) in (0..).zip(&projects) {
        officer.starts("glance", *project).await.unwrap();
        nodes.until_quiet().await;
        town.advance(TimeDelta::minutes(1));
        if seen < 2 {
            saved(&town, seen, &format!("第{}版：{{{{project}}}}", seen + 1)).await;
        }
    }
    let sent = subjects(&town).await;
    assert!(sent[0].ends_with(" · -"), "{sent:?}");
    for (mail, version) in [(1, 1), (2, 2)] {
        let (begins, ends) = (format!("第{version}版："), format!(" · {version}"));
        assert!(sent[mail].starts_with(&begins) && sent[mail].ends_with(&ends), "{sent:?}");
    }
    drop(nodes);
    town.look_away().await;
}
