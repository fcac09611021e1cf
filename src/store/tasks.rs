//! Tasks, and who may take them.

use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, sea_query::Expr};

use self::entity::Column;
pub use self::{candidate::Model as CandidateRow, entity::Model as TaskRow};
use super::{Error, Source, Tx, connection::Connection as _, rows};
use crate::{
    clock::Instant,
    ids::{CaseId, PersonId},
};

/// A task to open, with its candidates as `person:…`, `role@organisation` or `role@*`.
#[derive(Debug, Clone)]
pub struct NewTask {
    /// The row.
    pub row: TaskRow,
    /// Who may take it.
    pub candidates: Vec<String>,
}

/// A task that is not open any more.
#[derive(Debug, Clone)]
pub struct ClosedTask {
    /// Its number.
    pub no: i64,
    /// Who completed or decided it, and how; `None` when it was cancelled.
    pub decided: Option<(PersonId, String)>,
}

/// Where a task without a due time is sorted: behind all others.
#[must_use]
pub fn never() -> Instant {
    Instant::from_timestamp(253_402_300_799, 0).unwrap_or(Instant::MAX_UTC)
}

/// Opens tasks: two statements, however many there are.
///
/// # Errors
/// What the database says.
pub async fn open(tx: &Tx, tasks: Vec<NewTask>) -> Result<(), Error> {
    let candidates = tasks.iter().flat_map(|task| {
        let (case_id, no) = (task.row.case_id, task.row.no);
        let due_sort = task.row.due_at.unwrap_or_else(never);
        task.candidates.iter().map(move |principal| CandidateRow {
            case_id,
            no,
            principal: principal.clone(),
            due_sort,
        })
    });
    let candidates = candidates.collect();
    rows::insert::<entity::Entity, _>(tx, tasks.into_iter().map(|task| task.row).collect()).await?;
    rows::insert_new::<candidate::Entity, _>(tx, candidates).await.map(drop)
}

/// Writes through whose hands an open task goes now, and when it rings next; `candidates` where others are asked than before.
///
/// # Errors
/// [`Error::Stale`] when the task is not open.
pub async fn change(tx: &Tx, task: TaskRow, candidates: Option<Vec<String>>) -> Result<(), Error> {
    let changed = entity::Entity::update_many()
        .col_expr(Column::Asked, Expr::value(task.asked.clone()))
        .col_expr(Column::HeldBy, Expr::value(task.held_by))
        .col_expr(Column::WaitsFor, Expr::value(task.waits_for))
        .col_expr(Column::RingsAt, Expr::value(task.rings_at))
        .filter(Column::CaseId.eq(task.case_id))
        .filter(Column::No.eq(task.no))
        .filter(Column::State.eq("open"))
        .exec(tx.sql())
        .await?
        .rows_affected;
    if changed != 1 {
        return Err(Error::Stale("a task"));
    }
    let Some(candidates) = candidates else { return Ok(()) };
    candidate::Entity::delete_many()
        .filter(candidate::Column::CaseId.eq(task.case_id))
        .filter(candidate::Column::No.eq(task.no))
        .exec(tx.sql())
        .await?;
    let due_sort = task.due_at.unwrap_or_else(never);
    let rows = candidates.into_iter().map(|principal| CandidateRow {
        case_id: task.case_id,
        no: task.no,
        principal,
        due_sort,
    });
    rows::insert_new::<candidate::Entity, _>(tx, rows.collect()).await.map(drop)
}

/// Closes open tasks of a case: one statement for the candidates, one for all cancelled tasks, one for each decided one.
///
/// # Errors
/// [`Error::Stale`] when one of them was not open.
pub async fn close(tx: &Tx, case: CaseId, closed: Vec<ClosedTask>, at: Instant) -> Result<(), Error> {
    if closed.is_empty() {
        return Ok(());
    }
    candidate::Entity::delete_many()
        .filter(candidate::Column::CaseId.eq(case))
        .filter(candidate::Column::No.is_in(closed.iter().map(|task| task.no)))
        .exec(tx.sql())
        .await?;
    let cancelled: Vec<i64> = closed.iter().filter(|task| task.decided.is_none()).map(|task| task.no).collect();
    let mut expected = cancelled.len() as u64;
    let mut changed = 0;
    if expected > 0 {
        changed += mark(case, &cancelled, "cancelled", at).exec(tx.sql()).await?.rows_affected;
    }
    for task in closed {
        let Some((person, decision)) = task.decided else { continue };
        expected += 1;
        changed += mark(case, &[task.no], "done", at)
            .col_expr(Column::DecidedBy, Expr::value(person))
            .col_expr(Column::Decision, Expr::value(decision))
            .exec(tx.sql())
            .await?
            .rows_affected;
    }
    if changed == expected { Ok(()) } else { Err(Error::Stale("a task")) }
}

/// Changes who may not take an open task: the initiator, and who else as [`barred_text`] writes it.
///
/// # Errors
/// [`Error::Stale`] when the task is not open.
pub async fn bar(tx: &Tx, case: CaseId, no: i64, barred: (Option<PersonId>, Option<String>)) -> Result<(), Error> {
    let changed = entity::Entity::update_many()
        .col_expr(Column::BarredPerson, Expr::value(barred.0))
        .col_expr(Column::BarredOthers, Expr::value(barred.1))
        .filter(Column::CaseId.eq(case))
        .filter(Column::No.eq(no))
        .filter(Column::State.eq("open"))
        .exec(tx.sql())
        .await?
        .rows_affected;
    if changed == 1 { Ok(()) } else { Err(Error::Stale("a task")) }
}

