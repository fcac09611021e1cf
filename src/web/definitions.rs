//! The workflows as they are defined: a list, and each with its source and drawing.

use serde::Serialize;

use super::{flow::BlockView, render::View};
use crate::{clock::Instant, language::Text};

/// The list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct DefinitionsView {
    /// The current version of each.
    pub rows: Vec<DefinitionRow>,
}

/// One workflow.
#[derive(Debug, Clone, Serialize)]
pub struct DefinitionRow {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: Text,
    /// Its version.
    pub version: i32,
    /// The articles it rests on.
    pub basis: Vec<String>,
    /// When it was published.
    pub published_at: Instant,
}

/// One workflow, whole.
#[derive(Debug, Clone, Serialize)]
pub struct DefinitionView {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: Text,
    /// Its version.
    pub version: i32,
    /// When it was published.
    pub published_at: Instant,
    /// The articles it rests on.
    pub basis: Vec<String>,
    /// Its drawing.
    pub flow: BlockView,
    /// Its source.
    pub source: String,
    /// SM3 of the source.
    pub hash: String,
}

impl View for DefinitionsView {
    const TEMPLATE: &'static str = "definitions";
}

impl View for DefinitionView {
    const TEMPLATE: &'static str = "definition";
}
