//! Projects, looked for.

use chrono::Datelike as _;
use serde::Serialize;

use super::{
    App, Failure, Viewer,
    shown::{Chip, Choice, Paging, Tone},
    words,
};
use crate::{
    domain::project::{BudgetCategory, Instrument},
    engine::{Directory, people::OrgKind, who::day_of},
    ids::ProjectId,
    language::Text,
    money::Money,
    store::project_reads::{self, Filter, ListedProject},
};

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

/// Rows of a page of projects.
const ROWS_PER_PAGE: u64 = 20;

/// What is looked for; empty texts mean anything.
#[derive(Debug, Clone, Default)]
pub struct ProjectQuery {
    /// In the name or the code.
    pub text: String,
    /// The department's code.
    pub department: String,
    /// Which of the four budgets.
    pub category: String,
    /// The instrument.
    pub instrument: String,
    /// How far it is.
    pub state: String,
    /// Which page, from 1.
    pub page: u64,
}

impl ProjectQuery {
    fn parts(&self) -> [(&'static str, &str); 5] {
        [
            ("text", &self.text),
            ("department", &self.department),
            ("category", &self.category),
            ("instrument", &self.instrument),
            ("state", &self.state),
        ]
    }

    fn address(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.parts().into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        let query = query.finish();
        if query.is_empty() { "/projects?".to_owned() } else { format!("/projects?{query}&") }
    }
}

impl App {
    /// The budget year that is being prepared: the next one.
    #[must_use]
    pub fn budget_year(&self) -> i32 {
        day_of(self.now()).year() + 1
    }

    /// Projects, for whoever may see them.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn project_list(&self, viewer: &Viewer, query: &ProjectQuery) -> Result<ProjectList, Failure> {
        let (db, year) = (self.store().read(), self.budget_year());
        let directory = self.directory(db).await?;
        let department = directory.organisations.get(&query.department.as_str().into());
        let filter = Filter {
            text: query.text.clone(),
            org_path: department.map(|department| department.path.clone()).unwrap_or_default(),
            category: query.category.clone(),
            instrument: query.instrument.clone(),
            state: query.state.clone(),
            year,
        };
        let total = project_reads::count(db, &viewer.scope, &filter).await?;
        let paging = Paging::new(query.page, total, ROWS_PER_PAGE, &query.address());
        let offset = (paging.page - 1) * ROWS_PER_PAGE;
        let rows = project_reads::page(db, &viewer.scope, &filter, ROWS_PER_PAGE, offset).await?;
        let departments = directory.organisations.values().filter(|org| org.kind == OrgKind::Department);
        Ok(ProjectList {
            text: query.text.clone(),
            departments: departments
                .filter(|org| viewer.scope.covers(&org.path))
                .map(|org| Choice::new(org.code.as_str(), org.name.clone(), &query.department))
                .collect(),
            categories: BudgetCategory::ALL
                .iter()
                .map(|one| Choice::new(one.code(), one.title(), &query.category))
                .collect(),
            instruments: Instrument::ALL
                .iter()
                .map(|one| Choice::new(one.code(), one.title(), &query.instrument))
                .collect(),
            states: project_reads::STATES
                .iter()
                .map(|state| Choice::new(state, state_chip(state).word, &query.state))
                .collect(),
            year,
            filtered: query.parts().iter().any(|(_, value)| !value.is_empty()),
            rows: rows.into_iter().map(|row| shown_row(row, &directory)).collect(),
            paging,
        })
    }
}

fn shown_row(row: ListedProject, directory: &Directory) -> ProjectRow {
    let department = directory.department_of(&row.unit.as_str().into()).map(|department| department.name.clone());
    ProjectRow {
        id: row.id,
        code: row.code,
        name: row.name,
        unit: words::organisation(directory, &row.unit),
        department: department.unwrap_or_default(),
        category: words::category(&row.category),
        instrument: words::instrument(&row.instrument),
        total: Money::from_fen(row.total_fen).unwrap_or_default(),
        state: state_chip(&row.state),
    }
}

/// How far a project is, in a word.
fn state_chip(state: &str) -> Chip {
    match state {
        "requested" => Chip::new(Tone::Good, Text::new("已提交预算申请", "Budget requested")),
        "requesting" => Chip::new(Tone::Active, Text::new("预算申请办理中", "Budget request in progress")),
        "targets-accepted" => Chip::new(Tone::Good, Text::new("目标已通过", "Targets accepted")),
        "targets-running" => Chip::new(Tone::Active, Text::new("目标审核中", "Targets in review")),
        "assessed" => Chip::new(Tone::Good, Text::new("评估已通过", "Assessed")),
        "assessing" => Chip::new(Tone::Active, Text::new("评估中", "In assessment")),
        "not-supported" => Chip::new(Tone::Bad, Text::new("不予支持", "Not supported")),
        "outside" => Chip::new(Tone::Plain, Text::new("本年度不实施", "Not in this year")),
        _ => Chip::new(Tone::Plain, Text::new("尚未评估", "Not assessed yet")),
    }
}
