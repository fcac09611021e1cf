//! Why a case waits, for whom, and which cases will not move by themselves: on the operator's desk and for programs.

use reqwest::Method;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};
use yumen::{
    ids::CaseId,
    store::{self, Error, mails::MailRow},
};

use super::house::{House, problem};
use crate::{
    app::{
        waits::publish,
        way::{HEAD, OFFICER, PERFORMANCE, UNDERPASS, exempted},
    },
    harness::databases::{Kind, on_both},
};

on_both!(
    a_case_that_nobody_woke_is_shown_with_its_reason_and_looked_at_again,
    a_case_whose_child_is_over_and_never_told_is_shown,
    the_desk_tells_by_which_text_a_mail_was_written,
);

const OPERATOR: &str = "qin-muye";

const PARKED: &str = "
workflow: parked
title: { zh-CN: 等待评估, en: Parked }
about: project
outcomes: [accepted, withdrawn]
start: { by: { role: project-officer, of: project.unit }, number: \"待〔{year}〕{seq:4}\" }
form: []
steps:
  - gate: assessed
    title: { zh-CN: 评估关口, en: Assessed }
    needs: { fact: assessment, is: [supported, adjusted, exempt] }
    else: wait
  - approve: review
    title: { zh-CN: 部门审核, en: Review }
    by: { role: department-head, of: project.department }
    due: 5 working days
  - end: accepted
";

const STUDY: &str = "
workflow: little-study
title: { zh-CN: 小论证, en: Little study }
about: project
outcomes: [accepted, withdrawn]
start: { by: { role: project-officer, of: project.unit }, number: \"小〔{year}〕{seq:4}\" }
form: []
steps:
  - approve: look
    title: { zh-CN: 论证审核, en: Look }
    by: { role: department-head, of: project.department }
  - end: accepted
";

const LARGE: &str = "
workflow: large-look
title: { zh-CN: 大论证, en: Large look }
about: project
outcomes: [accepted, withdrawn]
start: { by: { role: project-officer, of: project.unit }, number: \"大〔{year}〕{seq:4}\" }
form: []
steps:
  - start: study
    title: { zh-CN: 发起论证, en: Start the study }
    workflow: little-study
    by: initiator
  - end: accepted
";

/// The desk as programs read it, with what the case of a number waits for.
async fn desk(house: &House, number: &str) -> Value {
    let token = house.token(OPERATOR).await;
    let asked = house.asks(Method::GET, "/api/v1/desk").query(&[("number", number)]).bearer_auth(&token);
    asked.send().await.unwrap().json().await.unwrap()
}

fn stuck(desk: &Value) -> Vec<(&str, &str)> {
    let rows = desk["stuck"].as_array().unwrap();
    rows.iter().map(|row| (row["number"].as_str().unwrap(), row["why"][0]["zh-CN"].as_str().unwrap())).collect()
}

async fn number_of(house: &House, case: CaseId) -> String {
    store::cases::find(house.town.app.store().read(), case).await.unwrap().unwrap().number
}

async fn set_active(house: &House, login: &str, active: bool) {
    let person = house.town.official(login).person;
    let set =
        house.town.app.store().write(move |tx| async move { store::people::set_active(&tx, person, active).await });
    set.await.unwrap();
}

async fn a_case_that_nobody_woke_is_shown_with_its_reason_and_looked_at_again(kind: Kind) {
    let house = House::open(kind).await;
    publish(&house.town, "parked.yaml", PARKED.to_owned()).await;
    let project = house.town.project(UNDERPASS).await;
    let case = house.town.official(OFFICER).starts("parked", project).await.unwrap().case;
    let number = number_of(&house, case).await;
    let waits = desk(&house, &number).await;
    assert_eq!(stuck(&waits), [], "it waits for what others do");
    let line = &waits["waits"]["lines"][0];
    assert!(line["why"][0]["zh-CN"].as_str().unwrap().starts_with("等待本项目、本年度的“"), "{waits}");

    exempted(&house.town, project, 500).await;
    assert_eq!(stuck(&desk(&house, "").await), [], "its waking is queued");
    let lost = "UPDATE outbox SET state = 'cancelled', finished_at = created_at, last_error = 'lost' WHERE kind = 'wake-cases'";
    house.town.sql.execute_unprepared(lost).await.unwrap();
    let told = desk(&house, "").await;
    assert_eq!(stuck(&told), [(number.as_str(), "等待的条件已经具备，但没有被唤醒。请点“再看一次”。")]);

    set_active(&house, HEAD, false).await;
    let session = house.enter(OPERATOR).await;
    let csrf = house.csrf(&session).await;
    let page = async |path: &str| {
        house.asks(Method::GET, path).header("cookie", &session).send().await.unwrap().text().await.unwrap()
    };
    let again = format!("/desk/cases/{case}/look-again");
    assert!(page("/desk").await.contains(&format!("action=\"{again}\"")));
    let looked = house.posts(&again, &session, &[("csrf", &csrf)]).send().await.unwrap();
    assert_eq!(looked.headers()["location"], "/desk?told=looked-again#content");
    let held = desk(&house, &number).await;
    assert!(stuck(&held)[0].1.contains("“部门审核”环节无人可办"), "the gate is open, and nobody is there: {held}");
    assert!(held["waits"]["lines"][0]["why"][0]["zh-CN"].as_str().unwrap().contains("无人可办"), "{held}");

    set_active(&house, HEAD, true).await;
    let token = house.token(OPERATOR).await;
    let path = format!("/api/v1{again}");
    let asked = house.asks(Method::POST, &path).bearer_auth(&token).header("idempotency-key", "k").json(&json!({}));
    assert_eq!(asked.send().await.unwrap().status(), 204);
    let moved = desk(&house, &number).await;
    assert_eq!(stuck(&moved), [], "it goes on");
    let why = moved["waits"]["lines"][0]["why"][0]["zh-CN"].as_str().unwrap();
    assert!(
        why.contains("邹梦洁") || why.contains(&house.town.name(house.town.official(HEAD).person).await),
        "{moved}"
    );
    assert_eq!(house.town.count("SELECT count(*) FROM operator_acts WHERE act = 'look-again'").await, 2);
    let shown = page(&format!("/desk?number={number}")).await;
    assert!(shown.contains("没有停滞的办件") && shown.contains("部门审核"), "{shown}");
    let stranger = house.token(OFFICER).await;
    let asked = house.asks(Method::POST, &path).bearer_auth(&stranger).header("idempotency-key", "k").json(&json!({}));
    problem(asked.send().await.unwrap(), 404, "not-found").await;
    house.town.look_away().await;
    house.close().await;
}

async fn a_case_whose_child_is_over_and_never_told_is_shown(kind: Kind) {
    let house = House::open(kind).await;
    publish(&house.town, "little-study.yaml", STUDY.to_owned()).await;
    publish(&house.town, "large-look.yaml", LARGE.to_owned()).await;
    let project = house.town.project(UNDERPASS).await;
    let case = house.town.official(OFFICER).starts("large-look", project).await.unwrap().case;
    let number = number_of(&house, case).await;
    let waits = desk(&house, &number).await;
    assert_eq!(stuck(&waits), [], "its child is under way");
    let why = waits["waits"]["lines"][0]["why"][0]["zh-CN"].as_str().unwrap();
    assert!(why.starts_with("等待办件小〔") && why.ends_with("办结"), "{waits}");
    let over = "UPDATE cases SET status = 'ended', outcome = 'accepted', ended_at = started_at WHERE workflow = 'little-study'";
    house.town.sql.execute_unprepared(over).await.unwrap();
    let told = desk(&house, "").await;
    let [(known, why)] = stuck(&told)[..] else { panic!("{told}") };
    assert!(known == number && why.contains("已经办结，但没有收到结果"), "{told}");
    house.town.look_away().await;
    house.close().await;
}

async fn the_desk_tells_by_which_text_a_mail_was_written(kind: Kind) {
    let house = House::open(kind).await;
    let (app, person) = (&house.town.app, house.town.official(PERFORMANCE).person);
    let mail = |no: u128, template_version| MailRow {
        id: uuid::Uuid::from_u128(no),
        occurrence: format!("mail/{no}"),
        person_id: person,
        kind: "task-assigned".to_owned(),
        case_id: None,
        lang: "zh-CN".to_owned(),
        message_id: format!("<{no}@yumen.example>"),
        subject: "新待办".to_owned(),
        state: "sent".to_owned(),
        created_at: app.now() + chrono::TimeDelta::seconds(i64::try_from(no).unwrap()),
        sent_at: Some(app.now()),
        last_error: None,
        template_version,
    };
    let (own, shipped) = (mail(1, Some(3)), mail(2, None));
    let put = app.store().write(move |tx| async move {
        store::mails::put(&tx, own).await?;
        store::mails::put(&tx, shipped).await
    });
    let put: Result<(), Error> = put.await;
    put.unwrap();
    let told = desk(&house, "").await;
    let versions: Vec<_> = told["mails"].as_array().unwrap().iter().map(|mail| &mail["template_version"]).collect();
    assert_eq!(versions, [&Value::Null, &json!(3)], "{told}");
    let session = house.enter(OPERATOR).await;
    let page = house.asks(Method::GET, "/desk").header("cookie", &session).send().await.unwrap().text().await.unwrap();
    assert_eq!(page.matches("模板第 3 版").count(), 1, "{page}");
    house.close().await;
}
