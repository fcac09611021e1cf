//! The item of a list that a task is about, and a way to find the clocks that ring.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// The item of a list that a task is about, and a way to find the clocks that ring.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::both(manager, TABLES).await
    }
}

/// `due` clocks of tasks stay until the task is done, so the sweep would have to step over every overdue task.
const TABLES: &str = "
ALTER TABLE tasks ADD COLUMN item_zh text;
ALTER TABLE tasks ADD COLUMN item_en text;
CREATE INDEX clocks_ringing ON clocks (due_at) WHERE kind <> 'due';
";
