//! Firings of schedules, the slices they are worked on in, and what each project got of them.

use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, QueryTrait as _,
};
use uuid::Uuid;

pub use self::{entity::Model as FiringRow, subject::Model as SubjectRow};
use super::{Error, Source, Tx, connection::Connection as _, rows};
use crate::{
    clock::Instant,
    ids::{CaseId, ProjectId},
};

/// Cases are being started.
pub const RUNNING: &str = "running";
/// Everything was done.
pub const DONE: &str = "done";
/// Somebody wanted it left out.
pub const SKIPPED: &str = "skipped";
/// Nobody was there, and policy leaves it at that.
pub const MISSED: &str = "missed";
/// The project got a case.
pub const STARTED: &str = "started";
/// It had one already.
pub const PRESENT: &str = "present";
/// It could not get one yet.
pub const HELD: &str = "held";
/// It is not to get one any more.
pub const DROPPED: &str = "dropped";

/// Notes down a firing, unless there is one for that occasion; says whether it was new.
///
/// # Errors
/// What the database says.
pub async fn add(tx: &Tx, row: FiringRow) -> Result<bool, Error> {
    Ok(rows::insert_new::<entity::Entity, _>(tx, vec![row]).await? == 1)
}

/// One firing.
///
/// # Errors
/// What the database says.
pub async fn find(db: &impl Source, id: Uuid) -> Result<Option<FiringRow>, Error> {
    Ok(entity::Entity::find_by_id(id).one(db.sql()).await?)
}

/// The firings of a schedule, the latest planned first.
///
/// # Errors
/// What the database says.
pub async fn latest(db: &impl Source, workflow: &str, schedule: &str, limit: u64) -> Result<Vec<FiringRow>, Error> {
    let found = entity::Entity::find()
        .filter(entity::Column::Workflow.eq(workflow))
        .filter(entity::Column::Schedule.eq(schedule))
        .order_by_desc(entity::Column::PlannedAt)
        .order_by_desc(entity::Column::FiredAt)
        .limit(limit);
    Ok(found.all(db.sql()).await?)
}

/// Notes down that a slice is done, and counts what the firing came to so far. The last slice ends it.
///
/// # Errors
/// What the database says.
pub async fn end_slice(tx: &Tx, id: Uuid, no: i32, now: Instant) -> Result<(), Error> {
    // Whoever else ends a slice waits here, so that the last one sees all of them.
    entity::Entity::find_by_id(id).lock_exclusive().one(tx.sql()).await?;
    rows::insert_new::<slice::Entity, _>(tx, vec![slice::Model { firing_id: id, no }]).await?;
    count(tx, id).await?;
    let sql = "UPDATE schedule_firings SET state = 'done', finished_at = $2 WHERE id = $1 AND state = 'running'
        AND slices <= (SELECT COUNT(*) FROM schedule_slices s WHERE s.firing_id = $1)";
    rows::run(tx, rows::statement(tx, sql, [id.into(), now.into()])).await
}

/// Counts what a firing came to.
///
/// # Errors
/// What the database says.
pub async fn count(tx: &Tx, id: Uuid) -> Result<(), Error> {
    let counted =
        |state: &str| format!("(SELECT COUNT(*) FROM schedule_cases s WHERE s.firing_id = $1 AND s.state = '{state}')");
    let sql = format!(
        "UPDATE schedule_firings SET started = {}, present = {}, held = {} WHERE id = $1",
        counted(STARTED),
        counted(PRESENT),
        counted(HELD)
    );
    rows::run(tx, rows::statement(tx, sql, [id.into()])).await
}

/// What identifies the one case of a project in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The workflow.
    pub workflow: String,
    /// The period.
    pub period: String,
    /// The budget year.
    pub year: i32,
    /// The project.
    pub project: ProjectId,
}

/// Puts in the row of a project unless it is there, and hands it out as it is, locked until the transaction ends.
///
/// # Errors
/// What the database says.
pub async fn claim(tx: &Tx, row: SubjectRow) -> Result<SubjectRow, Error> {
    let key = (row.workflow.clone(), row.period.clone(), row.year, row.project_id);
    rows::insert_new::<subject::Entity, _>(tx, vec![row.clone()]).await?;
    let found = subject::Entity::find_by_id(key).lock_exclusive().one(tx.sql()).await?;
    Ok(found.unwrap_or(row))
}

/// Writes the row of a project as it is now.
///
/// # Errors
/// What the database says.
pub async fn save(tx: &Tx, row: SubjectRow) -> Result<(), Error> {
    row.into_active_model().reset_all().update(tx.sql()).await?;
    Ok(())
}

/// Which of these projects have their row for a period, one that is held left out.
///
/// # Errors
/// What the database says.
pub async fn settled(
    db: &impl Source,
    (workflow, period, year): (&str, &str, i32),
    projects: &[ProjectId],
) -> Result<Vec<ProjectId>, Error> {
    Ok(subject::Entity::find()
        .select_only()
        .column(subject::Column::ProjectId)
        .filter(subject::Column::Workflow.eq(workflow))
        .filter(subject::Column::Period.eq(period))
        .filter(subject::Column::Year.eq(year))
        .filter(subject::Column::State.ne(HELD))
        .filter(subject::Column::ProjectId.is_in(projects.iter().copied()))
        .into_tuple()
        .all(db.sql())
        .await?)
}

