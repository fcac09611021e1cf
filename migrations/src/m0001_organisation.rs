//! The organisation tree, its people and their appointments.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// The organisation tree, its people and their appointments.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::both(manager, TABLES).await
    }
}

const TABLES: &str = "
CREATE TABLE organisations (
    code text PRIMARY KEY,
    parent text REFERENCES organisations (code),
    kind text NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    path ORDERED NOT NULL UNIQUE
);
CREATE TABLE people (
    id UUID PRIMARY KEY,
    login text NOT NULL UNIQUE,
    name text NOT NULL,
    email text,
    password_hash text,
    lang text NOT NULL,
    active boolean NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE TABLE appointments (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES people (id),
    role text NOT NULL,
    org text NOT NULL REFERENCES organisations (code),
    from_day date NOT NULL,
    until_day date,
    CHECK (until_day IS NULL OR until_day >= from_day)
);
CREATE INDEX appointments_of_person ON appointments (person_id);
CREATE TABLE directory_version (
    id integer PRIMARY KEY CHECK (id = 1),
    version bigint NOT NULL
);
INSERT INTO directory_version (id, version) VALUES (1, 0);
";
