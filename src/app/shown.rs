//! Words and shapes that pages share: chips, due dates, paging, the head of a case.

use serde::Serialize;

use super::{deadlines::Statutory, words};
use crate::{
    clock::{Instant, ZONE},
    ids::{CaseId, ProjectId},
    language::Text,
    policy::calendar::Calendar,
};

/// How something is coloured; the words say the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    /// Nothing special.
    Plain,
    /// In progress.
    Active,
    /// It went well.
    Good,
    /// Somebody should look.
    Warn,
    /// Refused, overdue, ended badly.
    Bad,
}

/// A short word in a coloured chip.
#[derive(Debug, Clone, Serialize)]
pub struct Chip {
    /// Its colour.
    pub tone: Tone,
    /// Its word.
    pub word: Text,
}

impl Chip {
    /// A chip.
    #[must_use]
    pub const fn new(tone: Tone, word: Text) -> Self {
        Self { tone, word }
    }
}

/// One option of a select, a radio group, a tab list.
#[derive(Debug, Clone, Serialize)]
pub struct Choice {
    /// What is posted.
    pub code: String,
    /// What people read.
    pub title: Text,
    /// Whether it is the present one.
    pub chosen: bool,
}

impl Choice {
    /// An option that is chosen when `present` names it.
    #[must_use]
    pub fn new(code: &str, title: Text, present: &str) -> Self {
        Self { chosen: code == present, code: code.to_owned(), title }
    }
}

/// Where a list stands among its pages.
#[derive(Debug, Clone, Serialize)]
pub struct Paging {
    /// The page, from 1.
    pub page: u64,
    /// How many there are.
    pub pages: u64,
    /// How many rows in all.
    pub total: u64,
    /// The address of the page before.
    pub before: Option<String>,
    /// The address of the page after.
    pub after: Option<String>,
}

impl Paging {
    /// Page `page` of `total` rows, `per_page` at a time; `query` is the address up to and without the page number.
    #[must_use]
    pub fn new(page: u64, total: u64, per_page: u64, query: &str) -> Self {
        let pages = total.div_ceil(per_page).max(1);
        let page = page.clamp(1, pages);
        let at = |page: u64| format!("{query}page={page}");
        Self {
            page,
            pages,
            total,
            before: (page > 1).then(|| at(page - 1)),
            after: (page < pages).then(|| at(page + 1)),
        }
    }
}

/// When something is due, and how pressing that is.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Due {
    /// The deadline.
    pub at: Instant,
    /// How pressing it is.
    pub state: DueState,
    /// By which version of the calendar it was counted, where it was counted in working days.
    pub calendar: Option<i64>,
    /// Whether it may still move: the State Council's notice for its year is not there yet.
    pub provisional: bool,
}

/// How pressing a deadline is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DueState {
    /// It has passed.
    Overdue,
    /// Today or tomorrow.
    Soon,
    /// Later.
    Later,
}

impl Due {
    /// How pressing `at` is, seen from `now`, by the days of the district.
    #[must_use]
    pub fn seen(at: Instant, now: Instant) -> Self {
        let day = |instant: Instant| instant.with_timezone(&ZONE).date_naive();
        let state = if at < now {
            DueState::Overdue
        } else if (day(at) - day(now)).num_days() <= 1 {
            DueState::Soon
        } else {
            DueState::Later
        };
        Self { at, state, calendar: None, provisional: false }
    }

    /// The same, counted in working days by a version of the calendar.
    #[must_use]
    pub fn counted_by(self, version: Option<i64>, calendar: &Calendar) -> Self {
        let day = self.at.with_timezone(&ZONE).date_naive();
        Self { calendar: version, provisional: version.is_some() && calendar.is_provisional(day), ..self }
    }
}

/// Where a case stands: running, or what it ended as.
#[must_use]
pub fn status_of(outcome: Option<&str>) -> Chip {
    let Some(outcome) = outcome else {
        return Chip::new(Tone::Active, Text::new("办理中", "In progress"));
    };
    Chip::new(tone_of(outcome), words::outcome(&outcome.into()))
}

/// A case at which nobody may act for now.
#[must_use]
pub fn suspended() -> Chip {
    Chip::new(Tone::Warn, Text::new("已挂起", "Suspended"))
}

/// Whether an outcome is good news.
#[must_use]
pub fn tone_of(outcome: &str) -> Tone {
    match outcome {
        "blocked" | "rejected" | "not-supported" | "terminated" => Tone::Bad,
        "withdrawn" => Tone::Plain,
        _ => Tone::Good,
    }
}

/// The head of everything about a case.
#[derive(Debug, Clone, Serialize)]
pub struct CaseHead {
    /// The case.
    pub case: CaseId,
    /// 流程编号
    pub number: String,
    /// What the case is called.
    pub title: Text,
    /// The workflow's title.
    pub workflow: Text,
    /// The project, where the case is about one.
    pub project: Option<ProjectId>,
    /// The project's name, or the workflow whose definition is to change.
    pub project_name: String,
    /// The page of what it is about.
    pub href: String,
    /// The unit that runs the project; empty where there is no project.
    pub unit: Text,
    /// The budget year.
    pub year: i32,
    /// Who started it.
    pub initiator: String,
    /// When.
    pub started_at: Instant,
    /// Running, or what it ended as.
    pub status: Chip,
    /// The deadlines in law for the whole of it.
    pub statutory: Vec<Statutory>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_presses_by_the_days_of_the_district() {
        let now = "2027-03-01T15:00:00Z".parse().unwrap();
        let state = |at: &str| Due::seen(at.parse().unwrap(), now).state;
        assert_eq!(state("2027-03-01T14:59:59Z"), DueState::Overdue);
        assert_eq!(state("2027-03-02T15:59:00Z"), DueState::Soon);
        assert_eq!(state("2027-03-02T16:01:00Z"), DueState::Later);
    }

    #[test]
    fn paging_has_no_way_beyond_its_ends() {
        let paging = Paging::new(9, 45, 20, "/inbox?tab=mine&");
        assert_eq!((paging.page, paging.pages), (3, 3));
        assert_eq!(paging.before.as_deref(), Some("/inbox?tab=mine&page=2"));
        assert_eq!(paging.after, None);
        assert_eq!(Paging::new(1, 0, 20, "/inbox?").pages, 1);
    }
}
