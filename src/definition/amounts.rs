//! What a form says about its amounts among themselves.

use super::model::FieldName;

/// The rules of one form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AmountRules {
    /// Amounts that are the sum of others.
    pub sums: Vec<Sum>,
    /// Amounts that another one bounds.
    pub at_most: Vec<AtMost>,
}

/// A total and its parts. Every step that writes one of them writes them all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// The total.
    pub total: FieldName,
    /// What it consists of; a part that is not filled counts nothing.
    pub parts: Vec<FieldName>,
}

/// An amount that may not exceed another, once both are filled. Tried by every step that writes `field`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtMost {
    /// The amount.
    pub field: FieldName,
    /// What it may be at most.
    pub limit: FieldName,
}

impl Sum {
    /// The total and the parts.
    pub fn fields(&self) -> impl Iterator<Item = &FieldName> {
        std::iter::once(&self.total).chain(&self.parts)
    }
}
