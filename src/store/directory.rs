//! Organisations and appointments, with the version that tells caches when to look again.

use sea_orm::{ConnectionTrait as _, DbErr, EntityTrait as _, QueryOrder as _};

pub use self::{appointment::Model as AppointmentRow, organisation::Model as OrganisationRow};
use super::{
    Error, Source, Tx,
    connection::Connection as _,
    people::{self, PersonRow},
    rows,
};

/// The whole organisation.
#[derive(Debug, Clone)]
pub struct DirectoryRows {
    /// Organisations, the upper ones first.
    pub organisations: Vec<OrganisationRow>,
    /// People.
    pub people: Vec<PersonRow>,
    /// Appointments, past and future ones too.
    pub appointments: Vec<AppointmentRow>,
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
