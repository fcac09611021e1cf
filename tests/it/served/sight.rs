//! Whoever a step bars from a field meets it nowhere: every route that shows anything of a case is asked, taken from the
//! access table, so that a new one cannot be forgotten.

use reqwest::{Method, RequestBuilder};
use serde_json::json;
use yumen::{
    definition::{FileRef, Indicator, Sign, Value},
    engine::{Action, Decision, Refusal},
    http::access::{RULES, Rule, Verb, Who},
    ids::CaseId,
};

use super::house::{House, problem};
use crate::{
    app::waits::publish,
    harness::{
        databases::{Kind, on_both},
        town::{Official, form, text, wan},
    },
};

on_both!(
    what_a_step_hides_is_nowhere,
    whoever_is_copied_in_sees_what_they_were_granted,
    files_of_hidden_fields_are_absent,
);

const OFFICER: &str = "bai-songtao";
const UNDERPASS: &str = "WQ2027-HOU-001";
const HEAD: &str = "zou-mengjie";
/// They read every case of the district, and are asked in the step that hides.
const AUDITORS: [&str; 2] = ["feng-qihang", "chu-wenbo"];
/// Reads nothing but what they are copied in on.
const CONGRESS: &str = "shen-shuyao";
const FINANCE: &str = "chen-jie";

/// In every value of a hidden field.
const CANARY: &str = "金丝雀7310337";
/// In the fields that nobody is barred from.
const OPEN: &str = "云雀2468013";

const SEALED: &str = "
workflow: sealed
title: { zh-CN: 密封, en: Sealed }
about: project
outcomes: [accepted, withdrawn]
start: { by: { role: project-officer, of: project.unit }, number: \"封〔{year}〕{seq:4}\" }
form:
  - { name: note, type: text, required: true, title: { zh-CN: 说明, en: Note } }
  - { name: secret, type: text, max: 400, title: { zh-CN: 底价说明, en: Reserve } }
  - { name: offer, type: money, title: { zh-CN: 底价, en: Reserve price } }
  - { name: rows, type: indicator-table, title: { zh-CN: 明细, en: Rows } }
  - { name: letter, type: attachment, title: { zh-CN: 密函, en: Letter } }
steps:
  - fill: draft
    title: { zh-CN: 填写, en: Write }
    by: initiator
    edit: [note, secret, offer, rows, letter]
  - approve: expert-review
    title: { zh-CN: 专家评审, en: Experts }
    by: { role: auditor }
    hidden: [secret, offer, rows, letter]
    return to: [draft]
  - notify: { to: { role: congress }, mail: copied-in, read: [note] }
  - approve: review
    title: { zh-CN: 审核, en: Review }
    by: { role: department-head, of: project.department }
    return to: [draft]
  - end: accepted
";

/// A case whose hidden fields are full of canaries, at the step that hides them.
async fn sealed(house: &House) -> (Official, CaseId, FileRef) {
    publish(&house.town, "sealed.yaml", SEALED.to_owned()).await;
    let officer = house.town.official(OFFICER);
    let project = house.town.project(UNDERPASS).await;
    let case = officer.starts("sealed", project).await.unwrap().case;
    let task = officer.task(case, "draft").await;
    let (name, content) = (format!("{CANARY}.txt"), CANARY.as_bytes().to_vec());
    let file = house.town.app.attach(&officer.viewer().await, (case, task), &name, content).await.unwrap();
    let row = Indicator {
        level1: "产出指标".into(),
        level2: "数量指标".into(),
        level3: CANARY.into(),
        sign: Sign::AtLeast,
        target: "1".into(),
        unit: "个".into(),
        weight: 90.into(),
    };
    let fields = form([
        ("note", text(OPEN)),
        ("secret", text(CANARY)),
        ("offer", wan(7_310_337)),
        ("rows", Value::Indicators(vec![row])),
        ("letter", Value::Files(vec![file.clone()])),
    ]);
    let save = Action::Save { task, fields, besides: Default::default() };
    officer.does(yumen::app::What::Act { case, action: save }).await.unwrap();
    officer.completes(case, "draft", form([])).await.unwrap();
    (officer, case, file)
}

/// Everything that `login` is shown anywhere, pages and answers alike; forms are sent with nothing in them.
async fn shown(house: &House, login: &str, (case, no, file): (CaseId, u32, &FileRef), verbs: &[Verb]) -> String {
    let (cookie, token) = (house.enter(login).await, house.token(login).await);
    let csrf = house.csrf(&cookie).await;
    let project = house.town.project(UNDERPASS).await.to_string();
    let mut all = String::new();
    // What ends the session or goes on for ever is no page about a case.
    let ends = |rule: &Rule| !rule.path.starts_with("/sign-out") && rule.path != "/events";
    for rule in RULES.iter().filter(|rule| verbs.contains(&rule.verb) && ends(rule)) {
        let path = rule.path.split('/').map(|part| match part {
            "{case}" => case.to_string(),
            "{no}" => no.to_string(),
            "{file}" => file.id.to_string(),
            "{project}" => project.clone(),
            "{workflow}" => "sealed".to_owned(),
            "{field}" => "letter".to_owned(),
            part if part.starts_with('{') => "x".to_owned(),
            part => part.to_owned(),
        });
        let request = asked(house, rule, &path.collect::<Vec<_>>().join("/"), (&cookie, &token, &csrf));
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status(), format!("{:?}", answer.headers()));
        assert!(!status.is_server_error(), "{:?} {}: {status}", rule.verb, rule.path);
        let body = answer.text().await.unwrap();
        all.push_str(&format!("\n=== {:?} {} {status}\n{headers}\n{body}", rule.verb, rule.path));
    }
    all
}

