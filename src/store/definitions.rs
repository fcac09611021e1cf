//! Published definitions, by version. A case stays with the one it started with.

use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, sea_query::Expr};

use self::entity::Column;
pub use self::entity::Model as DefinitionRow;
use super::{Error, Source, Tx, connection::Connection as _, rows};
use crate::clock::Instant;

/// A definition to publish.
#[derive(Debug, Clone)]
pub struct NewDefinition {
    /// SM3 of its source.
    pub hash: String,
    /// The workflow.
    pub workflow: String,
    /// The YAML.
    pub source: String,
    /// When.
    pub published_at: Instant,
    /// By whom.
    pub published_by: String,
}

/// Makes a definition the current one of its workflow; gives back its version, or `None` when it was current already.
///
/// # Errors
/// [`Error::Duplicate`] when another node publishes at the same time.
pub async fn publish(tx: &Tx, new: NewDefinition) -> Result<Option<i32>, Error> {
    let known = versions(tx, &new.workflow).await?;
    if known.iter().any(|row| row.hash == new.hash && row.is_current) {
        return Ok(None);
    }
    entity::Entity::update_many()
        .col_expr(Column::IsCurrent, Expr::value(false))
        .filter(Column::Workflow.eq(&new.workflow))
        .exec(tx.sql())
        .await?;
    if let Some(before) = known.iter().find(|row| row.hash == new.hash) {
        entity::Entity::update_many()
            .col_expr(Column::IsCurrent, Expr::value(true))
            .filter(Column::Hash.eq(&before.hash))
            .exec(tx.sql())
            .await?;
        return Ok(Some(before.version));
    }
    let version = known.iter().map(|row| row.version).max().unwrap_or(0) + 1;
    let NewDefinition { hash, workflow, source, published_at, published_by } = new;
    let row = DefinitionRow { hash, workflow, version, source, published_at, published_by, is_current: true };
    rows::insert::<entity::Entity, _>(tx, vec![row]).await?;
    Ok(Some(version))
}

/// The definition with that hash.
///
/// # Errors
/// What the database says.
pub async fn by_hash(db: &impl Source, hash: &str) -> Result<Option<DefinitionRow>, Error> {
    Ok(entity::Entity::find_by_id(hash.to_owned()).one(db.sql()).await?)
}

/// The version with which new cases of a workflow start.
///
/// # Errors
/// What the database says.
pub async fn current(db: &impl Source, workflow: &str) -> Result<Option<DefinitionRow>, Error> {
    let found = entity::Entity::find().filter(Column::Workflow.eq(workflow)).filter(Column::IsCurrent.eq(true));
    Ok(found.one(db.sql()).await?)
}

/// The current version of every workflow, by name.
///
/// # Errors
/// What the database says.
pub async fn all_current(db: &impl Source) -> Result<Vec<DefinitionRow>, Error> {
    let found = entity::Entity::find().filter(Column::IsCurrent.eq(true));
    Ok(found.order_by_asc(Column::Workflow).all(db.sql()).await?)
}

/// Every version of a workflow, newest first.
///
/// # Errors
/// What the database says.
pub async fn versions(db: &impl Source, workflow: &str) -> Result<Vec<DefinitionRow>, Error> {
    let found = entity::Entity::find().filter(Column::Workflow.eq(workflow));
    Ok(found.order_by_desc(Column::Version).all(db.sql()).await?)
}

mod entity {
    use sea_orm::entity::prelude::*;

    use crate::clock::Instant;

    /// A published definition.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "definitions")]
    pub struct Model {
        /// SM3 of its source.
        #[sea_orm(primary_key, auto_increment = false)]
        pub hash: String,
        /// The workflow.
        pub workflow: String,
        /// Counted from 1 for each workflow.
        pub version: i32,
        /// The YAML.
        pub source: String,
        /// When it went live.
        pub published_at: Instant,
        /// Who published it.
        pub published_by: String,
        /// Whether new cases start with it.
        pub is_current: bool,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
