//! What commands stand on: the database up to date, the policy, the definitions.

use anyhow::Context as _;

use crate::{
    app::{
        App,
        library::{self, LibraryFile},
        publishing::Publication,
    },
    clock::Sources,
    config::Config,
    policy::Policy,
    store::Store,
};

/// Reads the policy among `files`.
///
/// # Errors
/// Every problem of it, a line each.
pub fn policy(files: &[LibraryFile]) -> anyhow::Result<Policy> {
    Policy::read(files).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("the policy has {} problem(s):\n{}", lines.len(), lines.join("\n"))
    })
}

/// Opens the database that the settings name and brings it up to date.
///
/// # Errors
/// When it cannot be reached, or could lose what it acknowledged.
pub async fn store(config: &Config) -> anyhow::Result<Store> {
    let store = Store::open(config.database.reveal()).await.context("the database cannot be opened")?;
    store.migrate().await.context("the database cannot be brought up to date")?;
    Ok(store)
}

/// Puts the use cases together and makes the shipped definitions live.
///
/// # Errors
/// When the database fails, or a shipped definition has a problem.
pub async fn app(store: Store) -> anyhow::Result<App> {
    let app = bare(store)?;
    publish(&app).await?;
    Ok(app)
}

/// Puts the use cases together.
///
/// # Errors
/// When the shipped policy has a problem.
pub fn bare(store: Store) -> anyhow::Result<App> {
    Ok(App::new(store, Sources::system(), policy(&library::embedded())?))
}

/// Makes the shipped definitions live; those that are live already stay as they are.
///
/// # Errors
/// When the database fails, or a shipped definition has a problem.
pub async fn publish(app: &App) -> anyhow::Result<()> {
    match app.publish(&library::embedded(), "system:shipped").await? {
        Publication::Live(live) => {
            for (workflow, version) in live {
                tracing::info!(workflow, version, "a definition went live");
            }
            Ok(())
        }
        Publication::Refused(bad) => {
            let names: Vec<_> = bad.iter().map(|(path, problems)| format!("{path} ({problems})")).collect();
            anyhow::bail!("definitions with problems, see `yumen check`: {}", names.join(", "))
        }
    }
}
