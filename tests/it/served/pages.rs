//! The pages' door: cookies, forms from elsewhere, forms that outlived their session, redirects.

use reqwest::Method;
use yumen::{
    app::people::{self, NewPerson},
    store::{self, mails},
};

use super::house::{House, cookie};
use crate::harness::databases::{Kind, on_both};

on_both!(
    a_session_begins_with_a_new_id_and_ends_for_good,
    a_form_from_elsewhere_has_no_effect,
    a_form_that_outlived_its_session_loses_nothing,
    people_come_back_to_yumen_alone,
    what_is_not_there_is_told_on_a_page_of_ours,
    a_file_that_is_too_large_is_told_beside_its_field,
    mails_that_did_not_arrive_are_told_on_the_account_page,
);

const OFFICER: &str = "bai-songtao";
const PASSWORD: &str = "correct horse battery";

async fn with_password(house: &House, login: &str) {
    let new = NewPerson { login: login.into(), name: "陈新".into(), email: String::new(), password: PASSWORD.into() };
    people::add(&house.site.app, &house.site.passwords, new).await.unwrap();
}

async fn status(house: &House, cookie: &str) -> u16 {
    house.asks(Method::GET, "/account").header("cookie", cookie).send().await.unwrap().status().as_u16()
}

async fn a_session_begins_with_a_new_id_and_ends_for_good(kind: Kind) {
    let house = House::open(kind).await;
    with_password(&house, "x.chen").await;
    let fields = [("login", "x.chen"), ("password", PASSWORD)];
    let planted = "yumen=AAAAAAAAAAAAAAAAAAAAAA";
    let answer = house.posts("/sign-in", planted, &fields).send().await.unwrap();
    assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
    let set = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && set.contains("Path=/"), "{set}");
    let first = cookie(&answer);
    assert_ne!(first, planted, "an id that was planted is never used");
    assert_eq!((status(&house, &first).await, status(&house, planted).await), (200, 303));

    let second = cookie(&house.posts("/sign-in", &first, &fields).send().await.unwrap());
    assert_ne!(first, second);
    assert_eq!((status(&house, &second).await, status(&house, &first).await), (200, 303));

    let id = second.strip_prefix("yumen=").unwrap();
    let stored = format!("SELECT count(*) FROM sessions WHERE token_hash = '{id}' OR data LIKE '%{id}%'");
    assert_eq!(house.town.count(&stored).await, 0, "the id itself is stored nowhere");

    let other = cookie(&house.posts("/sign-in", "", &fields).send().await.unwrap());
    let token = house.csrf(&second).await;
    let out = house.posts("/sign-out-everywhere", &second, &[("csrf", &token)]).send().await.unwrap();
    assert_eq!(out.status(), 303);
    assert_eq!((status(&house, &second).await, status(&house, &other).await), (303, 303));

    let idle = house.enter(OFFICER).await;
    house.town.advance(chrono::TimeDelta::minutes(31));
    assert_eq!(status(&house, &idle).await, 303);
    house.close().await;
}

async fn a_form_from_elsewhere_has_no_effect(kind: Kind) {
    let house = House::open(kind).await;
    let session = house.enter(OFFICER).await;
    let token = house.csrf(&session).await;
    let fields = [("csrf", token.as_str()), ("name", "script"), ("days", "30")];
    let form = || house.asks(Method::POST, "/account/tokens").header("cookie", &session).form(&fields);
    let elsewhere = [
        form(),
        form().header("origin", "https://evil.example"),
        form().header("origin", &house.url).header("sec-fetch-site", "cross-site"),
        form().header("origin", "null").header("sec-fetch-site", "same-origin"),
        house.posts("/account/tokens", &session, &[("name", "script"), ("days", "30")]),
        house.posts("/account/tokens", &session, &[("csrf", "00"), ("name", "script"), ("days", "30")]),
    ];
    for request in elsewhere {
        assert_eq!(request.send().await.unwrap().status(), 403);
    }
    let strangers = house.csrf(&house.enter("he-jingshu").await).await;
    let with_theirs = [("csrf", strangers.as_str()), ("name", "script"), ("days", "30")];
    assert_eq!(house.posts("/account/tokens", &session, &with_theirs).send().await.unwrap().status(), 403);
    assert_eq!(house.town.count("SELECT count(*) FROM access_tokens").await, 0);

    let ours = form().header("origin", &house.url).header("sec-fetch-site", "same-origin").send().await.unwrap();
    assert!(ours.status().is_success() || ours.status() == 303, "{}", ours.status());
    assert_eq!(house.town.count("SELECT count(*) FROM access_tokens").await, 1);
    house.close().await;
}

