//! A project: its life cycle as stages, its facts and cases, and why the next stage is closed.

use serde::Serialize;

use super::{
    case_page::FactView,
    shown::{Chip, Tone},
};
use crate::{
    clock::Instant,
    ids::{CaseId, ProjectId},
    language::Text,
    money::Money,
};

/// A project with its life cycle in one budget year.
#[derive(Debug, Clone, Serialize)]
pub struct ProjectPage {
    /// Its id.
    pub id: ProjectId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The unit that runs it.
    pub unit: Text,
    /// The department above.
    pub department: Text,
    /// 一次性, 经常性, 阶段性
    pub nature: Text,
    /// Which of the four budgets.
    pub category: Text,
    /// The instrument.
    pub instrument: Text,
    /// The total.
    pub total: Money,
    /// The first year.
    pub start_year: i32,
    /// The last year.
    pub end_year: i32,
    /// Who answers for it.
    pub leader: Option<String>,
    /// Whether it is a newly established major project.
    pub is_new_major: bool,
    /// Where its figures were published.
    pub source: Option<String>,
    /// The budget year at hand.
    pub year: i32,
    /// The budget years to choose from.
    pub years: Vec<i32>,
    /// The stages of that year.
    pub stages: Vec<Stage>,
    /// Every fact of the project.
    pub facts: Vec<FactView>,
    /// Every case of the project.
    pub cases: Vec<CaseRow>,
}

/// One stage of the life cycle.
#[derive(Debug, Clone, Serialize)]
pub struct Stage {
    /// Its number, from 1.
    pub no: usize,
    /// Its title.
    pub title: Text,
    /// Its colour.
    pub tone: Tone,
    /// How far it is.
    pub state: Chip,
    /// What there is to know: who has it, what was concluded.
    pub note: Option<Text>,
    /// The amount it concluded.
    pub amount: Option<Money>,
    /// Why it is closed.
    pub closed_because: Option<Text>,
    /// The case to look at.
    pub case: Option<CaseId>,
    /// The workflow that this person can start now.
    pub start: Option<String>,
    /// The stage that would open this one, as an address on this page or another.
    pub opened_by: Option<Link>,
}

/// A way to somewhere.
#[derive(Debug, Clone, Serialize)]
pub struct Link {
    /// Where.
    pub href: String,
    /// In words.
    pub title: Text,
}

/// A case of a project.
#[derive(Debug, Clone, Serialize)]
pub struct CaseRow {
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub number: String,
    /// The workflow.
    pub workflow: Text,
    /// The budget year.
    pub year: i32,
    /// Who started it.
    pub initiator: String,
    /// When.
    pub started_at: Instant,
    /// Running, or what it ended as.
    pub status: Chip,
}
