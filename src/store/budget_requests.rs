//! Submitted budget requests. Their foreign keys are the second lock: without both facts there is no row.

use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};

use self::entity::Column;
pub use self::entity::Model as BudgetRequestRow;
use super::{Error, Source, Tx, rows};
use crate::ids::ProjectId;

/// Submits a request.
///
/// # Errors
/// [`Error::Duplicate`] when the project has one for that year; [`Error::Refused`] when a fact it cites is not there.
pub async fn insert(tx: &Tx, row: BudgetRequestRow) -> Result<(), Error> {
    rows::insert::<entity::Entity, _>(tx, vec![row]).await
}

/// The request of a project for a year.
///
/// # Errors
/// What the database says.
pub async fn find(db: &impl Source, project: ProjectId, year: i32) -> Result<Option<BudgetRequestRow>, Error> {
    let found = entity::Entity::find().filter(Column::ProjectId.eq(project)).filter(Column::Year.eq(year));
    Ok(found.one(db.sql()).await?)
}

/// Which of these projects have a request for a year.
///
/// # Errors
/// What the database says.
pub async fn submitted(db: &impl Source, year: i32, projects: &[ProjectId]) -> Result<Vec<ProjectId>, Error> {
    Ok(entity::Entity::find()
        .select_only()
        .column(Column::ProjectId)
        .filter(Column::Year.eq(year))
        .filter(Column::ProjectId.is_in(projects.iter().copied()))
        .into_tuple()
        .all(db.sql())
        .await?)
}

/// Every request of a project.
///
/// # Errors
/// What the database says.
pub async fn of_project(db: &impl Source, project: ProjectId) -> Result<Vec<BudgetRequestRow>, Error> {
    Ok(entity::Entity::find().filter(Column::ProjectId.eq(project)).all(db.sql()).await?)
}

mod entity {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::*};

    /// A submitted budget request.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "budget_requests")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// The project.
        pub project_id: ProjectId,
        /// The budget year.
        pub year: i32,
        /// The case that submitted it.
        pub case_id: CaseId,
        /// What is asked for, in 分.
        pub amount_fen: i64,
        /// When.
        pub submitted_at: Instant,
        /// The assessment it stands on.
        pub assessment_fact: FactId,
        /// Always `assessment`.
        pub assessment_kind: String,
        /// What the assessment says.
        pub assessment_value: String,
        /// What the assessment allows at most.
        pub assessment_cap_fen: i64,
        /// The targets it stands on.
        pub targets_fact: FactId,
        /// Always `targets`.
        pub targets_kind: String,
        /// What the targets say.
        pub targets_value: String,
        /// What the targets allow at most.
        pub targets_cap_fen: i64,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
