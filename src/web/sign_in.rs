//! Sign-in.

use serde::Serialize;

use super::render::View;
use crate::language::Text;

/// The page.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SignInView {
    /// What was typed as login.
    pub login: String,
    /// Where to go afterwards.
    pub next: String,
    /// Whether a session has just expired.
    pub expired: bool,
    /// Why it did not work.
    pub problem: Option<Text>,
}

impl View for SignInView {
    const TEMPLATE: &'static str = "sign_in";
}
