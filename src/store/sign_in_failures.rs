//! Attempts to sign in that failed, from which the next one's delay follows.

use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
};

pub use self::entity::Model as SignInFailureRow;
use self::entity::{Column, Entity};
use super::{Error, Source, Tx, tx::connection::Connection as _};
use crate::clock::Instant;

/// How often it failed, and when last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failures {
    /// How often.
    pub count: u64,
    /// When last.
    pub last: Option<Instant>,
}

/// Stores a failure.
///
/// # Errors
/// What the database says.
pub async fn add(tx: &Tx, row: SignInFailureRow) -> Result<(), Error> {
    Entity::insert(row.into_active_model()).exec_without_returning(tx.sql()).await?;
    Ok(())
}

/// The failures for a login since `since`.
///
/// # Errors
/// What the database says.
pub async fn of_login(db: &impl Source, login: &str, since: Instant) -> Result<Failures, Error> {
    counted(db, Column::Login, login, since).await
}

/// The failures from an address since `since`.
///
/// # Errors
/// What the database says.
pub async fn of_address(db: &impl Source, address: &str, since: Instant) -> Result<Failures, Error> {
    counted(db, Column::Address, address, since).await
}

async fn counted(db: &impl Source, column: Column, key: &str, since: Instant) -> Result<Failures, Error> {
    let found = Entity::find().filter(column.eq(key)).filter(Column::At.gt(since));
    let count = found.clone().count(db.sql()).await?;
    let last = found.order_by_desc(Column::At).one(db.sql()).await?.map(|row| row.at);
    Ok(Failures { count, last })
}

/// Forgets the failures for a login, after it was signed in with.
///
/// # Errors
/// What the database says.
pub async fn forget_login(tx: &Tx, login: &str) -> Result<(), Error> {
    Entity::delete_many().filter(Column::Login.eq(login)).exec(tx.sql()).await?;
    Ok(())
}

/// Forgets what is older than `before`.
///
/// # Errors
/// What the database says.
pub async fn forget_before(tx: &Tx, before: Instant) -> Result<(), Error> {
    Entity::delete_many().filter(Column::At.lt(before)).exec(tx.sql()).await?;
    Ok(())
}

mod entity {
    use sea_orm::entity::prelude::*;

    use crate::clock::Instant;

    /// A failed attempt.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sign_in_failures")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// A hash of the login: people type their password here by mistake.
        pub login: String,
        /// The address it came from.
        pub address: String,
        /// When.
        pub at: Instant,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
