//! Projects from an XLSX file.

use serde::Serialize;

use super::render::View;
use crate::language::Text;

/// The page.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ImportView {
    /// Whether a file was just imported.
    pub done: bool,
    /// How many rows were.
    pub imported: usize,
    /// How many rows were refused.
    pub refused_count: usize,
    /// Each of them with its reason.
    pub refused: Vec<RefusedRow>,
    /// Why the file was not read at all.
    pub problem: Option<Text>,
}

/// A row that was refused.
#[derive(Debug, Clone, Serialize)]
pub struct RefusedRow {
    /// Its number in the file.
    pub row: u32,
    /// Why.
    pub why: Text,
}

impl View for ImportView {
    const TEMPLATE: &'static str = "import";
}
