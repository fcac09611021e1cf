//! Monitoring: reports of every round, suspensions of funding, rectifications.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// Monitoring: reports of every round, suspensions of funding, rectifications.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::both(manager, TABLES).await
    }
}

/// Rates and achievements are whole hundredths of a per cent. A report stands on the fact that recorded it, of the same
/// project and year; funding that is suspended has one open row, and one that was resumed stands on an accepted
/// rectification of the same project and year.
const TABLES: &str = "
CREATE TABLE monitoring_reports (
    id UUID PRIMARY KEY,
    project_id UUID NOT NULL REFERENCES projects (id),
    year integer NOT NULL,
    round text NOT NULL,
    case_id UUID NOT NULL REFERENCES cases (id),
    fact_id UUID NOT NULL,
    fact_kind text NOT NULL CHECK (fact_kind = 'monitoring'),
    lamp text NOT NULL CHECK (lamp IN ('red', 'yellow', 'green', 'blue')),
    cap_fen bigint NOT NULL,
    quadrant text NOT NULL CHECK (quadrant IN ('on-track', 'money-ahead', 'results-ahead', 'both-behind')),
    budget_fen bigint NOT NULL CHECK (budget_fen > 0),
    executed_fen bigint NOT NULL CHECK (executed_fen >= 0),
    rate_hundredths bigint NOT NULL,
    achievement_hundredths bigint,
    warned boolean NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    FOREIGN KEY (fact_id, fact_kind, project_id, year, lamp, cap_fen)
        REFERENCES facts (id, kind, project_id, year, value, cap_fen)
);
CREATE UNIQUE INDEX monitoring_reports_of_fact ON monitoring_reports (fact_id);
CREATE INDEX monitoring_reports_of_project ON monitoring_reports (project_id, year, recorded_at);
CREATE TABLE funding_suspensions (
    id UUID PRIMARY KEY,
    project_id UUID NOT NULL REFERENCES projects (id),
    year integer NOT NULL,
    case_id UUID NOT NULL REFERENCES cases (id),
    step text NOT NULL,
    actor text NOT NULL,
    suspended_at TIMESTAMPTZ NOT NULL,
    resumed_case UUID REFERENCES cases (id),
    resumed_by text,
    resumed_at TIMESTAMPTZ,
    resumed_fact UUID,
    resumed_fact_kind text CHECK (resumed_fact_kind = 'rectification'),
    resumed_fact_value text CHECK (resumed_fact_value = 'accepted'),
    resumed_cap_fen bigint,
    CHECK ((resumed_at IS NULL) = (resumed_case IS NULL)),
    CHECK ((resumed_at IS NULL) = (resumed_by IS NULL)),
    CHECK ((resumed_at IS NULL) = (resumed_fact IS NULL)),
    CHECK ((resumed_at IS NULL) = (resumed_fact_kind IS NULL)),
    CHECK ((resumed_at IS NULL) = (resumed_fact_value IS NULL)),
    CHECK ((resumed_at IS NULL) = (resumed_cap_fen IS NULL)),
    FOREIGN KEY (resumed_fact, resumed_fact_kind, project_id, year, resumed_fact_value, resumed_cap_fen)
        REFERENCES facts (id, kind, project_id, year, value, cap_fen)
);
CREATE UNIQUE INDEX funding_suspended_once ON funding_suspensions (project_id, year) WHERE resumed_at IS NULL;
CREATE TABLE rectifications (
    case_id UUID PRIMARY KEY REFERENCES cases (id),
    project_id UUID NOT NULL REFERENCES projects (id),
    year integer NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    fact_id UUID REFERENCES facts (id),
    accepted_at TIMESTAMPTZ,
    CHECK ((accepted_at IS NULL) = (fact_id IS NULL))
);
CREATE INDEX rectifications_of_project ON rectifications (project_id, year);
";
