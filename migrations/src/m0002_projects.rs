//! Projects, which ask for money.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// Projects, which ask for money.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::both(manager, TABLES).await
    }
}

const TABLES: &str = "
CREATE TABLE projects (
    id UUID PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name text NOT NULL,
    unit text NOT NULL REFERENCES organisations (code),
    org_path ORDERED NOT NULL,
    nature text NOT NULL,
    category text NOT NULL CHECK (category IN ('general', 'government-fund', 'state-capital', 'social-insurance')),
    instrument text NOT NULL CHECK (instrument IN
        ('direct', 'ppp', 'investment-fund', 'procurement', 'purchased-service', 'government-debt')),
    is_new_major boolean NOT NULL,
    total_fen bigint NOT NULL CHECK (total_fen >= 0),
    start_year integer NOT NULL,
    end_year integer NOT NULL,
    description text NOT NULL,
    leader UUID REFERENCES people (id),
    source text,
    created_at TIMESTAMPTZ NOT NULL,
    CHECK (end_year >= start_year)
);
CREATE INDEX projects_by_path ON projects (org_path, code);
CREATE INDEX projects_by_unit ON projects (unit, code);
";
