//! Definitions, cases, their tasks, clocks and journal.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// Definitions, cases, their tasks, clocks and journal.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::both(manager, CASES).await?;
        dialect::both(manager, TASKS).await?;
        dialect::both(manager, JOURNAL).await?;
        dialect::each(manager, JOURNAL_STAYS_ON_SQLITE, JOURNAL_STAYS_ON_POSTGRES).await
    }
}

/// `waiting_for` names the kinds of fact that the case's gates wait for, so that a new fact finds the case to wake.
const CASES: &str = "
CREATE TABLE definitions (
    hash text PRIMARY KEY,
    workflow text NOT NULL,
    version integer NOT NULL,
    source text NOT NULL,
    published_at TIMESTAMPTZ NOT NULL,
    published_by text NOT NULL,
    is_current boolean NOT NULL,
    UNIQUE (workflow, version)
);
CREATE UNIQUE INDEX definitions_one_current ON definitions (workflow) WHERE is_current;
CREATE TABLE number_sequences (
    workflow text NOT NULL,
    year integer NOT NULL,
    last bigint NOT NULL,
    PRIMARY KEY (workflow, year)
);
CREATE TABLE cases (
    id UUID PRIMARY KEY,
    workflow text NOT NULL,
    definition_hash text NOT NULL REFERENCES definitions (hash),
    number text NOT NULL UNIQUE,
    project_id UUID NOT NULL REFERENCES projects (id),
    year integer NOT NULL,
    org_path ORDERED NOT NULL,
    initiator UUID NOT NULL REFERENCES people (id),
    status text NOT NULL CHECK (status IN ('running', 'ended')),
    outcome text,
    started_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    waiting_for text,
    version bigint NOT NULL,
    journal_hash text NOT NULL,
    state text NOT NULL,
    CHECK ((status = 'ended') = (ended_at IS NOT NULL AND outcome IS NOT NULL)),
    CHECK (status = 'running' OR waiting_for IS NULL)
);
CREATE UNIQUE INDEX cases_one_running ON cases (workflow, project_id, year) WHERE status = 'running';
CREATE INDEX cases_by_project ON cases (project_id, year);
CREATE INDEX cases_by_path ON cases (org_path, started_at);
CREATE INDEX cases_by_initiator ON cases (initiator, started_at);
CREATE INDEX cases_waiting ON cases (project_id, year, waiting_for) WHERE waiting_for IS NOT NULL;
";

/// Candidates exist for open tasks only: the inbox reads them, and they stay as few as what is open.
const TASKS: &str = "
CREATE TABLE tasks (
    case_id UUID NOT NULL REFERENCES cases (id),
    no bigint NOT NULL,
    activation bigint NOT NULL,
    step text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('fill', 'decide')),
    state text NOT NULL CHECK (state IN ('open', 'done', 'cancelled')),
    opened_at TIMESTAMPTZ NOT NULL,
    due_at TIMESTAMPTZ,
    closed_at TIMESTAMPTZ,
    decided_by UUID REFERENCES people (id),
    decision text,
    barred_person UUID REFERENCES people (id),
    workflow text NOT NULL,
    org_path ORDERED NOT NULL,
    PRIMARY KEY (case_id, no),
    CHECK ((state = 'open') = (closed_at IS NULL)),
    CHECK ((state = 'done') = (decided_by IS NOT NULL))
);
CREATE INDEX tasks_decided ON tasks (decided_by, closed_at) WHERE decided_by IS NOT NULL;
CREATE TABLE task_candidates (
    case_id UUID NOT NULL,
    no bigint NOT NULL,
    principal ORDERED NOT NULL,
    due_sort TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (case_id, no, principal),
    FOREIGN KEY (case_id, no) REFERENCES tasks (case_id, no)
);
CREATE INDEX task_candidates_inbox ON task_candidates (principal, due_sort, case_id, no);
CREATE TABLE clocks (
    id UUID PRIMARY KEY,
    case_id UUID NOT NULL REFERENCES cases (id),
    activation bigint NOT NULL,
    task_no bigint,
    kind text NOT NULL,
    due_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX clocks_due ON clocks (due_at);
CREATE INDEX clocks_of_case ON clocks (case_id, activation);
CREATE TABLE copies (
    case_id UUID NOT NULL REFERENCES cases (id),
    person_id UUID NOT NULL REFERENCES people (id),
    at TIMESTAMPTZ NOT NULL,
    read_at TIMESTAMPTZ,
    PRIMARY KEY (case_id, person_id)
);
CREATE INDEX copies_of_person ON copies (person_id, at);
";

const JOURNAL: &str = "
CREATE TABLE journal (
    case_id UUID NOT NULL REFERENCES cases (id),
    seq bigint NOT NULL CHECK (seq > 0),
    at TIMESTAMPTZ NOT NULL,
    actor text NOT NULL,
    command text NOT NULL,
    events text NOT NULL,
    prev_hash text NOT NULL,
    hash text NOT NULL,
    PRIMARY KEY (case_id, seq)
);
";

const JOURNAL_STAYS_ON_SQLITE: &str = "
CREATE TRIGGER journal_never_updated BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'a journal entry never changes'); END;
CREATE TRIGGER journal_never_deleted BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'a journal entry never goes'); END;
";

const JOURNAL_STAYS_ON_POSTGRES: &str = "
CREATE FUNCTION journal_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a journal entry never changes and never goes' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER journal_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION journal_stays();
";
