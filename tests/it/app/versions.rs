//! Definitions change by a case: an author, somebody else who decides, and the audit administrator who is told.

use std::sync::Arc;

use yumen::{
    app::{
        App, Failure, What,
        appointments::{self, NewAppointment},
        library,
        publishing::Publication,
    },
    definition::{Form, Value},
    engine::{Action, Decision, DefinitionRefusal, Refusal},
    ids::{CaseId, DraftId},
    store::{definitions, drafts},
    verify::Certificate,
};

use crate::harness::{
    databases::{Kind, on_both},
    town::{Official, Town, form},
};

on_both!(
    a_draft_goes_live_by_the_decision_of_somebody_else,
    an_author_decides_through_no_door,
    a_draft_with_problems_is_kept_and_not_put_forward,
    a_draft_is_locked_while_it_is_decided_on,
    of_two_drafts_the_second_is_outdated,
    what_administrators_decided_survives_a_restart,
    a_draft_that_got_problems_is_not_published,
    a_retired_workflow_comes_back_by_a_draft_alone,
);

/// Who writes definitions in the stories.
const AUTHOR: &str = "han-zhijian";
/// Who decides on them.
const DECIDER: &str = "yang-chunhe";

async fn begun(town: &Arc<Town>, by: &Official, workflow: &str) -> DraftId {
    town.app.begin_draft(&by.viewer().await, workflow).await.unwrap()
}

/// Puts another deadline of finance into the draft of the targets; no scenario tells of it.
async fn changed(town: &Arc<Town>, by: &Official, draft: DraftId) -> String {
    let row = drafts::find(town.app.store().read(), draft).await.unwrap().unwrap();
    let source = sooner(&row.source);
    town.app.save_draft(&by.viewer().await, draft, (row.revision, &source, None)).await.unwrap();
    source
}

/// The last deadline of five days, shortened.
pub fn sooner(source: &str) -> String {
    let (before, after) = source.rsplit_once("due: 5 working days").expect("a deadline of five days");
    format!("{before}due: 3 working days{after}")
}

fn why() -> Form {
    form([("reason", Value::Text("审核时限由五个工作日改为三个工作日。".into()))])
}

/// A changed draft of the targets, put forward and handed on.
async fn handed_on(town: &Arc<Town>, by: &Official) -> (DraftId, CaseId) {
    let draft = begun(town, by, "performance-targets").await;
    changed(town, by, draft).await;
    let case = by.does(What::Propose { draft }).await.unwrap().case;
    by.completes(case, "draft", why()).await.unwrap();
    (draft, case)
}

async fn version(app: &App, workflow: &str) -> Option<i32> {
    definitions::current(app.store().read(), workflow).await.unwrap().map(|row| row.version)
}

async fn a_draft_goes_live_by_the_decision_of_somebody_else(kind: Kind) {
    let town = Town::founded(kind).await;
    let (author, decider) = (town.official(AUTHOR), town.official(DECIDER));
    let (draft, case) = handed_on(&town, &author).await;
    assert_eq!(version(&town.app, "performance-targets").await, Some(1));
    let answer = decider.approves(case, "approval").await.unwrap();
    assert_eq!(answer.outcome.as_ref().map(|outcome| outcome.as_str()), Some("published"));
    let rows = definitions::versions(town.app.store().read(), "performance-targets").await.unwrap();
    let [live, before] = &rows[..] else { panic!("{} versions", rows.len()) };
    assert!(live.is_current && live.version == 2 && live.draft_id == Some(draft));
    assert_eq!(live.published_by, decider.person.to_string());
    let certificate: Certificate = serde_json::from_str(live.certificate.as_deref().unwrap()).unwrap();
    assert_eq!(certificate.definition, live.hash);
    assert!(!certificate.proven.is_empty(), "finance looks at the targets before they are accepted");
    assert!(!before.is_current && before.retired_at.is_some());
    let row = drafts::find(town.app.store().read(), draft).await.unwrap().unwrap();
    assert_eq!(row.state, drafts::PUBLISHED);
    town.expect_mails(&[("task-assigned", DECIDER), ("case-ended", AUTHOR), ("copied-in", "zhu-kexin")]).await;
}

