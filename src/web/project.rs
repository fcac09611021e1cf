//! A project with its life cycle.

use super::render::View;
use crate::app::project_page::ProjectPage;

impl View for ProjectPage {
    const TEMPLATE: &'static str = "project";
}
