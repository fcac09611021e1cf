//! The two ways to reach the database: a transaction to write in, and a connection to read with.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend};

use crate::ids::PersonId;

/// A transaction. Given to the closure of [`super::Store::write`] and to nobody else; it must not outlive the closure.
pub struct Tx {
    pub(super) inner: Arc<DatabaseTransaction>,
    pub(super) rung: Arc<Mutex<Rung>>,
}

/// Who is to be woken once a transaction has committed.
#[derive(Debug, Clone, Default)]
pub(super) struct Rung {
    /// The relay: something was put into the outbox.
    pub outbox: bool,
    /// The open pages of these people.
    pub told: BTreeSet<PersonId>,
}

impl Rung {
    /// Wakes whom `other` wakes as well.
    pub fn extend(&mut self, other: Self) {
        self.outbox |= other.outbox;
        self.told.extend(other.told);
    }

    /// Whether nobody is to be woken.
    pub fn is_silent(&self) -> bool {
        !self.outbox && self.told.is_empty()
    }
}

impl Tx {
    /// After the commit, wake whoever waits for the outbox.
    pub(super) fn ring_after_commit(&self) {
        self.rung.lock().unwrap_or_else(PoisonError::into_inner).outbox = true;
    }

    /// After the commit, tell the open pages of these people that something changed for them.
    pub(super) fn tell_after_commit(&self, people: impl IntoIterator<Item = PersonId>) {
        self.rung.lock().unwrap_or_else(PoisonError::into_inner).told.extend(people);
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
