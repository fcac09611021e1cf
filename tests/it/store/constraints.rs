//! What the tables refuse, whoever asks: tried with plain SQL, past every line of Yumen's own code.

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use yumen::{
    ids::FactId,
    store::{Error, facts, facts::NO_CAP, project_around},
};

use super::{
    databases::{Database, Kind, fresh, on_both},
    rows::{self, case, fact, project},
};

on_both!(
    no_budget_request_without_its_facts,
    facts_and_journal_never_change,
    a_fact_is_revoked_once,
    a_workflow_runs_once_per_project_and_year,
    the_three_administrators_are_three_people,
    an_appointment_is_ended_once_and_never_overwritten,
    a_saved_version_of_a_mail_or_a_year_never_changes,
);

/// Runs plain SQL on a connection of its own; the error's words, if it was refused.
async fn plain(database: &Database, sql: &str) -> Result<(), String> {
    let sql = AssertSqlSafe(sql.to_owned());
    let result = if database.url.starts_with("sqlite") {
        let mut connection = SqliteConnection::connect(&database.url).await.unwrap();
        sqlx::query(AssertSqlSafe("PRAGMA foreign_keys = ON")).execute(&mut connection).await.unwrap();
        sqlx::query(sql).execute(&mut connection).await.map(drop)
    } else {
        let mut connection = PgConnection::connect(&database.url).await.unwrap();
        sqlx::query(sql).execute(&mut connection).await.map(drop)
    };
    result.map_err(|error| error.to_string())
}

/// A UUID as a literal of the database.
fn literal(database: &Database, id: uuid::Uuid) -> String {
    if database.url.starts_with("sqlite") { format!("x'{}'", id.as_simple()) } else { format!("'{id}'") }
}

struct Request {
    assessment: FactId,
    value: &'static str,
    cap: i64,
    targets: FactId,
    amount: i64,
}

impl Request {
    /// What the facts of the test allow.
    fn right() -> Self {
        Self { assessment: fact(1), value: "adjusted", cap: 5_000, targets: fact(2), amount: 5_000 }
    }

    async fn submit(self, database: &Database) -> Result<(), String> {
        let id = |uuid| literal(database, uuid);
        let sql = format!(
            "INSERT INTO budget_requests VALUES ({}, {}, 2027, {}, {}, '2027-03-01T00:00:00+00:00', {}, 'assessment',
             '{}', {}, {}, 'targets', 'accepted', {NO_CAP})",
            id(uuid::Uuid::from_u128(77)),
            id(project(1).uuid()),
            id(case(1).uuid()),
            self.amount,
            id(self.assessment.uuid()),
            self.value,
            self.cap,
            id(self.targets.uuid()),
        );
        plain(database, &sql).await
    }
}

async fn with_facts(kind: Kind) -> Database {
    let database = fresh(kind).await;
    rows::settle(&database.store).await;
    let recorded = database.store.write(|tx| async move {
        rows::start(&tx, 1, 1).await?;
        rows::record(&tx, fact(1), ("assessment", "adjusted"), (1, 2027), 5_000).await?;
        rows::record(&tx, fact(2), ("targets", "accepted"), (1, 2027), NO_CAP).await?;
        rows::record(&tx, fact(3), ("assessment", "adjusted"), (2, 2027), 5_000).await?;
        rows::record(&tx, fact(4), ("assessment", "adjusted"), (1, 2026), 5_000).await?;
        rows::record(&tx, fact(5), ("assessment", "not-supported"), (1, 2027), 5_000).await?;
        rows::record(&tx, fact(6), ("targets", "accepted"), (2, 2027), NO_CAP).await
    });
    recorded.await.unwrap();
    database
}

