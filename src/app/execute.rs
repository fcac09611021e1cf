//! The one door for every command: load, decide, save, in one transaction.

use std::time::Instant as Stopwatch;

use serde::{Deserialize, Serialize};
use tracing::Instrument as _;

use super::{
    App, Failure, Viewer, attachments, carrying, children, effects, held_starts, loading, monitoring, moving,
    proposing, saving,
};
use crate::{
    definition::{About, Definition, Form, Outcome, StepName, WorkflowName},
    engine::{self, Action, Actor, Case, Command, Matter, Plan, Planned, Refusal, Start, Status, who},
    ids::{CaseId, DraftId, PersonId, ProjectId},
    store::{self, Tx},
};

/// How often a command is decided anew when another one was in its way.
pub(super) const ATTEMPTS_MAX: u32 = 3;

/// What is wanted, by whom, and under which key it may be repeated.
#[derive(Debug, Clone)]
pub struct Request {
    /// Who wants it; `None` is Yumen itself.
    pub by: Caller,
    /// What.
    pub what: What,
    /// Makes repeating safe: the same key of the same person gives the same answer once more.
    pub key: Option<Key>,
}

/// Who gives a command.
#[derive(Debug, Clone)]
pub enum Caller {
    /// A signed-in person.
    Person(Viewer),
    /// Yumen, by the named rule.
    System(&'static str),
}

/// What is wanted.
#[derive(Debug, Clone)]
pub enum What {
    /// A new case.
    Start {
        /// Of which workflow.
        workflow: WorkflowName,
        /// About which project.
        project: ProjectId,
        /// And which budget year.
        year: i32,
    },
    /// A new case about a draft of a definition, which its author puts forward.
    Propose {
        /// The draft.
        draft: DraftId,
    },
    /// The move of a case to the live version of its workflow.
    Move {
        /// The case.
        case: CaseId,
        /// Why.
        reason: String,
    },
    /// Something of a case.
    Act {
        /// The case.
        case: CaseId,
        /// What.
        action: Action,
    },
}

/// An idempotency key with a hash of the request it came with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The key.
    pub key: String,
    /// A hash of the whole request; the same key with another request is refused.
    pub request_hash: String,
}

/// What a command led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The case.
    pub case: CaseId,
    /// 流程编号.
    pub number: String,
    /// What it ended as, if it ended.
    pub outcome: Option<Outcome>,
    /// The open tasks: number and step.
    pub open: Vec<(u32, StepName)>,
}

impl App {
    /// Carries out a command.
    ///
    /// # Errors
    /// [`Failure::Refused`] when a rule says no, and then nothing has changed; [`Failure::Store`] when the store fails.
    pub async fn execute(&self, request: Request) -> Result<Answer, Failure> {
        let begun = Stopwatch::now();
        let command = command_of(&request.what);
        let settled = self.decide_and_save(request).instrument(tracing::info_span!("command", command)).await;
        let result = match &settled {
            Ok(_) => "done",
            Err(Failure::Refused(_)) => "refused",
            Err(Failure::Store(_) | Failure::Broken(_)) => "failed",
        };
        metrics::counter!("yumen_commands_total", "command" => command, "result" => result).increment(1);
        metrics::histogram!("yumen_command_seconds").record(begun.elapsed().as_secs_f64());
        settled
    }

    async fn decide_and_save(&self, request: Request) -> Result<Answer, Failure> {
        let mut attempt = 1;
        loop {
            let app = self.clone();
            let once = request.clone();
            match self.store().write(move |tx| async move { run(&app, &tx, once).await }).await {
                Err(Failure::Store(error)) if attempt < ATTEMPTS_MAX && is_worth_deciding_anew(&error) => attempt += 1,
                settled => return settled,
            }
        }
    }
}

/// A duplicate means that somebody started the same case or used the same key a moment ago: deciding anew finds it.
pub(super) const fn is_worth_deciding_anew(error: &store::Error) -> bool {
    error.is_worth_retrying() || matches!(error, store::Error::Duplicate(_))
}

async fn run(app: &App, tx: &Tx, request: Request) -> Result<Answer, Failure> {
    let person = match &request.by {
        Caller::Person(viewer) => Some(viewer.person),
        Caller::System(_) => None,
    };
    if let (Some(person), Some(key)) = (person, &request.key)
        && let Some(answer) = remembered(tx, person, key).await?
    {
        return Ok(answer);
    }
    let answer = match &request.what {
        What::Start { workflow, project, year } => start(app, tx, &request.by, (workflow, *project, *year)).await,
        What::Propose { draft } => proposing::propose(app, tx, &request.by, *draft).await,
        What::Move { case, reason } => moving::relocate(app, tx, &request.by, (*case, reason)).await,
        What::Act { case, action } => act(app, tx, &request.by, (*case, action)).await,
    };
    // The same request may have been carried out while this one waited for the case: then its answer is the answer.
    if let (Err(Failure::Refused(_)), Some(person), Some(key)) = (&answer, person, &request.key)
        && let Some(answer) = remembered(tx, person, key).await?
    {
        return Ok(answer);
    }
    let answer = answer?;
    if let (Some(person), Some(key)) = (person, &request.key) {
        saving::remember(app, tx, person, key, &answer).await?;
    }
    Ok(answer)
}

