//! What definitions may name of policy.

use super::Policy;
use crate::definition::check::Vocabulary;

impl Policy {
    /// The names that a definition is checked against.
    #[must_use]
    pub fn vocabulary(&self) -> Vocabulary {
        Vocabulary {
            policy: self.thresholds.types().iter().map(|(name, term)| (name.clone(), term.into())).collect(),
            score_sheets: self.scoring.sheets.keys().cloned().collect(),
            rules: self.rules.iter().map(|rule| rule.code.clone()).collect(),
        }
    }
}
