//! What is measured, printed as JSON: `cargo bench --bench lifecycle`.
//!
//! The unit is a completed lifecycle: a case is started, its four tasks are found in the inbox and decided by four
//! people, two of them in parallel; mails are queued, everything is journalled, the case ends. Beside it, in the same
//! run and on the same database, the same rows are written by bare SQL, in as many transactions: the limit.
//!
//! PostgreSQL is measured when `YUMEN_TEST_POSTGRES` names a server; its database is made anew.

mod bare;
mod place;
mod program;
mod yumen_side;

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use self::place::Place;

/// Cases under way at once.
const LANES: usize = 16;
/// Lifecycles before the measured ones.
const WARM_UP: usize = 4 * LANES;
/// Lifecycles measured.
const MEASURED: usize = 40 * LANES;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // `cargo test --benches` asks for a list or a trial; there is nothing to try without measuring.
    if std::env::args().any(|argument| argument == "--list" || argument == "--test") {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let sqlite = format!("sqlite://{}", folder.path().join("yumen.db").display());
    let mut databases = vec![measure("sqlite", &sqlite).await?];
    if let Ok(server) = std::env::var("YUMEN_TEST_POSTGRES") {
        databases.push(measure("postgres", &place::new_postgres(&server).await?).await?);
    }
    let report = json!({
        "lifecycles": databases,
        "program": program::start_and_rest().await?,
    });
    println!("{}", serde_json::to_string_pretty(&report)?);
    Ok(())
}

async fn measure(name: &str, url: &str) -> anyhow::Result<Value> {
    let place = Place::new(url).await?;
    yumen_side::run(&place, WARM_UP).await?;
    let (elapsed, decisions) = yumen_side::run(&place, MEASURED).await?;
    let yumen = per_second(elapsed);
    let sample = bare::Sample::of(&place).await?;
    bare::run(&place, &sample, WARM_UP).await?;
    let limit = per_second(bare::run(&place, &sample, MEASURED).await?);
    Ok(json!({
        "database": name,
        "lanes": LANES,
        "lifecycles": MEASURED,
        "yumen_per_second": rounded(yumen),
        "bare_sql_per_second": rounded(limit),
        "of_the_limit_percent": rounded(100.0 * yumen / limit),
        "decision_ms": { "p50": millis(quantile(&decisions, 0.5)), "p99": millis(quantile(&decisions, 0.99)) },
        "rows_per_lifecycle": sample.rows(),
    }))
}

fn per_second(elapsed: Duration) -> f64 {
    f64::from(u32::try_from(MEASURED).unwrap_or(u32::MAX)) / elapsed.as_secs_f64()
}

/// The value below which this share of the durations lies.
fn quantile(durations: &[Duration], share: f64) -> Duration {
    let mut sorted = durations.to_vec();
    sorted.sort_unstable();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a few thousand durations"
    )]
    let at = (share * sorted.len() as f64) as usize;
    sorted.get(at).copied().unwrap_or_default()
}

fn millis(duration: Duration) -> f64 {
    rounded(duration.as_secs_f64() * 1000.0)
}

fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

/// How long `work` takes.
async fn timed<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<(Duration, T)> {
    let started = Instant::now();
    let result = work.await?;
    Ok((started.elapsed(), result))
}
