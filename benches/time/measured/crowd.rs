//! A schedule that starts a case for each of many projects, and many deadlines that are reached in one instant.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant as Stopwatch},
};

use chrono::TimeDelta;
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::{Value, json};
use yumen::{
    app::{
        App, Viewer,
        inbox::{InboxQuery, Tab},
    },
    clock::Instant,
    jobs::{JobContext, Pace, Workers},
    notify::{mailer::Mailer, templates::Templates},
};

use super::{
    Sizes,
    place::{Place, ROUND},
    seconds, spread,
};

/// Whether workers have something to do at a time.
const WAITS: &str = "SELECT (SELECT count(*) FROM outbox WHERE state = 'claimed')
    + CASE WHEN (SELECT min(next_at) FROM outbox WHERE state = 'pending') <= $1 THEN 1 ELSE 0 END";
const NEXT: &str = "SELECT min(next_at) FROM outbox WHERE state = 'pending'";
/// Asked often, so it stops at the first that it finds.
const OPEN_RINGS: &str = "SELECT count(*) FROM
    (SELECT 1 FROM outbox WHERE state IN ('pending', 'claimed') AND kind = 'ring-clock' LIMIT 1) waits";
const RUNNING: &str = "SELECT count(*) FROM schedule_firings WHERE state = 'running'";
const DIGESTS: &str = "SELECT count(*) FROM outbox WHERE kind = 'send-digest' AND state = 'sent'";
/// How often somebody opens the inbox while cases are started.
const LOOKS_EVERY: Duration = Duration::from_millis(50);

/// Seconds until every case was started, until every deadline has rung, and until everybody was told.
pub async fn measure(place: &Place, sizes: Sizes) -> anyhow::Result<Value> {
    place.publish("round", ROUND).await?;
    let officers = place.officers(sizes.people).await?;
    place.projects(sizes.projects, sizes.deadlines, &officers).await?;
    let viewer = place.viewer(officers[0]).await?;
    let at_rest = looks(&place.app, &viewer, 20).await?;
    place.app.sweep_schedules().await?;
    let context = JobContext::new(&place.app, Mailer::memory()?, Templates::shipped()?, "https://yumen.example");
    let _workers = Workers::start(context, &place.url, Pace::default()).await?;
    let fan_out = fan_out(place, sizes, &viewer).await?;
    let instant = instant(place, sizes).await?;
    Ok(
        json!({ "people": sizes.people, "inbox_page_at_rest_ms": spread(&at_rest), "fan_out": fan_out, "instant": instant }),
    )
}

async fn fan_out(place: &Place, sizes: Sizes, viewer: &Viewer) -> anyhow::Result<Value> {
    let due = moment(place, "SELECT due_at FROM schedules WHERE workflow = 'round'").await?;
    let due = due.ok_or_else(|| anyhow::anyhow!("the round is not planned"))?;
    place.clock.advance(due - place.app.now());
    let over = Arc::new(AtomicBool::new(false));
    let looking = tokio::spawn(look_again_and_again(place.app.clone(), viewer.clone(), Arc::clone(&over)));
    let begun = Stopwatch::now();
    place.app.sweep_schedules().await?;
    place.until_none(RUNNING).await?;
    let started = begun.elapsed();
    over.store(true, Ordering::Relaxed);
    let meanwhile = looking.await??;
    let cases = place.count("SELECT count(*) FROM cases").await?;
    anyhow::ensure!(cases == i64::try_from(sizes.projects)?, "{cases} cases");
    until_told(place).await?;
    Ok(json!({
        "projects": sizes.projects,
        "started_s": seconds(started),
        "told_s": seconds(begun.elapsed()),
        "inbox_page_meanwhile_ms": spread(&meanwhile),
    }))
}

async fn instant(place: &Place, sizes: Sizes) -> anyhow::Result<Value> {
    let due = moment(place, "SELECT min(due_at) FROM clocks WHERE kind = 'remind'").await?;
    let due = due.ok_or_else(|| anyhow::anyhow!("no reminder is armed"))?;
    let before = place.count(DIGESTS).await?;
    place.clock.advance(due - place.app.now());
    let begun = Stopwatch::now();
    let mut swept = 0;
    loop {
        let sweep = place.app.sweep_clocks().await?;
        swept += sweep.rung;
        if !sweep.full {
            break;
        }
    }
    let (swept_in, rung_in) = (begun.elapsed(), {
        place.until_none(OPEN_RINGS).await?;
        begun.elapsed()
    });
    until_told(place).await?;
    let told = begun.elapsed();
    anyhow::ensure!(swept == sizes.deadlines, "{swept} clocks rang");
    let reminded = place.count("SELECT count(*) FROM journal WHERE command = 'remind'").await?;
    anyhow::ensure!(reminded == i64::try_from(sizes.deadlines)?, "{reminded} were reminded");
    Ok(json!({
        "deadlines": sizes.deadlines,
        "swept_s": seconds(swept_in),
        "rung_s": seconds(rung_in),
        "told_s": seconds(told),
        "digests": place.count(DIGESTS).await? - before,
    }))
}

/// Waits until everybody was told. What gathers for a while, or waits for its hour, leaves once everything before it has
/// left.
async fn until_told(place: &Place) -> anyhow::Result<()> {
    loop {
        place.until_none_at_its_time(WAITS).await?;
        let Some(next) = moment(place, NEXT).await? else { return Ok(()) };
        place.clock.advance((next - place.app.now()).max(TimeDelta::zero()));
        place.app.store().ring_outbox();
    }
}

async fn moment(place: &Place, question: &str) -> anyhow::Result<Option<Instant>> {
    let statement = Statement::from_string(place.sql.get_database_backend(), question);
    let row = place.sql.query_one_raw(statement).await?.ok_or_else(|| anyhow::anyhow!("no answer to {question}"))?;
    Ok(row.try_get_by_index(0)?)
}

async fn look_again_and_again(app: App, viewer: Viewer, over: Arc<AtomicBool>) -> anyhow::Result<Vec<Duration>> {
    let mut all = Vec::new();
    while !over.load(Ordering::Relaxed) {
        all.extend(looks(&app, &viewer, 1).await?);
        tokio::time::sleep(LOOKS_EVERY).await;
    }
    Ok(all)
}

async fn looks(app: &App, viewer: &Viewer, times: usize) -> anyhow::Result<Vec<Duration>> {
    let mut all = Vec::new();
    for _ in 0..times {
        let query =
            InboxQuery { tab: Tab::ToDecide, workflow: String::new(), text: String::new(), overdue: false, page: 1 };
        let begun = Stopwatch::now();
        app.inbox(viewer, &query).await?;
        all.push(begun.elapsed());
    }
    Ok(all)
}
