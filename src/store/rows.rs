//! Rows into tables, many at once.

use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ConnectionTrait as _, EntityTrait, FromQueryResult, IntoActiveModel,
    Iterable as _, Statement, Value, sea_query::OnConflict,
};

use super::{Error, Source};

/// SQLite takes 32,766 variables in a statement, PostgreSQL 65,535.
const VARIABLES_MAX: usize = 30_000;

/// Inserts all rows, in as few statements as the databases allow.
pub(super) async fn insert<E, M>(db: &impl Source, rows: Vec<M>) -> Result<(), Error>
where
    E: EntityTrait<Model = M>,
    M: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
{
    insert_or::<E, M>(db, rows, None).await.map(drop)
}

/// Inserts the rows whose key is not there yet; says how many those were.
pub(super) async fn insert_new<E, M>(db: &impl Source, rows: Vec<M>) -> Result<u64, Error>
where
    E: EntityTrait<Model = M>,
    M: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
{
    insert_or::<E, M>(db, rows, Some(OnConflict::new().do_nothing().to_owned())).await
}

async fn insert_or<E, M>(db: &impl Source, rows: Vec<M>, on_conflict: Option<OnConflict>) -> Result<u64, Error>
where
    E: EntityTrait<Model = M>,
    M: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
{
    let rows_max = VARIABLES_MAX / E::Column::iter().count().max(1);
    let mut inserted = 0;
    let mut rows = rows.into_iter().map(IntoActiveModel::into_active_model).peekable();
    while rows.peek().is_some() {
        let mut statement = sea_orm::Insert::many(rows.by_ref().take(rows_max));
        if let Some(on_conflict) = &on_conflict {
            statement = statement.on_conflict(on_conflict.clone());
        }
        inserted += db.sql().execute(sea_orm::QueryTrait::query(&mut statement)).await?.rows_affected();
    }
    Ok(inserted)
}

/// A statement of our own. `$1`, `$2` … are understood by both databases.
pub(super) fn statement(
    db: &impl Source,
    sql: impl Into<String>,
    values: impl IntoIterator<Item = Value>,
) -> Statement {
    Statement::from_sql_and_values(db.sql().get_database_backend(), sql.into(), values)
}

/// All rows of a statement of our own.
pub(super) async fn all<R: FromQueryResult>(db: &impl Source, statement: Statement) -> Result<Vec<R>, Error> {
    let rows = db.sql().query_all_raw(statement).await?;
    Ok(rows.iter().map(|row| R::from_query_result(row, "")).collect::<Result<_, _>>()?)
}

/// Runs a statement of our own.
pub(super) async fn run(db: &impl Source, statement: Statement) -> Result<(), Error> {
    Ok(db.sql().execute_raw(statement).await.map(drop)?)
}

/// `$3, $4, $5`: places for `count` values, after `before` others.
pub(super) fn places(before: usize, count: usize) -> String {
    (1..=count).map(|n| format!("${}", before + n)).collect::<Vec<_>>().join(", ")
}

/// All rows of a statement of our own, unread.
pub(super) async fn raw(db: &impl Source, statement: Statement) -> Result<Vec<sea_orm::QueryResult>, Error> {
    Ok(db.sql().query_all_raw(statement).await?)
}

/// A pattern for `LIKE … ESCAPE '!'` that means exactly this text, anywhere.
pub(super) fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
