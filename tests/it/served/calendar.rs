//! The working-day calendar through the door: a page and programs, one set of rules for both.

use reqwest::Method;
use serde_json::{Value, json};

use super::house::{House, problem};
use crate::{
    app::{
        waits::publish,
        way::{OFFICER, UNDERPASS},
    },
    harness::databases::{Kind, on_both},
};

on_both!(programs_read_the_calendar_and_an_administrator_keeps_it, the_page_and_programs_keep_the_same_calendar);

const ADMIN: &str = "han-zhijian";
const API: &str = "/api/v1/calendar";
const NEXT: &str = "/api/v1/calendar/2027";

const WAITING: &str = "
workflow: notice-period
title: { zh-CN: 公示, en: Notice period }
about: project
outcomes: [accepted, withdrawn]
start: { by: { role: project-officer, of: project.unit }, number: \"示〔{year}〕{seq:4}\" }
form:
  - { name: note, type: text, required: true, title: { zh-CN: 说明, en: Note } }
steps:
  - fill: draft
    title: { zh-CN: 填写, en: Write }
    by: initiator
    edit: [note]
    due: 40 working days
  - end: accepted
";

fn wanted(seen: i64) -> Value {
    json!({
        "seen": seen,
        "notice": { "title": "国务院办公厅关于2027年部分节假日安排的通知", "number": "国办发明电〔2026〕7号", "issued": "2026-11-20" },
        "days_off": [{ "holiday": "元旦", "days": ["2027-01-01"] }, { "holiday": "春节", "days": ["2027-02-08", "2027-02-09"] }],
        "makeup_workdays": ["2027-02-14"],
        "additions": [{ "day": "2027-07-01", "is": "off", "document": "津武政办〔2027〕3号" }],
        "reason": "通知已印发",
    })
}

async fn programs_read_the_calendar_and_an_administrator_keeps_it(kind: Kind) {
    let house = House::open(kind).await;
    publish(&house.town, "notice-period.yaml", WAITING.to_owned()).await;
    let officer = house.town.official(OFFICER);
    let case = officer.starts("notice-period", house.town.project(UNDERPASS).await).await.unwrap().case;
    let (admin, reader, stranger) =
        (house.token(ADMIN).await, house.token(OFFICER).await, house.token("he-jingshu").await);
    let read = async |token: &str, path: &str| -> Value {
        let answer = house.asks(Method::GET, path).bearer_auth(token).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    };
    let keeps = async |token: &str, key: &str, body: &Value| {
        let request = house.asks(Method::POST, NEXT).bearer_auth(token).header("idempotency-key", key);
        request.json(body).send().await.unwrap()
    };
    let years = read(&reader, API).await;
    let years: Vec<_> =
        years.as_array().unwrap().iter().map(|one| (one["year"].as_i64(), one["status"].clone())).collect();
    assert_eq!((years[0].clone(), years[3].clone()), ((Some(2023), json!("final")), (Some(2026), json!("final"))));
    assert_eq!((years[4].clone(), years.len()), ((Some(2027), json!("provisional")), 9));
    let this = read(&reader, "/api/v1/calendar/2026").await;
    assert_eq!(this["office_hours"]["periods"][0], json!({ "from": "08:30", "until": "12:00" }), "{this}");
    assert_eq!(this["office_hours"]["minutes"], 480);
    assert!(this["office_hours"]["source"]["zh-CN"].as_str().unwrap().contains("2024年1月1日起"), "{this}");
    let makeup = json!({ "day": "2026-02-14", "worked": true, "kind": "makeup", "source": "" });
    assert!(this["special_days"].as_array().unwrap().contains(&makeup), "{this}");
    let empty = read(&reader, NEXT).await;
    assert_eq!((&empty["version"], &empty["working_days"]), (&json!(0), &json!(261)), "{empty}");
    for nothing in ["/api/v1/calendar/1999", "/api/v1/calendar/x", "/api/v1/calendar/2026/versions/99/moved"] {
        problem(house.asks(Method::GET, nothing).bearer_auth(&admin).send().await.unwrap(), 404, "not-found").await;
    }

    problem(keeps(&reader, "k", &wanted(0)).await, 404, "not-found").await;
    let wrong = json!({ "seen": 0, "days_off": [{ "holiday": "五1", "days": ["2027-05-01"] }],
        "makeup_workdays": ["2027-01-11"], "reason": " " });
    let told = problem(keeps(&admin, "k0", &wrong).await, 422, "fields").await;
    let fields: Vec<_> = told["fields"].as_array().unwrap().iter().map(|fault| fault["field"].clone()).collect();
    assert_eq!(fields, ["reason", "days_off", "days_off"], "{told}");
    let mut saved = Value::Null;
    for _ in 0..2 {
        let answer: Value = keeps(&admin, "k1", &wanted(0)).await.json().await.unwrap();
        assert!(saved.is_null() || saved == answer, "said twice, done once: {answer}");
        saved = answer;
    }
    let version = saved["version"].as_i64().unwrap();
    problem(keeps(&admin, "k2", &wanted(0)).await, 409, "calendar-changed-meanwhile").await;
    problem(keeps(&admin, "k3", &wanted(version)).await, 409, "calendar-unchanged").await;

    let kept = read(&reader, NEXT).await;
    assert_eq!((&kept["status"], &kept["version"]), (&json!("final"), &json!(version)), "{kept}");
    assert_eq!(kept["notice"]["number"], "国办发明电〔2026〕7号");
    assert_eq!(kept["additions"], wanted(0)["additions"]);
    assert_eq!((&kept["versions"][0]["by"], &kept["versions"][0]["reason"]), (&json!("韩志坚"), &json!("通知已印发")));
    let local = json!({ "day": "2027-07-01", "worked": false, "kind": "local-off", "source": "津武政办〔2027〕3号" });
    assert!(kept["special_days"].as_array().unwrap().contains(&local), "{kept}");
    let order = &house.town.payloads("recount-deadlines").await[0];
    house.town.app.recount(&serde_json::from_str(order).unwrap()).await.unwrap();
    let moved = format!("{NEXT}/versions/{version}/moved");
    for token in [&admin, &reader] {
        let moved = read(token, &moved).await;
        assert_eq!((&moved[0]["case"], moved.as_array().map(Vec::len)), (&json!(case.to_string()), Some(1)), "{moved}");
    }
    assert_eq!(read(&stranger, &moved).await, json!([]), "of cases that the caller may see alone");
    house.town.look_away().await;
    house.close().await;
}

async fn the_page_and_programs_keep_the_same_calendar(kind: Kind) {
    let house = House::open(kind).await;
    let (admin, token) = (house.enter(ADMIN).await, house.token(ADMIN).await);
    let keep = house.asks(Method::POST, NEXT).bearer_auth(&token).header("idempotency-key", "k").json(&wanted(0));
    let version = keep.send().await.unwrap().json::<Value>().await.unwrap()["version"].clone();
    let page = async || {
        let answer = house.asks(Method::GET, "/calendar?year=2027").header("cookie", &admin).send().await.unwrap();
        answer.text().await.unwrap()
    };
    let shown = page().await;
    assert!(shown.contains("春节：2027-02-08 至 2027-02-09") && shown.contains("2027-07-01 放假 津武政办〔2027〕3号"));
    assert!(shown.contains("08:30–12:00 / 13:30–18:00") && shown.contains("每个工作日 8 小时"), "{shown}");
    let csrf = house.csrf(&admin).await;
    let seen = version.to_string();
    let typed = |seen: &str, why: &str| {
        let fields =
            [("csrf", csrf.as_str()), ("year", "2027"), ("seen", seen), ("days_off", "元旦：2027-01-01"), ("why", why)];
        house.posts("/calendar", &admin, &fields).send()
    };
    let stale = typed("0", "改一改").await.unwrap();
    assert_eq!(stale.status(), 409);
    let told = stale.text().await.unwrap();
    assert!(told.contains("刚刚由他人修改过") && told.contains("value=\"改一改\""), "{told}");
    assert_eq!(typed(&seen, "重新核对").await.unwrap().status(), 303);
    let answer = house.asks(Method::GET, NEXT).bearer_auth(&token).send().await.unwrap();
    let kept: Value = answer.json().await.unwrap();
    assert_eq!(
        (&kept["status"], &kept["versions"][0]["reason"]),
        (&json!("provisional"), &json!("重新核对")),
        "{kept}"
    );
    house.close().await;
}
