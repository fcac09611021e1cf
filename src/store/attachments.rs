//! Files: who attached what to which case, and their content, stored once by hash.

use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};

use self::attachment::Column;
pub use self::attachment::Model as AttachmentRow;
use super::{Error, Source, Tx, rows};
use crate::ids::{AttachmentId, CaseId};

/// Keeps a file with its content.
///
/// # Errors
/// What the database says.
pub async fn add(tx: &Tx, row: AttachmentRow, content: Vec<u8>) -> Result<(), Error> {
    let blob = blob::Model { hash: row.hash.clone(), content };
    rows::insert_new::<blob::Entity, _>(tx, vec![blob]).await?;
    rows::insert::<attachment::Entity, _>(tx, vec![row]).await
}

/// One file of a case.
///
/// # Errors
/// What the database says.
pub async fn find(db: &impl Source, case: CaseId, id: AttachmentId) -> Result<Option<AttachmentRow>, Error> {
    Ok(attachment::Entity::find_by_id(id).filter(Column::CaseId.eq(case)).one(db.sql()).await?)
}

/// Every file of a case, oldest first.
///
/// # Errors
/// What the database says.
pub async fn of_case(db: &impl Source, case: CaseId) -> Result<Vec<AttachmentRow>, Error> {
    let found = attachment::Entity::find().filter(Column::CaseId.eq(case));
    Ok(found.order_by_asc(Column::UploadedAt).order_by_asc(Column::Id).all(db.sql()).await?)
}

/// The content with that hash.
///
/// # Errors
/// What the database says.
pub async fn content(db: &impl Source, hash: &str) -> Result<Option<Vec<u8>>, Error> {
    Ok(blob::Entity::find_by_id(hash.to_owned()).one(db.sql()).await?.map(|blob| blob.content))
}

mod attachment {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::*};

    /// A file of a case.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "attachments")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: AttachmentId,
        /// The case.
        pub case_id: CaseId,
        /// Its name, cleaned.
        pub name: String,
        /// Its media type, by its content.
        pub media_type: String,
        /// Bytes.
        pub size: i64,
        /// SM3 of its content, in hexadecimal.
        pub hash: String,
        /// Who attached it.
        pub uploaded_by: PersonId,
        /// When.
        pub uploaded_at: Instant,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod blob {
    use sea_orm::entity::prelude::*;

    /// A content.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "blobs")]
    pub struct Model {
        /// SM3 of the content.
        #[sea_orm(primary_key, auto_increment = false)]
        pub hash: String,
        /// The bytes.
        pub content: Vec<u8>,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
