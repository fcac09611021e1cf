//! Cases that start other cases: together or not at all, waited for once, ended together.

use std::sync::Arc;

use yumen::{
    app::{What, clocks_due::RingOrder, people},
    engine::{Action, Case, Held, Refusal},
    ids::CaseId,
    store::{self, cases},
};

use super::{
    waits::publish,
    way::{HEAD, OFFICER, UNDERPASS},
};
use crate::harness::{
    databases::{Kind, on_both},
    town::{Town, form, text},
};

on_both!(
    the_parent_goes_on_once_when_the_child_has_ended,
    a_child_that_cannot_start_refuses_the_command_and_nothing_has_happened,
    a_child_ends_with_its_parent,
    a_child_ends_when_its_parent_goes_back_over_it,
    a_child_that_nobody_waits_for_goes_its_own_way,
    whoever_takes_the_parent_over_decides_in_nothing_it_waits_for,
);

const CHILD: &str = "
workflow: side-study
title: { zh-CN: 专题论证, en: Side study }
about: project
outcomes: [accepted, rejected]
start: { by: { role: project-officer, of: project.unit }, number: \"论〔{year}〕{seq:4}\" }
form:
  - { name: study, type: text, required: true, title: { zh-CN: 论证, en: Study } }
steps:
  - approve: study-review
    title: { zh-CN: 论证审核, en: Study review }
    by: { role: department-head, of: project.department }
    edit: [study]
    reject: rejected
  - end: accepted
";

const PARENT: &str = "
workflow: large-project
title: { zh-CN: 重大项目, en: Large project }
about: project
outcomes: [accepted, blocked, withdrawn]
start: { by: { role: project-officer, of: project.unit }, number: \"大〔{year}〕{seq:4}\" }
form:
  - { name: note, type: text, required: true, title: { zh-CN: 说明, en: Note } }
steps:
  - fill: draft
    title: { zh-CN: 填写, en: Write }
    by: initiator
    edit: [note]
";

const WAITED_FOR: &str = "
  - start: study
    workflow: side-study
    by: initiator
  - choose: by-study
    branches:
      - when: outcome.study == \"accepted\"
        steps: [{ end: accepted }]
    otherwise: [{ end: blocked }]
";

const BESIDE_A_REVIEW: &str = "
  - parallel: together
    branches:
      - title: { zh-CN: 论证, en: Study }
        steps: [{ start: study, workflow: side-study, by: initiator, wait: true }]
      - title: { zh-CN: 审核, en: Review }
        steps:
          - approve: review
            title: { zh-CN: 审核, en: Review }
            by: { role: department-head, of: project.department }
            return to: [draft]
            reject: blocked
  - end: accepted
";

const NOT_WAITED_FOR: &str = "
  - start: study
    workflow: side-study
    by: initiator
    wait: false
  - approve: review
    title: { zh-CN: 审核, en: Review }
    by: { role: department-head, of: project.department }
    reject: blocked
  - end: accepted
";

/// Waits for a third one, and for a person beside it.
const MIDDLE: &str = "
workflow: side-study
title: { zh-CN: 专题论证, en: Side study }
about: project
outcomes: [accepted, rejected]
start: { by: { role: project-officer, of: project.unit }, number: \"论〔{year}〕{seq:4}\" }
form:
  - { name: study, type: text, title: { zh-CN: 论证, en: Study } }
steps:
  - parallel: together
    branches:
      - title: { zh-CN: 附议, en: Further study }
        steps: [{ start: further, workflow: further-study, by: initiator }]
      - title: { zh-CN: 审核, en: Review }
        steps:
          - approve: study-review
            title: { zh-CN: 论证审核, en: Study review }
            by: { people: [zou-mengjie, xu-changgeng] }
            edit: [study]
            reject: rejected
  - end: accepted
";

async fn begun(kind: Kind, steps: &str) -> (Arc<Town>, CaseId) {
    let town = Town::founded(kind).await;
    publish(&town, "side-study.yaml", CHILD.to_owned()).await;
    publish(&town, "large-project.yaml", format!("{}{}", PARENT.trim_end(), steps)).await;
    let parent = town.official(OFFICER).starts("large-project", town.project(UNDERPASS).await).await.unwrap().case;
    (town, parent)
}

async fn drafted(town: &Arc<Town>, parent: CaseId) -> Result<CaseId, Refusal> {
    town.official(OFFICER).completes(parent, "draft", form([("note", text("说明"))])).await?;
    Ok(state(town, parent).await.children.last().unwrap().case)
}

async fn state(town: &Town, case: CaseId) -> Case {
    serde_json::from_str(&cases::find(town.app.store().read(), case).await.unwrap().unwrap().state).unwrap()
}

async fn outcome(town: &Town, case: CaseId) -> Option<String> {
    cases::find(town.app.store().read(), case).await.unwrap().unwrap().outcome
}

async fn told(town: &Town) -> Vec<RingOrder> {
    town.payloads("ring-clock").await.iter().map(|row| serde_json::from_str(row).unwrap()).collect()
}

async fn is_whole(town: &Town) {
    assert!(town.app.verify_ledger(|_| ()).await.unwrap().is_whole());
    town.look_away().await;
}

async fn the_parent_goes_on_once_when_the_child_has_ended(kind: Kind) {
    for (decides, ends) in [(true, "accepted"), (false, "blocked")] {
        let (town, parent) = begun(kind, WAITED_FOR).await;
        let child = drafted(&town, parent).await.unwrap();
        let begun = state(&town, child).await;
        assert_eq!(begun.initiator, town.official(OFFICER).person, "on behalf of the initiator");
        assert_eq!(begun.started_by.as_ref().map(|by| by.case), Some(parent));
        assert_eq!((outcome(&town, parent).await, told(&town).await), (None, Vec::new()));
        let head = town.official(HEAD);
        if decides {
            let task = head.task(child, "study-review").await;
            let fields = form([("study", text("可行"))]);
            head.decides_task((child, task), yumen::engine::Decision::Approve, "", fields).await.unwrap();
        } else {
            head.decides(child, "study-review", yumen::engine::Decision::Reject, "不可行。").await.unwrap();
        }
        let told = told(&town).await;
        assert_eq!(told.len(), 1);
        for _ in 0..3 {
            town.app.ring(&told[0]).await.unwrap();
        }
        assert_eq!(outcome(&town, parent).await.as_deref(), Some(ends));
        let row = cases::find(town.app.store().read(), parent).await.unwrap().unwrap();
        assert_eq!(row.version, 3, "started, filled, gone on once");
        is_whole(&town).await;
    }
}

async fn a_child_that_cannot_start_refuses_the_command_and_nothing_has_happened(kind: Kind) {
    let (town, parent) = begun(kind, WAITED_FOR).await;
    let project = town.project(UNDERPASS).await;
    town.official(OFFICER).starts("side-study", project).await.unwrap();
    let refusal = drafted(&town, parent).await.unwrap_err();
    let sentence = refusal.sentence(yumen::language::Lang::Zh);
    assert_eq!(refusal.code(), "child-refused");
    assert!(sentence.contains("专题论证") && sentence.contains("正在办理"), "{sentence}");
    let row = cases::find(town.app.store().read(), parent).await.unwrap().unwrap();
    assert_eq!(row.version, 1, "the draft is as it was");
    assert_eq!(town.count("SELECT count(*) FROM cases WHERE workflow = 'side-study'").await, 1);
    is_whole(&town).await;
}

async fn a_child_ends_with_its_parent(kind: Kind) {
    let (town, parent) = begun(kind, WAITED_FOR).await;
    let child = drafted(&town, parent).await.unwrap();
    let withdraw = What::Act { case: parent, action: Action::Withdraw { reason: "不再需要。".into() } };
    town.official(OFFICER).does(withdraw).await.unwrap();
    assert_eq!(outcome(&town, parent).await.as_deref(), Some("withdrawn"));
    assert_eq!(outcome(&town, child).await.as_deref(), Some("terminated"));
    let ended = "SELECT count(*) FROM journal WHERE command = 'parent-gone' AND actor = 'system:parent-case'";
    assert_eq!(town.count(ended).await, 1);
    for order in told(&town).await {
        town.app.ring(&order).await.unwrap();
    }
    assert_eq!(outcome(&town, parent).await.as_deref(), Some("withdrawn"));
    is_whole(&town).await;
}

async fn a_child_ends_when_its_parent_goes_back_over_it(kind: Kind) {
    let (town, parent) = begun(kind, BESIDE_A_REVIEW).await;
    let first = drafted(&town, parent).await.unwrap();
    town.official(HEAD).returns(parent, "review", "draft", "请补充。").await.unwrap();
    assert_eq!(outcome(&town, first).await.as_deref(), Some("terminated"));
    let second = drafted(&town, parent).await.unwrap();
    assert_ne!(first, second);
    assert_eq!(outcome(&town, second).await, None);
    for order in told(&town).await {
        town.app.ring(&order).await.unwrap();
    }
    assert_eq!(
        state(&town, parent).await.children_waited_for().collect::<Vec<_>>(),
        [second],
        "the old one is not news"
    );
    is_whole(&town).await;
}

async fn whoever_takes_the_parent_over_decides_in_nothing_it_waits_for(kind: Kind) {
    let town = Town::founded(kind).await;
    let third =
        CHILD.replace("论〔", "附〔").replace("side-study", "further-study").replace("study-review", "further-review");
    let both = "by: { people: [zou-mengjie, xu-changgeng] }\n    mode: all";
    let third = third.replace("by: { role: department-head, of: project.department }", both);
    publish(&town, "further-study.yaml", third.replace("required: true, ", "")).await;
    publish(&town, "side-study.yaml", MIDDLE.to_owned()).await;
    publish(&town, "large-project.yaml", format!("{}{}", PARENT.trim_end(), WAITED_FOR)).await;
    let parent = town.official(OFFICER).starts("large-project", town.project(UNDERPASS).await).await.unwrap().case;
    let child = drafted(&town, parent).await.unwrap();
    let grandchild = state(&town, child).await.children[0].case;
    let (head, successor) = (town.official(HEAD), town.official("xu-changgeng"));
    let approve = yumen::engine::Decision::Approve;
    successor.decides_task((grandchild, 2), approve, "", form([])).await.unwrap();
    people::set_active(&town.app, OFFICER, false).await.unwrap();
    let from = town.official(OFFICER).person;
    let hand_over = Action::HandOver { from, to: successor.person, held: vec![Held::Start], reason: "退休".into() };
    for _ in 0..2 {
        let wanted = What::Act { case: parent, action: hand_over.clone() };
        town.official("yang-chunhe").does(wanted).await.unwrap();
    }
    for (case, told) in [(child, 1), (grandchild, 1)] {
        assert!(state(&town, case).await.initiators().any(|person| person == successor.person));
        let journal = store::journal::of_case(town.app.store().read(), case).await.unwrap();
        assert_eq!(journal.iter().filter(|entry| entry.command == "parent-taken-over").count(), told);
    }
    assert_eq!(successor.approves(child, "study-review").await.unwrap_err(), Refusal::OwnCase);
    // Their vote is void: nobody but the other one is asked any more.
    assert_eq!(state(&town, grandchild).await.tasks.len(), 1);
    head.approves(grandchild, "further-review").await.unwrap();
    assert_eq!(outcome(&town, grandchild).await.as_deref(), Some("accepted"));
    let page = town.app.case_page(&head.viewer().await, child).await.unwrap();
    let told = page.timeline.iter().find(|entry| entry.did.word.zh == "上级办件发起人变更").unwrap();
    assert!(format!("{told:?}").contains("许长庚接替上级办件的发起人"), "{told:?}");
    is_whole(&town).await;
}

async fn a_child_that_nobody_waits_for_goes_its_own_way(kind: Kind) {
    let (town, parent) = begun(kind, NOT_WAITED_FOR).await;
    let child = drafted(&town, parent).await.unwrap();
    town.official(HEAD).approves(parent, "review").await.unwrap();
    assert_eq!((outcome(&town, parent).await.as_deref(), outcome(&town, child).await), (Some("accepted"), None));
    let head = town.official(HEAD);
    head.decides(child, "study-review", yumen::engine::Decision::Reject, "不可行。").await.unwrap();
    assert_eq!(told(&town).await, []);
    is_whole(&town).await;
}
