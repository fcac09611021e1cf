//! Verifies the ledger: every journal, entry by entry, against its hashes and against its case.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, FromQueryResult, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use super::{
    Error, Source,
    journal::{GENESIS, JournalColumn, JournalEntity, JournalRow},
    rows,
};
use crate::ids::CaseId;

/// Cases whose journals are held in memory at once.
const CASES_PER_ROUND: u64 = 100;
/// Entries that are held in memory at once.
const ENTRIES_PER_ROUND: u64 = 1_000;

/// What was verified, and what is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Cases looked at.
    pub cases: u64,
    /// Journal entries looked at.
    pub entries: u64,
    /// Every place where a chain does not hold; empty when the ledger is whole.
    pub breaks: Vec<Break>,
}

/// A place where a chain does not hold. Further entries of the same case are not judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// The case.
    pub case: CaseId,
    /// The entry.
    pub seq: i64,
    /// What is wrong with it.
    pub what: Fault,
}

/// What is wrong with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is missing.
    Missing,
    /// It is more than the case knows of.
    Unknown,
    /// It does not follow the entry before it.
    Unchained,
    /// Its content is not what its hash was computed from.
    Changed,
    /// Its hash is not the one that the case remembers.
    NotTheLast,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Missing => "it is missing",
            Self::Unknown => "it is more than the case knows of",
            Self::Unchained => "it does not follow the entry before it",
            Self::Changed => "its content is not what its hash was computed from",
            Self::NotTheLast => "its hash is not the one that the case remembers",
        })
    }
}

/// How far a case was when it was looked at. One statement, so that a case which goes on meanwhile is not accused.
#[derive(FromQueryResult)]
struct Head {
    id: CaseId,
    version: i64,
    journal_hash: String,
    last: Option<i64>,
}

/// Verifies every chain. `seen` hears the number of entries looked at so far, for a progress bar.
///
/// # Errors
/// What the database says.
pub async fn verify(db: &impl Source, mut seen: impl FnMut(u64) + Send) -> Result<Verdict, Error> {
    let mut verdict = Verdict::default();
    let mut after = CaseId::from_uuid(uuid::Uuid::nil());
    loop {
        let heads = heads(db, after).await?;
        let Some(last) = heads.last() else { return Ok(verdict) };
        after = last.id;
        verify_cases(db, heads, &mut verdict, &mut seen).await?;
    }
}

/// The journal entries that there are, to size a progress bar.
///
/// # Errors
/// What the database says.
pub async fn count(db: &impl Source) -> Result<u64, Error> {
    let counted = JournalEntity::find().select_only().column_as(JournalColumn::Seq.count(), "count");
    let counted: Option<i64> = counted.into_tuple().one(db.sql()).await?;
    Ok(counted.unwrap_or_default().unsigned_abs())
}

async fn heads(db: &impl Source, after: CaseId) -> Result<Vec<Head>, Error> {
    let sql = format!(
        "SELECT c.id, c.version, c.journal_hash, (SELECT MAX(j.seq) FROM journal j WHERE j.case_id = c.id) AS last
         FROM cases c WHERE c.id > $1 ORDER BY c.id LIMIT {CASES_PER_ROUND}"
    );
    rows::all(db, rows::statement(db, sql, [after.into()])).await
}

async fn verify_cases(
    db: &impl Source,
    heads: Vec<Head>,
    verdict: &mut Verdict,
    seen: &mut (impl FnMut(u64) + Send),
) -> Result<(), Error> {
    let (Some(first), Some(last)) = (heads.first(), heads.last()) else { return Ok(()) };
    let (mut place, until) = ((first.id, 0), last.id);
    let mut chains: HashMap<CaseId, Chain> = heads.into_iter().map(|head| (head.id, Chain::new(head))).collect();
    loop {
        let entries = entries(db, place, until).await?;
        let Some(end) = entries.last() else { break };
        place = (end.case_id, end.seq);
        for entry in &entries {
            if let Some(chain) = chains.get_mut(&entry.case_id) {
                verdict.entries += u64::from(chain.follow(entry));
            }
        }
        seen(verdict.entries);
    }
    verdict.cases += chains.len() as u64;
    let mut breaks: Vec<_> = chains.into_values().filter_map(Chain::end).collect();
    breaks.sort_by_key(|found| found.case);
    verdict.breaks.extend(breaks);
    Ok(())
}

/// The entries after `place`, up to those of the case `until`.
async fn entries(db: &impl Source, (case, seq): (CaseId, i64), until: CaseId) -> Result<Vec<JournalRow>, Error> {
    let later = Condition::all().add(JournalColumn::CaseId.gt(case)).add(JournalColumn::CaseId.lte(until));
    let same = Condition::all().add(JournalColumn::CaseId.eq(case)).add(JournalColumn::Seq.gt(seq));
    Ok(JournalEntity::find()
        .filter(Condition::any().add(same).add(later))
        .order_by_asc(JournalColumn::CaseId)
        .order_by_asc(JournalColumn::Seq)
        .limit(ENTRIES_PER_ROUND)
        .all(db.sql())
        .await?)
}

/// One case's chain, as far as it was followed.
struct Chain {
    head: Head,
    seq: i64,
    hash: String,
    fault: Option<(i64, Fault)>,
}

impl Chain {
    fn new(head: Head) -> Self {
        Self { head, seq: 0, hash: GENESIS.to_owned(), fault: None }
    }

    /// Takes the next entry; false when it was written after the case was looked at.
    fn follow(&mut self, entry: &JournalRow) -> bool {
        if entry.seq > self.head.version.max(self.head.last.unwrap_or_default()) {
            return false;
        }
        if self.fault.is_none() {
            self.fault = self.fault_of(entry);
            self.seq = entry.seq;
            self.hash.clone_from(&entry.hash);
        }
        true
    }

    fn fault_of(&self, entry: &JournalRow) -> Option<(i64, Fault)> {
        let expected = self.seq + 1;
        if entry.seq != expected {
            Some((expected, Fault::Missing))
        } else if entry.seq > self.head.version {
            Some((entry.seq, Fault::Unknown))
        } else if entry.prev_hash != self.hash {
            Some((entry.seq, Fault::Unchained))
        } else if entry.hash != entry.computed_hash() {
            Some((entry.seq, Fault::Changed))
        } else {
            None
        }
    }

    fn end(self) -> Option<Break> {
        let (seq, what) = self.fault.or_else(|| {
            if self.seq < self.head.version {
                Some((self.seq + 1, Fault::Missing))
            } else {
                (self.hash != self.head.journal_hash).then_some((self.seq, Fault::NotTheLast))
            }
        })?;
        Some(Break { case: self.head.id, seq, what })
    }
}
