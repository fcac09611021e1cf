//! Running cases that stand still: nothing of their own will move them.

use sea_orm::{ConnectionTrait as _, FromQueryResult};

use super::{Error, Source, rows};
use crate::{
    clock::Instant,
    ids::{CaseId, ProjectId},
};

/// A case that stands still.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct StillRow {
    /// The case.
    pub id: CaseId,
    /// 流程编号.
    pub number: String,
    /// Its project; a draft has none.
    pub project_id: Option<ProjectId>,
    /// The definition it is pinned to.
    pub definition_hash: String,
    /// What its gates and its children wait for.
    pub waiting_for: Option<String>,
    /// When it moved last.
    pub moved_at: Instant,
    /// Its state, as JSON.
    pub state: String,
}

/// Running cases without an open task, a clock or queued work that would move them, which have stood still the longest;
/// suspended ones aside. Of those that wait for a fact or for another case only such as may have waited long enough: the
/// fact may be there, nothing that was queued for it is under way, or no such case runs.
///
/// # Errors
/// What the database says.
pub async fn candidates(db: &impl Source, limit: u64) -> Result<Vec<StillRow>, Error> {
    let sql = "SELECT c.id, c.number, c.project_id, c.definition_hash, c.waiting_for, j.at AS moved_at, c.state
        FROM cases c JOIN journal j ON j.case_id = c.id AND j.seq = c.version
        WHERE c.status = 'running' AND c.suspended_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.case_id = c.id AND t.state = 'open')
        AND NOT EXISTS (SELECT 1 FROM clocks k WHERE k.case_id = c.id)
        AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.case_id = c.id AND o.state IN ('pending', 'claimed')
            AND o.kind NOT IN ('send-mail', 'send-digest'))
        AND (c.waiting_for IS NULL
            OR EXISTS (SELECT 1 FROM incidents i WHERE i.case_id = c.id AND i.closed_at IS NULL)
            OR EXISTS (SELECT 1 FROM facts f WHERE f.project_id = c.project_id AND f.year = c.year
                    AND f.revoked_at IS NULL AND ' ' || c.waiting_for || ' ' LIKE '% ' || f.kind || ' %')
                AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.kind = 'wake-cases' AND o.state IN ('pending', 'claimed'))
            OR EXISTS (SELECT 1 FROM definitions d WHERE ' ' || c.waiting_for || ' ' LIKE '% ' || d.workflow || ' %'
                AND NOT EXISTS (SELECT 1 FROM cases r WHERE r.workflow = d.workflow AND r.status = 'running'
                    AND r.project_id = c.project_id)))
        ORDER BY j.at, c.id LIMIT $1";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    rows::all(db, rows::statement(db, sql, [limit.into()])).await
}

/// The running case of that number.
///
/// # Errors
/// What the database says.
pub async fn running(db: &impl Source, number: &str) -> Result<Option<CaseId>, Error> {
    let sql = "SELECT id FROM cases WHERE number = $1 AND status = 'running'";
    let row = db.sql().query_one_raw(rows::statement(db, sql, [number.into()])).await?;
    Ok(row.map(|row| row.try_get("", "id")).transpose()?)
}
