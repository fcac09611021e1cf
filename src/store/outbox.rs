//! What is to leave once its transaction has committed. Each row is claimed under a lease and a fence; who answers with
//! an old fence is not heard.

use std::time::Duration;

use chrono::TimeDelta;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    Statement, Value, sea_query::Expr,
};

use self::entity::Column;
pub use self::entity::Model as OutboxRow;
use super::{Error, Source, Tx, connection::Connection as _, rows};
use crate::{
    clock::Instant,
    ids::{CaseId, DispatchId, PersonId},
};

/// As the indexes of what is not done have it: a bound value would be looked at anew before each use of them.
const PENDING: &str = "state = 'pending'";
const CLAIMED: &str = "state = 'claimed'";

/// A row to be written.
#[derive(Debug, Clone)]
pub struct NewDispatch {
    /// Its id.
    pub id: DispatchId,
    /// Unique: asking twice is asking once.
    pub occurrence: String,
    /// Which job.
    pub kind: String,
    /// The case it is about.
    pub case_id: Option<CaseId>,
    /// The person it goes to, if it does.
    pub person: Option<PersonId>,
    /// What the job needs, as JSON.
    pub payload: String,
}

/// Puts rows in, due at once; rings the relay after the commit. Occurrences that are there already stay as they are.
///
/// # Errors
/// What the database says.
pub async fn put(tx: &Tx, dispatches: Vec<NewDispatch>, now: Instant) -> Result<(), Error> {
    put_at(tx, dispatches, now, now).await
}

/// Puts rows in as [`put`] does, due at `due`.
///
/// # Errors
/// What the database says.
pub async fn put_at(tx: &Tx, dispatches: Vec<NewDispatch>, now: Instant, due: Instant) -> Result<(), Error> {
    let rows = dispatches.into_iter().map(|new| OutboxRow {
        id: new.id,
        occurrence: new.occurrence,
        kind: new.kind,
        case_id: new.case_id,
        person_id: new.person,
        payload: new.payload,
        state: "pending".to_owned(),
        attempts: 0,
        crashes: 0,
        next_at: due,
        fence: 0,
        claimed_by: None,
        claimed_until: None,
        created_at: now,
        finished_at: None,
        last_error: None,
    });
    rows::insert_new::<entity::Entity, _>(tx, rows.collect()).await?;
    tx.ring_after_commit();
    Ok(())
}

/// A row.
///
/// # Errors
/// What the database says.
pub async fn get(db: &impl Source, id: DispatchId) -> Result<Option<OutboxRow>, Error> {
    Ok(entity::Entity::find_by_id(id).one(db.sql()).await?)
}

/// How many rows of a kind wait for a person and are due, counted up to `limit`.
///
/// # Errors
/// What the database says.
pub async fn due_to(db: &impl Source, person: PersonId, kind: &str, now: Instant, limit: u64) -> Result<u64, Error> {
    let due = waiting(person, kind, now).select_only().column(Column::Id).limit(limit);
    let found: Vec<DispatchId> = due.into_tuple().all(db.sql()).await?;
    Ok(found.len() as u64)
}

/// The occurrence of a row of a kind that waits for a person, was never tried, and is due until `until`: the first.
///
/// # Errors
/// What the database says.
pub async fn pending_to(
    db: &impl Source,
    person: PersonId,
    kind: &str,
    until: Instant,
) -> Result<Option<String>, Error> {
    let untried = waiting(person, kind, until).filter(Column::Attempts.eq(0));
    Ok(untried.order_by_asc(Column::NextAt).one(db.sql()).await?.map(|row| row.occurrence))
}

/// Whether a row of a kind for a person is being sent.
///
/// # Errors
/// What the database says.
pub async fn is_claimed_to(db: &impl Source, person: PersonId, kind: &str) -> Result<bool, Error> {
    let claimed = entity::Entity::find()
        .filter(Column::PersonId.eq(person))
        .filter(Expr::cust(CLAIMED))
        .filter(Column::Kind.eq(kind));
    Ok(claimed.one(db.sql()).await?.is_some())
}

fn waiting(person: PersonId, kind: &str, until: Instant) -> sea_orm::Select<entity::Entity> {
    entity::Entity::find()
        .filter(Column::PersonId.eq(person))
        .filter(Expr::cust(PENDING))
        .filter(Column::Kind.eq(kind))
        .filter(Column::NextAt.lte(until))
}

