//! Sessions, tokens, failed sign-ins and the answers to repeated requests.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// Sessions, tokens, failed sign-ins and the answers to repeated requests.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::both(manager, TABLES).await
    }
}

/// Secrets are stored as hashes only.
const TABLES: &str = "
CREATE TABLE sessions (
    token_hash text PRIMARY KEY,
    data text NOT NULL,
    person_id UUID REFERENCES people (id),
    created_at TIMESTAMPTZ NOT NULL,
    last_seen TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX sessions_of_person ON sessions (person_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE TABLE access_tokens (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES people (id),
    name text NOT NULL,
    token_hash text NOT NULL UNIQUE,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    last_used_at TIMESTAMPTZ,
    revoked_at TIMESTAMPTZ
);
CREATE INDEX access_tokens_of_person ON access_tokens (person_id, created_at);
CREATE TABLE setup_tokens (
    token_hash text PRIMARY KEY,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ,
    used_by UUID REFERENCES people (id)
);
CREATE TABLE sign_in_failures (
    id UUID PRIMARY KEY,
    login text NOT NULL,
    address text NOT NULL,
    at TIMESTAMPTZ NOT NULL
);
CREATE INDEX sign_in_failures_by_login ON sign_in_failures (login, at);
CREATE INDEX sign_in_failures_by_address ON sign_in_failures (address, at);
CREATE TABLE idempotency (
    person_id UUID NOT NULL REFERENCES people (id),
    key text NOT NULL,
    request_hash text NOT NULL,
    status integer NOT NULL,
    body text NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person_id, key)
);
CREATE INDEX idempotency_by_age ON idempotency (at);
";