/// People in one text that the inbox can search; `None` where there are none.
#[must_use]
pub fn barred_text(people: &[PersonId]) -> Option<String> {
    let people: Vec<_> = people.iter().map(|person| person.uuid().hyphenated().to_string()).collect();
    (!people.is_empty()).then(|| people.join(" "))
}

fn mark(case: CaseId, numbers: &[i64], state: &str, at: Instant) -> sea_orm::UpdateMany<entity::Entity> {
    entity::Entity::update_many()
        .col_expr(Column::State, Expr::value(state))
        .col_expr(Column::ClosedAt, Expr::value(at))
        .filter(Column::CaseId.eq(case))
        .filter(Column::No.is_in(numbers.iter().copied()))
        .filter(Column::State.eq("open"))
}

/// What was settled in somebody's name, a substitute did.
///
/// # Errors
/// What the database says.
pub async fn settled_in_place(tx: &Tx, case: CaseId, no: i64, (by, of): (PersonId, PersonId)) -> Result<(), Error> {
    entity::Entity::update_many()
        .col_expr(Column::DecidedBy, Expr::value(by))
        .col_expr(Column::DecidedFor, Expr::value(of))
        .filter(Column::CaseId.eq(case))
        .filter(Column::No.eq(no))
        .filter(Column::DecidedBy.eq(of))
        .exec(tx.sql())
        .await?;
    Ok(())
}

/// Moves the due times of open tasks, and where they stand in the lists of their candidates.
///
/// # Errors
/// What the database says.
pub async fn move_due(tx: &Tx, case: CaseId, moved: &[(i64, Option<Instant>, Option<i64>)]) -> Result<(), Error> {
    for (no, due_at, counted_by) in moved {
        entity::Entity::update_many()
            .col_expr(Column::DueAt, Expr::value(*due_at))
            .col_expr(Column::CountedBy, Expr::value(*counted_by))
            .filter(Column::CaseId.eq(case))
            .filter(Column::No.eq(*no))
            .exec(tx.sql())
            .await?;
        candidate::Entity::update_many()
            .col_expr(candidate::Column::DueSort, Expr::value(due_at.unwrap_or_else(never)))
            .filter(candidate::Column::CaseId.eq(case))
            .filter(candidate::Column::No.eq(*no))
            .exec(tx.sql())
            .await?;
    }
    Ok(())
}

/// One task.
///
/// # Errors
/// What the database says.
pub async fn find(db: &impl Source, case: CaseId, no: i64) -> Result<Option<TaskRow>, Error> {
    Ok(entity::Entity::find_by_id((case, no)).one(db.sql()).await?)
}

/// The open tasks that are overdue, the longest first.
///
/// # Errors
/// What the database says.
pub async fn overdue(db: &impl Source, now: Instant) -> Result<Vec<TaskRow>, Error> {
    let late = entity::Entity::find().filter(Column::State.eq("open")).filter(Column::DueAt.lte(now));
    Ok(late.order_by_asc(Column::DueAt).all(db.sql()).await?)
}

/// All tasks of a case, in the order in which they were opened.
///
/// # Errors
/// What the database says.
pub async fn of_case(db: &impl Source, case: CaseId) -> Result<Vec<TaskRow>, Error> {
    Ok(entity::Entity::find().filter(Column::CaseId.eq(case)).order_by_asc(Column::No).all(db.sql()).await?)
}

mod entity {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::*};

    /// A task.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "tasks")]
    pub struct Model {
        /// Its case.
        #[sea_orm(primary_key, auto_increment = false)]
        pub case_id: CaseId,
        /// Its number in the case.
        #[sea_orm(primary_key, auto_increment = false)]
        pub no: i64,
        /// The activation it belongs to.
        pub activation: i64,
        /// The step.
        pub step: String,
        /// `fill` or `decide`.
        pub kind: String,
        /// `open`, `done` or `cancelled`.
        pub state: String,
        /// When it was opened.
        pub opened_at: Instant,
        /// When it is due.
        pub due_at: Option<Instant>,
        /// By which version of the calendar that was counted, where it was counted in working days.
        pub counted_by: Option<i64>,
        /// When it was closed.
        pub closed_at: Option<Instant>,
        /// Who completed or decided it.
        pub decided_by: Option<PersonId>,
        /// In whose place, when a substitute did.
        pub decided_for: Option<PersonId>,
        /// How: `completed`, `approve`, `return`, `reject`, a grade, or what an opinion advised.
        pub decision: Option<String>,
        /// The initiator of its case, where they may not take it, though a candidate.
        pub barred_person: Option<PersonId>,
        /// Who else may not, as [`barred_text`](super::barred_text) writes it.
        pub barred_others: Option<String>,
        /// How the candidates came to be asked: `by-step`, `in-place`, `opinion` or `signer`.
        pub asked: String,
        /// Who claimed or parked it.
        pub held_by: Option<PersonId>,
        /// Whom it waits for first, while it is parked.
        pub waits_for: Option<PersonId>,
        /// The workflow of its case.
        pub workflow: String,
        /// The path of the organisation of its case.
        pub org_path: String,
        /// The item of a list that it is about, in Chinese.
        pub item_zh: Option<String>,
        /// The same in English.
        pub item_en: Option<String>,
        /// When its clock rings next.
        pub rings_at: Option<Instant>,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod candidate {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::*};

    /// Somebody who may take an open task.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "task_candidates")]
    pub struct Model {
        /// The case.
        #[sea_orm(primary_key, auto_increment = false)]
        pub case_id: CaseId,
        /// The task.
        #[sea_orm(primary_key, auto_increment = false)]
        pub no: i64,
        /// `person:…`, `role@organisation` or `role@*`.
        #[sea_orm(primary_key, auto_increment = false)]
        pub principal: String,
        /// When it is due, or far away.
        pub due_sort: Instant,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
