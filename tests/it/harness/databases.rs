//! A fresh database for each test, of each kind.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{Connection as _, PgConnection};
use yumen::store::Store;

/// A database of its own, gone with the test (SQLite) or with the private server (PostgreSQL).
pub struct Database {
    /// Its URL.
    pub url: String,
    /// The store, migrated.
    pub store: Store,
    _folder: Option<tempfile::TempDir>,
}

/// Which of the two.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A file.
    Sqlite,
    /// A database on the server that `YUMEN_TEST_POSTGRES` names.
    Postgres,
}

/// An empty database: its URL, and the folder that holds it.
pub async fn empty(kind: Kind) -> (String, Option<tempfile::TempDir>) {
    match kind {
        Kind::Sqlite => {
            let folder = tempfile::tempdir().unwrap();
            (format!("sqlite://{}", folder.path().join("yumen.db").display()), Some(folder))
        }
        Kind::Postgres => {
            static COUNT: AtomicU32 = AtomicU32::new(0);
            let server = std::env::var("YUMEN_TEST_POSTGRES")
                .expect("YUMEN_TEST_POSTGRES must be the URL of a PostgreSQL server; ./tests/run starts one");
            let name = format!("yumen_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
            let mut admin = PgConnection::connect(&server).await.unwrap();
            sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut admin).await.unwrap();
            let (base, _) = server.rsplit_once('/').unwrap();
            (format!("{base}/{name}"), None)
        }
    }
}

/// A migrated database.
pub async fn fresh(kind: Kind) -> Database {
    let (url, folder) = empty(kind).await;
    Database { _folder: folder, ..Database::at(url).await }
}

impl Database {
    /// The database at `url`, migrated.
    pub async fn at(url: String) -> Self {
        let store = Store::open(&url).await.unwrap();
        store.migrate().await.unwrap();
        Self { url, store, _folder: None }
    }
}

/// Runs each `async fn(Kind)` as two tests, one per database.
macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(crate::harness::databases::Kind::Sqlite).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(crate::harness::databases::Kind::Postgres).await;
            })+
        }
    };
}
pub(crate) use on_both;
