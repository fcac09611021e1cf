//! Why a use case did not do what was asked: a rule said no, or something of ours failed.

use crate::{engine::Refusal, store};

/// A use case that came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A rule said no; people read its sentence, and nothing is logged.
    #[error("{}", .0.code())]
    Refused(Refusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// What is stored contradicts the code: a defect, never the person's fault.
    #[error("what is stored cannot be read")]
    Broken(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Failure {
    /// What is stored cannot be read.
    pub fn broken(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Broken(source.into())
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
