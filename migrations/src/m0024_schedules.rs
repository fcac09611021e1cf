//! What happens by itself: schedules, their firings, and the one case that each project gets in a period.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// What happens by itself: schedules, their firings, and the one case that each project gets in a period.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::both(manager, TABLES).await
    }
}

/// `rule` and `calendar` say by what `planned_at` and `due_at` were counted. An occasion is the period of a firing that
/// was planned, or the moment of one by hand, so that nothing fires twice for one. `schedule_cases` is what keeps a project
/// from getting two cases of a workflow in a period: its row is written with the case.
const TABLES: &str = "
CREATE TABLE schedules (
    workflow text NOT NULL,
    name text NOT NULL,
    rule text NOT NULL,
    calendar bigint NOT NULL,
    planned_at TIMESTAMPTZ,
    due_at TIMESTAMPTZ,
    paused_at TIMESTAMPTZ,
    paused_by UUID REFERENCES people (id),
    paused_why text NOT NULL,
    PRIMARY KEY (workflow, name),
    CHECK ((planned_at IS NULL) = (due_at IS NULL))
);
CREATE INDEX schedules_due ON schedules (due_at) WHERE paused_at IS NULL;
CREATE TABLE schedule_firings (
    id UUID PRIMARY KEY,
    workflow text NOT NULL,
    schedule text NOT NULL,
    occasion text NOT NULL,
    period text NOT NULL,
    year integer NOT NULL,
    planned_at TIMESTAMPTZ NOT NULL,
    fired_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    state text NOT NULL CHECK (state IN ('running', 'done', 'skipped', 'missed')),
    fired_by UUID REFERENCES people (id),
    why text NOT NULL,
    slices integer NOT NULL,
    started bigint NOT NULL,
    present bigint NOT NULL,
    held bigint NOT NULL,
    UNIQUE (workflow, schedule, occasion),
    CHECK ((state = 'running') = (finished_at IS NULL))
);
CREATE INDEX schedule_firings_latest ON schedule_firings (workflow, schedule, planned_at);
CREATE TABLE schedule_slices (
    firing_id UUID NOT NULL REFERENCES schedule_firings (id),
    no integer NOT NULL,
    PRIMARY KEY (firing_id, no)
);
CREATE TABLE schedule_cases (
    workflow text NOT NULL,
    period text NOT NULL,
    year integer NOT NULL,
    project_id UUID NOT NULL REFERENCES projects (id),
    firing_id UUID NOT NULL REFERENCES schedule_firings (id),
    state text NOT NULL CHECK (state IN ('started', 'present', 'held', 'dropped')),
    case_id UUID REFERENCES cases (id),
    reason text NOT NULL,
    noted_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (workflow, period, year, project_id),
    CHECK ((state IN ('started', 'present')) = (case_id IS NOT NULL))
);
CREATE INDEX schedule_cases_by_firing ON schedule_cases (firing_id, state);
CREATE INDEX schedule_cases_held ON schedule_cases (project_id) WHERE state = 'held';
CREATE UNIQUE INDEX schedule_cases_started ON schedule_cases (case_id) WHERE state = 'started';
CREATE TABLE schedule_deeds (
    id UUID PRIMARY KEY,
    workflow text NOT NULL,
    schedule text NOT NULL,
    deed text NOT NULL CHECK (deed IN ('run', 'pause', 'resume', 'skip', 'retry')),
    why text NOT NULL,
    done_at TIMESTAMPTZ NOT NULL,
    done_by UUID NOT NULL REFERENCES people (id)
);
CREATE INDEX schedule_deeds_latest ON schedule_deeds (workflow, schedule, done_at);
";
