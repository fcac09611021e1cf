//! What waits for a person, by its kind and time.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// What waits for a person, by its kind and time.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::both(manager, INDEXES).await
    }
}

/// By the person alone, each mail looked through everything that waits for its recipient.
const INDEXES: &str = "
DROP INDEX outbox_to_person;
CREATE INDEX outbox_to_person ON outbox (person_id, kind, next_at) WHERE person_id IS NOT NULL AND state = 'pending';
";
