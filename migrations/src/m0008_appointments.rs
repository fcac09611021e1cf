//! Appointments are ended once and never overwritten, and nobody holds two of the administrators' roles at a time.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// Appointments are ended once and never overwritten, and nobody holds two of the administrators' roles at a time.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::each(manager, ON_SQLITE, ON_POSTGRES).await
    }
}

/// SQLite has one writer, so what the trigger reads is all there is.
const ON_SQLITE: &str = "
CREATE TRIGGER administrators_are_three_people BEFORE INSERT ON appointments
WHEN NEW.role IN ('workflow-admin', 'security-admin', 'audit-admin') AND EXISTS (
    SELECT 1 FROM appointments AS held WHERE held.person_id = NEW.person_id AND held.role <> NEW.role
        AND held.role IN ('workflow-admin', 'security-admin', 'audit-admin')
        AND (held.until_day IS NULL OR held.until_day >= NEW.from_day)
        AND (NEW.until_day IS NULL OR NEW.until_day >= held.from_day))
BEGIN SELECT RAISE(ABORT, 'the three administrators are three people'); END;
CREATE TRIGGER appointments_only_ended_once BEFORE UPDATE ON appointments
WHEN OLD.until_day IS NOT NULL OR NEW.until_day IS NULL OR NEW.id IS NOT OLD.id OR NEW.person_id IS NOT OLD.person_id
    OR NEW.role IS NOT OLD.role OR NEW.org IS NOT OLD.org OR NEW.from_day IS NOT OLD.from_day
BEGIN SELECT RAISE(ABORT, 'an appointment never changes; it can be ended once'); END;
CREATE TRIGGER appointments_never_deleted BEFORE DELETE ON appointments
BEGIN SELECT RAISE(ABORT, 'an appointment never goes'); END;
";

/// Two transactions that appoint one person wait for each other at the person's row, so the second sees the first.
const ON_POSTGRES: &str = "
CREATE FUNCTION administrators_are_three() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.role NOT IN ('workflow-admin', 'security-admin', 'audit-admin') THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM people WHERE id = NEW.person_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM appointments AS held WHERE held.person_id = NEW.person_id AND held.role <> NEW.role
            AND held.role IN ('workflow-admin', 'security-admin', 'audit-admin')
            AND (held.until_day IS NULL OR held.until_day >= NEW.from_day)
            AND (NEW.until_day IS NULL OR NEW.until_day >= held.from_day))
    THEN
        RAISE EXCEPTION 'the three administrators are three people' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER administrators_are_three_people BEFORE INSERT ON appointments
    FOR EACH ROW EXECUTE FUNCTION administrators_are_three();
CREATE FUNCTION appointments_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'an appointment never goes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.until_day IS NOT NULL OR NEW.until_day IS NULL
        OR (NEW.id, NEW.person_id, NEW.role, NEW.org, NEW.from_day)
        IS DISTINCT FROM (OLD.id, OLD.person_id, OLD.role, OLD.org, OLD.from_day)
    THEN
        RAISE EXCEPTION 'an appointment never changes; it can be ended once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER appointments_only_ended_once BEFORE UPDATE OR DELETE ON appointments
    FOR EACH ROW EXECUTE FUNCTION appointments_stay();
CREATE TRIGGER appointments_never_truncated BEFORE TRUNCATE ON appointments
    FOR EACH STATEMENT EXECUTE FUNCTION appointments_stay();
";
