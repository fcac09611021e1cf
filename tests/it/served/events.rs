//! What a page hears while it is open, and when it hears no more.

use std::time::Duration;

use reqwest::{Method, Response};

use super::house::House;
use crate::{
    app::way::{OFFICER, PERFORMANCE, UNDERPASS},
    harness::{
        databases::Kind,
        town::{form, text, wan},
    },
};

/// So long that only what never comes is missed.
const PATIENCE: Duration = Duration::from_secs(60);

async fn opens(house: &House, cookie: &str) -> Response {
    house.asks(Method::GET, "/events").header("cookie", cookie).send().await.unwrap()
}

/// The next words of a stream that are no mere beat; `None` at its end.
async fn hears(stream: &mut Response) -> Option<String> {
    loop {
        let piece =
            tokio::time::timeout(PATIENCE, stream.chunk()).await.expect("it says something, or ends").ok()??;
        let words = String::from_utf8(piece.to_vec()).unwrap();
        if words.contains("event: counts") {
            return Some(words);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_hears_what_comes_until_its_person_signs_out() {
    let house = House::open(Kind::Sqlite).await;
    let (cookie, other) = (house.enter(PERFORMANCE).await, house.enter(OFFICER).await);
    let (mut stream, mut others) = (opens(&house, &cookie).await, opens(&house, &other).await);
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    assert!(hears(&mut stream).await.unwrap().contains(r#"{"waiting":"","unread":""}"#));
    hears(&mut others).await.unwrap();
    let officer = house.town.official(OFFICER);
    let case = officer.starts("ex-ante-assessment", house.town.project(UNDERPASS).await).await.unwrap().case;
    let scope = yumen::definition::Value::Choice("outside-scope".into());
    let draft = form([("scope", scope), ("requested_amount", wan(10)), ("object", text("既有项目"))]);
    officer.completes(case, "draft", draft).await.unwrap();
    let reason = form([("exemption_reason", text("不属于各类评估情形。"))]);
    officer.completes(case, "exemption-statement", reason).await.unwrap();
    assert!(hears(&mut stream).await.unwrap().contains(r#"{"waiting":"1","unread":"1"}"#));
    let csrf = house.csrf(&cookie).await;
    assert_eq!(house.posts("/sign-out", &cookie, &[("csrf", &csrf)]).send().await.unwrap().status(), 303);
    assert_eq!(hears(&mut stream).await, None, "over with the session");
    assert_eq!(opens(&house, &cookie).await.status(), 303, "and it does not begin again");
    house.close().await;
    assert_eq!(hears(&mut others).await, None, "over with the server");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_has_a_few_streams_and_pages_all_the_same() {
    let house = House::open(Kind::Sqlite).await;
    let cookie = house.enter(OFFICER).await;
    let mut streams = Vec::new();
    for _ in 0..yumen::http::streams::PER_PERSON_MAX {
        let mut stream = opens(&house, &cookie).await;
        hears(&mut stream).await.unwrap();
        streams.push(stream);
    }
    assert_eq!(opens(&house, &cookie).await.status(), 204);
    let page = house.asks(Method::GET, "/notices").header("cookie", &cookie).send().await.unwrap();
    assert_eq!(page.status(), 200);
    let before = std::time::Instant::now();
    house.close().await;
    assert!(before.elapsed() < Duration::from_secs(10), "open streams hold up no stop: {:?}", before.elapsed());
}
