//! Who stands for whom: set once, ended once, never overwritten.

use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, sea_query::Expr};

use self::entity::Column;
pub use self::entity::Model as SubstituteRow;
use super::{Error, Source, Tx, connection::Connection as _, directory, rows};
use crate::{
    clock::Instant,
    ids::{PersonId, SubstituteId},
};

/// Sets a substitution and moves the directory's version.
///
/// # Errors
/// [`Error::Refused`] when a person is not there.
pub async fn add(tx: &Tx, row: SubstituteRow) -> Result<(), Error> {
    rows::insert::<entity::Entity, _>(tx, vec![row]).await?;
    directory::bump(tx).await
}

/// Ends a substitution of `person` at once, and moves the directory's version.
///
/// # Errors
/// [`Error::Stale`] when there is no such substitution of theirs, or it has ended.
pub async fn end(tx: &Tx, (id, person): (SubstituteId, PersonId), by: PersonId, at: Instant) -> Result<(), Error> {
    let result = entity::Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(at))
        .col_expr(Column::EndedBy, Expr::value(by))
        .filter(Column::Id.eq(id))
        .filter(Column::PersonId.eq(person))
        .filter(Column::EndedAt.is_null())
        .exec(tx.sql())
        .await?;
    if result.rows_affected != 1 {
        return Err(Error::Stale("the substitution"));
    }
    directory::bump(tx).await
}

/// Every substitution that was ever set and not ended early, for the directory.
///
/// # Errors
/// What the database says.
pub async fn all_in_force(db: &impl Source) -> Result<Vec<SubstituteRow>, Error> {
    Ok(entity::Entity::find()
        .filter(Column::EndedAt.is_null())
        .order_by_asc(Column::FromDay)
        .order_by_asc(Column::Id)
        .all(db.sql())
        .await?)
}

mod entity {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::*};

    /// A substitution.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "substitutes")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: SubstituteId,
        /// For whom.
        pub person_id: PersonId,
        /// Who stands for them.
        pub deputy: PersonId,
        /// In which workflows, separated by spaces; all of them when empty.
        pub workflows: String,
        /// The first day.
        pub from_day: chrono::NaiveDate,
        /// The last day.
        pub until_day: chrono::NaiveDate,
        /// Who set it.
        pub set_by: PersonId,
        /// When.
        pub set_at: Instant,
        /// When it was ended before its last day.
        pub ended_at: Option<Instant>,
        /// Who ended it.
        pub ended_by: Option<PersonId>,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