async fn a_form_that_outlived_its_session_loses_nothing(kind: Kind) {
    let house = House::open(kind).await;
    with_password(&house, "x.chen").await;
    let path = "/cases/case_0192f0c8a1b27c3d8e4f5a6b7c8d9e0f/withdraw";
    let typed = [("csrf", "old"), ("reason", "写了很久的“理由”")];
    let expired = house.posts(path, "", &typed).send().await.unwrap();
    assert_eq!(expired.status(), 401);
    let page = expired.text().await.unwrap();
    assert!(page.contains("写了很久的") && page.contains("name=\"kept\""), "{page}");
    assert!(page.contains("demo-strip") && page.contains("action=\"/demo\" data-signs-in"), "{page}");

    let kept = yumen::http::resume::Kept::of(path, "reason=%E5%86%99%E4%BA%86%E5%BE%88%E4%B9%85".as_bytes()).folded();
    let fields = [("login", "x.chen"), ("password", PASSWORD), ("kept", &kept)];
    let again = house.posts("/sign-in", "", &fields).send().await.unwrap();
    let session = cookie(&again);
    let page = again.text().await.unwrap();
    assert!(page.contains(&format!("action=\"{path}\"")) && page.contains("写了很久"), "{page}");
    let (_, rest) = page.split_once("name=\"csrf\" value=\"").unwrap();
    let token = rest.split_once('"').unwrap().0;
    let sent = house.posts(path, &session, &[("csrf", token), ("reason", "写了很久")]).send().await.unwrap();
    assert_eq!(sent.status(), 404, "it reached the page, and there is no such case");

    let people = house.posts("/demo", "", &[("kept", &kept)]).send().await.unwrap();
    assert_eq!(people.status(), 200);
    let page = people.text().await.unwrap();
    assert!(page.contains("data-signs-in") && page.contains("name=\"kept\"") && page.contains("写了很久"), "{page}");
    let again = house.posts("/demo", "", &[("login", OFFICER), ("kept", &kept)]).send().await.unwrap();
    let page = again.text().await.unwrap();
    assert!(page.contains(&format!("action=\"{path}\"")) && page.contains("写了很久"), "{page}");
    house.close().await;
}

async fn people_come_back_to_yumen_alone(kind: Kind) {
    let house = House::open(kind).await;
    with_password(&house, "x.chen").await;
    let asked = house.asks(Method::GET, "/cases/case_x?tab=1").send().await.unwrap();
    assert_eq!(asked.headers()["location"], "/sign-in?next=%2Fcases%2Fcase_x%3Ftab%3D1");
    for (next, lands) in
        [("/projects?page=2", "/projects?page=2"), ("//evil.example", "/inbox"), ("https://e", "/inbox")]
    {
        let fields = [("login", "x.chen"), ("password", PASSWORD), ("next", next)];
        let answer = house.posts("/sign-in", "", &fields).send().await.unwrap();
        assert_eq!(answer.headers()["location"], lands);
    }
    let page = house.asks(Method::GET, "/api/docs/index.html").send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("script-src 'self';"), "{policy}");
    let html = page.text().await.unwrap();
    assert!(html.contains("swagger-ui-bundle.js") && !html.contains("<script>"), "{html}");
    house.close().await;
}

