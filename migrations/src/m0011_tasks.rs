//! Through whose hands an open task goes: how the candidates came to be asked, who holds it, whom it waits for.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// Through whose hands an open task goes: how the candidates came to be asked, who holds it, whom it waits for.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::both(manager, HANDS).await
    }
}

/// The inbox shows these beside the task; the case's own state says the same and more.
const HANDS: &str = "
ALTER TABLE tasks ADD COLUMN asked text NOT NULL DEFAULT 'by-step'
    CHECK (asked IN ('by-step', 'in-place', 'opinion', 'signer'));
ALTER TABLE tasks ADD COLUMN held_by UUID REFERENCES people (id);
ALTER TABLE tasks ADD COLUMN waits_for UUID REFERENCES people (id);
";
