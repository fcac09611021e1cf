//! Each measurement in a database of its own.

mod crowd;
mod idle;
mod place;
mod post;
mod sweep;

use std::time::Duration;

use serde_json::{Value, json};

use self::place::Place;

/// How much of everything.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// Clocks that are armed and not due, once few and once many.
    pub armed: (usize, usize),
    /// Clocks that are due beside them.
    pub due: usize,
    /// Projects for which a schedule starts a case.
    pub projects: usize,
    /// Of those, so many with a deadline in the same instant.
    pub deadlines: usize,
    /// People among whom they are shared.
    pub people: usize,
    /// Mails, one after the other.
    pub mails: usize,
    /// How long a node is watched that has nothing to do.
    pub rest: Duration,
}

/// What the figures are about.
pub const FULL: Sizes = Sizes {
    armed: (10_000, 1_000_000),
    due: 1_000,
    projects: 50_000,
    deadlines: 20_000,
    people: 100,
    mails: 200,
    rest: Duration::from_secs(30),
};

/// So little that a test can run it.
pub const QUICK: Sizes =
    Sizes { armed: (20, 400), due: 10, projects: 20, deadlines: 12, people: 2, mails: 2, rest: Duration::from_secs(1) };

/// Which database.
#[derive(Debug, Clone)]
pub enum Database {
    /// Files.
    Sqlite,
    /// The server at this URL.
    Postgres(String),
}

/// Everything, on one of the two.
pub async fn on(database: &Database, sizes: Sizes) -> anyhow::Result<Value> {
    let name = match database {
        Database::Sqlite => "sqlite",
        Database::Postgres(_) => "postgres",
    };
    let sweep = told(name, "sweep", sweep::measure(&Place::new(database, false).await?, sizes).await?);
    let crowd = told(name, "crowd", crowd::measure(&Place::new(database, true).await?, sizes).await?);
    let post = told(name, "commit_to_accepted", post::measure(&Place::new(database, false).await?, sizes).await?);
    let idle = told(name, "idle", idle::measure(&Place::new(database, false).await?, sizes).await?);
    Ok(json!({ "database": name, "sweep": sweep, "crowd": crowd, "commit_to_accepted": post, "idle": idle }))
}

/// Shows on standard error what is known already: all of it takes a quarter of an hour.
fn told(database: &str, part: &str, figures: Value) -> Value {
    eprintln!("{database} {part} {figures}");
    figures
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

fn spread(durations: &[Duration]) -> Value {
    json!({ "p50": millis(quantile(durations, 0.5)), "p99": millis(quantile(durations, 0.99)) })
}

fn millis(duration: Duration) -> f64 {
    rounded(duration.as_secs_f64() * 1000.0)
}

fn seconds(duration: Duration) -> f64 {
    rounded(duration.as_secs_f64())
}

fn ratio(one: Duration, other: Duration) -> f64 {
    rounded(one.as_secs_f64() / other.as_secs_f64())
}

fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
