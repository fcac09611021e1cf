//! 待办: what waits for a person, what they started, decided and were copied in on. One statement per list.

use sea_orm::{FromQueryResult, Value};

use super::{Error, Scope, Source, rows};
use crate::{
    clock::Instant,
    ids::{CaseId, PersonId},
};

/// Which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// Open tasks of which the person is a candidate.
    ToDecide,
    /// Cases the person started.
    Mine,
    /// Tasks the person completed or decided.
    Decided,
    /// Cases the person was copied in on.
    Copied,
    /// Open tasks that were reported to the person as late.
    Late,
}

/// What is looked for; empty texts mean anything.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of this workflow.
    pub workflow: String,
    /// With this in the number of the case or the name of the project.
    pub text: String,
    /// Due before this.
    pub due_before: Option<Instant>,
}

/// One row of a list.
#[derive(Debug, Clone, FromQueryResult)]
pub struct InboxRow {
    /// The case.
    pub case_id: CaseId,
    /// The task, where the row is about one.
    pub no: Option<i64>,
    /// The step of that task.
    pub step: Option<String>,
    /// The item of a list that the task is about, in Chinese.
    pub item_zh: Option<String>,
    /// The same in English.
    pub item_en: Option<String>,
    /// How it was decided.
    pub decision: Option<String>,
    /// How the person came to be asked, where the row is about a task.
    pub asked: Option<String>,
    /// Who claimed or parked the task.
    pub held_by: Option<PersonId>,
    /// Whom it waits for.
    pub waits_for: Option<PersonId>,
    /// When it arrived, was started, decided or copied.
    pub at: Instant,
    /// When it is due.
    pub due_at: Option<Instant>,
    /// By which version of the calendar that was counted, where it was counted in working days.
    pub counted_by: Option<i64>,
    /// 流程编号
    pub number: String,
    /// The workflow.
    pub workflow: String,
    /// The definition it is pinned to.
    pub definition_hash: String,
    /// The budget year.
    pub year: i32,
    /// `running` or `ended`.
    pub status: String,
    /// As what it ended.
    pub outcome: Option<String>,
    /// The project's name, or the workflow that a draft is to be a version of.
    pub project_name: String,
    /// That workflow, where the case is about a draft.
    pub draft_of: Option<String>,
    /// The unit that runs the project; empty where there is none.
    pub unit: String,
    /// Who started the case.
    pub initiator_name: String,
    /// Whether an open task is the person's own, and not that of somebody for whom they stand.
    pub is_own: i32,
    /// When the person read it, where they were copied in.
    pub read_at: Option<Instant>,
    /// Since when the case is suspended.
    pub suspended_at: Option<Instant>,
}

/// A part of a list, in the order in which people should look at it.
///
/// # Errors
/// What the database says.
pub async fn page(
    db: &impl Source,
    scope: &Scope,
    of: (List, &Filter),
    limit: u64,
    offset: u64,
) -> Result<Vec<InboxRow>, Error> {
    let mut query = Query::new(scope, of.0, of.1);
    let (at, task, order) = match of.0 {
        List::ToDecide => ("t.opened_at", true, "a.due_sort, c.id, t.no"),
        List::Mine => ("c.started_at", false, "c.started_at DESC, c.id"),
        List::Decided => ("t.closed_at", true, "t.closed_at DESC, c.id, t.no"),
        List::Copied => ("k.at", false, "k.read_at IS NOT NULL, k.at DESC, c.id"),
        List::Late => ("t.opened_at", true, "t.due_at, c.id, t.no"),
    };
    let task = if task {
        "t.no AS no, t.step AS step, t.decision AS decision, t.due_at AS due_at, t.counted_by AS counted_by, t.item_zh AS item_zh,
         t.item_en AS item_en, t.asked AS asked, t.held_by AS held_by, t.waits_for AS waits_for"
    } else {
        "CAST(NULL AS bigint) AS no, CAST(NULL AS text) AS step, CAST(NULL AS text) AS decision,
         CAST(NULL AS bigint) AS counted_by, CAST(NULL AS text) AS item_zh, CAST(NULL AS text) AS item_en, CAST(NULL AS text) AS asked, k.nothing"
    };
    // A NULL that both databases take for a time: `due_at` of no task at all.
    let nothing = ["due_at", "held_by", "waits_for"]
        .map(|column| format!("(SELECT {column} FROM tasks WHERE 1 = 0) AS {column}"));
    let task = task.replace("k.nothing", &nothing.join(", "));
    let read_at = if of.0 == List::Copied { "k.read_at" } else { "(SELECT due_at FROM tasks WHERE 1 = 0)" };
    let is_own = if of.0 == List::ToDecide { "a.is_own" } else { "1" };
    let limit = query.value(i64::try_from(limit).unwrap_or(i64::MAX));
    let offset = query.value(i64::try_from(offset).unwrap_or(i64::MAX));
    let sql = format!(
        "SELECT c.id AS case_id, {task}, {at} AS at, c.number, c.workflow, c.definition_hash, c.year, c.status,
         c.outcome, COALESCE(p.name, d.workflow) AS project_name, d.workflow AS draft_of, COALESCE(p.unit, '') AS unit,
         i.name AS initiator_name, {read_at} AS read_at, {is_own} AS is_own, c.suspended_at
         FROM {} WHERE {} ORDER BY {order} LIMIT {limit} OFFSET {offset}",
        query.from,
        query.conditions.join(" AND ")
    );
    rows::all(db, rows::statement(db, sql, query.values)).await
}

