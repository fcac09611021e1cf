//! A draft carries its scenarios and is held against the rules of its place, as a file is by `yumen check`.

use std::sync::Arc;

use yumen::{
    app::{
        What,
        appointments::{self, NewAppointment},
        library, people, proving,
        publishing::Publication,
    },
    definition::{Form, Value, check, problem::Problem},
    engine::{Action, Decision, DefinitionRefusal, Held, Refusal},
    ids::DraftId,
    jobs::Cases,
    store::{definitions, drafts, incidents},
};

use super::versions::sooner;
use crate::harness::{
    databases::{Kind, on_both},
    town::{Official, Town, form, stricter_mandates},
};

on_both!(
    a_draft_begins_with_the_scenarios_of_what_is_live_and_leaves_its_own,
    what_scenarios_say_otherwise_or_leave_out_blocks_a_draft,
    scenarios_of_other_workflows_warn,
    a_draft_whose_scenarios_went_wrong_meanwhile_is_not_published,
    a_file_brings_its_scenarios_along,
    the_mandates_in_force_hold_for_drafts,
    what_goes_live_has_its_people_looked_at,
    a_draft_passes_on_with_its_case_and_nobody_who_wrote_it_decides,
);

const AUTHOR: &str = "han-zhijian";
const DECIDER: &str = "yang-chunhe";
const TARGETS: &str = "performance-targets";

async fn begun(town: &Arc<Town>, by: &Official, workflow: &str) -> (DraftId, drafts::DraftRow) {
    let id = town.app.begin_draft(&by.viewer().await, workflow).await.unwrap();
    (id, drafts::find(town.app.store().read(), id).await.unwrap().unwrap())
}

async fn saved(town: &Arc<Town>, by: &Official, draft: DraftId, texts: (&str, &str)) {
    let revision = drafts::find(town.app.store().read(), draft).await.unwrap().unwrap().revision;
    let written = (revision, texts.0, Some(texts.1));
    town.app.save_draft(&by.viewer().await, draft, written).await.unwrap();
}

async fn problems(town: &Arc<Town>, by: &Official, draft: DraftId) -> (Vec<Problem>, Vec<Problem>) {
    let state = town.app.draft(&by.viewer().await, draft).await.unwrap();
    (state.problems, state.remarks)
}

fn codes(problems: &[Problem]) -> Vec<(&str, &str)> {
    problems.iter().map(|problem| (problem.code.text(), problem.file.as_deref().unwrap_or_default())).collect()
}

fn has_problems(count: usize) -> Refusal {
    Refusal::Definition(DefinitionRefusal::DraftHasProblems { count })
}

fn why() -> Form {
    form([("reason", Value::Text("按新的办法修改。".into()))])
}

async fn a_draft_begins_with_the_scenarios_of_what_is_live_and_leaves_its_own(kind: Kind) {
    let town = Town::founded(kind).await;
    let (author, decider) = (town.official(AUTHOR), town.official(DECIDER));
    let (draft, row) = begun(&town, &author, TARGETS).await;
    let shipped = library::named(&library::embedded(), "performance-targets.scenarios.yaml").1;
    assert_eq!(row.scenarios, shipped);
    let scenarios = format!("{shipped}\n# 时限改为三日，情景不变\n");
    saved(&town, &author, draft, (&sooner(&row.source), &scenarios)).await;
    let case = author.does(What::Propose { draft }).await.unwrap().case;
    author.completes(case, "draft", why()).await.unwrap();
    decider.approves(case, "approval").await.unwrap();
    let live = definitions::current(town.app.store().read(), TARGETS).await.unwrap().unwrap();
    assert_eq!((live.version, live.scenarios.as_deref()), (2, Some(scenarios.as_str())));
    // The next draft starts from there; a new workflow has none yet, and needs some.
    assert_eq!(begun(&town, &author, TARGETS).await.1.scenarios, scenarios);
    let (fresh, row) = begun(&town, &author, "small-targets").await;
    assert_eq!(row.scenarios, "");
    let source =
        live.source.replace("workflow: performance-targets", "workflow: small-targets").replace("绩目〔", "小目〔");
    saved(&town, &author, fresh, (&source, " \n")).await;
    let (found, _) = problems(&town, &author, fresh).await;
    assert!(codes(&found).contains(&("E801", "small-targets.yaml")), "{found:?}");
    town.look_away().await;
}

