//! Verifies the ledger: the chains of hashes, and that every journal tells of exactly the state that is stored. The
//! mandates have a journal of their own, which is verified with it.

use super::{App, Failure, mandate_journal::MandateFault};
use crate::{
    engine::{Case, Event},
    ids::CaseId,
    store::{self, ledger::Break},
};

/// Cases replayed between two looks at the database.
const CASES_PER_ROUND: u64 = 200;

/// What was verified, and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerReport {
    /// Cases looked at.
    pub cases: u64,
    /// Journal entries looked at, those of the mandates among them.
    pub entries: u64,
    /// Where a chain does not hold.
    pub breaks: Vec<Break>,
    /// Cases whose stored state is not what their journal tells.
    pub untold: Vec<CaseId>,
    /// What is wrong with the journal of the mandates.
    pub mandates: Vec<MandateFault>,
}

impl LedgerReport {
    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.breaks.is_empty() && self.untold.is_empty() && self.mandates.is_empty()
    }
}

impl App {
    /// Verifies the whole ledger. `seen` hears the number of entries looked at so far.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn verify_ledger(&self, seen: impl FnMut(u64) + Send) -> Result<LedgerReport, Failure> {
        let db = self.store().read();
        let verdict = store::ledger::verify(db, seen).await?;
        let (mut untold, mut cases, mut last) = (Vec::new(), 0, None);
        loop {
            let round = store::cases::after(db, last, CASES_PER_ROUND).await?;
            let Some(end) = round.last() else { break };
            last = Some(end.id);
            for row in round {
                cases += 1;
                let told = replay(&store::journal::of_case(db, row.id).await?);
                let stored = serde_json::from_str::<Case>(&row.state).ok();
                if stored.is_none() || told != stored {
                    untold.push(row.id);
                }
            }
        }
        let (entries, mandates) = self.verify_mandates().await?;
        Ok(LedgerReport { cases, entries: verdict.entries + entries, breaks: verdict.breaks, untold, mandates })
    }
}

/// The case that a journal tells of; `None` when an entry cannot be read.
fn replay(journal: &[store::journal::JournalRow]) -> Option<Case> {
    let mut events: Vec<Event> = Vec::new();
    for entry in journal {
        events.extend(serde_json::from_str::<Vec<Event>>(&entry.events).ok()?);
    }
    Case::replay(&events)
}
