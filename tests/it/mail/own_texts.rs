//! Mails that say what the place wrote: live with the next mail, and never the reason why a mail is lost.

use yumen::{
    app::mail_templates::{TEMPLATE_TEST, TestOrder},
    language::Lang,
    notify::own::Parts,
    store::{
        incidents,
        mail_templates::{self, TemplateRow},
        mails, outbox,
    },
};

use super::{
    office::{CHEN, Office},
    server::Server,
};
use crate::harness::databases::{Kind, on_both};

on_both!(
    a_text_is_live_with_the_next_mail_that_leaves,
    a_text_that_fails_costs_no_mail_and_an_operator_is_told,
    a_test_leaves_by_the_same_way_and_says_so,
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
