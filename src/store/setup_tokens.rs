//! The one-time token with which the first administrator comes in. A row knows its hash, never the token.

use sea_orm::{ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, sea_query::Expr};

pub use self::entity::Model as SetupTokenRow;
use self::entity::{Column, Entity};
use super::{Error, Source, Tx, tx::connection::Connection as _};
use crate::{clock::Instant, ids::PersonId};

/// Stores a new token; those that were not used are forgotten, so that only the last one printed counts.
///
/// # Errors
/// What the database says.
pub async fn replace(tx: &Tx, row: SetupTokenRow) -> Result<(), Error> {
    Entity::delete_many().filter(Column::UsedAt.is_null()).exec(tx.sql()).await?;
    Entity::insert(row.into_active_model()).exec_without_returning(tx.sql()).await?;
    Ok(())
}

/// Whether the token with that hash can be used at `now`.
///
/// # Errors
/// What the database says.
pub async fn is_open(db: &impl Source, hash: &str, now: Instant) -> Result<bool, Error> {
    let open = Entity::find_by_id(hash).filter(Column::UsedAt.is_null()).filter(Column::ExpiresAt.gt(now));
    Ok(open.one(db.sql()).await?.is_some())
}

/// Uses a token up; says whether it was there to use.
///
/// # Errors
/// What the database says.
pub async fn use_up(tx: &Tx, hash: &str, by: PersonId, now: Instant) -> Result<bool, Error> {
    let used = Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(now))
        .col_expr(Column::UsedBy, Expr::value(by))
        .filter(Column::TokenHash.eq(hash))
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(now));
    Ok(used.exec(tx.sql()).await?.rows_affected > 0)
}

mod entity {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::*};

    /// A one-time token.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "setup_tokens")]
    pub struct Model {
        /// The hash of the token.
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_hash: String,
        /// When it was printed.
        pub created_at: Instant,
        /// When it ends.
        pub expires_at: Instant,
        /// When it was used.
        pub used_at: Option<Instant>,
        /// Who came in with it.
        pub used_by: Option<PersonId>,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
