//! A package goes to another organ: what it sees, who is told, where it stands, and what happens when nobody receives it.

use std::sync::Arc;

use chrono::TimeDelta;
use yumen::{
    engine::{Action, Decision, Refusal},
    ids::CaseId,
    jobs::Cases,
    store::{self, clocks},
};

use super::{
    waits::publish,
    way::{HEAD, OFFICER, UNDERPASS},
};
use crate::harness::{
    databases::{Kind, on_both},
    town::{Official, Town, form, text},
};

on_both!(
    a_sealed_package_is_received_and_answered,
    a_package_is_sent_back_and_its_deadlines_run_anew,
    what_is_not_received_in_time_is_told_and_never_received_by_itself,
);

/// Two of the discipline inspection, who see nothing of other cases, and who administers workflows.
const INSPECTOR: &str = "wei-qingyang";
const COLLEAGUE: &str = "jiang-yifan";
const WORKFLOWS: &str = "han-zhijian";

const REFERRAL: &str = r#"workflow: referral
title: { zh-CN: 问题线索移送, en: Referral }
about: project
outcomes: [accepted]
start: { by: { role: project-officer, of: project.unit }, number: "移〔{year}〕{seq:4}" }
form:
  - { name: facts_found, type: text, required: true, title: { zh-CN: 问题线索, en: Facts found } }
  - { name: source, type: text, required: true, title: { zh-CN: 线索来源, en: Source } }
  - { name: reply, type: text, required: true, title: { zh-CN: 书面答复, en: Reply } }
steps:
  - fill: draft
    title: { zh-CN: 填写线索, en: Write }
    by: initiator
    edit: [facts_found, source]
  - approve: check
    title: { zh-CN: 复核, en: Check }
    by: { role: department-head, of: project.department }
  - handoff: to-discipline
    title: { zh-CN: 移送纪检, en: To discipline inspection }
    to: { role: discipline, of: discipline }
    package: [facts_found]
    receive: { due: 2 working days, return to: [draft] }
    answer: { edit: [reply], due: 30 days }
  - end: accepted
"#;

/// A referral that waits for its receipt.
async fn sent(town: &Arc<Town>) -> CaseId {
    publish(town, "referral.yaml", REFERRAL.to_owned()).await;
    let officer = town.official(OFFICER);
    let case = officer.starts("referral", town.project(UNDERPASS).await).await.unwrap().case;
    town.look_away().await;
    let draft = form([("facts_found", text("重复报销")), ("source", text("来信人甲"))]);
    officer.completes(case, "draft", draft).await.unwrap();
    town.official(HEAD).approves(case, "check").await.unwrap();
    case
}

/// How the handoff stands, as somebody sees it.
async fn stands(town: &Town, official: &Official, case: CaseId) -> String {
    let page = town.app.case_page(&official.viewer().await, case).await.unwrap();
    page.handoffs.first().map_or(String::new(), |handoff| handoff.status.word.zh.clone())
}

/// The names of the fields that somebody sees filled.
async fn seen(town: &Town, official: &Official, case: CaseId) -> Vec<String> {
    let page = town.app.case_page(&official.viewer().await, case).await.unwrap();
    page.case.form.keys().map(ToString::to_string).collect()
}

async fn in_order(town: &Town) {
    let ledger = town.app.verify_ledger(|_| {}).await.unwrap();
    assert!(ledger.is_whole(), "{ledger:?}");
    let findings = store::oracle::ask_all(town.app.store().read()).await.unwrap();
    assert!(findings.is_empty(), "{findings:?}");
}

