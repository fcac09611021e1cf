//! Whether a mail that waits to leave is still worth sending. What no longer holds is cancelled, with the reason.

use super::{App, Failure, loading};
use crate::{
    clock::Instant,
    engine::{Case, Status, deputy, may_act},
    ids::{CaseId, PersonId},
    notify::{compose::MailOrder, mails::MailContext},
    store,
};

/// A mail about the deadline of a task.
struct Prompt {
    case: CaseId,
    task: u32,
    rung_at: Instant,
    /// Whether it asks its recipient to act.
    asks: bool,
}

impl App {
    /// Why a mail need not leave any more, as a code; `None` while it should.
    ///
    /// # Errors
    /// [`Failure::Store`], [`Failure::Broken`].
    pub async fn moot(&self, order: &MailOrder) -> Result<Option<&'static str>, Failure> {
        match prompt_of(&order.mail) {
            Some(prompt) => self.prompt_is_moot(&prompt, order.person).await,
            None => Ok(None),
        }
    }

    async fn prompt_is_moot(&self, prompt: &Prompt, person: PersonId) -> Result<Option<&'static str>, Failure> {
        let db = self.store().read();
        let Some(row) = store::cases::find(db, prompt.case).await? else { return Ok(Some("no-such-case")) };
        let case: Case = serde_json::from_str(&row.state).map_err(Failure::broken)?;
        if case.status != Status::Running {
            return Ok(Some("case-ended"));
        }
        let Some(task) = case.tasks.get(&prompt.task) else { return Ok(Some("task-closed")) };
        if case.suspended.is_some() {
            return Ok(Some("case-suspended"));
        }
        if !prompt.asks {
            return Ok(None);
        }
        if task.reminding.rung.is_some_and(|rung| rung > prompt.rung_at) {
            return Ok(Some("superseded"));
        }
        let Some(around) = loading::around(self, db, &case.subject).await? else { return Ok(Some("no-such-case")) };
        let definition = self.definition(db, &row.definition_hash).await?;
        let s = around.surroundings(self);
        let acts =
            may_act(task, person, &s) || deputy::in_place_of(&definition, &case, (task.no, person), &s).is_some();
        Ok((!acts && task.hands.holder() != Some(person)).then_some("with-somebody-else"))
    }
}

fn prompt_of(mail: &MailContext) -> Option<Prompt> {
    match mail {
        MailContext::TaskReminder(mail) => {
            Some(Prompt { case: mail.case.id, task: mail.task, rung_at: mail.rung_at, asks: true })
        }
        MailContext::TaskEscalated(mail) => {
            Some(Prompt { case: mail.case.id, task: mail.task, rung_at: mail.rung_at, asks: mail.to_holder })
        }
        MailContext::TaskAssigned(_)
        | MailContext::CaseReturned(_)
        | MailContext::DecisionMade(_)
        | MailContext::CaseEnded(_)
        | MailContext::CaseSuspended(_)
        | MailContext::RemarkMade(_)
        | MailContext::CopiedIn(_)
        | MailContext::TaskTransferred(_)
        | MailContext::OpinionAsked(_)
        | MailContext::SignerAdded(_)
        | MailContext::TaskUrged(_)
        | MailContext::HandedOver(_)
        | MailContext::HandoffMoved(_)
        | MailContext::Digest(_) => None,
    }
}
