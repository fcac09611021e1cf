//! One text of DDL for both databases: written for PostgreSQL, its capitalised types translated for SQLite.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Runs statements that both databases understand once the words `UUID`, `TIMESTAMPTZ`, `BYTEA` and `ORDERED`
/// (text compared byte by byte) are put into each one's own terms.
pub async fn both(manager: &SchemaManager<'_>, ddl: &str) -> Result<(), DbErr> {
    let ddl = if manager.get_database_backend() == DbBackend::Sqlite {
        ddl.replace("UUID", "blob").replace("TIMESTAMPTZ", "text").replace("BYTEA", "blob").replace("ORDERED", "text")
    } else {
        ddl.replace("ORDERED", "text COLLATE \"C\"")
    };
    manager.get_connection().execute_unprepared(&ddl).await.map(drop)
}

/// Runs statements of which each database has its own.
pub async fn each(manager: &SchemaManager<'_>, sqlite: &str, postgres: &str) -> Result<(), DbErr> {
    let ddl = if manager.get_database_backend() == DbBackend::Sqlite { sqlite } else { postgres };
    manager.get_connection().execute_unprepared(ddl).await.map(drop)
}
