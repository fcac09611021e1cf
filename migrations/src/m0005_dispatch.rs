//! What is to leave, what left, and what needs an operator.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// What is to leave, what left, and what needs an operator.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::both(manager, TABLES).await
    }
}

const TABLES: &str = "
CREATE TABLE outbox (
    id UUID PRIMARY KEY,
    occurrence text NOT NULL UNIQUE,
    kind text NOT NULL,
    case_id UUID REFERENCES cases (id),
    payload text NOT NULL,
    state text NOT NULL CHECK (state IN ('pending', 'claimed', 'sent', 'failed', 'cancelled')),
    attempts integer NOT NULL,
    crashes integer NOT NULL,
    next_at TIMESTAMPTZ NOT NULL,
    fence bigint NOT NULL,
    claimed_by text,
    claimed_until TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    last_error text,
    CHECK ((state = 'claimed') = (claimed_until IS NOT NULL)),
    CHECK ((state IN ('sent', 'failed', 'cancelled')) = (finished_at IS NOT NULL))
);
CREATE INDEX outbox_pending ON outbox (next_at) WHERE state = 'pending';
CREATE INDEX outbox_claimed ON outbox (claimed_until) WHERE state = 'claimed';
CREATE INDEX outbox_of_case ON outbox (case_id) WHERE state IN ('pending', 'claimed');
CREATE TABLE mails (
    id UUID PRIMARY KEY,
    occurrence text NOT NULL UNIQUE,
    person_id UUID NOT NULL REFERENCES people (id),
    kind text NOT NULL,
    case_id UUID REFERENCES cases (id),
    lang text NOT NULL,
    message_id text NOT NULL UNIQUE,
    subject text NOT NULL,
    state text NOT NULL CHECK (state IN ('sent', 'failed', 'no-mailbox')),
    created_at TIMESTAMPTZ NOT NULL,
    sent_at TIMESTAMPTZ,
    last_error text
);
CREATE INDEX mails_of_person ON mails (person_id, created_at);
CREATE INDEX mails_of_case ON mails (case_id);
CREATE TABLE incidents (
    id UUID PRIMARY KEY,
    occurrence text NOT NULL UNIQUE,
    kind text NOT NULL,
    case_id UUID REFERENCES cases (id),
    summary_zh text NOT NULL,
    summary_en text NOT NULL,
    detail text NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    closed_at TIMESTAMPTZ
);
CREATE INDEX incidents_open ON incidents (opened_at) WHERE closed_at IS NULL;
CREATE INDEX incidents_of_case ON incidents (case_id);
";