async fn what_scenarios_say_otherwise_or_leave_out_blocks_a_draft(kind: Kind) {
    let town = Town::founded(kind).await;
    let (author, decider) = (town.official(AUTHOR), town.official(DECIDER));
    let (draft, row) = begun(&town, &author, TARGETS).await;
    assert_eq!(problems(&town, &author, draft).await.0, []);

    // The definition changed, the scenarios did not: its author and whoever decides are told where.
    let other = row.source.replace("good: { return to: goals, resume: here }", "good: next");
    assert_ne!(other, row.source);
    saved(&town, &author, draft, (&other, &row.scenarios)).await;
    let (found, _) = problems(&town, &decider, draft).await;
    let scenarios = "performance-targets.scenarios.yaml";
    assert!(!found.is_empty() && found.iter().all(|problem| problem.file.as_deref() == Some(scenarios)), "{found:?}");
    assert!(found.iter().all(|problem| problem.place().line > 1 && !problem.hint.zh.is_empty()), "{found:?}");
    assert_eq!(author.does(What::Propose { draft }).await, Err(has_problems(found.len())));

    // A branch that no scenario takes is told at its place in the definition.
    let poor =
        row.scenarios.split("\n- ").filter(|scenario| !scenario.contains("poor")).collect::<Vec<_>>().join("\n- ");
    assert_ne!(poor, row.scenarios);
    saved(&town, &author, draft, (&sooner(&row.source), &poor)).await;
    let (found, _) = problems(&town, &author, draft).await;
    assert_eq!(codes(&found), [("E806", "performance-targets.yaml")]);
    assert_eq!(author.does(What::Propose { draft }).await, Err(has_problems(1)));

    // A line that nobody understands is never passed over.
    let garbled = row.scenarios.replacen("completes draft", "compeltes draft", 1);
    assert_ne!(garbled, row.scenarios);
    saved(&town, &author, draft, (&sooner(&row.source), &garbled)).await;
    let (found, _) = problems(&town, &author, draft).await;
    assert!(codes(&found).contains(&("E802", scenarios)), "{found:?}");

    saved(&town, &author, draft, (&sooner(&row.source), &row.scenarios)).await;
    author.does(What::Propose { draft }).await.unwrap();
    town.look_away().await;
}

async fn scenarios_of_other_workflows_warn(kind: Kind) {
    let town = Town::founded(kind).await;
    let author = town.official(AUTHOR);
    // The request waits for the targets of which its own scenarios tell: what they say otherwise is not mended here.
    let (draft, row) = begun(&town, &author, TARGETS).await;
    let source = row.source.replace(
        "start:\n  by: { role: project-officer, of: project.unit }",
        "start:\n  by: { role: unit-head, of: project.unit }",
    );
    assert_ne!(source, row.source);
    saved(&town, &author, draft, (&source, &row.scenarios)).await;
    let (found, remarks) = problems(&town, &author, draft).await;
    assert!(!found.is_empty(), "nobody of the scenarios may start it: {found:?}");
    let elsewhere = remarks.iter().filter(|remark| remark.file.as_deref() == Some("budget-request.scenarios.yaml"));
    assert!(elsewhere.clone().count() > 0, "{remarks:?}");
    assert!(elsewhere.clone().all(|remark| !remark.blocks()), "{remarks:?}");
}

