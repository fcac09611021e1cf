//! What pages and the API read of monitoring, for people who may see the projects.

use sea_orm::{FromQueryResult, Value};

use super::{Error, Scope, Source, rows, scope::Reach};
use crate::{
    clock::Instant,
    ids::{CaseId, ProjectId},
};

/// What is looked for; empty texts mean anything.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// The budget year.
    pub year: i32,
    /// Below this organisation path.
    pub org_path: String,
    /// With this lamp.
    pub lamp: String,
    /// In this quadrant.
    pub quadrant: String,
    /// In this state: one of [`STATES`].
    pub state: String,
}

/// What may become of a project after a report.
pub const STATES: [&str; 3] = ["undecided", "rectifying", "suspended"];

/// The latest report of a project, with what became of it.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Monitored {
    /// The project.
    pub id: ProjectId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The unit that runs it.
    pub unit: String,
    /// The round.
    pub round: String,
    /// The lamp.
    pub lamp: String,
    /// The quadrant.
    pub quadrant: String,
    /// 预算执行率, in hundredths of a per cent.
    pub rate_hundredths: i64,
    /// 目标完成率, in hundredths of a per cent.
    pub achievement_hundredths: Option<i64>,
    /// Whether anything warns.
    pub warned: bool,
    /// The case that reported it.
    pub case_id: CaseId,
    /// When.
    pub recorded_at: Instant,
    /// 1 while a warned report waits for its decision.
    pub undecided: i32,
    /// 1 while a rectification is under way.
    pub rectifying: i32,
    /// 1 while funding is suspended.
    pub suspended: i32,
}

/// How many projects have a lamp and a quadrant.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Counted {
    /// The lamp.
    pub lamp: String,
    /// The quadrant.
    pub quadrant: String,
    /// How many.
    pub count: i64,
}

#[derive(FromQueryResult)]
struct Total {
    count: i64,
}

/// A part of the projects that a person may see with their latest report, the worst lamp first, then by code.
///
/// # Errors
/// What the database says.
pub async fn page(
    db: &impl Source,
    scope: &Scope,
    filter: &Filter,
    limit: u64,
    offset: u64,
) -> Result<Vec<Monitored>, Error> {
    let mut query = Query::new(scope, filter);
    let limit = query.value(i64::try_from(limit).unwrap_or(i64::MAX));
    let offset = query.value(i64::try_from(offset).unwrap_or(i64::MAX));
    let worst = "CASE l.lamp WHEN 'red' THEN 0 WHEN 'yellow' THEN 1 WHEN 'green' THEN 2 ELSE 3 END";
    let sql = format!("{} ORDER BY {worst}, l.code LIMIT {limit} OFFSET {offset}", query.sql("l.*"));
    rows::all(db, rows::statement(db, sql, query.values)).await
}

/// How many there are.
///
/// # Errors
/// What the database says.
pub async fn count(db: &impl Source, scope: &Scope, filter: &Filter) -> Result<u64, Error> {
    let query = Query::new(scope, filter);
    let sql = query.sql("COUNT(*) AS count");
    let total: Vec<Total> = rows::all(db, rows::statement(db, sql, query.values)).await?;
    Ok(total.first().map_or(0, |row| u64::try_from(row.count).unwrap_or_default()))
}

/// How many projects there are by lamp and quadrant.
///
/// # Errors
/// What the database says.
pub async fn by_lamp(db: &impl Source, scope: &Scope, filter: &Filter) -> Result<Vec<Counted>, Error> {
    let query = Query::new(scope, filter);
    let sql = format!("{} GROUP BY l.lamp, l.quadrant", query.sql("l.lamp, l.quadrant, COUNT(*) AS count"));
    rows::all(db, rows::statement(db, sql, query.values)).await
}

struct Query {
    within: Vec<String>,
    found: Vec<String>,
    values: Vec<Value>,
}

impl Query {
    fn new(scope: &Scope, filter: &Filter) -> Self {
        let mut query = Self { within: Vec::new(), found: vec!["1 = 1".to_owned()], values: vec![filter.year.into()] };
        if let Reach::Branches(branches) = &scope.reach {
            let any: Vec<_> = branches.iter().map(|branch| query.inside(branch)).collect();
            query.within.push(if any.is_empty() { "1 = 0".to_owned() } else { format!("({})", any.join(" OR ")) });
        }
        if !filter.org_path.is_empty() {
            let inside = query.inside(&filter.org_path);
            query.within.push(inside);
        }
        for (column, wanted) in [("l.lamp", &filter.lamp), ("l.quadrant", &filter.quadrant)] {
            if !wanted.is_empty() {
                let place = query.value(wanted.as_str());
                query.found.push(format!("{column} = {place}"));
            }
        }
        if let Some(state) = STATES.iter().find(|state| **state == filter.state) {
            query.found.push(format!("l.{state} = 1"));
        } else if !filter.state.is_empty() {
            query.found.push("1 = 0".to_owned());
        }
        query
    }

    /// The project lies in this branch of the organisation.
    fn inside(&mut self, branch: &str) -> String {
        let (from, below) = Scope::range(branch);
        let (from, below) = (self.value(from), self.value(below));
        format!("(p.org_path >= {from} AND p.org_path < {below})")
    }

    fn sql(&self, what: &str) -> String {
        let within: String = self.within.iter().map(|condition| format!(" AND {condition}")).collect();
        let is = |sql: &str, name: &str| format!("CASE WHEN EXISTS ({sql}) THEN 1 ELSE 0 END AS {name}");
        let undecided =
            is("SELECT 1 FROM cases c WHERE c.id = r.case_id AND c.status = 'running' AND r.warned", "undecided");
        let rectifying = is(
            "SELECT 1 FROM rectifications x JOIN cases c ON c.id = x.case_id
             WHERE x.project_id = p.id AND x.year = $1 AND c.status = 'running'",
            "rectifying",
        );
        let suspended = is(
            "SELECT 1 FROM funding_suspensions s
             WHERE s.project_id = p.id AND s.year = $1 AND s.resumed_at IS NULL",
            "suspended",
        );
        format!(
            "SELECT {what} FROM (SELECT p.id, p.code, p.name, p.unit, r.round, r.lamp, r.quadrant, r.rate_hundredths,
             r.achievement_hundredths, r.warned, r.case_id, r.recorded_at, {undecided}, {rectifying}, {suspended}
             FROM monitoring_reports r JOIN projects p ON p.id = r.project_id
             WHERE r.year = $1 AND NOT EXISTS (SELECT 1 FROM monitoring_reports later
                WHERE later.project_id = r.project_id AND later.year = r.year
                AND (later.recorded_at > r.recorded_at OR (later.recorded_at = r.recorded_at AND later.id > r.id)))
             {within}) l WHERE {}",
            self.found.join(" AND "),
        )
    }

    fn value(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }
}
