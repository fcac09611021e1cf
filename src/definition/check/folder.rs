//! Several definitions together: each called as its file, and every fact that a gate needs obtainable.

use std::collections::BTreeSet;

use super::{Vocabulary, read};
use crate::definition::{
    model::{Definition, StepKind},
    problem::{Problem, Spot, file},
    registry,
};

/// Reads the definitions of a folder, given as file names with their contents.
///
/// # Errors
/// Every problem in every file; each names its file.
pub fn read_folder(files: &[(String, String)], vocabulary: &Vocabulary) -> Result<Vec<Definition>, Vec<Problem>> {
    let mut definitions = Vec::new();
    let mut problems = Vec::new();
    for (name, source) in files {
        match read(source, vocabulary) {
            Ok(definition) => {
                problems.extend(name_problem(name, source, &definition));
                definitions.push((name, definition));
            }
            Err(found) => problems.extend(found.into_iter().map(|problem| in_file(problem, name))),
        }
    }
    let stems: BTreeSet<_> = files.iter().map(|(name, _)| stem(name)).collect();
    for (name, definition) in &definitions {
        let missing = unobtainable(definition, &stems);
        problems.extend(missing.into_iter().map(|problem| in_file(problem, name)));
    }
    if problems.is_empty() {
        Ok(definitions.into_iter().map(|(_, definition)| definition).collect())
    } else {
        Err(problems)
    }
}

fn in_file(problem: Problem, name: &str) -> Problem {
    Problem { file: Some(name.to_owned()), ..problem }
}

fn stem(name: &str) -> &str {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    base.strip_suffix(".yaml").unwrap_or(base)
}

fn name_problem(name: &str, source: &str, definition: &Definition) -> Option<Problem> {
    let workflow = definition.name.as_str();
    (workflow != stem(name)).then(|| {
        let line = source.lines().position(|line| line.starts_with("workflow:")).unwrap_or_default();
        let at = crate::definition::model::Place { line: line + 1, column: 1 };
        in_file(file::name_differs(Spot { at, len: "workflow".len() }, workflow, stem(name)), name)
    })
}

fn unobtainable(definition: &Definition, stems: &BTreeSet<&str>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for step in &definition.steps {
        if let StepKind::Gate(gate) = &step.kind
            && let Some(fact) = registry::fact(gate.fact.as_str())
            && !stems.contains(fact.obtained_by)
        {
            let spot = Spot { at: step.at, len: "gate".len() };
            problems.push(file::cannot_be_obtained(spot, fact.entry.name, fact.obtained_by));
        }
    }
    problems
}
