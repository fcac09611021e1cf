//! What was proven of a definition, for whoever asks later.

use serde::{Deserialize, Serialize};

use crate::definition::StepName;

/// The number of the verifier. It changes with what a proof means; a certificate of another number is made afresh.
pub const VERIFIER: u32 = 2;

/// That a definition keeps what it must, and by which steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// [`VERIFIER`] when it was made.
    pub verifier: u32,
    /// SM3 of the definition's source, in hexadecimal.
    pub definition: String,
    /// SM3 of the mandates' source, in hexadecimal.
    pub mandates: String,
    /// The kinds of check that found nothing, in order.
    pub checks: Vec<Check>,
    /// The mandates that protect something in the definition, and what proves each.
    pub proven: Vec<Proven>,
}

/// A kind of check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// The file: shape, names, types, conditions.
    File,
    /// Every step can be reached and every case can end.
    Soundness,
    /// No way goes around a mandate.
    Mandates,
}

/// A mandate that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proven {
    /// Its name.
    pub mandate: String,
    /// The steps that it protects.
    pub before: Vec<StepName>,
    /// The steps that establish what it needs.
    pub by: Vec<StepName>,
}