/// Cancels the rows of a kind that wait for a person, are due, and have a notice that tells the same; says which.
///
/// # Errors
/// What the database says.
pub async fn cancel_due_to(
    tx: &Tx,
    (person, kind): (PersonId, &str),
    now: Instant,
    why: &str,
) -> Result<Vec<DispatchId>, Error> {
    let sql = "UPDATE outbox SET state = 'cancelled', finished_at = $3, last_error = $4
        WHERE person_id = $1 AND kind = $2 AND state = 'pending' AND next_at <= $3
        AND EXISTS (SELECT 1 FROM notices n WHERE n.id = outbox.id) RETURNING id";
    let statement = rows::statement(tx, sql, [person.into(), kind.into(), now.into(), why.into()]);
    let cancelled = rows::raw(tx, statement).await?;
    Ok(cancelled.iter().map(|row| row.try_get("", "id")).collect::<Result<_, _>>()?)
}

/// Claims rows that are due, or whose claim has run out: the longest due first, so that one that was given back does
/// not fall behind those that came after it. Counts a crash, which an answer takes back.
///
/// # Errors
/// What the database says.
pub async fn claim(tx: &Tx, worker: &str, now: Instant, lease: Duration, limit: u64) -> Result<Vec<OutboxRow>, Error> {
    let lock = if tx.is_postgres() { "FOR UPDATE SKIP LOCKED" } else { "" };
    let clock = LeaseClock::of(tx);
    // Each half by its own index, so that a claim costs what it takes, however much waits.
    let half = |name: &str, which: &str| {
        format!(
            "SELECT * FROM (SELECT id, next_at, created_at FROM outbox WHERE {which}
                ORDER BY next_at, created_at, id LIMIT $4 {lock}) {name}"
        )
    };
    let sql = format!(
        "UPDATE outbox SET state = 'claimed', fence = fence + 1, crashes = crashes + 1, claimed_by = $1,
            claimed_until = {until}
         WHERE id IN (SELECT id FROM ({due} UNION ALL {lapsed}) open ORDER BY next_at, created_at, id LIMIT $4)
         RETURNING *",
        until = clock.until,
        due = half("due", "state = 'pending' AND next_at <= $3"),
        lapsed = half("lapsed", &format!("state = 'claimed' AND claimed_until <= {}", clock.now)),
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values = [worker.into(), clock.lease(now, lease), now.into(), limit.into()];
    rows::all(tx, rows::statement(tx, sql, values)).await
}

/// Whose clock leases are counted by: the database's where nodes share one, so that theirs may differ.
struct LeaseClock {
    is_postgres: bool,
    /// The end of a lease whose length is `$2`.
    until: &'static str,
    /// The time, where `$3` is the caller's.
    now: &'static str,
}

impl LeaseClock {
    fn of(tx: &Tx) -> Self {
        if tx.is_postgres() {
            Self { is_postgres: true, until: "clock_timestamp() + make_interval(secs => $2)", now: "clock_timestamp()" }
        } else {
            Self { is_postgres: false, until: "$2", now: "$3" }
        }
    }

    fn lease(&self, now: Instant, lease: Duration) -> Value {
        if self.is_postgres {
            lease.as_secs_f64().into()
        } else {
            (now + TimeDelta::from_std(lease).unwrap_or(TimeDelta::minutes(1))).into()
        }
    }
}

/// Prolongs claims.
///
/// # Errors
/// What the database says.
pub async fn renew(tx: &Tx, held: &[(DispatchId, i64)], now: Instant, lease: Duration) -> Result<(), Error> {
    let clock = LeaseClock::of(tx);
    let until = clock.until;
    for (id, fence) in held {
        let sql =
            format!("UPDATE outbox SET claimed_until = {until} WHERE id = $1 AND fence = $3 AND state = 'claimed'");
        run(tx, rows::statement(tx, sql, [(*id).into(), clock.lease(now, lease), (*fence).into()])).await?;
    }
    Ok(())
}

/// Puts claimed rows back as if they had not been claimed.
///
/// # Errors
/// What the database says.
pub async fn give_back(tx: &Tx, held: &[(DispatchId, i64)]) -> Result<(), Error> {
    for (id, fence) in held {
        let sql = "UPDATE outbox SET state = 'pending', crashes = crashes - 1, claimed_by = NULL, claimed_until = NULL
            WHERE id = $1 AND fence = $2 AND state = 'claimed'";
        run(tx, rows::statement(tx, sql, [(*id).into(), (*fence).into()])).await?;
    }
    Ok(())
}

/// It is done. False when the claim was lost.
///
/// # Errors
/// What the database says.
pub async fn finish(tx: &Tx, id: DispatchId, fence: i64, now: Instant) -> Result<bool, Error> {
    let sql = "UPDATE outbox SET state = 'sent', attempts = attempts + 1, crashes = 0, claimed_by = NULL,
        claimed_until = NULL, finished_at = $3, last_error = NULL WHERE id = $1 AND fence = $2 AND state = 'claimed'";
    run(tx, rows::statement(tx, sql, [id.into(), fence.into(), now.into()])).await
}

