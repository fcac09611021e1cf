//! Schedules through the door: a page and programs for those who see them, and what an administrator does to them.

use reqwest::Method;
use serde_json::{Value, json};

use super::house::{House, problem};
use crate::harness::databases::{Kind, on_both};

on_both!(programs_see_schedules_and_an_administrator_sees_to_them, the_pages_tell_what_happens_by_itself);

const SCHEDULES: &str = "/api/v1/schedules";
const TARGETS: &str = "/schedules/performance-targets/opening-of-targets";

async fn programs_see_schedules_and_an_administrator_sees_to_them(kind: Kind) {
    let house = House::open(kind).await;
    let (admin, stranger) = (house.token("han-zhijian").await, house.token("chen-jie").await);
    let refused = house.asks(Method::GET, SCHEDULES).bearer_auth(&stranger).send().await.unwrap();
    problem(refused, 404, "not-found").await;
    let read = async || -> Vec<Value> {
        let answer = house.asks(Method::GET, SCHEDULES).bearer_auth(&admin).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    };
    let named = |all: Vec<Value>, name: &str| all.into_iter().find(|one| one["schedule"] == name).unwrap();
    let people = named(read().await, "check-people");
    assert_eq!((&people["workflow"], people["next"].as_array().map(Vec::len)), (&json!("-"), Some(10)), "{people}");
    let does = async |token: &str, key: &str, body: Value| {
        let request = house.asks(Method::POST, &format!("{SCHEDULES}/performance-targets/opening-of-targets"));
        request.bearer_auth(token).header("idempotency-key", key).json(&body).send().await.unwrap()
    };
    let pause = json!({ "do": "pause", "reason": "等待区人大批准" });
    problem(does(&stranger, "k", pause.clone()).await, 404, "not-found").await;
    problem(does(&admin, "k0", json!({ "do": "pause", "reason": " " })).await, 422, "reason-needed").await;
    problem(does(&admin, "k0", json!({ "do": "stop", "reason": "停" })).await, 404, "not-found").await;
    for _ in 0..2 {
        assert_eq!(does(&admin, "k1", pause.clone()).await.status(), 204);
    }
    problem(does(&admin, "k2", pause).await, 409, "paused-already").await;
    let targets = named(read().await, "opening-of-targets");
    assert_eq!((&targets["paused_why"], &targets["cron"]), (&json!("等待区人大批准"), &json!("0 9 1 9 *")));
    house.close().await;
}

async fn the_pages_tell_what_happens_by_itself(kind: Kind) {
    let house = House::open(kind).await;
    let page = async |cookie: &str, path: &str| {
        let answer = house.asks(Method::GET, path).header("cookie", cookie).send().await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.text().await.unwrap())
    };
    let stranger = house.enter("chen-jie").await;
    assert_eq!(page(&stranger, "/schedules").await.0, 404);
    assert!(!page(&stranger, "/inbox").await.1.contains("href=\"/schedules\""));
    let (admin, operator) = (house.enter("han-zhijian").await, house.enter("qin-muye").await);
    let (status, list) = page(&operator, "/schedules").await;
    assert!(status == 200 && list.contains("年度绩效目标填报启动") && list.contains("每天 01:30"), "{list}");
    let (_, seen) = page(&operator, TARGETS).await;
    assert!(seen.contains("每年9月1日 09:00") && !seen.contains("name=\"doing\""), "only an administrator does");
    assert_eq!(page(&admin, "/schedules/performance-targets/no-such").await.0, 404);

    let token = house.csrf(&admin).await;
    let does = async |doing: &str, why: &str| {
        let body = [("csrf", token.as_str()), ("doing", doing), ("why", why)];
        house.posts(TARGETS, &admin, &body).send().await.unwrap()
    };
    let silent = does("skip", "").await;
    assert_eq!(silent.status(), 422);
    assert!(silent.text().await.unwrap().contains("name=\"doing\""), "the page comes again");
    let done = does("skip", "改由专项布置").await;
    assert_eq!(done.headers()["location"], format!("{TARGETS}?told=schedule-done#content"));
    assert!(page(&admin, TARGETS).await.1.contains("<s>"), "struck out");
    does("pause", "暂停<b>一下</b>").await;
    let (_, paused) = page(&admin, TARGETS).await;
    assert!(paused.contains("已暂停") && paused.contains("暂停&lt;b&gt;一下") && paused.contains("value=\"resume\""));
    let (_, definition) = page(&stranger, "/definitions/performance-targets").await;
    assert!(definition.contains("年度绩效目标填报启动") && definition.contains("每年9月1日 09:00"));
    house.close().await;
}
