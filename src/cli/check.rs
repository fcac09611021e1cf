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
    verify::scenarios,
};

/// What was found, as `--json` writes it.
#[derive(Debug, Serialize)]
struct Report {
    /// Definitions that were checked.
    definitions: usize,
    /// Everything that is wrong.
    problems: Vec<problem::Problem>,
    /// Scenarios that went as they say.
    scenarios: usize,
    /// Everything that is wrong with the policy, a line each.
    policy: Vec<String>,
}

/// Checks a folder or one definition; says whether all is in order.
///
/// # Errors
/// When nothing can be read at `path`.
pub fn run(path: &Path, json: bool) -> anyhow::Result<bool> {
    let (report, shown) = examine(path)?;
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
        if in_order {
            println!("{} scenarios passed, all branches covered.", report.scenarios);
        }
    }
    Ok(in_order)
}

/// What is wrong at `path`, and how a terminal shows it.
fn examine(path: &Path) -> anyhow::Result<(Report, String)> {
    let (files, only) = read(path)?;
    let (policy, policy_problems) = match Policy::read(&files) {
        Ok(policy) => (policy, Vec::new()),
        Err(problems) => (Policy::default(), problems.iter().map(ToString::to_string).collect()),
    };
    let vocabulary = policy.vocabulary();
    let mut report = Report { definitions: 0, problems: Vec::new(), scenarios: 0, policy: policy_problems };
    let definitions: Vec<_> = definition_files(&files).cloned().collect();
    let results = check::read_together(&definitions, &[], &vocabulary);
    let asked = |path: &str| only.as_deref().is_none_or(|only| path == only);
    let sound: Vec<_> = results.iter().filter_map(|result| result.as_ref().ok()).collect();
    // What does not read cannot be played, and the others may lead to it.
    if sound.len() == results.len() && report.policy.is_empty() {
        let played = scenarios::play(&sound, &[], &files, &policy);
        report.scenarios = played.passed;
        let of_asked = |file: &str| file == scenarios::DISTRICT || asked(&definition_of(file));
        let found = played.problems.into_iter();
        report.problems.extend(found.filter(|problem| problem.file.as_deref().is_some_and(of_asked)));
    }
    for ((path, _), result) in definitions.iter().zip(results).filter(|((path, _), _)| asked(path)) {
        report.definitions += 1;
        report.problems.extend(result.err().unwrap_or_default().into_iter().map(|problem| {
            let file = problem.file.or_else(|| Some(path.clone()));
            problem::Problem { file, ..problem }
        }));
    }
    anyhow::ensure!(report.definitions > 0, "there is no definition at {}", path.display());
    let shown = report.problems.iter().map(|problem| rendered(problem, &files)).collect();
    Ok((report, shown))
}

/// The definition to which a file belongs: itself, or the one whose scenarios it holds.
fn definition_of(file: &str) -> String {
    file.strip_suffix(scenarios::SUFFIX).map_or_else(|| file.to_owned(), |name| format!("{name}.yaml"))
}

fn rendered(problem: &problem::Problem, files: &[LibraryFile]) -> String {
    let source = files.iter().find(|(path, _)| Some(path) == problem.file.as_ref());
    let source = source.map_or("", |(_, source)| source.as_str());
    format!("{}\n", problem::render(problem, source, terminal_language()))
}

/// The files of a folder; or one definition and its name, among the files that stand beside it or are shipped.
fn read(path: &Path) -> anyhow::Result<(Vec<LibraryFile>, Option<String>)> {
    if path.is_dir() {
        return Ok((with_policy(library::from_folder(path)?)?, None));
    }
    let source = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let folder = path.parent().filter(|folder| folder.join("policy").is_dir());
    let mut files = match folder {
        Some(folder) => library::from_folder(folder)?,
        None => library::embedded(),
    };
    // The one that was asked for comes last: what it shares with another is its own problem.
    files.retain(|(path, _)| *path != name);
    files.push((name.clone(), source));
    Ok((with_policy(files)?, Some(definition_of(&name))))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(path: &Path) -> Vec<&'static str> {
        examine(path).unwrap().0.problems.iter().map(|problem| problem.code.text()).collect()
    }

    #[test]
    fn a_folder_is_checked_as_a_whole_and_a_lone_file_among_the_shipped_ones() {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("workflows");
        let request = fs::read_to_string(shipped.join("budget-request.yaml")).unwrap();
        assert_eq!(codes(&shipped), [""; 0]);

        let folder = tempfile::tempdir().unwrap();
        let lone = folder.path().join("budget-request.yaml");
        fs::write(&lone, &request).unwrap();
        assert_eq!(codes(&lone), [""; 0]);
        let unobtainable = codes(folder.path());
        assert!(!unobtainable.is_empty() && unobtainable.iter().all(|code| *code == "E008"), "{unobtainable:?}");

        let again = folder.path().join("again.yaml");
        fs::write(&again, request.replace("workflow: budget-request", "workflow: again")).unwrap();
        assert_eq!(codes(&again), ["E009"], "its numbers are those of a shipped one");
        fs::rename(&again, folder.path().join("other.yaml")).unwrap();
        assert_eq!(codes(&folder.path().join("other.yaml")), ["E007", "E009"], "it is called as no file is");
        assert_eq!(examine(&lone).unwrap().0.definitions, 1);
    }

    #[test]
    fn scenarios_are_played_and_a_branch_that_they_miss_is_told() {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("workflows");
        let (report, _) = examine(&shipped).unwrap();
        assert!(report.scenarios >= 30, "{}", report.scenarios);

        let folder = tempfile::tempdir().unwrap();
        let scenarios = folder.path().join("performance-targets.scenarios.yaml");
        let source = fs::read_to_string(shipped.join("performance-targets.scenarios.yaml")).unwrap();
        fs::write(
            &scenarios,
            source.replace("finance grades finance-review poor", "finance grades finance-review bad"),
        )
        .unwrap();
        let (report, shown) = examine(&scenarios).unwrap();
        let codes: Vec<_> = report.problems.iter().map(|problem| problem.code.text()).collect();
        assert_eq!(codes, ["E803", "E806"], "{shown}");
        assert!(shown.contains("performance-targets.scenarios.yaml:25:"), "{shown}");
    }
}
