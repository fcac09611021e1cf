//! The only place that speaks SQL. One file per aggregate: plain rows, and functions over a [`Tx`] or a [`Reader`].
//!
//! * [`Store::open`], [`Store::migrate`]: SQLite and PostgreSQL by URL, equals.
//! * [`Store::write`]: the one way to write; everything in the closure is stored, or nothing of it.
//! * [`Store::read`]: reads what is committed.

pub mod access_tokens;
pub mod attachments;
mod bell;
pub mod budget_requests;
pub mod calendar;
pub mod case_reads;
pub mod cases;
pub mod clocks;
mod connect;
pub mod copies;
pub mod definitions;
pub mod directory;
pub mod drafts;
mod error;
pub mod escalations;
pub mod facts;
pub mod figures;
pub mod firings;
pub mod idempotency;
mod ids;
pub mod inbox;
pub mod incidents;
pub mod journal;
pub mod ledger;
pub mod mail_templates;
pub mod mailboxes;
pub mod mails;
pub mod mandates;
pub mod monitoring;
pub mod monitoring_reads;
pub mod nodes;
pub mod notices;
pub mod numbers;
pub mod operator_acts;
pub mod oracle;
pub mod outbox;
pub mod people;
pub mod project_around;
pub mod project_reads;
pub mod projects;
pub mod remarks;
mod rows;
pub mod schedules;
pub mod scope;
pub mod sessions;
pub mod setup_tokens;
pub mod sign_in_failures;
pub mod standstill;
pub mod substitutes;
pub mod tasks;
mod tx;
mod writer;

use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures::FutureExt as _;

use sea_orm::{
    ConnectionTrait as _, DatabaseConnection, SqliteTransactionMode, TransactionOptions, TransactionTrait as _,
};
use tokio::sync::{mpsc, oneshot};
use yumen_migrations::{Migrator, MigratorTrait as _};

use crate::ids::PersonId;

pub use self::{
    bell::Tidings,
    error::Error,
    scope::Scope,
    tx::{Reader, Source, Tx},
};
use self::{
    bell::{Bell, Wire},
    connect::Access,
    tx::{Rung, connection},
    writer::Job,
};

/// A write that takes longer is given up: on SQLite everybody else waits for it.
pub const WRITE_SECONDS_MAX: u64 = 30;

/// The key of PostgreSQL's advisory lock that one migrating node holds.
const MIGRATION_LOCK: i64 = 0x59_55_4d_45_4e;

/// A database of Yumen. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    url: String,
    reader: Reader,
    path: WritePath,
    bell: Arc<Bell>,
    _wire: Wire,
}

enum WritePath {
    Sqlite(mpsc::Sender<Job>),
    Postgres(DatabaseConnection),
}

impl Store {
    /// Opens `sqlite://path/yumen.db` (created when absent) or `postgres://…`. Needs a tokio runtime.
    ///
    /// # Errors
    /// [`Error::BadUrl`]; [`Error::NotDurable`] when the database could lose an acknowledged write; what the database says.
    pub async fn open(url: &str) -> Result<Self, Error> {
        let bell = Arc::new(Bell::default());
        let (reader, path, wire) = if url.starts_with("sqlite:") {
            let writer = connect::sqlite(url, Access::Write).await?;
            let reader = connect::sqlite(url, Access::Read).await?;
            let jobs = writer::start(url.to_owned(), writer, Arc::clone(&bell));
            (reader, WritePath::Sqlite(jobs), Wire::none())
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let (pool, connection) = connect::postgres(url).await?;
            let wire = Wire::postgres(&pool, &bell);
            (connection.clone(), WritePath::Postgres(connection), wire)
        } else {
            return Err(Error::BadUrl("expected sqlite://… or postgres://…".to_owned()));
        };
        let reader = Reader { inner: reader };
        Ok(Self { shared: Arc::new(Shared { url: url.to_owned(), reader, path, bell, _wire: wire }) })
    }

    /// Brings the tables up to date, all in one transaction; of several nodes that start at once, one does it and the
    /// others wait.
    ///
    /// # Errors
    /// What the database says; nothing was changed then.
    pub async fn migrate(&self) -> Result<(), Error> {
        let url = &self.shared.url;
        let is_sqlite = matches!(self.shared.path, WritePath::Sqlite(_));
        let connection =
            if is_sqlite { connect::sqlite(url, Access::Write).await? } else { connect::postgres_single(url).await? };
        let mode = is_sqlite.then_some(SqliteTransactionMode::Immediate);
        let options = TransactionOptions { sqlite_transaction_mode: mode, ..TransactionOptions::default() };
        let tx = connection.begin_with_options(options).await?;
        if !is_sqlite {
            tx.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")).await?;
        }
        Migrator::up(&tx, None).await?;
        tx.commit().await?;
        Ok(connection.close().await?)
    }

    /// Asks the database for nothing but an answer.
    ///
    /// # Errors
    /// What the database says.
    pub async fn answers(&self) -> Result<(), Error> {
        let db = self.read();
        rows::raw(db, rows::statement(db, "SELECT 1", [])).await.map(drop)
    }

