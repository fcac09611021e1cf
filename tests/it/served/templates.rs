//! What mails say, through the door: pages and programs for the workflow administrator, and for nobody else.

use reqwest::Method;
use serde_json::{Value, json};

use super::house::{House, problem};
use crate::harness::databases::{Kind, on_both};

on_both!(programs_write_what_a_mail_says, an_administrator_writes_it_on_a_page);

const ADMIN: &str = "han-zhijian";
const API: &str = "/api/v1/templates";
const MAIL: &str = "/api/v1/templates/task-assigned/zh-CN";
const PAGE: &str = "/templates/task-assigned/zh-CN";

async fn programs_write_what_a_mail_says(kind: Kind) {
    let house = House::open(kind).await;
    let (admin, stranger) = (house.token(ADMIN).await, house.token("chen-jie").await);
    for path in [API, MAIL] {
        let refused = house.asks(Method::GET, path).bearer_auth(&stranger).send().await.unwrap();
        problem(refused, 404, "not-found").await;
    }
    let read = async |path: &str| -> Value {
        let answer = house.asks(Method::GET, path).bearer_auth(&admin).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    };
    let says = async |token: &str, to: &str, key: &str, body: &Value| {
        let request = house.asks(Method::POST, &format!("{MAIL}{to}"));
        request.bearer_auth(token).header("idempotency-key", key).json(body).send().await.unwrap()
    };
    let shipped = read(MAIL).await;
    assert_eq!((&shipped["version"], &shipped["own"]), (&json!(0), &json!(false)));
    assert!(shipped["names"].as_array().unwrap().iter().any(|name| name["name"] == "deadline"), "{shipped}");
    let mut typed = json!({ "seen": 0, "subject": "【滨江】{{project}}", "text": shipped["text"]["text"],
        "html": shipped["text"]["html"], "reason": "统一格式" });
    problem(says(&stranger, "", "k", &typed).await, 404, "not-found").await;
    for _ in 0..2 {
        let saved: Value = says(&admin, "", "k1", &typed).await.json().await.unwrap();
        assert_eq!(saved, json!({ "version": 1 }), "said twice, done once");
    }
    problem(says(&admin, "", "k2", &typed).await, 409, "template-changed-meanwhile").await;
    typed["seen"] = json!(1);
    typed["subject"] = json!("{{proyect}}");
    let wrong: Value = says(&admin, "", "k3", &typed).await.json().await.unwrap();
    assert_eq!((&wrong["status"], &wrong["code"]), (&json!(422), &json!("fields")), "{wrong}");
    assert!(wrong.to_string().contains("第1行第1列"), "{wrong}");
    let tried = json!({ "subject": "试：{{project}}", "text": typed["text"], "html": typed["html"], "sample": 0 });
    let shown: Value = says(&admin, "/preview", "k4", &tried).await.json().await.unwrap();
    assert_eq!(shown["subject"], json!("试：老旧小区供水管网改造"));
    house.site.app.set_address(ADMIN, "han@finance.example").await.unwrap();
    assert_eq!(says(&admin, "/test", "k5", &tried).await.status(), 204);
    let back = json!({ "seen": 1, "version": 0, "reason": "用系统文本" });
    assert_eq!(says(&admin, "/restore", "k6", &back).await.status(), 200);
    let lines = read(API).await;
    let line = lines.as_array().unwrap().iter().find(|line| line["mail"] == "task-assigned").unwrap();
    assert_eq!((&line["texts"][0]["version"], &line["texts"][0]["own"]), (&json!(2), &json!(false)));
    assert_eq!(read(MAIL).await["versions"][1]["reason"], json!("统一格式"));
    house.close().await;
}

async fn an_administrator_writes_it_on_a_page(kind: Kind) {
    let house = House::open(kind).await;
    let page = async |cookie: &str, path: &str| {
        let answer = house.asks(Method::GET, path).header("cookie", cookie).send().await.unwrap();
        let (status, policy) = (answer.status().as_u16(), answer.headers()["content-security-policy"].clone());
        (status, policy.to_str().unwrap().to_owned(), answer.text().await.unwrap())
    };
    let stranger = house.enter("chen-jie").await;
    for path in ["/templates", PAGE] {
        let (status, _, told) = page(&stranger, path).await;
        assert!(status == 404 && told.contains("没有找到"), "{told}");
    }
    assert!(!page(&stranger, "/inbox").await.2.contains("href=\"/templates\""));
    let admin = house.enter(ADMIN).await;
    let (status, _, list) = page(&admin, "/templates").await;
    assert!(status == 200 && list.contains("逾期报告") && list.contains(&format!("href=\"{PAGE}\"")), "{list}");
    let (_, policy, form) = page(&admin, PAGE).await;
    assert!(policy.contains("script-src 'self'; style-src 'self' 'unsafe-inline'"), "{policy}");
    assert!(form.contains("<iframe class=\"mail-frame\" sandbox ") && form.contains("老旧小区供水管网改造"), "{form}");
    for nothing in ["/templates/farewell/zh-CN", "/templates/task-assigned/fr"] {
        assert_eq!(page(&admin, nothing).await.0, 404, "{nothing}");
    }
    let shipped = yumen::notify::own::Parts::shipped("task-assigned", yumen::language::Lang::Zh).unwrap();
    let token = house.csrf(&admin).await;
    let does = async |to: &str, fields: &[(&str, &str)]| {
        let mut all = vec![("csrf", token.as_str())];
        all.extend(fields);
        let answer = house.posts(&format!("{PAGE}{to}"), &admin, &all).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let typed = |doing, seen, subject| {
        [
            ("doing", doing),
            ("seen", seen),
            ("sample", "0"),
            ("subject", subject),
            ("text", shipped.text.as_str()),
            ("html", shipped.html.as_str()),
            ("why", "统一格式"),
        ]
    };
    let (status, shown) = does("", &typed("preview", "0", "试：{{project}}")).await;
    assert!(status == 200 && shown.contains("<b>试：老旧小区供水管网改造</b>"), "{shown}");
    let (status, shown) = does("", &typed("save", "0", "<script>{{proyect}}")).await;
    assert!(
        status == 422 && shown.contains("是不是“project”") && shown.contains("&lt;script&gt;{{proyect}}"),
        "{shown}"
    );
    assert_eq!(does("", &typed("save", "0", "一：{{project}}")).await.0, 303);
    let (status, shown) = does("", &typed("save", "0", "二：{{project}}")).await;
    assert!(status == 409 && shown.contains("没有保存，仍在下面") && shown.contains("二：{{project}}"), "{shown}");
    assert!(shown.contains("name=\"seen\" value=\"1\""), "what was typed can be saved after a look: {shown}");
    let (status, _) = does("/restore", &[("seen", "1"), ("to", "0"), ("why", "用系统文本")]).await;
    assert_eq!(status, 303);
    let (_, _, form) = page(&admin, PAGE).await;
    assert!(form.contains("恢复系统文本") && form.contains("第 2 版"), "{form}");
    house.close().await;
}
