//! Cases: one row each, the state as one document, the other columns for queries.

use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, sea_query::Expr,
};

use self::entity::Column;
pub use self::entity::Model as CaseRow;
pub(super) use self::entity::{Column as CaseColumn, Entity as CaseEntity};
use super::{Error, Source, Tx, connection::Connection as _, rows};
use crate::{
    clock::Instant,
    ids::{CaseId, DraftId, PersonId, ProjectId},
};

/// `cases.status` of a case that goes on.
pub const RUNNING: &str = "running";
/// `cases.status` of a case that is over.
pub const ENDED: &str = "ended";

/// What a command changes in the row of its case.
#[derive(Debug, Clone)]
pub struct CaseChange {
    /// The case.
    pub id: CaseId,
    /// The version it was loaded with; it becomes one higher.
    pub expected_version: i64,
    /// The hash of the journal entry written with this change.
    pub journal_hash: String,
    /// [`RUNNING`] or [`ENDED`].
    pub status: &'static str,
    /// As what it ended.
    pub outcome: Option<String>,
    /// When it ended.
    pub ended_at: Option<Instant>,
    /// The kinds of fact its gates wait for, separated by spaces.
    pub waiting_for: Option<String>,
    /// Since when it is suspended.
    pub suspended_at: Option<Instant>,
    /// The hash of the definition it is pinned to, which moving changes.
    pub definition_hash: String,
    /// The state, as JSON.
    pub state: String,
}

/// Inserts a new case, with version 1.
///
/// # Errors
/// [`Error::Duplicate`] when the workflow already runs for that project and year, or the number is taken.
pub async fn insert(tx: &Tx, row: CaseRow) -> Result<(), Error> {
    rows::insert::<entity::Entity, _>(tx, vec![row]).await
}

/// The case, locked until the transaction ends.
///
/// # Errors
/// What the database says.
pub async fn load_for_update(tx: &Tx, id: CaseId) -> Result<Option<CaseRow>, Error> {
    Ok(entity::Entity::find_by_id(id).lock_exclusive().one(tx.sql()).await?)
}

/// Writes a change.
///
/// # Errors
/// [`Error::Stale`] when the case is not at the expected version.
pub async fn save(tx: &Tx, change: CaseChange) -> Result<(), Error> {
    let result = entity::Entity::update_many()
        .col_expr(Column::Version, Expr::value(change.expected_version + 1))
        .col_expr(Column::JournalHash, Expr::value(change.journal_hash))
        .col_expr(Column::Status, Expr::value(change.status))
        .col_expr(Column::Outcome, Expr::value(change.outcome))
        .col_expr(Column::EndedAt, Expr::value(change.ended_at))
        .col_expr(Column::WaitingFor, Expr::value(change.waiting_for))
        .col_expr(Column::SuspendedAt, Expr::value(change.suspended_at))
        .col_expr(Column::DefinitionHash, Expr::value(change.definition_hash))
        .col_expr(Column::State, Expr::value(change.state))
        .filter(Column::Id.eq(change.id))
        .filter(Column::Version.eq(change.expected_version))
        .exec(tx.sql())
        .await?;
    if result.rows_affected == 1 { Ok(()) } else { Err(Error::Stale("the case")) }
}

/// The case, whoever asks. Pages and the API use `case_reads`, which knows who may see it.
///
/// # Errors
/// What the database says.
pub async fn find(db: &impl Source, id: CaseId) -> Result<Option<CaseRow>, Error> {
    Ok(entity::Entity::find_by_id(id).one(db.sql()).await?)
}

/// The running case of a workflow about a project and year.
///
/// # Errors
/// What the database says.
pub async fn running(
    db: &impl Source,
    workflow: &str,
    project: ProjectId,
    year: i32,
) -> Result<Option<CaseRow>, Error> {
    Ok(entity::Entity::find()
        .filter(Column::Status.eq(RUNNING))
        .filter(Column::Workflow.eq(workflow))
        .filter(Column::ProjectId.eq(project))
        .filter(Column::Year.eq(year))
        .one(db.sql())
        .await?)
}