fn asked(house: &House, rule: &Rule, path: &str, (cookie, token, csrf): (&str, &str, &str)) -> RequestBuilder {
    match (rule.who, rule.verb) {
        (Who::Token, Verb::Get) => house.asks(Method::GET, path).bearer_auth(token),
        (Who::Token, Verb::Post | Verb::Delete) => {
            let request = house.asks(rule.verb.method(), path).bearer_auth(token);
            request.header("idempotency-key", path).json(&json!({ "reason": "", "fields": {} }))
        }
        (Who::Anyone | Who::SignedIn | Who::Holding(_), Verb::Get) => {
            house.asks(Method::GET, path).header("cookie", cookie)
        }
        (Who::Anyone | Who::SignedIn | Who::Holding(_), Verb::Post | Verb::Delete) => {
            house.posts(path, cookie, &[("csrf", csrf), ("reason", ""), ("action", "decide")])
        }
    }
}

fn is_clean(login: &str, all: &str) {
    for canary in [CANARY, "7310337", "7,310,337"] {
        let found = all.split("\n===").find(|answer| answer.contains(canary));
        assert!(found.is_none(), "{login} met {canary} at {}", found.unwrap_or_default());
    }
}

async fn what_a_step_hides_is_nowhere(kind: Kind) {
    let house = House::open(kind).await;
    let (officer, case, file) = sealed(&house).await;
    let no = house.town.official(AUDITORS[0]).task(case, "expert-review").await;
    let seen = shown(&house, OFFICER, (case, no, &file), &[Verb::Get]).await;
    for canary in [CANARY, "73103370000", OPEN] {
        assert!(seen.contains(canary), "the officer does not see {canary}");
    }
    let here = (case, no, &file);
    assert!(shown(&house, FINANCE, here, &[Verb::Get]).await.contains(CANARY), "whoever is not barred sees it");
    // While they have the task, with what every form answers.
    for login in AUDITORS {
        let all = shown(&house, login, here, &[Verb::Get, Verb::Post, Verb::Delete]).await;
        is_clean(login, &all);
        assert!(all.contains(OPEN), "{login} sees the rest");
    }
    refuses_to_write(&house, case, no).await;
    house.town.official(AUDITORS[0]).decides(case, "expert-review", Decision::Approve, "").await.unwrap();
    // Afterwards: who decided, and who had the task without acting on it.
    for login in AUDITORS {
        is_clean(login, &shown(&house, login, here, &[Verb::Get]).await);
    }
    // A colleague whom one of them copies in sees no more than they do.
    let copied = Action::CopyIn { to: vec![house.town.official("he-jingshu").person] };
    house.town.official(AUDITORS[1]).does(yumen::app::What::Act { case, action: copied.clone() }).await.unwrap_err();
    house.town.official(AUDITORS[0]).does(yumen::app::What::Act { case, action: copied }).await.unwrap();
    let all = shown(&house, "he-jingshu", here, &[Verb::Get]).await;
    is_clean("he-jingshu", &all);
    assert!(all.contains(OPEN));
    for mail in house.town.payloads("mail").await {
        assert!(!mail.contains(CANARY), "{mail}");
    }
    assert!(shown(&house, HEAD, here, &[Verb::Get]).await.contains(CANARY), "the next step shows everything");
    house.town.official(HEAD).returns(case, "review", "draft", "请补充。").await.unwrap();
    is_clean(AUDITORS[0], &shown(&house, AUDITORS[0], here, &[Verb::Get]).await);
    assert!(officer.task(case, "draft").await > no);
    house.town.look_away().await;
    house.close().await;
}

