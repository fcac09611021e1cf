//! Monitoring: the reports of every round, suspensions of funding, rectifications.

use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, sea_query::Expr};

pub use self::{
    rectification::Model as RectificationRow, report::Model as ReportRow, suspension::Model as SuspensionRow,
};
use super::{Error, Source, Tx, facts::FactRow, rows};
use crate::{
    clock::Instant,
    ids::{CaseId, FactId, ProjectId},
};

/// Keeps a report.
///
/// # Errors
/// [`Error::Refused`] when the fact it cites is not there.
pub async fn report(tx: &Tx, row: ReportRow) -> Result<(), Error> {
    rows::insert::<report::Entity, _>(tx, vec![row]).await
}

/// The reports of a project, latest first.
///
/// # Errors
/// What the database says.
pub async fn reports(db: &impl Source, project: ProjectId) -> Result<Vec<ReportRow>, Error> {
    let found = report::Entity::find().filter(report::Column::ProjectId.eq(project));
    Ok(found.order_by_desc(report::Column::RecordedAt).order_by_desc(report::Column::Id).all(db.sql()).await?)
}

/// The case that reported a round, unless it was taken back there; a later report takes nothing back.
///
/// # Errors
/// What the database says.
pub async fn reported(
    db: &impl Source,
    (project, year): (ProjectId, i32),
    round: &str,
) -> Result<Option<CaseId>, Error> {
    let sql = "SELECT r.case_id AS id FROM monitoring_reports r JOIN facts f ON f.id = r.fact_id
        WHERE r.project_id = $1 AND r.year = $2 AND r.round = $3 AND (f.revoked_at IS NULL OR f.revoked_case <> f.case_id) ORDER BY r.recorded_at LIMIT 1";
    let found = rows::raw(db, rows::statement(db, sql, [project.into(), year.into(), round.into()])).await?;
    Ok(found.first().map(|row| row.try_get("", "id")).transpose()?)
}

/// Suspends funding.
///
/// # Errors
/// [`Error::Duplicate`] when it is suspended already.
pub async fn suspend(tx: &Tx, row: SuspensionRow) -> Result<(), Error> {
    rows::insert::<suspension::Entity, _>(tx, vec![row]).await
}

/// The suspension of a project and year that has not ended.
///
/// # Errors
/// What the database says.
pub async fn suspended(db: &impl Source, project: ProjectId, year: i32) -> Result<Option<SuspensionRow>, Error> {
    let found = suspension::Entity::find().filter(suspension::Column::ProjectId.eq(project));
    let open = found.filter(suspension::Column::Year.eq(year)).filter(suspension::Column::ResumedAt.is_null());
    Ok(open.one(db.sql()).await?)
}

/// Every suspension of a project, latest first.
///
/// # Errors
/// What the database says.
pub async fn suspensions(db: &impl Source, project: ProjectId) -> Result<Vec<SuspensionRow>, Error> {
    let found = suspension::Entity::find().filter(suspension::Column::ProjectId.eq(project));
    Ok(found.order_by_desc(suspension::Column::SuspendedAt).all(db.sql()).await?)
}

/// Ends a suspension on the strength of an accepted rectification.
///
/// # Errors
/// [`Error::Stale`] when it has ended; [`Error::Refused`] when the fact is no accepted rectification of the project and
/// year.
pub async fn resume(
    tx: &Tx,
    open: &SuspensionRow,
    fact: &FactRow,
    (case, by, at): (CaseId, &str, Instant),
) -> Result<(), Error> {
    use suspension::Column;
    let result = suspension::Entity::update_many()
        .col_expr(Column::ResumedCase, Expr::value(case))
        .col_expr(Column::ResumedBy, Expr::value(by))
        .col_expr(Column::ResumedAt, Expr::value(at))
        .col_expr(Column::ResumedFact, Expr::value(fact.id))
        .col_expr(Column::ResumedFactKind, Expr::value(fact.kind.as_str()))
        .col_expr(Column::ResumedFactValue, Expr::value(fact.value.as_str()))
        .col_expr(Column::ResumedCapFen, Expr::value(fact.cap_fen))
        .filter(Column::Id.eq(open.id))
        .filter(Column::ResumedAt.is_null())
        .exec(super::tx::connection::Connection::sql(tx))
        .await?;
    if result.rows_affected == 1 { Ok(()) } else { Err(Error::Stale("the suspension")) }
}

