//! The work that happens after a commit. The outbox decides what is to be done, apalis executes it.
//!
//! A job is one file (what it needs, its name, its limits, what it does, its tests) and one line in `REGISTER`. Its
//! failure says what comes next: [`Trouble::Retry`] with a growing pause, or [`Trouble::GiveUp`] with an incident.

mod attempt;
mod backoff;
mod check_people;
mod delivering;
mod desk;
mod fire_schedule;
mod hand_over;
mod pulse;
mod recount_deadlines;
mod relay;
mod ring_clock;
mod runner;
mod send_digest;
mod send_mail;
mod send_template_test;
mod start_held;
mod tidy_notices;
mod wake_cases;
mod wake_held;
mod workers;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use futures::future::BoxFuture;
use serde::de::DeserializeOwned;

pub use self::{
    check_people::CheckPeople,
    fire_schedule::FireSchedule,
    hand_over::HandOver,
    recount_deadlines::RecountDeadlines,
    ring_clock::RingClock,
    send_digest::SendDigest,
    send_mail::SendMail,
    send_template_test::SendTemplateTest,
    start_held::StartHeld,
    tidy_notices::TidyNotices,
    wake_cases::WakeCases,
    wake_held::WakeHeld,
    workers::{NotStarted, Pace, Workers},
};
use crate::{
    app::{
        App, Failure, clocks_due::RingOrder, firing::FireOrder, handing_over::Order, held_starts::HeldOrder,
        mail_timing::Sending, recounting::RecountOrder, waking::WakeOrder,
    },
    clock::{Instant, Sources},
    ids::{CaseId, DispatchId, PersonId},
    language::Text,
    notify::{
        compose::MailOrder,
        mailer::Mailer,
        mails::{Digest, MailContext},
        templates::Templates,
    },
    store::Store,
};

/// Every job.
const REGISTER: &[Registered] = &[
    registered::<CheckPeople>(),
    registered::<FireSchedule>(),
    registered::<HandOver>(),
    registered::<RecountDeadlines>(),
    registered::<RingClock>(),
    registered::<SendDigest>(),
    registered::<SendMail>(),
    registered::<SendTemplateTest>(),
    registered::<StartHeld>(),
    registered::<TidyNotices>(),
    registered::<WakeCases>(),
    registered::<WakeHeld>(),
];

/// What jobs work with. Cheap to clone.
#[derive(Clone)]
pub struct JobContext {
    /// The database.
    pub store: Store,
    /// Time and chance.
    pub sources: Sources,
    /// How mail leaves.
    pub mailer: Arc<Mailer>,
    /// What mail says.
    pub templates: Arc<Templates>,
    /// The address of the site, without a slash at its end, for links.
    pub site: String,
    /// What jobs ask of the use cases.
    pub cases: Arc<dyn Cases>,
}

impl JobContext {
    /// What jobs work with, in a running Yumen at the address `site`.
    #[must_use]
    pub fn new(app: &App, mailer: Mailer, templates: Templates, site: &str) -> Self {
        Self {
            store: app.store().clone(),
            sources: app.sources().clone(),
            mailer: Arc::new(mailer),
            templates: Arc::new(templates),
            site: site.trim_end_matches('/').to_owned(),
            cases: Arc::new(app.clone()),
        }
    }
}

/// What jobs ask of the use cases.
#[async_trait]
pub trait Cases: Send + Sync {
    /// When the mail of an outbox row leaves.
    ///
    /// # Errors
    /// What comes next.
    async fn sending(&self, id: DispatchId, person: PersonId, mail: &MailContext) -> Result<Sending, Trouble>;

    /// What the digest of an occurrence says; `None` when there is nothing left to say.
    ///
    /// # Errors
    /// What comes next.
    async fn digest(&self, occurrence: &str, person: PersonId) -> Result<Option<Digest>, Trouble>;

    /// Lets the cases that wait for a fact look again.
    ///
    /// # Errors
    /// What comes next.
    async fn wake(&self, order: &WakeOrder) -> Result<(), Trouble>;

    /// Lets the cases whose step had found nobody look again.
    ///
    /// # Errors
    /// What comes next.
    async fn wake_held(&self) -> Result<(), Trouble>;

