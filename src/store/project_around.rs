//! What every command asks about its project, in one statement: the project, its standing facts, and the version of the
//! organisation.

use std::sync::LazyLock;

use sea_orm::{FromQueryResult as _, IdenStatic as _, Iterable as _};

use super::{Error, Source, facts, projects, rows};
use crate::ids::ProjectId;

/// A project with what stands around it, read at one moment.
#[derive(Debug, Clone)]
pub struct ProjectAround {
    /// The project.
    pub project: projects::ProjectRow,
    /// The standing facts about it, of every year, oldest first.
    pub facts: Vec<facts::FactRow>,
    /// The version of the organisation.
    pub directory_version: i64,
    /// The version of the calendar.
    pub calendar_version: i64,
}

static QUESTION: LazyLock<String> = LazyLock::new(|| {
    let project = prefixed("p", projects::ProjectColumn::iter().map(|column| column.as_str()));
    let fact = prefixed("f", facts::FactColumn::iter().map(|column| column.as_str()));
    format!(
        "SELECT v.version AS v_version, k.version AS k_version, {project}, {fact}
         FROM projects p
         JOIN directory_version v ON v.id = 1
         JOIN calendar_version k ON k.id = 1
         LEFT JOIN facts f ON f.project_id = p.id AND f.revoked_at IS NULL
         WHERE p.id = $1
         ORDER BY f.recorded_at, f.id"
    )
});

/// `p.id AS p_id, p.code AS p_code, …`
fn prefixed<'c>(table: &str, columns: impl Iterator<Item = &'c str>) -> String {
    columns.map(|column| format!("{table}.{column} AS {table}_{column}")).collect::<Vec<_>>().join(", ")
}

/// The project with what stands around it; `None` when there is no such project.
///
/// # Errors
/// What the database says.
pub async fn find(db: &impl Source, id: ProjectId) -> Result<Option<ProjectAround>, Error> {
    let rows = rows::raw(db, rows::statement(db, QUESTION.as_str(), [id.into()])).await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let facts = rows.iter().filter_map(|row| facts::FactRow::from_query_result_optional(row, "f_").transpose());
    Ok(Some(ProjectAround {
        project: projects::ProjectRow::from_query_result(first, "p_")?,
        facts: facts.collect::<Result<_, _>>()?,
        directory_version: first.try_get("v_", "version")?,
        calendar_version: first.try_get("k_", "version")?,
    }))
}
