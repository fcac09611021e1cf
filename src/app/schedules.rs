//! What people see of schedules, and what a workflow administrator does to them: run now, pause, resume, skip the next,
//! try again for whoever was held. Each is noted down with who and why.

use super::{
    App, Failure, Viewer,
    drafts::WRITES_DEFINITIONS,
    firing::{Cause, first_row},
    held_starts::HeldProject,
    looking_again::WAKE_HELD,
    timetable::{Does, Live},
    words,
};
use crate::{
    clock::Instant,
    engine::{Refusal, ScheduleRefusal, who::day_of},
    ids::PersonId,
    language::Text,
    store::{
        self, Tx,
        firings::{self, FiringRow},
        outbox::NewDispatch,
        projects,
        schedules::{self, DeedRow, ScheduleRow},
    },
};

/// Who sees what happens by itself.
pub const SEES_SCHEDULES: &[&str] = &["workflow-admin", "operator"];

/// How many times ahead are shown.
const NEXT_SHOWN: usize = 10;
/// How many firings, and how many deeds, are shown.
const LATEST_SHOWN: u64 = 12;
/// Longer reasons are no reasons.
const REASON_CHARS_MAX: usize = 500;
/// How far ahead a time is looked for that can be left out.
const SKIPS_LOOKED_THROUGH: usize = 60;

/// A schedule as pages and programs see it.
#[derive(Debug, Clone)]
pub struct Timetable {
    /// What it is.
    pub live: Live,
    /// The title of its workflow; `None` for what Yumen does itself.
    pub workflow: Option<Text>,
    /// Since when it is paused, by whom, why.
    pub paused: Option<(Instant, String, String)>,
    /// The next times.
    pub next: Vec<Next>,
    /// What it came to, the latest first.
    pub firings: Vec<Fired>,
    /// What people did to it, the latest first.
    pub deeds: Vec<Deed>,
    /// The projects that wait for their case of it.
    pub held: Vec<HeldProject>,
}

/// A time ahead.
#[derive(Debug, Clone)]
pub struct Next {
    /// By its times.
    pub planned: Instant,
    /// When it comes, moved from a day off where the schedule says so.
    pub due: Instant,
    /// Whether that is a working day.
    pub is_working_day: bool,
    /// Whether the calendar of that year is provisional.
    pub is_provisional: bool,
    /// Why it is left out.
    pub skipped: Option<String>,
}

/// A firing.
#[derive(Debug, Clone)]
pub struct Fired {
    /// What is stored.
    pub row: FiringRow,
    /// By whose hand.
    pub by: Option<String>,
}

/// Something that somebody did.
#[derive(Debug, Clone)]
pub struct Deed {
    /// What is stored.
    pub row: DeedRow,
    /// Who.
    pub by: String,
    /// The project that was left out.
    pub project: Option<String>,
}

/// What can be done to a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// It fires now, whatever its times say.
    Run,
    /// It fires no more until it is resumed.
    Pause,
    /// It fires again; what it has missed goes by its own policy.
    Resume,
    /// Its next time is left out.
    Skip,
    /// Whoever could not get a case is tried again.
    Retry,
    /// One of them is left out.
    LeaveOut,
}

impl Doing {
    /// Every one.
    pub const ALL: [Self; 6] = [Self::Run, Self::Pause, Self::Resume, Self::Skip, Self::Retry, Self::LeaveOut];

    /// As addresses and the store have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Skip => "skip",
            Self::Retry => "retry",
            Self::LeaveOut => "leave-out",
        }
    }
}

impl App {
    /// Every schedule that is live.
    ///
    /// # Errors
    /// [`Failure::Store`], [`Failure::Broken`].
    pub async fn timetables(&self) -> Result<Vec<Timetable>, Failure> {
        let mut all = Vec::new();
        for live in self.live_schedules(self.store().read()).await? {
            all.push(self.timetable(live).await?);
        }
        Ok(all)
    }

