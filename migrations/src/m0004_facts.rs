//! Facts, which never change, and the budget requests that stand on them.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// Facts, which never change, and the budget requests that stand on them.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::both(manager, FACTS).await?;
        dialect::each(manager, FACTS_STAY_ON_SQLITE, FACTS_STAY_ON_POSTGRES).await?;
        dialect::both(manager, BUDGET_REQUESTS).await
    }
}

/// A fact without a cap stores the largest number, because a foreign key with a NULL column would check nothing.
const FACTS: &str = "
CREATE TABLE facts (
    id UUID PRIMARY KEY,
    kind text NOT NULL,
    project_id UUID NOT NULL REFERENCES projects (id),
    year integer NOT NULL,
    value text NOT NULL,
    cap_fen bigint NOT NULL CHECK (cap_fen BETWEEN 0 AND 100000000000000 OR cap_fen = 9223372036854775807),
    case_id UUID NOT NULL REFERENCES cases (id),
    step text NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ,
    revoked_case UUID REFERENCES cases (id),
    UNIQUE (id, kind, project_id, year, value, cap_fen),
    CHECK ((revoked_at IS NULL) = (revoked_case IS NULL))
);
CREATE INDEX facts_of_project ON facts (project_id, year);
CREATE INDEX facts_of_case ON facts (case_id);
";

const FACTS_STAY_ON_SQLITE: &str = "
CREATE TRIGGER facts_only_revoked_once BEFORE UPDATE ON facts
WHEN OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS NULL
    OR NEW.id IS NOT OLD.id OR NEW.kind IS NOT OLD.kind OR NEW.project_id IS NOT OLD.project_id
    OR NEW.year IS NOT OLD.year OR NEW.value IS NOT OLD.value OR NEW.cap_fen IS NOT OLD.cap_fen
    OR NEW.case_id IS NOT OLD.case_id OR NEW.step IS NOT OLD.step OR NEW.recorded_at IS NOT OLD.recorded_at
BEGIN SELECT RAISE(ABORT, 'a fact never changes; it can be revoked once'); END;
CREATE TRIGGER facts_never_deleted BEFORE DELETE ON facts
BEGIN SELECT RAISE(ABORT, 'a fact never goes'); END;
";

const FACTS_STAY_ON_POSTGRES: &str = "
CREATE FUNCTION facts_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'a fact never goes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS NULL
        OR (NEW.id, NEW.kind, NEW.project_id, NEW.year, NEW.value, NEW.cap_fen, NEW.case_id, NEW.step, NEW.recorded_at)
        IS DISTINCT FROM
        (OLD.id, OLD.kind, OLD.project_id, OLD.year, OLD.value, OLD.cap_fen, OLD.case_id, OLD.step, OLD.recorded_at)
    THEN
        RAISE EXCEPTION 'a fact never changes; it can be revoked once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER facts_only_revoked_once BEFORE UPDATE OR DELETE ON facts FOR EACH ROW EXECUTE FUNCTION facts_stay();
CREATE TRIGGER facts_never_truncated BEFORE TRUNCATE ON facts FOR EACH STATEMENT EXECUTE FUNCTION facts_stay();
";

/// 无评估不申报，无目标不入库: the second lock. The keys repeat kind, project, year, value and cap of the facts, so the
/// database itself refuses a request without both, and one above what the assessment supports.
const BUDGET_REQUESTS: &str = "
CREATE TABLE budget_requests (
    id UUID PRIMARY KEY,
    project_id UUID NOT NULL REFERENCES projects (id),
    year integer NOT NULL,
    case_id UUID NOT NULL REFERENCES cases (id),
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    submitted_at TIMESTAMPTZ NOT NULL,
    assessment_fact UUID NOT NULL,
    assessment_kind text NOT NULL CHECK (assessment_kind = 'assessment'),
    assessment_value text NOT NULL CHECK (assessment_value IN ('supported', 'adjusted', 'exempt')),
    assessment_cap_fen bigint NOT NULL,
    targets_fact UUID NOT NULL,
    targets_kind text NOT NULL CHECK (targets_kind = 'targets'),
    targets_value text NOT NULL CHECK (targets_value = 'accepted'),
    targets_cap_fen bigint NOT NULL,
    UNIQUE (project_id, year),
    CHECK (amount_fen <= assessment_cap_fen),
    CHECK (amount_fen <= targets_cap_fen),
    FOREIGN KEY (assessment_fact, assessment_kind, project_id, year, assessment_value, assessment_cap_fen)
        REFERENCES facts (id, kind, project_id, year, value, cap_fen),
    FOREIGN KEY (targets_fact, targets_kind, project_id, year, targets_value, targets_cap_fen)
        REFERENCES facts (id, kind, project_id, year, value, cap_fen)
);
CREATE INDEX budget_requests_of_case ON budget_requests (case_id);
";
