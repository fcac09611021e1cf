//! Clocks: one armed row for each moment at which something must happen.

use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, sea_query::LockType,
};

use self::entity::Column;
pub use self::entity::Model as ClockRow;
use super::{Error, Source, Tx, connection::Connection as _, rows};
use crate::{clock::Instant, ids::CaseId};

/// Arms clocks.
///
/// # Errors
/// What the database says.
pub async fn arm(tx: &Tx, clocks: Vec<ClockRow>) -> Result<(), Error> {
    rows::insert::<entity::Entity, _>(tx, clocks).await
}

/// Disarms the clocks of activations that are over.
///
/// # Errors
/// What the database says.
pub async fn disarm_activations(tx: &Tx, case: CaseId, activations: Vec<i64>) -> Result<(), Error> {
    if activations.is_empty() {
        return Ok(());
    }
    let of_case = entity::Entity::delete_many().filter(Column::CaseId.eq(case));
    of_case.filter(Column::Activation.is_in(activations)).exec(tx.sql()).await?;
    Ok(())
}

/// Disarms the clocks of tasks that are closed.
///
/// # Errors
/// What the database says.
pub async fn disarm_tasks(tx: &Tx, case: CaseId, tasks: Vec<i64>) -> Result<(), Error> {
    if tasks.is_empty() {
        return Ok(());
    }
    let of_case = entity::Entity::delete_many().filter(Column::CaseId.eq(case));
    of_case.filter(Column::TaskNo.is_in(tasks)).exec(tx.sql()).await?;
    Ok(())
}

/// Disarms clocks that have had their effect.
///
/// # Errors
/// What the database says.
pub async fn disarm(tx: &Tx, clocks: Vec<uuid::Uuid>) -> Result<(), Error> {
    if !clocks.is_empty() {
        entity::Entity::delete_many().filter(Column::Id.is_in(clocks)).exec(tx.sql()).await?;
    }
    Ok(())
}

/// Clocks that are due, the longest due first, locked until the transaction ends; those that another node holds are
/// left out.
///
/// # Errors
/// What the database says.
pub async fn due(tx: &Tx, now: Instant, limit: u64) -> Result<Vec<ClockRow>, Error> {
    Ok(entity::Entity::find()
        .filter(Column::DueAt.lte(now))
        .order_by_asc(Column::DueAt)
        .limit(limit)
        .lock_with_behavior(LockType::Update, sea_orm::sea_query::LockBehavior::SkipLocked)
        .all(tx.sql())
        .await?)
}

/// The armed clocks of a case.
///
/// # Errors
/// What the database says.
pub async fn of_case(db: &impl Source, case: CaseId) -> Result<Vec<ClockRow>, Error> {
    Ok(entity::Entity::find().filter(Column::CaseId.eq(case)).order_by_asc(Column::DueAt).all(db.sql()).await?)
}

mod entity {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::*};

    /// An armed clock.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "clocks")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// The case.
        pub case_id: CaseId,
        /// The activation that owns it.
        pub activation: i64,
        /// The task it is about.
        pub task_no: Option<i64>,
        /// What it is for: `due`.
        pub kind: String,
        /// When it goes off.
        pub due_at: Instant,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
