//! Definitions as files, checked: read by themselves and together, and proven against the mandates.

use chrono::NaiveDate;

use super::library::{self, LibraryFile};
use crate::{
    definition::{
        Definition,
        check::{self, Vocabulary},
        mandates::{self, Mandates},
        problem::Problem,
    },
    policy::Policy,
    verify::{self, Certificate},
};

/// A definition file with its name, checked.
#[derive(Debug)]
pub struct Checked {
    /// The path below `workflows/`.
    pub path: String,
    /// The text.
    pub source: String,
    /// What it says with what was proven of it, or everything that keeps it from going live.
    pub result: Result<(Definition, Certificate), Vec<Problem>>,
    /// What is worth knowing besides: warnings and information.
    pub remarks: Vec<Problem>,
}

/// What was found in files that stand together.
#[derive(Debug)]
pub struct Library {
    /// The definitions, in the order of the files.
    pub definitions: Vec<Checked>,
    /// Everything that is wrong with the mandates.
    pub mandates: Vec<Problem>,
    /// The text of the mandates.
    pub mandates_source: String,
}

/// The definition files among `files`: `<name>.yaml` at the top, scenarios and mandates aside.
pub fn definition_files(files: &[LibraryFile]) -> impl Iterator<Item = &LibraryFile> {
    files.iter().filter(|(path, _)| {
        path.ends_with(".yaml") && !path.contains('/') && !path.ends_with(".scenarios.yaml") && path != mandates::FILE
    })
}

/// Checks every definition among `files`, each by itself and all of them together, beside those that are `live`, and
/// proves them against the mandates among the files; where there are none, against the shipped ones. Choices and
/// deadlines are looked at with what `policy` says on `day`.
#[must_use]
pub fn check(
    files: &[LibraryFile],
    live: &[Definition],
    vocabulary: &Vocabulary,
    (policy, day): (&Policy, NaiveDate),
) -> Library {
    let (_, mandates_source) = library::named(files, mandates::FILE);
    let (mandates, problems) = match check::read_mandates(&mandates_source, vocabulary) {
        Ok(mandates) => (mandates, Vec::new()),
        Err(problems) => (Mandates::default(), problems),
    };
    let in_file = |problem| Problem { file: Some(mandates::FILE.to_owned()), ..problem };
    let definitions: Vec<_> = definition_files(files).cloned().collect();
    let results = check::read_together(&definitions, live, vocabulary);
    let checked = definitions.into_iter().zip(results).map(|((path, source), result)| {
        let named = |problem: Problem| Problem { file: Some(path.clone()), ..problem };
        let found = result.as_ref().map(|definition| verify::check(definition, policy, day)).unwrap_or_default();
        let (errors, remarks): (Vec<_>, Vec<_>) = found.into_iter().map(named).partition(Problem::blocks);
        let result = result.and_then(|definition| prove(&path, definition, &mandates, errors));
        Checked { path, source, result, remarks }
    });
    Library { definitions: checked.collect(), mandates: problems.into_iter().map(in_file).collect(), mandates_source }
}

/// Proves the definition; `errors` is what was found in it besides.
fn prove(
    path: &str,
    definition: Definition,
    mandates: &Mandates,
    errors: Vec<Problem>,
) -> Result<(Definition, Certificate), Vec<Problem>> {
    let named = |problem| Problem { file: Some(path.to_owned()), ..problem };
    let (certificate, unproven) = match verify::prove(&definition, mandates) {
        Ok(certificate) => (Some(certificate), Vec::new()),
        Err(problems) => (None, problems),
    };
    let mut problems: Vec<_> = unproven.into_iter().map(named).chain(errors).collect();
    match certificate {
        Some(certificate) if problems.is_empty() => Ok((definition, certificate)),
        Some(_) | None => {
            problems.sort_by_key(|problem| (problem.spot, problem.code));
            Err(problems)
        }
    }
}
