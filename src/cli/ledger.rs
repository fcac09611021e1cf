//! `yumen ledger verify`

use indicatif::{ProgressBar, ProgressStyle};

use super::open;
use crate::{config::Config, store, telemetry};

/// Verifies the ledger. False when something in it was changed.
///
/// # Errors
/// When the database cannot be read.
pub async fn run(config: Config) -> anyhow::Result<bool> {
    let _telemetry = telemetry::start(&config);
    let app = open::bare(&config, open::existing(&config).await?)?;
    let bar = ProgressBar::new(store::ledger::count(app.store().read()).await?);
    bar.set_style(ProgressStyle::with_template("Verifying {bar:30} {pos}/{len} entries, {eta} left")?);
    let report = app.verify_ledger(|entries| bar.set_position(entries)).await?;
    bar.finish_and_clear();
    for place in &report.breaks {
        println!("{} entry {}: {}", place.case, place.seq, place.what);
    }
    for case in &report.untold {
        println!("{case}: the stored state is not what its journal tells");
    }
    for fault in &report.mandates {
        println!("{fault}");
    }
    let verdict = if report.is_whole() { "The ledger is whole" } else { "The ledger was changed" };
    println!("{verdict}: {} cases, {} entries.", report.cases, report.entries);
    Ok(report.is_whole())
}