async fn a_sealed_package_is_received_and_answered(kind: Kind) {
    let town = Town::founded(kind).await;
    let (officer, inspector) = (town.official(OFFICER), town.official(INSPECTOR));
    let case = sent(&town).await;
    let told = [("task-assigned", HEAD), ("handoff-moved", INSPECTOR), ("handoff-moved", COLLEAGUE)];
    town.expect_mails(&[&told[..], &[("decision-made", OFFICER)]].concat()).await;
    assert_eq!(stands(&town, &officer, case).await, "已送出，待签收");
    for payload in town.payloads("send-mail").await {
        assert!(!payload.contains("重复报销") && !payload.contains("来信人甲"), "{payload}");
    }
    let task = inspector.task(case, "to-discipline-receipt").await;
    let page = town.app.task_page(&inspector.viewer().await, case, task).await.unwrap();
    assert!(page.offers.receives && page.editable.is_empty());
    assert_eq!(page.form.keys().map(ToString::to_string).collect::<Vec<_>>(), ["facts_found"]);
    assert_eq!(seen(&town, &inspector, case).await, ["facts_found"], "the package and nothing else");
    assert_eq!(seen(&town, &officer, case).await, ["facts_found", "source"]);
    inspector.approves(case, "to-discipline-receipt").await.unwrap();
    town.expect_mails(&[("handoff-moved", OFFICER), ("task-assigned", COLLEAGUE)]).await;
    assert_eq!(stands(&town, &officer, case).await, "已签收，待答复");
    let other = town.official(COLLEAGUE);
    let ended = other.completes(case, "to-discipline", form([("reply", text("已立案"))])).await.unwrap();
    assert_eq!(ended.outcome.unwrap().as_str(), "accepted");
    town.expect_mails(&[("handoff-moved", OFFICER), ("case-ended", OFFICER)]).await;
    assert_eq!(stands(&town, &officer, case).await, "已答复");
    let handoff = town.app.case_page(&officer.viewer().await, case).await.unwrap().handoffs.remove(0);
    assert_eq!(handoff.received.unwrap().by, town.name(inspector.person).await);
    assert_eq!(handoff.answered.unwrap().by, town.name(other.person).await);
    assert_eq!(seen(&town, &inspector, case).await, ["facts_found", "reply"]);
    in_order(&town).await;
}

async fn a_package_is_sent_back_and_its_deadlines_run_anew(kind: Kind) {
    let town = Town::founded(kind).await;
    let (officer, inspector) = (town.official(OFFICER), town.official(INSPECTOR));
    let case = sent(&town).await;
    town.look_away().await;
    let due = async || {
        let armed = clocks::of_case(town.app.store().read(), case).await.unwrap();
        armed.iter().map(|clock| clock.due_at).collect::<Vec<_>>()
    };
    let first = due().await;
    assert_eq!(first.len(), 1, "the receipt has its deadline");
    inspector.returns(case, "to-discipline-receipt", "draft", "缺少凭证").await.unwrap();
    town.expect_mails(&[("case-returned", OFFICER)]).await;
    assert!(due().await.is_empty(), "what came back is not to be received");
    assert_eq!(stands(&town, &officer, case).await, "已退回补正");
    town.advance(TimeDelta::days(7));
    let draft = form([("facts_found", text("重复报销，附凭证")), ("source", text("来信人甲"))]);
    officer.completes(case, "draft", draft).await.unwrap();
    town.official(HEAD).approves(case, "check").await.unwrap();
    let second = due().await;
    assert!(second.len() == 1 && second[0] > first[0], "{second:?}");
    let admin = town.official(WORKFLOWS);
    admin.does(yumen::app::What::Act { case, action: Action::Suspend { reason: "核查".into() } }).await.unwrap();
    assert!(due().await.is_empty(), "no deadline runs while it is suspended");
    let refused = inspector.approves(case, "to-discipline-receipt").await.unwrap_err();
    assert!(matches!(refused, Refusal::Suspended { .. }), "{refused:?}");
    admin.does(yumen::app::What::Act { case, action: Action::Resume { reason: "继续".into() } }).await.unwrap();
    assert_eq!(due().await.len(), 1);
    inspector.approves(case, "to-discipline-receipt").await.unwrap();
    assert_eq!(due().await.len(), 1, "the answer has a deadline of its own");
    town.look_away().await;
    in_order(&town).await;
}

async fn what_is_not_received_in_time_is_told_and_never_received_by_itself(kind: Kind) {
    let town = Town::founded(kind).await;
    let inspector = town.official(INSPECTOR);
    let case = sent(&town).await;
    let open = "SELECT count(*) FROM incidents WHERE kind = 'handoff-not-received' AND closed_at IS NULL";
    let cases: &dyn Cases = &town.app;
    cases.wake_held().await.unwrap();
    assert_eq!(town.count(open).await, 0, "there is time yet");
    town.advance(TimeDelta::days(10));
    cases.wake_held().await.unwrap();
    assert_eq!(town.count(open).await, 1);
    assert_eq!(stands(&town, &town.official(OFFICER), case).await, "已送出，待签收");
    let task = inspector.task(case, "to-discipline-receipt").await;
    inspector.decides_task((case, task), Decision::Approve, "", yumen::definition::Form::new()).await.unwrap();
    cases.wake_held().await.unwrap();
    assert_eq!(town.count(open).await, 0, "received, though late");
    town.look_away().await;
    in_order(&town).await;
}
