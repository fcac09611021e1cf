//! `yumen check-store`

use super::open;
use crate::{config::Config, language::Lang, store::oracle, telemetry};

/// Asks every check of the oracle. False when one found something.
///
/// # Errors
/// When the database cannot be read.
pub async fn run(config: Config) -> anyhow::Result<bool> {
    let _telemetry = telemetry::start(&config);
    let store = open::existing(&config).await?;
    let mut is_clean = true;
    for check in oracle::checks() {
        match oracle::ask(store.read(), *check).await? {
            None => println!("ok    {:<4} {}", check.id, check.sentence(Lang::En)),
            Some(finding) => {
                is_clean = false;
                println!("FOUND {:<4} {} ({} rows)", check.id, check.sentence(Lang::En), finding.count);
                for violation in finding.shown {
                    println!("           {} {}", violation.id, violation.detail);
                }
            }
        }
    }
    Ok(is_clean)
}