/// Rows that are held, in the order of their projects, from those after `after` on.
///
/// # Errors
/// What the database says.
pub async fn held(db: &impl Source, after: Option<ProjectId>, limit: u64) -> Result<Vec<SubjectRow>, Error> {
    let mut found = subject::Entity::find().filter(subject::Column::State.eq(HELD));
    if let Some(after) = after {
        found = found.filter(subject::Column::ProjectId.gt(after));
    }
    // Projects are not cut in two: the rows of the last one all come.
    let page = found.clone().order_by_asc(subject::Column::ProjectId).limit(limit).all(db.sql()).await?;
    let Some(last) = page.last().map(|row| row.project_id).filter(|_| page.len() as u64 == limit) else {
        return Ok(page);
    };
    let page = found.filter(subject::Column::ProjectId.lte(last)).order_by_asc(subject::Column::ProjectId);
    Ok(page.all(db.sql()).await?)
}

/// Rows of a schedule that are held, the latest first.
///
/// # Errors
/// What the database says.
pub async fn held_of(
    db: &impl Source,
    (workflow, schedule): (&str, &str),
    limit: u64,
) -> Result<Vec<SubjectRow>, Error> {
    let firings = entity::Entity::find()
        .select_only()
        .column(entity::Column::Id)
        .filter(entity::Column::Workflow.eq(workflow))
        .filter(entity::Column::Schedule.eq(schedule));
    let found = subject::Entity::find()
        .filter(subject::Column::State.eq(HELD))
        .filter(subject::Column::FiringId.in_subquery(firings.into_query()))
        .order_by_desc(subject::Column::NotedAt)
        .order_by_asc(subject::Column::ProjectId)
        .limit(limit);
    Ok(found.all(db.sql()).await?)
}

/// The rows of a project that are held, in the order of their firings.
///
/// # Errors
/// What the database says.
pub async fn held_for(db: &impl Source, project: ProjectId) -> Result<Vec<SubjectRow>, Error> {
    let found = subject::Entity::find()
        .filter(subject::Column::State.eq(HELD))
        .filter(subject::Column::ProjectId.eq(project))
        .order_by_asc(subject::Column::NotedAt)
        .order_by_asc(subject::Column::Period);
    Ok(found.all(db.sql()).await?)
}

/// A case that makes another one needless: of that workflow about that project and year, started by people since `from`
/// and before `until`, and neither withdrawn nor terminated. One that runs since before is of another period.
///
/// # Errors
/// What the database says.
pub async fn present_case(tx: &Tx, of: &Subject, (from, until): (Instant, Instant)) -> Result<Option<CaseId>, Error> {
    let sql = "SELECT c.id AS id FROM cases c WHERE c.workflow = $1 AND c.project_id = $2 AND c.year = $3
        AND c.started_at >= $4 AND c.started_at < $5
        AND (c.status = 'running' OR c.outcome NOT IN ('withdrawn', 'terminated'))
        AND NOT EXISTS (SELECT 1 FROM schedule_cases s WHERE s.case_id = c.id AND s.state = 'started')
        ORDER BY c.status DESC, c.started_at DESC LIMIT 1";
    let values = [of.workflow.as_str().into(), of.project.into(), of.year.into(), from.into(), until.into()];
    let found = rows::raw(tx, rows::statement(tx, sql, values)).await?;
    Ok(found.first().map(|row| row.try_get("", "id")).transpose()?)
}

mod entity {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::PersonId};

    /// A firing.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "schedule_firings")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// The workflow whose cases it starts; `-` for what Yumen does itself.
        pub workflow: String,
        /// The schedule.
        pub schedule: String,
        /// What it fires once for: a period, or a moment.
        pub occasion: String,
        /// The period in which a project gets one case.
        pub period: String,
        /// The budget year; 0 for what Yumen does itself.
        pub year: i32,
        /// When it was due by its times.
        pub planned_at: Instant,
        /// When it fired, or was left out.
        pub fired_at: Instant,
        /// When everything was done.
        pub finished_at: Option<Instant>,
        /// `running`, `done`, `skipped` or `missed`.
        pub state: String,
        /// Who let it fire, or left it out, by hand.
        pub fired_by: Option<PersonId>,
        /// Why.
        pub why: String,
        /// In how many slices it is worked on.
        pub slices: i32,
        /// Cases that were started.
        pub started: i64,
        /// Projects that had one already.
        pub present: i64,
        /// Projects that could not get one yet.
        pub held: i64,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod slice {
    use sea_orm::entity::prelude::*;

    /// A slice that is done.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "schedule_slices")]
    pub struct Model {
        /// The firing.
        #[sea_orm(primary_key, auto_increment = false)]
        pub firing_id: Uuid,
        /// Which.
        #[sea_orm(primary_key, auto_increment = false)]
        pub no: i32,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod subject {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::*};

    /// What a project got in a period.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "schedule_cases")]
    pub struct Model {
        /// The workflow.
        #[sea_orm(primary_key, auto_increment = false)]
        pub workflow: String,
        /// The period.
        #[sea_orm(primary_key, auto_increment = false)]
        pub period: String,
        /// The budget year.
        #[sea_orm(primary_key, auto_increment = false)]
        pub year: i32,
        /// The project.
        #[sea_orm(primary_key, auto_increment = false)]
        pub project_id: ProjectId,
        /// By which firing.
        pub firing_id: Uuid,
        /// `started`, `present`, `held` or `dropped`.
        pub state: String,
        /// The case that it got, or had.
        pub case_id: Option<CaseId>,
        /// The code of what held it.
        pub reason: String,
        /// Since when it is so.
        pub noted_at: Instant,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
