//! Who approved a draft of a definition, and as which text: read from the journal of the case that decides on it.

use std::collections::{BTreeMap, BTreeSet};

use super::{App, Failure, loading};
use crate::{
    definition::{Step, StepName, check},
    engine::{
        self, Case, Decision, DefinitionRefusal, Event, Refusal, TaskEvent, TaskKind,
        case::{StepResult, TaskNo},
    },
    ids::PersonId,
    store::{Source, drafts::DraftRow, journal},
};

/// An approval of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Approval {
    step: StepName,
    task: TaskNo,
    by: PersonId,
    /// In whose place, where a substitute gave it.
    of: Option<PersonId>,
    decision: Decision,
    /// The SM3 of the text that was approved.
    text: Option<String>,
}

impl Approval {
    /// Whether it was given for exactly this text.
    pub fn is_of(&self, draft: &DraftRow) -> bool {
        self.text.as_ref() == Some(&check::hash(&draft.source))
    }

    /// Whether one of these people gave it, or somebody did in their place.
    pub fn is_by_any(&self, people: &BTreeSet<PersonId>) -> bool {
        people.contains(&self.by) || self.of.is_some_and(|of| people.contains(&of))
    }
}

/// The approvals that stand in a case now: given in a step that was passed by them, neither returned over nor taken back.
pub(super) async fn standing(app: &App, source: &impl Source, case: &Case) -> Result<Vec<Approval>, Failure> {
    let definition = app.definition(source, &case.definition).await?;
    let mut given = Given::default();
    for entry in journal::of_case(source, case.id).await? {
        let events: Vec<Event> = serde_json::from_str(&entry.events).map_err(Failure::broken)?;
        events.into_iter().for_each(|event| given.take(event));
    }
    given.approvals.retain(|approval| {
        let passed = match (case.results.get(&approval.step), &approval.decision) {
            (Some(StepResult::Approved), Decision::Approve) => true,
            (Some(StepResult::Graded(grade)), Decision::Grade(given)) => grade == given,
            (_, Decision::Approve | Decision::Grade(_))
            | (_, Decision::Return { .. } | Decision::Reject | Decision::Abstain) => false,
        };
        passed && definition.step(&approval.step).is_some_and(Step::is_an_approval)
    });
    Ok(given.approvals)
}

/// What was decided so far, and has not been undone.
#[derive(Default)]
struct Given {
    steps: BTreeMap<TaskNo, StepName>,
    deputies: BTreeMap<(TaskNo, PersonId), PersonId>,
    approvals: Vec<Approval>,
}

impl Given {
    fn take(&mut self, event: Event) {
        if let Event::TaskOpened { task } = event {
            self.steps.insert(task.no, task.step);
        } else if let Event::SubstituteActed { task, by, of } = event {
            self.deputies.insert((task, by), of);
        } else if let Event::TaskDecided { task, by, decision, files_seen, .. } = event {
            let Some(step) = self.steps.get(&task).cloned() else { return };
            let (of, text) = (self.deputies.get(&(task, by)).copied(), files_seen.into_iter().next());
            self.approvals.push(Approval { step, task, by, of, decision, text });
        } else if let Event::StepEntered { step, .. } = event {
            // Whoever is asked anew approves anew.
            self.approvals.retain(|approval| approval.step != step);
        } else if let Event::Returned { undone, .. } = event {
            self.approvals.retain(|approval| !undone.contains(&approval.step));
        } else if let Event::OnTask(TaskEvent::DecisionTakenBack { task, .. }) = event {
            self.approvals.retain(|approval| approval.task != task);
        }
    }
}

/// Why `person` may not write the draft while `case` decides on it, if they may not: it is written by whoever has the
/// task that asks its author for it, and not once it was approved as it stands.
pub(super) async fn keeps_from_writing(
    app: &App,
    source: &impl Source,
    (case, draft): (&Case, &DraftRow),
    person: PersonId,
) -> Result<Option<Refusal>, Failure> {
    let definition = app.definition(source, &case.definition).await?;
    let around = loading::around_draft(app, source, draft.id).await?.ok_or(Refusal::NotFound)?;
    let surroundings = around.surroundings(app);
    let is_asked = case.tasks.values().any(|task| {
        task.kind == TaskKind::Fill
            && definition.step(&task.step).is_some_and(Step::lets_the_draft_be_written)
            && engine::may_act(task, person, &surroundings)
    });
    let number = case.number.clone();
    if !is_asked {
        return Ok(Some(DefinitionRefusal::DraftLocked { number }.into()));
    }
    let approved = standing(app, source, case).await?.iter().any(|approval| approval.is_of(draft));
    Ok(approved.then(|| DefinitionRefusal::DraftApproved { number }.into()))
}
