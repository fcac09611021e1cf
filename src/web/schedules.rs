//! What happens by itself: every schedule with its next time, and each on a page of its own, where a workflow
//! administrator lets it fire, pauses it, resumes it or leaves one out.

use axum::{
    Form,
    extract::{OriginalUri, Path, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::{Deserialize, Serialize};

use super::{
    frame::{self, Frame, Part, Told, told},
    render::View,
    schedule_rows::{DeedView, FiredView, HeldView, deed_view, fired_view, held_view},
};
use crate::{
    app::{
        Failure, Problem,
        drafts::WRITES_DEFINITIONS,
        schedules::{Doing, Next, Timetable},
        shown::{Chip, Tone},
        timetable::{Does, ITSELF},
        timetable_words as words,
    },
    clock::Instant,
    http::{answer::Refused, site::Site, visit::Visit},
    ids::ProjectId,
    language::Text,
};

/// The list.
#[derive(Debug, Clone, Serialize)]
pub struct SchedulesView {
    /// Those that start cases.
    pub starts: Vec<Row>,
    /// What Yumen does itself.
    pub own: Vec<Row>,
}

/// A schedule in a list.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// Its page.
    pub href: String,
    /// Its title.
    pub title: Text,
    /// The title of its workflow.
    pub workflow: Option<Text>,
    /// When, in words.
    pub times: Text,
    /// Whether it is paused.
    pub state: Chip,
    /// Its next time that is not left out; none while it is paused.
    pub next: Option<NextView>,
    /// What it came to last.
    pub last: Option<FiredView>,
}

/// A schedule.
#[derive(Debug, Clone, Serialize)]
pub struct ScheduleView {
    /// Its page.
    pub href: String,
    /// Its title.
    pub title: Text,
    /// The title and the page of its workflow.
    pub workflow: Option<(Text, String)>,
    /// When, in words.
    pub times: Text,
    /// As the definition or policy has it.
    pub cron: String,
    /// What becomes of what it misses.
    pub missed: Text,
    /// Which projects, in which budget year, how often; none for what Yumen does itself.
    pub covers: Option<CoversView>,
    /// Whether it is paused.
    pub state: Chip,
    /// Since when it is paused, by whom, why.
    pub paused: Option<PausedView>,
    /// The next times.
    pub next: Vec<NextView>,
    /// What it came to.
    pub firings: Vec<FiredView>,
    /// What people did to it.
    pub deeds: Vec<DeedView>,
    /// What can be done to it, by whoever may.
    pub doings: Vec<DoingView>,
    /// The projects that wait for their case.
    pub held: Vec<HeldView>,
    /// How one of them is left out, by whoever may.
    pub leave_out: Option<DoingView>,
    /// Why the last attempt did not work.
    pub refusal: Option<String>,
}

/// Whom a schedule starts cases for.
#[derive(Debug, Clone, Serialize)]
pub struct CoversView {
    /// The condition; none for every project of the year.
    pub condition: Option<String>,
    /// The budget year.
    pub year: Text,
    /// How often at most.
    pub period: Text,
}

/// A pause.
#[derive(Debug, Clone, Serialize)]
pub struct PausedView {
    /// Since when.
    pub at: Instant,
    /// By whom.
    pub by: String,
    /// Why.
    pub why: String,
}

/// A time ahead.
#[derive(Debug, Clone, Serialize)]
pub struct NextView {
    /// When.
    pub at: Instant,
    /// The day of the week.
    pub weekday: Text,
    /// Whether it is worked.
    pub day: Chip,
    /// When it would be, did no day off move it.
    pub moved_from: Option<Instant>,
    /// Whether next year's notice may change that.
    pub provisional: bool,
    /// Why it is left out.
    pub skipped: Option<String>,
}

/// Something that can be done.
#[derive(Debug, Clone, Serialize)]
pub struct DoingView {
    /// What is posted.
    pub code: &'static str,
    /// What it is called.
    pub title: Text,
    /// What comes of it.
    pub hint: Text,
}

impl View for SchedulesView {
    const TEMPLATE: &'static str = "schedules";
}

impl View for ScheduleView {
    const TEMPLATE: &'static str = "schedule";
}

/// `GET /schedules`
///
/// # Errors
/// When something of ours fails.
pub async fn list(State(site): State<Site>, visit: Visit, uri: OriginalUri) -> Result<Response, Refused> {
    let failed = |failure| frame::refused(failure, visit.viewer.lang);
    let all = site.app.timetables().await.map_err(failed)?;
    let (own, starts): (Vec<_>, Vec<_>) = all.iter().partition(|one| one.live.workflow == ITSELF);
    let rows = |all: Vec<&Timetable>| all.into_iter().map(row).collect();
    let view = SchedulesView { starts: rows(starts), own: rows(own) };
    Frame::of(&site, &visit, Part::Schedules, &uri).await.map_err(failed)?.page(&view)
}

/// `GET /schedules/{workflow}/{schedule}`
///
/// # Errors
/// When there is none, or something of ours fails.
pub async fn get(
    State(site): State<Site>,
    visit: Visit,
    Path((workflow, name)): Path<(String, String)>,
    Query(what): Query<Told>,
    uri: OriginalUri,
) -> Result<Response, Refused> {
    let failed = |failure| frame::refused(failure, visit.viewer.lang);
    let view = view(&site, &visit, (&workflow, &name), None).await.map_err(failed)?;
    let frame = Frame::of(&site, &visit, Part::Schedules, &uri).await.map_err(failed)?;
    frame.telling(told(visit.viewer.lang, what.told.as_deref())).page(&view)
}

/// What to do, and why.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Done {
    doing: String,
    why: String,
    project: Option<ProjectId>,
}

