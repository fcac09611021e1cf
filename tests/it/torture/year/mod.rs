//! A year of a district: schedules open the targets of every project and ask for the monitoring rounds, officials do most
//! of it in time and some of it late or never, cases are suspended, returned, withdrawn and ended. The clock goes from one
//! thing that is due to the next; sweeps and workers are the real ones. At the end every reminder that a deadline asked for
//! is accounted for: it is still ahead, was told once, or was cancelled for a reason that is on record.

mod accounts;
mod letters;
mod officials;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use chrono::{TimeDelta, TimeZone as _};
use futures::{StreamExt as _, stream};
use sea_orm::{ConnectionTrait as _, Statement};
use yumen::{
    clock::{Chance, Clock, Instant, Sources, ZONE},
    engine::Case,
    jobs::{JobContext, Pace, Workers},
    notify::{mailer::Mailer, templates::Templates},
    policy::mail::MailMode,
    store::{oracle, projects},
};

use self::officials::{Deed, Habits, Outcome};
use super::{nodes, scale};
use crate::harness::{
    databases::{Kind, fresh, on_both},
    town::Town,
};

on_both!(a_year_after_which_every_reminder_is_accounted_for);

const SMALL: usize = 20;
const FULL: usize = 5_000;
/// In a small district more of what is rare happens.
const SMALL_ODDS: usize = 5;
const SEED: u64 = 20_250_825;
/// The budget year that is opened in September and monitored in April and August.
const YEAR: i32 = 2026;
/// Officials who act at once.
const AT_ONCE: usize = 16;
/// How long the whole year may take, of as many projects as there are.
const YEAR_MAX: Duration = Duration::from_secs(300);
/// How long all that is due at one moment may take.
const PATIENCE: Duration = Duration::from_secs(600);

fn beijing(year: i32, month: u32, day: u32) -> Instant {
    ZONE.with_ymd_and_hms(year, month, day, 9, 0, 0).unwrap().to_utc()
}

async fn a_year_after_which_every_reminder_is_accounted_for(kind: Kind) {
    let begun = std::time::Instant::now();
    let count = scale(SMALL, FULL);
    let mut year = Year::begin(kind, count).await;
    let opened = begun.elapsed();
    year.goes_by().await;
    let lived = begun.elapsed();
    let account = accounts::render(&year.town).await;
    let told = letters::account(&year.town, &account.asked).await;
    println!("{kind:?}: {count} projects, {} moments, {} deeds", year.moments, year.deeds);
    println!("{account}\n{told}");
    println!(
        "opened in {opened:.1?}, lived in {:.1?}, accounted for in {:.1?}",
        lived - opened,
        begun.elapsed() - lived
    );
    assert!(lived <= YEAR_MAX, "a year took {lived:?}");
    account.is_worth_its_name();
    let broken = oracle::ask_all(year.town.app.store().read()).await.unwrap();
    assert!(broken.is_empty(), "{broken:?}");
    assert!(year.town.app.verify_ledger(|_| ()).await.unwrap().is_whole());
}

/// A district with so many projects, on its way through a year.
struct Year {
    town: Arc<Town>,
    _workers: Workers,
    habits: Habits,
    /// What officials have set out to do, by when and in the order in which they set out.
    planned: BTreeMap<(Instant, u64), Deed>,
    plans: u64,
    ends: Instant,
    moments: usize,
    deeds: usize,
}

impl Year {
    async fn begin(kind: Kind, count: usize) -> Self {
        let database = fresh(kind).await;
        let url = database.url.clone();
        let clock = Clock::manual(beijing(YEAR - 1, 8, 25));
        let town = Town::on(database, Sources { clock, chance: Chance::seeded(SEED) }).await;
        add_projects(&town, count).await;
        choose_mail(&town).await;
        let mailer = Mailer::memory().unwrap();
        let context = JobContext::new(&town.app, mailer, Templates::shipped().unwrap(), "https://yumen.example");
        let pace = Pace { slots: AT_ONCE, lease: Duration::from_secs(60), poll: Duration::from_millis(20) };
        let workers = Workers::start(context, &url, pace).await.unwrap();
        Self {
            town,
            _workers: workers,
            habits: Habits::new(SEED, scale(SMALL_ODDS, 1)),
            planned: BTreeMap::new(),
            plans: 0,
            ends: beijing(YEAR, 8, 25),
            moments: 0,
            deeds: 0,
        }
    }

    /// From one thing that is due to the next.
    async fn goes_by(&mut self) {
        self.settles().await;
        while let Some(next) = self.next().await.filter(|next| *next <= self.ends) {
            let now = self.town.app.now();
            self.town.advance((next - now).max(TimeDelta::zero()));
            self.moments += 1;
            self.officials_act().await;
            self.settles().await;
        }
        self.town.advance(self.ends - self.town.app.now());
        self.settles().await;
    }