async fn an_author_decides_through_no_door(kind: Kind) {
    let town = Town::founded(kind).await;
    let author = town.official(AUTHOR);
    let (_, case) = handed_on(&town, &author).await;
    assert_eq!(author.approves(case, "approval").await, Err(Refusal::OwnCase));
    // Whoever else is appointed decides; what somebody else wrote, nobody but its author puts forward.
    let stranger = town.official("chen-jie");
    let draft = begun(&town, &author, "budget-request").await;
    assert_eq!(stranger.does(What::Propose { draft }).await, Err(Refusal::NotFound));
    assert_eq!(town.official(DECIDER).does(What::Propose { draft }).await, Err(Refusal::NotFound));
    let project = town.project("WQ2027-EDU-001").await;
    assert_eq!(author.starts("definition-change", project).await, Err(Refusal::CannotStart));
    town.look_away().await;
}

async fn a_draft_with_problems_is_kept_and_not_put_forward(kind: Kind) {
    let town = Town::founded(kind).await;
    let author = town.official(AUTHOR);
    let viewer = author.viewer().await;
    let draft = begun(&town, &author, "performance-targets").await;
    let unchanged = Refusal::Definition(DefinitionRefusal::DraftChangesNothing);
    assert_eq!(author.does(What::Propose { draft }).await, Err(unchanged));
    let revision = town.app.save_draft(&viewer, draft, (1, "workflow: performance-targets\n", None)).await.unwrap();
    let state = town.app.draft(&viewer, draft).await.unwrap();
    assert!(state.problems.len() >= 3, "{:?}", state.problems);
    let count = state.problems.len();
    let refused = author.does(What::Propose { draft }).await;
    assert_eq!(refused, Err(Refusal::Definition(DefinitionRefusal::DraftHasProblems { count })));
    // Saved again from a page that is older: refused, unless it says what is kept already.
    let again = town.app.save_draft(&viewer, draft, (1, "workflow: performance-targets\r\n", None)).await;
    assert_eq!(again.unwrap(), revision);
    assert!(town.app.save_draft(&viewer, draft, (1, "workflow: other\n", None)).await.is_err());
    town.app.discard_draft(&viewer, draft).await.unwrap();
    assert!(town.app.save_draft(&viewer, draft, (revision, "workflow: other\n", None)).await.is_err());
}

async fn a_draft_is_locked_while_it_is_decided_on(kind: Kind) {
    let town = Town::founded(kind).await;
    let (author, decider) = (town.official(AUTHOR), town.official(DECIDER));
    let viewer = author.viewer().await;
    let (draft, case) = handed_on(&town, &author).await;
    let state = town.app.draft(&decider.viewer().await, draft).await.unwrap();
    assert!(!state.may_write && state.running.is_some());
    let revision = state.row.revision;
    assert!(town.app.save_draft(&viewer, draft, (revision, "workflow: other\n", None)).await.is_err());
    assert!(town.app.discard_draft(&viewer, draft).await.is_err());
    decider.returns(case, "approval", "draft", "时限仍须斟酌。").await.unwrap();
    assert!(town.app.draft(&viewer, draft).await.unwrap().may_write);
    let source = format!("{}\n# 再次修改\n", state.row.source);
    town.app.save_draft(&viewer, draft, (revision, &source, None)).await.unwrap();
    author.completes(case, "draft", why()).await.unwrap();
    decider.approves(case, "approval").await.unwrap();
    let live = definitions::current(town.app.store().read(), "performance-targets").await.unwrap().unwrap();
    assert_eq!(live.source, source);
    town.look_away().await;
}

async fn of_two_drafts_the_second_is_outdated(kind: Kind) {
    let town = Town::founded(kind).await;
    let (author, decider) = (town.official(AUTHOR), town.official(DECIDER));
    let (_, first) = handed_on(&town, &author).await;
    let day = "2026-11-23".parse().unwrap();
    let (role, org) = ("workflow-admin".into(), "office".into());
    let post = NewAppointment { login: "qin-muye".into(), role, org, from: day, until: None };
    appointments::appoint(&town.app, post).await.map_err(|_| "not appointed").unwrap();
    let second = town.official("qin-muye");
    let draft = begun(&town, &second, "performance-targets").await;
    let source = format!("{}# 与上一版同时修改\n", changed(&town, &second, draft).await);
    town.app.save_draft(&second.viewer().await, draft, (2, &source, None)).await.unwrap();
    decider.approves(first, "approval").await.unwrap();
    let outdated = Err(Refusal::Definition(DefinitionRefusal::DraftOutdated));
    assert_eq!(second.does(What::Propose { draft }).await, outdated);
    town.app.rebase_draft(&second.viewer().await, draft).await.unwrap();
    let case = second.does(What::Propose { draft }).await.unwrap().case;
    second.completes(case, "draft", why()).await.unwrap();
    // Two administrators of workflows: the other one may decide.
    author.approves(case, "approval").await.unwrap();
    assert_eq!(version(&town.app, "performance-targets").await, Some(3));
    town.look_away().await;
}

