//! What pages and the API read of projects, for people who may see them.

use sea_orm::{ColumnTrait as _, EntityTrait as _, FromQueryResult, QueryFilter as _, QueryOrder as _, Value};

use super::{
    Error, Scope, Source, budget_requests,
    cases::{CaseColumn, CaseEntity, CaseRow},
    projects::{self, ProjectRow},
    rows,
    scope::Reach,
};
use crate::ids::ProjectId;

/// What is looked for; empty texts mean anything.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// With this in the name or the code.
    pub text: String,
    /// Below this organisation path.
    pub org_path: String,
    /// Of this budget.
    pub category: String,
    /// Of this instrument.
    pub instrument: String,
    /// As far as this, in `year`: one of [`STATES`].
    pub state: String,
    /// The budget year that the state is about.
    pub year: i32,
}

/// How far a project can be in a budget year, the furthest first.
pub const STATES: [&str; 9] = [
    "requested",
    "requesting",
    "targets-accepted",
    "targets-running",
    "assessed",
    "not-supported",
    "assessing",
    "outside",
    "nothing",
];

/// One project of a list.
#[derive(Debug, Clone, FromQueryResult)]
pub struct ListedProject {
    /// Its id.
    pub id: ProjectId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The unit that runs it.
    pub unit: String,
    /// Which of the four budgets.
    pub category: String,
    /// The instrument.
    pub instrument: String,
    /// The whole amount, in 分.
    pub total_fen: i64,
    /// How far it is: one of [`STATES`].
    pub state: String,
}

/// A part of the projects that a person may see, by code.
///
/// # Errors
/// What the database says.
pub async fn page(
    db: &impl Source,
    scope: &Scope,
    filter: &Filter,
    limit: u64,
    offset: u64,
) -> Result<Vec<ListedProject>, Error> {
    let mut query = Query::new(scope, filter);
    let limit = query.value(i64::try_from(limit).unwrap_or(i64::MAX));
    let offset = query.value(i64::try_from(offset).unwrap_or(i64::MAX));
    let sql = format!("{} ORDER BY l.code LIMIT {limit} OFFSET {offset}", query.sql("l.*"));
    rows::all(db, rows::statement(db, sql, query.values)).await
}

/// How many projects there are to see.
///
/// # Errors
/// What the database says.
pub async fn count(db: &impl Source, scope: &Scope, filter: &Filter) -> Result<u64, Error> {
    let query = Query::new(scope, filter);
    let sql = query.sql("COUNT(*) AS count");
    let counted: Vec<Counted> = rows::all(db, rows::statement(db, sql, query.values)).await?;
    Ok(counted.first().map_or(0, |row| u64::try_from(row.count).unwrap_or_default()))
}

#[derive(FromQueryResult)]
struct Counted {
    count: i64,
}

/// One project; `None` when there is none or it is not for this person.
///
/// # Errors
/// What the database says.
pub async fn find(db: &impl Source, scope: &Scope, id: ProjectId) -> Result<Option<ProjectRow>, Error> {
    Ok(projects::find(db, id).await?.filter(|row| scope.covers(&row.org_path)))
}

/// The cases of a project, latest first. Whoever may see the project may see them.
///
/// # Errors
/// What the database says.
pub async fn cases(db: &impl Source, project: &ProjectRow) -> Result<Vec<CaseRow>, Error> {
    let found = CaseEntity::find().filter(CaseColumn::ProjectId.eq(project.id));
    Ok(found.order_by_desc(CaseColumn::StartedAt).all(db.sql()).await?)
}

/// The amount of the budget request that was submitted for a project and year, in 分.
///
/// # Errors
/// What the database says.
pub async fn requested(db: &impl Source, project: &ProjectRow, year: i32) -> Result<Option<i64>, Error> {
    Ok(budget_requests::find(db, project.id, year).await?.map(|row| row.amount_fen))
}

struct Query {
    conditions: Vec<String>,
    state: String,
    values: Vec<Value>,
}

impl Query {
    fn new(scope: &Scope, filter: &Filter) -> Self {
        let mut query = Self { conditions: vec!["1 = 1".to_owned()], state: String::new(), values: vec![] };
        query.values.push(filter.year.into());
        query.within(scope);
        if !filter.org_path.is_empty() {
            let inside = query.inside(&filter.org_path);
            query.conditions.push(inside);
        }
        for (column, wanted) in [("p.category", &filter.category), ("p.instrument", &filter.instrument)] {
            if !wanted.is_empty() {
                let place = query.value(wanted.as_str());
                query.conditions.push(format!("{column} = {place}"));
            }
        }
        if !filter.text.is_empty() {
            let place = query.value(rows::containing(&filter.text));
            query.conditions.push(format!("(p.name LIKE {place} ESCAPE '!' OR p.code LIKE {place} ESCAPE '!')"));
        }
        query.state = "1 = 1".to_owned();
        if !filter.state.is_empty() {
            let place = query.value(filter.state.as_str());
            query.state = format!("l.state = {place}");
        }
        query
    }

    fn within(&mut self, scope: &Scope) {
        let Reach::Branches(branches) = &scope.reach else { return };
        let any: Vec<_> = branches.iter().map(|branch| self.inside(branch)).collect();
        self.conditions.push(if any.is_empty() { "1 = 0".to_owned() } else { format!("({})", any.join(" OR ")) });
    }

    /// The project lies in this branch of the organisation.
    fn inside(&mut self, branch: &str) -> String {
        let (from, below) = Scope::range(branch);
        let (from, below) = (self.value(from), self.value(below));
        format!("(p.org_path >= {from} AND p.org_path < {below})")
    }

    fn sql(&self, what: &str) -> String {
        let running = |workflow: &str| {
            format!(
                "EXISTS (SELECT 1 FROM cases c WHERE c.project_id = p.id AND c.year = $1 AND c.status = 'running'
                 AND c.workflow = '{workflow}')"
            )
        };
        let stands = |kind: &str, not: &str| {
            format!(
                "EXISTS (SELECT 1 FROM facts f WHERE f.project_id = p.id AND f.year = $1 AND f.kind = '{kind}'
                 AND f.revoked_at IS NULL AND f.value {not} 'not-supported')"
            )
        };
        format!(
            "SELECT {what} FROM (SELECT p.id, p.code, p.name, p.unit, p.category, p.instrument, p.total_fen, CASE
             WHEN EXISTS (SELECT 1 FROM budget_requests b WHERE b.project_id = p.id AND b.year = $1) THEN 'requested'
             WHEN {} THEN 'requesting' WHEN {} THEN 'targets-accepted' WHEN {} THEN 'targets-running'
             WHEN {} THEN 'assessed' WHEN {} THEN 'assessing' WHEN {} THEN 'not-supported' WHEN $1 NOT BETWEEN p.start_year AND p.end_year THEN 'outside'
             ELSE 'nothing' END AS state
             FROM projects p WHERE {}) l WHERE {}",
            running("budget-request"),
            stands("targets", "<>"),
            running("performance-targets"),
            stands("assessment", "<>"),
            running("ex-ante-assessment"),
            stands("assessment", "="),
            self.conditions.join(" AND "),
            self.state,
        )
    }

    fn value(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }
}
