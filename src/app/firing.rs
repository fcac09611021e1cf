//! Schedules fire: a sweep finds those that are due, notes each firing down and queues its work, in one transaction. So
//! each fires once for an occasion, whichever node sweeps; and what nobody was there for is counted afterwards.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    App, Failure,
    clocks_due::Swept,
    timetable::{Does, Live},
};
use crate::{
    clock::Instant,
    definition::schedule::Missed,
    ids::{PersonId, ProjectId},
    policy::calendar::Calendar,
    store::{
        self, Tx,
        firings::{self, FiringRow},
        outbox::NewDispatch,
        projects,
        schedules::{self, ScheduleRow},
    },
};

/// The kind of an outbox row that starts the cases of one slice of a firing.
pub const FIRE_SCHEDULE: &str = "fire-schedule";
/// Projects of a slice.
pub(super) const PROJECTS_PER_SLICE: i64 = 200;
/// Schedules looked at in one sweep.
const SCHEDULES_PER_SWEEP_MAX: u64 = 20;
/// Whoever is later than this was not there.
const LATE_AFTER: TimeDelta = TimeDelta::hours(1);
/// Times of an outage that are looked through.
const MISSED_LOOKED_THROUGH_MAX: usize = 20_000;
/// Times of an outage that fire in one sweep; the next one goes on.
const FIRED_AT_ONCE_MAX: usize = 50;
/// Times of an outage that are noted down one by one, the last ones.
const MISSED_NOTED_MAX: usize = 50;

/// Which projects of a firing to look at: those after `after` up to `until`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FireOrder {
    /// The firing.
    pub firing: Uuid,
    /// Which slice.
    pub no: i32,
    /// The first project is the one after this.
    pub after: Option<ProjectId>,
    /// The last one.
    pub until: Option<ProjectId>,
}

/// What makes something fire.
pub(super) struct Cause {
    /// When it was planned for.
    pub planned: Instant,
    /// By whose hand; nobody's where its time came.
    pub by: Option<PersonId>,
    /// Why.
    pub why: String,
}

impl App {
    /// Lets every schedule fire that is due, and takes over what definitions and policy have changed about them.
    ///
    /// # Errors
    /// [`Failure::Store`], [`Failure::Broken`].
    pub async fn sweep_schedules(&self) -> Result<Swept, Failure> {
        let (read, now) = (self.store().read(), self.now());
        let live = self.live_schedules(read).await?;
        let calendar = self.calendar(read).await?;
        let known = schedules::all(read).await?;
        let is_due = |row: &ScheduleRow| row.paused_at.is_none() && row.due_at.is_some_and(|due| due <= now);
        let nothing_due = !known.iter().any(is_due);
        if nothing_due && !differs(&known, &live, calendar.version) {
            return Ok(Swept { rung: 0, full: false });
        }
        let app = self.clone();
        self.store()
            .write(move |tx| async move {
                let due = schedules::take_due(&tx, now, SCHEDULES_PER_SWEEP_MAX).await?;
                let (rung, mut full) = (due.len(), due.len() as u64 == SCHEDULES_PER_SWEEP_MAX);
                for row in due {
                    let found = live.iter().find(|live| is_of(&row, live));
                    match found {
                        Some(found) => full |= app.catch_up(&tx, row, (found, &calendar)).await?,
                        None => schedules::save(&tx, without_times(row)).await?,
                    }
                }
                take_over(&tx, (&live, &calendar), now).await?;
                Ok(Swept { rung, full })
            })
            .await
    }

    /// Fires for what became due since the last look, by the policy about what was missed. Says whether more is left.
    async fn catch_up(&self, tx: &Tx, row: ScheduleRow, of: (&Live, &Calendar)) -> Result<bool, Failure> {
        let ((live, calendar), now) = (of, self.now());
        let Some(first) = row.planned_at else { return Ok(false) };
        // A rule that is new counts from now on; what was due by the old one is still due.
        let is_same = row.rule == live.timing.rule();
        let more = live.timing.cron.after(first).take(if is_same { MISSED_LOOKED_THROUGH_MAX } else { 0 });
        let mut times = vec![first];
        times.extend(more.take_while(|planned| live.due(*planned, calendar) <= now));
        let rest = live.timing.missed == Missed::All && times.len() > FIRED_AT_ONCE_MAX;
        if rest {
            times.truncate(FIRED_AT_ONCE_MAX);
        }
        let last = times[times.len() - 1];
        let fires = |planned: Instant| match live.timing.missed {
            Missed::All => true,
            Missed::Once => planned == last,
            Missed::Skip => now - live.due(planned, calendar) <= LATE_AFTER,
        };
        let noted_from = times.len().saturating_sub(MISSED_NOTED_MAX);
        for (no, planned) in times.iter().copied().enumerate() {
            let cause = Cause { planned, by: None, why: String::new() };
            if fires(planned) {
                self.fire(tx, live, cause).await?;
            } else if no >= noted_from {
                let missed = self.firing(live, live.occasion(planned), cause, firings::MISSED);
                firings::add(tx, missed).await?;
            }
        }
        let from = if is_same { last } else { now };
        schedules::save(tx, planned_after(row, (live, calendar), from)).await?;
        Ok(rest)
    }

