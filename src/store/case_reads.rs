//! What pages and the API read of cases, for people who may see them.

use sea_orm::Value;

use super::{
    Error, Scope, Source,
    cases::{self, CaseRow},
    rows,
    scope::Reach,
};
use crate::ids::CaseId;

/// Whether a person may see a case: its organisation is theirs, or they take part in it.
///
/// # Errors
/// What the database says.
pub async fn is_visible(db: &impl Source, scope: &Scope, case: CaseId) -> Result<bool, Error> {
    let mut values = vec![case.into()];
    let sql = format!("SELECT c.id FROM cases c WHERE c.id = $1 AND {}", seen(scope, &mut values));
    Ok(!rows::raw(db, rows::statement(db, &sql, values)).await?.is_empty())
}

/// The condition that the case `c` is for this person, its values put behind those that are there.
pub(super) fn seen(scope: &Scope, values: &mut Vec<Value>) -> String {
    values.push(scope.person.into());
    let person = values.len();
    let branches = match &scope.reach {
        Reach::Everything => "OR 1 = 1".to_owned(),
        Reach::Branches(branches) => {
            let mut sql = String::new();
            for branch in branches {
                let (from, below) = Scope::range(branch);
                values.extend([from.into(), below.into()]);
                let places = (values.len() - 1, values.len());
                sql.push_str(&format!(" OR (c.org_path >= ${} AND c.org_path < ${})", places.0, places.1));
            }
            sql
        }
    };
    let places = rows::places(values.len(), scope.principals.len());
    values.extend(scope.principals.iter().map(|principal| principal.as_str().into()));
    let mut stands_for = String::new();
    for deputy in &scope.deputies {
        let principals = rows::places(values.len(), deputy.principals.len());
        values.extend(deputy.principals.iter().map(|principal| principal.as_str().into()));
        let mut workflows = String::new();
        if !deputy.workflows.is_empty() {
            workflows = format!("AND c.workflow IN ({})", rows::places(values.len(), deputy.workflows.len()));
            values.extend(deputy.workflows.iter().map(|workflow| workflow.as_str().into()));
        }
        stands_for.push_str(&format!(
            " OR EXISTS (SELECT 1 FROM task_candidates a WHERE a.case_id = c.id AND a.principal IN ({principals})
               {workflows})"
        ));
    }
    format!(
        "(c.initiator = ${person} {branches}
         OR EXISTS (SELECT 1 FROM tasks t WHERE t.case_id = c.id
             AND (t.decided_by = ${person} OR t.decided_for = ${person})){stands_for}
         OR EXISTS (SELECT 1 FROM copies p WHERE p.case_id = c.id AND p.person_id = ${person})
         OR EXISTS (SELECT 1 FROM task_candidates a WHERE a.case_id = c.id AND a.principal IN ({places})))"
    )
}

/// A case; `None` when there is none or it is not for this person.
///
/// # Errors
/// What the database says.
pub async fn find(db: &impl Source, scope: &Scope, case: CaseId) -> Result<Option<CaseRow>, Error> {
    if is_visible(db, scope, case).await? { cases::find(db, case).await } else { Ok(None) }
}
