//! The ledger and the oracle: clean when all is well, and nothing done behind Yumen's back stays unseen.

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use yumen::store::{
    ledger::{self, Break, Fault, Verdict},
    oracle,
};

use super::{
    databases::{Database, Kind, fresh, on_both},
    rows::{case, first_entry, go_on, now, person, settle, start},
};

on_both!(
    an_untouched_store_is_clean,
    every_edit_of_the_journal_is_found,
    the_oracle_sees_what_was_left_undone,
    every_check_is_a_query_both_databases_understand,
);

/// Seven cases with three entries each, and one with 1,200, so that its chain spans several rounds.
async fn with_history(kind: Kind) -> Database {
    let database = fresh(kind).await;
    settle(&database.store).await;
    let written = database.store.write(|tx| async move {
        for n in 1..=8 {
            start(&tx, n, 1).await?;
            for _ in 1..if n == 8 { 1_200 } else { 3 } {
                go_on(&tx, n).await?;
            }
        }
        Ok::<_, yumen::store::Error>(())
    });
    written.await.unwrap();
    database
}

/// Does what somebody with full rights on the database can do: takes the triggers away first.
async fn tamper(database: &Database, statements: &[&str]) {
    if database.url.starts_with("sqlite") {
        let mut connection = SqliteConnection::connect(&database.url).await.unwrap();
        for statement in
            ["DROP TRIGGER IF EXISTS journal_never_updated", "DROP TRIGGER IF EXISTS journal_never_deleted"]
                .iter()
                .chain(statements)
        {
            sqlx::query(AssertSqlSafe((*statement).to_owned())).execute(&mut connection).await.unwrap();
        }
    } else {
        let mut connection = PgConnection::connect(&database.url).await.unwrap();
        for statement in ["ALTER TABLE journal DISABLE TRIGGER ALL"].iter().chain(statements) {
            sqlx::query(AssertSqlSafe((*statement).to_owned())).execute(&mut connection).await.unwrap();
        }
    }
}

fn id(database: &Database, n: u128) -> String {
    let uuid = case(n).uuid();
    if database.url.starts_with("sqlite") { format!("x'{}'", uuid.as_simple()) } else { format!("'{uuid}'") }
}

async fn verdict(database: &Database) -> Verdict {
    ledger::verify(database.store.read(), |_| ()).await.unwrap()
}

async fn an_untouched_store_is_clean(kind: Kind) {
    let database = with_history(kind).await;
    assert_eq!(verdict(&database).await, Verdict { cases: 8, entries: 1_221, breaks: Vec::new() });
    assert_eq!(ledger::count(database.store.read()).await.unwrap(), 1_221);
    let findings = oracle::ask_all(database.store.read()).await.unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    let entry = first_entry(1);
    assert_eq!((entry.at, entry.actor), (now(), person().to_string()));
}

async fn every_edit_of_the_journal_is_found(kind: Kind) {
    let database = with_history(kind).await;
    let edit = |n, sql: &str| sql.replace("{case}", &id(&database, n));
    let edits = [
        edit(1, "UPDATE journal SET events = '[]' WHERE case_id = {case} AND seq = 2"),
        edit(2, "DELETE FROM journal WHERE case_id = {case} AND seq = 2"),
        edit(3, "DELETE FROM journal WHERE case_id = {case} AND seq = 3"),
        edit(4, "UPDATE journal SET prev_hash = 'x' WHERE case_id = {case} AND seq = 3"),
        edit(5, "UPDATE cases SET journal_hash = 'x' WHERE id = {case}"),
        edit(
            6,
            "INSERT INTO journal SELECT case_id, 4, at, actor, command, events, hash, hash FROM journal
            WHERE case_id = {case} AND seq = 3",
        ),
        edit(8, "UPDATE journal SET at = '2027-03-01T01:02:04+00:00' WHERE case_id = {case} AND seq = 1150"),
    ];
    tamper(&database, &edits.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let found = verdict(&database).await.breaks;
    let expected = [
        (1, 2, Fault::Changed),
        (2, 2, Fault::Missing),
        (3, 3, Fault::Missing),
        (4, 3, Fault::Unchained),
        (5, 3, Fault::NotTheLast),
        (6, 4, Fault::Unknown),
        (8, 1_150, Fault::Changed),
    ];
    assert_eq!(found, expected.map(|(n, seq, what)| Break { case: case(n), seq, what }));
    let broken: Vec<_> = oracle::ask_all(database.store.read()).await.unwrap();
    assert_eq!(broken.iter().map(|finding| finding.check.id).collect::<Vec<_>>(), ["I4a", "I4b"]);
}

async fn the_oracle_sees_what_was_left_undone(kind: Kind) {
    let database = with_history(kind).await;
    let edit = |n, sql: &str| sql.replace("{case}", &id(&database, n));
    let edits = [
        edit(1, "DELETE FROM task_candidates WHERE case_id = {case}"),
        edit(2, "DELETE FROM task_candidates WHERE case_id = {case}"),
        edit(2, "UPDATE tasks SET state = 'cancelled', closed_at = opened_at WHERE case_id = {case}"),
        edit(
            3,
            "UPDATE tasks SET state = 'done', closed_at = opened_at,
            decided_by = (SELECT id FROM people) WHERE case_id = {case}",
        ),
        edit(4, "UPDATE cases SET status = 'ended', outcome = 'submitted', ended_at = started_at WHERE id = {case}"),
        edit(5, "UPDATE cases SET org_path = '/elsewhere/' WHERE id = {case}"),
        edit(
            6,
            r#"UPDATE journal SET events = '[{"event":"task-decided","task":1},{"event":"task-decided","task":1}]'
            WHERE case_id = {case} AND seq = 1"#,
        ),
        edit(
            7,
            r#"UPDATE journal SET events = '[{"event":"fact-recorded","fact":{"id":"fact_00"}}]'
            WHERE case_id = {case} AND seq = 1"#,
        ),
    ];
    tamper(&database, &edits.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let findings = oracle::ask_all(database.store.read()).await.unwrap();
    let seen: Vec<_> = findings.iter().map(|finding| (finding.check.id, finding.count)).collect();
    let expected = [("I2a", 1), ("I2c", 1), ("I4d", 1), ("I7a", 1), ("I8a", 2), ("I8b", 1), ("I8c", 2), ("I8d", 1)];
    assert_eq!(seen, expected);
    assert_eq!(findings[3].shown[0].id, case(5).uuid());
}

async fn every_check_is_a_query_both_databases_understand(kind: Kind) {
    let database = fresh(kind).await;
    for check in oracle::checks() {
        assert!(oracle::ask(database.store.read(), *check).await.unwrap().is_none(), "{}", check.id);
    }
}
