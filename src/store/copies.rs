//! Who was copied in on a case.

use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr};

use self::entity::Column;
pub use self::entity::Model as CopyRow;
use super::{Error, Source, Tx, connection::Connection as _, rows};
use crate::{
    clock::Instant,
    ids::{CaseId, PersonId},
};

/// Copies people in; who already is stays as they are.
///
/// # Errors
/// What the database says.
pub async fn add(tx: &Tx, copies: Vec<CopyRow>) -> Result<(), Error> {
    rows::insert_new::<entity::Entity, _>(tx, copies).await.map(drop)
}

/// The person has read it.
///
/// # Errors
/// What the database says.
pub async fn mark_read(tx: &Tx, case: CaseId, person: PersonId, at: Instant) -> Result<(), Error> {
    entity::Entity::update_many()
        .col_expr(Column::ReadAt, Expr::value(at))
        .filter(Column::CaseId.eq(case))
        .filter(Column::PersonId.eq(person))
        .filter(Column::ReadAt.is_null())
        .exec(tx.sql())
        .await?;
    Ok(())
}

/// Who was copied in on a case.
///
/// # Errors
/// What the database says.
pub async fn of_case(db: &impl Source, case: CaseId) -> Result<Vec<CopyRow>, Error> {
    Ok(entity::Entity::find().filter(Column::CaseId.eq(case)).all(db.sql()).await?)
}

mod entity {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::*};

    /// Somebody who was copied in.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "copies")]
    pub struct Model {
        /// The case.
        #[sea_orm(primary_key, auto_increment = false)]
        pub case_id: CaseId,
        /// Who.
        #[sea_orm(primary_key, auto_increment = false)]
        pub person_id: PersonId,
        /// When.
        pub at: Instant,
        /// When they read it.
        pub read_at: Option<Instant>,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
