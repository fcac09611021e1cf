//! Every term of approvals as programs use it: carried out, told in the journal by its name, refused by its code.

use std::{cell::Cell, collections::BTreeMap};

use reqwest::{Method, Response};
use serde_json::{Value, json};

use super::house::{House, problem};
use crate::{
    app::way::{HEAD, OFFICER, PERFORMANCE, REVIEWER, SECTION, UNDERPASS, targets_filed},
    harness::databases::{Kind, on_both},
};

on_both!(every_term_goes_by_the_api);

/// A stranger to the case, another one of the performance section, and who administers workflows.
const STRANGER: &str = "xu-changgeng";
const COLLEAGUE: &str = "li-wei";
const WORKFLOWS: &str = "han-zhijian";

/// Targets on their way, and the people's programs.
struct Desk<'h> {
    house: &'h House,
    case: String,
    sent: Cell<u32>,
    tokens: BTreeMap<&'static str, String>,
}

impl Desk<'_> {
    async fn sends(&self, login: &str, path: &str, body: Value) -> Response {
        let key = format!("k{}", self.sent.replace(self.sent.get() + 1));
        let token = &self.tokens[login];
        let request = self.house.asks(Method::POST, &format!("/api/v1/{path}")).bearer_auth(token);
        request.header("idempotency-key", key).json(&body).send().await.unwrap()
    }

    /// Does something with the open task of a step: the last of them.
    async fn acts(&self, login: &str, (step, term): (&str, &str), body: Value) -> Response {
        let task = self.task(step).await;
        self.sends(login, &format!("cases/{}/tasks/{task}/{term}", self.case), body).await
    }

    async fn done(&self, login: &str, at: (&str, &str), body: Value) {
        let answer = self.acts(login, at, body).await;
        assert_eq!(answer.status(), 200, "{login} {at:?}: {}", answer.text().await.unwrap());
    }

    async fn refused(&self, login: &str, at: (&str, &str), body: Value, (status, code): (u16, &str)) {
        problem(self.acts(login, at, body).await, status, code).await;
    }

    /// Does something with the whole case.
    async fn whole(&self, login: &str, term: &str, body: Value) -> Response {
        self.sends(login, &format!("cases/{}/{term}", self.case), body).await
    }

    async fn reads(&self, login: &str, path: &str) -> Value {
        let token = &self.tokens[login];
        let answer = self.house.asks(Method::GET, &format!("/api/v1/{path}")).bearer_auth(token).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    }

    async fn task(&self, step: &str) -> u64 {
        let case = self.reads(WORKFLOWS, &format!("cases/{}", self.case)).await;
        let tasks = case["tasks"].as_array().unwrap().iter().filter(|task| task["step"] == step);
        tasks.filter_map(|task| task["no"].as_u64()).max().unwrap_or_else(|| panic!("{step}: {case}"))
    }

    fn person(&self, login: &str) -> String {
        self.house.town.official(login).person.to_string()
    }
}

async fn every_term_goes_by_the_api(kind: Kind) {
    let house = House::open(kind).await;
    let officer = house.town.official(OFFICER);
    let case = officer.starts("performance-targets", house.town.project(UNDERPASS).await).await.unwrap().case;
    targets_filed(&officer, case).await;
    let mut tokens = BTreeMap::new();
    for login in [OFFICER, REVIEWER, HEAD, SECTION, PERFORMANCE, COLLEAGUE, STRANGER, WORKFLOWS] {
        tokens.insert(login, house.token(login).await);
    }
    let desk = Desk { house: &house, case: case.to_string(), sent: Cell::default(), tokens };
    opinions_and_signers(&desk).await;
    transfer_return_and_taking_back(&desk).await;
    substitutes(&desk).await;
    pooled(&desk).await;
    beside_and_whole(&desk).await;
    let journal = desk.reads(WORKFLOWS, &format!("cases/{case}/journal")).await;
    let commands: Vec<_> = journal.as_array().unwrap().iter().filter_map(|entry| entry["command"].as_str()).collect();
    let told = [
        "start",
        "complete",
        "complete",
        "delegate",
        "call-back",
        "delegate",
        "give-opinion",
        "add-signer",
        "remove-signer",
        "add-signer",
        "remove-signer",
        "add-signer",
        "remove-signer",
        "urge",
        "decide",
        "complete",
        "transfer",
        "decide",
        "take-back",
        "decide",
        "decide",
        "claim",
        "release",
        "claim",
        "suspend",
        "resume",
        "copy-in",
        "remark",
        "withdraw",
    ];
    assert_eq!(commands, told);
    house.town.look_away().await;
    house.close().await;
}

async fn opinions_and_signers(desk: &Desk<'_>) {
    let (review, stranger) = ("department-review", desk.person(STRANGER));
    let asked = json!({ "to": stranger, "reason": "成本偏高，请核。" });
    desk.refused(REVIEWER, (review, "claim"), json!({}), (422, "not-pooled")).await;
    desk.refused(REVIEWER, (review, "call-back"), json!({}), (409, "nothing-to-call-back")).await;
    let reviewers = desk.task(review).await;
    let of_reviewer = |term: &str| format!("cases/{}/tasks/{reviewers}/{term}", desk.case);
    desk.done(REVIEWER, (review, "delegate"), asked.clone()).await;
    let parked = desk.sends(REVIEWER, &of_reviewer("decide"), json!({ "decision": "approve" })).await;
    problem(parked, 409, "task-parked").await;
    assert_eq!(desk.sends(REVIEWER, &of_reviewer("call-back"), json!({})).await.status(), 200);
    desk.done(REVIEWER, (review, "delegate"), asked.clone()).await;
    desk.refused(STRANGER, (review, "delegate"), asked, (403, "opinion-only")).await;
    let opinion = json!({ "advice": "disapprove", "text": "单价高于同类项目。" });
    desk.done(STRANGER, (review, "give-opinion"), opinion).await;
    for place in ["before", "after", "parallel"] {
        let signer = json!({ "person": stranger, "place": place, "reason": "涉及教育。" });
        assert_eq!(desk.sends(REVIEWER, &of_reviewer("add-signer"), signer).await.status(), 200, "{place}");
        let gone = json!({ "person": stranger });
        desk.refused(STRANGER, (review, "remove-signer"), gone.clone(), (403, "not-your-signer")).await;
        desk.done(REVIEWER, (review, "remove-signer"), gone).await;
    }
    desk.done(OFFICER, (review, "urge"), json!({})).await;
    desk.refused(OFFICER, (review, "urge"), json!({}), (409, "urged-already")).await;
}

