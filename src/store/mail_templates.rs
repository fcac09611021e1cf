//! What the place writes in its mails itself: versions that are added and never changed.

use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};

use self::entity::Column;
pub use self::entity::Model as TemplateRow;
use super::{Error, Source, Tx, rows};

/// Saves a version. [`Error::Duplicate`] where somebody else has just saved one under the same number.
///
/// # Errors
/// What the database says.
pub async fn add(tx: &Tx, row: TemplateRow) -> Result<(), Error> {
    rows::insert::<entity::Entity, _>(tx, vec![row]).await
}

/// The latest version of a mail in a language; `None` where nobody ever changed it.
///
/// # Errors
/// What the database says.
pub async fn latest(db: &impl Source, mail: &str, lang: &str) -> Result<Option<TemplateRow>, Error> {
    Ok(of(mail, lang).one(db.sql()).await?)
}

/// The versions of a mail in a language, the latest first.
///
/// # Errors
/// What the database says.
pub async fn versions(db: &impl Source, mail: &str, lang: &str) -> Result<Vec<TemplateRow>, Error> {
    Ok(of(mail, lang).all(db.sql()).await?)
}

/// The latest version of every mail in every language that was ever changed.
///
/// # Errors
/// What the database says.
pub async fn current(db: &impl Source) -> Result<Vec<TemplateRow>, Error> {
    let sql = "SELECT * FROM mail_templates t WHERE version =
        (SELECT MAX(version) FROM mail_templates u WHERE u.mail = t.mail AND u.lang = t.lang) ORDER BY mail, lang";
    rows::all(db, rows::statement(db, sql, [])).await
}

fn of(mail: &str, lang: &str) -> sea_orm::Select<entity::Entity> {
    let found = entity::Entity::find().filter(Column::Mail.eq(mail)).filter(Column::Lang.eq(lang));
    found.order_by_desc(Column::Version)
}

mod entity {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::PersonId};

    /// A version of what a mail says in a language.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "mail_templates")]
    pub struct Model {
        /// Which mail.
        #[sea_orm(primary_key, auto_increment = false)]
        pub mail: String,
        /// In which language.
        #[sea_orm(primary_key, auto_increment = false)]
        pub lang: String,
        /// From 1.
        #[sea_orm(primary_key, auto_increment = false)]
        pub version: i64,
        /// Its subject; none, with the two bodies, where it goes back to what is shipped.
        pub subject: Option<String>,
        /// Its plain text.
        pub body_text: Option<String>,
        /// Its HTML.
        pub body_html: Option<String>,
        /// The version whose text it took up again; 0 for what is shipped.
        pub restores: Option<i64>,
        /// When it was saved.
        pub saved_at: Instant,
        /// By whom.
        pub saved_by: PersonId,
        /// Why.
        pub why: String,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