/// `POST /schedules/{workflow}/{schedule}`
///
/// # Errors
/// When there is none, or something of ours fails.
pub async fn post(
    State(site): State<Site>,
    visit: Visit,
    Path((workflow, name)): Path<(String, String)>,
    uri: OriginalUri,
    Form(form): Form<Done>,
) -> Result<Response, Refused> {
    let failed = |failure| frame::refused(failure, visit.viewer.lang);
    let Some(doing) = Doing::ALL.into_iter().find(|doing| doing.name() == form.doing) else {
        return Err(Refused::page(Problem::not_found(), visit.viewer.lang));
    };
    let done = match form.project {
        Some(project) => site.app.leave_out(&visit.viewer, (&workflow, &name), project, &form.why).await,
        None => site.app.do_to_schedule(&visit.viewer, (&workflow, &name), doing, &form.why).await,
    };
    let refusal = match done {
        Ok(()) => {
            tracing::info!(actor.id = %visit.viewer.person, workflow, schedule = name, doing = form.doing, "a schedule was seen to");
            return Ok(
                Redirect::to(&format!("/schedules/{workflow}/{name}?told=schedule-done#content")).into_response()
            );
        }
        Err(Failure::Refused(refusal)) if Problem::from(&refusal).status != 404 => refusal,
        Err(failure) => return Err(failed(failure)),
    };
    let sentence = refusal.sentence(visit.viewer.lang);
    let view = view(&site, &visit, (&workflow, &name), Some(sentence)).await.map_err(failed)?;
    let frame = Frame::of(&site, &visit, Part::Schedules, &uri).await.map_err(failed)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, frame.page(&view)?).into_response())
}

fn row(one: &Timetable) -> Row {
    let next = one.next.iter().find(|next| next.skipped.is_none()).filter(|_| one.paused.is_none());
    Row {
        href: href(one),
        title: one.live.title.clone(),
        workflow: one.workflow.clone(),
        times: words::times(&one.live.timing),
        state: state(one),
        next: next.map(next_view),
        last: one.firings.first().map(fired_view),
    }
}

fn href(one: &Timetable) -> String {
    format!("/schedules/{}/{}", one.live.workflow, one.live.name)
}

fn state(one: &Timetable) -> Chip {
    if one.paused.is_some() {
        Chip::new(Tone::Warn, Text::new("已暂停", "Paused"))
    } else {
        Chip::new(Tone::Good, Text::new("运行中", "Active"))
    }
}

async fn view(
    site: &Site,
    visit: &Visit,
    (workflow, name): (&str, &str),
    refusal: Option<String>,
) -> Result<ScheduleView, Failure> {
    let one = site.app.one_timetable(workflow, name).await?;
    let may = visit.viewer.holds_any(WRITES_DEFINITIONS);
    let covers = match &one.live.does {
        Does::Starts(_, schedule) => Some(CoversView {
            condition: schedule.covers.as_ref().map(|condition| condition.source.clone()),
            year: words::year(schedule.year),
            period: words::period(schedule.period),
        }),
        Does::Runs(_) => None,
    };
    let paused = one.paused.clone().map(|(at, by, why)| PausedView { at, by, why });
    let can = |doing: &Doing| match doing {
        Doing::Run => true,
        Doing::Pause => paused.is_none(),
        Doing::Resume => paused.is_some(),
        Doing::Skip => paused.is_none() && !one.next.is_empty(),
        Doing::Retry => !one.held.is_empty(),
        Doing::LeaveOut => false,
    };
    let doings = Doing::ALL.into_iter().filter(|doing| may && can(doing)).map(doing_view).collect();
    Ok(ScheduleView {
        href: href(&one),
        title: one.live.title.clone(),
        workflow: one.workflow.clone().map(|title| (title, format!("/definitions/{}", one.live.workflow))),
        times: words::times(&one.live.timing),
        cron: one.live.timing.cron.to_string(),
        missed: words::missed(one.live.timing.missed),
        covers,
        state: state(&one),
        paused,
        next: one.next.iter().map(next_view).collect(),
        firings: one.firings.iter().map(fired_view).collect(),
        deeds: one.deeds.iter().map(deed_view).collect(),
        doings,
        held: one.held.iter().map(held_view).collect(),
        leave_out: may.then(|| doing_view(Doing::LeaveOut)),
        refusal,
    })
}

fn next_view(next: &Next) -> NextView {
    let day = if next.is_working_day {
        Chip::new(Tone::Plain, Text::new("工作日", "Working day"))
    } else {
        Chip::new(Tone::Warn, Text::new("休息日", "Day off"))
    };
    NextView {
        at: next.due,
        weekday: words::weekday(next.due),
        day,
        moved_from: (next.due != next.planned).then_some(next.planned),
        provisional: next.is_provisional,
        skipped: next.skipped.clone(),
    }
}

pub(super) fn doing_view(doing: Doing) -> DoingView {
    let (title, hint) = words::doing(doing);
    DoingView { code: doing.name(), title, hint }
}