async fn a_draft_whose_scenarios_went_wrong_meanwhile_is_not_published(kind: Kind) {
    let town = Town::founded(kind).await;
    let (author, decider) = (town.official(AUTHOR), town.official(DECIDER));
    let (draft, row) = begun(&town, &author, "budget-request").await;
    saved(&town, &author, draft, (&sooner(&row.source), &row.scenarios)).await;
    let case = author.does(What::Propose { draft }).await.unwrap().case;
    author.completes(case, "draft", why()).await.unwrap();
    // Meanwhile the targets, by which the scenarios of the request lead, are gone.
    town.app.retire(&author.viewer().await, TARGETS, "不再单独申报。").await.unwrap();
    let refused = decider.decides(case, "approval", Decision::Approve, "").await;
    assert!(matches!(refused, Err(Refusal::Definition(DefinitionRefusal::DraftHasProblems { .. }))), "{refused:?}");
    let live = definitions::current(town.app.store().read(), "budget-request").await.unwrap().unwrap();
    assert_eq!(live.version, 1);
    town.look_away().await;
}

async fn a_file_brings_its_scenarios_along(kind: Kind) {
    let town = Town::founded(kind).await;
    let kept = async |workflow: &str| {
        definitions::current(town.app.store().read(), workflow).await.unwrap().unwrap().scenarios.unwrap()
    };
    let mut files = library::embedded();
    let (_, scenarios) = files.iter_mut().find(|(path, _)| path == "performance-targets.scenarios.yaml").unwrap();
    scenarios.push_str("\n# the next release\n");
    let wanted = scenarios.clone();
    assert_ne!(kept(TARGETS).await, wanted);
    // The definition is the same, so no version goes live; its scenarios are those of the file all the same.
    assert_eq!(town.app.publish(&files, "yumen").await.unwrap(), Publication::Live(Vec::new()));
    assert_eq!(kept(TARGETS).await, wanted);
}

async fn the_mandates_in_force_hold_for_drafts(kind: Kind) {
    let town = Town::founded(kind).await;
    let author = town.official(AUTHOR);
    let (draft, row) = begun(&town, &author, "budget-request").await;
    // What is filled in after everybody approved goes around nothing of what is shipped.
    let correction = "  - fill: correction\n    by: initiator\n    edit: [purpose]\n\n  # 提交前再查一次";
    let source = row.source.replacen("  # 提交前再查一次", correction, 1);
    assert_ne!(source, row.source);
    saved(&town, &author, draft, (&source, &row.scenarios)).await;
    let viewer = author.viewer().await;
    let before = town.app.draft(&viewer, draft).await.unwrap();
    assert!(before.definition.is_some(), "{:?}", before.problems);
    // Once two people have consented that somebody approves what is submitted, it holds at once for every draft.
    town.accepts_mandates(&stricter_mandates()).await;
    let after = town.app.draft(&viewer, draft).await.unwrap();
    assert!(
        after.definition.is_none() && after.problems.iter().any(|problem| problem.way.is_some()),
        "{:?}",
        after.problems
    );
    // What goes live is certified by the mandates in force.
    let kept = format!("{}\n# kept\n", row.source);
    let in_force = town.app.mandates(town.app.store().read()).await.unwrap();
    let mut files = library::embedded();
    files.iter_mut().filter(|(path, _)| path == "budget-request.yaml").for_each(|(_, source)| source.clone_from(&kept));
    let files: Vec<_> = proving::definition_files(&files).cloned().collect();
    let checked = town.app.check(&files, &[], in_force);
    let request = checked.definitions.iter().find(|found| found.path == "budget-request.yaml").unwrap();
    let (_, certificate) = request.result.as_ref().unwrap();
    assert_eq!(certificate.mandates, check::hash(&stricter_mandates()));
    assert!(certificate.proven.iter().any(|proven| proven.mandate == "no-budget-request-without-approval"));
}

