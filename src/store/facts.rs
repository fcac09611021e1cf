//! Facts: recorded once, revoked at most once, never changed.

use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, sea_query::Expr,
};

use self::entity::Column;
pub(super) use self::entity::Column as FactColumn;
pub use self::entity::Model as FactRow;
use super::{Error, Source, Tx, connection::Connection as _, rows};
use crate::{
    clock::Instant,
    ids::{CaseId, FactId, ProjectId},
    money::Money,
};

/// `cap_fen` of a fact without a cap. A number, so that foreign keys can repeat it.
pub const NO_CAP: i64 = i64::MAX;

impl FactRow {
    /// What it allows at most; `None` means no cap. A cap that is no amount allows nothing.
    #[must_use]
    pub fn cap(&self) -> Option<Money> {
        (self.cap_fen != NO_CAP).then(|| Money::from_fen(self.cap_fen).unwrap_or(Money::ZERO))
    }
}

/// Records facts.
///
/// # Errors
/// What the database says.
pub async fn insert(tx: &Tx, facts: Vec<FactRow>) -> Result<(), Error> {
    rows::insert::<entity::Entity, _>(tx, facts).await
}

/// The standing facts about a project, which nobody can revoke until the transaction ends.
///
/// # Errors
/// What the database says.
pub async fn standing_locked(tx: &Tx, project: ProjectId) -> Result<Vec<FactRow>, Error> {
    let standing = entity::Entity::find()
        .filter(Column::ProjectId.eq(project))
        .filter(Column::RevokedAt.is_null())
        .order_by_asc(Column::RecordedAt)
        .order_by_asc(Column::Id);
    Ok(standing.lock_shared().all(tx.sql()).await?)
}

/// Every fact about a project, revoked ones too, oldest first.
///
/// # Errors
/// What the database says.
pub async fn of_project(db: &impl Source, project: ProjectId) -> Result<Vec<FactRow>, Error> {
    let found = entity::Entity::find().filter(Column::ProjectId.eq(project)).order_by_asc(Column::RecordedAt);
    Ok(found.order_by_asc(Column::Id).all(db.sql()).await?)
}

/// What stands about these projects for a budget year: project, kind and value.
///
/// # Errors
/// What the database says.
pub async fn standing_of_year(
    db: &impl Source,
    year: i32,
    projects: &[ProjectId],
) -> Result<Vec<(ProjectId, String, String)>, Error> {
    Ok(entity::Entity::find()
        .select_only()
        .columns([Column::ProjectId, Column::Kind, Column::Value])
        .filter(Column::Year.eq(year))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ProjectId.is_in(projects.iter().copied()))
        .order_by_asc(Column::RecordedAt)
        .into_tuple()
        .all(db.sql())
        .await?)
}

/// Every fact that a case recorded, revoked ones too, oldest first.
///
/// # Errors
/// What the database says.
pub async fn of_case(db: &impl Source, case: CaseId) -> Result<Vec<FactRow>, Error> {
    let found = entity::Entity::find().filter(Column::CaseId.eq(case)).order_by_asc(Column::RecordedAt);
    Ok(found.order_by_asc(Column::Id).all(db.sql()).await?)
}

/// Takes a fact back; `case` is the one that does it.
///
/// # Errors
/// [`Error::Stale`] when it is not standing.
pub async fn revoke(tx: &Tx, id: FactId, case: CaseId, at: Instant) -> Result<(), Error> {
    let result = entity::Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(at))
        .col_expr(Column::RevokedCase, Expr::value(case))
        .filter(Column::Id.eq(id))
        .filter(Column::RevokedAt.is_null())
        .exec(tx.sql())
        .await?;
    if result.rows_affected == 1 { Ok(()) } else { Err(Error::Stale("the fact")) }
}

mod entity {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::*};

    /// A fact.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "facts")]
    pub struct Model {
        /// Its id, derived from the case.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: FactId,
        /// Its kind.
        pub kind: String,
        /// The project it is about.
        pub project_id: ProjectId,
        /// The budget year it is about.
        pub year: i32,
        /// What it says.
        pub value: String,
        /// What it allows at most, in 分; [`super::NO_CAP`] for no cap.
        pub cap_fen: i64,
        /// The case that recorded it.
        pub case_id: CaseId,
        /// The step that recorded it.
        pub step: String,
        /// When.
        pub recorded_at: Instant,
        /// When it was taken back.
        pub revoked_at: Option<Instant>,
        /// The case that took it back.
        pub revoked_case: Option<CaseId>,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
