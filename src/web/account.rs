//! A person's own account: language, password, tokens, sessions.

use serde::Serialize;

use super::render::View;
use crate::{clock::Instant, ids::TokenId, language::Text};

/// The page.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AccountView {
    /// Their name.
    pub name: String,
    /// What they sign in with.
    pub login: String,
    /// What they are appointed to today.
    pub appointments: Vec<AppointmentView>,
    /// Their access tokens.
    pub tokens: Vec<TokenView>,
    /// Their sessions.
    pub sessions: Vec<SessionView>,
    /// A token that was just made: shown this once.
    pub new_token: Option<String>,
    /// Why the last attempt did not work.
    pub problem: Option<Text>,
}

/// An appointment.
#[derive(Debug, Clone, Serialize)]
pub struct AppointmentView {
    /// The role.
    pub role: Text,
    /// The organisation.
    pub org: Text,
}

/// An access token.
#[derive(Debug, Clone, Serialize)]
pub struct TokenView {
    /// Its id.
    pub id: TokenId,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created_at: Instant,
    /// Until when it works.
    pub expires_at: Instant,
    /// When it was last used.
    pub last_used_at: Option<Instant>,
}

/// A session.
#[derive(Debug, Clone, Serialize)]
pub struct SessionView {
    /// When it began.
    pub created_at: Instant,
    /// When it was last seen.
    pub last_seen: Instant,
    /// Whether it is the one at hand.
    pub present: bool,
}

impl View for AccountView {
    const TEMPLATE: &'static str = "account";
}
