//! Fills a new database with the demonstration's district, and lets its officials work for a few weeks: every case
//! comes about through the same door as in real life, on a clock that is moved.

use std::collections::BTreeMap;

use chrono::{TimeDelta, TimeZone as _, Timelike as _, Utc};

use super::{
    App, Failure,
    demo_play::Play,
    library,
    publishing::Publication,
    running_story::{self, BEGUN_DAYS_AGO},
    story,
};
use crate::{
    clock::{Clock, Instant, Sources, ZONE},
    demo::{self, DemoProject},
    engine::who,
    ids::{PersonId, ProjectId},
    language::Lang,
    notify::compose::MAIL,
    policy::mail::MailMode,
    store::{
        self, directory::AppointmentRow, directory::OrganisationRow, notices, outbox, people::PersonRow, projects,
    },
};

/// How many days ago the stories of the projects that ask for money begin, at the earliest.
const DAYS_TOLD: i64 = 22;
/// How many nights ago the schedules begin.
const NIGHTS_TOLD: i64 = 5;

/// A sample person whom one can enter as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The name they sign in with.
    pub login: String,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: String,
    /// The Chinese name of their organisation.
    pub organisation: String,
}

/// How the demonstration is being filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Projects done.
    pub done: usize,
    /// Projects in all.
    pub of: usize,
}

/// The people whom the demonstration proposes to enter as.
///
/// # Errors
/// [`Failure::Broken`] when the shipped data contradict themselves.
pub fn samples() -> Result<Vec<Sample>, Failure> {
    let district = demo::district().map_err(Failure::broken)?;
    let names: BTreeMap<_, _> =
        district.organisations.iter().map(|org| (org.code.clone(), org.name.zh.clone())).collect();
    let samples = district.people.into_iter().filter(|person| person.is_sample).filter_map(|person| {
        let appointment = person.appointments.first()?;
        Some(Sample {
            role: appointment.role.clone(),
            organisation: names.get(&appointment.org).cloned().unwrap_or_default(),
            login: person.login,
            name: person.name,
        })
    });
    Ok(samples.collect())
}

