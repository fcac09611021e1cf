//! Steps that wait: their clocks are armed, disarmed, swept and rung, each once.

use std::sync::Arc;

use chrono::TimeDelta;
use yumen::{
    app::{clocks_due::RingOrder, publishing::Publication},
    engine::Decision,
    ids::CaseId,
    store::{cases, clocks},
};

use super::way::{HEAD, OFFICER, UNDERPASS};
use crate::harness::{
    databases::{Kind, on_both},
    town::{Town, form, text},
};

on_both!(
    a_clock_rings_once_and_the_case_goes_on,
    a_return_takes_the_clock_along,
    a_wait_that_cannot_be_left_is_tried_again_and_told,
    each_person_of_a_list_gets_a_task_of_their_own,
);

const PAUSE: &str = "
workflow: pause
title: { zh-CN: 公示, en: Notice }
about: project
outcomes: [accepted, withdrawn]
start: { by: { role: project-officer, of: project.unit }, number: \"公〔{year}〕{seq:4}\" }
form:
  - { name: note, type: text, required: true, title: { zh-CN: 说明, en: Note } }
steps:
  - fill: draft
    title: { zh-CN: 填写, en: Write }
    by: initiator
    edit: [note]
  - parallel: together
    branches:
      - title: { zh-CN: 公示, en: Notice }
        steps:
          - wait: notice
            title: { zh-CN: 公示期, en: Notice period }
            for: 5 working days
      - title: { zh-CN: 审核, en: Review }
        steps:
          - approve: review
            title: { zh-CN: 审核, en: Review }
            by: { role: department-head, of: project.department }
            return to: [draft]
";

pub async fn publish(town: &Town, file: &str, source: String) {
    let published = town.app.publish(&[(file.to_owned(), source)], "yumen").await.unwrap();
    assert!(matches!(&published, Publication::Live(live) if live.len() == 1), "{published:?}");
}

async fn paused(town: &Arc<Town>, after: &str) -> CaseId {
    publish(town, "pause.yaml", format!("{PAUSE}{after}")).await;
    let officer = town.official(OFFICER);
    let project = town.project(UNDERPASS).await;
    let case = officer.starts("pause", project).await.unwrap().case;
    officer.completes(case, "draft", form([("note", text("说明"))])).await.unwrap();
    case
}

/// Sweeps, and gives back what the queued jobs are to ring.
async fn swept(town: &Town) -> Vec<RingOrder> {
    let before = town.payloads("ring-clock").await.len();
    let swept = town.app.sweep_clocks().await.unwrap();
    assert!(!swept.full);
    let rows = town.payloads("ring-clock").await.split_off(before);
    assert_eq!(rows.len(), swept.rung);
    rows.iter().map(|row| serde_json::from_str(row).unwrap()).collect()
}

async fn waits(town: &Town, case: CaseId) -> usize {
    let clocks = clocks::of_case(town.app.store().read(), case).await.unwrap();
    clocks.iter().filter(|clock| clock.kind == "wait").count()
}

async fn a_clock_rings_once_and_the_case_goes_on(kind: Kind) {
    let town = Town::founded(kind).await;
    let case = paused(&town, "  - end: accepted\n").await;
    assert_eq!(waits(&town, case).await, 1);
    town.official(HEAD).approves(case, "review").await.unwrap();
    assert_eq!(swept(&town).await, [], "nothing is due yet");

    town.advance(TimeDelta::days(8));
    let due = swept(&town).await;
    assert_eq!(due.len(), 1);
    assert_eq!(swept(&town).await, [], "the next node finds nothing");
    town.app.ring(&due[0]).await.unwrap();
    town.app.ring(&due[0]).await.unwrap();
    let row = cases::find(town.app.store().read(), case).await.unwrap().unwrap();
    assert_eq!((row.outcome.as_deref(), row.version), (Some("accepted"), 4), "started, filled, approved, rung once");
    assert_eq!(waits(&town, case).await, 0);
    assert!(town.app.verify_ledger(|_| ()).await.unwrap().is_whole());
    town.look_away().await;
}

async fn a_return_takes_the_clock_along(kind: Kind) {
    let town = Town::founded(kind).await;
    let case = paused(&town, "  - end: accepted\n").await;
    town.official(HEAD).returns(case, "review", "draft", "请补充。").await.unwrap();
    assert_eq!(waits(&town, case).await, 0, "disarmed with its activation");
    town.advance(TimeDelta::days(3));
    let officer = town.official(OFFICER);
    officer.completes(case, "draft", form([("note", text("补充说明"))])).await.unwrap();
    assert_eq!(waits(&town, case).await, 1, "armed afresh");
    town.advance(TimeDelta::days(5));
    assert_eq!(swept(&town).await, [], "the old moment has passed, the new one has not");
    town.advance(TimeDelta::days(3));
    assert_eq!(swept(&town).await.len(), 1);
    town.look_away().await;
}

/// Behind the wait stands a gate that refuses: nobody is there to read the sentence, so an operator is told.
async fn a_wait_that_cannot_be_left_is_tried_again_and_told(kind: Kind) {
    let town = Town::founded(kind).await;
    let gate = "  - gate: assessed
    needs: { fact: assessment, is: supported }
    else: refuse
  - end: accepted
";
    let case = paused(&town, gate).await;
    let refused = town.official(HEAD);
    town.advance(TimeDelta::days(8));
    let due = swept(&town).await;
    town.app.ring(&due[0]).await.unwrap();
    assert_eq!(waits(&town, case).await, 0, "the review is open still; the wait is over");
    let decided = refused.decides(case, "review", Decision::Approve, "").await;
    assert_eq!(decided.unwrap_err().code(), "gate-closed", "a person reads the sentence");

    let town = Town::founded(kind).await;
    let case = paused(&town, gate).await;
    town.official(HEAD).approves(case, "review").await.unwrap();
    town.advance(TimeDelta::days(8));
    let due = swept(&town).await;
    town.app.ring(&due[0]).await.unwrap();
    let told = "SELECT count(*) FROM incidents WHERE kind = 'wake-refused' AND closed_at IS NULL";
    assert_eq!(town.count(told).await, 1);
    assert_eq!(waits(&town, case).await, 1, "no clock is lost");
    assert_eq!(swept(&town).await, []);
    town.advance(TimeDelta::hours(25));
    assert_eq!(swept(&town).await.len(), 1);
    town.look_away().await;
}

async fn each_person_of_a_list_gets_a_task_of_their_own(kind: Kind) {
    const PANEL: &str = "
workflow: panel
title: { zh-CN: 专家意见, en: Panel }
about: project
outcomes: [accepted, rejected]
start: { by: { role: project-officer, of: project.unit }, number: \"专〔{year}〕{seq:4}\" }
form:
  - { name: note, type: text, required: true, title: { zh-CN: 说明, en: Note } }
steps:
  - fill: draft
    title: { zh-CN: 填写, en: Write }
    by: initiator
    edit: [note]
  - each: panel
    in: { people: [{ role: department-head, of: project.department }, { role: finance-performance }] }
    at most: 20
    steps:
      - approve: opinion
        title: { zh-CN: \"{item}的意见\", en: Opinion of {item} }
        by: item
  - choose: enough
    branches:
      - when: count.opinion.approved >= 2
        steps: [{ end: accepted }]
    otherwise: [{ end: rejected }]
";
    let town = Town::founded(kind).await;
    publish(&town, "panel.yaml", PANEL.replace("Opinion of {item}", "\"Opinion of {item}\"")).await;
    let officer = town.official(OFFICER);
    let case = officer.starts("panel", town.project(UNDERPASS).await).await.unwrap().case;
    let answer = officer.completes(case, "draft", form([("note", text("说明"))])).await.unwrap();
    assert!(answer.open.len() >= 2, "{answer:?}");
    let head = town.official(HEAD);
    let viewer = head.viewer().await;
    let page = town.app.case_page(&viewer, case).await.unwrap();
    let mine: Vec<_> = page.tasks.iter().filter(|task| task.mine).collect();
    assert_eq!(mine.len(), 1, "{:?}", page.tasks);
    let name = town.name(head.person).await;
    assert_eq!(mine[0].step.zh, format!("{name}的意见"));
    let query = yumen::app::inbox::InboxQuery {
        tab: yumen::app::inbox::Tab::ToDecide,
        workflow: "panel".into(),
        text: String::new(),
        overdue: false,
        page: 1,
    };
    let inbox = town.app.inbox(&viewer, &query).await.unwrap();
    assert_eq!(inbox.rows[0].step.clone().unwrap().zh, format!("{name}的意见"));
    for (task, _) in answer.open {
        let person = town.only_candidate(case, task).await;
        let one = town.official(&person);
        one.decides_task((case, task), Decision::Approve, "", Default::default()).await.unwrap();
    }
    let row = cases::find(town.app.store().read(), case).await.unwrap().unwrap();
    assert_eq!(row.outcome.as_deref(), Some("accepted"));
    assert!(town.app.verify_ledger(|_| ()).await.unwrap().is_whole());
    town.look_away().await;
}
