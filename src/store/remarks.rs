//! The words of a case's thread. The journal says who spoke when, and holds the hash of the words.
//!
//! They are kept beside the journal, not in it: the journal is read whole with every look at a case and goes into every
//! copy of the ledger, and what people say to each other decides nothing there. The hash is enough to prove them.

use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};

use self::entity::Column;
pub use self::entity::Model as RemarkRow;
use super::{Error, Source, Tx, rows};
use crate::ids::CaseId;

/// Adds a remark.
///
/// # Errors
/// [`Error::Duplicate`] when the thread has that number already.
pub async fn add(tx: &Tx, remark: RemarkRow) -> Result<(), Error> {
    rows::insert::<entity::Entity, _>(tx, vec![remark]).await
}

/// The thread of a case, in order.
///
/// # Errors
/// What the database says.
pub async fn of_case(db: &impl Source, case: CaseId) -> Result<Vec<RemarkRow>, Error> {
    Ok(entity::Entity::find().filter(Column::CaseId.eq(case)).order_by_asc(Column::No).all(db.sql()).await?)
}

mod entity {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::*};

    /// Something that was said.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "remarks")]
    pub struct Model {
        /// The case.
        #[sea_orm(primary_key, auto_increment = false)]
        pub case_id: CaseId,
        /// Its number in the thread, from 1.
        #[sea_orm(primary_key, auto_increment = false)]
        pub no: i64,
        /// Who.
        pub person_id: PersonId,
        /// Who is asked to answer.
        pub asked: Option<PersonId>,
        /// When.
        pub at: Instant,
        /// What.
        pub words: String,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
