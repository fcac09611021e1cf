//! Personal access tokens. A row knows the hash of the token, never the token.

use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _, sea_query::Expr,
};

pub use self::entity::Model as AccessTokenRow;
use self::entity::{Column, Entity};
use super::{Error, Source, Tx, tx::connection::Connection as _};
use crate::{
    clock::Instant,
    ids::{PersonId, TokenId},
};

/// Stores a new token.
///
/// # Errors
/// What the database says.
pub async fn add(tx: &Tx, row: AccessTokenRow) -> Result<(), Error> {
    Entity::insert(row.into_active_model()).exec_without_returning(tx.sql()).await?;
    Ok(())
}

/// The token with that hash, unless it was revoked or is over at `now`.
///
/// # Errors
/// What the database says.
pub async fn find(db: &impl Source, hash: &str, now: Instant) -> Result<Option<AccessTokenRow>, Error> {
    let valid = Entity::find()
        .filter(Column::TokenHash.eq(hash))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ExpiresAt.gt(now));
    Ok(valid.one(db.sql()).await?)
}

/// The tokens of a person, newest first.
///
/// # Errors
/// What the database says.
pub async fn of_person(db: &impl Source, person: PersonId) -> Result<Vec<AccessTokenRow>, Error> {
    Ok(Entity::find().filter(Column::PersonId.eq(person)).order_by_desc(Column::CreatedAt).all(db.sql()).await?)
}

/// The token was used.
///
/// # Errors
/// What the database says.
pub async fn touch(tx: &Tx, id: TokenId, at: Instant) -> Result<(), Error> {
    let used = Entity::update_many().col_expr(Column::LastUsedAt, Expr::value(at));
    used.filter(Column::Id.eq(id)).exec(tx.sql()).await?;
    Ok(())
}

/// Revokes a token of a person; says whether there was one to revoke.
///
/// # Errors
/// What the database says.
pub async fn revoke(tx: &Tx, person: PersonId, id: TokenId, at: Instant) -> Result<bool, Error> {
    let revoked = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(at))
        .filter(Column::Id.eq(id))
        .filter(Column::PersonId.eq(person))
        .filter(Column::RevokedAt.is_null());
    Ok(revoked.exec(tx.sql()).await?.rows_affected > 0)
}

/// Revokes every token of a person.
///
/// # Errors
/// What the database says.
pub async fn revoke_all_of(tx: &Tx, person: PersonId, at: Instant) -> Result<(), Error> {
    let revoked = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(at))
        .filter(Column::PersonId.eq(person))
        .filter(Column::RevokedAt.is_null());
    revoked.exec(tx.sql()).await?;
    Ok(())
}

mod entity {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::*};

    /// A personal access token.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "access_tokens")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: TokenId,
        /// Whose it is.
        pub person_id: PersonId,
        /// What they call it.
        pub name: String,
        /// The hash of the token.
        pub token_hash: String,
        /// When it was made.
        pub created_at: Instant,
        /// When it ends.
        pub expires_at: Instant,
        /// When it was last used, to the minute.
        pub last_used_at: Option<Instant>,
        /// When it was revoked.
        pub revoked_at: Option<Instant>,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