async fn no_budget_request_without_its_facts(kind: Kind) {
    let database = with_facts(kind).await;
    let wrong = [
        ("no assessment", Request { assessment: fact(99), ..Request::right() }),
        ("no targets", Request { targets: fact(99), ..Request::right() }),
        ("another kind", Request { assessment: fact(2), ..Request::right() }),
        ("another project's assessment", Request { assessment: fact(3), ..Request::right() }),
        ("another project's targets", Request { targets: fact(6), ..Request::right() }),
        ("another year's assessment", Request { assessment: fact(4), ..Request::right() }),
        ("not supported", Request { assessment: fact(5), value: "not-supported", ..Request::right() }),
        ("not supported, said otherwise", Request { assessment: fact(5), ..Request::right() }),
        ("above the cap", Request { amount: 5_001, ..Request::right() }),
        ("above the cap, said otherwise", Request { amount: 5_001, cap: 6_000, ..Request::right() }),
        ("nothing", Request { amount: 0, ..Request::right() }),
    ];
    for (why, request) in wrong {
        let refused = request.submit(&database).await.expect_err(why).to_lowercase();
        assert!(refused.contains("constraint"), "{why}: {refused}");
    }
    Request::right().submit(&database).await.unwrap();
    let twice = Request::right().submit(&database).await.unwrap_err().to_lowercase();
    assert!(twice.contains("unique"), "{twice}");
}

async fn facts_and_journal_never_change(kind: Kind) {
    let database = with_facts(kind).await;
    let case = literal(&database, case(1).uuid());
    let statements = [
        "UPDATE facts SET value = 'supported'".to_owned(),
        "UPDATE facts SET cap_fen = 1 WHERE kind = 'assessment'".to_owned(),
        format!("UPDATE facts SET value = 'x', revoked_at = '2027-03-02T00:00:00+00:00', revoked_case = {case}"),
        "DELETE FROM facts".to_owned(),
        "UPDATE journal SET actor = 'nobody'".to_owned(),
        "DELETE FROM journal".to_owned(),
    ];
    for statement in statements {
        let refused = plain(&database, &statement).await.expect_err(&statement);
        assert!(refused.contains("never"), "{statement}: {refused}");
    }
}

async fn a_fact_is_revoked_once(kind: Kind) {
    let database = with_facts(kind).await;
    let revoke = || database.store.write(|tx| async move { facts::revoke(&tx, fact(1), case(1), rows::now()).await });
    revoke().await.unwrap();
    let again: Result<(), Error> = revoke().await;
    assert!(matches!(again, Err(Error::Stale(_))));
    let undone =
        plain(&database, "UPDATE facts SET revoked_at = NULL, revoked_case = NULL WHERE revoked_at IS NOT NULL");
    assert!(undone.await.unwrap_err().contains("never"));
    let standing = project_around::find(database.store.read(), project(1)).await.unwrap().unwrap().facts;
    assert!(standing.iter().all(|row| row.id != fact(1)) && standing.len() == 3, "{standing:?}");
}

async fn a_workflow_runs_once_per_project_and_year(kind: Kind) {
    let database = with_facts(kind).await;
    let copy =
        "INSERT INTO cases (id, workflow, definition_hash, number, project_id, year, org_path, initiator, status, outcome,
            started_at, ended_at, waiting_for, version, journal_hash, state)
        SELECT {id}, workflow, definition_hash, 'other', project_id, year, org_path, initiator,
            status, outcome, started_at, ended_at, waiting_for, version, journal_hash, state FROM cases";
    let copy = copy.replace("{id}", &literal(&database, case(2).uuid()));
    let copy = if matches!(kind, Kind::Postgres) { copy.replacen("SELECT ", "SELECT uuid ", 1) } else { copy };
    let refused = plain(&database, &copy).await.unwrap_err().to_lowercase();
    assert!(refused.contains("unique"), "{refused}");
}

