//! The processes that work on the outbox: each says now and then that it lives.

use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _,
    sea_query::{Expr, OnConflict},
};

use self::entity::Column;
pub use self::entity::Model as NodeRow;
use super::{Error, Source, Tx, connection::Connection as _};
use crate::clock::Instant;

/// Notes down that a node lives.
///
/// # Errors
/// What the database says.
pub async fn beat(tx: &Tx, node: NodeRow) -> Result<(), Error> {
    let again = OnConflict::column(Column::Id).update_columns([Column::SeenAt, Column::StoppedAt]).to_owned();
    entity::Entity::insert(node.into_active_model()).on_conflict(again).exec_without_returning(tx.sql()).await?;
    Ok(())
}

/// Notes down that a node has stopped as it was told to.
///
/// # Errors
/// What the database says.
pub async fn stopped(tx: &Tx, id: String, at: Instant) -> Result<(), Error> {
    let update = entity::Entity::update_many().col_expr(Column::StoppedAt, Expr::value(at));
    update.filter(Column::Id.eq(id)).exec(tx.sql()).await?;
    Ok(())
}

/// Forgets nodes that were not seen since `before`.
///
/// # Errors
/// What the database says.
pub async fn forget(tx: &Tx, before: Instant) -> Result<(), Error> {
    entity::Entity::delete_many().filter(Column::SeenAt.lt(before)).exec(tx.sql()).await?;
    Ok(())
}

/// The nodes that were seen since `since`, the last seen first.
///
/// # Errors
/// What the database says.
pub async fn seen_since(db: &impl Source, since: Instant) -> Result<Vec<NodeRow>, Error> {
    let seen = entity::Entity::find().filter(Column::SeenAt.gte(since));
    Ok(seen.order_by_desc(Column::SeenAt).order_by_asc(Column::Id).all(db.sql()).await?)
}

mod entity {
    use sea_orm::entity::prelude::*;

    use crate::clock::Instant;

    /// A process that works on the outbox.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "nodes")]
    pub struct Model {
        /// The name it gave itself at this start.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// The machine.
        pub host: String,
        /// The version of Yumen.
        pub version: String,
        /// When it started.
        pub started_at: Instant,
        /// When it last said that it lives.
        pub seen_at: Instant,
        /// When it stopped as it was told to.
        pub stopped_at: Option<Instant>,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
