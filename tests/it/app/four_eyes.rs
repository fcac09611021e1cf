//! What goes live was approved word for word by somebody who did not write it, whatever the workflow asks besides.

use std::sync::Arc;

use yumen::{
    app::{
        Failure, What,
        appointments::{self, NewAppointment},
        people,
    },
    definition::{Form, Value, check},
    engine::{Action, DefinitionRefusal, Held, Refusal},
    ids::{CaseId, DraftId},
    store::{self, definitions, drafts},
};

use super::versions::sooner;
use crate::harness::{
    databases::{Kind, on_both},
    town::{AUDIT_ADMIN, Official, Town, form},
};

on_both!(
    what_others_fill_in_later_lets_nobody_write_an_approved_draft,
    a_draft_is_not_written_while_it_is_approved_as_it_stands,
    a_text_that_nobody_approved_does_not_go_live,
    whoever_wrote_a_draft_before_does_not_approve_it_alone,
);

const AUTHOR: &str = "han-zhijian";
const DECIDER: &str = "yang-chunhe";
const TARGETS: &str = "performance-targets";
const PUBLISHING: &str = "  - do: publish-definition\n";
const FILING: &str = "  - fill: filing
    title: { zh-CN: 登记, en: File it }
    by: { role: audit-admin }
    edit: [files]
";
const REVISION: &str = "  - fill: revision
    title: { zh-CN: 补充, en: Add to it }
    by: initiator
    edit: [files]
  - approve: second
    title: { zh-CN: 再审, en: Approve again }
    by: { role: security-admin }
    return to: [draft]
";

/// A town in which definitions change by the shipped workflow, with these steps before the publication.
async fn town_with(kind: Kind, steps: &str) -> Arc<Town> {
    let town = Town::founded(kind).await;
    let live = definitions::current(town.app.store().read(), "definition-change").await.unwrap().unwrap();
    let source = live.source.replace(PUBLISHING, &format!("{steps}{PUBLISHING}"));
    assert_ne!(source, live.source);
    let new = definitions::NewDefinition {
        hash: check::hash(&source),
        workflow: live.workflow,
        source,
        published_at: town.app.now(),
        published_by: live.published_by,
        draft: None,
        certificate: live.certificate,
        scenarios: live.scenarios,
    };
    let put = town.app.store().write(move |tx| async move { definitions::publish(&tx, new).await });
    assert_eq!(put.await.unwrap(), Some(2));
    town
}

fn why() -> Form {
    form([("reason", Value::Text("按新的办法修改。".into()))])
}

async fn row(town: &Arc<Town>, draft: DraftId) -> drafts::DraftRow {
    drafts::find(town.app.store().read(), draft).await.unwrap().unwrap()
}

/// Writes a line more into the draft; the refusal, where it is not written.
async fn writes(town: &Arc<Town>, by: &Official, draft: DraftId, line: &str) -> Result<i64, Refusal> {
    let row = row(town, draft).await;
    let source = format!("{}# {line}\n", row.source);
    match town.app.save_draft(&by.viewer().await, draft, (row.revision, &source, None)).await {
        Ok(revision) => Ok(revision),
        Err(Failure::Refused(refusal)) => Err(refusal),
        Err(failure) => panic!("{failure:?}"),
    }
}

async fn may_write(town: &Arc<Town>, by: &Official, draft: DraftId) -> bool {
    town.app.draft(&by.viewer().await, draft).await.unwrap().may_write
}

/// A changed draft of the targets, put forward and handed on; with the number of its case.
async fn handed_on(town: &Arc<Town>, by: &Official) -> (DraftId, CaseId, String) {
    let (draft, case, number) = put_forward(town, by).await;
    by.completes(case, "draft", why()).await.unwrap();
    (draft, case, number)
}

async fn put_forward(town: &Arc<Town>, by: &Official) -> (DraftId, CaseId, String) {
    let viewer = by.viewer().await;
    let draft = town.app.begin_draft(&viewer, TARGETS).await.unwrap();
    let before = row(town, draft).await;
    town.app.save_draft(&viewer, draft, (before.revision, &sooner(&before.source), None)).await.unwrap();
    let answer = by.does(What::Propose { draft }).await.unwrap();
    (draft, answer.case, answer.number)
}

async fn live(town: &Arc<Town>) -> (i32, String) {
    let row = definitions::current(town.app.store().read(), TARGETS).await.unwrap().unwrap();
    (row.version, row.source)
}

async fn what_others_fill_in_later_lets_nobody_write_an_approved_draft(kind: Kind) {
    let town = town_with(kind, FILING).await;
    let (author, decider, audit) = (town.official(AUTHOR), town.official(DECIDER), town.official(AUDIT_ADMIN));
    let (draft, case, number) = handed_on(&town, &author).await;
    decider.approves(case, "approval").await.unwrap();
    let approved = row(&town, draft).await.source;
    let locked = Refusal::from(DefinitionRefusal::DraftLocked { number });
    assert_eq!(writes(&town, &author, draft, "批准之后").await, Err(locked));
    assert!(!may_write(&town, &author, draft).await);
    audit.completes(case, "filing", Form::new()).await.unwrap();
    assert_eq!(live(&town).await, (2, approved));
    town.look_away().await;
}