/// Appoints the person, by plain SQL.
async fn appointed(database: &Database, n: u128, role: &str, (from, until): (&str, &str)) -> Result<(), String> {
    let (id, person) = (literal(database, uuid::Uuid::from_u128(n)), literal(database, rows::person().uuid()));
    let sql = format!("INSERT INTO appointments VALUES ({id}, {person}, '{role}', 'school1', '{from}', {until})");
    plain(database, &sql).await
}

async fn the_three_administrators_are_three_people(kind: Kind) {
    let database = fresh(kind).await;
    rows::settle(&database.store).await;
    appointed(&database, 1, "security-admin", ("2027-03-10", "'2027-03-20'")).await.unwrap();
    let overlapping = [
        ("2027-03-20", "NULL"),
        ("2027-01-01", "'2027-03-10'"),
        ("2027-03-12", "'2027-03-13'"),
        ("2027-01-01", "NULL"),
    ];
    for period in overlapping {
        for role in ["workflow-admin", "audit-admin"] {
            let refused = appointed(&database, 2, role, period).await.expect_err("two administrators in one");
            assert!(refused.contains("three people"), "{period:?}: {refused}");
        }
    }
    appointed(&database, 3, "workflow-admin", ("2027-01-01", "'2027-03-09'")).await.unwrap();
    appointed(&database, 4, "audit-admin", ("2027-03-21", "NULL")).await.unwrap();
    appointed(&database, 5, "auditor", ("2027-03-10", "NULL")).await.unwrap();
    appointed(&database, 6, "security-admin", ("2027-03-12", "'2027-03-15'")).await.unwrap();
}

async fn an_appointment_is_ended_once_and_never_overwritten(kind: Kind) {
    let database = fresh(kind).await;
    rows::settle(&database.store).await;
    appointed(&database, 1, "unit-head", ("2027-03-10", "NULL")).await.unwrap();
    for change in ["role = 'auditor'", "from_day = '2027-01-01'", "role = 'auditor', until_day = '2027-04-01'"] {
        let refused = plain(&database, &format!("UPDATE appointments SET {change}")).await.unwrap_err();
        assert!(refused.contains("never changes"), "{change}: {refused}");
    }
    plain(&database, "UPDATE appointments SET until_day = '2027-04-01'").await.unwrap();
    for again in ["UPDATE appointments SET until_day = '2027-05-01'", "UPDATE appointments SET until_day = NULL"] {
        assert!(plain(&database, again).await.unwrap_err().contains("never changes"), "{again}");
    }
    assert!(plain(&database, "DELETE FROM appointments").await.unwrap_err().contains("never goes"));
}

async fn a_saved_version_of_a_mail_or_a_year_never_changes(kind: Kind) {
    let database = fresh(kind).await;
    rows::settle(&database.store).await;
    let by = literal(&database, rows::person().uuid());
    let at = "'2026-11-23T00:00:00+00:00'";
    let saved = [
        format!("INSERT INTO mail_templates VALUES ('task-assigned', 'en', 1, 's', 't', 'h', NULL, {at}, {by}, 'why')"),
        format!("INSERT INTO calendar_years VALUES (900, 2040, 'year: 2040', {at}, {by}, 'why')"),
    ];
    for insert in saved {
        plain(&database, &insert).await.unwrap();
    }
    for (table, change) in [
        ("mail_templates", "subject = 'other'"),
        ("mail_templates", "why = 'other'"),
        ("calendar_years", "source = ''"),
    ] {
        let refused = plain(&database, &format!("UPDATE {table} SET {change}")).await.unwrap_err();
        assert!(refused.contains("never changes"), "{table}: {refused}");
    }
    for table in ["mail_templates", "calendar_years"] {
        assert!(plain(&database, &format!("DELETE FROM {table}")).await.unwrap_err().contains("never goes"), "{table}");
        if matches!(kind, Kind::Postgres) {
            let refused = plain(&database, &format!("TRUNCATE {table} CASCADE")).await.unwrap_err();
            assert!(refused.contains("never goes"), "{table}: {refused}");
        }
    }
}
