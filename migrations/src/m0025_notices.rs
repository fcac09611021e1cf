//! Notices in the pages, to whom a row of the outbox goes, and how each person's mailbox does.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// Notices in the pages, to whom a row of the outbox goes, and how each person's mailbox does.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::both(manager, TABLES).await
    }
}

/// A notice has the id of the outbox row of its mail. A person without a row in `mailboxes` wants what the policy says,
/// and their mailbox has never refused anything.
const TABLES: &str = "
CREATE TABLE notices (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES people (id),
    kind text NOT NULL,
    case_id UUID REFERENCES cases (id),
    task_no bigint,
    title_zh text NOT NULL,
    title_en text NOT NULL,
    path text NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    read_at TIMESTAMPTZ,
    digest text
);
CREATE INDEX notices_of_person ON notices (person_id, created_at);
CREATE INDEX notices_unread ON notices (person_id, created_at) WHERE read_at IS NULL;
CREATE INDEX notices_in_digest ON notices (digest) WHERE digest IS NOT NULL;
ALTER TABLE outbox ADD COLUMN person_id UUID REFERENCES people (id);
CREATE INDEX outbox_to_person ON outbox (person_id) WHERE person_id IS NOT NULL AND state = 'pending';
CREATE TABLE mailboxes (
    person_id UUID PRIMARY KEY REFERENCES people (id),
    mode text CHECK (mode IN ('at-once', 'outside-quiet-hours', 'digest')),
    refusals integer NOT NULL,
    failed_at TIMESTAMPTZ,
    failed_why text,
    CHECK ((failed_at IS NULL) = (failed_why IS NULL))
);
";
