//! What time costs, printed as JSON: `cargo bench --bench time`.
//!
//! * The sweep of clocks that ring, with few and with many armed: it is to cost what is due, not what is armed.
//! * A schedule that starts a case for each of many projects, what an inbox page takes meanwhile, and many deadlines that
//!   are reached in one instant, with a digest for each person.
//! * The time from a commit to the mail that it caused being accepted, beside that of a mail given to the same server
//!   without anything around it.
//! * A node with nothing to do: its processor time, its memory, its statements.
//!
//! PostgreSQL is measured when `YUMEN_TEST_POSTGRES` names a server; its databases are made anew. `--quick`, or
//! `YUMEN_BENCH_QUICK=1`, takes small sizes, whose figures mean nothing; the tests run it so.

mod measured;

use measured::{Database, FULL, QUICK};
use serde_json::json;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // `cargo test --benches` asks for a list or a trial; there is nothing to try without measuring.
    if std::env::args().any(|argument| argument == "--list" || argument == "--test") {
        return Ok(());
    }
    let quick = std::env::args().any(|argument| argument == "--quick") || std::env::var("YUMEN_BENCH_QUICK").is_ok();
    let sizes = if quick { QUICK } else { FULL };
    let mut databases = vec![measured::on(&Database::Sqlite, sizes).await?];
    if let Ok(server) = std::env::var("YUMEN_TEST_POSTGRES") {
        databases.push(measured::on(&Database::Postgres(server), sizes).await?);
    }
    println!("{}", serde_json::to_string_pretty(&json!({ "quick": quick, "time": databases }))?);
    Ok(())
}
