//! Projects, looked for.

use serde::Serialize;

use super::shown::{Chip, Choice, Paging};
use crate::{ids::ProjectId, language::Text, money::Money};

/// The list of projects.
#[derive(Debug, Clone, Serialize)]
pub struct ProjectList {
    /// What was looked for.
    pub text: String,
    /// Departments to choose from.
    pub departments: Vec<Choice>,
    /// The four budgets to choose from.
    pub categories: Vec<Choice>,
    /// Instruments to choose from.
    pub instruments: Vec<Choice>,
    /// States to choose from.
    pub states: Vec<Choice>,
    /// The budget year whose state is shown.
    pub year: i32,
    /// Whether anything was looked for at all.
    pub filtered: bool,
    /// What was found.
    pub rows: Vec<ProjectRow>,
    /// Where the list stands.
    pub paging: Paging,
}

/// One project.
#[derive(Debug, Clone, Serialize)]
pub struct ProjectRow {
    /// Its id.
    pub id: ProjectId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The unit that runs it.
    pub unit: Text,
    /// The department above.
    pub department: Text,
    /// Which of the four budgets.
    pub category: Text,
    /// The instrument.
    pub instrument: Text,
    /// The total.
    pub total: Money,
    /// How far it is.
    pub state: Chip,
}
