//! The first administrator, by a token that the start prints once.

use serde::Serialize;

use super::render::View;
use crate::language::Text;

/// The page. A password is never shown again.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SetupView {
    /// The token.
    pub token: String,
    /// Their name.
    pub name: String,
    /// What they will sign in with.
    pub login: String,
    /// Why it did not work.
    pub problem: Option<Text>,
}

impl View for SetupView {
    const TEMPLATE: &'static str = "setup";
}
