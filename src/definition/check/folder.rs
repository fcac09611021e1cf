//! Several definitions together: each called as its file, none sharing its name or its case numbers with another, and
//! every fact that a gate needs obtainable.

use std::collections::BTreeSet;

use super::{Vocabulary, cycles, read};
use crate::definition::{
    model::{Definition, FactName, Place, Step, StepKind},
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
    let all: Vec<_> = results.iter().flatten().chain(live.iter().copied()).collect();
    let unread = files.iter().zip(&results).filter(|(_, read)| read.is_err()).map(|((name, _), _)| stem(name));
    let names: BTreeSet<_> = all.iter().map(|definition| definition.name.as_str()).collect();
    let obtained = obtainable(&all, &unread.collect());
    let mut earlier = live.clone();
    let mut found = Vec::new();
    for ((name, source), result) in files.iter().zip(&results) {
        found.push(match result {
            Ok(definition) => {
                let mut problems = Vec::from_iter(name_problem(name, source, definition));
                problems.extend(shared(source, definition, &earlier));
                problems.extend(unobtainable(definition, &obtained, &names));
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

/// The facts that some case can come to record: no gate that every case passes before needs a fact that none records.
/// What a file with problems would record is not held against the others.
fn obtainable(all: &[&Definition], unread: &BTreeSet<&str>) -> BTreeSet<FactName> {
    let of_unread = registry::FACTS.iter().filter(|fact| unread.contains(fact.obtained_by));
    let mut obtainable: BTreeSet<FactName> = of_unread.map(|fact| fact.entry.name.into()).collect();
    loop {
        let recorded = all.iter().flat_map(|definition| recorded(definition, &obtainable));
        let more: Vec<_> = recorded.filter(|fact| !obtainable.contains(*fact)).cloned().collect();
        if more.is_empty() {
            return obtainable;
        }
        obtainable.extend(more);
    }
}

/// What a case records that has whatever is obtainable; steps inside of branches may be gone around.
fn recorded<'a>(definition: &'a Definition, obtainable: &BTreeSet<FactName>) -> Vec<&'a FactName> {
    let closed = definition.steps.iter().position(|step| {
        let is_passed_by_all = definition.blocks[step.block].owner.is_none();
        is_passed_by_all && needed(step).is_some_and(|(fact, _)| !obtainable.contains(fact))
    });
    let reached = &definition.steps[..closed.unwrap_or(definition.steps.len())];
    let fact = |step: &'a Step| if let StepKind::Record(record) = &step.kind { Some(&record.fact) } else { None };
    reached.iter().filter_map(fact).collect()
}

/// The fact that a step does not go on without, and the word it begins with.
const fn needed(step: &Step) -> Option<(&FactName, &'static str)> {
    match &step.kind {
        StepKind::Gate(gate) => Some((&gate.fact, "gate")),
        StepKind::Wait(Wait::Fact { fact, .. }) => Some((fact, "wait")),
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
        | StepKind::End(_) => None,
    }
}

fn unobtainable(definition: &Definition, obtainable: &BTreeSet<FactName>, names: &BTreeSet<&str>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for step in &definition.steps {
        let Some((needed, kind)) = needed(step) else { continue };
        if let Some(fact) = registry::fact(needed.as_str())
            && !obtainable.contains(needed)
        {
            let spot = Spot { at: step.at, len: kind.len() };
            let is_here = names.contains(fact.obtained_by);
            let told = if is_here { file::never_recorded } else { file::cannot_be_obtained };
            problems.push(told(spot, fact.entry.name, fact.obtained_by));
        }
    }
    problems
}
