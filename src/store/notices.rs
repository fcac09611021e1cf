//! Notices: what each person was told, whether they have a mailbox or not.

use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, FromQueryResult, QueryFilter as _, QueryOrder as _,
    sea_query::Expr,
};

use self::entity::Column;
pub use self::entity::Model as NoticeRow;
use super::{Error, Source, Tx, connection::Connection as _, rows};
use crate::{
    clock::Instant,
    ids::{CaseId, DispatchId, PersonId},
};

/// More unread notices than this are not counted.
pub const COUNTED_MAX: u64 = 100;

/// Unread, and not about a task that somebody has settled since.
const UNREAD: &str = "n.person_id = $1 AND n.read_at IS NULL AND (n.task_no IS NULL OR EXISTS (
    SELECT 1 FROM tasks t WHERE t.case_id = n.case_id AND t.no = n.task_no AND t.state = 'open'))";

/// A notice as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct NoticeLine {
    /// Its id.
    pub id: DispatchId,
    /// Which mail says the same.
    pub kind: String,
    /// What it says in Chinese.
    pub title_zh: String,
    /// The same in English.
    pub title_en: String,
    /// The page that it is about.
    pub path: String,
    /// Since when.
    pub created_at: Instant,
    /// When it was read.
    pub read_at: Option<Instant>,
    /// Whether the task that it is about was settled since: 1, or 0.
    pub settled: i32,
}

/// Puts notices in, one statement for all, and tells the people after the commit. Those that are there stay as they are.
///
/// # Errors
/// What the database says.
pub async fn put(tx: &Tx, notices: Vec<NoticeRow>) -> Result<(), Error> {
    tx.tell_after_commit(notices.iter().map(|notice| notice.person_id));
    rows::insert_new::<entity::Entity, _>(tx, notices).await.map(drop)
}

/// How many notices a person has not read, at most [`COUNTED_MAX`].
///
/// # Errors
/// What the database says.
pub async fn unread(db: &impl Source, person: PersonId) -> Result<u64, Error> {
    let sql =
        format!("SELECT COUNT(*) AS count FROM (SELECT 1 FROM notices n WHERE {UNREAD} LIMIT {COUNTED_MAX}) counted");
    count(db, sql, person).await
}

/// How many notices a person has; with `unread`, how many they have not read.
///
/// # Errors
/// What the database says.
pub async fn count_of(db: &impl Source, person: PersonId, unread: bool) -> Result<u64, Error> {
    let which = if unread { UNREAD } else { "n.person_id = $1" };
    count(db, format!("SELECT COUNT(*) AS count FROM notices n WHERE {which}"), person).await
}

#[derive(FromQueryResult)]
struct Counted {
    count: i64,
}

async fn count(db: &impl Source, sql: String, person: PersonId) -> Result<u64, Error> {
    let counted: Vec<Counted> = rows::all(db, rows::statement(db, sql, [person.into()])).await?;
    Ok(counted.first().map_or(0, |row| u64::try_from(row.count).unwrap_or_default()))
}

/// A part of a person's notices, latest first; with `unread`, of those that they have not read.
///
/// # Errors
/// What the database says.
pub async fn page(
    db: &impl Source,
    (person, unread): (PersonId, bool),
    limit: u64,
    offset: u64,
) -> Result<Vec<NoticeLine>, Error> {
    let which = if unread { UNREAD } else { "n.person_id = $1" };
    let sql = format!(
        "SELECT n.id, n.kind, n.title_zh, n.title_en, n.path, n.created_at, n.read_at,
         CASE WHEN n.task_no IS NULL OR EXISTS (SELECT 1 FROM tasks t WHERE t.case_id = n.case_id AND t.no = n.task_no
             AND t.state = 'open') THEN 0 ELSE 1 END AS settled
         FROM notices n WHERE {which} ORDER BY n.created_at DESC, n.id DESC LIMIT $2 OFFSET $3"
    );
    let bound = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    rows::all(db, rows::statement(db, sql, [person.into(), bound(limit).into(), bound(offset).into()])).await
}

/// One notice of a person.
///
/// # Errors
/// What the database says.
pub async fn find(db: &impl Source, person: PersonId, id: DispatchId) -> Result<Option<NoticeRow>, Error> {
    Ok(entity::Entity::find_by_id(id).filter(Column::PersonId.eq(person)).one(db.sql()).await?)
}

/// What people were told about a case, in that order.
///
/// # Errors
/// What the database says.
pub async fn of_case(db: &impl Source, case: CaseId) -> Result<Vec<NoticeRow>, Error> {
    let told = entity::Entity::find().filter(Column::CaseId.eq(case));
    Ok(told.order_by_asc(Column::CreatedAt).all(db.sql()).await?)
}

/// The person has read a notice.
///
/// # Errors
/// What the database says.
pub async fn read(tx: &Tx, person: PersonId, id: DispatchId, at: Instant) -> Result<(), Error> {
    mark(tx, person, at, |notices| notices.filter(Column::Id.eq(id))).await
}

