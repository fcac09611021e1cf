//! Sessions of the browser. A row knows the hash of the id, never the id.

use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _,
    sea_query::{Expr, ExprTrait as _, OnConflict},
};

pub use self::entity::Model as SessionRow;
use self::entity::{Column, Entity};
use super::{Error, Source, Tx, tx::connection::Connection as _};
use crate::{clock::Instant, ids::PersonId};

/// Stores a session; one that is there keeps when it began and when it ends.
///
/// # Errors
/// What the database says.
pub async fn save(tx: &Tx, row: SessionRow) -> Result<(), Error> {
    let kept = OnConflict::column(Column::TokenHash)
        .update_columns([Column::Data, Column::PersonId, Column::LastSeen])
        .to_owned();
    Entity::insert(row.into_active_model()).on_conflict(kept).exec_without_returning(tx.sql()).await?;
    Ok(())
}

/// The sessions of a person that have not ended at `now` and were used after `seen_since`, latest first.
///
/// # Errors
/// What the database says.
pub async fn of_person(
    db: &impl Source,
    person: PersonId,
    now: Instant,
    seen_since: Instant,
) -> Result<Vec<SessionRow>, Error> {
    let found = Entity::find().filter(Column::PersonId.eq(person)).filter(Column::ExpiresAt.gt(now));
    Ok(found.filter(Column::LastSeen.gt(seen_since)).order_by_desc(Column::LastSeen).all(db.sql()).await?)
}

/// A session that has not ended at `now`, and was used after `seen_since`.
///
/// # Errors
/// What the database says.
pub async fn find(
    db: &impl Source,
    hash: &str,
    now: Instant,
    seen_since: Instant,
) -> Result<Option<SessionRow>, Error> {
    let alive = Entity::find_by_id(hash).filter(Column::ExpiresAt.gt(now)).filter(Column::LastSeen.gt(seen_since));
    Ok(alive.one(db.sql()).await?)
}

/// The session was used.
///
/// # Errors
/// What the database says.
pub async fn touch(tx: &Tx, hash: &str, at: Instant) -> Result<(), Error> {
    let touched = Entity::update_many().col_expr(Column::LastSeen, Expr::value(at));
    touched.filter(Column::TokenHash.eq(hash)).exec(tx.sql()).await?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// What the database says.
pub async fn delete(tx: &Tx, hash: &str) -> Result<(), Error> {
    Entity::delete_many().filter(Column::TokenHash.eq(hash)).exec(tx.sql()).await?;
    Ok(())
}

/// Ends every session of a person; says how many there were.
///
/// # Errors
/// What the database says.
pub async fn delete_of(tx: &Tx, person: PersonId) -> Result<u64, Error> {
    Ok(Entity::delete_many().filter(Column::PersonId.eq(person)).exec(tx.sql()).await?.rows_affected)
}

/// Forgets what has ended.
///
/// # Errors
/// What the database says.
pub async fn delete_ended(tx: &Tx, now: Instant, seen_since: Instant) -> Result<u64, Error> {
    let ended = Column::ExpiresAt.lte(now).or(Column::LastSeen.lte(seen_since));
    Ok(Entity::delete_many().filter(ended).exec(tx.sql()).await?.rows_affected)
}

mod entity {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::*};

    /// A session.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sessions")]
    pub struct Model {
        /// The hash of the id in the cookie.
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_hash: String,
        /// What it holds, as JSON.
        pub data: String,
        /// Whose it is.
        pub person_id: Option<PersonId>,
        /// When it began.
        pub created_at: Instant,
        /// When it was last used, to the minute.
        pub last_seen: Instant,
        /// When it ends in any case.
        pub expires_at: Instant,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
