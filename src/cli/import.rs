//! `yumen import`: every row accepted or refused with its reason; nothing is half imported unless that is asked for.

use std::{fs, path::Path};

use anyhow::Context as _;

use super::{check::terminal_language, open};
use crate::{
    app::importing::{ImportFailure, Imported, Refused},
    config::Config,
    language::Lang,
    telemetry,
};

/// What is imported.
pub enum Source<'a> {
    /// An XLSX sheet of organisations.
    Organisation(&'a Path),
    /// An XLSX sheet of projects.
    Projects(&'a Path),
    /// Published tables, the unit of projects whose own unit is not known, and what becomes of refused ones.
    Published(&'a Path, Option<String>, Refused),
}

/// Imports a file; says whether every row was taken.
///
/// # Errors
/// When the file cannot be read or the database fails; nothing was written then.
pub async fn run(config: Config, source: Source<'_>) -> anyhow::Result<bool> {
    let _telemetry = telemetry::start(&config);
    let app = open::app(&config, open::store(&config).await?).await?;
    let read = |path: &Path| fs::read(path).with_context(|| format!("{} cannot be read", path.display()));
    let imported = match source {
        Source::Organisation(path) => app.import_organisation(read(path)?).await,
        Source::Projects(path) => app.import_projects(read(path)?).await,
        Source::Published(path, unit, refused) => app.import_published(read(path)?, unit, refused).await,
    };
    let lang = terminal_language();
    match imported {
        Ok(imported) => {
            report(&imported, lang);
            Ok(imported.report.refused() == 0)
        }
        Err(ImportFailure::Unreadable(sentence)) => anyhow::bail!("{}", sentence.get(lang)),
        Err(ImportFailure::Failed(failure)) => Err(failure.into()),
    }
}

fn report(imported: &Imported, lang: Lang) {
    for line in &imported.report.lines {
        println!("{}", line.sentence(lang));
    }
    let (accepted, refused) = (imported.report.accepted(), imported.report.refused());
    println!(
        "{} {accepted} · {} {refused} · {} {}",
        lang.pick("可接收", "acceptable"),
        lang.pick("拒绝", "refused"),
        lang.pick("已写入", "written"),
        imported.written
    );
}
