//! Published definitions, by version. A case stays with the one it started with.

use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, sea_query::Expr,
};

use self::entity::Column;
pub use self::entity::Model as DefinitionRow;
use super::{Error, Source, Tx, connection::Connection as _, rows};
use crate::{clock::Instant, ids::DraftId};

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
    /// The draft it was; none for what comes from a file.
    pub draft: Option<DraftId>,
    /// What was proven of it, as JSON.
    pub certificate: Option<String>,
    /// The scenarios beside it, as YAML; none where it came without.
    pub scenarios: Option<String>,
}

/// The end of a workflow's or a version's time.
#[derive(Debug, Clone)]
pub struct Retirement {
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: String,
    /// Why.
    pub why: String,
}

/// Makes a definition the current one of its workflow; gives back its version, or `None` when it was current already.
/// The version before is retired. What comes from a file goes live only as long as no draft ever did and nobody has
/// retired the workflow: what administrators decided is not undone by a restart.
///
/// # Errors
/// [`Error::Duplicate`] when another node publishes at the same time.
pub async fn publish(tx: &Tx, new: NewDefinition) -> Result<Option<i32>, Error> {
    let known = versions(tx, &new.workflow).await?;
    if new.draft.is_none() && is_tended(&known) {
        return Ok(None);
    }
    if let Some(live) = known.iter().find(|row| row.hash == new.hash && row.is_current) {
        if new.draft.is_none() && new.scenarios.is_some() && live.scenarios != new.scenarios {
            keep_beside(tx, &new).await?;
        }
        return Ok(None);
    }
    let superseded = Retirement { at: new.published_at, by: new.published_by.clone(), why: String::new() };
    retire(tx, &new.workflow, superseded).await?;
    if let Some(before) = known.iter().find(|row| row.hash == new.hash) {
        entity::Entity::update_many()
            .col_expr(Column::IsCurrent, Expr::value(true))
            .col_expr(Column::RetiredAt, Expr::value(None::<Instant>))
            .col_expr(Column::RetiredBy, Expr::value(None::<String>))
            .col_expr(Column::RetiredWhy, Expr::value(None::<String>))
            .filter(Column::Hash.eq(&before.hash))
            .exec(tx.sql())
            .await?;
        keep_beside(tx, &new).await?;
        return Ok(Some(before.version));
    }
    let version = known.iter().map(|row| row.version).max().unwrap_or(0) + 1;
    let NewDefinition { hash, workflow, source, published_at, published_by, draft, certificate, scenarios } = new;
    let row = DefinitionRow {
        hash,
        workflow,
        version,
        source,
        published_at,
        published_by,
        is_current: true,
        draft_id: draft,
        certificate,
        retired_at: None,
        retired_by: None,
        retired_why: None,
        scenarios,
    };
    rows::insert::<entity::Entity, _>(tx, vec![row]).await?;
    Ok(Some(version))
}

/// What stands beside a version that is there already: its scenarios, and what was proven of it today.
async fn keep_beside(tx: &Tx, new: &NewDefinition) -> Result<(), Error> {
    entity::Entity::update_many()
        .col_expr(Column::Scenarios, Expr::value(new.scenarios.clone()))
        .col_expr(Column::Certificate, Expr::value(new.certificate.clone()))
        .filter(Column::Hash.eq(&new.hash))
        .exec(tx.sql())
        .await?;
    Ok(())
}

/// Keeps what was proven of a version, as JSON, in the place of what was proven before.
///
/// # Errors
/// What the database says.
pub async fn certify(tx: &Tx, hash: &str, certificate: String) -> Result<(), Error> {
    entity::Entity::update_many()
        .col_expr(Column::Certificate, Expr::value(Some(certificate)))
        .filter(Column::Hash.eq(hash))
        .exec(tx.sql())
        .await?;
    Ok(())
}

/// Whether administrators have taken a workflow, of which these are all versions, into their hands: one of its versions
/// was a draft, or none is live.
#[must_use]
pub fn is_tended(versions: &[DefinitionRow]) -> bool {
    versions.iter().any(|row| row.draft_id.is_some())
        || (!versions.is_empty() && !versions.iter().any(|row| row.is_current))
}

/// Lets no new case start with what is live of a workflow; says whether anything was.
///
/// # Errors
/// What the database says.
pub async fn retire(tx: &Tx, workflow: &str, retirement: Retirement) -> Result<bool, Error> {
    let result = entity::Entity::update_many()
        .col_expr(Column::IsCurrent, Expr::value(false))
        .col_expr(Column::RetiredAt, Expr::value(Some(retirement.at)))
        .col_expr(Column::RetiredBy, Expr::value(Some(retirement.by)))
        .col_expr(Column::RetiredWhy, Expr::value(Some(retirement.why)))
        .filter(Column::Workflow.eq(workflow))
        .filter(Column::IsCurrent.eq(true))
        .exec(tx.sql())
        .await?;
    Ok(result.rows_affected > 0)
}

/// Every version of every workflow: by workflow, newest first.
///
/// # Errors
/// What the database says.
pub async fn all(db: &impl Source) -> Result<Vec<DefinitionRow>, Error> {
    let found = entity::Entity::find().order_by_asc(Column::Workflow).order_by_desc(Column::Version);
    Ok(found.all(db.sql()).await?)
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

/// What is live: the hash of each, by workflow.
///
/// # Errors
/// What the database says.
pub async fn live_hashes(db: &impl Source) -> Result<Vec<String>, Error> {
    Ok(entity::Entity::find()
        .select_only()
        .column(Column::Hash)
        .filter(Column::IsCurrent.eq(true))
        .order_by_asc(Column::Workflow)
        .into_tuple()
        .all(db.sql())
        .await?)
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

    use crate::{clock::Instant, ids::DraftId};

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
        /// The draft it was; none for what came from a file.
        pub draft_id: Option<DraftId>,
        /// What was proven of it last, as JSON.
        pub certificate: Option<String>,
        /// Since when no new case starts with it.
        pub retired_at: Option<Instant>,
        /// Who saw to that.
        pub retired_by: Option<String>,
        /// Why; empty where the next version took its place.
        pub retired_why: Option<String>,
        /// The scenarios beside it, as YAML; none where it came without.
        pub scenarios: Option<String>,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
