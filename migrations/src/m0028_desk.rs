//! Which nodes are alive, and what operators did.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// Which nodes are alive, and what operators did.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::both(manager, TABLES).await
    }
}

const TABLES: &str = "
CREATE TABLE nodes (
    id text PRIMARY KEY,
    host text NOT NULL,
    version text NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    stopped_at TIMESTAMPTZ
);
CREATE INDEX nodes_seen ON nodes (seen_at);
CREATE TABLE operator_acts (
    id UUID PRIMARY KEY,
    at TIMESTAMPTZ NOT NULL,
    person_id UUID NOT NULL REFERENCES people (id),
    act text NOT NULL,
    subject text NOT NULL
);
CREATE INDEX operator_acts_by_time ON operator_acts (at);
CREATE INDEX outbox_failed ON outbox (finished_at) WHERE state = 'failed';
CREATE INDEX mails_by_time ON mails (created_at);
";
