//! 待办: what waits for a person, what they started, decided and were copied in on.

use serde::Serialize;

use super::shown::{Chip, Choice, Due, Paging};
use crate::{clock::Instant, language::Text};

/// Which list of the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tab {
    /// 待我办理
    ToDecide,
    /// 我发起的
    Mine,
    /// 我已办
    Decided,
    /// 抄送我的
    Copied,
}

impl Tab {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 4] = [Self::ToDecide, Self::Mine, Self::Decided, Self::Copied];

    /// As it stands in an address.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ToDecide => "to-decide",
            Self::Mine => "mine",
            Self::Decided => "decided",
            Self::Copied => "copied",
        }
    }

    /// Reads an address; anything else is the first list.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|tab| tab.code() == code).unwrap_or(Self::ToDecide)
    }
}

/// What is looked for.
#[derive(Debug, Clone)]
pub struct InboxQuery {
    /// In which list.
    pub tab: Tab,
    /// Of which workflow; empty means any.
    pub workflow: String,
    /// With this in the number or the project's name; empty means any.
    pub text: String,
    /// Overdue ones alone.
    pub overdue: bool,
    /// Which page, from 1.
    pub page: u64,
}

/// The inbox.
#[derive(Debug, Clone, Serialize)]
pub struct Inbox {
    /// The list at hand.
    pub tab: Tab,
    /// The lists with their counts.
    pub tabs: Vec<TabView>,
    /// The workflows to choose from.
    pub workflows: Vec<Choice>,
    /// What was looked for.
    pub text: String,
    /// Whether overdue ones alone were.
    pub overdue: bool,
    /// How many of the tasks that wait are overdue.
    pub overdue_count: u64,
    /// Whether anything was looked for at all.
    pub filtered: bool,
    /// Whether this person may start a case.
    pub may_start: bool,
    /// What was found.
    pub rows: Vec<InboxRow>,
    /// Where the list stands.
    pub paging: Paging,
}

/// One list with its count.
#[derive(Debug, Clone, Serialize)]
pub struct TabView {
    /// Which.
    pub tab: Tab,
    /// How many rows; `None` where nobody needs to know.
    pub count: Option<u64>,
}

/// One row.
#[derive(Debug, Clone, Serialize)]
pub struct InboxRow {
    /// Where it leads.
    pub href: String,
    /// 流程编号
    pub number: String,
    /// The project's name.
    pub project_name: String,
    /// The unit that runs it.
    pub unit: Text,
    /// The workflow.
    pub workflow: Text,
    /// The budget year.
    pub year: i32,
    /// The step at hand, where there is one.
    pub step: Option<Text>,
    /// Who started the case.
    pub initiator: String,
    /// When it arrived, was started, decided or copied.
    pub at: Instant,
    /// When it is due.
    pub due: Option<Due>,
    /// Where the case stands, or how this person decided.
    pub status: Option<Chip>,
}
