//! Whom `not by` keeps out of a task, beside the initiator.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// Whom `not by` keeps out of a task, beside the initiator.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::both(manager, BARRED).await
    }
}

/// A text beside the task and no table of its own: most tasks keep out the initiator alone, and the inbox looks at few
/// tasks after its index has found them.
const BARRED: &str = "
ALTER TABLE tasks ADD COLUMN barred_others text;
";
