//! The people's page: appointments end, people are shut out and let in, and the tree of organisations comes in.

use reqwest::{Method, Response};
use rust_xlsxwriter::Workbook;

use super::house::House;
use crate::harness::databases::{Kind, on_both};

on_both!(
    the_security_administrator_keeps_people_and_organisations,
    a_forgotten_password_is_reset,
    what_somebody_holds_is_shown_and_handed_over,
);

const SECURITY: &str = "yang-chunhe";

fn sheet(parent: &str) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let rows = [["Code", "Parent code", "Kind", "Name"], ["edu-new", parent, "unit", "新学校"]];
    for (number, cells) in (0_u32..).zip(rows) {
        for (column, text) in (0_u16..).zip(cells) {
            sheet.write_string(number, column, text).unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

/// Uploads a sheet of organisations; the token comes first, as the page sends it.
async fn upload(house: &House, (cookie, csrf): (&str, &str), file: Vec<u8>) -> Response {
    let mut body = format!("--seam\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n").into_bytes();
    let part = "--seam\r\ncontent-disposition: form-data; name=\"file\"; filename=\"tree.xlsx\"\r\n\r\n";
    body.extend(part.as_bytes());
    body.extend(file);
    body.extend(b"\r\n--seam--\r\n");
    let request = house.asks(Method::POST, "/people/organisations").header("origin", &house.url);
    let request = request.header("content-type", "multipart/form-data; boundary=seam").header("cookie", cookie);
    request.body(body).send().await.unwrap()
}

async fn page(house: &House, cookie: &str) -> String {
    let path = "/people?text=yu-chenglin";
    house.asks(Method::GET, path).header("cookie", cookie).send().await.unwrap().text().await.unwrap()
}

async fn the_security_administrator_keeps_people_and_organisations(kind: Kind) {
    let house = House::open(kind).await;
    let cookie = house.enter(SECURITY).await;
    let csrf = house.csrf(&cookie).await;
    let before = page(&house, &cookie).await;
    assert!(before.contains("name=\"role\" value=\"department-reviewer\""), "{before}");
    assert!(before.contains("name=\"from\" value=\"2024-01-01\""), "{before}");

    let post = [("csrf", csrf.as_str()), ("login", "yu-chenglin"), ("role", "department-reviewer"), ("org", "housing")];
    let ends = |until: &'static str| {
        let fields = [&post[..], &[("from", "2024-01-01"), ("until", until)]].concat();
        house.posts("/people/end", &cookie, &fields).send()
    };
    assert_eq!(ends("").await.unwrap().status(), 422);
    let ended = ends("2026-12-31").await.unwrap();
    assert_eq!(
        (ended.status().as_u16(), &ended.headers()["location"]),
        (303, &"/people?told=appointment-ended".parse().unwrap())
    );
    let again = ends("2027-12-31").await.unwrap();
    assert_eq!(again.status(), 422, "the last day never changes");
    assert!(page(&house, &cookie).await.contains("2026-12-31"));

    let leaver = house.enter("yu-chenglin").await;
    for (active, status) in [("false", 303), ("true", 200)] {
        let fields = [("csrf", csrf.as_str()), ("login", "yu-chenglin"), ("active", active)];
        assert_eq!(house.posts("/people/active", &cookie, &fields).send().await.unwrap().status(), 303);
        let session = if active == "true" { house.enter("yu-chenglin").await } else { leaver.clone() };
        let seen = house.asks(Method::GET, "/inbox").header("cookie", &session).send().await.unwrap();
        assert_eq!(seen.status().as_u16(), status, "active={active}");
    }
    let fields = [("csrf", csrf.as_str()), ("login", SECURITY), ("active", "false")];
    let last = house.posts("/people/active", &cookie, &fields).send().await.unwrap();
    assert_eq!(last.status(), 422, "somebody has to keep people");

    let refused = upload(&house, (&cookie, &csrf), sheet("nowhere")).await;
    assert_eq!(refused.status(), 422);
    assert!(refused.text().await.unwrap().contains("“nowhere”"));
    let count = "SELECT count(*) FROM organisations WHERE path = '/wq/edu/edu-new/'";
    assert_eq!(house.town.count(count).await, 0);
    let taken = upload(&house, (&cookie, &csrf), sheet("edu")).await;
    assert_eq!(taken.status(), 303, "{}", taken.text().await.unwrap());
    assert_eq!(house.town.count(count).await, 1);
    house.close().await;
}

async fn a_forgotten_password_is_reset(kind: Kind) {
    const NEW: &str = "seven quiet rivers";
    let house = House::open(kind).await;
    let (cookie, person) = (house.enter(SECURITY).await, house.enter("yu-chenglin").await);
    let token = house.token("yu-chenglin").await;
    let csrf = house.csrf(&cookie).await;
    assert!(page(&house, &cookie).await.contains("action=\"/people/password\""));
    let account = house.asks(Method::GET, "/account").header("cookie", &cookie).send().await.unwrap();
    assert!(
        account.text().await.unwrap().contains("<a class=\"button\" href=\"/people\">"),
        "a phone has no other way"
    );
    let sign_in = |password: &'static str| {
        house.posts("/sign-in", "", &[("login", "yu-chenglin"), ("password", password)]).send()
    };
    for _ in 0..6 {
        assert_ne!(sign_in("what was it again").await.unwrap().status(), 303);
    }
    let reset = |password: &'static str| {
        let fields = [("csrf", csrf.as_str()), ("login", "yu-chenglin"), ("password", password)];
        house.posts("/people/password", &cookie, &fields).send()
    };
    let weak = reset("yu-chenglin-2026").await.unwrap();
    assert_eq!(weak.status(), 422);
    assert!(weak.text().await.unwrap().contains("太常见"), "the usual rules hold");
    let inbox = |cookie: String| house.asks(Method::GET, "/inbox").header("cookie", cookie).send();
    assert_eq!(inbox(person.clone()).await.unwrap().status(), 200, "nothing was reset");

    let done = reset(NEW).await.unwrap();
    assert_eq!(
        (done.status().as_u16(), &done.headers()["location"]),
        (303, &"/people?told=password-reset".parse().unwrap())
    );
    assert_eq!(inbox(person).await.unwrap().status(), 303, "their sessions are over");
    let api = house.asks(Method::GET, "/api/v1/me").bearer_auth(token).send().await.unwrap();
    assert_eq!(api.status(), 401, "and their tokens");
    assert_eq!(sign_in(NEW).await.unwrap().status(), 303, "at once, however often they had tried");
    house.close().await;
}

