//! The sets of mandates: proposed, consented to by two people, in force; and the journal of who did what about them.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// The sets of mandates: proposed, consented to by two people, in force; and the journal of who did what about them.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::both(manager, TABLES).await?;
        dialect::each(manager, STAY_ON_SQLITE, STAY_ON_POSTGRES).await
    }
}

/// One set is in force and one proposal is open at a time. The two roles speak once each, and so does a person: that is
/// what makes two consents those of two people. `mandate_head` is the lock, and remembers where the journal ends.
const TABLES: &str = "
CREATE TABLE mandate_sets (
    id UUID PRIMARY KEY,
    no bigint NOT NULL UNIQUE,
    hash text NOT NULL,
    source text NOT NULL,
    founding boolean NOT NULL,
    state text NOT NULL CHECK (state IN ('proposed', 'accepted', 'declined', 'superseded', 'replaced')),
    proposed_at TIMESTAMPTZ NOT NULL,
    proposed_by text NOT NULL,
    decided_at TIMESTAMPTZ,
    CHECK ((state = 'proposed') = (decided_at IS NULL))
);
CREATE UNIQUE INDEX mandate_sets_one_in_force ON mandate_sets (state) WHERE state = 'accepted';
CREATE UNIQUE INDEX mandate_sets_one_open ON mandate_sets (state) WHERE state = 'proposed';
CREATE TABLE mandate_consents (
    set_id UUID NOT NULL REFERENCES mandate_sets (id),
    role text NOT NULL CHECK (role IN ('finance-leader', 'audit-admin')),
    person_id UUID NOT NULL REFERENCES people (id),
    decision text NOT NULL CHECK (decision IN ('consent', 'decline')),
    reason text NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (set_id, role),
    UNIQUE (set_id, person_id)
);
CREATE TABLE mandate_journal (
    seq bigint PRIMARY KEY,
    at TIMESTAMPTZ NOT NULL,
    actor text NOT NULL,
    event text NOT NULL,
    prev_hash text NOT NULL,
    hash text NOT NULL
);
CREATE TABLE mandate_head (
    id smallint PRIMARY KEY CHECK (id = 1),
    seq bigint NOT NULL,
    hash text NOT NULL
);
INSERT INTO mandate_head (id, seq, hash) VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
";

const STAY_ON_SQLITE: &str = "
CREATE TRIGGER mandate_sets_begin_as_proposals BEFORE INSERT ON mandate_sets
WHEN NOT ((NEW.state = 'proposed' AND NOT NEW.founding)
    OR (NEW.state = 'accepted' AND NEW.founding AND NOT EXISTS (SELECT 1 FROM mandate_sets)))
BEGIN SELECT RAISE(ABORT, 'mandates are proposed; the first ones of all are founded'); END;
CREATE TRIGGER mandate_sets_only_decided BEFORE UPDATE ON mandate_sets
WHEN NEW.id IS NOT OLD.id OR NEW.no IS NOT OLD.no OR NEW.hash IS NOT OLD.hash OR NEW.source IS NOT OLD.source
    OR NEW.founding IS NOT OLD.founding OR NEW.proposed_at IS NOT OLD.proposed_at
    OR NEW.proposed_by IS NOT OLD.proposed_by
    OR NOT ((OLD.state = 'accepted' AND NEW.state = 'replaced' AND NEW.decided_at IS OLD.decided_at)
        OR (OLD.state = 'proposed' AND NEW.state = 'superseded')
        OR (OLD.state = 'proposed' AND NEW.state = 'declined' AND EXISTS (
            SELECT 1 FROM mandate_consents AS said WHERE said.set_id = NEW.id AND said.decision = 'decline'))
        OR (OLD.state = 'proposed' AND NEW.state = 'accepted' AND 2 = (
            SELECT count(*) FROM mandate_consents AS said WHERE said.set_id = NEW.id AND said.decision = 'consent')))
