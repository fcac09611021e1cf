//! 待办.

use super::render::View;
use crate::app::inbox::Inbox;

impl View for Inbox {
    const TEMPLATE: &'static str = "inbox";
}
