//! The proof, before a definition runs: that every step can be reached, that every case can end, and that no way goes
//! around a mandate. Pure: (definition, mandates) → certificate or problems. [`scenarios`] are played beside it, by the
//! engine itself.
//!
//! `moves` holds the transition relation, which mirrors the engine's walk; `ways` searches it. Every branch of a
//! choice is taken to be possible, but where its condition contradicts the branches around it; so whatever is proven is
//! true, and what is true only because two conditions never hold together is not proven. Tests explore the engine
//! itself and compare. `ways` takes more to be possible than is, where branches go on side by side; what it suspects is
//! followed exactly in `runs`, and cleared or shown with a run of a case.
//!
//! * A **fact** stands at a protected step when a gate, or a record of the case itself, has established it within the
//!   same walk: between two walks anything may be revoked.
//! * An **approval** stands from when it is given, until a return undoes it, until something is filled in, or until a
//!   decider writes a field which may have been written before the approval. See `approvals`.
//! * What the system does by itself when nobody decides in time (`late`) is protected like a step, and happens in a walk
//!   of its own, which has looked at nothing.
//!
//! Beside the proof, [`check`] looks at every choice ([`branches`]) and at the deadlines in law ([`time`]); [`people`]
//! looks at the organisation of the day.

mod approvals;
pub mod branches;
mod certificate;
mod facts;
mod known;
mod moves;
mod order;
pub mod people;
mod places;
mod runs;
pub mod scenarios;
mod soundness;
pub mod time;
mod ways;
mod words;

use chrono::NaiveDate;

use crate::{
    definition::{
        Definition, FieldName, StepIndex, StepKind,
        mandates::{Mandate, Mandates, Need, Protected},
        problem::Problem,
        registry,
    },
    policy::Policy,
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
    let moves = Moves { places: &places, facts: &facts };
    let ways = Ways::of(&moves);
    let mut problems = soundness::check(&moves, &ways);
    let mut proven = Vec::new();
    for mandate in &mandates.all {
        let protected = protected(definition, &mandate.before);
        if protected.is_empty() {
            continue;
        }
        let outcome = match &mandate.needs {
            Need::Fact { fact, is } => {
                facts::prove(&facts::Wanted { moves: &moves, ways: &ways, mandate, fact, is }, &protected)
            }
            Need::Approvals { count, by_different_people, roles } => {
                let wanted = approvals::Wanted {
                    count: *count,
                    by_different_people: *by_different_people,
                    roles,
                    subject: subject(&mandate.before),
                };
                approvals::prove(&moves, mandate, &wanted, &protected)
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

/// What there is to say about the choices and the deadlines of a definition, with what policy says on `day`: errors,
/// warnings and information, in the order of the file.
#[must_use]
pub fn check(definition: &Definition, policy: &Policy, day: NaiveDate) -> Vec<Problem> {
    let mut found = branches::check(definition, &policy.thresholds.names(day));
    found.extend(time::check(definition, policy, day));
    found.sort_by_key(|problem| (problem.spot, problem.code));
    found
}

/// The field that what a mandate protects is about, besides all that is filled in.
fn subject(before: &Protected) -> Option<FieldName> {
    match before {
        Protected::Effect(effect) => registry::needs_of(effect.as_str()).amount.map(FieldName::from),
        Protected::Record { .. } => None,
    }
}

/// The steps that do what a mandate protects, or at which it is done when nobody decides in time.
fn protected(definition: &Definition, before: &Protected) -> Vec<StepIndex> {
    let is_meant = |kind: &StepKind| match (before, kind) {
        (Protected::Effect(effect), StepKind::Do(done)) => done == effect,
        (Protected::Effect(effect), StepKind::Approve(approve)) => approve.late.as_ref() == Some(effect),
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
