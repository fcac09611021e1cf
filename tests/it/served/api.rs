//! The API as a program meets it.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use yumen::app::tokens;

use super::house::{House, problem};
use crate::harness::databases::{Kind, on_both};

on_both!(
    a_case_is_started_once_however_often_it_is_asked_for,
    what_is_not_yours_is_absent,
    every_bad_request_gets_its_sentence,
    a_token_ends_when_it_is_revoked_or_over,
    a_file_comes_back_as_it_was_sent,
);

const OFFICER: &str = "bai-songtao";
const STRANGER: &str = "he-jingshu";
const UNDERPASS: &str = "WQ2027-HOU-001";

fn write(request: RequestBuilder, token: &str, key: &str, body: &Value) -> RequestBuilder {
    request.bearer_auth(token).header("idempotency-key", key).json(body)
}

async fn a_case_is_started_once_however_often_it_is_asked_for(kind: Kind) {
    let house = House::open(kind).await;
    let token = house.token(OFFICER).await;
    let project = house.town.project(UNDERPASS).await;
    let body = json!({ "workflow": "ex-ante-assessment", "project": project, "year": 2027 });
    let start =
        |key: &'static str, body: &Value| write(house.asks(Method::POST, "/api/v1/cases"), &token, key, body).send();

    let first = start("k1", &body).await.unwrap();
    assert_eq!(first.status(), 201);
    let location = first.headers()["location"].to_str().unwrap().to_owned();
    let first: Value = first.json().await.unwrap();
    let again = start("k1", &body).await.unwrap();
    assert_eq!(again.status(), 201);
    assert_eq!(again.json::<Value>().await.unwrap(), first);
    assert_eq!(house.town.count("SELECT count(*) FROM cases").await, 1);

    let other = json!({ "workflow": "performance-targets", "project": project, "year": 2027 });
    problem(start("k1", &other).await.unwrap(), 409, "key-reused").await;
    problem(start("k2", &body).await.unwrap(), 409, "already-running").await;

    let read = |path: String| house.asks(Method::GET, &path).bearer_auth(&token).send();
    let case: Value = read(location.clone()).await.unwrap().json().await.unwrap();
    assert_eq!(case["number"], first["number"]);
    assert_eq!(case["tasks"][0]["kind"], "fill");
    let journal: Value = read(format!("{location}/journal")).await.unwrap().json().await.unwrap();
    assert_eq!(journal[0]["command"], "start");
    let inbox: Value = read("/api/v1/inbox".into()).await.unwrap().json().await.unwrap();
    assert_eq!(inbox["total"], 1, "{inbox}");
    let withdrawn = json!({ "reason": "重新论证。" });
    let path = format!("{location}/withdraw");
    let done = write(house.asks(Method::POST, &path), &token, "k3", &withdrawn).send().await.unwrap();
    assert_eq!(done.json::<Value>().await.unwrap()["outcome"], "withdrawn");
    house.close().await;
}

async fn what_is_not_yours_is_absent(kind: Kind) {
    let house = House::open(kind).await;
    let (mine, theirs) = (house.token(OFFICER).await, house.token(STRANGER).await);
    let project = house.town.project(UNDERPASS).await;
    let body = json!({ "workflow": "ex-ante-assessment", "project": project, "year": 2027 });
    let started = write(house.asks(Method::POST, "/api/v1/cases"), &mine, "k", &body).send().await.unwrap();
    let case = started.json::<Value>().await.unwrap()["case"].as_str().unwrap().to_owned();
    let absent = "case_0192f0c8a1b27c3d8e4f5a6b7c8d9e0f";
    for rest in ["", "/journal"] {
        let mut answers = Vec::new();
        for case in [case.as_str(), absent] {
            let request = house.asks(Method::GET, &format!("/api/v1/cases/{case}{rest}")).bearer_auth(&theirs);
            answers.push(problem(request.send().await.unwrap(), 404, "not-found").await);
        }
        assert_eq!(answers[0], answers[1], "the two must not be told apart");
    }
    let path = format!("/api/v1/cases/{case}/tasks/1/complete");
    let refused = write(house.asks(Method::POST, &path), &theirs, "k", &json!({ "fields": {} })).send().await.unwrap();
    problem(refused, 404, "not-found").await;
    let path = format!("/api/v1/projects/{project}");
    problem(house.asks(Method::GET, &path).bearer_auth(&theirs).send().await.unwrap(), 404, "not-found").await;
    let request = write(house.asks(Method::POST, "/api/v1/cases"), &theirs, "k2", &body);
    problem(request.send().await.unwrap(), 404, "not-found").await;
    house.close().await;
}

