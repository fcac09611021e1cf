//! What is wrong with a policy file, in a sentence.

use std::fmt;

use crate::{definition::Place, language::Text};

/// One problem of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyProblem {
    /// The file, relative to `workflows/`.
    pub file: String,
    /// Where, when the file could not even be read as YAML of the wanted shape.
    pub at: Option<Place>,
    /// What is wrong.
    pub text: Text,
}

impl fmt::Display for PolicyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(at) = self.at {
            write!(f, ":{}:{}", at.line, at.column)?;
        }
        write!(f, ": {}", self.text.en)
    }
}

/// Collects the problems of one file.
#[derive(Debug)]
pub(super) struct Problems<'a> {
    file: &'a str,
    found: Vec<PolicyProblem>,
}

impl<'a> Problems<'a> {
    pub(super) const fn of(file: &'a str) -> Self {
        Self { file, found: Vec::new() }
    }

    pub(super) fn push(&mut self, zh: impl Into<String>, en: impl Into<String>) {
        self.found.push(PolicyProblem { file: self.file.to_owned(), at: None, text: Text::new(zh, en) });
    }

    pub(super) fn found(self) -> Vec<PolicyProblem> {
        self.found
    }
}