async fn what_goes_live_has_its_people_looked_at(kind: Kind) {
    let town = Town::founded(kind).await;
    let (author, decider) = (town.official(AUTHOR), town.official(DECIDER));
    let (draft, row) = begun(&town, &author, TARGETS).await;
    let queued = "SELECT count(*) FROM outbox WHERE kind = 'check-people'";
    let before = town.count(queued).await;
    let open = async || incidents::open(town.app.store().read()).await.unwrap().len();
    town.app.check_people().await.unwrap();
    let known = open().await;
    people::set_active(&town.app, "yu-chenglin", false).await.unwrap();
    saved(&town, &author, draft, (&sooner(&row.source), &row.scenarios)).await;
    let case = author.does(What::Propose { draft }).await.unwrap().case;
    author.completes(case, "draft", why()).await.unwrap();
    decider.approves(case, "approval").await.unwrap();
    assert_eq!(town.count(queued).await, before + 1, "once for the version");
    let cases: &dyn Cases = &town.app;
    cases.check_people().await.unwrap();
    assert!(open().await > known);
    town.look_away().await;
}

async fn a_draft_passes_on_with_its_case_and_nobody_who_wrote_it_decides(kind: Kind) {
    let town = Town::founded(kind).await;
    let (author, decider) = (town.official(AUTHOR), town.official(DECIDER));
    let successor = town.official("qin-muye");
    let day = "2026-11-23".parse().unwrap();
    let (role, org) = ("workflow-admin".into(), "office".into());
    let post = NewAppointment { login: "qin-muye".into(), role, org, from: day, until: None };
    appointments::appoint(&town.app, post).await.map_err(|_| "not appointed").unwrap();
    let (draft, row) = begun(&town, &author, TARGETS).await;
    saved(&town, &author, draft, (&sooner(&row.source), &row.scenarios)).await;
    let (own, _) = begun(&town, &successor, TARGETS).await;
    assert_ne!(own, draft);
    let case = author.does(What::Propose { draft }).await.unwrap().case;
    assert!(!town.app.draft(&successor.viewer().await, draft).await.unwrap().may_write);
    people::set_active(&town.app, AUTHOR, false).await.unwrap();
    let (from, to, held) = (author.person, successor.person, vec![Held::Start, Held::Task(1)]);
    for _ in 0..2 {
        let action = Action::HandOver { from, to, held: held.clone(), reason: "调离".into() };
        decider.does(What::Act { case, action }).await.unwrap();
    }
    // Both drafts are open: what the successor had begun stays theirs.
    let viewer = successor.viewer().await;
    let state = town.app.draft(&viewer, draft).await.unwrap();
    assert!(state.may_write && state.writer == to && state.row.author == from, "{state:?}");
    assert!(town.app.draft(&viewer, own).await.unwrap().may_write);
    assert_eq!(town.app.begin_draft(&viewer, TARGETS).await.unwrap(), own);
    town.app.discard_draft(&viewer, own).await.unwrap();
    assert_eq!(town.app.begin_draft(&viewer, TARGETS).await.unwrap(), draft, "no second one beside it");
    let source = format!("{}# 接替人修改\n", state.row.source);
    town.app.save_draft(&viewer, draft, (state.row.revision, &source, None)).await.unwrap();
    // Put forward anew, the case is the successor's; the author, come back, wrote the draft all the same.
    successor.does(What::Act { case, action: Action::Withdraw { reason: "重新提交。".into() } }).await.unwrap();
    people::set_active(&town.app, AUTHOR, true).await.unwrap();
    assert!(!town.app.draft(&author.viewer().await, draft).await.unwrap().may_write);
    assert_eq!(author.does(What::Propose { draft }).await, Err(Refusal::NotFound));
    let case = successor.does(What::Propose { draft }).await.unwrap().case;
    successor.completes(case, "draft", why()).await.unwrap();
    for writer in [&author, &successor] {
        assert_eq!(writer.approves(case, "approval").await, Err(Refusal::OwnCase));
    }
    decider.approves(case, "approval").await.unwrap();
    let live = definitions::current(town.app.store().read(), TARGETS).await.unwrap().unwrap();
    assert_eq!((live.version, live.source), (2, source));
    town.look_away().await;
}
