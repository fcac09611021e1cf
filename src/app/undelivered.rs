//! Mails that did not reach a person: who gets no mail is told on a page.

use chrono::TimeDelta;

use super::{App, Failure, Viewer};
use crate::store::mails;

/// How long a person is told of a mail that did not reach them.
pub const TOLD_DAYS: i64 = 30;

impl App {
    /// How many mails to `viewer` were given up in the last [`TOLD_DAYS`] days.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn undelivered(&self, viewer: &Viewer) -> Result<u64, Failure> {
        let since = self.now() - TimeDelta::days(TOLD_DAYS);
        Ok(mails::failed_since(self.store().read(), viewer.person, since).await?)
    }
}
