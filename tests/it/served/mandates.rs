//! Changed mandates through the door: a page and programs for those who see them, consents of the two who decide.

use reqwest::Method;
use serde_json::{Value, json};
use yumen::app::publishing::Publication;

use super::house::{House, problem};
use crate::harness::{
    databases::{Kind, on_both},
    town::{AUDIT_ADMIN, FINANCE_LEADER, stricter_mandates},
};

on_both!(programs_see_a_proposal_and_two_of_them_put_it_into_force, the_page_tells_and_takes_what_the_two_say);

const MANDATES: &str = "/api/v1/mandates";

/// The place starts with one mandate more, which what is live keeps.
async fn proposed(house: &House) {
    let published =
        house.town.app.publish(&[("mandates.yaml".to_owned(), stricter_mandates())], "system:shipped").await.unwrap();
    assert_eq!(published, Publication::Live(Vec::new()));
}

async fn programs_see_a_proposal_and_two_of_them_put_it_into_force(kind: Kind) {
    let house = House::open(kind).await;
    proposed(&house).await;
    let stranger = house.token("chen-jie").await;
    let refused = house.asks(Method::GET, MANDATES).bearer_auth(&stranger).send().await.unwrap();
    problem(refused, 404, "not-found").await;
    let (finance, audit) = (house.token(FINANCE_LEADER).await, house.token(AUDIT_ADMIN).await);
    let read = async |token: &str| -> Value {
        let answer = house.asks(Method::GET, MANDATES).bearer_auth(token).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    };
    let says = async |token: &str, (what, key): (&str, &str), body: Value| {
        let request = house.asks(Method::POST, &format!("{MANDATES}/2/{what}")).bearer_auth(token);
        request.header("idempotency-key", key).json(&body).send().await.unwrap()
    };
    let found = read(&finance).await;
    assert_eq!((&found["in_force"]["no"], &found["proposed"]["set"]["no"]), (&json!(1), &json!(2)), "{found}");
    assert_eq!(found["proposed"]["speaks_as"], json!(["finance-leader"]));
    assert_eq!(found["proposed"]["changes"][6]["kind"], "added");
    assert!(found["mandates"][0]["needs"]["zh-CN"].as_str().unwrap().contains("予以支持"), "{found}");

    let administrator = house.token("han-zhijian").await;
    let role = json!({ "role": "finance-leader" });
    problem(says(&administrator, ("consent", "k"), role.clone()).await, 404, "not-found").await;
    problem(says(&audit, ("decline", "k"), json!({ "role": "audit-admin" })).await, 422, "reason-needed").await;
    for _ in 0..2 {
        let said = says(&finance, ("consent", "k1"), role.clone()).await.json::<Value>().await.unwrap();
        assert_eq!(said, json!({ "no": 2, "state": "proposed" }));
    }
    let said = says(&audit, ("consent", "k2"), json!({ "role": "audit-admin", "reason": "依据充分。" })).await;
    assert_eq!(said.json::<Value>().await.unwrap(), json!({ "no": 2, "state": "accepted" }));
    let found = read(&audit).await;
    assert_eq!((&found["in_force"]["no"], &found["proposed"]), (&json!(2), &Value::Null));
    assert_eq!(found["history"][0]["said"].as_array().map(Vec::len), Some(2));
    let live = house.asks(Method::GET, "/api/v1/definitions/performance-targets/versions/1").bearer_auth(&finance);
    let live: Value = live.send().await.unwrap().json().await.unwrap();
    assert_eq!(live["certificate"]["mandates"], found["in_force"]["hash"], "the proof that is shown is today's");
    let late = json!({ "role": "audit-admin", "reason": "晚了。" });
    problem(says(&audit, ("decline", "k3"), late).await, 409, "proposal-closed").await;
    house.close().await;
}

async fn the_page_tells_and_takes_what_the_two_say(kind: Kind) {
    let house = House::open(kind).await;
    proposed(&house).await;
    let page = async |cookie: &str, path: &str| {
        let answer = house.asks(Method::GET, path).header("cookie", cookie).send().await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.text().await.unwrap())
    };
    let (stranger, auditor) = (house.enter("chen-jie").await, house.enter("feng-qihang").await);
    assert_eq!(page(&stranger, "/mandates").await.0, 404);
    assert!(!page(&stranger, "/definitions").await.1.contains("href=\"/mandates\""));
    assert!(page(&auditor, "/definitions").await.1.contains("href=\"/mandates\""));
    let (status, seen) = page(&auditor, "/mandates").await;
    assert!(
        status == 200 && seen.contains("no-budget-request-without-approval") && !seen.contains("/mandates/2/consent")
    );

    let finance = house.enter(FINANCE_LEADER).await;
    assert!(page(&finance, "/inbox").await.1.contains("href=\"/mandates\""), "the inbox tells of it");
    let (_, form) = page(&finance, "/mandates").await;
    assert!(form.contains("action=\"/mandates/2/consent\"") && form.contains("formaction=\"/mandates/2/decline\""));
    let token = house.csrf(&finance).await;
    let says = async |what: &str, reason: &str| {
        let body = [("csrf", token.as_str()), ("role", "finance-leader"), ("reason", reason)];
        house.posts(&format!("/mandates/2/{what}"), &finance, &body).send().await.unwrap()
    };
    let silent = says("decline", "").await;
    assert_eq!(silent.status(), 422);
    assert!(silent.text().await.unwrap().contains("/mandates/2/consent"), "the page comes again, with the reason why");
    let said = says("consent", "").await;
    assert_eq!(said.headers()["location"], "/mandates?told=mandates-proposed#content");
    assert!(!page(&finance, "/inbox").await.1.contains("href=\"/mandates\""));
    let (_, waits) = page(&finance, "/mandates?told=mandates-proposed").await;
    assert!(!waits.contains("action=\"/mandates/2/consent\""), "nobody speaks twice");
    house.close().await;
}
