//! `yumen migrate`

use super::open;
use crate::{config::Config, telemetry};

/// Brings the database up to date.
///
/// # Errors
/// When it cannot be reached or a migration fails; nothing was changed then.
pub async fn run(config: Config) -> anyhow::Result<()> {
    let _telemetry = telemetry::start(&config);
    open::store(&config).await?;
    println!("The database is up to date.");
    Ok(())
}
