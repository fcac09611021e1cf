//! The sweep: what is due is taken away and queued, beside few clocks and beside many that are armed for later.

use std::time::{Duration, Instant as Stopwatch};

use chrono::TimeDelta;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};
use yumen::{
    app::{Caller, Request, What},
    clock::Instant,
    ids::CaseId,
    store::clocks::{self, ClockRow},
};

use super::{
    Sizes, millis,
    place::{Place, QUESTION, YEAR, own},
    ratio, spread,
};

/// How often the same number is let ring; the middle one counts.
const TIMES: usize = 5;
/// Clocks that are armed in one transaction.
const AT_ONCE: usize = 2_000;

/// Milliseconds for all that is due, beside few armed clocks and beside many.
pub async fn measure(place: &Place, sizes: Sizes) -> anyhow::Result<Value> {
    let (few, many) = sizes.armed;
    let case = some_case(place).await?;
    arm(place, case, (0, few), far).await?;
    let beside_few = sweeps(place, case, sizes.due).await?;
    arm(place, case, (few, many), far).await?;
    // What a server does by itself some time after a table has grown.
    place.sql.execute_unprepared("ANALYZE").await?;
    let beside_many = sweeps(place, case, sizes.due).await?;
    Ok(json!({
        "due": sizes.due,
        "armed": [few, many],
        "ms_beside_few": millis(middle(&beside_few)),
        "ms_beside_many": millis(middle(&beside_many)),
        "many_to_few": ratio(middle(&beside_many), middle(&beside_few)),
        "one_sweep_of_200_beside_many_ms": spread(&singles(&beside_many)),
    }))
}

/// The sweeps of each time.
type Sweeps = Vec<Vec<Duration>>;

async fn sweeps(place: &Place, case: CaseId, due: usize) -> anyhow::Result<Sweeps> {
    let mut all = Vec::new();
    for _ in 0..TIMES {
        arm(place, case, (0, due), near).await?;
        let mut sweeps = Vec::new();
        let mut rung = 0;
        while rung < due {
            let begun = Stopwatch::now();
            let swept = place.app.sweep_clocks().await?;
            sweeps.push(begun.elapsed());
            anyhow::ensure!(swept.rung > 0, "{rung} of {due} rang");
            rung += swept.rung;
        }
        anyhow::ensure!(rung == due, "{rung} rang, and {due} were due");
        all.push(sweeps);
    }
    Ok(all)
}

fn middle(sweeps: &Sweeps) -> Duration {
    let mut sums: Vec<Duration> = sweeps.iter().map(|times| times.iter().sum()).collect();
    sums.sort_unstable();
    sums.get(sums.len() / 2).copied().unwrap_or_default()
}

fn singles(sweeps: &Sweeps) -> Vec<Duration> {
    sweeps.iter().flatten().copied().collect()
}

/// A case that owns all the clocks.
async fn some_case(place: &Place) -> anyhow::Result<CaseId> {
    place.publish("question", QUESTION).await?;
    let officers = place.officers(1).await?;
    let project = place.projects(1, 0, &officers).await?[0];
    let what = What::Start { workflow: "question".into(), project, year: YEAR };
    let by = Caller::Person(place.viewer(officers[0]).await?);
    Ok(place.app.execute(Request { by, what, key: None }).await?.case)
}

/// Days and weeks ahead; every tenth one is a deadline that has passed, which does not ring.
fn far(now: Instant, n: usize) -> (&'static str, Instant) {
    let minutes = i64::try_from(n).unwrap_or_default();
    if n % 10 == 9 {
        ("due", now - TimeDelta::minutes(minutes))
    } else {
        ("remind", now + TimeDelta::minutes(minutes + 1440))
    }
}

/// Due a moment ago.
fn near(now: Instant, n: usize) -> (&'static str, Instant) {
    ("remind", now - TimeDelta::milliseconds(i64::try_from(n).unwrap_or_default()))
}

async fn arm(
    place: &Place,
    case: CaseId,
    (from, until): (usize, usize),
    when: fn(Instant, usize) -> (&'static str, Instant),
) -> anyhow::Result<()> {
    let now = place.app.now();
    let numbers: Vec<_> = (from..until).collect();
    for some in numbers.chunks(AT_ONCE) {
        let rows = some.iter().map(|n| {
            let (kind, due_at) = when(now, *n);
            let activation = i64::try_from(*n).unwrap_or_default();
            let id = place.app.sources().nonce();
            ClockRow { id, case_id: case, activation, task_no: Some(1), kind: kind.to_owned(), due_at }
        });
        let rows = rows.collect();
        place.app.store().write(|tx| async move { clocks::arm(&tx, rows).await }).await.map_err(own)?;
    }
    Ok(())
}