    /// One of them.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub async fn one_timetable(&self, workflow: &str, name: &str) -> Result<Timetable, Failure> {
        let live = self.live_schedule(workflow, name).await?;
        self.timetable(live).await
    }

    async fn live_schedule(&self, workflow: &str, name: &str) -> Result<Live, Failure> {
        let live = self.live_schedules(self.store().read()).await?.into_iter();
        let mut found = live.filter(|live| live.workflow == workflow && live.name == name);
        found.next().ok_or_else(|| Refusal::NotFound.into())
    }

    async fn timetable(&self, live: Live) -> Result<Timetable, Failure> {
        let (db, now) = (self.store().read(), self.now());
        let (calendar, directory) = (self.calendar(db).await?, self.directory(db).await?);
        let rows = schedules::all(db).await?;
        let row = rows.into_iter().find(|row| row.workflow == live.workflow && row.name == live.name);
        let times: Vec<_> = live.ahead(row.as_ref(), &calendar, now).take(NEXT_SHOWN).collect();
        let name_of = |person: PersonId| words::person(&directory, person);
        let paused =
            row.and_then(|row| Some((row.paused_at?, row.paused_by.map(name_of).unwrap_or_default(), row.paused_why)));
        let latest = firings::latest(db, &live.workflow, &live.name, LATEST_SHOWN + NEXT_SHOWN as u64).await?;
        let (ahead, past): (Vec<_>, Vec<_>) = latest
            .into_iter()
            .partition(|row| row.state == firings::SKIPPED && live.due(row.planned_at, &calendar) > now);
        let next = times.into_iter().map(|(planned, due)| {
            let occasion = live.occasion(planned);
            Next {
                planned,
                due,
                is_working_day: calendar.is_working_day(day_of(due)),
                is_provisional: calendar.is_provisional(day_of(due)),
                skipped: ahead.iter().find(|row| row.occasion == occasion).map(|row| row.why.clone()),
            }
        });
        let next = next.collect();
        let workflow = match &live.does {
            Does::Starts(definition, _) => Some(definition.title.clone()),
            Does::Runs(_) => None,
        };
        let mut deeds = Vec::new();
        for row in schedules::deeds(db, &live.workflow, &live.name, LATEST_SHOWN).await? {
            let project = match row.project_id {
                Some(project) => projects::find(db, project).await?.map(|project| project.name),
                None => None,
            };
            deeds.push(Deed { by: name_of(row.done_by), row, project });
        }
        let past = past.into_iter().take(usize::try_from(LATEST_SHOWN).unwrap_or_default());
        let firings = past.map(|row| Fired { by: row.fired_by.map(name_of), row }).collect();
        let held = self.held_projects((&live.workflow, &live.name)).await?;
        Ok(Timetable { live, workflow, paused, next, firings, deeds, held })
    }

    /// Does something to a schedule.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for whoever is no workflow administrator and where there is no such schedule,
    /// [`Refusal::ReasonNeeded`], [`ScheduleRefusal`].
    pub async fn do_to_schedule(
        &self,
        viewer: &Viewer,
        (workflow, name): (&str, &str),
        doing: Doing,
        why: &str,
    ) -> Result<(), Failure> {
        if !viewer.holds_any(WRITES_DEFINITIONS) {
            return Err(Refusal::NotFound.into());
        }
        let why = reason(why)?;
        let live = self.live_schedule(workflow, name).await?;
        let (app, by) = (self.clone(), viewer.person);
        self.store()
            .write(move |tx| async move {
                let row = locked(&app, &tx, &live).await?;
                match doing {
                    Doing::Run => {
                        let cause = Cause { planned: app.now(), by: Some(by), why: why.clone() };
                        app.fire(&tx, &live, cause).await?;
                    }
                    Doing::Pause => pause(&app, &tx, row, (by, &why)).await?,
                    Doing::Resume => resume(&tx, row).await?,
                    Doing::Skip => skip(&app, &tx, (&live, &row), (by, &why)).await?,
                    Doing::Retry => retry(&app, &tx).await?,
                    // Of a project alone.
                    Doing::LeaveOut => return Err(Refusal::NotFound.into()),
                }
                let deed = deed(&app, (&live.workflow, &live.name), doing, (by, why));
                Ok(schedules::note(&tx, deed).await?)
            })
            .await
    }
}

/// The words of a reason.
pub(super) fn reason(why: &str) -> Result<String, Refusal> {
    let why: String = why.trim().chars().take(REASON_CHARS_MAX).collect();
    if why.is_empty() { Err(Refusal::ReasonNeeded) } else { Ok(why) }
}

pub(super) fn deed(
    app: &App,
    (workflow, schedule): (&str, &str),
    doing: Doing,
    (done_by, why): (PersonId, String),
) -> DeedRow {
    DeedRow {
        id: app.sources().nonce(),
        workflow: workflow.to_owned(),
        schedule: schedule.to_owned(),
        deed: doing.name().to_owned(),
        project_id: None,
        why,
        done_at: app.now(),
        done_by,
    }
}

/// The row of a schedule, which no sweep may have put in yet.
async fn locked(app: &App, tx: &Tx, live: &Live) -> Result<ScheduleRow, Failure> {
    let calendar = app.calendar(tx).await?;
    schedules::add(tx, vec![first_row(live, &calendar, app.now())]).await?;
    schedules::lock(tx, &live.workflow, &live.name).await?.ok_or_else(|| Refusal::NotFound.into())
}

async fn pause(app: &App, tx: &Tx, row: ScheduleRow, (by, why): (PersonId, &str)) -> Result<(), Failure> {
    if row.paused_at.is_some() {
        return Err(Refusal::from(ScheduleRefusal::PausedAlready).into());
    }
    let (paused_at, paused_by, paused_why) = (Some(app.now()), Some(by), why.to_owned());
    Ok(schedules::save(tx, ScheduleRow { paused_at, paused_by, paused_why, ..row }).await?)
}

async fn resume(tx: &Tx, row: ScheduleRow) -> Result<(), Failure> {
    if row.paused_at.is_none() {
        return Err(Refusal::from(ScheduleRefusal::NotPaused).into());
    }
    let resumed = ScheduleRow { paused_at: None, paused_by: None, paused_why: String::new(), ..row };
    Ok(schedules::save(tx, resumed).await?)
}

/// Leaves out the next time that is not left out already.
async fn skip(
    app: &App,
    tx: &Tx,
    (live, row): (&Live, &ScheduleRow),
    (by, why): (PersonId, &str),
) -> Result<(), Failure> {
    let calendar = app.calendar(tx).await?;
    for (planned, _) in live.ahead(Some(row), &calendar, app.now()).take(SKIPS_LOOKED_THROUGH) {
        let cause = Cause { planned, by: Some(by), why: why.to_owned() };
        if firings::add(tx, app.firing(live, live.occasion(planned), cause, firings::SKIPPED)).await? {
            return Ok(());
        }
    }
    Err(Refusal::from(ScheduleRefusal::NothingToSkip).into())
}

async fn retry(app: &App, tx: &Tx) -> Result<(), Failure> {
    let again = NewDispatch {
        id: app.sources().new_id(),
        occurrence: format!("retry/{}/{WAKE_HELD}", app.sources().nonce().as_simple()),
        kind: WAKE_HELD.to_owned(),
        case_id: None,
        person: None,
        payload: "{}".to_owned(),
    };
    Ok(store::outbox::put(tx, vec![again], app.now()).await?)
}
