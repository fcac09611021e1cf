use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;

use super::{
    Job, JobContext, Limits, Occasion, Trouble,
    delivering::{Message, has_left, send},
};
use crate::{
    app::mail_timing::Sending,
    language::Text,
    notify::compose::{MAIL, MailOrder},
    store::tasks,
};

/// A mail leaves, once for its occasion and recipient, when it is time.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct SendMail(MailOrder);

#[async_trait]
impl Job for SendMail {
    const KIND: &'static str = MAIL;
    // Ten minutes for the answer to the message, and what comes before it.
    const LIMITS: Limits = Limits { attempt_max: Duration::from_secs(900), attempts_max: 20 };

    fn given_up() -> Text {
        Text::new("邮件未能送达", "A mail could not be delivered")
    }

    async fn run(self, occasion: &Occasion, context: &JobContext) -> Result<(), Trouble> {
        if has_left(occasion, context).await? {
            return Ok(());
        }
        if let Some(why) = self.untrue(context).await? {
            return Err(Trouble::moot(why));
        }
        let MailOrder { person, mail } = self.0;
        match context.cases.sending(occasion.dispatch, person, &mail).await? {
            Sending::Now => {}
            Sending::At(until) => return Err(Trouble::wait(until, "quiet hours")),
            Sending::InDigest(digest) => return Err(Trouble::moot(format!("in {digest}"))),
        }
        let case = mail.case().id;
        send(occasion, context, Message { person, mail, thread: case.to_string(), case: Some(case) }).await
    }
}

impl SendMail {
    /// Why the mail is not true any more, if it is not: its task was closed before it left, a later reminder has taken
    /// its place, the case stands still.
    async fn untrue(&self, context: &JobContext) -> Result<Option<String>, Trouble> {
        let Some(no) = self.0.mail.task() else { return Ok(None) };
        let task = tasks::find(context.store.read(), self.0.mail.case().id, no.into()).await?;
        if let Some(closed) = task.filter(|task| task.state != "open") {
            return Ok(Some(format!("task {no} is {}", closed.state)));
        }
        Ok(context.cases.moot(&self.0).await?.map(str::to_owned))
    }
}
