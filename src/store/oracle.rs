//! The oracle: what must hold of every store at every moment. Each check is one query that must find nothing.

mod checks;

use sea_orm::FromQueryResult;
use uuid::Uuid;

use self::checks::CHECKS;
use super::{Error, Source, rows};
use crate::language::Lang;

/// Violations of one check that are shown; all are counted.
const SHOWN_MAX: usize = 20;

/// Something that must hold.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// Its id: the invariant, and a letter.
    pub id: &'static str,
    zh: &'static str,
    en: &'static str,
    sql: &'static str,
}

impl Check {
    /// What must hold, as a sentence.
    #[must_use]
    pub const fn sentence(&self, lang: Lang) -> &'static str {
        lang.pick(self.zh, self.en)
    }

    /// The query in the words of one database: `{events}` unfolds a journal entry `j` into its events `e.value`, and
    /// `{hex x}` is a UUID as 32 digits.
    fn query(&self, is_postgres: bool) -> String {
        let (events, hex, end) = if is_postgres {
            ("jsonb_array_elements(j.events::jsonb) AS e (value)", "replace(CAST(", " AS text), '-', '')")
        } else {
            ("json_each(j.events) AS e", "lower(hex(", "))")
        };
        let mut sql = String::new();
        let text = self.sql.replace("{events}", events);
        for (index, part) in text.split("{hex ").enumerate() {
            match part.split_once('}').filter(|_| index > 0) {
                Some((column, rest)) => sql.extend([hex, column, end, rest]),
                None => sql.push_str(part),
            }
        }
        sql
    }
}

/// A check that found something.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Which.
    pub check: Check,
    /// How many rows violate it.
    pub count: usize,
    /// The first of them.
    pub shown: Vec<Violation>,
}

/// A row that violates a check.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Violation {
    /// The id of the case, or of what the check is about.
    pub id: Uuid,
    /// What else is known of it.
    pub detail: String,
}

/// Every check there is.
#[must_use]
pub fn checks() -> &'static [Check] {
    CHECKS
}

/// Asks one check; `None` when it holds.
///
/// # Errors
/// What the database says.
pub async fn ask(db: &impl Source, check: Check) -> Result<Option<Finding>, Error> {
    let mut shown: Vec<Violation> = rows::all(db, rows::statement(db, check.query(db.is_postgres()), [])).await?;
    let count = shown.len();
    shown.truncate(SHOWN_MAX);
    Ok((count > 0).then_some(Finding { check, count, shown }))
}

/// Asks every check; empty when all is well.
///
/// # Errors
/// What the database says.
pub async fn ask_all(db: &impl Source) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for check in CHECKS {
        findings.extend(ask(db, *check).await?);
    }
    Ok(findings)
}
