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
};
use crate::{
    app::{
        Failure, Problem,
        drafts::WRITES_DEFINITIONS,
        schedules::{Deed, Doing, Fired, Next, Timetable},
        shown::{Chip, Tone},
        timetable::{Does, ITSELF},
        timetable_words as words,
    },
    clock::Instant,
    http::{answer::Refused, site::Site, visit::Visit},
    language::Text,
    store::firings,
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

/// A firing.
#[derive(Debug, Clone, Serialize)]
pub struct FiredView {
    /// When it was planned.
    pub planned: Instant,
    /// The period.
    pub period: Text,
    /// The budget year of its cases; 0 for what Yumen does itself.
    pub year: i32,
    /// What became of it.
    pub state: Chip,
    /// By whose hand.
    pub by: Option<String>,
    /// Why.
    pub why: String,
    /// Cases that were started.
    pub started: i64,
    /// Projects that had one.
    pub present: i64,
    /// Projects that could not get one yet.
    pub held: i64,
}

/// Something that somebody did.
#[derive(Debug, Clone, Serialize)]
pub struct DeedView {
    /// When.
    pub at: Instant,
    /// Who.
    pub by: String,
    /// What.
    pub what: Text,
    /// Why.
    pub why: String,
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
    let refusal = match site.app.do_to_schedule(&visit.viewer, (&workflow, &name), doing, &form.why).await {
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
        Doing::Retry => one.firings.iter().any(|fired| fired.row.held > 0),
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

fn fired_view(fired: &Fired) -> FiredView {
    let row = &fired.row;
    let state = match row.state.as_str() {
        firings::RUNNING => Chip::new(Tone::Active, Text::new("正在发起", "Starting")),
        firings::SKIPPED => Chip::new(Tone::Plain, Text::new("已跳过", "Left out")),
        firings::MISSED => Chip::new(Tone::Warn, Text::new("错过未补", "Missed")),
        _ if row.held > 0 => Chip::new(Tone::Bad, Text::new("部分未能发起", "Some could not start")),
        _ => Chip::new(Tone::Good, Text::new("已完成", "Done")),
    };
    FiredView {
        planned: row.planned_at,
        period: words::period_of(&row.period),
        year: row.year,
        state,
        by: fired.by.clone(),
        why: row.why.clone(),
        started: row.started,
        present: row.present,
        held: row.held,
    }
}

fn deed_view(deed: &Deed) -> DeedView {
    let what = Doing::ALL.into_iter().find(|doing| doing.name() == deed.row.deed).map(|doing| doing_view(doing).title);
    DeedView { at: deed.row.done_at, by: deed.by.clone(), what: what.unwrap_or_default(), why: deed.row.why.clone() }
}

fn doing_view(doing: Doing) -> DoingView {
    let (title, hint) = words::doing(doing);
    DoingView { code: doing.name(), title, hint }
}
