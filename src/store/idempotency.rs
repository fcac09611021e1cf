//! The answers to requests that may be repeated, by person and key.

use sea_orm::EntityTrait as _;

pub use self::entity::Model as IdempotencyRow;
use super::{Error, Source, Tx, rows};
use crate::ids::PersonId;

/// What was answered under that key.
///
/// # Errors
/// What the database says.
pub async fn find(db: &impl Source, person: PersonId, key: &str) -> Result<Option<IdempotencyRow>, Error> {
    Ok(entity::Entity::find_by_id((person, key.to_owned())).one(db.sql()).await?)
}

/// Remembers an answer.
///
/// # Errors
/// [`Error::Duplicate`] when somebody used the key at the same time.
pub async fn remember(tx: &Tx, row: IdempotencyRow) -> Result<(), Error> {
    rows::insert::<entity::Entity, _>(tx, vec![row]).await
}

mod entity {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::*};

    /// An answer that is given again to the same request.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "idempotency")]
    pub struct Model {
        /// Who asked.
        #[sea_orm(primary_key, auto_increment = false)]
        pub person_id: PersonId,
        /// Under which key.
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: String,
        /// A hash of the request.
        pub request_hash: String,
        /// The status of the answer.
        pub status: i32,
        /// The answer.
        pub body: String,
        /// When.
        pub at: Instant,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
