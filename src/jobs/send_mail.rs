use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;

use super::{Job, JobContext, Limits, Occasion, Trouble};
use crate::{
    language::{Lang, Text},
    notify::{
        compose::{MAIL, MailOrder},
        mailer::{Delivery, Letter, LetterKey},
        mails::Frame,
    },
    store::{mails, people, tasks},
};

/// A mail leaves, once for its occasion and recipient.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct SendMail(MailOrder);

#[async_trait]
impl Job for SendMail {
    const KIND: &'static str = MAIL;
    // Ten minutes for the answer to the message, and what comes before it.
    const LIMITS: Limits = Limits { attempt_max: Duration::from_secs(900), attempts_max: 15 };

    fn given_up() -> Text {
        Text::new("邮件未能送达", "A mail could not be delivered")
    }

    async fn run(self, occasion: &Occasion, context: &JobContext) -> Result<(), Trouble> {
        let db = context.store.read();
        if mails::get(db, &occasion.occurrence).await?.is_some_and(|mail| mail.state != "failed") {
            return Ok(());
        }
        if let Some(why) = self.untrue(context).await? {
            return Err(Trouble::moot(why));
        }
        let person = people::find(db, self.0.person).await?.ok_or_else(|| Trouble::give_up("no such person"))?;
        let lang = Lang::from_tag(&person.lang).unwrap_or_default();
        let now = context.sources.clock.now();
        let frame = Frame { lang, recipient: &person.name, now, site: &context.site };
        let written = context.templates.render(&self.0.mail, &frame).map_err(|e| Trouble::give_up(e.to_string()))?;
        let key = LetterKey { occurrence: occasion.occurrence.clone(), thread: self.0.mail.case().id.to_string() };
        let mut record = mails::MailRow {
            id: occasion.dispatch.uuid(),
            occurrence: occasion.occurrence.clone(),
            person_id: self.0.person,
            kind: self.0.mail.name().to_owned(),
            case_id: Some(self.0.mail.case().id),
            lang: lang.tag().to_owned(),
            message_id: context.mailer.message_id(&key),
            subject: written.subject.clone(),
            state: "no-mailbox".to_owned(),
            created_at: now,
            sent_at: None,
            last_error: None,
        };
        let Some(address) = person.email.filter(|address| !address.is_empty()) else {
            return keep(context, record).await;
        };
        let (subject, text, html) = (written.subject, written.text, written.html);
        let letter = Letter { key, name: person.name, address, subject, text, html, date: now };
        let (state, trouble) = match context.mailer.deliver(&letter).await {
            Delivery::Sent => ("sent", None),
            Delivery::Retry(why) if !occasion.is_last => return Err(Trouble::retry(why)),
            Delivery::Retry(why) | Delivery::Refused(why) => ("failed", Some(why)),
        };
        record.state = state.to_owned();
        record.sent_at = trouble.is_none().then(|| context.sources.clock.now());
        record.last_error.clone_from(&trouble);
        keep(context, record).await?;
        trouble.map_or(Ok(()), |why| Err(Trouble::give_up(why)))
    }
}

impl SendMail {
    /// Why the mail is not true any more, if it is not: its task was closed before it left.
    async fn untrue(&self, context: &JobContext) -> Result<Option<String>, Trouble> {
        let Some(no) = self.0.mail.task() else { return Ok(None) };
        let task = tasks::find(context.store.read(), self.0.mail.case().id, no.into()).await?;
        Ok(task.filter(|task| task.state != "open").map(|task| format!("task {no} is {}", task.state)))
    }
}

async fn keep(context: &JobContext, record: mails::MailRow) -> Result<(), Trouble> {
    Ok(context.store.write(move |tx| async move { mails::put(&tx, record).await }).await?)
}
