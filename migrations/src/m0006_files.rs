//! Attachments, and their content by hash.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// Attachments, and their content by hash.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::both(manager, TABLES).await
    }
}

/// The content is in the database, so that one transaction and one backup hold everything.
const TABLES: &str = "
CREATE TABLE blobs (
    hash text PRIMARY KEY,
    content BYTEA NOT NULL
);
CREATE TABLE attachments (
    id UUID PRIMARY KEY,
    case_id UUID NOT NULL REFERENCES cases (id),
    name text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    hash text NOT NULL REFERENCES blobs (hash),
    uploaded_by UUID NOT NULL REFERENCES people (id),
    uploaded_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX attachments_of_case ON attachments (case_id, uploaded_at);
";