async fn what_is_not_there_is_told_on_a_page_of_ours(kind: Kind) {
    let house = House::open(kind).await;
    let cookie = house.enter(OFFICER).await;
    for path in ["/nowhere", "/projects/P-1"] {
        let answer = house.asks(Method::GET, path).header("cookie", &cookie).send().await.unwrap();
        assert_eq!(answer.status(), 404, "{path}");
        assert!(answer.headers().contains_key("content-security-policy"), "{path}");
        let page = answer.text().await.unwrap();
        assert!(page.contains("error-steps") && page.contains("没有找到"), "{path}: {page}");
    }
    house.close().await;
}

async fn a_file_that_is_too_large_is_told_beside_its_field(kind: Kind) {
    let house = House::open(kind).await;
    let project = house.town.project("WQ2027-HOU-001").await;
    let case = house.town.official(OFFICER).starts("performance-targets", project).await.unwrap().case;
    house.town.look_away().await;
    let session = house.enter(OFFICER).await;
    let task = format!("/cases/{case}/tasks/1");
    let page = |path: String| house.asks(Method::GET, &path).header("cookie", &session).send();
    let shown = page(task.clone()).await.unwrap().text().await.unwrap();
    let (_, field) = shown.split_once(&format!("{task}/files/")).expect("a field for files");
    let field = field.split_once('"').unwrap().0;

    let request = house.asks(Method::POST, &format!("{task}/files/{field}")).header("origin", &house.url);
    let request = request.header("content-type", "multipart/form-data; boundary=seam").header("cookie", &session);
    let answer = request.body(vec![b'x'; 30 * 1024 * 1024]).send().await.unwrap();
    assert_eq!(answer.status(), 303);
    let back = answer.headers()["location"].to_str().unwrap().to_owned();
    assert!(back.starts_with(&task), "{back}");
    let told = page(back).await.unwrap().text().await.unwrap();
    let (_, beside) = told.split_once(&format!("id=\"field-{field}\"")).unwrap();
    let beside = beside.split_once("</section>").unwrap().0;
    assert!(beside.contains("超过20MB"), "{beside}");
    assert!(!told.contains("data-answered"), "what was typed and not sent comes back");
    house.close().await;
}

async fn mails_that_did_not_arrive_are_told_on_the_account_page(kind: Kind) {
    let house = House::open(kind).await;
    let cookie = house.enter(OFFICER).await;
    let account = async || {
        let answer = house.asks(Method::GET, "/account").header("cookie", &cookie).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.text().await.unwrap()
    };
    for (no, state) in ["failed", "failed", "sent", "no-mailbox"].into_iter().enumerate() {
        a_mail(&house, OFFICER, no, state).await;
    }
    a_mail(&house, "bi-yunshu", 9, "failed").await;
    let page = account().await;
    assert!(page.contains("有2封通知邮件未能送达"), "{page}");
    house.town.advance(chrono::TimeDelta::days(31));
    let cookie = house.enter(OFFICER).await;
    let later = house.asks(Method::GET, "/account").header("cookie", &cookie).send().await.unwrap();
    assert!(!later.text().await.unwrap().contains("未能送达"));
    house.close().await;
}

async fn a_mail(house: &House, login: &str, no: usize, state: &str) {
    let app = &house.site.app;
    let mail = mails::MailRow {
        id: app.sources().nonce(),
        occurrence: format!("test/{no}"),
        person_id: house.town.official(login).person,
        kind: "assigned".into(),
        case_id: None,
        lang: "zh-CN".into(),
        message_id: format!("<{no}@yumen.example>"),
        subject: "待办".into(),
        state: state.into(),
        created_at: app.now(),
        sent_at: None,
        last_error: None,
        template_version: None,
    };
    let put = app.store().write(move |tx| async move { mails::put(&tx, mail).await });
    put.await.map_err(|error: store::Error| error).unwrap();
}
