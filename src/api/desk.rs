//! The operator's desk for programs: how things stand, open incidents, and trying again what failed.

use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::{
    said::{Asked, At, Caller, Write},
    shapes::Words,
};
use crate::{
    app::{
        Failure, Problem, desk,
        sign_in::NotLetIn,
        standstill::{Standstill, Waits},
    },
    http::{access::SEES_INCIDENTS, answer::Refused, routes::Routes, site::Site},
    ids::{CaseId, IncidentId},
    language::Text,
    store,
};

/// Registers the actions.
pub fn register(routes: Routes) -> Routes {
    routes.api(routes!(desk)).api(routes!(look_again)).api(routes!(incidents)).api(routes!(retry))
}

/// How things stand.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeskBody {
    cases_running: i64,
    cases_suspended: i64,
    /// Cases that wait for a fact.
    cases_waiting: i64,
    tasks_open: i64,
    tasks_late: i64,
    /// Clocks that should have rung.
    clocks_late: i64,
    queue: Vec<QueueBody>,
    nodes: Vec<NodeBody>,
    late: Vec<LateBody>,
    /// Cases that nothing of their own will move.
    stuck: Vec<StuckBody>,
    /// What the case that was asked for waits for; absent where none was, or no running case has the number.
    waits: Option<WaitsBody>,
    /// The latest mails.
    mails: Vec<MailBody>,
}

/// What is asked of the desk.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// Mails with this fate alone: `sent`, `failed` or `no-mailbox`.
    pub mails: String,
    /// The number of a case, to be told what it waits for.
    pub number: String,
}

/// A case that nothing of its own will move.
#[derive(Debug, Serialize, ToSchema)]
pub struct StuckBody {
    #[schema(value_type = String)]
    case: CaseId,
    number: String,
    /// When it moved last.
    since: DateTime<Utc>,
    /// What is the matter, and what to do.
    why: Vec<Words>,
}

/// What a case waits for.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitsBody {
    #[schema(value_type = String)]
    case: CaseId,
    number: String,
    lines: Vec<WaitLineBody>,
}

/// One thing that a case waits for.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitLineBody {
    step: Words,
    since: DateTime<Utc>,
    /// A deadline or a moment.
    until: Option<DateTime<Utc>>,
    /// For whom or what, and why for nobody else.
    why: Vec<Words>,
}

/// A mail and what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct MailBody {
    /// To whom.
    name: String,
    kind: String,
    #[schema(value_type = Option<String>)]
    case: Option<CaseId>,
    fate: Words,
    at: DateTime<Utc>,
    /// Why it did not leave: a code.
    why: Option<String>,
    /// The version of the place's own text that it was written by; absent where it was the shipped text.
    template_version: Option<i64>,
}

/// Work of one kind.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueueBody {
    kind: String,
    /// Could be worked on now.
    due: i64,
    /// Waits for a later attempt.
    later: i64,
    /// Is worked on.
    claimed: i64,
    /// For how many seconds the oldest has been due.
    oldest_seconds: Option<i64>,
}

/// A process that works on the queue.
#[derive(Debug, Serialize, ToSchema)]
pub struct NodeBody {
    id: String,
    host: String,
    version: String,
    started_at: DateTime<Utc>,
    seen_at: DateTime<Utc>,
    state: Words,
}

/// A task that is late.
#[derive(Debug, Serialize, ToSchema)]
pub struct LateBody {
    #[schema(value_type = String)]
    case: CaseId,
    number: String,
    step: Words,
    due_at: Option<DateTime<Utc>>,
    /// For whom it waits, and why for nobody else.
    waits_for: Vec<Words>,
}

/// An open incident.
#[derive(Debug, Serialize, ToSchema)]
pub struct IncidentBody {
    #[schema(value_type = String)]
    id: IncidentId,
    kind: String,
    #[schema(value_type = Option<String>)]
    case: Option<CaseId>,
    /// What is the matter and what to do.
    summary: Words,
    /// What an engineer wants to know.
    detail: String,
    opened_at: DateTime<Utc>,
    /// Whether what failed can be tried again.
    can_retry: bool,
}

/// Nothing more needs to be said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Retry {}

/// How things stand: work in the background, nodes, late tasks. For operators and workflow administrators.
#[utoipa::path(get, path = "/api/v1/desk", tag = "desk", params(Which),
    responses((status = 200, body = DeskBody)))]
pub async fn desk(
    State(site): State<Site>,
    caller: Caller,
    Asked(which): Asked<Which>,
) -> Result<Json<DeskBody>, Refused> {
    entitled(&caller)?;
    let asked = desk::Asked { mails: &which.mails, number: which.number.trim() };
    let desk = site.app.desk(asked).await.map_err(|failure| caller.refused(failure))?;
    Ok(Json(body(desk)))
}

