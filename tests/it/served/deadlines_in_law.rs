//! `within`: the deadline in law of a whole workflow stands on the pages and in the API, moves with a suspension, and is
//! measured to the end of the case.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use yumen::{app::What, engine::Action};

use super::house::House;
use crate::{
    app::{
        waits::publish,
        way::{HEAD, OFFICER, UNDERPASS},
    },
    harness::{
        databases::{Kind, on_both},
        town::{form, text},
    },
};

on_both!(a_deadline_in_law_is_seen_by_people_and_programs);

const SOURCE: &str = "
workflow: reply
title: { zh-CN: 限期批复, en: Reply in time }
about: project
within:
  - { time: 20 working days, basis: { rule: wuqing-plan, clause: 二(二)2 } }
  - { time: 60 days, basis: { rule: wuqing-plan, clause: 二(二)1 } }
outcomes: [accepted, withdrawn]
start: { by: { role: project-officer, of: project.unit }, number: \"批〔{year}〕{seq:4}\" }
form:
  - { name: note, type: text, required: true, title: { zh-CN: 说明, en: Note } }
steps:
  - fill: draft
    title: { zh-CN: 填写, en: Write }
    by: initiator
    edit: [note]
    due: 5 working days
  - approve: review
    title: { zh-CN: 批复, en: Reply }
    by: { role: department-head, of: project.department }
    due: 5 working days
    return to: [draft]
  - end: accepted
";

/// The text of a page, on one line.
async fn page(house: &House, login: &str, path: &str) -> String {
    let cookie = house.enter(login).await;
    let answer = house.asks(Method::GET, path).header("cookie", cookie).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

async fn a_deadline_in_law_is_seen_by_people_and_programs(kind: Kind) {
    let house = House::open(kind).await;
    let town = &house.town;
    publish(town, "reply.yaml", SOURCE.to_owned()).await;
    let (officer, admin) = (town.official(OFFICER), town.official("han-zhijian"));
    let case = officer.starts("reply", town.project(UNDERPASS).await).await.unwrap().case;
    let token = house.token(OFFICER).await;
    let read = async || -> Value {
        let request = house.asks(Method::GET, &format!("/api/v1/cases/{case}")).bearer_auth(&token);
        request.send().await.unwrap().json().await.unwrap()
    };
    let statutory = &read().await["statutory"];
    assert_eq!(statutory.as_array().map(Vec::len), Some(2), "{statutory}");
    assert_eq!(
        (&statutory[0]["due_at"], &statutory[0]["provisional"]),
        (&json!("2026-12-21T15:59:59Z"), &json!(false))
    );
    assert_eq!(statutory[0]["time"], json!({ "zh-CN": "20个工作日", "en": "20 working days" }));
    assert!(statutory[0]["article"].as_str().unwrap().contains("二(二)2"), "{statutory}");
    assert!(statutory[0]["calendar"].is_i64(), "counted in working days by a version of the calendar");
    assert_eq!((&statutory[1]["due_at"], &statutory[1]["calendar"]), (&json!("2027-01-22T15:59:59Z"), &Value::Null));

    for path in [format!("/cases/{case}"), format!("/cases/{case}/tasks/1")] {
        let html = page(&house, OFFICER, &path).await;
        for said in ["法定办结期限", "2026-12-21 23:59", "20个工作日，依据：", "2027-01-22 23:59", "60日，依据："]
        {
            assert!(html.contains(said), "{path} does not say {said}: {html}");
        }
    }
    let html = page(&house, "han-zhijian", "/definitions/reply").await;
    assert!(html.contains("20个工作日") && html.contains("60日"), "{html}");

    // What stands still is not counted.
    let suspend = Action::Suspend { reason: "等待批复。".into() };
    admin.does(What::Act { case, action: suspend }).await.unwrap();
    town.advance(TimeDelta::days(7));
    admin.does(What::Act { case, action: Action::Resume { reason: "已批复。".into() } }).await.unwrap();
    assert_eq!(read().await["statutory"][0]["due_at"], json!("2026-12-28T15:59:59Z"));

    officer.completes(case, "draft", form([("note", text("说明"))])).await.unwrap();
    town.official(HEAD).approves(case, "review").await.unwrap();
    town.advance(TimeDelta::days(90));
    let html = page(&house, OFFICER, &format!("/cases/{case}")).await;
    assert!(html.contains("2026-12-28 23:59") && !html.contains("已逾期"), "it was finished in time: {html}");
    town.look_away().await;
    house.close().await;
}
