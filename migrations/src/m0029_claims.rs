//! What waits to leave, in the order in which it is claimed; and notices by their age.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// What waits to leave, in the order in which it is claimed; and notices by their age.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::both(manager, INDEXES).await
    }
}

/// With the time alone, each claim sorted all that was due.
const INDEXES: &str = "
CREATE INDEX outbox_in_turn ON outbox (next_at, created_at, id) WHERE state = 'pending';
DROP INDEX outbox_pending;
CREATE INDEX notices_by_time ON notices (created_at);
";