impl App {
    /// Whether the database already holds a district.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn is_populated(&self) -> Result<bool, Failure> {
        Ok(!store::people::is_empty(self.store().read()).await?)
    }

    /// Fills an empty database. The officials' work ends shortly before `now`.
    ///
    /// # Errors
    /// The first failure; what was done before it stays.
    pub async fn populate_demo(&self, now: Instant, report: impl Fn(Progress) + Send) -> Result<(), Failure> {
        let start = now - TimeDelta::days(BEGUN_DAYS_AGO + 1);
        let sources = Sources { clock: Clock::manual(start), chance: self.sources().chance.clone() };
        let app = Self::new(self.store().clone(), sources, self.policy().clone());
        app.add_demo_district().await?;
        app.take_calendar().await?;
        match app.publish(&library::embedded(), "system:demo").await? {
            Publication::Live(_) => {}
            Publication::Refused(files) => {
                return Err(Failure::broken(format!("{} shipped definitions have problems", files.len())));
            }
        }
        let (running, projects) = (demo::running_projects(), demo::projects());
        let (running, projects) = (running.map_err(Failure::broken)?, projects.map_err(Failure::broken)?);
        let of = running.len() + projects.len();
        for (index, project) in running.iter().enumerate() {
            app.tell_of_running(index, project, now).await?;
            report(Progress { done: index + 1, of });
        }
        app.forget_old_mail(now - TimeDelta::days(DAYS_TOLD)).await?;
        for (index, project) in projects.iter().enumerate() {
            // What was started two weeks ago is done or late by now; what was started this week is under way.
            let days_ago = 4 + i64::try_from(index % 9).unwrap_or_default();
            app.move_clock_to(at_morning(now - TimeDelta::days(days_ago)));
            let id = app.project_id(&project.project.code).await?;
            let story = story::of(index, project);
            Play { app: &app, project, id, ends: now, adjusted: story.adjusted }.tell(story).await?;
            report(Progress { done: running.len() + index + 1, of });
        }
        app.spend_nights(now).await
    }

    /// A project that runs: how it came to its budget, and what its monitoring leads to.
    async fn tell_of_running(&self, index: usize, project: &DemoProject, now: Instant) -> Result<(), Failure> {
        let id = self.project_id(&project.project.code).await?;
        let play = Play { app: self, project, id, ends: now, adjusted: false };
        for episode in running_story::of(index, project) {
            self.move_clock_to(at_morning(now - TimeDelta::days(episode.days_ago)));
            let case = play.tell_chapter(&episode.chapter).await?;
            if let Some(case) = case.filter(|_| episode.missed) {
                play.miss_deadline(case).await?;
            }
        }
        Ok(())
    }

    /// What people were told until then they have read, in the pages or as mail.
    async fn forget_old_mail(&self, until: Instant) -> Result<(), Failure> {
        let directory = self.directory(self.store().read()).await?;
        self.store()
            .write(move |tx| async move {
                for person in directory.people.keys().copied() {
                    notices::read_until(&tx, person, until, until).await?;
                    outbox::cancel_due_to(&tx, (person, MAIL), until, "told-before").await?;
                }
                Ok(())
            })
            .await
    }

    /// What Yumen did by itself in the last nights.
    async fn spend_nights(&self, now: Instant) -> Result<(), Failure> {
        for days_ago in (1..=NIGHTS_TOLD).rev() {
            let morning = at_morning(now - TimeDelta::days(days_ago));
            self.sources().clock.advance(morning - self.now());
            self.sweep_schedules().await?;
        }
        Ok(())
    }

    /// Moves the clock of the story: to that time, or to the next morning on which people work. No one works at night.
    pub(super) fn move_clock_to(&self, wanted: Instant) {
        let local = wanted.with_timezone(&ZONE);
        let mut at = if local.hour() >= 17 { at_morning(wanted + TimeDelta::days(1)) } else { wanted };
        while !self.policy().calendar.is_working_day(who::day_of(at)) {
            at = at_morning(at + TimeDelta::days(1));
        }
        self.sources().clock.advance(at - self.now());
    }

    async fn project_id(&self, code: &str) -> Result<ProjectId, Failure> {
        let row = projects::by_code(self.store().read(), code).await?;
        row.map(|row| row.id).ok_or_else(|| Failure::broken(format!("no project {code}")))
    }

    async fn add_demo_district(&self) -> Result<(), Failure> {
        let district = demo::district().map_err(Failure::broken)?;
        let mut projects = demo::running_projects().map_err(Failure::broken)?;
        projects.extend(demo::projects().map_err(Failure::broken)?);
        let app = self.clone();
        self.store()
            .write(move |tx| async move {
                let organisations = district.organisations.into_iter().map(|org| OrganisationRow {
                    code: org.code,
                    parent: org.parent,
                    kind: org.kind,
                    name_zh: org.name.zh,
                    name_en: org.name.en,
                    path: org.path,
                });
                store::directory::add_organisations(&tx, organisations.collect()).await?;
                let mut ids: BTreeMap<String, PersonId> = BTreeMap::new();
                let mut people = Vec::new();
                let mut appointments = Vec::new();
                for person in district.people {
                    let id = app.sources().new_id();
                    appointments.extend(person.appointments.into_iter().map(|appointment| AppointmentRow {
                        id: app.sources().nonce(),
                        person_id: id,
                        role: appointment.role,
                        org: appointment.org,
                        from_day: appointment.from,
                        until_day: None,
                    }));
                    ids.insert(person.login.clone(), id);
                    people.push(PersonRow {
                        id,
                        login: person.login,
                        name: person.name,
                        email: Some(person.email),
                        password_hash: None,
                        lang: Lang::Zh.tag().to_owned(),
                        active: true,
                        created_at: app.now(),
                    });
                }
                let everybody: Vec<_> = people.iter().map(|person| person.id).collect();
                store::people::add(&tx, people).await?;
                // Whoever tries the demonstration at night wants to see the mail.
                for person in everybody {
                    store::mailboxes::set_mode(&tx, person, Some(MailMode::AtOnce.code())).await?;
                }
                store::directory::appoint(&tx, appointments).await?;
                let led = projects.into_iter().map(|project| (project.project, ids.get(&project.leader).copied()));
                app.add_projects(&tx, led.collect()).await
            })
            .await
    }
}

/// Half past eight in the morning of that day, in Asia/Shanghai.
fn at_morning(day: Instant) -> Instant {
    let date = who::day_of(day);
    date.and_hms_opt(0, 30, 0).map_or(day, |morning| Utc.from_utc_datetime(&morning))
}
