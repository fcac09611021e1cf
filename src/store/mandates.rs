//! The sets of mandates, who consented to them, and their journal: one chain of hashes, never changed.

use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _, sea_query::Expr,
};
use sm3::{Digest as _, Sm3};

pub use self::{consent::Model as ConsentRow, entry::Model as EntryRow, set::Model as SetRow};
use super::{Error, Source, Tx, connection::Connection as _, journal::GENESIS, rows};
use crate::{clock::Instant, ids::MandateSetId};

/// `mandate_sets.state` of what waits for consent.
pub const PROPOSED: &str = "proposed";
/// `mandate_sets.state` of what is in force.
pub const ACCEPTED: &str = "accepted";
/// `mandate_sets.state` of what somebody declined.
pub const DECLINED: &str = "declined";
/// `mandate_sets.state` of a proposal whose place another one took.
pub const SUPERSEDED: &str = "superseded";
/// `mandate_sets.state` of what was in force.
pub const REPLACED: &str = "replaced";

/// `mandate_consents.decision` of a yes.
pub const CONSENT: &str = "consent";
/// `mandate_consents.decision` of a no.
pub const DECLINE: &str = "decline";

/// Where the journal ends.
#[derive(Debug, Clone, PartialEq, Eq, sea_orm::FromQueryResult)]
pub struct Head {
    /// The number of its last entry; 0 while it is empty.
    pub seq: i64,
    /// The hash of that entry.
    pub hash: String,
}

/// Where the journal ends. In a transaction, nobody else changes anything about mandates before it has ended.
///
/// # Errors
/// What the database says.
pub async fn lock(tx: &Tx) -> Result<Head, Error> {
    let sql = if tx.is_postgres() {
        "SELECT seq, hash FROM mandate_head WHERE id = 1 FOR UPDATE"
    } else {
        "SELECT seq, hash FROM mandate_head WHERE id = 1"
    };
    head_of(rows::all(tx, rows::statement(tx, sql, [])).await?)
}

/// Where the journal ends, as somebody sees it who only reads.
///
/// # Errors
/// What the database says.
pub async fn head(db: &impl Source) -> Result<Head, Error> {
    head_of(rows::all(db, rows::statement(db, "SELECT seq, hash FROM mandate_head WHERE id = 1", [])).await?)
}

fn head_of(found: Vec<Head>) -> Result<Head, Error> {
    Ok(found.into_iter().next().ok_or_else(|| DbErr::RecordNotFound("mandate_head".to_owned()))?)
}

/// The set that is in force; none before the first one is founded.
///
/// # Errors
/// What the database says.
pub async fn in_force(db: &impl Source) -> Result<Option<SetRow>, Error> {
    Ok(set::Entity::find().filter(set::Column::State.eq(ACCEPTED)).one(db.sql()).await?)
}

/// The open proposal.
///
/// # Errors
/// What the database says.
pub async fn open(db: &impl Source) -> Result<Option<SetRow>, Error> {
    Ok(set::Entity::find().filter(set::Column::State.eq(PROPOSED)).one(db.sql()).await?)
}

/// The set with that number.
///
/// # Errors
/// What the database says.
pub async fn by_no(db: &impl Source, no: i64) -> Result<Option<SetRow>, Error> {
    Ok(set::Entity::find().filter(set::Column::No.eq(no)).one(db.sql()).await?)
}

/// Every set, newest first.
///
/// # Errors
/// What the database says.
pub async fn all(db: &impl Source) -> Result<Vec<SetRow>, Error> {
    Ok(set::Entity::find().order_by_desc(set::Column::No).all(db.sql()).await?)
}

/// Keeps a new set: a proposal, or the first one of all, in force at once.
///
/// # Errors
/// [`Error::Refused`] for what begins otherwise.
pub async fn insert(tx: &Tx, row: SetRow) -> Result<(), Error> {
    rows::insert::<set::Entity, _>(tx, vec![row]).await
}

/// Settles an open proposal.
///
/// # Errors
/// [`Error::Stale`] when it is not open, [`Error::Refused`] when it lacks the consents for what it becomes.
pub async fn settle(tx: &Tx, id: MandateSetId, state: &str, at: Instant) -> Result<(), Error> {
    let result = set::Entity::update_many()
        .col_expr(set::Column::State, Expr::value(state))
        .col_expr(set::Column::DecidedAt, Expr::value(Some(at)))
        .filter(set::Column::Id.eq(id))
        .filter(set::Column::State.eq(PROPOSED))
        .exec(tx.sql())
        .await?;
    if result.rows_affected == 1 { Ok(()) } else { Err(Error::Stale("the proposed mandates")) }
}

/// Takes what is in force out of force, for the next set.
///
/// # Errors
/// What the database says.
pub async fn replace(tx: &Tx) -> Result<(), Error> {
    set::Entity::update_many()
        .col_expr(set::Column::State, Expr::value(REPLACED))
        .filter(set::Column::State.eq(ACCEPTED))
        .exec(tx.sql())
        .await?;
    Ok(())
}

