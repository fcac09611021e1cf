//! Clocks: one armed row for each moment at which something must happen.

use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};

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

/// Disarms the clocks of a kind that tasks own.
///
/// # Errors
/// What the database says.
pub async fn disarm_kind(tx: &Tx, case: CaseId, kind: &str, tasks: Vec<i64>) -> Result<(), Error> {
    let of_case = entity::Entity::delete_many().filter(Column::CaseId.eq(case)).filter(Column::Kind.eq(kind));
    of_case.filter(Column::TaskNo.is_in(tasks)).exec(tx.sql()).await?;
    Ok(())
}

/// Disarms the clocks of a kind that activations own.
///
/// # Errors
/// What the database says.
pub async fn disarm_activations(tx: &Tx, case: CaseId, kind: &str, activations: Vec<i64>) -> Result<(), Error> {
    let of_case = entity::Entity::delete_many().filter(Column::CaseId.eq(case)).filter(Column::Kind.eq(kind));
    of_case.filter(Column::Activation.is_in(activations)).exec(tx.sql()).await?;
    Ok(())
}

/// Arms a clock unless it is armed.
///
/// # Errors
/// What the database says.
pub async fn arm_anew(tx: &Tx, clock: ClockRow) -> Result<(), Error> {
    rows::insert_new::<entity::Entity, _>(tx, vec![clock]).await.map(drop)
}

/// Takes away clocks that ring, the longest due first. `due` does not ring: it shows what is overdue.
///
/// # Errors
/// What the database says.
pub async fn take_due(tx: &Tx, now: Instant, limit: u64) -> Result<Vec<ClockRow>, Error> {
    let lock = if tx.is_postgres() { "FOR UPDATE SKIP LOCKED" } else { "" };
    let sql = format!(
        "DELETE FROM clocks WHERE id IN
            (SELECT id FROM clocks WHERE kind <> 'due' AND due_at <= $1 ORDER BY due_at LIMIT $2 {lock})
         RETURNING *"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    rows::all(tx, rows::statement(tx, sql, [now.into(), limit.into()])).await
}

/// The clocks of a case, the first due first.
///
/// # Errors
/// What the database says.
pub async fn of_case(db: &impl Source, case: CaseId) -> Result<Vec<ClockRow>, Error> {
    let of_case = entity::Entity::find().filter(Column::CaseId.eq(case));
    Ok(of_case.order_by_asc(Column::DueAt).all(db.sql()).await?)
}

/// Disarms every clock of a case.
///
/// # Errors
/// What the database says.
pub async fn disarm_case(tx: &Tx, case: CaseId) -> Result<(), Error> {
    entity::Entity::delete_many().filter(Column::CaseId.eq(case)).exec(tx.sql()).await?;
    Ok(())
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
        /// What it is for: `due`, `remind` and `late` of a task, `wait` of an activation.
        pub kind: String,
        /// When it goes off.
        pub due_at: Instant,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