    /// Why a mail need not leave any more, as a code; `None` while it should.
    ///
    /// # Errors
    /// What comes next.
    async fn moot(&self, order: &MailOrder) -> Result<Option<&'static str>, Trouble>;

    /// Rings the clock of a task, or ends a wait whose time has come.
    ///
    /// # Errors
    /// What comes next.
    async fn ring(&self, order: &RingOrder) -> Result<(), Trouble>;

    /// Carries out a handover that was written down, and tells the successors.
    ///
    /// # Errors
    /// What comes next.
    async fn hand_over(&self, order: &Order) -> Result<(), Trouble>;

    /// Looks whether there are people enough.
    ///
    /// # Errors
    /// What comes next.
    async fn check_people(&self) -> Result<(), Trouble>;

    /// Forgets old notices.
    ///
    /// # Errors
    /// What comes next.
    async fn tidy_notices(&self) -> Result<(), Trouble>;

    /// Counts deadlines again by the calendar as it is.
    ///
    /// # Errors
    /// What comes next.
    async fn recount(&self, order: &RecountOrder) -> Result<(), Trouble>;

    /// Starts the cases of one slice of a firing.
    ///
    /// # Errors
    /// What comes next.
    async fn fire_slice(&self, order: &FireOrder) -> Result<(), Trouble>;

    /// Starts the cases for which a project had to wait.
    ///
    /// # Errors
    /// What comes next.
    async fn start_held_for(&self, order: &HeldOrder) -> Result<(), Trouble>;
}

#[async_trait]
impl Cases for App {
    async fn sending(&self, id: DispatchId, person: PersonId, mail: &MailContext) -> Result<Sending, Trouble> {
        Ok(Self::sending(self, id, person, mail).await?)
    }

    async fn digest(&self, occurrence: &str, person: PersonId) -> Result<Option<Digest>, Trouble> {
        Ok(Self::digest(self, occurrence, person).await?)
    }

    async fn wake(&self, order: &WakeOrder) -> Result<(), Trouble> {
        Ok(self.wake_waiting(order).await?)
    }

    async fn wake_held(&self) -> Result<(), Trouble> {
        Ok(Self::wake_held(self).await?)
    }

    async fn moot(&self, order: &MailOrder) -> Result<Option<&'static str>, Trouble> {
        Ok(Self::moot(self, order).await?)
    }

    async fn ring(&self, order: &RingOrder) -> Result<(), Trouble> {
        Ok(Self::ring(self, order).await?)
    }

    async fn hand_over(&self, order: &Order) -> Result<(), Trouble> {
        Ok(self.finish_handing_over(order).await?)
    }

    async fn check_people(&self) -> Result<(), Trouble> {
        Ok(Self::check_people(self).await?)
    }

    async fn tidy_notices(&self) -> Result<(), Trouble> {
        Ok(Self::tidy_notices(self).await?)
    }

    async fn recount(&self, order: &RecountOrder) -> Result<(), Trouble> {
        Ok(Self::recount(self, order).await?)
    }

    async fn fire_slice(&self, order: &FireOrder) -> Result<(), Trouble> {
        Ok(Self::fire_slice(self, order).await?)
    }

    async fn start_held_for(&self, order: &HeldOrder) -> Result<(), Trouble> {
        Ok(Self::start_held_for(self, order).await?)
    }
}

/// Why a job is not done, and what comes next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// It may work later.
    #[error("tries again: {why}")]
    Retry {
        /// A code or a few words, without personal data.
        why: String,
    },
    /// It will never work; an operator is told.
    #[error("given up: {why}")]
    GiveUp {
        /// A code or a few words, without personal data.
        why: String,
    },
    /// Its time has not come.
    #[error("waits: {why}")]
    Wait {
        /// When it has.
        until: Instant,
        /// A code or a few words, without personal data.
        why: String,
    },
    /// It is not wanted any more.
    #[error("not wanted any more: {why}")]
    Moot {
        /// A code or a few words, without personal data.
        why: String,
    },
}

impl Trouble {
    /// Its time has not come.
    #[must_use]
    pub fn wait(until: Instant, why: impl Into<String>) -> Self {
        Self::Wait { until, why: why.into() }
    }

