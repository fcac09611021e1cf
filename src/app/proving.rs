//! Definitions as files, checked: read by themselves and together, and proven against the mandates.

use super::library::{self, LibraryFile};
use crate::{
    definition::{
        Definition,
        check::{self, Vocabulary},
        mandates::{self, Mandates},
        problem::Problem,
    },
    verify::{self, Certificate},
};

/// A definition file with its name, checked.
#[derive(Debug)]
pub struct Checked {
    /// The path below `workflows/`.
    pub path: String,
    /// The text.
    pub source: String,
    /// What it says with what was proven of it, or everything that is wrong with it.
    pub result: Result<(Definition, Certificate), Vec<Problem>>,
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
/// proves them against the mandates among the files; where there are none, against the shipped ones.
#[must_use]
pub fn check(files: &[LibraryFile], live: &[Definition], vocabulary: &Vocabulary) -> Library {
    let mandates_source = mandates_of(files);
    let (mandates, problems) = match check::read_mandates(&mandates_source, vocabulary) {
        Ok(mandates) => (mandates, Vec::new()),
        Err(problems) => (Mandates::default(), problems),
    };
    let in_file = |problem| Problem { file: Some(mandates::FILE.to_owned()), ..problem };
    let definitions: Vec<_> = definition_files(files).cloned().collect();
    let results = check::read_together(&definitions, live, vocabulary);
    let checked = definitions.into_iter().zip(results).map(|((path, source), result)| {
        let result = result.and_then(|definition| prove(&path, definition, &mandates));
        Checked { path, source, result }
    });
    Library { definitions: checked.collect(), mandates: problems.into_iter().map(in_file).collect(), mandates_source }
}

fn prove(path: &str, definition: Definition, mandates: &Mandates) -> Result<(Definition, Certificate), Vec<Problem>> {
    match verify::prove(&definition, mandates) {
        Ok(certificate) => Ok((definition, certificate)),
        Err(problems) => {
            Err(problems.into_iter().map(|problem| Problem { file: Some(path.to_owned()), ..problem }).collect())
        }
    }
}

fn mandates_of(files: &[LibraryFile]) -> String {
    let named =
        |files: &[LibraryFile]| files.iter().find(|(path, _)| path == mandates::FILE).map(|(_, text)| text.clone());
    named(files).or_else(|| named(&library::embedded())).unwrap_or_default()
}
