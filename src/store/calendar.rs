//! The years of the working-day calendar by versions, and the deadlines that a change of one moved.

use sea_orm::{ColumnTrait as _, ConnectionTrait as _, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _};

pub use self::{moved::Model as MoveRow, year::Model as YearRow};
use super::{Error, Scope, Source, Tx, connection::Connection as _, rows};
use crate::{
    clock::Instant,
    ids::{CaseId, PersonId},
};

/// A year to save.
#[derive(Debug, Clone)]
pub struct NewYear {
    /// Which.
    pub year: i32,
    /// Its text.
    pub source: String,
    /// When.
    pub saved_at: Instant,
    /// By whom; nobody where it came with the files.
    pub saved_by: Option<PersonId>,
    /// Why.
    pub why: String,
}

/// A moved deadline with what people know its case by.
#[derive(Debug, Clone, sea_orm::FromQueryResult)]
pub struct MovedRow {
    /// The case.
    pub case_id: CaseId,
    /// 流程编号.
    pub number: String,
    /// Its workflow.
    pub workflow: String,
    /// The definition it is pinned to.
    pub definition_hash: String,
    /// The step.
    pub step: String,
    /// The deadline as it was.
    pub due_before: Instant,
    /// The deadline as it is.
    pub due_after: Instant,
}

/// The version: it moves with every change of a year.
///
/// # Errors
/// What the database says.
pub async fn version(db: &impl Source) -> Result<i64, Error> {
    let statement = rows::statement(db, "SELECT version FROM calendar_version WHERE id = 1", []);
    let row = db.sql().query_one_raw(statement).await?;
    Ok(row.ok_or_else(|| DbErr::RecordNotFound("calendar_version".to_owned()))?.try_get("", "version")?)
}

/// Nobody else changes a year before this transaction has ended.
///
/// # Errors
/// What the database says.
pub async fn lock(tx: &Tx) -> Result<(), Error> {
    if tx.is_postgres() {
        let sql = "SELECT version FROM calendar_version WHERE id = 1 FOR UPDATE";
        rows::raw(tx, rows::statement(tx, sql, [])).await?;
    }
    Ok(())
}

/// Saves a year; gives back the version that it makes. Whoever saves another one waits until this transaction ends.
///
/// # Errors
/// What the database says.
pub async fn save(tx: &Tx, new: NewYear) -> Result<i64, Error> {
    let sql = "UPDATE calendar_version SET version = version + 1 WHERE id = 1 RETURNING version";
    let row = tx.sql().query_one_raw(rows::statement(tx, sql, [])).await?;
    let version = row.ok_or_else(|| DbErr::RecordNotFound("calendar_version".to_owned()))?.try_get("", "version")?;
    let NewYear { year, source, saved_at, saved_by, why } = new;
    rows::insert::<year::Entity, _>(tx, vec![YearRow { version, year, source, saved_at, saved_by, why }]).await?;
    Ok(version)
}

/// Every year as it stands.
///
/// # Errors
/// What the database says.
pub async fn current(db: &impl Source) -> Result<Vec<YearRow>, Error> {
    let sql = "SELECT * FROM calendar_years y WHERE version =
        (SELECT MAX(version) FROM calendar_years z WHERE z.year = y.year) ORDER BY year";
    rows::all(db, rows::statement(db, sql, [])).await
}

/// The versions of a year, newest first.
///
/// # Errors
/// What the database says.
pub async fn versions(db: &impl Source, year: i32) -> Result<Vec<YearRow>, Error> {
    let found = year::Entity::find().filter(year::Column::Year.eq(year));
    Ok(found.order_by_desc(year::Column::Version).all(db.sql()).await?)
}

/// Notes down which deadlines a version moved.
///
/// # Errors
/// What the database says.
pub async fn note_moves(tx: &Tx, moves: Vec<MoveRow>) -> Result<(), Error> {
    rows::insert_new::<moved::Entity, _>(tx, moves).await.map(drop)
}

/// How many deadlines a version moved.
///
/// # Errors
/// What the database says.
pub async fn moves_of(db: &impl Source, version: i64) -> Result<u64, Error> {
    use sea_orm::PaginatorTrait as _;
    Ok(moved::Entity::find().filter(moved::Column::Version.eq(version)).count(db.sql()).await?)
}

/// The first deadlines that a version moved in cases that this person may see, the earliest first.
///
/// # Errors
/// What the database says.
pub async fn moved(db: &impl Source, scope: &Scope, version: i64, limit: u64) -> Result<Vec<MovedRow>, Error> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut values = vec![version.into(), limit.into()];
    let seen = super::case_reads::seen(scope, &mut values);
    let sql = format!(
        "SELECT m.case_id, c.number, c.workflow, c.definition_hash, m.step, m.due_before, m.due_after
        FROM deadline_moves m JOIN cases c ON c.id = m.case_id
        WHERE m.version = $1 AND {seen} ORDER BY m.due_after, c.number, m.task_no LIMIT $2"
    );
    rows::all(db, rows::statement(db, &sql, values)).await
}

/// Running cases with something that ends on time, in the order of their ids after `after`.
///
/// # Errors
/// What the database says.
pub async fn cases_on_time(db: &impl Source, after: Option<CaseId>, limit: u64) -> Result<Vec<CaseId>, Error> {
    let (from, first) = match after {
        Some(after) => ("AND case_id > $2", after),
        None => ("AND $2 = $2", CaseId::from_uuid(uuid::Uuid::nil())),
    };
    let sql =
        format!("SELECT DISTINCT case_id FROM clocks WHERE kind IN ('due', 'wait') {from} ORDER BY case_id LIMIT $1");
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let found = rows::raw(db, rows::statement(db, sql, [limit.into(), first.into()])).await?;
    Ok(found.iter().map(|row| row.try_get("", "case_id")).collect::<Result<_, _>>()?)
}

mod year {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::PersonId};

    /// A version of a year.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "calendar_years")]
    pub struct Model {
        /// Counts over all years.
        #[sea_orm(primary_key, auto_increment = false)]
        pub version: i64,
        /// Which year.
        pub year: i32,
        /// Its text.
        pub source: String,
        /// When it was saved.
        pub saved_at: Instant,
        /// By whom; nobody where it came with the files.
        pub saved_by: Option<PersonId>,
        /// Why.
        pub why: String,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod moved {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::CaseId};

    /// A deadline that a version moved.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "deadline_moves")]
    pub struct Model {
        /// Of the calendar.
        #[sea_orm(primary_key, auto_increment = false)]
        pub version: i64,
        /// The case.
        #[sea_orm(primary_key, auto_increment = false)]
        pub case_id: CaseId,
        /// The activation.
        #[sea_orm(primary_key, auto_increment = false)]
        pub activation: i64,
        /// The task; 0 for a step that waits.
        #[sea_orm(primary_key, auto_increment = false)]
        pub task_no: i64,
        /// The step.
        pub step: String,
        /// As it was.
        pub due_before: Instant,
        /// As it is.
        pub due_after: Instant,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