/// Keeps what somebody said about an open proposal.
///
/// # Errors
/// [`Error::Duplicate`] when the role or the person has spoken.
pub async fn speak(tx: &Tx, row: ConsentRow) -> Result<(), Error> {
    rows::insert::<consent::Entity, _>(tx, vec![row]).await
}

/// What was said about a set, oldest first.
///
/// # Errors
/// What the database says.
pub async fn said_of(db: &impl Source, id: MandateSetId) -> Result<Vec<ConsentRow>, Error> {
    let found = consent::Entity::find().filter(consent::Column::SetId.eq(id));
    Ok(found.order_by_asc(consent::Column::At).order_by_asc(consent::Column::Role).all(db.sql()).await?)
}

/// Appends an entry behind `head`, which [`lock`] told; gives back where the journal ends then.
///
/// # Errors
/// What the database says.
pub async fn append(tx: &Tx, head: Head, (at, actor, event): (Instant, String, String)) -> Result<Head, Error> {
    let mut row = EntryRow { seq: head.seq + 1, at, actor, event, prev_hash: head.hash, hash: String::new() };
    row.hash = row.computed_hash();
    let head = Head { seq: row.seq, hash: row.hash.clone() };
    rows::insert::<entry::Entity, _>(tx, vec![row]).await?;
    let sql = "UPDATE mandate_head SET seq = $1, hash = $2 WHERE id = 1";
    let values = [head.seq.into(), head.hash.clone().into()];
    tx.sql().execute_raw(rows::statement(tx, sql, values)).await?;
    Ok(head)
}

/// The whole journal, oldest first.
///
/// # Errors
/// What the database says.
pub async fn journal(db: &impl Source) -> Result<Vec<EntryRow>, Error> {
    Ok(entry::Entity::find().order_by_asc(entry::Column::Seq).all(db.sql()).await?)
}

impl EntryRow {
    /// SM3 over the hash before and every other column, each text with its length before it.
    #[must_use]
    pub fn computed_hash(&self) -> String {
        let mut digest = Sm3::new();
        digest.update(self.prev_hash.as_bytes());
        digest.update(self.seq.to_be_bytes());
        digest.update(self.at.timestamp_micros().to_be_bytes());
        for text in [&self.actor, &self.event] {
            digest.update((text.len() as u64).to_be_bytes());
            digest.update(text.as_bytes());
        }
        hex::encode(digest.finalize())
    }
}

/// The first entry that breaks the chain up to `head`: its number.
#[must_use]
pub fn broken_at(journal: &[EntryRow], head: &Head) -> Option<i64> {
    let mut last = Head { seq: 0, hash: GENESIS.to_owned() };
    for entry in journal {
        if entry.seq != last.seq + 1 || entry.prev_hash != last.hash || entry.hash != entry.computed_hash() {
            return Some(last.seq + 1);
        }
        last = Head { seq: entry.seq, hash: entry.hash.clone() };
    }
    (last != *head).then_some(last.seq + 1)
}

mod set {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::MandateSetId};

    /// A set of mandates.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "mandate_sets")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: MandateSetId,
        /// Counted from 1.
        pub no: i64,
        /// SM3 of its source.
        pub hash: String,
        /// The YAML.
        pub source: String,
        /// Whether it is the first one of all, which came with the installation.
        pub founding: bool,
        /// Where it stands.
        pub state: String,
        /// When it was proposed.
        pub proposed_at: Instant,
        /// Who brought it: `system:…`, from its files.
        pub proposed_by: String,
        /// When it took effect, was declined or superseded.
        pub decided_at: Option<Instant>,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod consent {
    use sea_orm::entity::prelude::*;

    use crate::{
        clock::Instant,
        ids::{MandateSetId, PersonId},
    };

    /// What somebody said about a proposal.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "mandate_consents")]
    pub struct Model {
        /// The proposal.
        #[sea_orm(primary_key, auto_increment = false)]
        pub set_id: MandateSetId,
        /// As whom.
        #[sea_orm(primary_key, auto_increment = false)]
        pub role: String,
        /// Who.
        pub person_id: PersonId,
        /// Yes or no.
        pub decision: String,
        /// Why; may be empty for a yes.
        pub reason: String,
        /// When.
        pub at: Instant,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod entry {
    use sea_orm::entity::prelude::*;

    use crate::clock::Instant;

    /// An entry of the journal.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "mandate_journal")]
    pub struct Model {
        /// Counted from 1.
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i64,
        /// When.
        pub at: Instant,
        /// Who: `person_…` or `system:rule`.
        pub actor: String,
        /// What happened, as JSON. Kept to the byte.
        pub event: String,
        /// The hash of the entry before.
        pub prev_hash: String,
        /// The hash of this entry.
        pub hash: String,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
