//! Drafts of definitions. A draft has one author for good, and never changes once it was published or discarded.

use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, sea_query::Expr,
};

use self::entity::Column;
pub use self::entity::Model as DraftRow;
use super::{Error, Source, Tx, connection::Connection as _, rows};
use crate::{clock::Instant, ids::DraftId};

/// `definition_drafts.state` of a draft that is being written, or decided on.
pub const OPEN: &str = "open";
/// `definition_drafts.state` of a draft that became a version.
pub const PUBLISHED: &str = "published";
/// `definition_drafts.state` of a draft that was given up.
pub const DISCARDED: &str = "discarded";

/// What changes in an open draft.
#[derive(Debug, Clone)]
pub struct DraftChange {
    /// The draft.
    pub id: DraftId,
    /// The revision it was loaded with; it becomes one higher.
    pub expected_revision: i64,
    /// The YAML.
    pub source: String,
    /// Its scenarios.
    pub scenarios: String,
    /// The version it starts from.
    pub based_on: Option<String>,
    /// When.
    pub changed_at: Instant,
}

/// Begins a draft.
///
/// # Errors
/// [`Error::Duplicate`] when the author has an open draft of that workflow.
pub async fn insert(tx: &Tx, row: DraftRow) -> Result<(), Error> {
    rows::insert::<entity::Entity, _>(tx, vec![row]).await
}

/// One draft.
///
/// # Errors
/// What the database says.
pub async fn find(db: &impl Source, id: DraftId) -> Result<Option<DraftRow>, Error> {
    Ok(entity::Entity::find_by_id(id).one(db.sql()).await?)
}

/// One draft, locked until the transaction ends.
///
/// # Errors
/// What the database says.
pub async fn load_for_update(tx: &Tx, id: DraftId) -> Result<Option<DraftRow>, Error> {
    Ok(entity::Entity::find_by_id(id).lock_exclusive().one(tx.sql()).await?)
}

/// The open drafts, by workflow and then by age.
///
/// # Errors
/// What the database says.
pub async fn open(db: &impl Source) -> Result<Vec<DraftRow>, Error> {
    let found = entity::Entity::find().filter(Column::State.eq(OPEN));
    Ok(found.order_by_asc(Column::Workflow).order_by_asc(Column::BegunAt).all(db.sql()).await?)
}

/// Writes what changed in an open draft.
///
/// # Errors
/// [`Error::Stale`] when the draft is not open, or not at the expected revision.
pub async fn save(tx: &Tx, change: DraftChange) -> Result<(), Error> {
    let result = entity::Entity::update_many()
        .col_expr(Column::Revision, Expr::value(change.expected_revision + 1))
        .col_expr(Column::Source, Expr::value(change.source))
        .col_expr(Column::Scenarios, Expr::value(change.scenarios))
        .col_expr(Column::BasedOn, Expr::value(change.based_on))
        .col_expr(Column::ChangedAt, Expr::value(change.changed_at))
        .filter(Column::Id.eq(change.id))
        .filter(Column::State.eq(OPEN))
        .filter(Column::Revision.eq(change.expected_revision))
        .exec(tx.sql())
        .await?;
    if result.rows_affected == 1 { Ok(()) } else { Err(Error::Stale("the draft")) }
}

/// Closes an open draft as [`PUBLISHED`] or [`DISCARDED`].
///
/// # Errors
/// [`Error::Stale`] when it is not open.
pub async fn close(tx: &Tx, id: DraftId, state: &'static str, at: Instant) -> Result<(), Error> {
    let result = entity::Entity::update_many()
        .col_expr(Column::State, Expr::value(state))
        .col_expr(Column::ClosedAt, Expr::value(Some(at)))
        .filter(Column::Id.eq(id))
        .filter(Column::State.eq(OPEN))
        .exec(tx.sql())
        .await?;
    if result.rows_affected == 1 { Ok(()) } else { Err(Error::Stale("the draft")) }
}

mod entity {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::*};

    /// A draft of a definition.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "definition_drafts")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: DraftId,
        /// The workflow it is to be a version of.
        pub workflow: String,
        /// Who writes it.
        pub author: PersonId,
        /// The hash of the version it starts from; none for a workflow that has none.
        pub based_on: Option<String>,
        /// The YAML.
        pub source: String,
        /// `open`, `published` or `discarded`.
        pub state: String,
        /// When it was begun.
        pub begun_at: Instant,
        /// When its text changed last.
        pub changed_at: Instant,
        /// When it was published or discarded.
        pub closed_at: Option<Instant>,
        /// How often it was saved, from 1.
        pub revision: i64,
        /// Its scenarios, as YAML.
        pub scenarios: String,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
