//! What happens by itself, and what can be done to it.

use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::{
        said::{At, Caller, Write},
        shapes::Words,
    },
    app::{
        Failure,
        held_starts::HeldProject,
        schedules::{Doing, Fired, SEES_SCHEDULES, Timetable},
    },
    engine::Refusal,
    http::{answer::Refused, site::Site},
    ids::ProjectId,
};

/// A schedule.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScheduleBody {
    /// The workflow whose cases it starts; `-` for what Yumen does itself.
    workflow: String,
    schedule: String,
    title: Words,
    /// Minute, hour, day, month, weekday in Asia/Shanghai.
    cron: String,
    /// `skip`, `once` or `all`.
    missed: &'static str,
    paused_at: Option<DateTime<Utc>>,
    paused_by: Option<String>,
    paused_why: Option<String>,
    /// The next times.
    next: Vec<TimeBody>,
    /// What it came to, the latest first.
    firings: Vec<FiringBody>,
    /// The projects that could not get their case yet, the latest first.
    held: Vec<HeldBody>,
}

/// A project that could not get its case yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeldBody {
    #[schema(value_type = String)]
    project: ProjectId,
    code: String,
    name: String,
    /// The period of the case.
    period: String,
    year: i32,
    /// Why, and what to do.
    why: Words,
    since: DateTime<Utc>,
}

/// A time ahead.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimeBody {
    /// By its times.
    planned_at: DateTime<Utc>,
    /// When it comes, moved from a day off where the schedule says so.
    due_at: DateTime<Utc>,
    working_day: bool,
    /// Why it is left out.
    skipped: Option<String>,
}

/// A firing.
#[derive(Debug, Serialize, ToSchema)]
pub struct FiringBody {
    planned_at: DateTime<Utc>,
    /// The period in which a project gets one case: `2027`, `2027-H2`, `2027-Q3`, `2027-08`, `2027-08-01`.
    period: String,
    /// The budget year of the cases; 0 for what Yumen does itself.
    year: i32,
    /// `running`, `done`, `skipped` or `missed`.
    state: String,
    by: Option<String>,
    why: String,
    /// Cases that were started.
    started: i64,
    /// Projects that had one already.
    present: i64,
    /// Projects that could not get one yet; each is an incident.
    held: i64,
}

impl From<&Fired> for FiringBody {
    fn from(fired: &Fired) -> Self {
        let row = &fired.row;
        Self {
            planned_at: row.planned_at,
            period: row.period.clone(),
            year: row.year,
            state: row.state.clone(),
            by: fired.by.clone(),
            why: row.why.clone(),
            started: row.started,
            present: row.present,
            held: row.held,
        }
    }
}

impl From<&HeldProject> for HeldBody {
    fn from(held: &HeldProject) -> Self {
        Self {
            project: held.id,
            code: held.code.clone(),
            name: held.name.clone(),
            period: held.period.clone(),
            year: held.year,
            why: (&held.why).into(),
            since: held.since,
        }
    }
}

impl From<&Timetable> for ScheduleBody {
    fn from(one: &Timetable) -> Self {
        let (paused_at, paused_by, paused_why) =
            one.paused.clone().map_or((None, None, None), |(at, by, why)| (Some(at), Some(by), Some(why)));
        let next = one.next.iter().map(|next| TimeBody {
            planned_at: next.planned,
            due_at: next.due,
            working_day: next.is_working_day,
            skipped: next.skipped.clone(),
        });
        Self {
            workflow: one.live.workflow.clone(),
            schedule: one.live.name.clone(),
            title: (&one.live.title).into(),
            cron: one.live.timing.cron.to_string(),
            missed: one.live.timing.missed.word(),
            paused_at,
            paused_by,
            paused_why,
            next: next.collect(),
            firings: one.firings.iter().map(FiringBody::from).collect(),
            held: one.held.iter().map(HeldBody::from).collect(),
        }
    }
}

/// Everything that happens by itself. For the workflow administrator and the operator.
#[utoipa::path(get, path = "/api/v1/schedules", tag = "schedules",
    responses((status = 200, body = Vec<ScheduleBody>)))]
pub async fn schedules(State(site): State<Site>, caller: Caller) -> Result<Json<Vec<ScheduleBody>>, Refused> {
    if !caller.0.holds_any(SEES_SCHEDULES) {
        return Err(caller.refused(Failure::Refused(Refusal::NotFound)));
    }
    let all = site.app.timetables().await.map_err(|failure| caller.refused(failure))?;
    Ok(Json(all.iter().map(ScheduleBody::from).collect()))
}

/// What to do to a schedule, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DoToSchedule {
    /// `run`, `pause`, `resume`, `skip`, `retry` or `leave-out`.
    #[serde(rename = "do")]
    doing: String,
    /// The project that is left out; only with `leave-out`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    project: Option<ProjectId>,
    /// Why.
    reason: String,
}

/// Lets a schedule fire now, pauses or resumes it, leaves its next time out, tries again for the projects that could not
/// get a case, or leaves one of those out. For the workflow administrator.
#[utoipa::path(post, path = "/api/v1/schedules/{workflow}/{schedule}", tag = "schedules", request_body = DoToSchedule,
    params(
        ("workflow" = String, Path, description = "The workflow's name; `-` for what Yumen does itself"),
        ("schedule" = String, Path, description = "The schedule's name"),
    ),
    responses((status = 204)))]
pub async fn do_to_schedule(
    State(site): State<Site>,
    caller: Caller,
    At((workflow, name)): At<(String, String)>,
    write: Write<DoToSchedule>,
) -> Result<StatusCode, Refused> {
    let refused = |failure| caller.refused(failure);
    let doing = Doing::ALL.into_iter().find(|doing| doing.name() == write.said.doing);
    let doing = doing.ok_or_else(|| refused(Failure::Refused(Refusal::NotFound)))?;
    let (of, why) = ((workflow.as_str(), name.as_str()), write.said.reason.as_str());
    let deed = async {
        match write.said.project {
            Some(project) if doing == Doing::LeaveOut => site.app.leave_out(&caller.0, of, project, why).await,
            Some(_) => Err(Refusal::NotFound.into()),
            None => site.app.do_to_schedule(&caller.0, of, doing, why).await,
        }
    };
    site.app.once(caller.0.person, write.key, deed).await.map_err(refused)?;
    tracing::info!(actor.id = %caller.0.person, workflow, schedule = name, doing = doing.name(), "a schedule was seen to");
    Ok(StatusCode::NO_CONTENT)
}
