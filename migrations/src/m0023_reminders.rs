//! When the clock of a task rings next, and to whom its lateness was escalated.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// When the clock of a task rings next, and to whom its lateness was escalated.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::both(manager, TABLES).await
    }
}

/// What was escalated is found by whom it was told.
const TABLES: &str = "
ALTER TABLE tasks ADD COLUMN rings_at TIMESTAMPTZ;
CREATE TABLE escalations (
    case_id UUID NOT NULL,
    task_no bigint NOT NULL,
    level integer NOT NULL,
    person_id UUID NOT NULL REFERENCES people (id),
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (case_id, task_no, level, person_id),
    FOREIGN KEY (case_id, task_no) REFERENCES tasks (case_id, no)
);
CREATE INDEX escalations_by_person ON escalations (person_id);
";
