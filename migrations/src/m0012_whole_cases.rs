//! Suspended cases, the thread of a case, and substitutes.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// Suspended cases, the thread of a case, and substitutes.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::both(manager, TABLES).await?;
        dialect::each(manager, THEY_STAY_ON_SQLITE, THEY_STAY_ON_POSTGRES).await
    }
}

/// `decided_for` is the person in whose place a substitute decided. A substitution covers the workflows that
/// `workflows` names, separated by spaces, or all of them when it names none.
const TABLES: &str = "
ALTER TABLE cases ADD COLUMN suspended_at TIMESTAMPTZ;
ALTER TABLE tasks ADD COLUMN decided_for UUID REFERENCES people (id);
CREATE INDEX tasks_decided_for ON tasks (decided_for, closed_at) WHERE decided_for IS NOT NULL;
CREATE TABLE remarks (
    case_id UUID NOT NULL REFERENCES cases (id),
    no bigint NOT NULL CHECK (no > 0),
    person_id UUID NOT NULL REFERENCES people (id),
    asked UUID REFERENCES people (id),
    at TIMESTAMPTZ NOT NULL,
    words text NOT NULL,
    PRIMARY KEY (case_id, no)
);
CREATE TABLE substitutes (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES people (id),
    deputy UUID NOT NULL REFERENCES people (id),
    workflows text NOT NULL,
    from_day date NOT NULL,
    until_day date NOT NULL,
    set_by UUID NOT NULL REFERENCES people (id),
    set_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    ended_by UUID REFERENCES people (id),
    CHECK (person_id <> deputy),
    CHECK (until_day >= from_day),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
CREATE INDEX substitutes_of_person ON substitutes (person_id, from_day);
CREATE INDEX substitutes_of_deputy ON substitutes (deputy, from_day);
";

const THEY_STAY_ON_SQLITE: &str = "
CREATE TRIGGER remarks_never_updated BEFORE UPDATE ON remarks
BEGIN SELECT RAISE(ABORT, 'a remark never changes'); END;
CREATE TRIGGER substitutes_only_ended_once BEFORE UPDATE ON substitutes
WHEN OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL OR NEW.id IS NOT OLD.id OR NEW.person_id IS NOT OLD.person_id
    OR NEW.deputy IS NOT OLD.deputy OR NEW.workflows IS NOT OLD.workflows OR NEW.from_day IS NOT OLD.from_day
    OR NEW.until_day IS NOT OLD.until_day OR NEW.set_by IS NOT OLD.set_by OR NEW.set_at IS NOT OLD.set_at
BEGIN SELECT RAISE(ABORT, 'a substitution never changes; it can be ended once'); END;
CREATE TRIGGER substitutes_never_deleted BEFORE DELETE ON substitutes
BEGIN SELECT RAISE(ABORT, 'a substitution never goes'); END;
";

const THEY_STAY_ON_POSTGRES: &str = "
CREATE FUNCTION remarks_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a remark never changes' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER remarks_never_updated BEFORE UPDATE ON remarks
    FOR EACH STATEMENT EXECUTE FUNCTION remarks_stay();
CREATE FUNCTION substitutes_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'a substitution never goes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL
        OR (NEW.id, NEW.person_id, NEW.deputy, NEW.workflows, NEW.from_day, NEW.until_day, NEW.set_by, NEW.set_at)
        IS DISTINCT FROM
        (OLD.id, OLD.person_id, OLD.deputy, OLD.workflows, OLD.from_day, OLD.until_day, OLD.set_by, OLD.set_at)
    THEN
        RAISE EXCEPTION 'a substitution never changes; it can be ended once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER substitutes_only_ended_once BEFORE UPDATE OR DELETE ON substitutes
    FOR EACH ROW EXECUTE FUNCTION substitutes_stay();
CREATE TRIGGER substitutes_never_truncated BEFORE TRUNCATE ON substitutes
    FOR EACH STATEMENT EXECUTE FUNCTION substitutes_stay();
";