async fn a_draft_is_not_written_while_it_is_approved_as_it_stands(kind: Kind) {
    let town = town_with(kind, REVISION).await;
    let (author, decider) = (town.official(AUTHOR), town.official(DECIDER));
    let (draft, case, number) = handed_on(&town, &author).await;
    decider.approves(case, "approval").await.unwrap();
    // The author is asked for something else, and what was approved stays as it is.
    let approved = Refusal::from(DefinitionRefusal::DraftApproved { number });
    assert_eq!(writes(&town, &author, draft, "批准之后").await, Err(approved));
    assert!(!may_write(&town, &author, draft).await);
    author.completes(case, "revision", Form::new()).await.unwrap();
    // Returned, it is approved no more.
    decider.returns(case, "second", "draft", "再改一处。").await.unwrap();
    assert!(may_write(&town, &author, draft).await);
    writes(&town, &author, draft, "退回之后").await.unwrap();
    author.completes(case, "draft", Form::new()).await.unwrap();
    // Nor when the approval was taken back, though it is the only task that is open again.
    decider.approves(case, "approval").await.unwrap();
    let back = Action::TakeBack { reason: "看错了。".into() };
    decider.does(What::Act { case, action: back }).await.unwrap();
    decider.returns(case, "approval", "draft", "再改一处。").await.unwrap();
    writes(&town, &author, draft, "撤回之后").await.unwrap();
    author.completes(case, "draft", Form::new()).await.unwrap();
    decider.approves(case, "approval").await.unwrap();
    author.completes(case, "revision", Form::new()).await.unwrap();
    decider.approves(case, "second").await.unwrap();
    assert_eq!(live(&town).await, (2, row(&town, draft).await.source));
    town.look_away().await;
}

async fn a_text_that_nobody_approved_does_not_go_live(kind: Kind) {
    let town = town_with(kind, FILING).await;
    let (author, decider, audit) = (town.official(AUTHOR), town.official(DECIDER), town.official(AUDIT_ADMIN));
    let (draft, case, _) = handed_on(&town, &author).await;
    decider.approves(case, "approval").await.unwrap();
    // Past every door, as if one had been left open.
    let before = row(&town, draft).await;
    let change = drafts::DraftChange {
        id: draft,
        expected_revision: before.revision,
        source: format!("{}# 没有人批准\n", before.source),
        scenarios: before.scenarios,
        based_on: before.based_on,
        changed_at: town.app.now(),
    };
    let written = town.app.store().write(move |tx| async move { drafts::save(&tx, change).await });
    written.await.map_err(|error: store::Error| error).unwrap();
    let refused = audit.completes(case, "filing", Form::new()).await;
    assert_eq!(refused, Err(DefinitionRefusal::NotApproved.into()));
    assert_eq!(live(&town).await.0, 1);
    town.look_away().await;
}

async fn whoever_wrote_a_draft_before_does_not_approve_it_alone(kind: Kind) {
    let town = town_with(kind, FILING).await;
    let (author, decider, audit) = (town.official(AUTHOR), town.official(DECIDER), town.official(AUDIT_ADMIN));
    let successor = town.official("qin-muye");
    let (role, org) = ("workflow-admin".into(), "office".into());
    let from = "2026-11-23".parse().unwrap();
    let post = NewAppointment { login: "qin-muye".into(), role, org, from, until: None };
    appointments::appoint(&town.app, post).await.map_err(|_| "not appointed").unwrap();
    let (draft, case, _) = put_forward(&town, &author).await;
    people::set_active(&town.app, AUTHOR, false).await.unwrap();
    let task = author.task(case, "draft").await;
    let (from, to, held) = (author.person, successor.person, vec![Held::Start, Held::Task(task)]);
    let action = Action::HandOver { from, to, held, reason: "调离".into() };
    decider.does(What::Act { case, action }).await.unwrap();
    successor.does(What::Act { case, action: Action::Withdraw { reason: "重新提交。".into() } }).await.unwrap();
    people::set_active(&town.app, AUTHOR, true).await.unwrap();
    let case = successor.does(What::Propose { draft }).await.unwrap().case;
    successor.completes(case, "draft", why()).await.unwrap();
    // Come back, the author decides in a case that is not theirs, on what they wrote; whoever acts last wrote nothing.
    author.approves(case, "approval").await.unwrap();
    let refused = audit.completes(case, "filing", Form::new()).await;
    assert_eq!(refused, Err(DefinitionRefusal::NotApproved.into()));
    assert_eq!(live(&town).await.0, 1);
    town.look_away().await;
}
