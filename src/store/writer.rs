//! SQLite's one writer. Everything that waits is written in one transaction, so that one fsync serves many (group
//! commit); each write has a savepoint of its own and is answered only when all of it is safe.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures::future::BoxFuture;
use sea_orm::{
    DatabaseConnection, DatabaseTransaction, SqliteTransactionMode, TransactionOptions, TransactionTrait as _,
};
use tokio::sync::mpsc;

use super::{
    Error,
    bell::Bell,
    connect::{self, Access},
    tx::{Rung, Tx},
};

/// Writes that share one commit, at most: bounds how long the first of them waits.
const WRITES_PER_COMMIT_MAX: usize = 128;
/// Writes that may wait; further ones wait to be let in.
const WAITING_WRITES_MAX: usize = 1024;

/// A write on its way to the writer.
pub(super) struct Job {
    /// Runs it; true when its changes are to be kept. Never panics.
    pub run: Box<dyn FnOnce(Tx) -> BoxFuture<'static, bool> + Send>,
    /// Answers whoever waits, once the fate of the transaction is known.
    pub settle: Box<dyn FnOnce(Result<(), Error>) + Send>,
}

type Settle = Box<dyn FnOnce(Result<(), Error>) + Send>;

/// Starts the writer; it ends when every sender is gone and what waited is written.
pub(super) fn start(url: String, connection: DatabaseConnection, bell: Arc<Bell>) -> mpsc::Sender<Job> {
    let (sender, receiver) = mpsc::channel(WAITING_WRITES_MAX);
    tokio::spawn(Writer { url, connection: Some(connection), receiver, bell }.run());
    sender
}

struct Writer {
    url: String,
    /// `None` after a failure that left the connection in an unknown state.
    connection: Option<DatabaseConnection>,
    receiver: mpsc::Receiver<Job>,
    bell: Arc<Bell>,
}

impl Writer {
    async fn run(mut self) {
        while let Some(first) = self.receiver.recv().await {
            let (settles, end) = self.write_together(first).await;
            if let Err(error) = &end {
                tracing::error!(%error, writes = settles.len(), "a group of writes was not stored");
                self.drop_connection().await;
            }
            for settle in settles {
                settle(end.clone());
            }
        }
        self.drop_connection().await;
    }

    /// Writes `first` and whatever waits behind it; the result is that of the common transaction.
    async fn write_together(&mut self, first: Job) -> (Vec<Settle>, Result<(), Error>) {
        let mut settles = Vec::new();
        let begun = self.begin().await;
        let outer = match begun {
            Ok(outer) => outer,
            Err(error) => return (vec![first.settle], Err(error)),
        };
        let mut next = Some(first);
        let mut rung = Rung::default();
        while let Some(job) = next {
            settles.push(job.settle);
            match write_one(&outer, job.run).await {
                Ok(more) => rung.extend(more),
                Err(error) => return (settles, Err(error)),
            }
            next = if settles.len() < WRITES_PER_COMMIT_MAX { self.receiver.try_recv().ok() } else { None };
        }
        let end = outer.commit().await.map_err(Error::from);
        if end.is_ok() {
            self.bell.ring(rung);
        }
        (settles, end)
    }

    async fn begin(&mut self) -> Result<DatabaseTransaction, Error> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => connect::sqlite(&self.url, Access::Write).await?,
        };
        let immediate = Some(SqliteTransactionMode::Immediate);
        let options = TransactionOptions { sqlite_transaction_mode: immediate, ..TransactionOptions::default() };
        let begun = connection.begin_with_options(options).await;
        self.connection = Some(connection);
        Ok(begun?)
    }

    /// A connection whose transaction failed in an unknown way is never used again.
    async fn drop_connection(&mut self) {
        if let Some(connection) = self.connection.take() {
            let closed = tokio::time::timeout(Duration::from_secs(5), connection.close()).await;
            if !matches!(closed, Ok(Ok(()))) {
                tracing::warn!("the writer's connection did not close in good order");
            }
        }
    }
}

/// Runs one write in a savepoint of its own. `Ok` says who is to be woken; `Err` means that the whole group is lost.
async fn write_one(
    outer: &DatabaseTransaction,
    run: Box<dyn FnOnce(Tx) -> BoxFuture<'static, bool> + Send>,
) -> Result<Rung, Error> {
    let savepoint = Arc::new(outer.begin().await?);
    let rung = Arc::new(Mutex::new(Rung::default()));
    let keep = run(Tx { inner: Arc::clone(&savepoint), rung: Arc::clone(&rung) }).await;
    let savepoint = Arc::into_inner(savepoint).ok_or(Error::KeptTransaction)?;
    if keep {
        savepoint.commit().await?;
    } else {
        savepoint.rollback().await?;
    }
    let rung = std::mem::take(&mut *rung.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(if keep { rung } else { Rung::default() })
}