async fn remembered(tx: &Tx, person: PersonId, key: &Key) -> Result<Option<Answer>, Failure> {
    let Some(row) = store::idempotency::find(tx, person, &key.key).await? else {
        return Ok(None);
    };
    if row.request_hash != key.request_hash {
        return Err(Refusal::KeyReused.into());
    }
    Ok(Some(serde_json::from_str(&row.body).map_err(Failure::broken)?))
}

async fn start(app: &App, tx: &Tx, by: &Caller, of: (&WorkflowName, ProjectId, i32)) -> Result<Answer, Failure> {
    let (workflow, project, year) = of;
    let Caller::Person(viewer) = by else {
        return Err(Refusal::CannotStart.into());
    };
    let definition = app.current_definition(tx, workflow).await?.ok_or(Refusal::NotFound)?;
    if definition.about != About::Project {
        return Err(Refusal::CannotStart.into());
    }
    let around = loading::around_project(app, tx, project).await?.ok_or(Refusal::NotFound)?;
    if !viewer.scope.covers(&around.org_path) {
        return Err(Refusal::NotFound.into());
    }
    around.check_year(year)?;
    engine::may_start(&definition, viewer.person, &around.surroundings(app))?;
    if let Some(running) = store::cases::running(tx, workflow.as_str(), project, year).await? {
        return Err(Refusal::AlreadyRunning { workflow: workflow.clone(), number: running.number }.into());
    }
    let today = who::day_of(app.now());
    effects::check_startable(app, tx, &definition, (project, year, today)).await?;
    begin(app, tx, (&definition, &around), (viewer.person, year, None)).await
}

/// Starts a case with the next number of its workflow and year, on behalf of somebody where a schedule does it.
pub(super) async fn begin(
    app: &App,
    tx: &Tx,
    (definition, around): (&Definition, &loading::Around),
    (initiator, year, schedule): (PersonId, i32, Option<Planned>),
) -> Result<Answer, Failure> {
    let carried = match &around.matter {
        Matter::Project(project) => carrying::found(tx, definition, around, (project.id, year)).await?,
        Matter::Draft(_) => Form::new(),
    };
    // Whoever starts another one waits from here on.
    let seq = store::numbers::next(tx, definition.name.as_str(), year).await?;
    let number = definition.number.render(year, seq);
    let start = Start { case: app.sources().new_id(), number, year, initiator, by: None, schedule, carried };
    let plan = engine::start(definition, start, &around.surroundings(app))?;
    settle(app, tx, Settling { definition, before: None, plan, around, command: "start", remark: None }).await
}

async fn act(app: &App, tx: &Tx, by: &Caller, of: (CaseId, &Action)) -> Result<Answer, Failure> {
    let (id, action) = of;
    let row = store::cases::load_for_update(tx, id).await?.ok_or(Refusal::NotFound)?;
    let case: Case = serde_json::from_str(&row.state).map_err(Failure::broken)?;
    // Administrators hand over what they cannot read; whether they may is asked of the engine.
    if let Caller::Person(viewer) = by
        && !matches!(action, Action::HandOver { .. })
        && !viewer.scope.covers(&row.org_path)
        && !store::case_reads::is_visible(tx, &viewer.scope, id).await?
    {
        return Err(Refusal::NotFound.into());
    }
    attachments::check(tx, &case, action).await?;
    proposing::check(app, tx, &case, action).await?;
    let definition = app.definition(tx, &row.definition_hash).await?;
    let around = loading::around(app, tx, &case.subject).await?.ok_or(Refusal::NotFound)?;
    let actor = match by {
        Caller::Person(viewer) => Actor::Person(viewer.person),
        Caller::System(rule) => Actor::System((*rule).to_owned()),
    };
    let command = Command { actor, action: action.clone() };
    match engine::decide(&definition, &case, &command, &around.surroundings(app)) {
        Ok(plan) if plan.events.is_empty() => Ok(answer(&plan.case)),
        Ok(plan) => {
            let before = Some((&row, &case));
            let (command, remark) = (name_of(action), remark_of(action));
            settle(app, tx, Settling { definition: &definition, before, plan, around: &around, command, remark }).await
        }
        Err(refusal) => Err(in_full(tx, (&case, action), refusal).await?.into()),
    }
}

