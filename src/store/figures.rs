//! How much there is of what: what operators and Prometheus ask for.

use sea_orm::FromQueryResult;
use serde::Serialize;

use super::{Error, Source, rows};
use crate::{
    clock::Instant,
    ids::{CaseId, PersonId},
};

/// Work of one kind that is to be done.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Depth {
    /// The kind of job.
    pub kind: String,
    /// Rows that could be worked on now.
    pub due: i64,
    /// Rows that wait for a later attempt.
    pub later: i64,
    /// Rows that are worked on.
    pub claimed: i64,
    /// Since when the oldest of those that are due has been due.
    pub due_since: Option<Instant>,
}

/// How much work of each kind is to be done.
///
/// # Errors
/// What the database says.
pub async fn depths(db: &impl Source, now: Instant) -> Result<Vec<Depth>, Error> {
    let sql = "SELECT kind,
            count(*) FILTER (WHERE state = 'pending' AND next_at <= $1) AS due,
            count(*) FILTER (WHERE state = 'pending' AND next_at > $1) AS later,
            count(*) FILTER (WHERE state = 'claimed') AS claimed,
            min(next_at) FILTER (WHERE state = 'pending' AND next_at <= $1) AS due_since
        FROM outbox WHERE state IN ('pending', 'claimed') GROUP BY kind ORDER BY kind";
    rows::all(db, rows::statement(db, sql, [now.into()])).await
}

/// How many there are of something with a name.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Named {
    /// The name.
    pub name: String,
    /// How many.
    pub count: i64,
}

/// The mails written since `since`, by what became of them.
///
/// # Errors
/// What the database says.
pub async fn mails_by_state(db: &impl Source, since: Instant) -> Result<Vec<Named>, Error> {
    let sql = "SELECT state AS name, count(*) AS count FROM mails WHERE created_at >= $1 GROUP BY state ORDER BY state";
    rows::all(db, rows::statement(db, sql, [since.into()])).await
}

/// The open incidents by their kind.
///
/// # Errors
/// What the database says.
pub async fn incidents_by_kind(db: &impl Source) -> Result<Vec<Named>, Error> {
    let sql =
        "SELECT kind AS name, count(*) AS count FROM incidents WHERE closed_at IS NULL GROUP BY kind ORDER BY kind";
    rows::all(db, rows::statement(db, sql, [])).await
}

/// How the whole of the cases stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromQueryResult, Serialize)]
pub struct Standing {
    /// Cases that run.
    pub running: i64,
    /// Those of them that are suspended.
    pub suspended: i64,
    /// Those that wait for a fact.
    pub waiting: i64,
    /// Open tasks.
    pub open_tasks: i64,
    /// Those of them that are late.
    pub late_tasks: i64,
    /// Clocks that will ring.
    pub armed_clocks: i64,
    /// Those that should have rung.
    pub late_clocks: i64,
}

/// How the whole of the cases stands.
///
/// # Errors
/// What the database says.
pub async fn standing(db: &impl Source, now: Instant) -> Result<Standing, Error> {
    let sql = "SELECT
            (SELECT count(*) FROM cases WHERE status = 'running') AS running,
            (SELECT count(*) FROM cases WHERE status = 'running' AND suspended_at IS NOT NULL) AS suspended,
            (SELECT count(*) FROM cases WHERE status = 'running' AND waiting_for IS NOT NULL) AS waiting,
            (SELECT count(*) FROM tasks WHERE state = 'open') AS open_tasks,
            (SELECT count(*) FROM tasks WHERE state = 'open' AND due_at < $1) AS late_tasks,
            (SELECT count(*) FROM clocks WHERE kind <> 'due') AS armed_clocks,
            (SELECT count(*) FROM clocks WHERE kind <> 'due' AND due_at < $1) AS late_clocks";
    let found: Vec<Standing> = rows::all(db, rows::statement(db, sql, [now.into()])).await?;
    Ok(found.into_iter().next().unwrap_or_default())
}

/// A mail and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct MailFate {
    /// To whom.
    pub person_id: PersonId,
    /// Their name.
    pub name: String,
    /// Which mail.
    pub kind: String,
    /// About which case.
    pub case_id: Option<CaseId>,
    /// What became of it.
    pub state: String,
    /// When it was written.
    pub created_at: Instant,
    /// When it was sent.
    pub sent_at: Option<Instant>,
    /// Why not.
    pub last_error: Option<String>,
    /// The version of the place's own text that it was written by.
    pub template_version: Option<i64>,
}

/// The latest mails, newest first; those in `state`, where it is not empty.
///
/// # Errors
/// What the database says.
pub async fn latest_mails(db: &impl Source, state: &str, limit: u64) -> Result<Vec<MailFate>, Error> {
    let sql = "SELECT m.person_id, p.name, m.kind, m.case_id, m.state, m.created_at, m.sent_at, m.last_error,
            m.template_version
        FROM mails m JOIN people p ON p.id = m.person_id
        WHERE $1 = '' OR m.state = $1 ORDER BY m.created_at DESC, m.id LIMIT $2";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    rows::all(db, rows::statement(db, sql, [state.into(), limit.into()])).await
}

/// An open task that has waited longest.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct OldTask {
    /// The case.
    pub case_id: CaseId,
    /// The number of the case.
    pub number: String,
    /// The definition it runs by.
    pub definition_hash: String,
    /// The number of the task.
    pub no: i64,
    /// The step.
    pub step: String,
    /// Since when it is open.
    pub opened_at: Instant,
    /// When it is due.
    pub due_at: Option<Instant>,
    /// Since when the case is suspended.
    pub suspended_at: Option<Instant>,
}

/// The open tasks that are late the longest.
///
/// # Errors
/// What the database says.
pub async fn latest_tasks(db: &impl Source, now: Instant, limit: u64) -> Result<Vec<OldTask>, Error> {
    let sql = "SELECT t.case_id, c.number, c.definition_hash, t.no, t.step, t.opened_at, t.due_at, c.suspended_at
        FROM clocks k JOIN tasks t ON t.case_id = k.case_id AND t.no = k.task_no JOIN cases c ON c.id = t.case_id
        WHERE k.kind = 'due' AND k.due_at < $1 AND t.state = 'open' ORDER BY k.due_at LIMIT $2";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    rows::all(db, rows::statement(db, sql, [now.into(), limit.into()])).await
}