async fn what_administrators_decided_survives_a_restart(kind: Kind) {
    let town = Town::founded(kind).await;
    let (author, decider) = (town.official(AUTHOR), town.official(DECIDER));
    let (_, case) = handed_on(&town, &author).await;
    decider.approves(case, "approval").await.unwrap();
    let mut files = library::embedded();
    files.iter_mut().for_each(|(_, text)| text.push_str("\n# the next release\n"));
    let published = town.app.publish(&files, "yumen").await.unwrap();
    let Publication::Live(live) = published else { panic!("{published:?}") };
    assert!(live.iter().all(|(workflow, _)| workflow != "performance-targets"), "{live:?}");
    assert!(live.iter().any(|(workflow, _)| workflow == "budget-request"), "{live:?}");
    assert_eq!(version(&town.app, "performance-targets").await, Some(2));
    town.look_away().await;
}

async fn a_retired_workflow_comes_back_by_a_draft_alone(kind: Kind) {
    let town = Town::founded(kind).await;
    let (author, decider, officer) = (town.official(AUTHOR), town.official(DECIDER), town.official("bai-songtao"));
    let project = town.project("WQ2027-HOU-001").await;
    let open = officer.starts("performance-targets", project).await.unwrap().case;
    let retire = async |who: &Official, workflow, why| town.app.retire(&who.viewer().await, workflow, why).await;
    for (who, workflow, why) in [
        (&decider, "performance-targets", "不是流程管理员。"),
        (&author, "performance-targets", " "),
        (&author, "definition-change", "没有它就再也不能变更。"),
        (&author, "no-such-workflow", "没有这个流程。"),
    ] {
        assert!(matches!(retire(who, workflow, why).await, Err(Failure::Refused(_))), "{workflow}: {why}");
    }
    retire(&author, "performance-targets", "并入项目库管理。").await.unwrap();
    assert_eq!(version(&town.app, "performance-targets").await, None);
    let versions = town.app.versions_of("performance-targets").await.unwrap();
    assert_eq!(versions[0].row.retired_why.as_deref(), Some("并入项目库管理。"));
    assert!(versions[0].retired_by.is_some() && versions[0].open == 1);
    assert_eq!(officer.starts_for("performance-targets", project, 2028).await, Err(Refusal::NotFound));
    // What is open goes on, and a restart brings nothing back.
    let task = officer.task(open, "draft").await;
    let action =
        Action::Save { task, fields: form([("period", Value::Text("2027年".into()))]), besides: Default::default() };
    officer.does(What::Act { case: open, action }).await.unwrap();
    town.app.publish(&library::embedded(), "yumen").await.unwrap();
    assert_eq!(version(&town.app, "performance-targets").await, None);
    // The very text that was retired may be put forward again.
    let draft = begun(&town, &author, "performance-targets").await;
    let case = author.does(What::Propose { draft }).await.unwrap().case;
    author.completes(case, "draft", why()).await.unwrap();
    decider.approves(case, "approval").await.unwrap();
    assert_eq!(version(&town.app, "performance-targets").await, Some(1));
    officer.starts_for("performance-targets", project, 2028).await.unwrap();
    town.look_away().await;
}

async fn a_draft_that_got_problems_is_not_published(kind: Kind) {
    let town = Town::founded(kind).await;
    let (author, decider) = (town.official(AUTHOR), town.official(DECIDER));
    let (_, case) = handed_on(&town, &author).await;
    // Meanwhile another workflow went live that numbers its cases alike.
    let (_, source) = library::embedded().into_iter().find(|(path, _)| path == "performance-targets.yaml").unwrap();
    let rival = source.replace("workflow: performance-targets", "workflow: rival-targets");
    town.app
        .store()
        .write(|tx| async move {
            let new = definitions::NewDefinition {
                hash: yumen::definition::check::hash(&rival),
                workflow: "rival-targets".into(),
                source: rival,
                published_at: "2026-11-23T03:00:00Z".parse().unwrap(),
                published_by: "test".into(),
                draft: None,
                certificate: None,
                scenarios: None,
            };
            definitions::publish(&tx, new).await
        })
        .await
        .map_err(|error: yumen::store::Error| error)
        .unwrap();
    let refused = decider.decides(case, "approval", Decision::Approve, "").await;
    assert_eq!(refused, Err(Refusal::Definition(DefinitionRefusal::DraftHasProblems { count: 1 })));
    assert_eq!(version(&town.app, "performance-targets").await, Some(1));
    town.look_away().await;
}