async fn transfer_return_and_taking_back(desk: &Desk<'_>) {
    let (review, stranger) = ("department-review", desk.person(STRANGER));
    let back = |reason: &str| json!({ "decision": { "return": { "to": "goals" } }, "reason": reason });
    desk.refused(REVIEWER, (review, "decide"), back(""), (422, "reason-needed")).await;
    desk.done(REVIEWER, (review, "decide"), back("目标没有量化。")).await;
    desk.done(OFFICER, ("goals", "complete"), json!({ "fields": {} })).await;
    let given = |reason: &str| json!({ "to": stranger, "reason": reason });
    desk.refused(REVIEWER, (review, "transfer"), given(""), (422, "reason-needed")).await;
    desk.done(REVIEWER, (review, "transfer"), given("出差。")).await;
    let approve = json!({ "decision": "approve" });
    desk.done(STRANGER, (review, "decide"), approve.clone()).await;
    let late = desk.whole(REVIEWER, "take-back", json!({ "reason": "再看看。" })).await;
    problem(late, 409, "cannot-take-back").await;
    assert_eq!(desk.whole(STRANGER, "take-back", json!({ "reason": "再看看。" })).await.status(), 200);
    desk.done(STRANGER, (review, "decide"), approve).await;
}

/// The section stands for the head, decides, and passes nothing on.
async fn substitutes(desk: &Desk<'_>) {
    let set = json!({ "deputy": SECTION, "from": "2026-11-23", "until": "2026-11-30" });
    assert_eq!(desk.sends(HEAD, "me/substitutes", set).await.status(), 204);
    let step = "department-approval";
    for (term, body) in [
        ("delegate", json!({ "to": desk.person(STRANGER), "reason": "请核。" })),
        ("transfer", json!({ "to": desk.person(STRANGER), "reason": "请办。" })),
        ("add-signer", json!({ "person": desk.person(STRANGER), "place": "before", "reason": "请看。" })),
    ] {
        desk.refused(SECTION, (step, term), body, (403, "not-for-substitutes")).await;
    }
    desk.done(SECTION, (step, "decide"), json!({ "decision": "approve" })).await;
}

async fn pooled(desk: &Desk<'_>) {
    let step = "finance-review";
    let held = async |login: &str| desk.reads(login, "inbox").await["tasks"][0]["held_by"].clone();
    assert_eq!(held(COLLEAGUE).await, Value::Null);
    assert_eq!(desk.reads(COLLEAGUE, "inbox").await["tasks"][0]["title"]["en"], "铁路下立交工程");
    desk.refused(PERFORMANCE, (step, "release"), json!({}), (409, "not-claimed")).await;
    desk.done(PERFORMANCE, (step, "claim"), json!({})).await;
    desk.refused(COLLEAGUE, (step, "claim"), json!({}), (409, "task-claimed")).await;
    assert_eq!(held(PERFORMANCE).await, json!(desk.person(PERFORMANCE)));
    desk.done(PERFORMANCE, (step, "release"), json!({})).await;
    desk.done(COLLEAGUE, (step, "claim"), json!({})).await;
}

async fn beside_and_whole(desk: &Desk<'_>) {
    let why = json!({ "reason": "规划调整。" });
    problem(desk.whole(OFFICER, "suspend", why.clone()).await, 403, "cannot-administer").await;
    problem(desk.whole(WORKFLOWS, "resume", why.clone()).await, 409, "not-suspended").await;
    assert_eq!(desk.whole(WORKFLOWS, "suspend", why.clone()).await.status(), 200);
    problem(desk.whole(OFFICER, "withdraw", why.clone()).await, 409, "suspended").await;
    assert_eq!(desk.whole(WORKFLOWS, "resume", why.clone()).await.status(), 200);
    assert_eq!(desk.whole(OFFICER, "copies", json!({ "to": [desk.person(STRANGER)] })).await.status(), 200);
    assert_eq!(desk.whole(STRANGER, "read", json!({})).await.status(), 204);
    assert_eq!(desk.whole(STRANGER, "remarks", json!({ "text": "何时批复？" })).await.status(), 200);
    let remarks = desk.reads(OFFICER, &format!("cases/{}/remarks", desk.case)).await;
    assert_eq!(remarks[0]["text"], "何时批复？", "{remarks}");
    problem(desk.whole(WORKFLOWS, "terminate", json!({ "reason": "" })).await, 422, "words-needed").await;
    let ended = desk.whole(OFFICER, "withdraw", why.clone()).await;
    assert_eq!(ended.json::<Value>().await.unwrap()["outcome"], "withdrawn");
    problem(desk.whole(WORKFLOWS, "terminate", why).await, 409, "case-ended").await;
}