BEGIN SELECT RAISE(ABORT, 'mandates take effect with two consents, and never change otherwise'); END;
CREATE TRIGGER mandate_sets_never_deleted BEFORE DELETE ON mandate_sets
BEGIN SELECT RAISE(ABORT, 'a set of mandates never goes'); END;
CREATE TRIGGER mandate_consents_while_open BEFORE INSERT ON mandate_consents
WHEN NOT EXISTS (SELECT 1 FROM mandate_sets AS set_ WHERE set_.id = NEW.set_id AND set_.state = 'proposed')
BEGIN SELECT RAISE(ABORT, 'only an open proposal is consented to'); END;
CREATE TRIGGER mandate_consents_never_changed BEFORE UPDATE ON mandate_consents
BEGIN SELECT RAISE(ABORT, 'a consent never changes'); END;
CREATE TRIGGER mandate_consents_never_deleted BEFORE DELETE ON mandate_consents
BEGIN SELECT RAISE(ABORT, 'a consent never goes'); END;
CREATE TRIGGER mandate_journal_never_changed BEFORE UPDATE ON mandate_journal
BEGIN SELECT RAISE(ABORT, 'the journal never changes'); END;
CREATE TRIGGER mandate_journal_never_deleted BEFORE DELETE ON mandate_journal
BEGIN SELECT RAISE(ABORT, 'the journal never changes'); END;
";

const STAY_ON_POSTGRES: &str = "
CREATE FUNCTION mandate_sets_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF (NEW.state = 'proposed' AND NOT NEW.founding)
            OR (NEW.state = 'accepted' AND NEW.founding AND NOT EXISTS (SELECT 1 FROM mandate_sets))
        THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'mandates are proposed; the first ones of all are founded'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'a set of mandates never goes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.no, NEW.hash, NEW.source, NEW.founding, NEW.proposed_at, NEW.proposed_by)
        IS NOT DISTINCT FROM
        (OLD.id, OLD.no, OLD.hash, OLD.source, OLD.founding, OLD.proposed_at, OLD.proposed_by)
        AND ((OLD.state = 'accepted' AND NEW.state = 'replaced' AND NEW.decided_at IS NOT DISTINCT FROM OLD.decided_at)
            OR (OLD.state = 'proposed' AND NEW.state = 'superseded')
            OR (OLD.state = 'proposed' AND NEW.state = 'declined' AND EXISTS (
                SELECT 1 FROM mandate_consents AS said WHERE said.set_id = NEW.id AND said.decision = 'decline'))
            OR (OLD.state = 'proposed' AND NEW.state = 'accepted' AND 2 = (
                SELECT count(*) FROM mandate_consents AS said
                WHERE said.set_id = NEW.id AND said.decision = 'consent')))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'mandates take effect with two consents, and never change otherwise'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER mandate_sets_only_decided BEFORE INSERT OR UPDATE OR DELETE ON mandate_sets
    FOR EACH ROW EXECUTE FUNCTION mandate_sets_stay();
CREATE TRIGGER mandate_sets_never_truncated BEFORE TRUNCATE ON mandate_sets
    FOR EACH STATEMENT EXECUTE FUNCTION mandate_sets_stay();
CREATE FUNCTION mandate_consents_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM 1 FROM mandate_sets WHERE id = NEW.set_id AND state = 'proposed' FOR UPDATE;
        IF FOUND THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'only an open proposal is consented to' USING ERRCODE = 'restrict_violation';
    END IF;
    RAISE EXCEPTION 'a consent never changes' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER mandate_consents_while_open BEFORE INSERT OR UPDATE OR DELETE ON mandate_consents
    FOR EACH ROW EXECUTE FUNCTION mandate_consents_stay();
CREATE TRIGGER mandate_consents_never_truncated BEFORE TRUNCATE ON mandate_consents
    FOR EACH STATEMENT EXECUTE FUNCTION mandate_consents_stay();
CREATE FUNCTION mandate_journal_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal never changes' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER mandate_journal_never_changed BEFORE UPDATE OR DELETE ON mandate_journal
    FOR EACH ROW EXECUTE FUNCTION mandate_journal_stays();
CREATE TRIGGER mandate_journal_never_truncated BEFORE TRUNCATE ON mandate_journal
    FOR EACH STATEMENT EXECUTE FUNCTION mandate_journal_stays();
";
