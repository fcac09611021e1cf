//! `yumen work`: the workers alone, on any number of machines.

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use super::open;
use crate::{
    app::App,
    config::Config,
    jobs::{JobContext, Pace, Workers},
    lifecycle::Lifecycle,
    notify::{setup, templates::Templates},
    telemetry,
};

/// How often it is looked whether a clock or a schedule is due.
const SWEEP_EVERY: Duration = Duration::from_secs(30);

/// Works until it is told to stop.
///
/// # Errors
/// When the database, the mailer or the job queue fails.
pub async fn run(config: Config) -> anyhow::Result<()> {
    let _telemetry = telemetry::start(&config);
    let app = open::app(&config, open::store(&config).await?).await?;
    let life = Lifecycle::new();
    start(&life, app, &config)?;
    println!("Yumen works on what is to be done. Mail leaves by {:?}.", config.mail.mode);
    life.until_stopped().await
}

/// Starts the workers, and what happens by itself.
///
/// # Errors
/// When a setting of the mailer or a template cannot work.
pub fn start(life: &Lifecycle, app: App, config: &Config) -> anyhow::Result<()> {
    let context = JobContext {
        store: app.store().clone(),
        sources: app.sources().clone(),
        mailer: Arc::new(setup::mailer(&config.mail)?),
        templates: Arc::new(Templates::shipped()?),
        site: config.public_url.clone(),
        cases: Arc::new(app.clone()),
    };
    life.run("schedules", sweep_schedules(app.clone(), life.stopping()));
    life.run("clocks", sweep(app, life.stopping()));
    let (url, stopping) = (config.database.clone(), life.stopping());
    life.run("workers", async move {
        let workers = Workers::start(context, url.reveal(), Pace::default()).await?;
        stopping.cancelled().await;
        workers.stop().await;
        Ok(())
    });
    Ok(())
}

/// Lets the schedules fire that are due, again and again.
async fn sweep_schedules(app: App, stopping: CancellationToken) -> anyhow::Result<()> {
    loop {
        let full = match app.sweep_schedules().await {
            Ok(swept) => swept.full,
            Err(why) => {
                tracing::warn!(reason = %why, "schedules could not be swept; tries again");
                false
            }
        };
        let pause = if full { Duration::ZERO } else { SWEEP_EVERY };
        if tokio::time::timeout(pause, stopping.cancelled()).await.is_ok() {
            return Ok(());
        }
    }
}

/// Rings the clocks that are due, again and again.
async fn sweep(app: App, stopping: CancellationToken) -> anyhow::Result<()> {
    loop {
        let full = match app.sweep_clocks().await {
            Ok(swept) if swept.full => {
                tracing::info!(clocks = swept.rung, "the sweep of clocks stopped at its limit; goes on at once");
                true
            }
            Ok(_) => false,
            Err(why) => {
                tracing::warn!(reason = %why, "clocks could not be swept; tries again");
                false
            }
        };
        let pause = if full { Duration::ZERO } else { SWEEP_EVERY };
        if tokio::time::timeout(pause, stopping.cancelled()).await.is_ok() {
            return Ok(());
        }
    }
}
