//! A case: who did what, where it stands, what it recorded.

use serde::Serialize;

use super::shown::{Chip, Due, Tone};
use crate::{clock::Instant, ids::FactId, language::Text, money::Money};

/// An open task, as the case page lists it.
#[derive(Debug, Clone, Serialize)]
pub struct OpenTask {
    /// Its number.
    pub no: u32,
    /// The step.
    pub step: Text,
    /// Who may act, in words.
    pub waits_for: Vec<Text>,
    /// When it is due.
    pub due: Option<Due>,
    /// Whether the person who looks may act.
    pub mine: bool,
}

/// One line of the history: a command with what it led to.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// When.
    pub at: Instant,
    /// Who; the system by its name.
    pub who: Text,
    /// What they did.
    pub did: Chip,
    /// At which step.
    pub step: Option<Text>,
    /// In which words.
    pub reason: String,
    /// What followed: facts, branches, the end.
    pub effects: Vec<Text>,
    /// The drawing beside it.
    pub icon: &'static str,
    /// Its colour.
    pub tone: Tone,
}

/// A fact that the case recorded.
#[derive(Debug, Clone, Serialize)]
pub struct FactView {
    /// Its id.
    pub id: FactId,
    /// Its kind.
    pub kind: Text,
    /// What it says.
    pub value: Chip,
    /// The budget year it is about.
    pub year: i32,
    /// What it allows at most.
    pub cap: Option<Money>,
    /// When it was recorded.
    pub at: Instant,
    /// Whether it was taken back.
    pub revoked: bool,
    /// Whether the person who looks may take it back.
    pub may_revoke: bool,
    /// The case that recorded it.
    pub case: crate::ids::CaseId,
    /// Its number.
    pub case_number: String,
}
