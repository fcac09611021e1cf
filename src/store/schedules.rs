//! Schedules: when each fires next, whether it is paused, and what people did to it.

use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

pub use self::{deed::Model as DeedRow, entity::Model as ScheduleRow};
use super::{Error, Source, Tx, connection::Connection as _, rows};
use crate::clock::Instant;

/// Every schedule that there ever was, in order.
///
/// # Errors
/// What the database says.
pub async fn all(db: &impl Source) -> Result<Vec<ScheduleRow>, Error> {
    let found = entity::Entity::find().order_by_asc(entity::Column::Workflow).order_by_asc(entity::Column::Name);
    Ok(found.all(db.sql()).await?)
}

/// Puts in those that are new.
///
/// # Errors
/// What the database says.
pub async fn add(tx: &Tx, new: Vec<ScheduleRow>) -> Result<(), Error> {
    rows::insert_new::<entity::Entity, _>(tx, new).await.map(drop)
}

/// One of them, locked until the transaction ends.
///
/// # Errors
/// What the database says.
pub async fn lock(tx: &Tx, workflow: &str, name: &str) -> Result<Option<ScheduleRow>, Error> {
    let found = entity::Entity::find_by_id((workflow.to_owned(), name.to_owned()));
    Ok(found.lock_exclusive().one(tx.sql()).await?)
}

/// Those that are due, the longest due first, without those that another node is looking at.
///
/// # Errors
/// What the database says.
pub async fn take_due(tx: &Tx, now: Instant, limit: u64) -> Result<Vec<ScheduleRow>, Error> {
    let lock = if tx.is_postgres() { "FOR UPDATE SKIP LOCKED" } else { "" };
    let sql = format!(
        "SELECT * FROM schedules WHERE paused_at IS NULL AND due_at <= $1 ORDER BY due_at, workflow, name LIMIT $2 {lock}"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    rows::all(tx, rows::statement(tx, sql, [now.into(), limit.into()])).await
}

/// Writes one as it is now.
///
/// # Errors
/// What the database says.
pub async fn save(tx: &Tx, row: ScheduleRow) -> Result<(), Error> {
    row.into_active_model().reset_all().update(tx.sql()).await?;
    Ok(())
}

/// Notes down what somebody did.
///
/// # Errors
/// What the database says.
pub async fn note(tx: &Tx, row: DeedRow) -> Result<(), Error> {
    rows::insert::<deed::Entity, _>(tx, vec![row]).await
}

/// What people did to one of them, newest first.
///
/// # Errors
/// What the database says.
pub async fn deeds(db: &impl Source, workflow: &str, name: &str, limit: u64) -> Result<Vec<DeedRow>, Error> {
    let found = deed::Entity::find()
        .filter(deed::Column::Workflow.eq(workflow))
        .filter(deed::Column::Schedule.eq(name))
        .order_by_desc(deed::Column::DoneAt)
        .limit(limit);
    Ok(found.all(db.sql()).await?)
}

mod entity {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::PersonId};

    /// A schedule.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "schedules")]
    pub struct Model {
        /// The workflow whose cases it starts; `-` for what Yumen does itself.
        #[sea_orm(primary_key, auto_increment = false)]
        pub workflow: String,
        /// Its name.
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        /// By which times the next one was counted.
        pub rule: String,
        /// By which version of the calendar.
        pub calendar: i64,
        /// The next time; none while there is none, or nothing is to be done any more.
        pub planned_at: Option<Instant>,
        /// The same, moved from a day off.
        pub due_at: Option<Instant>,
        /// Since when it is paused.
        pub paused_at: Option<Instant>,
        /// By whom.
        pub paused_by: Option<PersonId>,
        /// Why.
        pub paused_why: String,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod deed {
    use sea_orm::entity::prelude::*;

    use crate::{
        clock::Instant,
        ids::{PersonId, ProjectId},
    };

    /// What somebody did to a schedule.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "schedule_deeds")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// The workflow.
        pub workflow: String,
        /// The schedule.
        pub schedule: String,
        /// `run`, `pause`, `resume`, `skip`, `retry` or `leave-out`.
        pub deed: String,
        /// The project that was left out.
        pub project_id: Option<ProjectId>,
        /// Why.
        pub why: String,
        /// When.
        pub done_at: Instant,
        /// By whom.
        pub done_by: PersonId,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
