//! A task: the form, the decision, what happens next.

use serde::Serialize;

use super::{flow::NextView, form_view::FieldView, render::View};
use crate::{
    app::task_page::{Offers, TaskHead},
    engine::refusal::FieldProblem,
};

/// The page.
#[derive(Debug, Clone, Serialize)]
pub struct TaskView {
    /// The head.
    pub head: TaskHead,
    /// Every field of the form.
    pub fields: Vec<FieldView>,
    /// Whether this step writes any field but files.
    pub edits: bool,
    /// Whether there is a field that this step only reads.
    pub reads: bool,
    /// The file fields this step writes.
    pub uploads: Vec<FieldView>,
    /// What can be decided.
    pub offers: Offers,
    /// The decision that was just chosen.
    pub decision: String,
    /// The reason that was just typed.
    pub reason: String,
    /// What is wrong with the reason.
    pub reason_problem: Option<String>,
    /// Why the last attempt was refused.
    pub refusal: Option<String>,
    /// The fields that need attention.
    pub problems: Vec<FieldProblem>,
    /// What happens next.
    pub next: Vec<NextView>,
}

impl View for TaskView {
    const TEMPLATE: &'static str = "task";
}
