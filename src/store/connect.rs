//! Connections with the settings that durability needs, asserted on every single one.

use std::{str::FromStr as _, time::Duration};

use sea_orm::{DatabaseConnection, SqlxPostgresConnector, SqlxSqliteConnector};
use sqlx::{
    ConnectOptions as _, Connection as _, PgConnection, PgPool, SqliteConnection, SqlitePool,
    pool::PoolOptions,
    postgres::PgConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tracing::log::LevelFilter;

use super::Error;

/// How long one connection waits for another's lock before it gives up.
const LOCK_WAIT: Duration = Duration::from_secs(10);
/// Statements slower than this are logged.
const SLOW_STATEMENT: Duration = Duration::from_secs(1);
const POSTGRES_CONNECTIONS_MAX: u32 = 20;
const SQLITE_READERS_MAX: u32 = 8;
/// Multi-row statements differ by their number of rows, so there are more of them than sqlx expects.
const CACHED_STATEMENTS_MAX: usize = 400;

/// What a SQLite connection may do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// The one writer.
    Write,
    /// One of many readers; the connection itself refuses to write.
    Read,
}

/// Reads `sqlite://path` into options with every setting that matters.
pub(super) fn sqlite_options(url: &str, access: Access) -> Result<SqliteConnectOptions, Error> {
    let options = SqliteConnectOptions::from_str(url).map_err(|e| Error::BadUrl(e.to_string()))?;
    let options = options
        .create_if_missing(access == Access::Write)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(LOCK_WAIT)
        .statement_cache_capacity(CACHED_STATEMENTS_MAX)
        .log_statements(LevelFilter::Trace)
        .log_slow_statements(LevelFilter::Warn, SLOW_STATEMENT);
    Ok(if access == Access::Read { options.pragma("query_only", "ON") } else { options })
}

/// Opens a pool on a SQLite file: one connection to write with, or several to read with.
///
/// Several processes that open a new file at once meet while its journal mode is switched, where SQLite does not wait
/// by itself; so opening is repeated for as long as a lock may be held.
pub(super) async fn sqlite(url: &str, access: Access) -> Result<DatabaseConnection, Error> {
    let options = sqlite_options(url, access)?;
    let connections_max = if access == Access::Write { 1 } else { SQLITE_READERS_MAX };
    let mut attempts_left = 100;
    while let Err(error) = check_sqlite(&options).await {
        if !matches!(error, Error::Contended(_)) || attempts_left == 0 {
            return Err(error);
        }
        attempts_left -= 1;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let pool: SqlitePool = PoolOptions::new()
        .max_connections(connections_max)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .after_connect(|connection, _| Box::pin(async move { assert_sqlite(connection).await }))
        .connect_with(options)
        .await?;
    Ok(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool))
}

/// One connection by hand: it says what is wrong, where a pool would repeat it until it times out.
async fn check_sqlite(options: &SqliteConnectOptions) -> Result<(), Error> {
    let mut first = SqliteConnection::connect_with(options).await?;
    assert_sqlite(&mut first).await.map_err(unwrap_assertion)?;
    Ok(first.close().await?)
}

async fn assert_sqlite(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let (mode,): (String,) = sqlx::query_as("PRAGMA journal_mode").fetch_one(&mut *connection).await?;
    expect("journal_mode", &mode, &["wal"])?;
    let (synchronous,): (i64,) = sqlx::query_as("PRAGMA synchronous").fetch_one(&mut *connection).await?;
    expect("synchronous", &synchronous.to_string(), &["2", "3"])?;
    let (foreign_keys,): (i64,) = sqlx::query_as("PRAGMA foreign_keys").fetch_one(&mut *connection).await?;
    expect("foreign_keys", &foreign_keys.to_string(), &["1"])
}

/// Opens a pool on a PostgreSQL database.
pub(super) async fn postgres(url: &str) -> Result<(PgPool, DatabaseConnection), Error> {
    let options = postgres_options(url)?.options([
        ("statement_timeout", "30s"),
        ("lock_timeout", "10s"),
        ("idle_in_transaction_session_timeout", "60s"),
    ]);
    // A pool repeats what fails after connecting until it times out; one connection by hand fails at once, with a reason.
    let mut first = PgConnection::connect_with(&options).await?;
    assert_postgres(&mut first).await.map_err(unwrap_assertion)?;
    first.close().await?;
    let pool = PoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS_MAX)
        .acquire_timeout(Duration::from_secs(15))
        .test_before_acquire(false)
        .before_acquire(|connection: &mut PgConnection, meta| {
            Box::pin(async move {
                if meta.idle_for > Duration::from_secs(5) { Ok(connection.ping().await.is_ok()) } else { Ok(true) }
            })
        })
        .after_connect(|connection, _| Box::pin(async move { assert_postgres(connection).await }))
        .connect_with(options)
        .await?;
    let connection = SqlxPostgresConnector::from_sqlx_postgres_pool(pool.clone());
    Ok((pool, connection))
}

/// A connection for migrations, which may take longer than any request.
pub(super) async fn postgres_single(url: &str) -> Result<DatabaseConnection, Error> {
    let pool = PoolOptions::new().max_connections(1).connect_with(postgres_options(url)?).await?;
    Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool))
}

fn postgres_options(url: &str) -> Result<PgConnectOptions, Error> {
    Ok(PgConnectOptions::from_str(url)
        .map_err(|e| Error::BadUrl(e.to_string()))?
        .application_name("yumen")
        .statement_cache_capacity(CACHED_STATEMENTS_MAX)
        .log_statements(LevelFilter::Trace)
        .log_slow_statements(LevelFilter::Warn, SLOW_STATEMENT))
}

async fn assert_postgres(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let (commit, fsync): (String, String) =
        sqlx::query_as("SELECT current_setting('synchronous_commit'), current_setting('fsync')")
            .fetch_one(&mut *connection)
            .await?;
    expect("synchronous_commit", &commit, &["on", "remote_apply"])?;
    expect("fsync", &fsync, &["on"])
}

/// A failed assertion, on its way through sqlx.
#[derive(Debug, thiserror::Error)]
#[error("{setting} is {found}")]
struct Weak {
    setting: &'static str,
    found: String,
    wanted: &'static str,
}

fn expect(setting: &'static str, found: &str, wanted: &[&'static str]) -> Result<(), sqlx::Error> {
    if wanted.contains(&found) {
        return Ok(());
    }
    let wanted = wanted.first().copied().unwrap_or_default();
    Err(sqlx::Error::Configuration(Box::new(Weak { setting, found: found.to_owned(), wanted })))
}

fn unwrap_assertion(error: sqlx::Error) -> Error {
    if let sqlx::Error::Configuration(inner) = &error
        && let Some(weak) = inner.downcast_ref::<Weak>()
    {
        return Error::NotDurable { setting: weak.setting, found: weak.found.clone(), wanted: weak.wanted };
    }
    error.into()
}
