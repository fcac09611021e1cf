//! What operators did, and when.

use sea_orm::{EntityTrait as _, QueryOrder as _, QuerySelect as _};

use self::entity::Column;
pub use self::entity::Model as ActRow;
use super::{Error, Source, Tx, rows};

/// Notes down what an operator does.
///
/// # Errors
/// What the database says.
pub async fn note(tx: &Tx, act: ActRow) -> Result<(), Error> {
    rows::insert::<entity::Entity, _>(tx, vec![act]).await
}

/// What was done last, newest first.
///
/// # Errors
/// What the database says.
pub async fn latest(db: &impl Source, limit: u64) -> Result<Vec<ActRow>, Error> {
    Ok(entity::Entity::find().order_by_desc(Column::At).limit(limit).all(db.sql()).await?)
}

mod entity {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::*};

    /// Something that an operator did.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "operator_acts")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// When.
        pub at: Instant,
        /// Who.
        pub person_id: PersonId,
        /// What: `retry`.
        pub act: String,
        /// On what: the occurrence of the incident.
        pub subject: String,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
