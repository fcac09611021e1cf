//! Clocks: one armed row for each moment at which something must happen.

use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use self::entity::Column;
pub use self::entity::Model as ClockRow;
use super::{Error, Tx, connection::Connection as _, rows};
use crate::ids::CaseId;

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
