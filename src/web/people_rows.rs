//! A person in the table of people.

use serde::Serialize;

use crate::{app::mailboxes::FailedView, language::Text};

/// A person.
#[derive(Debug, Clone, Serialize)]
pub struct PersonRow {
    /// Their name.
    pub name: String,
    /// What they sign in with.
    pub login: String,
    /// What they are appointed to, today or later.
    pub appointments: Vec<HeldView>,
    /// Whether they may sign in.
    pub active: bool,
    /// Where their mail goes.
    pub email: String,
    /// Since when and why their mailbox takes no mail.
    pub mailbox_failed: Option<FailedView>,
}

/// An appointment that is not over, and what the form that ends it sends back.
#[derive(Debug, Clone, Serialize)]
pub struct HeldView {
    /// The role, in words.
    pub role: Text,
    /// The organisation, by name.
    pub org: Text,
    /// Whose it is.
    pub login: String,
    /// The role.
    pub role_code: String,
    /// The organisation.
    pub org_code: String,
    /// Its first day.
    pub from: String,
    /// Its last day, if it is known; it never changes then.
    pub until: Option<String>,
}
