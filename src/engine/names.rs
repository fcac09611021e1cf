//! The names a condition may read, with their values on one case.

use rust_decimal::prelude::ToPrimitive as _;

use super::{
    case::{ActivationNo, Case, StepResult},
    surroundings::Surroundings,
};
use crate::definition::{
    Definition, StepKind, StepName, Value,
    condition::{Names, Term, count_name, items_name, late_name, outcome_name, votes_name},
};

/// `form.*`, `case.*`, `outcome.*` and `count.*`, beside `project.*` and `policy.*` of the surroundings; within `parent`,
/// the outcomes are those of the item at hand.
#[must_use]
pub fn condition_names(
    definition: &Definition,
    case: &Case,
    parent: Option<(ActivationNo, usize)>,
    s: &Surroundings<'_>,
) -> Names {
    let mut names = s.names.clone();
    names.insert("case.year".into(), Term::Int(case.year.into()));
    names.insert("case.workflow".into(), Term::Text(case.workflow.to_string()));
    let within = case.item_within(parent);
    let of_item = within.as_ref().and_then(|at| case.run(at)).into_iter().flat_map(|run| &run.results);
    for (step, result) in case.results.iter().chain(of_item) {
        names.insert(outcome_name(step.as_str()), Term::Text(result.text().to_owned()));
    }
    let late = definition.steps.iter().filter(|step| step.late().is_some());
    names.extend(late.map(|step| (late_name(step.name.as_str()), Term::Flag(case.late.contains_key(&step.name)))));
    names.extend(counts(definition, case));
    names.extend(votes(definition, case));
    for (field, value) in &case.form {
        if let Some(term) = term(value) {
            names.insert(format!("form.{field}"), term);
        }
    }
    names
}

/// How many items of each list passed each step inside with which result; none is 0.
fn counts(definition: &Definition, case: &Case) -> Names {
    let mut counts = Names::new();
    for step in &definition.steps {
        if let (StepKind::Each(_), Some(runs)) = (&step.kind, case.items.get(&step.name)) {
            counts.insert(items_name(step.name.as_str()), Term::Int(whole(runs.len())));
        }
        let Some(runs) = definition.each_around(step).and_then(|each| case.items.get(&each.name)) else { continue };
        let passed = |step: &StepName, text: &str| {
            runs.iter().filter(|run| run.results.get(step).map(StepResult::text) == Some(text)).count()
        };
        for result in step.kind.results().unwrap_or_default() {
            let count = passed(&step.name, &result);
            counts.insert(count_name(step.name.as_str(), &result), Term::Int(whole(count)));
        }
    }
    counts
}

/// How the votes stood in each step that was passed by one.
fn votes(definition: &Definition, case: &Case) -> Names {
    let mut votes = Names::new();
    for (step, tally) in &case.tallies {
        let given = |name: &str| tally.given.get(&name.replace('-', "_")).copied().unwrap_or_default();
        for counted in definition.step(step).map(|step| step.kind.votes()).unwrap_or_default() {
            let count = match counted.as_str() {
                "all" => tally.of,
                "percent" => (given("approve") * 100).checked_div(tally.of).unwrap_or_default(),
                name => given(name),
            };
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            votes.insert(votes_name(step.as_str(), &counted), Term::Int(count));
        }
    }
    votes
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn term(value: &Value) -> Option<Term> {
    match value {
        Value::Text(text) | Value::Choice(text) => Some(Term::Text(text.clone())),
        Value::Number(number) => number.is_integer().then(|| number.to_i64().map(Term::Int)).flatten(),
        Value::Money(money) => Some(Term::Money(money.fen())),
        Value::Date(date) => Some(Term::Date(date.to_string())),
        Value::Flag(flag) => Some(Term::Flag(*flag)),
        Value::Indicators(_) | Value::Progress(_) | Value::Scores(_) | Value::Files(_) => None,
    }
}