/// How long a list is.
///
/// # Errors
/// What the database says.
pub async fn count(db: &impl Source, scope: &Scope, list: List, filter: &Filter) -> Result<u64, Error> {
    let query = Query::new(scope, list, filter);
    let sql = format!("SELECT COUNT(*) AS count FROM {} WHERE {}", query.from, query.conditions.join(" AND "));
    let counted: Vec<Counted> = rows::all(db, rows::statement(db, sql, query.values)).await?;
    Ok(counted.first().map_or(0, |row| u64::try_from(row.count).unwrap_or_default()))
}

#[derive(FromQueryResult)]
struct Counted {
    count: i64,
}

struct Query {
    from: String,
    conditions: Vec<String>,
    values: Vec<Value>,
}

impl Query {
    fn new(scope: &Scope, list: List, filter: &Filter) -> Self {
        let mut query = Self { from: String::new(), conditions: Vec::new(), values: vec![scope.person.into()] };
        let case = "LEFT JOIN projects p ON p.id = c.project_id LEFT JOIN definition_drafts d ON d.id = c.draft_id
                    JOIN people i ON i.id = c.initiator";
        query.from = match list {
            List::ToDecide => {
                let places = rows::places(1, scope.principals.len());
                query.values.extend(scope.principals.iter().map(|principal| principal.as_str().into()));
                query.conditions.push("(t.barred_person IS NULL OR t.barred_person <> $1)".to_owned());
                let own = query.value(format!("%{}%", scope.person.uuid().hyphenated()));
                query.conditions.push(format!("(t.barred_others IS NULL OR t.barred_others NOT LIKE {own})"));
                let instead = query.stood_for(scope, &places);
                format!(
                    "(SELECT case_id, no, due_sort, 1 AS is_own FROM task_candidates WHERE principal IN ({places})
                      {instead}) a
                     JOIN tasks t ON t.case_id = a.case_id AND t.no = a.no JOIN cases c ON c.id = t.case_id {case}"
                )
            }
            List::Mine => {
                query.conditions.push("c.initiator = $1".to_owned());
                format!("cases c {case}")
            }
            List::Decided => {
                query.conditions.push("(t.decided_by = $1 OR t.decided_for = $1)".to_owned());
                format!("tasks t JOIN cases c ON c.id = t.case_id {case}")
            }
            List::Copied => {
                query.conditions.push("k.person_id = $1".to_owned());
                format!("copies k JOIN cases c ON c.id = k.case_id {case}")
            }
            List::Late => {
                query.conditions.push("t.state = 'open'".to_owned());
                format!(
                    "(SELECT DISTINCT case_id, task_no FROM escalations WHERE person_id = $1) e
                     JOIN tasks t ON t.case_id = e.case_id AND t.no = e.task_no JOIN cases c ON c.id = t.case_id {case}"
                )
            }
        };
        query.narrow(list, filter);
        query
    }

    /// The tasks of those for whom the person stands: where nothing of the person's own is open or was settled in the
    /// same activation, and where neither is kept out. The engine looks again when somebody acts.
    fn stood_for(&mut self, scope: &Scope, own: &str) -> String {
        let mut sql = String::new();
        for deputy in &scope.deputies {
            let principals: Vec<_> = deputy.principals.iter().map(|p| self.value(p.as_str())).collect();
            let workflows: Vec<_> = deputy.workflows.iter().map(|w| self.value(w.as_str())).collect();
            let workflows = if workflows.is_empty() {
                String::new()
            } else {
                format!("AND x.workflow IN ({})", workflows.join(", "))
            };
            let of = self.value(deputy.of);
            let among_others = self.value(format!("%{}%", deputy.of.uuid().hyphenated()));
            sql.push_str(&format!(
                " UNION SELECT b.case_id, b.no, b.due_sort, 0 AS is_own FROM task_candidates b
                  JOIN tasks x ON x.case_id = b.case_id AND x.no = b.no
                  WHERE b.principal IN ({}) {workflows} AND (x.barred_person IS NULL OR x.barred_person <> {of})
                  AND (x.barred_others IS NULL OR x.barred_others NOT LIKE {among_others})
                  AND NOT EXISTS (SELECT 1 FROM tasks o JOIN task_candidates oc ON oc.case_id = o.case_id AND oc.no = o.no
                      WHERE o.case_id = x.case_id AND o.activation = x.activation AND oc.principal IN ({own}))
                  AND NOT EXISTS (SELECT 1 FROM tasks o WHERE o.case_id = x.case_id AND o.activation = x.activation
                      AND o.decided_by = $1)",
                principals.join(", ")
            ));
        }
        if sql.is_empty() {
            " UNION SELECT case_id, no, due_sort, 1 FROM task_candidates WHERE 1 = 0".to_owned()
        } else {
            sql
        }
    }

    fn narrow(&mut self, list: List, filter: &Filter) {
        if !filter.workflow.is_empty() {
            let place = self.value(filter.workflow.as_str());
            self.conditions.push(format!("c.workflow = {place}"));
        }
        if !filter.text.is_empty() {
            let place = self.value(rows::containing(&filter.text));
            self.conditions.push(format!(
                "(c.number LIKE {place} ESCAPE '!' OR COALESCE(p.name, d.workflow) LIKE {place} ESCAPE '!')"
            ));
        }
        if let (List::ToDecide, Some(before)) = (list, filter.due_before) {
            let place = self.value(before);
            self.conditions.push(format!("a.due_sort < {place}"));
        }
    }

    fn value(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }
}