/// Lists a rectification; once for a case.
///
/// # Errors
/// What the database says.
pub async fn open_rectification(tx: &Tx, row: RectificationRow) -> Result<(), Error> {
    rows::insert_new::<rectification::Entity, _>(tx, vec![row]).await.map(drop)
}

/// Marks the rectification of a case as accepted; nothing happens where it was not listed.
///
/// # Errors
/// What the database says.
pub async fn accept_rectification(tx: &Tx, case: CaseId, fact: FactId, at: Instant) -> Result<(), Error> {
    use rectification::Column;
    rectification::Entity::update_many()
        .col_expr(Column::AcceptedAt, Expr::value(at))
        .col_expr(Column::FactId, Expr::value(fact))
        .filter(Column::CaseId.eq(case))
        .exec(super::tx::connection::Connection::sql(tx))
        .await?;
    Ok(())
}

/// The rectifications of a project, latest first.
///
/// # Errors
/// What the database says.
pub async fn rectifications(db: &impl Source, project: ProjectId) -> Result<Vec<RectificationRow>, Error> {
    let found = rectification::Entity::find().filter(rectification::Column::ProjectId.eq(project));
    Ok(found.order_by_desc(rectification::Column::OpenedAt).all(db.sql()).await?)
}

mod report {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::*};

    /// A report of one round.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "monitoring_reports")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// The project.
        pub project_id: ProjectId,
        /// The budget year.
        pub year: i32,
        /// The round, as policy names it.
        pub round: String,
        /// The case that reported it.
        pub case_id: CaseId,
        /// The fact that recorded it.
        pub fact_id: FactId,
        /// Always `monitoring`.
        pub fact_kind: String,
        /// The lamp of the project, which is what the fact says.
        pub lamp: String,
        /// The cap of the fact.
        pub cap_fen: i64,
        /// How the two clocks stand to one another.
        pub quadrant: String,
        /// The budget of the year as adjusted, in 分.
        pub budget_fen: i64,
        /// What was spent so far, in 分.
        pub executed_fen: i64,
        /// 预算执行率, in hundredths of a per cent.
        pub rate_hundredths: i64,
        /// 目标完成率, in hundredths of a per cent, where anything is measured.
        pub achievement_hundredths: Option<i64>,
        /// Whether anything warns.
        pub warned: bool,
        /// When.
        pub recorded_at: Instant,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod suspension {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::*};

    /// A suspension of funding.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "funding_suspensions")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// The project.
        pub project_id: ProjectId,
        /// The budget year.
        pub year: i32,
        /// The case that suspended it.
        pub case_id: CaseId,
        /// The step that did.
        pub step: String,
        /// Who caused it, as the journal names them: a person, or a rule of the system.
        pub actor: String,
        /// When.
        pub suspended_at: Instant,
        /// The case that resumed it.
        pub resumed_case: Option<CaseId>,
        /// Who caused that.
        pub resumed_by: Option<String>,
        /// When.
        pub resumed_at: Option<Instant>,
        /// The accepted rectification it was resumed on.
        pub resumed_fact: Option<FactId>,
        /// Always `rectification`.
        pub resumed_fact_kind: Option<String>,
        /// Always `accepted`.
        pub resumed_fact_value: Option<String>,
        /// The cap of that fact.
        pub resumed_cap_fen: Option<i64>,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod rectification {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::*};

    /// A rectification.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "rectifications")]
    pub struct Model {
        /// The case.
        #[sea_orm(primary_key, auto_increment = false)]
        pub case_id: CaseId,
        /// The project.
        pub project_id: ProjectId,
        /// The budget year.
        pub year: i32,
        /// When it was listed.
        pub opened_at: Instant,
        /// The fact that says it was accepted.
        pub fact_id: Option<FactId>,
        /// When it was accepted.
        pub accepted_at: Option<Instant>,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
