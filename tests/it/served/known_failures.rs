//! What other engines are known to let through at their doors, each by its name.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use reqwest::Method;
use serde_json::{Value as Json, json};
use yumen::{
    app::{What, substitutes},
    definition::Value,
    engine::{Action, Refusal},
    http::access::{RULES, Verb},
    ids::CaseId,
    store::{self, directory},
};

use super::house::House;
use crate::{
    app::waits::publish,
    harness::{
        databases::{Kind, on_both},
        town::{form, text, wan},
    },
};

on_both!(
    caller_variables_overwriting_what_branches_read,
    cases_are_called_as_their_workflow_says,
    self_approval_through_a_second_endpoint,
);

const OFFICER: &str = "bai-songtao";
const HEAD: &str = "zou-mengjie";
const UNDERPASS: &str = "WQ2027-HOU-001";

const BRANCHES: &str = "
workflow: branches
title: { zh-CN: 分支, en: Branches }
about: project
outcomes: [accepted]
start: { by: { role: project-officer, of: project.unit }, number: \"支〔{year}〕{seq:4}\" }
form:
  - { name: amount, type: money, required: true, title: { zh-CN: 金额, en: Amount } }
  - { name: remark, type: text, title: { zh-CN: 意见, en: Remark } }
steps:
  - fill: draft
    title: { zh-CN: 填写, en: Write }
    by: initiator
    edit: [amount]
  - approve: review
    title: { zh-CN: 审核, en: Review }
    by: { role: department-head, of: project.department }
    edit: [remark]
    return to: [draft]
  - choose: by-amount
    branches:
      - when: form.amount >= wan(100)
        steps:
          - approve: leader
            title: { zh-CN: 领导审批, en: Leader }
            by: { role: finance-leader }
    otherwise: next
  - end: accepted
";

/// A case of 600 万元 at the review.
async fn reviewed(house: &House) -> CaseId {
    publish(&house.town, "branches.yaml", BRANCHES.to_owned()).await;
    let officer = house.town.official(OFFICER);
    let case = officer.starts("branches", house.town.project(UNDERPASS).await).await.unwrap().case;
    officer.completes(case, "draft", form([("amount", wan(600))])).await.unwrap();
    case
}

async fn state(house: &House, case: CaseId) -> String {
    store::cases::find(house.town.app.store().read(), case).await.unwrap().unwrap().state
}

async fn caller_variables_overwriting_what_branches_read(kind: Kind) {
    let house = House::open(kind).await;
    let case = reviewed(&house).await;
    let (head, before) = (house.town.official(HEAD), state(&house, case).await);
    let names = ["amount", "form.amount", "case.year", "outcome.review", "outcome.draft", "policy.x", "project.total"];
    for name in names {
        for value in [wan(1), text("x"), Value::Flag(true)] {
            let fields = || form([(name, value.clone())]);
            let save = Action::Save { task: 2, fields: fields(), besides: Default::default() };
            let decision = yumen::engine::Decision::Approve;
            let decide = Action::Decide {
                task: 2,
                decision,
                reason: String::new(),
                fields: fields(),
                besides: Default::default(),
            };
            for action in [save, decide, Action::Complete { task: 2, fields: fields(), besides: Default::default() }] {
                let refused = head.does(What::Act { case, action }).await;
                assert!(matches!(refused, Err(Refusal::Fields { .. } | Refusal::NotOffered)), "{name}: {refused:?}");
            }
        }
    }
    let empties = Action::Save {
        task: 2,
        fields: form([]),
        besides: yumen::engine::Besides { cleared: vec!["amount".into()], ..Default::default() },
    };
    head.does(What::Act { case, action: empties }).await.unwrap();
    assert_eq!(state(&house, case).await, before, "nothing has changed");
    // Through the API: fields beyond the step's own, and keys that no action has.
    let token = house.token(HEAD).await;
    let field = json!({ "amount": { "type": "money", "value": 1 } });
    let bodies = [
        ("save", json!({ "fields": field })),
        ("decide", json!({ "decision": "approve", "fields": field })),
        ("decide", json!({ "decision": "approve", "variables": { "amount": 1 } })),
        ("decide", json!({ "decision": "approve", "form": field })),
        ("complete", json!({ "fields": field, "outcome": "accepted" })),
    ];
    for (no, (action, body)) in bodies.into_iter().enumerate() {
        let path = format!("/api/v1/cases/{case}/tasks/2/{action}");
        let request = house.asks(Method::POST, &path).bearer_auth(&token).header("idempotency-key", format!("k{no}"));
        let status = request.json(&body).send().await.unwrap().status().as_u16();
        assert_eq!(status, 422, "{action} {body}");
    }
    // And on the page.
    let cookie = house.enter(HEAD).await;
    let csrf = house.csrf(&cookie).await;
    for action in ["save", "decide"] {
        let amount = [("f.amount", "1"), ("f.amount.unit", "元")];
        let fields = [&[("csrf", csrf.as_str()), ("action", action), ("decision", "approve")][..], &amount].concat();
        let status = house.posts(&format!("/cases/{case}/tasks/2"), &cookie, &fields).send().await.unwrap().status();
        assert_eq!(status.as_u16(), 422, "{action}");
    }
    assert_eq!(state(&house, case).await, before, "nothing has changed");
    let open = head.approves(case, "review").await.unwrap().open;
    assert_eq!(open[0].1.as_str(), "leader", "the branch reads what the draft said");
    house.town.look_away().await;
    house.close().await;
}

async fn cases_are_called_as_their_workflow_says(kind: Kind) {
    let house = House::open(kind).await;
    let pattern = "{seq:4}\", title: { zh-CN: \"{project}分支（{year}）\", en: \"Branches of {project}\" } }";
    let source = BRANCHES.replace("{seq:4}\" }", pattern);
    publish(&house.town, "branches.yaml", source).await;
    let officer = house.town.official(OFFICER);
    let project = house.town.project(UNDERPASS).await;
    let case = officer.starts("branches", project).await.unwrap().case;
    officer.completes(case, "draft", form([("amount", wan(1))])).await.unwrap();
    let name = store::projects::by_code(house.town.app.store().read(), UNDERPASS).await.unwrap().unwrap().name;
    let title = format!("{name}分支（2027）");
    let cookie = house.enter(HEAD).await;
    for path in ["/inbox".to_owned(), format!("/cases/{case}"), format!("/cases/{case}/tasks/2")] {
        let page = house.asks(Method::GET, &path).header("cookie", &cookie).send().await.unwrap().text().await.unwrap();
        assert!(page.contains(&title), "{path}");
    }
    let read = house.asks(Method::GET, &format!("/api/v1/cases/{case}")).bearer_auth(house.token(HEAD).await);
    let body: Json = read.send().await.unwrap().json().await.unwrap();
    assert_eq!(body["title"]["zh-CN"], title);
    assert_eq!(body["title"]["en"], format!("Branches of {name}"));
    assert!(house.town.payloads("mail").await.iter().all(|mail| mail.contains(&title)));
    house.town.look_away().await;
    house.close().await;
}

/// Every way in which somebody can act on a task, naming themselves wherever a person is named.
fn bodies(me: &str) -> Vec<(&'static str, Json)> {
    let bodies = vec![
        ("save", json!({ "fields": { "remark": { "type": "text", "value": "同意" } } })),
        ("complete", json!({ "fields": {} })),
        ("decide", json!({ "decision": "approve", "reason": "同意" })),
        ("claim", json!({})),
        ("release", json!({})),
        ("transfer", json!({ "to": me, "reason": "自办" })),
        ("delegate", json!({ "to": me, "reason": "自办" })),
        ("call-back", json!({})),
        ("give-opinion", json!({ "advice": "approve", "text": "同意" })),
        ("add-signer", json!({ "person": me, "place": "parallel", "reason": "自办" })),
        ("remove-signer", json!({ "person": me })),
        ("choose", json!({ "step": "leader", "people": [me] })),
    ];
    let tasks = "/api/v1/cases/{case}/tasks/{no}/";
    let acting: BTreeSet<_> = RULES
        .iter()
        .filter(|rule| rule.verb == Verb::Post)
        .filter_map(|rule| rule.path.strip_prefix(tasks))
        // Urging decides nothing, and a file is no decision; a sheet is saved as what is typed, after a look at the task.
        .filter(|action| !matches!(*action, "urge" | "files" | "progress/{field}"))
        .collect();
    assert_eq!(acting, bodies.iter().map(|(action, _)| *action).collect(), "a way to act that this test does not try");
    bodies
}

fn november(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
}

/// Appoints somebody of the unit as a head of its department, too.
async fn also_a_head(house: &House, person: yumen::ids::PersonId) {
    let post = directory::AppointmentRow {
        id: house.town.app.sources().nonce(),
        person_id: person,
        role: "department-head".into(),
        org: "housing".into(),
        from_day: november(1),
        until_day: None,
    };
    house.town.app.store().write(move |tx| async move { directory::appoint(&tx, vec![post]).await }).await.unwrap();
}

/// The initiator is a head of the department as well, and stands for the other one.
async fn self_approval_through_a_second_endpoint(kind: Kind) {
    let house = House::open(kind).await;
    let town = &house.town;
    let (officer, head) = (town.official(OFFICER), town.official(HEAD));
    also_a_head(&house, officer.person).await;
    let case = reviewed(&house).await;
    let me = officer.person.to_string();
    let (token, cookie) = (house.token(OFFICER).await, house.enter(OFFICER).await);
    let csrf = house.csrf(&cookie).await;
    let decided = "SELECT count(*) FROM journal WHERE events LIKE '%task-decided%'";
    let bodies = bodies(&me);
    let tries = async |no: &str| {
        for (action, body) in &bodies {
            let request = house.asks(Method::POST, &format!("/api/v1/cases/{case}/tasks/2/{action}"));
            let request = request.bearer_auth(&token).header("idempotency-key", format!("{no}-{action}"));
            let status = request.json(body).send().await.unwrap().status().as_u16();
            assert!((400..500).contains(&status), "{action}: {status}");
        }
        let page = [("csrf", csrf.as_str()), ("action", "decide"), ("decision", "approve"), ("reason", "同意")];
        let status = house.posts(&format!("/cases/{case}/tasks/2"), &cookie, &page).send().await.unwrap().status();
        assert!(status.is_client_error(), "the page of the task: {status}");
        for term in ["claim", "transfer", "delegate", "give-opinion", "add-signer", "call-back"] {
            let form = [
                ("csrf", csrf.as_str()),
                ("term", term),
                ("person", me.as_str()),
                ("place", "before"),
                ("advice", "approve"),
                ("reason", "自办"),
            ];
            let posted = house.posts(&format!("/cases/{case}/tasks/2/terms"), &cookie, &form).send().await.unwrap();
            assert!(posted.status().is_client_error(), "{term}: {}", posted.status());
        }
        assert_eq!(town.count(decided).await, 0);
    };
    tries("own").await;
    // The other head brings them in, in every way there is.
    use yumen::engine::{Term, tasks::Placing};
    let (to, reason) = (officer.person, "请办".to_owned());
    let mut terms = vec![Term::Transfer { to, reason: reason.clone() }, Term::Delegate { to, reason: reason.clone() }];
    for place in [Placing::Before, Placing::After, Placing::Parallel] {
        terms.push(Term::AddSigner { person: to, place, reason: reason.clone() });
    }
    for term in terms {
        let refused = head.does(What::Act { case, action: Action::OnTask { task: 2, term: term.clone() } }).await;
        assert!(matches!(refused, Err(Refusal::OnTask(_))), "{term:?}: {refused:?}");
    }
    // They stand for the other head.
    let substitute = substitutes::NewSubstitute {
        person: head.person,
        deputy: OFFICER.to_owned(),
        workflows: BTreeSet::new(),
        from: november(23),
        until: november(30),
    };
    substitutes::set(&town.app, head.person, substitute).await.unwrap();
    tries("deputy").await;
    // They take back what they did and do it again: still the draft, and no decision.
    officer.does(What::Act { case, action: Action::TakeBack { reason: "再核".into() } }).await.unwrap();
    officer.completes(case, "draft", form([("amount", wan(600))])).await.unwrap();
    assert_eq!(town.count(decided).await, 0);
    assert_eq!(town.count("SELECT count(*) FROM cases WHERE outcome IS NOT NULL").await, 0);
    head.approves(case, "review").await.unwrap();
    town.look_away().await;
    house.close().await;
}
