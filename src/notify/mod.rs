//! Mail: what it says (`mails/`, `notification-templates/`), how it is asked for (`compose`), how it leaves (`mailer`).

pub mod compose;
pub mod door;
pub mod folder;
pub mod lateness;
pub mod mailer;
pub mod mails;
pub mod markup;
pub mod own;
pub mod proofread;
pub mod setup;
pub mod templates;
pub mod wording;
