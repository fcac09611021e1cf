//! Several definitions together: each called as its file, none sharing its name or its case numbers with another, and
//! every fact that a gate needs obtainable.

use std::collections::BTreeSet;

use super::{Vocabulary, cycles, read};
use crate::definition::{
    model::{Definition, Place, StepKind},
    number::{NumberPart, NumberPattern},
    problem::{Problem, Spot, file},
    registry,
    waits::Wait,
};

/// Reads the definitions of a folder, given as file names with their contents.
///
/// # Errors
/// Every problem in every file; each names its file.
pub fn read_folder(files: &[(String, String)], vocabulary: &Vocabulary) -> Result<Vec<Definition>, Vec<Problem>> {
    let (mut definitions, mut problems) = (Vec::new(), Vec::new());
    for result in read_together(files, &[], vocabulary) {
        match result {
            Ok(definition) => definitions.push(definition),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(definitions) } else { Err(problems) }
}

/// Reads definitions that are to stand together, beside others that are live already and that the files do not replace.
/// The results are in the order of the files; each problem names its file.
#[must_use]
pub fn read_together(
    files: &[(String, String)],
    live: &[Definition],
    vocabulary: &Vocabulary,
) -> Vec<Result<Definition, Vec<Problem>>> {
    let results: Vec<_> = files.iter().map(|(_, source)| read(source, vocabulary)).collect();
    let stems: BTreeSet<_> = files.iter().map(|(name, _)| stem(name)).collect();
    let live: Vec<_> = live.iter().filter(|definition| !stems.contains(definition.name.as_str())).collect();
    let obtained: BTreeSet<_> = stems.iter().copied().chain(live.iter().map(|d| d.name.as_str())).collect();
    let all: Vec<_> = results.iter().flatten().chain(live.iter().copied()).collect();
    let mut earlier = live.clone();
    let mut found = Vec::new();
    for ((name, source), result) in files.iter().zip(&results) {
        found.push(match result {
            Ok(definition) => {
                let mut problems = Vec::from_iter(name_problem(name, source, definition));
                problems.extend(shared(source, definition, &earlier));
                problems.extend(unobtainable(definition, &obtained));
                problems.extend(cycles::problems(definition, &all));
                earlier.push(definition);
                problems
            }
            Err(problems) => problems.clone(),
        });
    }
    let named = |name: &String, problems: Vec<Problem>| -> Vec<Problem> {
        problems.into_iter().map(|problem| Problem { file: Some(name.clone()), ..problem }).collect()
    };
    let of_files = files.iter().zip(found);
    let found: Vec<_> = of_files.map(|((name, _), problems)| named(name, problems)).collect();
    let both = results.into_iter().zip(found);
    both.map(|(result, problems)| if problems.is_empty() { result } else { Err(problems) }).collect()
}

fn stem(name: &str) -> &str {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    base.strip_suffix(".yaml").unwrap_or(base)
}

/// Where a key of the file stands first.
fn spot_of(source: &str, key: &str) -> Spot {
    let found = source.lines().enumerate().find_map(|(line, text)| {
        let byte = key_at(text, key)?;
        Some(Place { line: line + 1, column: text[..byte].chars().count() + 1 })
    });
    Spot { at: found.unwrap_or(Place { line: 1, column: 1 }), len: key.len() }
}

/// The byte at which a line has the key, outside of a comment and not as the end of a longer word.
fn key_at(text: &str, key: &str) -> Option<usize> {
    let code = text.split('#').next().unwrap_or_default();
    let byte = code.find(&format!("{key}:"))?;
    let before = code[..byte].chars().next_back();
    before.is_none_or(|c| matches!(c, ' ' | '{' | ',')).then_some(byte)
}

fn name_problem(name: &str, source: &str, definition: &Definition) -> Option<Problem> {
    let workflow = definition.name.as_str();
    (workflow != stem(name)).then(|| file::name_differs(spot_of(source, "workflow"), workflow, stem(name)))
}

/// What the definition shares with one that came before it and must not.
fn shared(source: &str, definition: &Definition, earlier: &[&Definition]) -> Vec<Problem> {
    let mut problems = Vec::new();
    if earlier.iter().any(|other| other.name == definition.name) {
        problems.push(file::name_taken(spot_of(source, "workflow"), definition.name.as_str()));
    }
    let numbered_alike =
        |other: &&&Definition| other.name != definition.name && numbers(&other.number) == numbers(&definition.number);
    if let Some(other) = earlier.iter().find(numbered_alike) {
        problems.push(file::numbers_taken(spot_of(source, "number"), other.name.as_str()));
    }
    problems
}

/// The pattern without the width of its running number, which does not keep long numbers apart.
fn numbers(pattern: &NumberPattern) -> Vec<NumberPart> {
    let part = |part: &NumberPart| match part {
        NumberPart::Seq(_) => NumberPart::Seq(1),
        NumberPart::Literal(_) | NumberPart::Year => part.clone(),
    };
    pattern.0.iter().map(part).collect()
}

fn unobtainable(definition: &Definition, obtained: &BTreeSet<&str>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for step in &definition.steps {
        let (needed, kind) = match &step.kind {
            StepKind::Gate(gate) => (&gate.fact, "gate"),
            StepKind::Wait(Wait::Fact { fact, .. }) => (fact, "wait"),
            StepKind::Fill(_)
            | StepKind::Approve(_)
            | StepKind::Choose(_)
            | StepKind::Parallel(_)
            | StepKind::Each(_)
            | StepKind::Wait(_)
            | StepKind::Start(_)
            | StepKind::Do(_)
            | StepKind::Record(_)
            | StepKind::Notify(_)
            | StepKind::End(_) => continue,
        };
        if let Some(fact) = registry::fact(needed.as_str())
            && !obtained.contains(fact.obtained_by)
        {
            let spot = Spot { at: step.at, len: kind.len() };
            problems.push(file::cannot_be_obtained(spot, fact.entry.name, fact.obtained_by));
        }
    }
    problems
}