/// A hidden field is answered as one that does not exist.
async fn refuses_to_write(house: &House, case: CaseId, no: u32) {
    let auditor = house.town.official(AUDITORS[0]);
    let said = |refused: Result<_, Refusal>| match refused {
        Err(Refusal::Fields { problems }) => (problems[0].title.clone(), problems[0].problem.clone()),
        other => panic!("{other:?}"),
    };
    let save = |name: &str| Action::Save { task: no, fields: form([(name, text("x"))]), besides: Default::default() };
    let act = |action| yumen::app::What::Act { case, action };
    let (hidden, hidden_why) = said(auditor.does(act(save("secret"))).await);
    let (absent, absent_why) = said(auditor.does(act(save("nothing"))).await);
    assert_eq!((hidden.zh.as_str(), absent.zh.as_str()), ("secret", "nothing"));
    assert_eq!(hidden_why, absent_why);
    assert_eq!(said(auditor.does(act(save("note"))).await).0.zh, "说明", "what they see has its title");
    let token = house.token(AUDITORS[0]).await;
    let path = format!("/api/v1/cases/{case}/tasks/{no}/save");
    let body = json!({ "fields": { "secret": { "type": "text", "value": "x" } }, "cleared": [] });
    let request = house.asks(Method::POST, &path).bearer_auth(&token).header("idempotency-key", "w").json(&body);
    problem(request.send().await.unwrap(), 422, "fields").await;
}

async fn whoever_is_copied_in_sees_what_they_were_granted(kind: Kind) {
    let house = House::open(kind).await;
    let (_, case, file) = sealed(&house).await;
    let absent = house.asks(Method::GET, &format!("/api/v1/cases/{case}")).bearer_auth(house.token(CONGRESS).await);
    problem(absent.send().await.unwrap(), 404, "not-found").await;
    house.town.official(AUDITORS[0]).approves(case, "expert-review").await.unwrap();
    let here = (case, 2, &file);
    let all = shown(&house, CONGRESS, here, &[Verb::Get]).await;
    is_clean(CONGRESS, &all);
    assert!(all.contains(OPEN), "the note was granted");
    // Somebody who sees everything shows them the rest.
    let copied = Action::CopyIn { to: vec![house.town.official(CONGRESS).person] };
    house.town.official(HEAD).does(yumen::app::What::Act { case, action: copied }).await.unwrap();
    assert!(shown(&house, CONGRESS, here, &[Verb::Get]).await.contains(CANARY));
    house.town.look_away().await;
    house.close().await;
}

async fn files_of_hidden_fields_are_absent(kind: Kind) {
    let house = House::open(kind).await;
    let (officer, case, file) = sealed(&house).await;
    let download = async |login: &str, file: String| {
        let token = house.token(login).await;
        let path = format!("/api/v1/cases/{case}/files/{file}");
        house.asks(Method::GET, &path).bearer_auth(token).send().await.unwrap()
    };
    let absent = "file_0192f0c8a1b27c3d8e4f5a6b7c8d9e0f".to_owned();
    let hidden = problem(download(AUDITORS[0], file.id.to_string()).await, 404, "not-found").await;
    assert_eq!(hidden, problem(download(AUDITORS[0], absent).await, 404, "not-found").await);
    for login in [OFFICER, FINANCE, HEAD] {
        assert_eq!(download(login, file.id.to_string()).await.text().await.unwrap(), CANARY, "{login}");
    }
    // Taken out of the form again, it is still nobody's to read who was barred from it.
    house.town.official(AUDITORS[0]).returns(case, "expert-review", "draft", "请补充。").await.unwrap();
    let task = officer.task(case, "draft").await;
    let save = Action::Save {
        task,
        fields: form([]),
        besides: yumen::engine::Besides { cleared: vec!["letter".into()], ..Default::default() },
    };
    officer.does(yumen::app::What::Act { case, action: save }).await.unwrap();
    problem(download(AUDITORS[0], file.id.to_string()).await, 404, "not-found").await;
    // What was kept for a field and never put into it is not read by them, either.
    let viewer = officer.viewer().await;
    let kept = house.town.app.attach(&viewer, (case, task), "later.txt", b"later".to_vec()).await.unwrap();
    problem(download(AUDITORS[0], kept.id.to_string()).await, 404, "not-found").await;
    assert_eq!(download(OFFICER, kept.id.to_string()).await.status(), 200);
    house.town.look_away().await;
    house.close().await;
}
