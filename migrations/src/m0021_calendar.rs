//! The working-day calendar by versions, by which of them a deadline was counted, and which deadlines a change moved.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// The working-day calendar by versions, by which of them a deadline was counted, and which deadlines a change moved.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::both(manager, TABLES).await
    }
}

/// `version` counts over all years: a year is as its latest version says. `counted_by` is empty for deadlines that no
/// calendar can move.
const TABLES: &str = "
CREATE TABLE calendar_version (
    id smallint PRIMARY KEY CHECK (id = 1),
    version bigint NOT NULL
);
INSERT INTO calendar_version (id, version) VALUES (1, 0);
CREATE TABLE calendar_years (
    version bigint PRIMARY KEY,
    year integer NOT NULL,
    source text NOT NULL,
    saved_at TIMESTAMPTZ NOT NULL,
    saved_by UUID REFERENCES people (id),
    why text NOT NULL
);
CREATE INDEX calendar_years_by_year ON calendar_years (year, version);
CREATE TABLE deadline_moves (
    version bigint NOT NULL REFERENCES calendar_years (version),
    case_id UUID NOT NULL REFERENCES cases (id),
    activation bigint NOT NULL,
    task_no bigint NOT NULL,
    step text NOT NULL,
    due_before TIMESTAMPTZ NOT NULL,
    due_after TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (version, case_id, activation, task_no)
);
ALTER TABLE tasks ADD COLUMN counted_by bigint;
";
