//! What commands stand on: the database up to date, the policy, the definitions.

use std::path::Path;

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

/// Opens the database that is there, and changes nothing about it: what is to be verified is not touched first.
///
/// # Errors
/// When there is none, or it cannot be reached.
pub async fn existing(config: &Config) -> anyhow::Result<Store> {
    let url = config.database.reveal();
    if let Some(rest) = url.strip_prefix("sqlite:") {
        let path = rest.trim_start_matches("//").split('?').next().unwrap_or_default();
        anyhow::ensure!(
            Path::new(path).is_file(),
            "there is no Yumen database at {path}; name it with --config or YUMEN_DATABASE"
        );
    }
    Store::open(url).await.context("the database cannot be opened")
}

/// Puts the use cases together and makes the definitions of the place live.
///
/// # Errors
/// When the database fails, or a definition has a problem.
pub async fn app(config: &Config, store: Store) -> anyhow::Result<App> {
    let app = bare(config, store)?;
    publish(&app).await?;
    Ok(app)
}

/// Puts the use cases together, with the files of the place.
///
/// # Errors
/// When they cannot be read, or the policy has a problem.
pub fn bare(config: &Config, store: Store) -> anyhow::Result<App> {
    let files = match &config.workflows {
        Some(folder) => library::with_policy(library::from_folder(folder)?),
        None => library::embedded(),
    };
    let policy = policy(&files)?;
    Ok(App::of_place(store, Sources::system(), policy, files))
}

/// Makes the definitions of the place live; those that are live already stay as they are.
///
/// # Errors
/// When the database fails, or a definition has a problem.
pub async fn publish(app: &App) -> anyhow::Result<()> {
    app.take_calendar().await.context("the calendar cannot be taken over")?;
    match app.publish(app.files(), "system:shipped").await? {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;

    #[tokio::test]
    async fn what_is_verified_must_be_there_and_is_not_made_on_the_way() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("yumen.db");
        let database = Secret::from(format!("sqlite://{}", file.display()).as_str());
        let why = existing(&Config { database, ..Config::default() }).await.err().map(|why| why.to_string());
        assert!(why.is_some_and(|why| why.contains("there is no Yumen database")));
        assert!(!file.exists());
    }
}
