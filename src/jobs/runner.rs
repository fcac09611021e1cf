//! The executor: the only file that names apalis. It is given rows that the outbox has decided on and calls back with
//! each. Nothing depends on what it remembers: its tables are its own, and losing them loses nothing but time.
//!
//! Each process has a queue of its own, named by a new id at every start. So no node is handed what another claimed, and
//! a queue of a dead process is never worked on again; its rows are claimed anew from the outbox.

use std::{
    path::Path,
    str::FromStr as _,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use apalis::prelude::{
    BackendExt as _, BoxDynError, Data, TaskSink as _, WorkerBuilder, WorkerBuilderExt as _, WorkerContext,
};
use apalis_postgres::PostgresStorage;
use apalis_sqlite::SqliteStorage;
use futures::{FutureExt as _, Stream, stream};
use serde::{Deserialize, Serialize};
use sqlx::{
    PgPool, SqlitePool,
    pool::PoolOptions,
    postgres::PgConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::sync::{Mutex, Notify};

use super::attempt::Crew;
use crate::ids::DispatchId;

/// The executor looks when rows are pushed, and again soon after, since a look that was under way may have missed them;
/// then less and less often.
const LOOKS_AGAIN_AFTER: Duration = Duration::from_millis(50);
const LOOKS_AT_LEAST_EVERY: Duration = Duration::from_secs(10);
/// Rows of dead queues are kept this long, for whoever wants to look.
const KEPT_SECONDS: i64 = 24 * 3600;
/// What is done leaves the queue each time that so many more were handed over: with every answer, apalis looks through all
/// that its worker has ever been given.
const FORGETS_AFTER: usize = 100;

/// How often another process may be faster with apalis's migrations.
const MIGRATIONS_LOST_MAX: usize = 20;

/// apalis's migrations race with each other inside one process; on PostgreSQL they take a lock of their own as well.
static MIGRATING: Mutex<()> = Mutex::const_new(());

/// A claimed row, as the queue carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Handed {
    /// The row.
    pub dispatch: DispatchId,
    /// The fence it was claimed with.
    pub fence: i64,
}

/// A queue and its workers.
#[derive(Clone)]
pub(super) struct Executor {
    storage: Storage,
    queue: Arc<str>,
    pushed: Arc<Notify>,
    handed: Arc<AtomicUsize>,
}

#[derive(Clone)]
enum Storage {
    Sqlite(SqliteStorage<Handed>),
    Postgres(PostgresStorage<Handed>),
}

impl Executor {
    /// A queue for this process: in `jobs.db` beside a SQLite database, in the schema `apalis` of a PostgreSQL one.
    pub async fn open(database: &str, queue: &str) -> Result<Self, sqlx::Error> {
        let _alone = MIGRATING.lock().await;
        let storage = if let Some(path) = sqlite_path(database) {
            let pool = open_sqlite(&path).await?;
            migrate_sqlite(&pool).await?;
            clear(&pool, "DELETE FROM Jobs WHERE coalesce(done_at, run_at) < strftime('%s', 'now') - $1").await?;
            let config = apalis_sqlite::Config::default().queue(queue);
            Storage::Sqlite(SqliteStorage::new(&pool).with_config(config))
        } else {
            // Nothing here must survive, so nothing waits for the disk.
            let options = PgConnectOptions::from_str(database)?.options([("synchronous_commit", "off")]);
            let pool: PgPool = PoolOptions::new().max_connections(4).connect_with(options).await?;
            PostgresStorage::<()>::migrations().run(&pool).await?;
            sqlx::query("DELETE FROM apalis.jobs WHERE coalesce(done_at, run_at) < now() - $1 * interval '1 second'")
                .bind(KEPT_SECONDS)
                .execute(&pool)
                .await?;
            let config = apalis_postgres::Config::default().queue(queue);
            Storage::Postgres(PostgresStorage::new(&pool).with_config(config))
        };
        Ok(Self { storage, queue: queue.into(), pushed: Arc::default(), handed: Arc::default() })
    }

    /// Hands rows over; they are worked on soon.
    pub async fn hand_over(&self, rows: Vec<Handed>) -> Result<(), BoxDynError> {
        let count = rows.len();
        match &self.storage {
            Storage::Sqlite(storage) => storage.clone().push_bulk(rows).await?,
            Storage::Postgres(storage) => storage.clone().push_bulk(rows).await?,
        }
        self.pushed.notify_one();
        let before = self.handed.fetch_add(count, Ordering::Relaxed);
        if before / FORGETS_AFTER != (before + count) / FORGETS_AFTER
            && let Err(error) = self.forget_done().await
        {
            tracing::warn!(%error, "what is done could not leave the queue; tries again later");
        }
        Ok(())
    }

    async fn forget_done(&self) -> Result<(), sqlx::Error> {
        match &self.storage {
            Storage::Sqlite(storage) => {
                let done = sqlx::query("DELETE FROM Jobs WHERE job_type = $1 AND status = 'Done'");
                done.bind(&*self.queue).execute(storage.pool()).await.map(drop)
            }
            Storage::Postgres(storage) => {
                let done = sqlx::query("DELETE FROM apalis.jobs WHERE job_type = $1 AND status = 'Done'");
                done.bind(&*self.queue).execute(storage.pool()).await.map(drop)
            }
        }
    }

    /// Works until dropped, on `slots` rows at once; comes back only when the queue failed.
    pub async fn work(self, worker: String, slots: usize, crew: Crew) -> Result<(), BoxDynError> {
        let context = WorkerContext::new(&worker);
        match &self.storage {
            Storage::Sqlite(storage) => {
                let backend = storage.clone().poll_with_stream(Box::pin(self.wakes()));
                let worker = WorkerBuilder::new(&context).backend(backend).data(crew).concurrency(slots).build(call);
                worker.run().boxed().await?;
            }
            Storage::Postgres(storage) => {
                let backend = storage.clone().poll_with_stream(Box::pin(self.wakes()));
                let worker = WorkerBuilder::new(&context).backend(backend).data(crew).concurrency(slots).build(call);
                worker.run().boxed().await?;
            }
        }
        Ok(())
    }

    fn wakes(&self) -> impl Stream<Item = ()> + Send + use<> {
        let wakes = stream::unfold((Arc::clone(&self.pushed), LOOKS_AGAIN_AFTER), |(pushed, pause)| async move {
            let was_pushed = tokio::time::timeout(pause, pushed.notified()).await.is_ok();
            let pause = if was_pushed { LOOKS_AGAIN_AFTER } else { (pause * 2).min(LOOKS_AT_LEAST_EVERY) };
            Some(((), (pushed, pause)))
        });
        ask_again(wakes)
    }
}

/// Asks to be polled again with each item it gives. apalis polls this stream once before each look: an item that comes
/// during a look that finds nothing would leave nobody to wake it, and pushed rows would lie until its next heartbeat.
fn ask_again(wakes: impl Stream<Item = ()> + Send) -> impl Stream<Item = ()> + Send {
    let mut wakes = Box::pin(wakes);
    stream::poll_fn(move |cx| {
        let item = wakes.as_mut().poll_next(cx);
        if item.is_ready() {
            cx.waker().wake_by_ref();
        }
        item
    })
}

async fn call(handed: Handed, crew: Data<Crew>) -> Result<(), BoxDynError> {
    crew.attempt(handed).await;
    Ok(())
}

/// `jobs.db` beside the database file; `None` for a database that is no file.
fn sqlite_path(database: &str) -> Option<String> {
    let path = database.strip_prefix("sqlite:")?.trim_start_matches("//");
    let path = path.split('?').next().unwrap_or(path);
    Some(Path::new(path).with_file_name("jobs.db").to_string_lossy().into_owned())
}

/// One connection, so that apalis's own transactions never meet; without fsync, since nothing here must survive.
async fn open_sqlite(path: &str) -> Result<SqlitePool, sqlx::Error> {
    let options = SqliteConnectOptions::from_str("sqlite:")?
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Off)
        .busy_timeout(Duration::from_secs(10));
    PoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None).connect_with(options).await
}

