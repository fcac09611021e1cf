//! The proof: what it says of good and bad definitions, and that it agrees with the engine.

mod approved;
mod handoff;
mod shipped;

use yumen::{
    definition::{
        check,
        mandates::Mandates,
        problem::{Code, Problem},
    },
    verify::{self, Certificate},
};

use crate::definition::{text, vocabulary};

/// The shipped mandates.
pub fn mandates() -> Mandates {
    check::read_mandates(&text("workflows/mandates.yaml"), &vocabulary()).expect("the shipped mandates are sound")
}

/// Proves a definition that is otherwise sound.
fn prove(source: &str, mandates: &Mandates) -> Result<Certificate, Vec<Problem>> {
    let definition = check::read(source, &vocabulary()).unwrap_or_else(|problems| panic!("{problems:#?}\n{source}"));
    verify::prove(&definition, mandates)
}

fn codes(proven: &Result<Certificate, Vec<Problem>>) -> Vec<Code> {
    proven.as_ref().err().into_iter().flatten().map(|problem| problem.code).collect()
}