async fn every_bad_request_gets_its_sentence(kind: Kind) {
    let house = House::open(kind).await;
    let token = house.token(OFFICER).await;
    let post = || house.asks(Method::POST, "/api/v1/cases").bearer_auth(&token);
    let keyed = || post().header("idempotency-key", "k").header("content-type", "application/json");
    let good = json!({ "workflow": "w", "project": "project_0192f0c8a1b27c3d8e4f5a6b7c8d9e0f", "year": 2027 });

    problem(post().json(&good).send().await.unwrap(), 400, "key-needed").await;
    let unknown = json!({ "workflow": "w", "project": good["project"], "year": 2027, "colour": "red" });
    let told = problem(keyed().body(unknown.to_string()).send().await.unwrap(), 422, "unknown-shape").await;
    assert!(told["detail"].as_str().unwrap().contains("colour"), "{told}");
    problem(keyed().body("{\"workflow\":").send().await.unwrap(), 400, "bad-request").await;
    let plain = post().header("idempotency-key", "k").header("content-type", "text/plain").body("{}");
    problem(plain.send().await.unwrap(), 415, "wrong-media-type").await;
    problem(keyed().body(vec![b' '; 2 * 1024 * 1024]).send().await.unwrap(), 413, "too-large").await;
    problem(house.asks(Method::GET, "/api/v1/nothing").bearer_auth(&token).send().await.unwrap(), 404, "not-found")
        .await;
    let delete = house.asks(Method::DELETE, "/api/v1/cases").bearer_auth(&token);
    problem(delete.send().await.unwrap(), 405, "method-not-allowed").await;
    let asked = house.asks(Method::GET, "/api/v1/projects?limt=3").bearer_auth(&token);
    problem(asked.send().await.unwrap(), 400, "bad-request").await;
    let garbled = house.asks(Method::GET, "/api/v1/cases/not-an-id").bearer_auth(&token);
    problem(garbled.send().await.unwrap(), 404, "not-found").await;

    let english = house.asks(Method::GET, "/api/v1/me").header("accept-language", "en-GB").send().await.unwrap();
    assert_eq!(english.headers()["www-authenticate"], "Bearer");
    let told = problem(english, 401, "sign-in-needed").await;
    assert_eq!(told["detail"], "Sign in first, then go on.");
    let told = problem(house.asks(Method::GET, "/api/v1/me").send().await.unwrap(), 401, "sign-in-needed").await;
    assert_eq!(told["detail"], "请先登录，再继续操作。");
    house.close().await;
}

async fn a_token_ends_when_it_is_revoked_or_over(kind: Kind) {
    let house = House::open(kind).await;
    let person = house.town.official(OFFICER).person;
    let made = tokens::make(&house.site.app, person, "script", 1).await.unwrap();
    let me = |token: String| house.asks(Method::GET, "/api/v1/me").bearer_auth(token).send();
    let body: Value = me(made.token.clone()).await.unwrap().json().await.unwrap();
    assert_eq!(body["name"], "柏松涛");
    assert!(tokens::revoke(&house.site.app, person, made.id).await.unwrap());
    problem(me(made.token).await.unwrap(), 401, "sign-in-needed").await;
    let short = tokens::make(&house.site.app, person, "script", 1).await.unwrap();
    house.town.advance(chrono::TimeDelta::days(1));
    problem(me(short.token.clone()).await.unwrap(), 401, "sign-in-needed").await;
    let stored = format!("SELECT count(*) FROM access_tokens WHERE token_hash = '{}'", short.token);
    assert_eq!(house.town.count(&stored).await, 0, "a token is stored as a hash alone");
    house.close().await;
}

async fn a_file_comes_back_as_it_was_sent(kind: Kind) {
    let house = House::open(kind).await;
    let token = house.token(OFFICER).await;
    let project = house.town.project(UNDERPASS).await;
    let case = house.town.official(OFFICER).starts("performance-targets", project).await.unwrap().case;
    let path = format!("/api/v1/cases/{case}/tasks/1/files?name=%E4%BE%9D%E6%8D%AE.pdf");
    let pdf = crate::harness::town::PDF;
    let send = |key: &'static str, content: Vec<u8>| {
        let request = house.asks(Method::POST, &path).bearer_auth(&token).header("idempotency-key", key);
        request.header("content-type", "application/octet-stream").body(content).send()
    };
    let first: Value = send("f1", pdf.to_vec()).await.unwrap().json().await.unwrap();
    let again: Value = send("f1", pdf.to_vec()).await.unwrap().json().await.unwrap();
    assert_eq!(first, again);
    assert_eq!(first["size"], pdf.len(), "{first}");
    assert_eq!(house.town.count("SELECT count(*) FROM attachments").await, 1);
    problem(send("f1", b"%PDF-1.7 other".to_vec()).await.unwrap(), 409, "key-reused").await;
    problem(send("f2", b"MZ\x90\0".to_vec()).await.unwrap(), 422, "fields").await;
    let fifty = send("f3", vec![b'x'; 50 * 1024 * 1024]).await.unwrap();
    let told = problem(fifty, 413, "too-large").await;
    assert!(told["detail"].as_str().unwrap().contains("20MB"), "{told}");

    let path = format!("/api/v1/cases/{case}/files/{}", first["id"].as_str().unwrap());
    let read = house.asks(Method::GET, &path).bearer_auth(&token).send().await.unwrap();
    assert_eq!(read.headers()["content-disposition"], "attachment");
    assert_eq!(read.bytes().await.unwrap(), pdf);
    house.close().await;
}