    /// When something is due next: a clock, a mail that waits, a schedule, or something that an official set out to do.
    /// What Yumen does each night is done when the clock has moved past it, as after an outage.
    async fn next(&self) -> Option<Instant> {
        let question = "SELECT (SELECT min(due_at) FROM clocks WHERE kind <> 'due'),
            (SELECT min(next_at) FROM outbox WHERE state = 'pending'),
            (SELECT min(due_at) FROM schedules WHERE paused_at IS NULL AND workflow <> '-')";
        let statement = Statement::from_string(self.town.sql.get_database_backend(), question);
        let row = self.town.sql.query_one_raw(statement).await.unwrap().unwrap();
        let due = (0..3).filter_map(|column| row.try_get_by_index::<Option<Instant>>(column).unwrap());
        due.chain(self.planned.keys().next().map(|(at, _)| *at)).min()
    }

    /// Does what officials have set out to do by now, and lets them set out to do what follows from it.
    async fn officials_act(&mut self) {
        let later = self.planned.split_off(&(self.town.app.now() + TimeDelta::microseconds(1), 0));
        let due = std::mem::replace(&mut self.planned, later);
        let town = &self.town;
        let acted = stream::iter(due.into_values().map(|deed| deed.act(town)));
        let acted: Vec<_> = acted.buffered(AT_ONCE).collect().await;
        self.deeds += acted.len();
        for Outcome { waits, follows } in acted {
            for case in waits {
                self.set_out(&case);
            }
            if let Some((after, deed)) = follows {
                self.plan(self.town.app.now() + after, deed);
            }
        }
    }

    /// Sweeps until nothing is due, and waits until the workers have done what came of it.
    async fn settles(&mut self) {
        let begun = std::time::Instant::now();
        loop {
            let mut fired = 0;
            loop {
                let swept = self.town.app.sweep_schedules().await.unwrap();
                fired += swept.rung;
                if !swept.full {
                    break;
                }
            }
            while self.town.app.sweep_clocks().await.unwrap().full {}
            self.town.app.store().ring_outbox();
            while self.town.count_now(nodes::WAITS).await > 0 {
                assert!(begun.elapsed() < PATIENCE, "the workers never rest");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            if fired > 0 {
                self.meet_new_cases().await;
            }
            if self.town.count_now(nodes::LEFT).await == 0 {
                return;
            }
        }
    }

    /// Officials find the cases that a schedule has started.
    async fn meet_new_cases(&mut self) {
        let statement = Statement::from_sql_and_values(
            self.town.sql.get_database_backend(),
            "SELECT s.case_id FROM schedule_cases s JOIN projects p ON p.id = s.project_id
             WHERE s.state = 'started' AND s.noted_at = $1 ORDER BY p.code",
            [self.town.app.now().into()],
        );
        for row in self.town.sql.query_all_raw(statement).await.unwrap() {
            let case = officials::look(&self.town, row.try_get_by_index(0).unwrap()).await;
            if let Some((after, deed)) = self.habits.about(&case) {
                self.plan(self.town.app.now() + after, deed);
            }
            self.set_out(&case);
        }
    }

    /// Somebody sets out to do each task that waits since now, or does not.
    fn set_out(&mut self, case: &Case) {
        let now = self.town.app.now();
        for task in case.tasks.values().filter(|task| task.opened_at == now) {
            if let Some(at) = self.habits.when(now) {
                self.plan(at, Deed::task(case.id, task.no));
            }
        }
    }

    fn plan(&mut self, at: Instant, deed: Deed) {
        self.plans += 1;
        self.planned.insert((at, self.plans), deed);
    }
}

/// Some officials want a digest, some want every mail at once, and the others have not chosen.
async fn choose_mail(town: &Arc<Town>) {
    for (n, login) in town.texts("SELECT login FROM people ORDER BY login").await.iter().enumerate() {
        let mode = match n % 4 {
            0 => MailMode::Digest,
            1 => MailMode::AtOnce,
            _ => continue,
        };
        town.app.choose_mail(&town.official(login).viewer().await, Some(mode)).await.unwrap();
    }
}

/// Projects of the year, shared among all units that have an officer.
async fn add_projects(town: &Town, count: usize) {
    let model = projects::by_code(town.app.store().read(), "WQ2027-HOU-001").await.unwrap().unwrap();
    let units = town
        .texts(
            "SELECT o.code || ' ' || o.path FROM organisations o WHERE EXISTS (
             SELECT 1 FROM appointments a WHERE a.org = o.code AND a.role = 'project-officer') ORDER BY o.code",
        )
        .await;
    let rows: Vec<_> = (0..count)
        .map(|n| {
            let (unit, path) = units[n % units.len()].split_once(' ').unwrap();
            projects::ProjectRow {
                id: town.app.sources().new_id(),
                code: format!("Y{n:05}"),
                name: format!("年度项目{n}"),
                unit: unit.to_owned(),
                org_path: path.to_owned(),
                start_year: YEAR,
                end_year: YEAR,
                leader: None,
                ..model.clone()
            }
        })
        .collect();
    for some in rows.chunks(200) {
        let some = some.to_vec();
        town.app.store().write(|tx| async move { projects::insert(&tx, some).await }).await.unwrap();
    }
}
