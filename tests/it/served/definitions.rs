//! Definitions change through the API: a draft is written, checked, put forward and approved, open cases move, and a
//! workflow is retired.

use reqwest::{Method, Response};
use serde_json::{Value, json};

use super::house::{House, problem};
use crate::harness::{
    databases::{Kind, on_both},
    town::{form, text},
};

on_both!(
    a_program_changes_a_definition_and_moves_what_is_open,
    nothing_of_a_draft_that_was_saved_elsewhere_is_lost,
    a_workflow_is_retired_by_a_program,
    a_workflow_is_retired_on_its_page,
);

/// Who writes definitions in the stories, who decides on them, and who has no part in it.
const AUTHOR: &str = "han-zhijian";
const DECIDER: &str = "yang-chunhe";
const OFFICER: &str = "bai-songtao";
const UNDERPASS: &str = "WQ2027-HOU-001";
const TARGETS: &str = "/api/v1/definitions/performance-targets";

/// Somebody's program.
struct Program<'h> {
    house: &'h House,
    token: String,
}

impl<'h> Program<'h> {
    async fn of(house: &'h House, login: &str) -> Self {
        Self { house, token: house.token(login).await }
    }

    async fn reads(&self, path: &str) -> Value {
        let answer = self.asks(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    }

    async fn asks(&self, path: &str) -> Response {
        self.house.asks(Method::GET, path).bearer_auth(&self.token).send().await.unwrap()
    }

    async fn writes(&self, path: &str, key: &str, body: &Value) -> Response {
        let request = self.house.asks(Method::POST, path).bearer_auth(&self.token).header("idempotency-key", key);
        request.json(body).send().await.unwrap()
    }

    /// Begins a draft of the targets; its address.
    async fn begins(&self) -> String {
        let body = json!({ "workflow": "performance-targets" });
        let begun = self.writes("/api/v1/drafts", "begin", &body).await;
        assert_eq!(begun.status(), 201);
        let location = begun.headers()["location"].to_str().unwrap().to_owned();
        let again = self.writes("/api/v1/drafts", "begin", &body).await;
        assert_eq!(again.headers()["location"].to_str().unwrap(), location);
        location
    }
}

async fn a_program_changes_a_definition_and_moves_what_is_open(kind: Kind) {
    let house = House::open(kind).await;
    let (author, decider) = (Program::of(&house, AUTHOR).await, Program::of(&house, DECIDER).await);
    let project = house.town.project(UNDERPASS).await;
    let open = house.town.official(OFFICER).starts("performance-targets", project).await.unwrap();
    let draft = author.begins().await;

    let read = author.reads(&draft).await;
    assert_eq!((&read["revision"], &read["live"], &read["may_write"]), (&json!(1), &json!(1), &json!(true)));
    let source = read["source"].as_str().unwrap().to_owned();
    let bad = source.replacen("return to: [goals, draft]", "return to: [nowhere]", 1);
    assert_ne!(bad, source);
    let save = format!("{draft}/save");
    let saved = author.writes(&save, "s1", &json!({ "revision": 1, "source": bad })).await;
    assert_eq!(saved.json::<Value>().await.unwrap()["revision"], 2);
    let found = author.reads(&format!("{draft}/check")).await;
    let first = &found["problems"][0];
    assert!(first["line"].as_u64().unwrap() > 1 && first["severity"] == "error", "{found}");
    assert!(first["sentence"]["zh-CN"].as_str().unwrap().contains("nowhere"), "{found}");
    assert!(first["hint"]["en"].as_str().is_some_and(|hint| !hint.is_empty()), "{found}");
    problem(author.writes(&format!("{draft}/propose"), "p1", &json!({})).await, 422, "draft-has-problems").await;

    // A way around a mandate is told step by step.
    let around = source.replacen("by: { role: finance-performance }", "by: { role: finance-section }", 1);
    author.writes(&save, "s2", &json!({ "revision": 2, "source": around })).await;
    let found = author.reads(&format!("{draft}/check")).await;
    let ways = found["problems"].as_array().unwrap().iter().filter(|problem| problem["way"]["words"]["en"].is_string());
    assert!(ways.count() > 0, "{found}");

    let good = source.replacen("due: 5 working days", "due: 3 working days", 1);
    // The scenarios beside it tell of the old deadline: they change with it.
    author.writes(&save, "s3", &json!({ "revision": 3, "source": good })).await;
    let found = author.reads(&format!("{draft}/check")).await;
    assert_eq!((&found["problems"][0]["code"], &found["problems"][1]), (&json!("E805"), &Value::Null), "{found}");
    assert_eq!(found["problems"][0]["file"], "performance-targets.scenarios.yaml");
    let scenarios = read["scenarios"].as_str().unwrap().replace("截止 2026-12-04", "截止 2026-12-02");
    let both = json!({ "revision": 4, "source": good, "scenarios": scenarios });
    let saved = author.writes(&save, "s4", &both).await;
    assert_eq!(saved.json::<Value>().await.unwrap()["revision"], 5);
    assert_eq!(author.reads(&format!("{draft}/check")).await["problems"], json!([]));
    let compared = author.reads(&format!("{draft}/compare")).await;
    assert_eq!((&compared["added"], &compared["removed"], &compared["to"]), (&json!(1), &json!(1), &Value::Null));
    assert_eq!(author.reads("/api/v1/drafts").await[0]["revision"], 5);

    let put = author.writes(&format!("{draft}/propose"), "p2", &json!({})).await;
    assert_eq!(put.status(), 201);
    let case = put.headers()["location"].to_str().unwrap().to_owned();
    let why = json!({ "fields": { "reason": { "type": "text", "value": "审核时限改为三个工作日。" } } });
    assert_eq!(author.writes(&format!("{case}/tasks/1/complete"), "c", &why).await.status(), 200);
    let approve = json!({ "decision": "approve" });
    problem(author.writes(&format!("{case}/tasks/2/decide"), "d", &approve).await, 403, "own-case").await;
    let done = decider.writes(&format!("{case}/tasks/2/decide"), "d", &approve).await;
    assert_eq!(done.json::<Value>().await.unwrap()["outcome"], "published");

    let versions = author.reads(&format!("{TARGETS}/versions")).await;
    assert_eq!(versions.as_array().map(Vec::len), Some(2), "{versions}");
    assert_eq!(
        (&versions[0]["version"], &versions[0]["live"], &versions[1]["open"]),
        (&json!(2), &json!(true), &json!(1))
    );
    let live = author.reads(&format!("{TARGETS}/versions/2")).await;
    assert_eq!((&live["source"], &live["certificate"]["definition"]), (&json!(good), &live["hash"]));
    assert!(live["certificate"]["proven"][0]["mandate"].is_string(), "{live}");
    assert_eq!(live["scenarios"], both["scenarios"]);
    let compared = author.reads(&format!("{TARGETS}/compare")).await;
    assert_eq!((&compared["from"], &compared["to"], &compared["added"]), (&json!(1), &json!(2), &json!(1)));
    assert_eq!(author.asks(&format!("{TARGETS}/compare?from=1&to=9")).await.status(), 404);
    assert_eq!(author.asks(&format!("{TARGETS}/versions/9")).await.status(), 404);
    moves(&house, &author, &open.number).await;
    house.town.look_away().await;
    house.close().await;
}

/// The open case is reported, and moves once.
async fn moves(house: &House, author: &Program<'_>, number: &str) {
    let moving = format!("{TARGETS}/moving");
    let stranger = Program::of(house, OFFICER).await;
    problem(stranger.asks(&moving).await, 404, "not-found").await;
    let report = author.reads(&moving).await;
    assert_eq!((&report["cases"][0]["number"], &report["cases"][0]["verdict"]), (&json!(number), &json!("can-move")));
    problem(author.writes(&moving, "m0", &json!({ "reason": " " })).await, 422, "reason-needed").await;
    for _ in 0..2 {
        let moved = author.writes(&moving, "m1", &json!({ "reason": "统一审核时限。" })).await;
        assert_eq!(moved.json::<Value>().await.unwrap(), json!({ "moved": 1, "left": 0 }));
    }
    assert_eq!(author.reads(&moving).await["cases"][0]["verdict"], "stays");
}

async fn nothing_of_a_draft_that_was_saved_elsewhere_is_lost(kind: Kind) {
    let house = House::open(kind).await;
    let author = Program::of(&house, AUTHOR).await;
    let draft = author.begins().await;
    let save = format!("{draft}/save");
    let first = json!({ "revision": 1, "source": "workflow: performance-targets\n# first\n" });
    assert_eq!(author.writes(&save, "a", &first).await.status(), 200);
    let second = json!({ "revision": 1, "source": "workflow: performance-targets\n# second\n" });
    let told = problem(author.writes(&save, "b", &second).await, 409, "draft-changed").await;
    assert!(told["detail"].as_str().unwrap().contains("没有保存"), "{told}");
    let read = author.reads(&draft).await;
    assert_eq!((&read["source"], &read["revision"]), (&first["source"], &json!(2)));
    // The same request once more is answered the same; another one under its key is not carried out.
    assert_eq!(author.writes(&save, "a", &first).await.json::<Value>().await.unwrap()["revision"], 2);
    problem(author.writes(&save, "a", &second).await, 409, "key-reused").await;
    // Nobody else writes it, and whoever has no part in definitions does not see it.
    let (decider, officer) = (Program::of(&house, DECIDER).await, Program::of(&house, OFFICER).await);
    problem(decider.writes(&save, "c", &second).await, 404, "not-found").await;
    problem(officer.asks(&draft).await, 404, "not-found").await;
    problem(officer.writes("/api/v1/drafts", "k", &json!({ "workflow": "mine" })).await, 404, "not-found").await;
    assert_eq!(officer.reads("/api/v1/drafts").await, json!([]));
    assert_eq!(
        author.writes(&format!("{draft}/rebase"), "r", &json!({})).await.json::<Value>().await.unwrap()["revision"],
        2
    );
    for _ in 0..2 {
        assert_eq!(author.writes(&format!("{draft}/discard"), "x", &json!({})).await.status(), 204);
    }
    problem(author.writes(&save, "e", &json!({ "revision": 2, "source": "a" })).await, 409, "draft-closed").await;
    assert_eq!(author.reads(&draft).await["state"], "discarded");
    house.close().await;
}

async fn a_workflow_is_retired_by_a_program(kind: Kind) {
    let house = House::open(kind).await;
    let author = Program::of(&house, AUTHOR).await;
    let project = house.town.project(UNDERPASS).await;
    let officer = Program::of(&house, OFFICER).await;
    let (retire, why) = (format!("{TARGETS}/retire"), json!({ "reason": "并入项目库管理。" }));
    problem(officer.writes(&retire, "o", &why).await, 404, "not-found").await;
    problem(author.writes(&retire, "a", &json!({ "reason": "" })).await, 422, "reason-needed").await;
    problem(author.writes("/api/v1/definitions/definition-change/retire", "b", &why).await, 422, "changes-definitions")
        .await;
    for _ in 0..2 {
        assert_eq!(author.writes(&retire, "c", &why).await.status(), 204);
    }
    problem(author.writes(&retire, "d", &why).await, 409, "nothing-live").await;
    let versions = author.reads(&format!("{TARGETS}/versions")).await;
    assert_eq!((&versions[0]["live"], &versions[0]["retired_why"]), (&json!(false), &why["reason"]));
    assert_eq!(versions[0]["retired_by"]["zh-CN"], house.town.name(house.town.official(AUTHOR).person).await);
    let start = json!({ "workflow": "performance-targets", "project": project, "year": 2027 });
    problem(officer.writes("/api/v1/cases", "s", &start).await, 404, "not-found").await;
    problem(author.asks(&format!("{TARGETS}/moving")).await, 409, "nothing-live").await;
    house.close().await;
}

async fn a_workflow_is_retired_on_its_page(kind: Kind) {
    let house = House::open(kind).await;
    let officer = house.town.official(OFFICER);
    let open = officer.starts("ex-ante-assessment", house.town.project(UNDERPASS).await).await.unwrap().case;
    let cookie = house.enter(AUTHOR).await;
    let csrf = house.csrf(&cookie).await;
    let path = "/definitions/ex-ante-assessment";
    let page =
        async || house.asks(Method::GET, path).header("cookie", &cookie).send().await.unwrap().text().await.unwrap();
    assert!(page().await.contains(&format!("action=\"{path}/retire\"")));
    let retire = format!("{path}/retire");
    let post = |reason: &'static str| house.posts(&retire, &cookie, &[("csrf", &csrf), ("reason", reason)]).send();
    let refused = post(" ").await.unwrap();
    assert_eq!(refused.status(), 422);
    assert!(refused.text().await.unwrap().contains("role=\"alert\""));
    assert_eq!(post("改由第三方评估。").await.unwrap().status(), 303);
    let page = page().await;
    assert!(page.contains("改由第三方评估。") && !page.contains(&format!("action=\"{path}/retire\"")), "{page}");
    assert_eq!(post("再次停用。").await.unwrap().status(), 409);
    // What is open goes on.
    let fields =
        form([("scope", yumen::definition::Value::Choice("new-major-project".into())), ("object", text("道路养护"))]);
    let task = officer.task(open, "draft").await;
    let action = yumen::engine::Action::Save { task, fields, besides: Default::default() };
    officer.does(yumen::app::What::Act { case: open, action }).await.unwrap();
    house.town.look_away().await;
    house.close().await;
}
