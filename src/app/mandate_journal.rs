//! The journal of the mandates: what happened, by whom; and whether what is stored is what it tells of.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{App, Failure};
use crate::{
    definition::check,
    ids::MandateSetId,
    store::{
        Tx,
        mandates::{self, ACCEPTED, DECLINED, Head, PROPOSED, REPLACED, SUPERSEDED},
    },
};

/// Something that happened to the mandates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum MandateEvent {
    /// The first set of all took effect with the installation.
    Founded {
        /// It.
        set: MandateSetId,
        /// SM3 of its source.
        hash: String,
    },
    /// A changed file was proposed.
    Proposed {
        /// It.
        set: MandateSetId,
        /// SM3 of its source.
        hash: String,
    },
    /// Another file took the place of an open proposal.
    Superseded {
        /// The proposal.
        set: MandateSetId,
    },
    /// One of the two consented or declined.
    Spoke {
        /// The proposal.
        set: MandateSetId,
        /// As whom.
        role: String,
        /// `consent` or `decline`.
        decision: String,
        /// Why.
        reason: String,
    },
    /// A proposal took effect.
    Accepted {
        /// It.
        set: MandateSetId,
        /// The live definitions that were proven by it then: SM3 of the source of each.
        proven: Vec<String>,
    },
    /// A proposal came to nothing.
    Declined {
        /// It.
        set: MandateSetId,
    },
}

/// What is wrong with the journal of the mandates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MandateFault {
    /// The chain of hashes does not hold from this entry on.
    Broken {
        /// Its number.
        seq: i64,
    },
    /// A stored set, or a consent to it, is not what the journal tells of.
    Untold {
        /// Which.
        set: MandateSetId,
    },
}

impl std::fmt::Display for MandateFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Broken { seq } => write!(f, "mandates entry {seq}: the chain of hashes does not hold"),
            Self::Untold { set } => write!(f, "{set}: what is stored is not what the journal of the mandates tells"),
        }
    }
}

/// The journal, open for entries by one actor: nobody else changes mandates until the transaction has ended.
pub(super) struct Register<'a> {
    pub(super) app: &'a App,
    pub(super) tx: &'a Tx,
    actor: String,
    head: Head,
}

impl<'a> Register<'a> {
    pub(super) async fn open(app: &'a App, tx: &'a Tx, actor: String) -> Result<Self, Failure> {
        let head = mandates::lock(tx).await?;
        Ok(Self { app, tx, actor, head })
    }

    pub(super) fn actor(&self) -> &str {
        &self.actor
    }

    pub(super) async fn record(&mut self, event: &MandateEvent) -> Result<(), Failure> {
        let event = serde_json::to_string(event).map_err(Failure::broken)?;
        let entry = (self.app.now(), self.actor.clone(), event);
        self.head = mandates::append(self.tx, self.head.clone(), entry).await?;
        Ok(())
    }
}

/// A set as somebody tells of it: SM3, state, and who said what as whom and why.
type Told = (String, String, Vec<(String, String, String, String)>);

impl App {
    /// Verifies the journal of the mandates, and that every set and consent is stored as it tells: the number of entries,
    /// and what is wrong.
    pub(super) async fn verify_mandates(&self) -> Result<(u64, Vec<MandateFault>), Failure> {
        let db = self.store().read();
        // The head is read first, so that entries which are written meanwhile are not accused.
        let head = mandates::head(db).await?;
        let mut stored: BTreeMap<MandateSetId, Told> = BTreeMap::new();
        for set in mandates::all(db).await? {
            let mut said: Vec<_> = mandates::said_of(db, set.id).await?.into_iter().collect();
            said.sort_by(|one, other| one.role.cmp(&other.role));
            let said = said.into_iter().map(|row| (row.role, row.person_id.to_string(), row.decision, row.reason));
            stored.insert(set.id, (check::hash(&set.source), set.state, said.collect()));
        }
        let mut journal = mandates::journal(db).await?;
        let known = journal.len() as u64;
        if mandates::head(db).await? != head {
            // Somebody wrote while we read: what they wrote is looked at the next time.
            journal.retain(|entry| entry.seq <= head.seq);
            return Ok((known, broken(&journal, &head)));
        }
        let mut faults = broken(&journal, &head);
        let told = replay(&journal);
        let all = stored.keys().chain(told.keys()).copied().collect::<std::collections::BTreeSet<_>>();
        let untold = all.into_iter().filter(|set| stored.get(set) != told.get(set));
        faults.extend(untold.map(|set| MandateFault::Untold { set }));
        Ok((known, faults))
    }
}

fn broken(journal: &[mandates::EntryRow], head: &Head) -> Vec<MandateFault> {
    mandates::broken_at(journal, head).map(|seq| MandateFault::Broken { seq }).into_iter().collect()
}

/// The sets that a journal tells of. What cannot be read tells nothing, and is missed where something is stored.
fn replay(journal: &[mandates::EntryRow]) -> BTreeMap<MandateSetId, Told> {
    let mut told: BTreeMap<MandateSetId, Told> = BTreeMap::new();
    for entry in journal {
        let Ok(event) = serde_json::from_str::<MandateEvent>(&entry.event) else { continue };
        let mut becomes = |set: MandateSetId, state: &str| {
            if let Some(known) = told.get_mut(&set) {
                state.clone_into(&mut known.1);
            }
        };
        match event {
            MandateEvent::Founded { set, hash } => {
                told.insert(set, (hash, ACCEPTED.to_owned(), Vec::new()));
            }
            MandateEvent::Proposed { set, hash } => {
                told.insert(set, (hash, PROPOSED.to_owned(), Vec::new()));
            }
            MandateEvent::Superseded { set } => becomes(set, SUPERSEDED),
            MandateEvent::Declined { set } => becomes(set, DECLINED),
            MandateEvent::Accepted { set, .. } => {
                told.values_mut()
                    .filter(|known| known.1 == ACCEPTED)
                    .for_each(|known| REPLACED.clone_into(&mut known.1));
                if let Some(known) = told.get_mut(&set) {
                    ACCEPTED.clone_into(&mut known.1);
                }
            }
            MandateEvent::Spoke { set, role, decision, reason } => {
                if let Some(known) = told.get_mut(&set) {
                    known.2.push((role, entry.actor.clone(), decision, reason));
                    known.2.sort();
                }
            }
        }
    }
    told
}
