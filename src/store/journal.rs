//! The journal: one entry per command, chained per case by SM3, never changed.

use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use sm3::{Digest as _, Sm3};

use self::entity::Column;
pub use self::entity::Model as JournalRow;
pub(super) use self::entity::{Column as JournalColumn, Entity as JournalEntity};
use super::{Error, Source, Tx, rows};
use crate::{clock::Instant, ids::CaseId};

/// What the first entry of each case has as the hash before it.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// An entry that is not chained yet.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// The case.
    pub case_id: CaseId,
    /// When.
    pub at: Instant,
    /// Who: `person_…` or `system:rule`.
    pub actor: String,
    /// The name of the command.
    pub command: String,
    /// The events, as a JSON array. Kept to the byte.
    pub events: String,
}

impl NewEntry {
    /// Chains the entry behind the `version` entries that the case has, of which the last has the hash `before`
    /// ([`GENESIS`] when there is none). The case's row must be locked, or new.
    #[must_use]
    pub fn chain(self, version: i64, before: &str) -> JournalRow {
        let Self { case_id, at, actor, command, events } = self;
        let (prev_hash, hash) = (before.to_owned(), String::new());
        let mut row = JournalRow { case_id, seq: version + 1, at, actor, command, events, prev_hash, hash };
        row.hash = row.computed_hash();
        row
    }
}

impl JournalRow {
    /// SM3 over the hash before and every other column, each text with its length before it.
    #[must_use]
    pub fn computed_hash(&self) -> String {
        let mut digest = Sm3::new();
        digest.update(self.prev_hash.as_bytes());
        digest.update(self.case_id.uuid().as_bytes());
        digest.update(self.seq.to_be_bytes());
        digest.update(self.at.timestamp_micros().to_be_bytes());
        for text in [&self.actor, &self.command, &self.events] {
            digest.update((text.len() as u64).to_be_bytes());
            digest.update(text.as_bytes());
        }
        hex::encode(digest.finalize())
    }
}

/// Appends an entry made by [`NewEntry::chain`].
///
/// # Errors
/// [`Error::Duplicate`] when the case already has an entry with that number.
pub async fn append(tx: &Tx, row: JournalRow) -> Result<(), Error> {
    rows::insert::<entity::Entity, _>(tx, vec![row]).await
}

/// The whole journal of a case, oldest first.
///
/// # Errors
/// What the database says.
pub async fn of_case(db: &impl Source, case: CaseId) -> Result<Vec<JournalRow>, Error> {
    Ok(entity::Entity::find().filter(Column::CaseId.eq(case)).order_by_asc(Column::Seq).all(db.sql()).await?)
}

mod entity {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::*};

    /// An entry of the journal.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "journal")]
    pub struct Model {
        /// The case.
        #[sea_orm(primary_key, auto_increment = false)]
        pub case_id: CaseId,
        /// Counted from 1 in each case.
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i64,
        /// When.
        pub at: Instant,
        /// Who: `person_…` or `system:rule`.
        pub actor: String,
        /// The name of the command.
        pub command: String,
        /// The events, as a JSON array.
        pub events: String,
        /// The hash of the entry before.
        pub prev_hash: String,
        /// The hash of this entry.
        pub hash: String,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
