//! How each person's mailbox does, and how they want their mail.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, EntityTrait as _, QueryFilter as _,
    sea_query::{Expr, ExprTrait as _, OnConflict},
};

use self::entity::Column;
pub use self::entity::Model as MailboxRow;
use super::{Error, Source, Tx, connection::Connection as _};
use crate::{clock::Instant, ids::PersonId};

/// A mailbox that refused so many mails in a row, each for its own reason, is taken for one that takes none.
pub const REFUSALS_MAX: i32 = 3;

/// What is known of a person's mailbox; `None` when there is nothing to know.
///
/// # Errors
/// What the database says.
pub async fn get(db: &impl Source, person: PersonId) -> Result<Option<MailboxRow>, Error> {
    Ok(entity::Entity::find_by_id(person).one(db.sql()).await?)
}

/// The mailboxes that take no mail.
///
/// # Errors
/// What the database says.
pub async fn failed(db: &impl Source) -> Result<Vec<MailboxRow>, Error> {
    Ok(entity::Entity::find().filter(Column::FailedAt.is_not_null()).all(db.sql()).await?)
}

/// The mailbox takes no mail, and nothing is sent there before somebody has looked.
///
/// # Errors
/// What the database says.
pub async fn flag(tx: &Tx, person: PersonId, why: &str, at: Instant) -> Result<(), Error> {
    let row = entity::ActiveModel {
        person_id: Set(person),
        mode: Set(None),
        refusals: Set(0),
        failed_at: Set(Some(at)),
        failed_why: Set(Some(why.to_owned())),
    };
    let known = OnConflict::column(Column::PersonId).update_columns([Column::FailedAt, Column::FailedWhy]).to_owned();
    entity::Entity::insert(row).on_conflict(known).exec_without_returning(tx.sql()).await?;
    Ok(())
}

/// The mailbox refused one mail; says how many in a row.
///
/// # Errors
/// What the database says.
pub async fn count_refusal(tx: &Tx, person: PersonId) -> Result<i32, Error> {
    let row = entity::ActiveModel {
        person_id: Set(person),
        mode: Set(None),
        refusals: Set(1),
        failed_at: Set(None),
        failed_why: Set(None),
    };
    let more = Expr::col((entity::Entity, Column::Refusals)).add(1);
    let known = OnConflict::column(Column::PersonId).value(Column::Refusals, more).to_owned();
    entity::Entity::insert(row).on_conflict(known).exec_without_returning(tx.sql()).await?;
    Ok(get(tx, person).await?.map_or(1, |row| row.refusals))
}

/// The mailbox took a mail, or somebody has looked: mail goes there again.
///
/// # Errors
/// What the database says.
pub async fn clear(tx: &Tx, person: PersonId) -> Result<(), Error> {
    entity::Entity::update_many()
        .col_expr(Column::Refusals, Expr::value(0))
        .col_expr(Column::FailedAt, Expr::value(None::<Instant>))
        .col_expr(Column::FailedWhy, Expr::value(None::<String>))
        .filter(Column::PersonId.eq(person))
        .exec(tx.sql())
        .await?;
    Ok(())
}

/// How a person wants their mail; `None` for what the policy says.
///
/// # Errors
/// What the database says.
pub async fn set_mode(tx: &Tx, person: PersonId, mode: Option<&str>) -> Result<(), Error> {
    let row = entity::ActiveModel {
        person_id: Set(person),
        mode: Set(mode.map(str::to_owned)),
        refusals: Set(0),
        failed_at: Set(None),
        failed_why: Set(None),
    };
    let known = OnConflict::column(Column::PersonId).update_column(Column::Mode).to_owned();
    entity::Entity::insert(row).on_conflict(known).exec_without_returning(tx.sql()).await?;
    Ok(())
}

mod entity {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::*};

    /// A mailbox.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "mailboxes")]
    pub struct Model {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub person_id: PersonId,
        /// `at-once`, `outside-quiet-hours` or `digest`; `None` for what the policy says.
        pub mode: Option<String>,
        /// Mails in a row that were refused for good.
        pub refusals: i32,
        /// Since when it takes no mail.
        pub failed_at: Option<Instant>,
        /// The server's code.
        pub failed_why: Option<String>,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