/// A plan on its way into the store.
pub(super) struct Settling<'a> {
    pub definition: &'a Definition,
    pub before: Option<(&'a store::cases::CaseRow, &'a Case)>,
    pub plan: Plan,
    pub around: &'a loading::Around,
    pub command: &'static str,
    /// What was said in the case's thread: the plan holds its hash alone.
    pub remark: Option<&'a str>,
}

pub(super) async fn settle(app: &App, tx: &Tx, settling: Settling<'_>) -> Result<Answer, Failure> {
    saving::save(app, tx, &settling).await?;
    monitoring::save(tx, &settling).await?;
    effects::carry_out(app, tx, &settling.plan).await?;
    children::follow(app, tx, &settling).await?;
    held_starts::ask_again(app, tx, &settling).await?;
    Ok(answer(&settling.plan.case))
}

/// A refusal as people read it: it says who was faster.
async fn in_full(tx: &Tx, of: (&Case, &Action), refusal: Refusal) -> Result<Refusal, Failure> {
    let (case, action) = of;
    let task = match action {
        Action::Save { task, .. }
        | Action::Complete { task, .. }
        | Action::Decide { task, .. }
        | Action::OnTask { task, .. } => *task,
        Action::Withdraw { .. }
        | Action::TakeBack { .. }
        | Action::Suspend { .. }
        | Action::Resume { .. }
        | Action::Terminate { .. }
        | Action::HandOver { .. }
        | Action::CopyIn { .. }
        | Action::Remark { .. }
        | Action::RevokeFact { .. }
        | Action::Wake
        | Action::Recount
        | Action::Remind { .. }
        | Action::Ring { .. }
        | Action::ChildEnded { .. }
        | Action::ParentGone { .. }
        | Action::ParentTakenOver { .. } => return Ok(refusal),
    };
    let Refusal::TaskClosed { .. } = refusal else { return Ok(refusal) };
    super::closed_task::why(tx, case.id, task).await
}

pub(super) fn answer(case: &Case) -> Answer {
    let outcome = match &case.status {
        Status::Running => None,
        Status::Ended { outcome, .. } => Some(outcome.clone()),
    };
    let open = case.tasks.values().map(|task| (task.no, task.step.clone())).collect();
    Answer { case: case.id, number: case.number.clone(), outcome, open }
}

/// What is wanted, as the journal and the figures call it.
const fn command_of(what: &What) -> &'static str {
    match what {
        What::Start { .. } => "start",
        What::Propose { .. } => "propose",
        What::Move { .. } => "move",
        What::Act { action, .. } => name_of(action),
    }
}

const fn name_of(action: &Action) -> &'static str {
    match action {
        Action::Save { .. } => "save",
        Action::Complete { .. } => "complete",
        Action::Decide { .. } => "decide",
        Action::Withdraw { .. } => "withdraw",
        Action::OnTask { term, .. } => term.name(),
        Action::TakeBack { .. } => "take-back",
        Action::Suspend { .. } => "suspend",
        Action::Resume { .. } => "resume",
        Action::Terminate { .. } => "terminate",
        Action::HandOver { .. } => "hand-over",
        Action::CopyIn { .. } => "copy-in",
        Action::Remark { .. } => "remark",
        Action::RevokeFact { .. } => "revoke-fact",
        Action::Wake => "wake",
        Action::Recount => Action::RECOUNT,
        Action::Remind { .. } => "remind",
        Action::Ring { .. } => "ring",
        Action::ChildEnded { .. } => "child-ended",
        Action::ParentGone { .. } => "parent-gone",
        Action::ParentTakenOver { .. } => "parent-taken-over",
    }
}

/// The words of a remark, as the engine takes them.
fn remark_of(action: &Action) -> Option<&str> {
    if let Action::Remark { text, .. } = action { Some(text.trim()) } else { None }
}

/// Whether the people, the project and the facts around a case let `definition` be started by `person`.
///
/// # Errors
/// The refusal that starting would meet, without starting anything.
pub(super) fn would_start(
    app: &App,
    definition: &Definition,
    (person, year): (PersonId, i32),
    around: &loading::Around,
) -> Result<(), Refusal> {
    engine::may_start(definition, person, &around.surroundings(app))?;
    around.check_year(year)?;
    let (case, number, carried) = (person.derive("trial"), String::new(), Form::new());
    let start = Start { case, number, year, initiator: person, by: None, schedule: None, carried };
    engine::start(definition, start, &around.surroundings(app)).map(|_| ())
}