    /// Notes a firing down and queues its work, unless it has fired for this occasion or was to be left out.
    pub(super) async fn fire(&self, tx: &Tx, live: &Live, cause: Cause) -> Result<(), Failure> {
        let occasion = match cause.by {
            None => live.occasion(cause.planned),
            Some(_) => format!("by-hand/{}", self.sources().nonce().as_simple()),
        };
        let mut row = self.firing(live, occasion, cause, firings::RUNNING);
        let (id, year, planned) = (row.id, row.year, row.planned_at);
        let mut work = Vec::new();
        match live.does {
            Does::Starts(..) => {
                let ends = projects::slice_ends(tx, year, PROJECTS_PER_SLICE).await?;
                let begins = std::iter::once(None).chain(ends.iter().copied().map(Some));
                let ends = ends.iter().copied().map(Some).chain([None]);
                for (no, (after, until)) in (0_i32..).zip(begins.zip(ends)) {
                    work.push(self.slice(&FireOrder { firing: id, no, after, until })?);
                }
                row.slices = i32::try_from(work.len()).map_err(Failure::broken)?;
            }
            Does::Runs(job) => {
                (row.state, row.finished_at) = (firings::DONE.to_owned(), Some(row.fired_at));
                work.push(self.dispatch(
                    format!("schedule/{}/{}/{job}", planned.to_rfc3339(), row.id),
                    job,
                    "{}".into(),
                ));
            }
        }
        if firings::add(tx, row).await? {
            store::outbox::put(tx, work, self.now()).await?;
        }
        Ok(())
    }

    pub(super) fn firing(&self, live: &Live, occasion: String, cause: Cause, state: &str) -> FiringRow {
        let now = self.now();
        FiringRow {
            id: self.sources().nonce(),
            workflow: live.workflow.clone(),
            schedule: live.name.clone(),
            occasion,
            period: live.occasion(cause.planned),
            year: live.year(cause.planned),
            planned_at: cause.planned,
            fired_at: now,
            finished_at: (state != firings::RUNNING).then_some(now),
            state: state.to_owned(),
            fired_by: cause.by,
            why: cause.why,
            slices: 0,
            started: 0,
            present: 0,
            held: 0,
        }
    }

    fn slice(&self, order: &FireOrder) -> Result<NewDispatch, Failure> {
        let payload = serde_json::to_string(order).map_err(Failure::broken)?;
        Ok(self.dispatch(format!("firing/{}/{}", order.firing, order.no), FIRE_SCHEDULE, payload))
    }

    fn dispatch(&self, occurrence: String, kind: &str, payload: String) -> NewDispatch {
        NewDispatch {
            id: self.sources().new_id(),
            occurrence,
            kind: kind.to_owned(),
            case_id: None,
            person: None,
            payload,
        }
    }
}

fn is_of(row: &ScheduleRow, live: &Live) -> bool {
    row.workflow == live.workflow && row.name == live.name
}

/// Whether what is stored about times is not what is live.
fn differs(known: &[ScheduleRow], live: &[Live], calendar: i64) -> bool {
    let stale = |row: &ScheduleRow| match live.iter().find(|live| is_of(row, live)) {
        Some(live) => is_stale(row, live, calendar),
        None => row.planned_at.is_some(),
    };
    live.iter().any(|live| !known.iter().any(|row| is_of(row, live))) || known.iter().any(stale)
}

/// One that is paused stays where it was, so that what it misses can be counted.
fn is_stale(row: &ScheduleRow, live: &Live, calendar: i64) -> bool {
    if row.paused_at.is_some() {
        return false;
    }
    row.rule != live.timing.rule() || (live.timing.moves_off_days_off && row.calendar != calendar)
}

/// Stores new schedules, and counts those anew whose times, or the calendar they rest on, have changed. What is not live
/// any more has no times.
async fn take_over(tx: &Tx, (live, calendar): (&[Live], &Calendar), now: Instant) -> Result<(), Failure> {
    let known = schedules::all(tx).await?;
    let new = live.iter().filter(|live| !known.iter().any(|row| is_of(row, live)));
    schedules::add(tx, new.map(|live| first_row(live, calendar, now)).collect()).await?;
    for row in known {
        let found = live.iter().find(|live| is_of(&row, live));
        let stale = found.map_or(row.planned_at.is_some(), |live| is_stale(&row, live, calendar.version));
        if !stale {
            continue;
        }
        // Another node may have counted it meanwhile.
        let Some(row) = schedules::lock(tx, &row.workflow, &row.name).await? else { continue };
        let row = match found {
            None => without_times(row),
            Some(live) if row.rule == live.timing.rule() => {
                let due_at = row.planned_at.map(|planned| live.due(planned, calendar));
                ScheduleRow { due_at, calendar: calendar.version, ..row }
            }
            Some(live) => planned_after(row, (live, calendar), now),
        };
        schedules::save(tx, row).await?;
    }
    Ok(())
}

/// A schedule that is new.
pub(super) fn first_row(live: &Live, calendar: &Calendar, now: Instant) -> ScheduleRow {
    planned_after(unplanned(live), (live, calendar), now)
}

fn unplanned(live: &Live) -> ScheduleRow {
    ScheduleRow {
        workflow: live.workflow.clone(),
        name: live.name.clone(),
        rule: String::new(),
        calendar: 0,
        planned_at: None,
        due_at: None,
        paused_at: None,
        paused_by: None,
        paused_why: String::new(),
    }
}

fn planned_after(row: ScheduleRow, (live, calendar): (&Live, &Calendar), at: Instant) -> ScheduleRow {
    let planned_at = live.timing.cron.next_after(at);
    let due_at = planned_at.map(|planned| live.due(planned, calendar));
    ScheduleRow { rule: live.timing.rule(), calendar: calendar.version, planned_at, due_at, ..row }
}

/// An empty rule differs from any other: one that comes back begins anew.
fn without_times(row: ScheduleRow) -> ScheduleRow {
    ScheduleRow { rule: String::new(), planned_at: None, due_at: None, ..row }
}