    /// Reads what is committed.
    #[must_use]
    pub fn read(&self) -> &Reader {
        &self.shared.reader
    }

    /// Whether this is PostgreSQL, on which several nodes can work.
    #[must_use]
    pub fn is_postgres(&self) -> bool {
        matches!(self.shared.path, WritePath::Postgres(_))
    }

    /// Runs `write` in one transaction, READ COMMITTED on PostgreSQL, serial on SQLite. `Ok` is returned after the
    /// commit; after an `Err`, a panic or [`WRITE_SECONDS_MAX`] nothing is stored. A write must not wait for anything
    /// but the database, and never for another write.
    ///
    /// ```text
    /// let no = store.write(move |tx| async move { numbers::next(&tx, "budget-request", 2027).await }).await?;
    /// ```
    ///
    /// # Errors
    /// The closure's own, or a failure of the store.
    pub async fn write<T, E, F, Fut>(&self, write: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(Tx) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
    {
        match &self.shared.path {
            WritePath::Sqlite(jobs) => write_in_group(jobs, write).await,
            WritePath::Postgres(connection) => {
                let (value, rung) = write_alone(connection, write).await?;
                self.shared.bell.ring(rung);
                Ok(value)
            }
        }
    }

    /// Waits until something may have been put into the outbox, on this node or another. For one relay per process.
    pub async fn outbox_rung(&self) {
        self.shared.bell.rung().await;
    }

    /// Wakes the relay without a new row, such as after time was moved.
    pub fn ring_outbox(&self) {
        self.shared.bell.ring(Rung { outbox: true, ..Rung::default() });
    }

    /// What changes for people from now on, on this node or another.
    #[must_use]
    pub fn tidings(&self) -> Tidings {
        self.shared.bell.tidings()
    }

    /// Tells the open pages of somebody that something changed for them, such as that they signed out.
    pub fn tell(&self, person: PersonId) {
        self.shared.bell.ring(Rung { outbox: false, told: [person].into() });
    }
}

/// Runs `write` to its end, whatever it does on the way.
async fn guarded<T, E, F, Fut>(write: F, tx: Tx) -> Result<T, E>
where
    E: From<Error>,
    F: FnOnce(Tx) -> Fut,
    Fut: Future<Output = Result<T, E>>,
{
    let limited = async move { tokio::time::timeout(Duration::from_secs(WRITE_SECONDS_MAX), write(tx)).await };
    match AssertUnwindSafe(limited).catch_unwind().await {
        Ok(Ok(result)) => result,
        Ok(Err(_elapsed)) => Err(Error::TimedOut.into()),
        Err(panic) => Err(Error::Panicked(words_of(panic.as_ref())).into()),
    }
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|words| (*words).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default()
}

async fn write_alone<T, E, F, Fut>(connection: &DatabaseConnection, write: F) -> Result<(T, Rung), E>
where
    E: From<Error>,
    F: FnOnce(Tx) -> Fut,
    Fut: Future<Output = Result<T, E>>,
{
    let inner = Arc::new(connection.begin().await.map_err(Error::from)?);
    let rung = Arc::new(Mutex::new(Rung::default()));
    let result = guarded(write, Tx { inner: Arc::clone(&inner), rung: Arc::clone(&rung) }).await;
    let inner = Arc::into_inner(inner).ok_or(Error::KeptTransaction)?;
    match result {
        Ok(value) => {
            inner.commit().await.map_err(Error::from)?;
            let rung = std::mem::take(&mut *rung.lock().unwrap_or_else(PoisonError::into_inner));
            Ok((value, rung))
        }
        Err(error) => {
            if let Err(failure) = inner.rollback().await {
                tracing::warn!(error = %failure, "a transaction was not rolled back in good order");
            }
            Err(error)
        }
    }
}

async fn write_in_group<T, E, F, Fut>(jobs: &mpsc::Sender<Job>, write: F) -> Result<T, E>
where
    T: Send + 'static,
    E: From<Error> + Send + 'static,
    F: FnOnce(Tx) -> Fut + Send + 'static,
    Fut: Future<Output = Result<T, E>> + Send + 'static,
{
    let (sender, receiver) = oneshot::channel();
    let slot: Arc<Mutex<Option<Result<T, E>>>> = Arc::new(Mutex::new(None));
    let filled = Arc::clone(&slot);
    let run = Box::new(move |tx| {
        async move {
            let result = guarded(write, tx).await;
            let keep = result.is_ok();
            *filled.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
            keep
        }
        .boxed()
    });
    let settle = Box::new(move |end: Result<(), Error>| {
        let result = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
        let answer = match (end, result) {
            (Ok(()), Some(result)) => result,
            (_, Some(Err(own))) => Err(own),
            (Err(error), _) => Err(error.into()),
            (Ok(()), None) => Err(Error::Closed.into()),
        };
        // Whoever asked may have gone; the write stands all the same.
        drop(sender.send(answer));
    });
    jobs.send(Job { run, settle }).await.map_err(|_| Error::Closed)?;
    receiver.await.map_err(|_| Error::Closed)?
}
