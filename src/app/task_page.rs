//! A task: the form, what can be decided, what happens next.

use serde::Serialize;

use super::shown::{CaseHead, Due};
use crate::language::Text;

/// What a task offers to decide.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Offers {
    /// Whether approving is offered.
    pub approve: bool,
    /// The steps to return to; empty when returning is not offered.
    pub return_to: Vec<StepChoice>,
    /// What rejecting ends the case as.
    pub reject: Option<Text>,
    /// The declared grades.
    pub grades: Vec<GradeChoice>,
}

/// A step to return to.
#[derive(Debug, Clone, Serialize)]
pub struct StepChoice {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: Text,
    /// Where the case goes once that step is done again.
    pub then: Text,
    /// Whether it was just chosen.
    pub chosen: bool,
}

/// A declared grade.
#[derive(Debug, Clone, Serialize)]
pub struct GradeChoice {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: Text,
    /// Where it leads.
    pub leads_to: Text,
    /// `approve`, `return` or `reject`: what it amounts to.
    pub amounts_to: &'static str,
    /// Whether it was just chosen.
    pub chosen: bool,
}

/// The head of a task.
#[derive(Debug, Clone, Serialize)]
pub struct TaskHead {
    /// Its case.
    pub case: CaseHead,
    /// Its number in the case.
    pub no: u32,
    /// The step.
    pub step: Text,
    /// Whether it asks for a decision, or for fields.
    pub decides: bool,
    /// When it is due.
    pub due: Option<Due>,
    /// Why it came back, when it did: who, and in which words.
    pub returned: Option<ReturnNote>,
}

/// Why a case came back.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnNote {
    /// Who returned it.
    pub by: String,
    /// Why.
    pub reason: String,
}
