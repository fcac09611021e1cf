//! People: who may sign in, and how they are reached.

use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, sea_query::Expr};

use self::entity::Column;
pub use self::entity::Model as PersonRow;
use super::{Error, Source, Tx, connection::Connection as _, directory, rows};
use crate::ids::PersonId;

/// Everybody, by login.
///
/// # Errors
/// What the database says.
pub async fn all(db: &impl Source) -> Result<Vec<PersonRow>, Error> {
    Ok(entity::Entity::find().order_by_asc(Column::Login).all(db.sql()).await?)
}

/// One person.
///
/// # Errors
/// What the database says.
pub async fn find(db: &impl Source, id: PersonId) -> Result<Option<PersonRow>, Error> {
    Ok(entity::Entity::find_by_id(id).one(db.sql()).await?)
}

/// Lets nobody else change a person's row before this transaction ends. Others may go on naming the person.
///
/// # Errors
/// What the database says.
pub async fn lock(tx: &Tx, id: PersonId) -> Result<(), Error> {
    if tx.is_postgres() {
        let sql = "SELECT id FROM people WHERE id = $1 FOR NO KEY UPDATE";
        rows::raw(tx, rows::statement(tx, sql, [id.into()])).await?;
    }
    Ok(())
}

/// The person who signs in with that name.
///
/// # Errors
/// What the database says.
pub async fn by_login(db: &impl Source, login: &str) -> Result<Option<PersonRow>, Error> {
    Ok(entity::Entity::find().filter(Column::Login.eq(login)).one(db.sql()).await?)
}

/// Whether there is anybody at all.
///
/// # Errors
/// What the database says.
pub async fn is_empty(db: &impl Source) -> Result<bool, Error> {
    Ok(entity::Entity::find().one(db.sql()).await?.is_none())
}

/// Adds people and moves the directory's version.
///
/// # Errors
/// [`Error::Duplicate`] when a login is taken.
pub async fn add(tx: &Tx, people: Vec<PersonRow>) -> Result<(), Error> {
    rows::insert::<entity::Entity, _>(tx, people).await?;
    directory::bump(tx).await
}

/// Sets the hash of a person's password.
///
/// # Errors
/// [`Error::Stale`] when there is no such person.
pub async fn set_password(tx: &Tx, id: PersonId, password_hash: &str) -> Result<(), Error> {
    set(tx, id, Column::PasswordHash, Expr::value(password_hash)).await
}

/// Sets the language a person reads.
///
/// # Errors
/// [`Error::Stale`] when there is no such person.
pub async fn set_lang(tx: &Tx, id: PersonId, lang: &str) -> Result<(), Error> {
    set(tx, id, Column::Lang, Expr::value(lang)).await
}

/// Sets where mails to a person go.
///
/// # Errors
/// [`Error::Stale`] when there is no such person.
pub async fn set_email(tx: &Tx, id: PersonId, email: Option<String>) -> Result<(), Error> {
    set(tx, id, Column::Email, Expr::value(email)).await
}

/// Lets a person act again, or no longer, and moves the directory's version.
///
/// # Errors
/// [`Error::Stale`] when there is no such person.
pub async fn set_active(tx: &Tx, id: PersonId, active: bool) -> Result<(), Error> {
    set(tx, id, Column::Active, Expr::value(active)).await?;
    directory::bump(tx).await
}

async fn set(tx: &Tx, id: PersonId, column: Column, value: Expr) -> Result<(), Error> {
    let result = entity::Entity::update_many().col_expr(column, value).filter(Column::Id.eq(id)).exec(tx.sql()).await?;
    if result.rows_affected == 1 { Ok(()) } else { Err(Error::Stale("the person")) }
}

mod entity {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::*};

    /// A person. Two logins never differ in case alone: the door writes them small.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "people")]
    pub struct Model {
        /// Their id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: PersonId,
        /// The name they sign in with.
        pub login: String,
        /// Their name.
        pub name: String,
        /// Where mails go.
        pub email: Option<String>,
        /// The hash of their password; nobody signs in without.
        pub password_hash: Option<String>,
        /// `zh-CN` or `en`.
        pub lang: String,
        /// Whether they may sign in and act.
        pub active: bool,
        /// When they were added.
        pub created_at: Instant,
    }

    /// Says who, never how they sign in or where their mail goes.
    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("PersonRow").field("id", &self.id).finish_non_exhaustive()
        }
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