async fn what_somebody_holds_is_shown_and_handed_over(kind: Kind) {
    let house = House::open(kind).await;
    let officer = house.town.official("bai-songtao");
    let project = house.town.project("WQ2027-HOU-001").await;
    officer.starts("performance-targets", project).await.unwrap();
    officer.starts("ex-ante-assessment", project).await.unwrap();
    let cookie = house.enter(SECURITY).await;
    let csrf = house.csrf(&cookie).await;
    let fields = [("csrf", csrf.as_str()), ("login", "bai-songtao"), ("active", "false")];
    let gone = house.posts("/people/active", &cookie, &fields).send().await.unwrap();
    let next = gone.headers()["location"].to_str().unwrap().to_owned();
    assert_eq!(next, "/people/hand-over?login=bai-songtao&told=person-shut-out");
    let get = |path: String| house.asks(Method::GET, &path).header("cookie", &cookie).send();
    let shown = get(format!("{next}&to=nobody")).await.unwrap();
    assert_eq!(shown.status(), 422);
    let shown = get(format!("{next}&to=he-jingshu")).await.unwrap().text().await.unwrap();
    assert!(shown.contains("可以移交 4 项") && !shown.contains("不能移交</span>"), "{shown}");
    let send = |reason: &'static str| {
        let fields = [("csrf", csrf.as_str()), ("login", "bai-songtao"), ("to", "he-jingshu"), ("reason", reason)];
        house.posts("/people/hand-over", &cookie, &fields).send()
    };
    assert_eq!(send(" ").await.unwrap().status(), 422, "not without a reason");
    let done = send("退休").await.unwrap().text().await.unwrap();
    assert!(done.contains("已移交 4 项，0 项保留"), "{done}");
    let administrator = house.token("han-zhijian").await;
    let held = house.asks(Method::GET, "/api/v1/people/bai-songtao/held").bearer_auth(&administrator);
    assert_eq!(held.send().await.unwrap().json::<serde_json::Value>().await.unwrap(), serde_json::json!([]));
    let body = serde_json::json!({ "to": "he-jingshu", "reason": "退休" });
    let again = house.asks(Method::POST, "/api/v1/people/bai-songtao/hand-over").bearer_auth(&administrator);
    let again = again.header("idempotency-key", "once").json(&body).send().await.unwrap();
    assert_eq!(again.json::<serde_json::Value>().await.unwrap(), serde_json::json!([]));
    let stranger = house.token("he-jingshu").await;
    let refused = house.asks(Method::GET, "/api/v1/people/bai-songtao/held").bearer_auth(&stranger).send().await;
    assert_eq!(refused.unwrap().status(), 404);
    house.close().await;
}
