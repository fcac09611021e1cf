//! What waits for the caller.

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    said::{Asked, Caller},
    shapes::{Part, Words},
};
use crate::{
    http::{answer::Refused, site::Site},
    ids::{CaseId, PersonId},
    language::Text,
    store::inbox::{Filter, InboxRow},
};

/// A part of the inbox.
#[derive(Debug, Serialize, ToSchema)]
pub struct InboxBody {
    /// How many tasks wait in all.
    total: u64,
    tasks: Vec<Waiting>,
    /// Tasks of others that were reported to the caller as late, and are not done yet.
    late_below: Vec<Waiting>,
}

/// A task that waits.
#[derive(Debug, Serialize, ToSchema)]
pub struct Waiting {
    #[schema(value_type = String)]
    case: CaseId,
    /// The number of the task in the case.
    no: Option<i64>,
    step: Option<String>,
    /// 流程编号.
    number: String,
    /// What the case is called.
    title: Words,
    workflow: String,
    year: i32,
    project_name: String,
    /// The code of the unit that runs the project.
    unit: String,
    /// Who claimed or parked it; nobody else decides on it meanwhile.
    #[schema(value_type = Option<String>)]
    held_by: Option<PersonId>,
    /// Whose opinion or consent it waits for.
    #[schema(value_type = Option<String>)]
    waits_for: Option<PersonId>,
    opened_at: DateTime<Utc>,
    due_at: Option<DateTime<Utc>>,
    /// By which version of the calendar that was counted, where it was counted in working days.
    calendar: Option<i64>,
    /// Whether it is late.
    overdue: bool,
}

impl Waiting {
    fn of((row, title): (InboxRow, Text), now: DateTime<Utc>) -> Self {
        Self {
            case: row.case_id,
            no: row.no,
            step: row.step,
            number: row.number,
            title: (&title).into(),
            workflow: row.workflow,
            year: row.year,
            project_name: row.project_name,
            unit: row.unit,
            held_by: row.held_by,
            waits_for: row.waits_for,
            opened_at: row.at,
            due_at: row.due_at,
            calendar: row.counted_by,
            overdue: row.due_at.is_some_and(|due| due < now),
        }
    }
}

/// What waits for the caller, the most pressing first.
#[utoipa::path(get, path = "/api/v1/inbox", tag = "cases", params(Part), responses((status = 200, body = InboxBody)))]
pub async fn inbox(
    State(site): State<Site>,
    caller: Caller,
    Asked(part): Asked<Part>,
) -> Result<Json<InboxBody>, Refused> {
    let filter = Filter { text: part.text, ..Filter::default() };
    let page = site.app.inbox_records(&caller.0, filter, part.limit, part.offset).await;
    let page = page.map_err(|failure| caller.refused(failure))?;
    let late = site.app.late_records(&caller.0, part.limit).await.map_err(|failure| caller.refused(failure))?;
    let now = site.app.now();
    let told = |rows: Vec<(InboxRow, Text)>| rows.into_iter().map(|row| Waiting::of(row, now)).collect();
    Ok(Json(InboxBody { total: page.total, tasks: told(page.rows), late_below: told(late) }))
}
