//! Entering as a sample person: in the demonstration alone.

use serde::Serialize;

use super::render::View;
use crate::language::Text;

/// The page.
#[derive(Debug, Clone, Default, Serialize)]
pub struct EnterView {
    /// Sample people by role.
    pub groups: Vec<RoleGroup>,
}

/// The people of a role.
#[derive(Debug, Clone, Serialize)]
pub struct RoleGroup {
    /// The role.
    pub title: Text,
    /// Who holds it.
    pub people: Vec<SamplePerson>,
}

/// A sample person.
#[derive(Debug, Clone, Serialize)]
pub struct SamplePerson {
    /// What they sign in with.
    pub login: String,
    /// Their name.
    pub name: String,
    /// The first character of it.
    pub initial: String,
    /// Where they work.
    pub org: Text,
}

impl View for EnterView {
    const TEMPLATE: &'static str = "enter";
}
