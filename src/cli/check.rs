//! `yumen check`

use std::{fs, path::Path};

use anyhow::Context as _;
use serde::Serialize;

use super::open;
use crate::{
    app::library::{self, LibraryFile},
    app::publishing::definition_files,
    definition::{check, problem},
    language::Lang,
    policy::Policy,
};

/// What was found, as `--json` writes it.
#[derive(Debug, Serialize)]
struct Report {
    /// Definitions that were checked.
    definitions: usize,
    /// Everything that is wrong.
    problems: Vec<problem::Problem>,
    /// Everything that is wrong with the policy, a line each.
    policy: Vec<String>,
}

/// Checks a folder or one definition; says whether all is in order.
///
/// # Errors
/// When nothing can be read at `path`.
pub fn run(path: &Path, json: bool) -> anyhow::Result<bool> {
    let files = read(path)?;
    let (policy, policy_problems) = match Policy::read(&files) {
        Ok(policy) => (policy, Vec::new()),
        Err(problems) => (Policy::default(), problems.iter().map(ToString::to_string).collect()),
    };
    let vocabulary = policy.vocabulary();
    let mut report = Report { definitions: 0, problems: Vec::new(), policy: policy_problems };
    let mut shown = String::new();
    for (path, source) in definition_files(&files) {
        report.definitions += 1;
        if let Err(problems) = check::read(source, &vocabulary) {
            for problem in problems {
                let problem = problem::Problem { file: Some(path.clone()), ..problem };
                shown += &problem::render(&problem, source, terminal_language());
                shown.push('\n');
                report.problems.push(problem);
            }
        }
    }
    anyhow::ensure!(report.definitions > 0, "there is no definition at {}", path.display());
    let in_order = report.problems.is_empty() && report.policy.is_empty();
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        for line in &report.policy {
            eprintln!("{line}");
        }
        eprint!("{shown}");
        let count = report.problems.len() + report.policy.len();
        println!("{} definition(s) checked, {count} problem(s).", report.definitions);
    }
    Ok(in_order)
}

/// The files of a folder; or one definition, with the policy that stands beside it or is shipped.
fn read(path: &Path) -> anyhow::Result<Vec<LibraryFile>> {
    if path.is_dir() {
        return with_policy(library::from_folder(path)?);
    }
    let source = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let folder = path.parent().filter(|folder| folder.join("policy").is_dir());
    let mut files = match folder {
        Some(folder) => library::from_folder(folder)?,
        None => Vec::new(),
    };
    files.retain(|(path, _)| path.starts_with("policy/"));
    files.push((name, source));
    with_policy(files)
}

/// Definitions without a policy of their own are checked against the shipped one.
fn with_policy(mut files: Vec<LibraryFile>) -> anyhow::Result<Vec<LibraryFile>> {
    if !files.iter().any(|(path, _)| path.starts_with("policy/")) {
        let shipped = library::embedded();
        open::policy(&shipped)?;
        files.extend(shipped.into_iter().filter(|(path, _)| path.starts_with("policy/")));
    }
    Ok(files)
}

/// The language of the terminal, as the locale says.
#[must_use]
pub fn terminal_language() -> Lang {
    let said = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(std::env::var_os).find(|v| !v.is_empty());
    said.map(|locale| Lang::from_locale(&locale.to_string_lossy())).unwrap_or(Lang::En)
}
