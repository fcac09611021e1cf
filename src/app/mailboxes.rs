//! Mailboxes that take no mail: who is told, and how mail goes there again.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    App, Failure, Problem, Viewer, people,
    sign_in::{NotLetIn, login_of},
};
use crate::{
    clock::Instant,
    ids::PersonId,
    language::Text,
    store::{self, mailboxes},
};

/// A person's mailbox.
#[derive(Debug, Clone, Default, Serialize)]
pub struct MailboxView {
    /// The address; `None` when there is none.
    pub address: Option<String>,
    /// Since when and why it takes no mail.
    pub failed: Option<FailedView>,
}

/// Why a mailbox takes no mail.
#[derive(Debug, Clone, Serialize)]
pub struct FailedView {
    /// Since when.
    pub at: Instant,
    /// The server's code, such as `smtp 550 5.1.1`.
    pub why: String,
}

impl App {
    /// The mailbox of a person.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn mailbox(&self, viewer: &Viewer) -> Result<MailboxView, Failure> {
        let db = self.store().read();
        let address = store::people::find(db, viewer.person).await?.and_then(|person| person.email);
        let failed = mailboxes::get(db, viewer.person).await?.and_then(|row| row.failed_at.zip(row.failed_why));
        Ok(MailboxView { address, failed: failed.map(|(at, why)| FailedView { at, why }) })
    }

    /// The mailboxes that take no mail, by person.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn failed_mailboxes(&self) -> Result<BTreeMap<PersonId, FailedView>, Failure> {
        let failed = mailboxes::failed(self.store().read()).await?;
        let views = failed.into_iter().filter_map(|row| {
            let (at, why) = row.failed_at.zip(row.failed_why)?;
            Some((row.person_id, FailedView { at, why }))
        });
        Ok(views.collect())
    }

    /// Where the mail of everybody goes who has an address.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn addresses(&self) -> Result<BTreeMap<PersonId, String>, Failure> {
        let people = store::people::all(self.store().read()).await?;
        Ok(people.into_iter().filter_map(|person| Some((person.id, person.email?))).collect())
    }

    /// Mail to a person goes to this address from now on, and is tried even where the mailbox took none before; to
    /// nowhere when the address is empty. Says who it was.
    ///
    /// # Errors
    /// [`NotLetIn::Told`] when there is nobody, or it is no address.
    pub async fn set_address(&self, login: &str, address: &str) -> Result<PersonId, NotLetIn> {
        let address = address.trim().to_owned();
        if !address.is_empty() && !people::is_address(&address) {
            let (zh, en) = ("邮箱地址不正确，请核对。", "This is not a mail address. Check it.");
            return Err(Problem::field("email", Text::new(zh, en)).into());
        }
        let found = store::people::by_login(self.store().read(), &login_of(login)).await?;
        let Some(found) = found else { return Err(Problem::not_found().into()) };
        let id = found.id;
        let address = (!address.is_empty()).then_some(address);
        self.store()
            .write(move |tx| async move {
                store::people::set_email(&tx, id, address).await?;
                mailboxes::clear(&tx, id).await
            })
            .await?;
        Ok(id)
    }
}
