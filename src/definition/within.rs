//! Deadlines that the articles behind a workflow set for the whole of it.

use super::{
    model::{Citation, Place},
    span::Span,
};

/// `within`: from its start a case is to be finished in this time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Within {
    /// The time that the article gives.
    pub time: Span,
    /// The article.
    pub basis: Citation,
    /// Where it stands in the file.
    pub at: Place,
}
