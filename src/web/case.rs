//! A case: who did what, the drawn flow, what it recorded.

use serde::Serialize;

use super::{
    flow::BlockView,
    form_view::{FieldView, FileView},
    render::View,
};
use crate::app::{
    case_page::{Entry, FactView, OpenTask},
    shown::CaseHead,
};

/// The page.
#[derive(Debug, Clone, Serialize)]
pub struct CaseView {
    /// The head.
    pub head: CaseHead,
    /// What waits, and for whom.
    pub tasks: Vec<OpenTask>,
    /// The drawn flow.
    pub flow: BlockView,
    /// What was filled in.
    pub fields: Vec<FieldView>,
    /// The history, latest first.
    pub timeline: Vec<Entry>,
    /// How many entries the ledger holds for it.
    pub entries: usize,
    /// What it recorded.
    pub facts: Vec<FactView>,
    /// Its files.
    pub files: Vec<FileView>,
    /// Whether the person who looks may withdraw it.
    pub may_withdraw: bool,
    /// Why the last attempt was refused.
    pub refusal: Option<String>,
}

impl View for CaseView {
    const TEMPLATE: &'static str = "case";
}