/// It is given up. False when the claim was lost.
///
/// # Errors
/// What the database says.
pub async fn fail(tx: &Tx, id: DispatchId, fence: i64, now: Instant, why: &str) -> Result<bool, Error> {
    let sql = "UPDATE outbox SET state = 'failed', attempts = attempts + 1, claimed_by = NULL, claimed_until = NULL,
        finished_at = $3, last_error = $4 WHERE id = $1 AND fence = $2 AND state = 'claimed'";
    run(tx, rows::statement(tx, sql, [id.into(), fence.into(), now.into(), why.into()])).await
}

/// It is not wanted any more. False when the claim was lost.
///
/// # Errors
/// What the database says.
pub async fn cancel(tx: &Tx, id: DispatchId, fence: i64, now: Instant, why: &str) -> Result<bool, Error> {
    let sql = "UPDATE outbox SET state = 'cancelled', crashes = 0, claimed_by = NULL, claimed_until = NULL,
        finished_at = $3, last_error = $4 WHERE id = $1 AND fence = $2 AND state = 'claimed'";
    run(tx, rows::statement(tx, sql, [id.into(), fence.into(), now.into(), why.into()])).await
}

/// It is put off until `next_at`, which is no attempt. False when the claim was lost.
///
/// # Errors
/// What the database says.
pub async fn put_off(tx: &Tx, id: DispatchId, fence: i64, next_at: Instant, why: &str) -> Result<bool, Error> {
    let sql = "UPDATE outbox SET state = 'pending', crashes = 0, claimed_by = NULL, claimed_until = NULL, next_at = $3,
        last_error = $4 WHERE id = $1 AND fence = $2 AND state = 'claimed'";
    run(tx, rows::statement(tx, sql, [id.into(), fence.into(), next_at.into(), why.into()])).await
}

/// What was given up is tried anew, as if for the first time. False when it was not given up.
///
/// # Errors
/// What the database says.
pub async fn again(tx: &Tx, occurrence: &str, now: Instant) -> Result<bool, Error> {
    let sql = "UPDATE outbox SET state = 'pending', attempts = 0, crashes = 0, next_at = $2, finished_at = NULL
        WHERE occurrence = $1 AND state = 'failed'";
    let tried = run(tx, rows::statement(tx, sql, [occurrence.into(), now.into()])).await?;
    tx.ring_after_commit();
    Ok(tried)
}

/// It is tried again at `next_at`. False when the claim was lost.
///
/// # Errors
/// What the database says.
pub async fn retry(tx: &Tx, id: DispatchId, fence: i64, next_at: Instant, why: &str) -> Result<bool, Error> {
    let sql = "UPDATE outbox SET state = 'pending', attempts = attempts + 1, crashes = 0, claimed_by = NULL,
        claimed_until = NULL, next_at = $3, last_error = $4 WHERE id = $1 AND fence = $2 AND state = 'claimed'";
    run(tx, rows::statement(tx, sql, [id.into(), fence.into(), next_at.into(), why.into()])).await
}

/// It panicked, and is tried again at `next_at`; the crash stays counted. False when the claim was lost.
///
/// # Errors
/// What the database says.
pub async fn crashed(tx: &Tx, id: DispatchId, fence: i64, next_at: Instant, why: &str) -> Result<bool, Error> {
    let sql = "UPDATE outbox SET state = 'pending', attempts = attempts + 1, claimed_by = NULL, claimed_until = NULL,
        next_at = $3, last_error = $4 WHERE id = $1 AND fence = $2 AND state = 'claimed'";
    run(tx, rows::statement(tx, sql, [id.into(), fence.into(), next_at.into(), why.into()])).await
}

async fn run(tx: &Tx, statement: Statement) -> Result<bool, Error> {
    Ok(tx.sql().execute_raw(statement).await?.rows_affected() == 1)
}

mod entity {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::*};

    /// Something that is to leave, or has left.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "outbox")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: DispatchId,
        /// Unique: asking twice is asking once.
        pub occurrence: String,
        /// Which job.
        pub kind: String,
        /// The case it is about.
        pub case_id: Option<CaseId>,
        /// The person it goes to.
        pub person_id: Option<PersonId>,
        /// What the job needs, as JSON.
        pub payload: String,
        /// `pending`, `claimed`, `sent`, `failed` or `cancelled`.
        pub state: String,
        /// Attempts that were answered.
        pub attempts: i32,
        /// Attempts in a row that were not.
        pub crashes: i32,
        /// When it is due.
        pub next_at: Instant,
        /// Raised with every claim.
        pub fence: i64,
        /// By whom it is claimed.
        pub claimed_by: Option<String>,
        /// Until when.
        pub claimed_until: Option<Instant>,
        /// When it was put in.
        pub created_at: Instant,
        /// When it was done or given up.
        pub finished_at: Option<Instant>,
        /// Why the last attempt failed, or why it was put off or cancelled.
        pub last_error: Option<String>,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
