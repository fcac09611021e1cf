//! To whom the lateness of tasks was escalated.

pub use self::entity::Model as EscalationRow;
use super::{Error, Tx, rows};

/// Notes down who learnt that a task is late; who is noted already stays as they are.
///
/// # Errors
/// What the database says.
pub async fn add(tx: &Tx, escalations: Vec<EscalationRow>) -> Result<(), Error> {
    rows::insert_new::<entity::Entity, _>(tx, escalations).await.map(drop)
}

mod entity {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::*};

    /// Somebody who learnt that a task is late.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "escalations")]
    pub struct Model {
        /// The case.
        #[sea_orm(primary_key, auto_increment = false)]
        pub case_id: CaseId,
        /// The task.
        #[sea_orm(primary_key, auto_increment = false)]
        pub task_no: i64,
        /// The level, counted from 1.
        #[sea_orm(primary_key, auto_increment = false)]
        pub level: i32,
        /// Who.
        #[sea_orm(primary_key, auto_increment = false)]
        pub person_id: PersonId,
        /// When.
        pub at: Instant,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