/// Processes that open a new file at once apply the same migrations, and all but one of them fail: those look again.
async fn migrate_sqlite(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    for _ in 0..MIGRATIONS_LOST_MAX {
        if SqliteStorage::<()>::migrations().run(pool).await.is_ok() {
            return Ok(());
        }
        tokio::time::sleep(LOOKS_AGAIN_AFTER).await;
    }
    Ok(SqliteStorage::<()>::migrations().run(pool).await?)
}

async fn clear(pool: &SqlitePool, statement: &'static str) -> Result<(), sqlx::Error> {
    sqlx::query(statement).bind(KEPT_SECONDS).execute(pool).await.map(drop)
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        task::{Context, Poll},
    };

    use futures::StreamExt as _;

    use super::*;

    #[test]
    fn an_item_is_never_the_last_thing_that_is_heard_of() {
        let (waker, woken) = counting_waker();
        let mut wakes = Box::pin(ask_again(stream::iter([()]).chain(stream::pending())));
        let mut cx = Context::from_waker(&waker);
        assert_eq!(wakes.as_mut().poll_next(&mut cx), Poll::Ready(Some(())));
        assert_eq!(woken.0.load(Ordering::SeqCst), 1, "polled again after an item");
        assert!(wakes.as_mut().poll_next(&mut cx).is_pending());
        assert_eq!(woken.0.load(Ordering::SeqCst), 1, "and at rest while there is none");
    }

    #[derive(Default)]
    struct Woken(AtomicUsize);

    impl std::task::Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn counting_waker() -> (std::task::Waker, Arc<Woken>) {
        let woken = Arc::<Woken>::default();
        (std::task::Waker::from(Arc::clone(&woken)), woken)
    }

    #[test]
    fn the_queue_stands_beside_the_database() {
        assert_eq!(sqlite_path("sqlite://district/yumen.db").as_deref(), Some("district/jobs.db"));
        assert_eq!(sqlite_path("sqlite:///srv/yumen.db?mode=rwc").as_deref(), Some("/srv/jobs.db"));
        assert_eq!(sqlite_path("sqlite:yumen.db").as_deref(), Some("jobs.db"));
        assert_eq!(sqlite_path("postgres://host/yumen"), None);
    }
}