    /// It is not wanted any more.
    #[must_use]
    pub fn moot(why: impl Into<String>) -> Self {
        Self::Moot { why: why.into() }
    }

    /// It may work later.
    #[must_use]
    pub fn retry(why: impl Into<String>) -> Self {
        Self::Retry { why: why.into() }
    }

    /// It will never work.
    #[must_use]
    pub fn give_up(why: impl Into<String>) -> Self {
        Self::GiveUp { why: why.into() }
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Store(error) => error.into(),
            Failure::Refused(refusal) => Self::give_up(refusal.code()),
            Failure::Broken(_) => Self::give_up(failure.to_string()),
        }
    }
}

impl From<crate::store::Error> for Trouble {
    fn from(error: crate::store::Error) -> Self {
        Self::retry(format!("store: {error}"))
    }
}

/// How long and how often.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// One attempt.
    pub attempt_max: Duration,
    /// Attempts, before it is given up. Twenty take about five days.
    pub attempts_max: i32,
}

/// The occasion of an attempt.
#[derive(Debug, Clone)]
pub struct Occasion {
    /// The row of the outbox.
    pub dispatch: DispatchId,
    /// Its occurrence: the same for every attempt.
    pub occurrence: String,
    /// The case it is about.
    pub case: Option<CaseId>,
    /// Whether there will be no further attempt.
    pub is_last: bool,
}

/// A job, and what it needs to be done.
#[async_trait]
pub trait Job: DeserializeOwned + Send + 'static {
    /// Its name, which is its file's, and the kind of its outbox rows.
    const KIND: &'static str;
    /// Its limits.
    const LIMITS: Limits;

    /// What an operator reads when it was given up.
    fn given_up() -> Text;

    /// Does it. It may be done twice, when the machine fails between doing it and noting it down.
    ///
    /// # Errors
    /// What comes next.
    async fn run(self, occasion: &Occasion, context: &JobContext) -> Result<(), Trouble>;
}

/// A job without its type.
struct Registered {
    kind: &'static str,
    limits: Limits,
    given_up: fn() -> Text,
    run: fn(serde_json::Value, Occasion, JobContext) -> BoxFuture<'static, Result<(), Trouble>>,
}

const fn registered<J: Job>() -> Registered {
    Registered { kind: J::KIND, limits: J::LIMITS, given_up: J::given_up, run: run::<J> }
}

fn run<J: Job>(
    payload: serde_json::Value,
    occasion: Occasion,
    context: JobContext,
) -> BoxFuture<'static, Result<(), Trouble>> {
    Box::pin(async move {
        let job: J = serde_json::from_value(payload).map_err(|e| Trouble::give_up(format!("payload: {e}")))?;
        job.run(&occasion, &context).await
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// What carries the jobs, and is none.
    const MACHINERY: [&str; 9] =
        ["attempt", "backoff", "delivering", "desk", "mod", "pulse", "relay", "runner", "workers"];

    #[test]
    fn every_file_is_a_registered_job_or_carries_them() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/jobs");
        let files: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap().trim_end_matches(".rs").replace('_', "-"))
            .filter(|name| !MACHINERY.contains(&name.as_str()))
            .collect();
        let kinds: BTreeSet<String> = REGISTER.iter().map(|job| job.kind.to_owned()).collect();
        assert_eq!(files, kinds, "a job is one file of src/jobs/ and one line of the register");
        assert_eq!(kinds.len(), REGISTER.len(), "two jobs with one name");
    }

    #[test]
    fn what_yumen_does_by_itself_are_jobs() {
        for job in crate::policy::schedules::JOBS {
            assert!(REGISTER.iter().any(|known| known.kind == job.name), "{}", job.name);
        }
    }

    #[test]
    fn an_operator_reads_every_job_in_words() {
        for job in REGISTER {
            assert_ne!(crate::app::desk::job(job.kind).en, job.kind, "app/desk.rs has no words for {}", job.kind);
        }
    }

    #[test]
    fn limits_are_sensible() {
        for job in REGISTER {
            assert!(job.limits.attempts_max > 0 && job.limits.attempt_max <= Duration::from_secs(900), "{}", job.kind);
            assert!(!(job.given_up)().zh.is_empty() && !(job.given_up)().en.is_empty(), "{}", job.kind);
        }
    }
}
