//! People who are known only once somebody acted: whom they chose, and who heads their organisation.

use reqwest::Method;
use serde_json::json;
use yumen::{
    app::What,
    engine::{Action, Decision, Refusal, TaskRefusal, Term},
    ids::CaseId,
    store,
};

use super::{
    waits::publish,
    way::{HEAD, OFFICER, PERFORMANCE, SECTION, UNDERPASS},
};
use crate::{
    harness::{
        databases::{Kind, on_both},
        town::{Town, form, text},
    },
    served::house::{House, problem},
};

on_both!(
    a_missing_manager_approves_nothing_by_itself,
    somebody_is_chosen_on_the_page_and_through_the_api,
    a_refused_submit_leaves_nothing_changed,
    who_was_chosen_and_left_leaves_an_incident,
);

fn definition(by: &str) -> String {
    format!(
        "
workflow: asked
title: {{ zh-CN: 选人, en: Asked }}
about: project
outcomes: [accepted, withdrawn]
start: {{ by: {{ role: project-officer, of: project.unit }}, number: \"选〔{{year}}〕{{seq:4}}\" }}
form:
  - {{ name: note, type: text, required: true, title: {{ zh-CN: 说明, en: Note }} }}
steps:
  - fill: draft
    title: {{ zh-CN: 填写, en: Write }}
    by: initiator
    edit: [note]
  - approve: review
    title: {{ zh-CN: 审核, en: Review }}
    by: {by}
    return to: [draft]
  - end: accepted
"
    )
}

const CHOSEN: &str = "{ chosen by: draft, from: { role: finance-section }, at most: 2 }";

async fn started(town: &std::sync::Arc<Town>, by: &str) -> CaseId {
    publish(town, "asked.yaml", definition(by)).await;
    let project = town.project(UNDERPASS).await;
    town.official(OFFICER).starts("asked", project).await.unwrap().case
}

async fn a_missing_manager_approves_nothing_by_itself(kind: Kind) {
    let town = Town::founded(kind).await;
    let head = town.official("dou-ruyi").person;
    let active = |person, active| {
        town.app.store().write(move |tx| async move { store::people::set_active(&tx, person, active).await })
    };
    let open = "SELECT count(*) FROM incidents WHERE kind = 'nobody-found' AND closed_at IS NULL";
    active(head, false).await.unwrap();
    let case = started(&town, "{ manager of: draft }").await;
    let officer = town.official(OFFICER);
    let held = officer.completes(case, "draft", form([("note", text("说明"))])).await.unwrap();
    assert!(held.open.is_empty() && held.outcome.is_none(), "nobody is asked, and nothing is approved: {held:?}");
    assert_eq!(town.count(open).await, 1);
    town.app.wake_held().await.unwrap();
    assert_eq!(town.count("SELECT count(*) FROM cases WHERE outcome IS NOT NULL").await, 0);
    assert_eq!(town.count("SELECT count(*) FROM journal WHERE command = 'decide'").await, 0);
    active(head, true).await.unwrap();
    town.app.wake_held().await.unwrap();
    assert_eq!(town.count(open).await, 0);
    assert!(town.official(HEAD).does(decide(case, 2)).await.is_err(), "the head of another organisation");
    let ended = town.official("dou-ruyi").approves(case, "review").await.unwrap();
    assert_eq!(ended.outcome.unwrap().as_str(), "accepted");
    town.look_away().await;
}

fn decide(case: CaseId, task: u32) -> What {
    let decision = Decision::Approve;
    What::Act {
        case,
        action: Action::Decide { task, decision, reason: String::new(), fields: form([]), besides: Default::default() },
    }
}

async fn somebody_is_chosen_on_the_page_and_through_the_api(kind: Kind) {
    let house = House::open(kind).await;
    let town = &house.town;
    let case = started(town, CHOSEN).await;
    let (cookie, token) = (house.enter(OFFICER).await, house.token(OFFICER).await);
    let csrf = house.csrf(&cookie).await;
    let path = format!("/cases/{case}/tasks/1");
    let get = async |path: &str| house.asks(Method::GET, path).header("cookie", &cookie).send().await.unwrap();
    let page = get(&path).await.text().await.unwrap();
    let offered = page.matches("name=\"choose.review\"").count();
    let sections = yumen::demo::district().unwrap().people;
    let sections = sections.iter().filter(|p| p.appointments.iter().any(|a| a.role == "finance-section")).count();
    assert_eq!(offered, sections, "exactly those who can be chosen");
    let (wanted, other) = (town.official(SECTION).person.to_string(), town.official(PERFORMANCE).person.to_string());
    let offers = |person: &str| page.contains(&format!("name=\"choose.review\" value=\"{person}\""));
    assert!(offers(&wanted) && !offers(&other));
    // Nobody chosen, and somebody unsuitable: a sentence, and nothing happened.
    let post = async |people: &[&str]| {
        let mut fields = vec![("csrf", csrf.as_str()), ("action", "complete"), ("f.note", "说明")];
        fields.extend(people.iter().map(|person| ("choose.review", *person)));
        house.posts(&path, &cookie, &fields).send().await.unwrap()
    };
    let refused = post(&[]).await;
    assert_eq!(refused.status(), 422);
    assert!(refused.text().await.unwrap().contains("请先为“审核”选定办理人"));
    assert_eq!(post(&[&other]).await.status(), 422);
    // The API says the same.
    let ask = |rest: &str, body: serde_json::Value| {
        let request = house.asks(Method::POST, &format!("/api/v1/cases/{case}/tasks/1/{rest}")).bearer_auth(&token);
        request.header("idempotency-key", format!("{rest}-{}", body.to_string().len())).json(&body).send()
    };
    let fields = json!({ "note": { "type": "text", "value": "说明" } });
    let early = ask("complete", json!({ "fields": fields })).await.unwrap();
    problem(early, 422, "choose-next").await;
    let unsuitable = ask("choose", json!({ "step": "review", "people": [other] })).await.unwrap();
    problem(unsuitable, 422, "cannot-be-asked").await;
    let choices = house.asks(Method::GET, &format!("/api/v1/cases/{case}/tasks/1/choices")).bearer_auth(&token);
    let choices: serde_json::Value = choices.send().await.unwrap().json().await.unwrap();
    assert_eq!((choices[0]["step"].as_str(), choices[0]["at_most"].as_u64()), (Some("review"), Some(2)));
    assert_eq!(choices[0]["people"].as_array().unwrap().len(), sections);
    let chosen = ask("choose", json!({ "step": "review", "people": [wanted] })).await.unwrap();
    assert_eq!(chosen.status(), 200);
    let page = get(&path).await.text().await.unwrap();
    assert!(page.contains(&format!("value=\"{wanted}\" checked")), "the page shows who was chosen");
    assert_eq!(post(&[&wanted]).await.status(), 303);
    assert_eq!(town.only_candidate(case, 2).await, SECTION);
    let history = get(&format!("/cases/{case}")).await.text().await.unwrap();
    assert!(history.contains("选定“审核”的办理人：孙雅琴"), "the history tells of it");
    town.look_away().await;
    house.close().await;
}

async fn a_refused_submit_leaves_nothing_changed(kind: Kind) {
    let house = House::open(kind).await;
    let town = &house.town;
    let case = started(town, CHOSEN).await;
    let officer = town.official(OFFICER);
    let (fields, besides) = (form([("note", text("说明"))]), Default::default());
    officer.does(What::Act { case, action: Action::Save { task: 1, fields, besides } }).await.unwrap();
    let chosen = town.official(SECTION).person.to_string();
    let (cookie, token) = (house.enter(OFFICER).await, house.token(OFFICER).await);
    let csrf = house.csrf(&cookie).await;
    let path = format!("/cases/{case}/tasks/1");
    let entries = async || town.count("SELECT count(*) FROM journal").await;
    let before = entries().await;
    // It chooses somebody, and empties what must be filled.
    let submit = async |note: &str| {
        let fields = [("csrf", csrf.as_str()), ("action", "complete"), ("f.note", note), ("choose.review", &chosen)];
        house.posts(&path, &cookie, &fields).send().await.unwrap()
    };
    assert_eq!(submit("").await.status(), 422);
    let body = json!({ "fields": {}, "cleared": ["note"], "chosen": { "review": [chosen] } });
    let ask = house.asks(Method::POST, &format!("/api/v1{path}/complete")).bearer_auth(&token);
    problem(ask.header("idempotency-key", "emptied").json(&body).send().await.unwrap(), 422, "fields").await;
    assert_eq!(entries().await, before, "nothing was journalled");
    let page = house.asks(Method::GET, &path).header("cookie", &cookie).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("说明</textarea>") || page.contains("value=\"说明\""), "what was saved before is there");
    assert!(!page.contains(&format!("value=\"{chosen}\" checked")), "nobody was chosen");
    // What is whole is done in one command.
    assert_eq!(submit("改过的说明").await.status(), 303);
    assert_eq!(town.only_candidate(case, 2).await, SECTION);
    let commands = "SELECT count(DISTINCT command) FROM journal WHERE command IN ('choose', 'complete')";
    assert_eq!(town.count(commands).await, 1);
    town.look_away().await;
    house.close().await;
}

async fn who_was_chosen_and_left_leaves_an_incident(kind: Kind) {
    let town = Town::founded(kind).await;
    let case = started(&town, CHOSEN).await;
    let officer = town.official(OFFICER);
    let section = town.official(SECTION).person;
    let completes = || officer.completes(case, "draft", form([("note", text("说明"))]));
    let refused = completes().await;
    assert!(matches!(refused, Err(Refusal::OnTask(TaskRefusal::ChooseNext { .. }))), "{refused:?}");
    let term = Term::Choose { step: "review".into(), people: vec![section] };
    officer.does(What::Act { case, action: Action::OnTask { task: 1, term } }).await.unwrap();
    completes().await.unwrap();
    town.app
        .store()
        .write(move |tx| async move { store::people::set_active(&tx, section, false).await })
        .await
        .unwrap();
    town.app.wake_held().await.unwrap();
    let open = "SELECT count(*) FROM incidents WHERE kind = 'nobody-found' AND closed_at IS NULL";
    assert_eq!(town.count(open).await, 1);
    assert_eq!(town.count("SELECT count(*) FROM cases WHERE outcome IS NOT NULL").await, 0);
    town.look_away().await;
}
