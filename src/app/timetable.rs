//! What happens by itself, as it is live now: the schedules of definitions, and Yumen's own.

use std::sync::Arc;

use chrono::{DateTime, Datelike as _, TimeDelta, TimeZone as _};

use super::{App, Failure};
use crate::{
    clock::{Instant, ZONE},
    definition::{
        Definition,
        schedule::{Schedule, Timing},
    },
    engine::who::day_of,
    language::Text,
    policy::calendar::Calendar,
    store::{self, Source, schedules::ScheduleRow},
};

/// Stands for a workflow where Yumen does something itself. No workflow is called so.
pub const ITSELF: &str = "-";

/// How far a time moves at most. A calendar without a working day for so long is none.
const DAYS_MOVED_MAX: TimeDelta = TimeDelta::days(31);

/// A schedule that is live.
#[derive(Debug, Clone)]
pub struct Live {
    /// The workflow whose cases it starts, or [`ITSELF`].
    pub workflow: String,
    /// Its name.
    pub name: String,
    /// What people read.
    pub title: Text,
    /// When.
    pub timing: Timing,
    /// What happens then.
    pub does: Does,
}

/// What a schedule does.
#[derive(Debug, Clone)]
pub enum Does {
    /// It starts cases.
    Starts(Arc<Definition>, Box<Schedule>),
    /// It queues a job of Yumen's own, of that kind.
    Runs(&'static str),
}

impl Live {
    /// When a time comes that is planned for `planned`: then, or on the next working day.
    #[must_use]
    pub fn due(&self, planned: Instant, calendar: &Calendar) -> Instant {
        if self.timing.moves_off_days_off { on_working_day(planned, calendar) } else { planned }
    }

    /// The times that have not come by `now`, each with when it comes: one that was moved off days off waits on after the
    /// time it was planned for.
    pub fn ahead<'a>(
        &'a self,
        known: Option<&ScheduleRow>,
        calendar: &'a Calendar,
        now: Instant,
    ) -> impl Iterator<Item = (Instant, Instant)> + use<'a> {
        let known = known.filter(|row| row.rule == self.timing.rule()).and_then(|row| row.planned_at);
        let waiting = known.filter(|planned| *planned <= now);
        let since = waiting.map_or(now, |planned| planned.max(now - DAYS_MOVED_MAX) - TimeDelta::seconds(1));
        let times = self.timing.cron.after(since).map(|planned| (planned, self.due(planned, calendar)));
        times.filter(move |(_, due)| *due > now)
    }

    /// What it fires once for: the period of `planned`, or that moment itself.
    #[must_use]
    pub fn occasion(&self, planned: Instant) -> String {
        match &self.does {
            Does::Starts(_, schedule) => schedule.period.key(day_of(planned)),
            Does::Runs(_) => planned.to_rfc3339(),
        }
    }

    /// The budget year of the cases; 0 where it starts none.
    #[must_use]
    pub fn year(&self, planned: Instant) -> i32 {
        match &self.does {
            Does::Starts(_, schedule) => schedule.year.of(day_of(planned)),
            Does::Runs(_) => 0,
        }
    }
}

/// The same time of the first working day from that one on.
fn on_working_day(at: Instant, calendar: &Calendar) -> Instant {
    let local = at.with_timezone(&ZONE);
    let days_max = usize::try_from(DAYS_MOVED_MAX.num_days()).unwrap_or_default();
    let mut days = local.date_naive().iter_days().take(days_max);
    let day = days.find(|day| calendar.is_working_day(*day)).unwrap_or_else(|| local.date_naive());
    ZONE.from_local_datetime(&day.and_time(local.time())).earliest().map_or(at, |at: DateTime<_>| at.to_utc())
}

/// Midnight of Asia/Shanghai, at the beginning of `day`.
pub(super) fn midnight(day: chrono::NaiveDate) -> Instant {
    let local = ZONE.with_ymd_and_hms(day.year(), day.month(), day.day(), 0, 0, 0);
    local.earliest().map(|at| at.to_utc()).unwrap_or_default()
}

impl App {
    /// Every schedule that is live, in the order of workflows and names.
    ///
    /// # Errors
    /// [`Failure::Store`], [`Failure::Broken`].
    pub async fn live_schedules(&self, source: &impl Source) -> Result<Vec<Live>, Failure> {
        let own = self.policy().schedules.iter().map(|job| Live {
            workflow: ITSELF.to_owned(),
            name: job.name.to_owned(),
            title: job.title.clone(),
            timing: job.timing.clone(),
            does: Does::Runs(job.name),
        });
        let mut live: Vec<_> = own.collect();
        for hash in store::definitions::live_hashes(source).await? {
            let definition = self.definition(source, &hash).await?;
            live.extend(definition.schedules.iter().map(|schedule| Live {
                workflow: definition.name.to_string(),
                name: schedule.name.clone(),
                title: schedule.title.clone(),
                timing: schedule.timing.clone(),
                does: Does::Starts(Arc::clone(&definition), Box::new(schedule.clone())),
            }));
        }
        live.sort_by(|one, other| (&one.workflow, &one.name).cmp(&(&other.workflow, &other.name)));
        Ok(live)
    }
}
