//! Scenarios beside the definitions, played by the engine itself before anything goes live.
//!
//! `words` cuts a line, `grammar` and `deeds` understand it, `forms` shows what can be said, `file` and `district` read the files, `stage` is the world, `play`,
//! `choosing` and `claims` let it happen and look at it, `coverage` knows what no scenario has taken.

mod choosing;
mod claims;
mod coverage;
mod deeds;
mod district;
mod file;
mod forms;
mod grammar;
mod play;
mod sentence;
mod stage;
mod values;
mod words;

#[cfg(test)]
mod tests;

pub use district::PATH as DISTRICT;

use crate::{
    definition::{
        Definition,
        problem::{Problem, Spot, scenarios as say},
    },
    policy::Policy,
};
use coverage::Coverage;
use stage::Stage;

/// How the name of a file of scenarios ends.
pub const SUFFIX: &str = ".scenarios.yaml";

/// What playing came to.
#[derive(Debug, Clone, Default)]
pub struct Played {
    /// Scenarios that went as they say.
    pub passed: usize,
    /// Everything that is wrong, each with its file; a branch that is not covered stands in its definition.
    pub problems: Vec<Problem>,
}

/// Plays the scenarios of every one of `definitions`. `files` are paths relative to the folder of definitions with their
/// texts; those that are neither scenarios nor their district are left alone. Scenarios may also name the workflows of
/// `beside`, which nothing is asked of.
#[must_use]
pub fn play(
    definitions: &[&Definition],
    beside: &[&Definition],
    files: &[(String, String)],
    policy: &Policy,
) -> Played {
    let all: Vec<_> = definitions.iter().chain(beside).copied().collect();
    let mut played = Played::default();
    let scenarios: Vec<_> = files.iter().filter(|(path, _)| path.ends_with(SUFFIX) && !path.contains('/')).collect();
    let mut coverage = Coverage::default();
    if let Some((path, source)) = files.iter().find(|(path, _)| path == DISTRICT) {
        match district::read(source, &policy.vocabulary()) {
            Ok(district) => {
                for (path, source) in &scenarios {
                    let (passed, problems) = play_file(source, (&all, &district, policy), &mut coverage);
                    played.passed += passed;
                    played.problems.extend(named(path, problems));
                }
            }
            // What is wrong there would be told again by every line; so it is told alone.
            Err(problems) => return Played { passed: 0, problems: named(path, problems).collect() },
        }
    } else if let Some((path, _)) = scenarios.first() {
        let problem = say::no_district(district::top(), DISTRICT);
        return Played { passed: 0, problems: named(path, vec![problem]).collect() };
    }
    for (path, _) in &scenarios {
        let name = path.trim_end_matches(SUFFIX);
        if !all.iter().any(|definition| definition.name.as_str() == name) {
            played.problems.extend(named(path, vec![say::no_workflow(district::top(), name)]));
        }
    }
    for definition in definitions {
        let name = definition.name.as_str();
        let has_scenarios = scenarios.iter().any(|(path, _)| path.trim_end_matches(SUFFIX) == name);
        let missing = if has_scenarios {
            coverage.missing(definition)
        } else {
            vec![say::no_scenarios(Spot { len: "workflow".len(), ..district::top() }, name)]
        };
        played.problems.extend(named(&format!("{name}.yaml"), missing));
    }
    played
}

type World<'w> = (&'w [&'w Definition], &'w district::District, &'w Policy);

fn play_file(source: &str, world: World<'_>, coverage: &mut Coverage) -> (usize, Vec<Problem>) {
    let (definitions, district, policy) = world;
    let (scenarios, mut problems) = file::read(source, district, &policy.vocabulary());
    let mut passed = 0;
    for scenario in &scenarios {
        let Some(mut stage) = Stage::set(scenario, definitions, district, policy) else { continue };
        let found = play::play(&mut stage, &scenario.lines, coverage);
        passed += usize::from(found.is_empty());
        problems.extend(found);
    }
    problems.sort_by_key(|problem| (problem.spot, problem.code));
    (passed, problems)
}

fn named(path: &str, problems: Vec<Problem>) -> impl Iterator<Item = Problem> {
    problems.into_iter().map(move |problem| Problem { file: Some(path.to_owned()), ..problem })
}
