//! `yumen check-people`

use super::{check::terminal_language, open};
use crate::{config::Config, telemetry, verify::people::Kind};

/// Looks whether there are people enough for the workflows that are live. False when cases are stopped today.
///
/// # Errors
/// When the database cannot be read.
pub async fn run(config: Config) -> anyhow::Result<bool> {
    let _telemetry = telemetry::start(&config);
    let app = open::bare(&config, open::existing(&config).await?)?;
    let found = app.findings_about_people().await?;
    let lang = terminal_language();
    for finding in &found {
        let problem = &finding.problem;
        println!("{} {} {}", problem.code, problem.sentence.get(lang), problem.hint.get(lang));
    }
    let stopped = found.iter().filter(|finding| finding.kind.stops_cases()).count();
    let alone = found.iter().filter(|finding| finding.kind == Kind::OnePerson).count();
    println!("{stopped} shortage(s) that stop cases, {alone} post(s) that hang on one person.");
    Ok(stopped == 0)
}
