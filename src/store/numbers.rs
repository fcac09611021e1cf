//! Running numbers per workflow and year, without gaps.

use sea_orm::{ConnectionTrait as _, DbErr};

use super::{Error, Tx, connection::Connection as _, rows};

/// The next number, from 1. The sequence stays locked until the transaction ends, so a number that is not used is
/// given again.
///
/// # Errors
/// What the database says.
pub async fn next(tx: &Tx, workflow: &str, year: i32) -> Result<u64, Error> {
    let sql = "INSERT INTO number_sequences (workflow, year, last) VALUES ($1, $2, 1)
        ON CONFLICT (workflow, year) DO UPDATE SET last = number_sequences.last + 1 RETURNING last";
    let statement = rows::statement(tx, sql, [workflow.into(), year.into()]);
    let row = tx.sql().query_one_raw(statement).await?;
    let last: i64 = row.ok_or_else(|| DbErr::RecordNotFound("number_sequences".to_owned()))?.try_get("", "last")?;
    Ok(last.unsigned_abs())
}
