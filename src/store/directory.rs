//! Organisations and appointments, with the version that tells caches when to look again.

use chrono::NaiveDate;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _, sea_query::Expr,
};

pub use self::{appointment::Model as AppointmentRow, organisation::Model as OrganisationRow};
use super::{
    Error, Source, Tx,
    connection::Connection as _,
    people::{self, PersonRow},
    rows, substitutes,
};
use crate::ids::PersonId;

/// The whole organisation.
#[derive(Debug, Clone)]
pub struct DirectoryRows {
    /// Organisations, the upper ones first.
    pub organisations: Vec<OrganisationRow>,
    /// People.
    pub people: Vec<PersonRow>,
    /// Appointments, past and future ones too.
    pub appointments: Vec<AppointmentRow>,
    /// Who stands for whom, past and future ones too.
    pub substitutes: Vec<substitutes::SubstituteRow>,
}

/// The version: it moves with every change to organisations, people or appointments.
///
/// # Errors
/// What the database says.
pub async fn version(db: &impl Source) -> Result<i64, Error> {
    let statement = rows::statement(db, "SELECT version FROM directory_version WHERE id = 1", []);
    let row = db.sql().query_one_raw(statement).await?;
    Ok(row.ok_or_else(|| DbErr::RecordNotFound("directory_version".to_owned()))?.try_get("", "version")?)
}

/// The version, which nobody else moves before this transaction has ended: what it reads of the organisation stays so.
///
/// # Errors
/// What the database says.
pub async fn lock(tx: &Tx) -> Result<i64, Error> {
    if tx.is_postgres() {
        let sql = "SELECT version FROM directory_version WHERE id = 1 FOR UPDATE";
        rows::raw(tx, rows::statement(tx, sql, [])).await?;
    }
    version(tx).await
}

/// Moves the version; part of every change to the organisation.
///
/// # Errors
/// What the database says.
pub async fn bump(tx: &Tx) -> Result<(), Error> {
    let statement = rows::statement(tx, "UPDATE directory_version SET version = version + 1 WHERE id = 1", []);
    tx.sql().execute_raw(statement).await?;
    Ok(())
}

/// Reads the whole organisation.
///
/// # Errors
/// What the database says.
pub async fn load(db: &impl Source) -> Result<DirectoryRows, Error> {
    Ok(DirectoryRows {
        organisations: organisation::Entity::find().order_by_asc(organisation::Column::Path).all(db.sql()).await?,
        people: people::all(db).await?,
        substitutes: substitutes::all_in_force(db).await?,
        appointments: appointment::Entity::find().order_by_asc(appointment::Column::Id).all(db.sql()).await?,
    })
}

/// Adds organisations, the upper ones first, and moves the version.
///
/// # Errors
/// [`Error::Duplicate`], [`Error::Refused`].
pub async fn add_organisations(tx: &Tx, organisations: Vec<OrganisationRow>) -> Result<(), Error> {
    rows::insert::<organisation::Entity, _>(tx, organisations).await?;
    bump(tx).await
}

/// Appoints people and moves the version. Appointments are never overwritten.
///
/// # Errors
/// [`Error::Refused`] when a person or an organisation is not there.
pub async fn appoint(tx: &Tx, appointments: Vec<AppointmentRow>) -> Result<(), Error> {
    rows::insert::<appointment::Entity, _>(tx, appointments).await?;
    bump(tx).await
}

/// Which appointment is ended, and with which day.
#[derive(Debug, Clone)]
pub struct End {
    /// Whose it is.
    pub person: PersonId,
    /// Which role.
    pub role: String,
    /// In which organisation.
    pub org: String,
    /// Its first day.
    pub from_day: NaiveDate,
    /// Its last day from now on.
    pub until_day: NaiveDate,
}

/// Ends an appointment that was open, and moves the version.
///
/// # Errors
/// [`Error::Stale`] when there is no such open appointment.
pub async fn end(tx: &Tx, end: End) -> Result<(), Error> {
    use appointment::Column;
    let result = appointment::Entity::update_many()
        .col_expr(Column::UntilDay, Expr::value(end.until_day))
        .filter(Column::PersonId.eq(end.person))
        .filter(Column::Role.eq(end.role))
        .filter(Column::Org.eq(end.org))
        .filter(Column::FromDay.eq(end.from_day))
        .filter(Column::UntilDay.is_null())
        .exec(tx.sql())
        .await?;
    if result.rows_affected == 0 {
        return Err(Error::Stale("the appointment"));
    }
    bump(tx).await
}

mod organisation {
    use sea_orm::entity::prelude::*;

    /// An organisation.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "organisations")]
    pub struct Model {
        /// Its code.
        #[sea_orm(primary_key, auto_increment = false)]
        pub code: String,
        /// The organisation above it.
        pub parent: Option<String>,
        /// `district`, `department`, `unit` or `section`.
        pub kind: String,
        /// Its Chinese name.
        pub name_zh: String,
        /// Its English name.
        pub name_en: String,
        /// `/district/department/unit/`.
        pub path: String,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod appointment {
    use chrono::NaiveDate;
    use sea_orm::entity::prelude::*;

    use crate::ids::*;

    /// A person holds a role of an organisation for a period.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "appointments")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// Who.
        pub person_id: PersonId,
        /// The role.
        pub role: String,
        /// The organisation.
        pub org: String,
        /// The first day.
        pub from_day: NaiveDate,
        /// The last day; open when `None`.
        pub until_day: Option<NaiveDate>,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
