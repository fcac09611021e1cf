//! Projects: the policies and projects that ask for money.

use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};

use self::entity::Column;
pub(super) use self::entity::Column as ProjectColumn;
pub use self::entity::Model as ProjectRow;
use super::{Error, Source, Tx, rows};
use crate::ids::ProjectId;

/// Adds projects, all or none.
///
/// # Errors
/// [`Error::Duplicate`] when a code is taken, [`Error::Refused`] when a unit is not there.
pub async fn insert(tx: &Tx, projects: Vec<ProjectRow>) -> Result<(), Error> {
    rows::insert::<entity::Entity, _>(tx, projects).await
}

/// One project.
///
/// # Errors
/// What the database says.
pub async fn find(db: &impl Source, id: ProjectId) -> Result<Option<ProjectRow>, Error> {
    Ok(entity::Entity::find_by_id(id).one(db.sql()).await?)
}

/// The project with that code.
///
/// # Errors
/// What the database says.
pub async fn by_code(db: &impl Source, code: &str) -> Result<Option<ProjectRow>, Error> {
    Ok(entity::Entity::find().filter(Column::Code.eq(code)).one(db.sql()).await?)
}

/// The codes of all projects.
///
/// # Errors
/// What the database says.
pub async fn all_codes(db: &impl Source) -> Result<Vec<String>, Error> {
    Ok(entity::Entity::find().select_only().column(Column::Code).into_tuple().all(db.sql()).await?)
}

/// Projects that ask for money in `year`, in the order of their ids: those after `after` up to `until`.
///
/// # Errors
/// What the database says.
pub async fn of_year(
    db: &impl Source,
    year: i32,
    (after, until): (Option<ProjectId>, Option<ProjectId>),
    limit: u64,
) -> Result<Vec<ProjectRow>, Error> {
    let mut found =
        entity::Entity::find().filter(Column::StartYear.lte(year)).filter(Column::EndYear.gte(year)).limit(limit);
    if let Some(after) = after {
        found = found.filter(Column::Id.gt(after));
    }
    if let Some(until) = until {
        found = found.filter(Column::Id.lte(until));
    }
    Ok(found.order_by_asc(Column::Id).all(db.sql()).await?)
}

/// Every `size`-th project that asks for money in `year`, in the order of their ids: where slices end.
///
/// # Errors
/// What the database says.
pub async fn slice_ends(db: &impl Source, year: i32, size: i64) -> Result<Vec<ProjectId>, Error> {
    let sql = "SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS no FROM projects
        WHERE start_year <= $1 AND end_year >= $1) numbered WHERE no % $2 = 0 ORDER BY id";
    let found = rows::raw(db, rows::statement(db, sql, [year.into(), size.into()])).await?;
    Ok(found.iter().map(|row| row.try_get("", "id")).collect::<Result<_, _>>()?)
}

mod entity {
    use sea_orm::entity::prelude::*;

    use crate::{clock::Instant, ids::*};

    /// A project.
    #[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "projects")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ProjectId,
        /// 项目编码.
        pub code: String,
        /// Its name.
        pub name: String,
        /// The unit that runs it.
        pub unit: String,
        /// The path of that unit.
        pub org_path: String,
        /// 一次性, 经常性 or 阶段性.
        pub nature: String,
        /// Which of the four budgets.
        pub category: String,
        /// How the money is spent.
        pub instrument: String,
        /// 新增重大政策和项目.
        pub is_new_major: bool,
        /// The whole amount, in 分.
        pub total_fen: i64,
        /// The first year.
        pub start_year: i32,
        /// The last year.
        pub end_year: i32,
        /// What it is about.
        pub description: String,
        /// Who answers for it.
        pub leader: Option<PersonId>,
        /// Where its figures come from.
        pub source: Option<String>,
        /// When it was added.
        pub created_at: Instant,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
