//! Starting a case.

use serde::Serialize;

use super::render::View;
use crate::app::start_page::StartPage;

/// The page.
#[derive(Debug, Clone, Serialize)]
pub struct StartView {
    /// What can be started.
    pub form: StartPage,
    /// Why the last attempt was refused.
    pub refusal: Option<String>,
}

impl View for StartView {
    const TEMPLATE: &'static str = "start";
}
