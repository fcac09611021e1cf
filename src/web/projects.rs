//! Projects, looked for.

use serde::Serialize;

use super::render::View;
use crate::app::project_list::ProjectList;

/// The page.
#[derive(Debug, Clone, Serialize)]
pub struct ProjectsView {
    /// The list.
    pub list: ProjectList,
}

impl View for ProjectsView {
    const TEMPLATE: &'static str = "projects";
}
