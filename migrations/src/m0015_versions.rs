//! Drafts of definitions, what became of versions, and cases that are about a draft and not about a project.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// Drafts of definitions, what became of versions, and cases that are about a draft and not about a project.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::both(manager, DRAFTS).await?;
        dialect::each(manager, PROJECT_IS_OPTIONAL_ON_SQLITE, PROJECT_IS_OPTIONAL_ON_POSTGRES).await?;
        dialect::both(manager, SUBJECT).await?;
        dialect::each(manager, DRAFTS_STAY_ON_SQLITE, DRAFTS_STAY_ON_POSTGRES).await
    }
}

/// `based_on` is the version that was live when the draft was begun or last brought up to date; none for a workflow
/// that has none yet.
const DRAFTS: &str = "
CREATE TABLE definition_drafts (
    id UUID PRIMARY KEY,
    workflow text NOT NULL,
    author UUID NOT NULL REFERENCES people (id),
    based_on text REFERENCES definitions (hash),
    source text NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'published', 'discarded')),
    begun_at TIMESTAMPTZ NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    closed_at TIMESTAMPTZ,
    revision bigint NOT NULL,
    CHECK ((state = 'open') = (closed_at IS NULL))
);
CREATE UNIQUE INDEX definition_drafts_one_open ON definition_drafts (workflow, author) WHERE state = 'open';
ALTER TABLE definitions ADD COLUMN draft_id UUID REFERENCES definition_drafts (id);
ALTER TABLE definitions ADD COLUMN certificate text;
ALTER TABLE definitions ADD COLUMN retired_at TIMESTAMPTZ;
ALTER TABLE definitions ADD COLUMN retired_by text;
ALTER TABLE definitions ADD COLUMN retired_why text;
";

/// SQLite cannot drop a NOT NULL, and a rebuilt table would lose what later migrations add to it. So the text of the
/// table is changed where it stands, to the same length; the next statement makes every connection read it anew.
const PROJECT_IS_OPTIONAL_ON_SQLITE: &str = "
PRAGMA writable_schema = ON;
UPDATE sqlite_schema
    SET sql = replace(sql, 'project_id blob NOT NULL REFERENCES projects', 'project_id blob          REFERENCES projects')
    WHERE type = 'table' AND name = 'cases';
PRAGMA writable_schema = RESET;
";

const PROJECT_IS_OPTIONAL_ON_POSTGRES: &str = "ALTER TABLE cases ALTER COLUMN project_id DROP NOT NULL;";

/// A case is about a project or about a draft; a draft is put to the vote once at a time.
const SUBJECT: &str = "
ALTER TABLE cases ADD COLUMN draft_id UUID REFERENCES definition_drafts (id)
    CHECK ((project_id IS NULL) <> (draft_id IS NULL));
CREATE UNIQUE INDEX cases_one_running_for_a_draft ON cases (draft_id) WHERE status = 'running';
CREATE INDEX cases_by_draft ON cases (draft_id) WHERE draft_id IS NOT NULL;
CREATE INDEX cases_by_definition ON cases (definition_hash, status);
";

const DRAFTS_STAY_ON_SQLITE: &str = "
CREATE TRIGGER definition_drafts_never_deleted BEFORE DELETE ON definition_drafts
BEGIN SELECT RAISE(ABORT, 'a draft never goes'); END;
CREATE TRIGGER definition_drafts_keep_their_author BEFORE UPDATE ON definition_drafts
WHEN OLD.state <> 'open' OR NEW.id IS NOT OLD.id OR NEW.author IS NOT OLD.author OR NEW.workflow IS NOT OLD.workflow
BEGIN SELECT RAISE(ABORT, 'a draft keeps its author, and never changes once it is closed'); END;
";

const DRAFTS_STAY_ON_POSTGRES: &str = "
CREATE FUNCTION definition_drafts_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'a draft never goes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> 'open' OR (NEW.id, NEW.author, NEW.workflow) IS DISTINCT FROM (OLD.id, OLD.author, OLD.workflow)
    THEN
        RAISE EXCEPTION 'a draft keeps its author, and never changes once it is closed'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER definition_drafts_keep_their_author BEFORE UPDATE OR DELETE ON definition_drafts
    FOR EACH ROW EXECUTE FUNCTION definition_drafts_stay();
";