/// The person has read everything that came until `until`.
///
/// # Errors
/// What the database says.
pub async fn read_until(tx: &Tx, person: PersonId, until: Instant, at: Instant) -> Result<(), Error> {
    mark(tx, person, at, |notices| notices.filter(Column::CreatedAt.lte(until))).await
}

/// The person has read what there was about a case; with a task, about that task alone.
///
/// # Errors
/// What the database says.
pub async fn read_about(
    tx: &Tx,
    person: PersonId,
    (case, task): (CaseId, Option<i64>),
    at: Instant,
) -> Result<(), Error> {
    mark(tx, person, at, |notices| {
        let of_case = notices.filter(Column::CaseId.eq(case));
        if let Some(no) = task { of_case.filter(Column::TaskNo.eq(no)) } else { of_case }
    })
    .await
}

/// Whether a person has anything unread about a case; with a task, about that task.
///
/// # Errors
/// What the database says.
pub async fn any_about(db: &impl Source, person: PersonId, (case, task): (CaseId, Option<i64>)) -> Result<bool, Error> {
    let unread = entity::Entity::find()
        .filter(Column::PersonId.eq(person))
        .filter(Column::ReadAt.is_null())
        .filter(Column::CaseId.eq(case));
    let unread = if let Some(no) = task { unread.filter(Column::TaskNo.eq(no)) } else { unread };
    Ok(unread.one(db.sql()).await?.is_some())
}

/// The digest of an occurrence tells of a notice in place of its mail; one that is in a digest stays there.
///
/// # Errors
/// What the database says.
pub async fn into_digest(tx: &Tx, (person, id): (PersonId, DispatchId), digest: &str) -> Result<(), Error> {
    let one = entity::Entity::update_many()
        .col_expr(Column::Digest, Expr::value(digest))
        .filter(Column::PersonId.eq(person))
        .filter(Column::Id.eq(id))
        .filter(Column::Digest.is_null());
    one.exec(tx.sql()).await?;
    Ok(())
}

/// The same for many notices.
///
/// # Errors
/// What the database says.
pub async fn all_into_digest(tx: &Tx, ids: &[DispatchId], digest: &str) -> Result<(), Error> {
    for some in ids.chunks(1000) {
        let those = entity::Entity::update_many()
            .col_expr(Column::Digest, Expr::value(digest))
            .filter(Column::Id.is_in(some.iter().copied()))
            .filter(Column::Digest.is_null());
        those.exec(tx.sql()).await?;
    }
    Ok(())
}

/// What a digest tells of, latest first.
///
/// # Errors
/// What the database says.
pub async fn in_digest(db: &impl Source, digest: &str) -> Result<Vec<NoticeRow>, Error> {
    let told = entity::Entity::find().filter(Column::Digest.eq(digest));
    Ok(told.order_by_desc(Column::CreatedAt).all(db.sql()).await?)
}

async fn mark(
    tx: &Tx,
    person: PersonId,
    at: Instant,
    which: impl FnOnce(sea_orm::UpdateMany<entity::Entity>) -> sea_orm::UpdateMany<entity::Entity>,
) -> Result<(), Error> {
    let unread = entity::Entity::update_many()
        .col_expr(Column::ReadAt, Expr::value(at))
        .filter(Column::PersonId.eq(person))
        .filter(Column::ReadAt.is_null());
    which(unread).exec(tx.sql()).await?;
    tx.tell_after_commit([person]);
    Ok(())
}

/// Marks what is about settled tasks as read, and forgets what is older than `before`. Says how many were forgotten.
///
/// # Errors
/// What the database says.
pub async fn tidy(tx: &Tx, before: Instant, at: Instant) -> Result<u64, Error> {
    let settled = "UPDATE notices SET read_at = $1 WHERE read_at IS NULL AND task_no IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM tasks t WHERE t.case_id = notices.case_id AND t.no = notices.task_no AND t.state = 'open')";
    tx.sql().execute_raw(rows::statement(tx, settled, [at.into()])).await?;
    Ok(entity::Entity::delete_many().filter(Column::CreatedAt.lt(before)).exec(tx.sql()).await?.rows_affected)
}

mod entity {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::*};

    /// A notice.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notices")]
    pub struct Model {
        /// The id of the outbox row of its mail.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: DispatchId,
        /// Who is told.
        pub person_id: PersonId,
        /// Which mail says the same.
        pub kind: String,
        /// About which case.
        pub case_id: Option<CaseId>,
        /// The task that must be open for it to be true.
        pub task_no: Option<i64>,
        /// What it says in Chinese.
        pub title_zh: String,
        /// The same in English.
        pub title_en: String,
        /// The page that it is about.
        pub path: String,
        /// Since when.
        pub created_at: Instant,
        /// When it was read.
        pub read_at: Option<Instant>,
        /// The occurrence of the digest that tells of it, where one does in place of its mail.
        pub digest: Option<String>,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
