//! `yumen check`

use std::{fs, io, path::Path};

use anyhow::Context as _;
use serde::Serialize;

use crate::{
    app::library::{self, LibraryFile},
    app::proving,
    clock::Sources,
    definition::{
        mandates,
        problem::{self, Code, Severity},
    },
    engine::who::day_of,
    language::Lang,
    policy::Policy,
    verify::scenarios,
};

/// What was found, as `--json` writes it.
#[derive(Debug, Serialize)]
struct Report {
    /// Definitions that were checked.
    definitions: usize,
    /// Everything that is wrong or worth knowing; each says how much it weighs.
    problems: Vec<problem::Problem>,
    /// Scenarios that went as they say.
    scenarios: usize,
    /// Everything that is wrong with the policy, a line each.
    policy: Vec<String>,
}

/// Checks a folder or one definition; says whether all is in order. `notes` shows what is merely good to know.
///
/// # Errors
/// When nothing can be read at `path`.
pub fn run(path: &Path, json: bool, notes: bool) -> anyhow::Result<bool> {
    let (report, shown) = examine(path, notes)?;
    let in_order = !report.problems.iter().any(problem::Problem::blocks) && report.policy.is_empty();
    if json {
        say(&mut io::stdout(), &format!("{}\n", serde_json::to_string_pretty(&report)?))?;
    } else {
        let policy: String = report.policy.iter().map(|line| format!("{line}\n")).collect();
        say(&mut io::stderr(), &(policy + &shown))?;
        let of = |severity| report.problems.iter().filter(|problem| problem.severity == severity).count();
        let (errors, warnings) = (of(Severity::Error) + report.policy.len(), of(Severity::Warning));
        let (checked, notes) = (report.definitions, of(Severity::Information));
        let counted =
            format!("{checked} definition(s) checked, {errors} problem(s), {warnings} warning(s), {notes} note(s).\n");
        say(&mut io::stdout(), &counted)?;
        if in_order {
            let passed = format!("{} scenarios passed, all branches covered.\n", report.scenarios);
            say(&mut io::stdout(), &passed)?;
        }
    }
    Ok(in_order)
}

/// Explains a code, with an example; says whether there is one.
///
/// # Errors
/// When the terminal cannot be written to.
pub fn explain(code: &str) -> anyhow::Result<bool> {
    let lang = terminal_language();
    match Code::from_text(&code.to_uppercase()) {
        Some(code) => say(&mut io::stdout(), &code.explained(lang)).map(|()| true),
        None => say(&mut io::stderr(), &format!("{}\n", problem::unknown_code(code).get(lang))).map(|()| false),
    }
}

/// Writes to the terminal, or to a pipe whose reader may have seen enough.
fn say(to: &mut impl io::Write, text: &str) -> anyhow::Result<()> {
    match to.write_all(text.as_bytes()).and_then(|()| to.flush()) {
        Err(why) if why.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("the terminal cannot be written to"),
    }
}

/// What is wrong at `path`, and how a terminal shows it.
fn examine(path: &Path, with_notes: bool) -> anyhow::Result<(Report, String)> {
    let (files, only) = read(path)?;
    let (policy, policy_problems) = match Policy::read(&files) {
        Ok(policy) => (policy, Vec::new()),
        Err(problems) => (Policy::default(), problems.iter().map(ToString::to_string).collect()),
    };
    let vocabulary = policy.vocabulary();
    let mut report = Report { definitions: 0, problems: Vec::new(), scenarios: 0, policy: policy_problems };
    let day = day_of(Sources::system().clock.now());
    let checked = proving::check(&files, &[], &vocabulary, (&policy, day));
    let asked = |path: &str| only.as_deref().is_none_or(|only| path == only);
    let sound: Vec<_> = checked.definitions.iter().filter_map(|file| file.result.as_ref().ok()).collect();
    // What does not read cannot be played, and the others may lead to it.
    if sound.len() == checked.definitions.len() && report.policy.is_empty() {
        let sound: Vec<_> = sound.into_iter().map(|(definition, _)| definition).collect();
        let played = scenarios::play(&sound, &[], &files, &policy);
        report.scenarios = played.passed;
        let of_asked = |file: &str| file == scenarios::DISTRICT || asked(&definition_of(file));
        let found = played.problems.into_iter();
        report.problems.extend(found.filter(|problem| problem.file.as_deref().is_some_and(of_asked)));
    }
    let is_mandates = only.as_deref() == Some(mandates::FILE);
    if is_mandates || only.is_none() {
        report.problems.extend(checked.mandates);
    }
    for file in checked.definitions.into_iter().filter(|file| asked(&file.path)) {
        report.definitions += 1;
        let found = file.result.err().unwrap_or_default().into_iter().chain(file.remarks);
        report.problems.extend(found.map(|problem| {
            let at = problem.file.or_else(|| Some(file.path.clone()));
            problem::Problem { file: at, ..problem }
        }));
    }
    anyhow::ensure!(report.definitions > 0 || is_mandates, "there is no definition at {}", path.display());
    let wanted = |problem: &&problem::Problem| with_notes || problem.severity != Severity::Information;
    let shown = report.problems.iter().filter(wanted).map(|problem| rendered(problem, &files)).collect();
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
        return Ok((library::with_policy(library::from_folder(path)?), None));
    }
    let bytes = fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    // What is no UTF-8 is told of as a problem, at its place.
    let source = String::from_utf8_lossy(&bytes).into_owned();
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let folder = path.parent().filter(|folder| folder.join("policy").is_dir());
    let mut files = match folder {
        Some(folder) => library::from_folder(folder)?,
        None => library::embedded(),
    };
    // The one that was asked for comes last: what it shares with another is its own problem.
    files.retain(|(path, _)| *path != name);
    files.push((name.clone(), source));
    Ok((library::with_policy(files), Some(definition_of(&name))))
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
        examine(path, false)
            .unwrap()
            .0
            .problems
            .iter()
            .filter(|problem| problem.blocks())
            .map(|problem| problem.code.text())
            .collect()
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
        assert_eq!(examine(&lone, false).unwrap().0.definitions, 1);
    }

    #[test]
    fn scenarios_are_played_and_a_branch_that_they_miss_is_told() {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("workflows");
        let (report, _) = examine(&shipped, false).unwrap();
        assert!(report.scenarios >= 30, "{}", report.scenarios);

        let folder = tempfile::tempdir().unwrap();
        let scenarios = folder.path().join("performance-targets.scenarios.yaml");
        let source = fs::read_to_string(shipped.join("performance-targets.scenarios.yaml")).unwrap();
        fs::write(
            &scenarios,
            source.replace("finance grades finance-review poor", "finance grades finance-review bad"),
        )
        .unwrap();
        let (report, shown) = examine(&scenarios, false).unwrap();
        let codes: Vec<_> =
            report.problems.iter().filter(|problem| problem.blocks()).map(|problem| problem.code.text()).collect();
        assert_eq!(codes, ["E803", "E806"], "{shown}");
        assert!(shown.contains("performance-targets.scenarios.yaml:25:"), "{shown}");
    }
}
