//! What can go wrong in the store, sorted by what the caller can do about it.

use sea_orm::{DbErr, RuntimeErr};

/// A failure of the store.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// Another transaction was in the way: a deadlock, a serialisation failure, a busy database. Trying again helps.
    #[error("another transaction was in the way: {0}")]
    Contended(String),
    /// The row was changed since it was loaded. Loading it again and deciding anew helps.
    #[error("{0} was changed by another transaction")]
    Stale(&'static str),
    /// A row with this key is already there. Carries the database's words, which name the constraint.
    #[error("already there: {0}")]
    Duplicate(String),
    /// A foreign key, a check or a trigger refused the row. Carries the database's words.
    #[error("refused by the database: {0}")]
    Refused(String),
    /// The database runs with settings under which an acknowledged write could be lost.
    #[error("the database is not durable: {setting} is “{found}”, must be “{wanted}”")]
    NotDurable {
        /// The setting.
        setting: &'static str,
        /// What it is.
        found: String,
        /// What it must be.
        wanted: &'static str,
    },
    /// The URL names no database that Yumen can use.
    #[error("not a database URL: {0}")]
    BadUrl(String),
    /// The write panicked; nothing of it was stored.
    #[error("the write failed in an unexpected place: {0}")]
    Panicked(String),
    /// The write took longer than [`super::WRITE_SECONDS_MAX`]; nothing of it was stored.
    #[error("the write took too long")]
    TimedOut,
    /// The write kept its transaction beyond its end; nothing of it was stored.
    #[error("the transaction was kept beyond its end")]
    KeptTransaction,
    /// The store is closed.
    #[error("the store is closed")]
    Closed,
    /// Anything else, which the caller can only report.
    #[error(transparent)]
    Database(DbErr),
}

impl Error {
    /// Whether doing the whole write again, from loading on, can succeed.
    #[must_use]
    pub const fn is_worth_retrying(&self) -> bool {
        matches!(self, Self::Contended(_) | Self::Stale(_))
    }

    /// Whether the constraint or index `name` refused the row. SQLite names columns instead of constraints, so pass
    /// what occurs in both, such as a table's name.
    #[must_use]
    pub fn is_duplicate_of(&self, name: &str) -> bool {
        matches!(self, Self::Duplicate(message) if message.contains(name))
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        let found = if let DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause))
        | DbErr::Conn(RuntimeErr::SqlxError(cause)) = &error
        {
            classify(cause)
        } else {
            None
        };
        found.unwrap_or(Self::Database(error))
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        classify(&error).unwrap_or_else(|| Self::Database(DbErr::Conn(RuntimeErr::SqlxError(error.into()))))
    }
}

/// SQLSTATE of PostgreSQL (five characters) and extended result codes of SQLite (decimal) side by side.
fn classify(error: &sqlx::Error) -> Option<Error> {
    let database = error.as_database_error()?;
    let (code, message) = (database.code()?, database.message().to_owned());
    if code.len() == 5 && !code.starts_with("23") {
        return matches!(&*code, "40001" | "40P01" | "55P03").then_some(Error::Contended(message));
    }
    match &*code {
        "23505" | "1555" | "2067" => Some(Error::Duplicate(message)),
        sqlite_or_class_23 => match sqlite_or_class_23.parse::<i32>().ok()? {
            23_000..=23_999 => Some(Error::Refused(message)),
            other if other & 0xff == SQLITE_CONSTRAINT => Some(Error::Refused(message)),
            other if matches!(other & 0xff, SQLITE_BUSY | SQLITE_LOCKED) => Some(Error::Contended(message)),
            _ => None,
        },
    }
}

const SQLITE_BUSY: i32 = 5;
const SQLITE_LOCKED: i32 = 6;
const SQLITE_CONSTRAINT: i32 = 19;
