//! The scenarios beside a definition, kept with its draft and its version.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// The scenarios beside a definition, kept with its draft and its version.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::both(manager, SCENARIOS).await
    }
}

/// None with a version from before; a file brings them along at the next start. An open draft begins with none.
const SCENARIOS: &str = "
ALTER TABLE definitions ADD COLUMN scenarios text;
ALTER TABLE definition_drafts ADD COLUMN scenarios text NOT NULL DEFAULT '';
";