/// The cases about a draft, latest first.
///
/// # Errors
/// What the database says.
pub async fn of_draft(db: &impl Source, draft: DraftId) -> Result<Vec<CaseRow>, Error> {
    let found = entity::Entity::find().filter(Column::DraftId.eq(draft));
    Ok(found.order_by_desc(Column::StartedAt).order_by_desc(Column::Id).all(db.sql()).await?)
}

/// The running cases of a workflow, by number.
///
/// # Errors
/// What the database says.
pub async fn running_of(db: &impl Source, workflow: &str) -> Result<Vec<CaseRow>, Error> {
    let found = entity::Entity::find().filter(Column::Workflow.eq(workflow)).filter(Column::Status.eq(RUNNING));
    Ok(found.order_by_asc(Column::Number).all(db.sql()).await?)
}

/// How many cases each version of a workflow has: hash, status, how many.
///
/// # Errors
/// What the database says.
pub async fn counted_by_version(db: &impl Source, workflow: &str) -> Result<Vec<(String, String, i64)>, Error> {
    Ok(entity::Entity::find()
        .select_only()
        .column(Column::DefinitionHash)
        .column(Column::Status)
        .column_as(Column::Id.count(), "cases")
        .filter(Column::Workflow.eq(workflow))
        .group_by(Column::DefinitionHash)
        .group_by(Column::Status)
        .into_tuple()
        .all(db.sql())
        .await?)
}

/// The running cases about a project and year of which a gate waits for a fact.
///
/// # Errors
/// What the database says.
pub async fn waiting(db: &impl Source, project: ProjectId, year: i32) -> Result<Vec<CaseId>, Error> {
    Ok(entity::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::ProjectId.eq(project))
        .filter(Column::Year.eq(year))
        .filter(Column::WaitingFor.is_not_null())
        .into_tuple()
        .all(db.sql())
        .await?)
}

/// Running cases in the order of their ids, from the one after `after` on.
///
/// # Errors
/// What the database says.
pub async fn running_after(db: &impl Source, after: Option<CaseId>, limit: u64) -> Result<Vec<CaseRow>, Error> {
    let mut found = entity::Entity::find().filter(Column::Status.eq(RUNNING)).order_by_asc(Column::Id).limit(limit);
    if let Some(after) = after {
        found = found.filter(Column::Id.gt(after));
    }
    Ok(found.all(db.sql()).await?)
}

/// The running cases whose state names somebody, by number.
///
/// # Errors
/// What the database says.
pub async fn naming(db: &impl Source, person: PersonId) -> Result<Vec<CaseRow>, Error> {
    let named =
        entity::Entity::find().filter(Column::Status.eq(RUNNING)).filter(Column::State.contains(person.to_string()));
    Ok(named.order_by_asc(Column::Number).all(db.sql()).await?)
}

/// Cases in the order of their ids, from the one after `after` on.
///
/// # Errors
/// What the database says.
pub async fn after(db: &impl Source, after: Option<CaseId>, limit: u64) -> Result<Vec<CaseRow>, Error> {
    let mut found = entity::Entity::find().order_by_asc(Column::Id).limit(limit);
    if let Some(after) = after {
        found = found.filter(Column::Id.gt(after));
    }
    Ok(found.all(db.sql()).await?)
}

mod entity {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::*};

    /// A case.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "cases")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: CaseId,
        /// The workflow.
        pub workflow: String,
        /// The definition it is pinned to.
        pub definition_hash: String,
        /// 流程编号.
        pub number: String,
        /// The project it is about, or nothing.
        pub project_id: Option<ProjectId>,
        /// The draft it is about, where there is no project.
        pub draft_id: Option<DraftId>,
        /// The budget year.
        pub year: i32,
        /// The path of the organisation it belongs to.
        pub org_path: String,
        /// Who started it.
        pub initiator: PersonId,
        /// `running` or `ended`.
        pub status: String,
        /// As what it ended.
        pub outcome: Option<String>,
        /// When it started.
        pub started_at: Instant,
        /// When it ended.
        pub ended_at: Option<Instant>,
        /// The kinds of fact its gates wait for, separated by spaces.
        pub waiting_for: Option<String>,
        /// Since when it is suspended.
        pub suspended_at: Option<Instant>,
        /// How many commands changed it: the number of its journal entries.
        pub version: i64,
        /// The hash of its last journal entry.
        pub journal_hash: String,
        /// The state, as JSON.
        pub state: String,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
