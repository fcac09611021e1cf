//! The proof, before a definition runs: that every step can be reached, that every case can end, and that no way goes
//! around a mandate. Pure: (definition, mandates) → certificate or problems. [`scenarios`] are played beside it, by the
//! engine itself.
//!
//! [`moves`] holds the transition relation, which mirrors the engine's walk; [`ways`] searches it. Every branch of a
//! choice is taken to be possible, but where its condition contradicts the branches around it; so whatever is proven is
//! true, and what is true only because two conditions never hold together is not proven. Tests explore the engine
//! itself and compare.
//!
//! * A **fact** stands at a protected step when a gate, or a record of the case itself, has established it within the
//!   same walk: between two walks anything may be revoked.
//! * An **approval** stands from when it is given, until a return undoes it, or until a step is done that writes a
//!   field which may have been written before the approval. See [`mod@approvals`].

mod approvals;
mod certificate;
mod facts;
mod known;
mod moves;
mod order;
mod places;
pub mod scenarios;
mod soundness;
mod ways;
mod words;

use crate::definition::{
    Definition, StepIndex, StepKind,
    mandates::{Mandate, Mandates, Need, Protected},
    problem::Problem,
};
pub use certificate::{Certificate, Check, Proven, VERIFIER};
use known::Facts;
use moves::Moves;
use places::Places;
use ways::Ways;

/// Proves a definition.
///
/// # Errors
/// Every problem, each at its place in the definition's file.
pub fn prove(definition: &Definition, mandates: &Mandates) -> Result<Certificate, Vec<Problem>> {
    let places = Places::of(definition);
    let facts = Facts::of(definition, mandates);
    let ways = Ways::of(&Moves { places: &places, facts: &facts });
    let mut problems = soundness::check(&places, &ways);
    let mut proven = Vec::new();
    for mandate in &mandates.all {
        let protected = protected(definition, &mandate.before);
        if protected.is_empty() {
            continue;
        }
        let outcome = match &mandate.needs {
            Need::Fact { fact, is } => facts::prove(
                &facts::Wanted { places: &places, facts: &facts, ways: &ways, mandate, fact, is },
                &protected,
            ),
            Need::Approvals { count, by_different_people, roles } => {
                let wanted = approvals::Wanted { count: *count, by_different_people: *by_different_people, roles };
                approvals::prove(&places, mandate, &wanted, &protected)
            }
        };
        match outcome {
            Ok(by) => proven.push(held(definition, mandate, &protected, &by)),
            Err(found) => problems.extend(found),
        }
    }
    if !problems.is_empty() {
        problems.sort_by_key(|problem| (problem.spot, problem.code));
        return Err(problems);
    }
    Ok(Certificate {
        verifier: VERIFIER,
        definition: definition.hash.clone(),
        mandates: mandates.hash.clone(),
        checks: vec![Check::File, Check::Soundness, Check::Mandates],
        proven,
    })
}

/// The steps that do what a mandate protects.
fn protected(definition: &Definition, before: &Protected) -> Vec<StepIndex> {
    let is_meant = |kind: &StepKind| match (before, kind) {
        (Protected::Effect(effect), StepKind::Do(done)) => done == effect,
        (Protected::Record { fact, is }, StepKind::Record(record)) => {
            record.fact == *fact && (is.is_empty() || is.contains(&record.is))
        }
        (Protected::Effect(_) | Protected::Record { .. }, _) => false,
    };
    (0..definition.steps.len()).filter(|step| is_meant(&definition.steps[*step].kind)).collect()
}

fn held(definition: &Definition, mandate: &Mandate, before: &[StepIndex], by: &[StepIndex]) -> Proven {
    let names = |steps: &[StepIndex]| steps.iter().map(|step| definition.steps[*step].name.clone()).collect();
    Proven { mandate: mandate.name.clone(), before: names(before), by: names(by) }
}
