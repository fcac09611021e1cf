//! The names a condition may read, with their values on one case.

use rust_decimal::prelude::ToPrimitive as _;

use super::{case::Case, surroundings::Surroundings};
use crate::definition::{
    Value,
    condition::{Names, Term},
};

/// `form.*`, `case.*`, `outcome.*`, beside `project.*` and `policy.*` of the surroundings.
#[must_use]
pub fn condition_names(case: &Case, s: &Surroundings<'_>) -> Names {
    let mut names = s.names.clone();
    names.insert("case.year".into(), Term::Int(case.year.into()));
    names.insert("case.workflow".into(), Term::Text(case.workflow.to_string()));
    for (step, result) in &case.results {
        names.insert(format!("outcome.{}", step.as_str().replace('-', "_")), Term::Text(result.text().to_owned()));
    }
    for (field, value) in &case.form {
        if let Some(term) = term(value) {
            names.insert(format!("form.{field}"), term);
        }
    }
    names
}

fn term(value: &Value) -> Option<Term> {
    match value {
        Value::Text(text) | Value::Choice(text) => Some(Term::Text(text.clone())),
        Value::Number(number) => number.is_integer().then(|| number.to_i64().map(Term::Int)).flatten(),
        Value::Money(money) => Some(Term::Money(money.fen())),
        Value::Date(date) => Some(Term::Date(date.to_string())),
        Value::Flag(flag) => Some(Term::Flag(*flag)),
        Value::Indicators(_) | Value::Scores(_) | Value::Files(_) => None,
    }
}
