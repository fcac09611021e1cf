//! Definitions with one thing wrong: every change of a kind, at every place of a definition's file where it can be made.

mod changes;
mod yaml;

use crate::{
    definition::{About, Definition, StepKind, Who, condition::Condition, tree},
    worlds::{FLAGS, flag},
};
pub use yaml::Yaml;

/// A definition with one change.
pub struct Mutant {
    /// `budget-request/drop-step/gate assessment-at-start`: what was changed where.
    pub name: String,
    /// The kind of change.
    pub operator: &'static str,
    /// The file.
    pub source: String,
}

/// Every mutant of a definition's file, in a fixed order; each is another file.
///
/// # Panics
/// Where the file does not read.
#[must_use]
pub fn of(source: &str) -> Vec<Mutant> {
    let (root, _) = tree::read(source).unwrap();
    let root = Yaml::of(&root);
    let name = root.get("workflow").map_or("", Yaml::text).to_owned();
    let mut seen = std::collections::BTreeSet::from([root.written()]);
    let mut mutants = Vec::new();
    for (operator, place, changed) in changes::all(&root) {
        let source = changed.written();
        if seen.insert(source.clone()) {
            mutants.push(Mutant { name: format!("{name}/{operator}/{place}"), operator, source });
        }
    }
    mutants
}

/// The definition as the exploration sees it: what is written in forms, and how much money it is, is left open, and so
/// are conditions on anything but results of steps. Every case is about the one project.
///
/// # Panics
/// Where there are more such conditions than worlds know.
#[must_use]
pub fn opened(definition: &Definition) -> Definition {
    let mut opened = definition.clone();
    opened.about = About::Project;
    opened.starters = Who::Role { role: "project-officer".into(), of: None };
    opened.form.iter_mut().for_each(|field| field.required = false);
    opened.amounts = crate::definition::amounts::AmountRules::default();
    let mut flags = 0..FLAGS;
    for step in &mut opened.steps {
        match &mut step.kind {
            StepKind::Choose(choose) => {
                for (condition, _) in &mut choose.branches {
                    *condition = answered_by_worlds(condition, &mut flags);
                }
            }
            StepKind::Gate(gate) => gate.covers = None,
            StepKind::Record(record) => record.cap = None,
            StepKind::Approve(approve) => approve.grades.iter_mut().for_each(|grade| grade.requires.clear()),
            _ => {}
        }
    }
    opened
}

/// The condition, where a world answers what hangs on anything but how steps were passed.
fn answered_by_worlds(condition: &Condition, flags: &mut impl Iterator<Item = usize>) -> Condition {
    let of_steps = |name: &String| name.starts_with("outcome.") || name.starts_with("late.");
    if !condition.reads().iter().any(of_steps) {
        return flag(flags.next().unwrap());
    }
    let (mut source, mut types) = (condition.source.clone(), condition.types().clone());
    for name in condition.reads().iter().filter(|name| !of_steps(name)) {
        let asked = regex::Regex::new(&format!("{name}( [=!<>]+ (\"[^\"]*\"|[0-9]+))?")).unwrap();
        let flag = flag(flags.next().unwrap());
        source = asked.replace_all(&source, flag.source.as_str()).into_owned();
        types.extend(flag.types().clone());
    }
    Condition::compile(&source, condition.at, &types).expect("it is still a condition")
}
