//! What was saved as a version stays as it was saved: texts of mails, and years of the calendar.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// What was saved as a version stays as it was saved.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::each(manager, STAY_ON_SQLITE, STAY_ON_POSTGRES).await
    }
}

const STAY_ON_SQLITE: &str = "
CREATE TRIGGER mail_templates_never_changed BEFORE UPDATE ON mail_templates
BEGIN SELECT RAISE(ABORT, 'a version of a mail never changes'); END;
CREATE TRIGGER mail_templates_never_deleted BEFORE DELETE ON mail_templates
BEGIN SELECT RAISE(ABORT, 'a version of a mail never goes'); END;
CREATE TRIGGER calendar_years_never_changed BEFORE UPDATE ON calendar_years
BEGIN SELECT RAISE(ABORT, 'a version of a year never changes'); END;
CREATE TRIGGER calendar_years_never_deleted BEFORE DELETE ON calendar_years
BEGIN SELECT RAISE(ABORT, 'a version of a year never goes'); END;
";

const STAY_ON_POSTGRES: &str = "
CREATE FUNCTION kept_versions_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% never %', TG_ARGV[0], CASE TG_OP WHEN 'UPDATE' THEN 'changes' ELSE 'goes' END
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER mail_templates_never_changed BEFORE UPDATE OR DELETE ON mail_templates
    FOR EACH ROW EXECUTE FUNCTION kept_versions_stay('a version of a mail');
CREATE TRIGGER mail_templates_never_truncated BEFORE TRUNCATE ON mail_templates
    FOR EACH STATEMENT EXECUTE FUNCTION kept_versions_stay('a version of a mail');
CREATE TRIGGER calendar_years_never_changed BEFORE UPDATE OR DELETE ON calendar_years
    FOR EACH ROW EXECUTE FUNCTION kept_versions_stay('a version of a year');
CREATE TRIGGER calendar_years_never_truncated BEFORE TRUNCATE ON calendar_years
    FOR EACH STATEMENT EXECUTE FUNCTION kept_versions_stay('a version of a year');
";
