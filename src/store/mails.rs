//! What became of each mail.

use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QuerySelect as _};

use self::entity::Column;
pub use self::entity::Model as MailRow;
use super::{Error, Source, Tx, connection::Connection as _};
use crate::{clock::Instant, ids::PersonId};

/// Notes down a mail; what was noted for the same occurrence is replaced.
///
/// # Errors
/// What the database says.
pub async fn put(tx: &Tx, mail: MailRow) -> Result<(), Error> {
    entity::Entity::delete_many().filter(Column::Occurrence.eq(&mail.occurrence)).exec(tx.sql()).await?;
    super::rows::insert::<entity::Entity, _>(tx, vec![mail]).await
}

/// The mail of an occurrence.
///
/// # Errors
/// What the database says.
pub async fn get(db: &impl Source, occurrence: &str) -> Result<Option<MailRow>, Error> {
    Ok(entity::Entity::find().filter(Column::Occurrence.eq(occurrence)).one(db.sql()).await?)
}

/// What a person got of late.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lately {
    /// Mails that were sent, digests aside.
    pub sent: u64,
    /// When the last digest among what was sent was written.
    pub digest_at: Option<Instant>,
}

/// What was written to a person since `since`, and sent.
///
/// # Errors
/// What the database says.
pub async fn lately(db: &impl Source, person: PersonId, since: Instant, digest: &str) -> Result<Lately, Error> {
    let sent = entity::Entity::find()
        .filter(Column::PersonId.eq(person))
        .filter(Column::CreatedAt.gt(since))
        .filter(Column::State.eq("sent"));
    let rows: Vec<(String, Instant)> =
        sent.select_only().column(Column::Kind).column(Column::CreatedAt).into_tuple().all(db.sql()).await?;
    let digest_at = rows.iter().filter(|(kind, _)| kind == digest).map(|(_, at)| *at).max();
    let sent = rows.iter().filter(|(kind, _)| kind != digest).count() as u64;
    Ok(Lately { sent, digest_at })
}

/// How many mails to a person were written since `since` and given up.
///
/// # Errors
/// What the database says.
pub async fn failed_since(db: &impl Source, person: PersonId, since: Instant) -> Result<u64, Error> {
    let found = entity::Entity::find()
        .filter(Column::PersonId.eq(person))
        .filter(Column::CreatedAt.gte(since))
        .filter(Column::State.eq("failed"));
    Ok(found.count(db.sql()).await?)
}

mod entity {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::*};

    /// A mail.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "mails")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// The occurrence of its outbox row.
        pub occurrence: String,
        /// To whom.
        pub person_id: PersonId,
        /// Which mail.
        pub kind: String,
        /// About which case.
        pub case_id: Option<CaseId>,
        /// In which language.
        pub lang: String,
        /// Its Message-ID.
        pub message_id: String,
        /// Its subject.
        pub subject: String,
        /// `sent`, `failed` or `no-mailbox`.
        pub state: String,
        /// When it was written.
        pub created_at: Instant,
        /// When it was sent.
        pub sent_at: Option<Instant>,
        /// Why not.
        pub last_error: Option<String>,
        /// The version of the place's own text that it was written by; none where it was the shipped text.
        pub template_version: Option<i64>,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
