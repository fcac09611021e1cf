//! A project that waits for its case of a schedule can be left out, by whom and why.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// A project that waits for its case of a schedule can be left out, by whom and why.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::both(manager, DEEDS).await
    }
}

/// One of the databases does not change a check, so the deeds move to a table that has it.
const DEEDS: &str = "
CREATE TABLE schedule_deeds_kept (
    id UUID PRIMARY KEY,
    workflow text NOT NULL,
    schedule text NOT NULL,
    deed text NOT NULL CHECK (deed IN ('run', 'pause', 'resume', 'skip', 'retry', 'leave-out')),
    project_id UUID REFERENCES projects (id),
    why text NOT NULL,
    done_at TIMESTAMPTZ NOT NULL,
    done_by UUID NOT NULL REFERENCES people (id),
    CHECK ((deed = 'leave-out') = (project_id IS NOT NULL))
);
INSERT INTO schedule_deeds_kept (id, workflow, schedule, deed, why, done_at, done_by)
    SELECT id, workflow, schedule, deed, why, done_at, done_by FROM schedule_deeds;
DROP TABLE schedule_deeds;
ALTER TABLE schedule_deeds_kept RENAME TO schedule_deeds;
CREATE INDEX schedule_deeds_latest ON schedule_deeds (workflow, schedule, done_at);
";
