//! The two ways to reach the database: a transaction to write in, and a connection to read with.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend};

/// A transaction. Given to the closure of [`super::Store::write`] and to nobody else; it must not outlive the closure.
pub struct Tx {
    pub(super) inner: Arc<DatabaseTransaction>,
    pub(super) rings: Arc<AtomicBool>,
}

impl Tx {
    /// After the commit, wake whoever waits for the outbox.
    pub(super) fn ring_after_commit(&self) {
        self.rings.store(true, Ordering::Relaxed);
    }
}

/// Reads what is committed. Cheap to copy around; cannot write.
#[derive(Clone)]
pub struct Reader {
    pub(super) inner: DatabaseConnection,
}

/// Where a query can run: a [`Tx`] or a [`Reader`].
pub trait Source: connection::Connection {}
impl Source for Tx {}
impl Source for Reader {}

pub(super) mod connection {
    use super::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, Reader, Tx};

    /// What sea-orm needs, out of sight of everyone else.
    pub trait Connection: Send + Sync {
        /// sea-orm's own type.
        type Inner: ConnectionTrait + Send + Sync;
        /// sea-orm's own connection.
        fn sql(&self) -> &Self::Inner;
        /// Which of the two databases.
        fn is_postgres(&self) -> bool {
            self.sql().get_database_backend() == DbBackend::Postgres
        }
    }

    impl Connection for Tx {
        type Inner = DatabaseTransaction;
        fn sql(&self) -> &DatabaseTransaction {
            &self.inner
        }
    }

    impl Connection for Reader {
        type Inner = DatabaseConnection;
        fn sql(&self) -> &DatabaseConnection {
            &self.inner
        }
    }
}
