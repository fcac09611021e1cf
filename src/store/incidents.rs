//! What an operator or an administrator must look at.

use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _,
    sea_query::{Expr, OnConflict},
};

use self::entity::Column;
pub use self::entity::Model as IncidentRow;
use super::{Error, Source, Tx, connection::Connection as _};
use crate::{
    clock::Instant,
    ids::{CaseId, IncidentId},
};

/// An incident to raise.
#[derive(Debug, Clone)]
pub struct NewIncident {
    /// Its id.
    pub id: IncidentId,
    /// Raised once for each.
    pub occurrence: String,
    /// What kind, such as `nobody-found`.
    pub kind: String,
    /// The case it is about.
    pub case_id: Option<CaseId>,
    /// What is the matter and what to do, in Chinese.
    pub summary_zh: String,
    /// The same in English.
    pub summary_en: String,
    /// What an engineer wants to know; nothing personal.
    pub detail: String,
    /// When.
    pub opened_at: Instant,
}

/// Raises an incident, once for its occurrence; one that was closed is opened again.
///
/// # Errors
/// What the database says.
pub async fn raise(tx: &Tx, new: NewIncident) -> Result<(), Error> {
    let NewIncident { id, occurrence, kind, case_id, summary_zh, summary_en, detail, opened_at } = new;
    let row = IncidentRow { id, occurrence, kind, case_id, summary_zh, summary_en, detail, opened_at, closed_at: None };
    raise_row(tx, row).await
}

/// Raises an incident as [`raise`] does; one that is open already says from now on what the new one says.
///
/// # Errors
/// What the database says.
pub async fn keep(tx: &Tx, new: NewIncident) -> Result<(), Error> {
    let NewIncident { id, occurrence, kind, case_id, summary_zh, summary_en, detail, opened_at } = new;
    let row = IncidentRow { id, occurrence, kind, case_id, summary_zh, summary_en, detail, opened_at, closed_at: None };
    let anew = OnConflict::column(Column::Occurrence)
        .update_columns([Column::ClosedAt, Column::SummaryZh, Column::SummaryEn])
        .to_owned();
    entity::Entity::insert(row.into_active_model()).on_conflict(anew).exec_without_returning(tx.sql()).await?;
    Ok(())
}

/// Opens an incident from its whole row; one of the same occurrence that was closed is opened again, one that is open
/// stays as it is.
///
/// # Errors
/// What the database says.
pub async fn raise_row(tx: &Tx, row: IncidentRow) -> Result<(), Error> {
    let again = OnConflict::column(Column::Occurrence).update_column(Column::ClosedAt).to_owned();
    entity::Entity::insert(row.into_active_model()).on_conflict(again).exec_without_returning(tx.sql()).await?;
    Ok(())
}

/// Closes the incident of an occurrence; nothing happens when there is none or it is closed.
///
/// # Errors
/// What the database says.
pub async fn close(tx: &Tx, occurrence: &str, at: Instant) -> Result<(), Error> {
    entity::Entity::update_many()
        .col_expr(Column::ClosedAt, Expr::value(at))
        .filter(Column::Occurrence.eq(occurrence))
        .filter(Column::ClosedAt.is_null())
        .exec(tx.sql())
        .await?;
    Ok(())
}

/// The open incidents of a kind, oldest first.
///
/// # Errors
/// What the database says.
pub async fn open_of_kind(db: &impl Source, kind: &str) -> Result<Vec<IncidentRow>, Error> {
    let found = entity::Entity::find().filter(Column::ClosedAt.is_null()).filter(Column::Kind.eq(kind));
    Ok(found.order_by_asc(Column::OpenedAt).all(db.sql()).await?)
}

/// An incident.
///
/// # Errors
/// What the database says.
pub async fn find(db: &impl Source, id: IncidentId) -> Result<Option<IncidentRow>, Error> {
    Ok(entity::Entity::find_by_id(id).one(db.sql()).await?)
}

/// The incident of an occurrence, while it is open.
///
/// # Errors
/// What the database says.
pub async fn told(db: &impl Source, occurrence: &str) -> Result<Option<IncidentRow>, Error> {
    let found = entity::Entity::find().filter(Column::ClosedAt.is_null()).filter(Column::Occurrence.eq(occurrence));
    Ok(found.one(db.sql()).await?)
}

/// Every open incident, newest first.
///
/// # Errors
/// What the database says.
pub async fn open(db: &impl Source) -> Result<Vec<IncidentRow>, Error> {
    let found = entity::Entity::find().filter(Column::ClosedAt.is_null());
    Ok(found.order_by_desc(Column::OpenedAt).all(db.sql()).await?)
}

mod entity {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::*};

    /// An incident.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "incidents")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: IncidentId,
        /// Raised once for each.
        pub occurrence: String,
        /// What kind.
        pub kind: String,
        /// The case it is about.
        pub case_id: Option<CaseId>,
        /// What is the matter and what to do, in Chinese.
        pub summary_zh: String,
        /// The same in English.
        pub summary_en: String,
        /// What an engineer wants to know.
        pub detail: String,
        /// When it was raised.
        pub opened_at: Instant,
        /// When it was closed.
        pub closed_at: Option<Instant>,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