/// Looks again at a case that stands still; what still cannot go on becomes an incident. For operators and workflow
/// administrators.
#[utoipa::path(post, path = "/api/v1/desk/cases/{case}/look-again", tag = "desk", request_body = Retry,
    params(("case" = String, Path, description = "The case's id")),
    responses((status = 204)))]
pub async fn look_again(
    State(site): State<Site>,
    caller: Caller,
    At(case): At<CaseId>,
    _write: Write<Retry>,
) -> Result<StatusCode, Refused> {
    entitled(&caller)?;
    match site.app.look_again_for(&caller.0, case).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(NotLetIn::Told(problem)) => Err(Refused::json(*problem, caller.0.lang)),
        Err(NotLetIn::Failed(failure)) => Err(caller.refused(failure)),
    }
}

/// The open incidents, newest first. For operators and workflow administrators.
#[utoipa::path(get, path = "/api/v1/incidents", tag = "desk", responses((status = 200, body = Vec<IncidentBody>)))]
pub async fn incidents(State(site): State<Site>, caller: Caller) -> Result<Json<Vec<IncidentBody>>, Refused> {
    entitled(&caller)?;
    let open = store::incidents::open(site.app.store().read()).await;
    let open = open.map_err(|error| caller.refused(Failure::from(error)))?;
    let bodies = open.into_iter().map(|incident| IncidentBody {
        id: incident.id,
        case: incident.case_id,
        can_retry: desk::can_retry(&incident),
        summary: (&Text::new(incident.summary_zh, incident.summary_en)).into(),
        kind: incident.kind,
        detail: incident.detail,
        opened_at: incident.opened_at,
    });
    Ok(Json(bodies.collect()))
}

/// Does again what an incident is about. For operators and workflow administrators.
#[utoipa::path(post, path = "/api/v1/incidents/{incident}/retry", tag = "desk", request_body = Retry,
    params(("incident" = String, Path, description = "The incident's id")),
    responses((status = 204)))]
pub async fn retry(
    State(site): State<Site>,
    caller: Caller,
    At(incident): At<IncidentId>,
    _write: Write<Retry>,
) -> Result<StatusCode, Refused> {
    entitled(&caller)?;
    match site.app.retry(&caller.0, incident).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(NotLetIn::Told(problem)) => Err(Refused::json(*problem, caller.0.lang)),
        Err(NotLetIn::Failed(failure)) => Err(caller.refused(failure)),
    }
}

fn entitled(caller: &Caller) -> Result<(), Refused> {
    if caller.0.holds_any(SEES_INCIDENTS) { Ok(()) } else { Err(Refused::json(Problem::not_found(), caller.0.lang)) }
}

fn body(desk: desk::Desk) -> DeskBody {
    DeskBody {
        cases_running: desk.standing.running,
        cases_suspended: desk.standing.suspended,
        cases_waiting: desk.standing.waiting,
        tasks_open: desk.standing.open_tasks,
        tasks_late: desk.standing.late_tasks,
        clocks_late: desk.standing.late_clocks,
        queue: desk.queue.into_iter().map(queue).collect(),
        nodes: desk.nodes.into_iter().map(node).collect(),
        late: desk.late.into_iter().map(late).collect(),
        stuck: desk.stuck.into_iter().map(stuck).collect(),
        waits: desk.waits.map(waits),
        mails: desk.mails.into_iter().map(mail).collect(),
    }
}

fn stuck(case: Standstill) -> StuckBody {
    let Standstill { case, number, since, why } = case;
    StuckBody { case, number, since, why: why.iter().map(Words::from).collect() }
}

fn waits(waits: Waits) -> WaitsBody {
    let lines = waits.lines.iter().map(|line| WaitLineBody {
        step: (&line.step).into(),
        since: line.since,
        until: line.until,
        why: line.why.iter().map(Words::from).collect(),
    });
    WaitsBody { case: waits.case, lines: lines.collect(), number: waits.number }
}

fn mail(mail: desk::MailLine) -> MailBody {
    let desk::MailLine { name, kind, case, fate, at, why, template_version } = mail;
    MailBody { name, kind, case, fate: (&fate.word).into(), at, why, template_version }
}

fn queue(line: desk::QueueLine) -> QueueBody {
    let desk::QueueLine { kind, title: _, due, later, claimed, seconds } = line;
    QueueBody { kind, due, later, claimed, oldest_seconds: seconds }
}

fn node(line: desk::NodeLine) -> NodeBody {
    let desk::NodeLine { id, host, version, started_at, seen_at, state } = line;
    NodeBody { id, host, version, started_at, seen_at, state: (&state.word).into() }
}

fn late(task: desk::LateTask) -> LateBody {
    LateBody {
        case: task.case,
        number: task.number,
        step: (&task.step).into(),
        due_at: task.due_at,
        waits_for: task.waits_for.iter().map(Words::from).collect(),
    }
}
