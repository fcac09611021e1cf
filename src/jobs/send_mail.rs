use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;

use super::{Job, JobContext, Limits, Occasion, Trouble};
use crate::{
    ids::DispatchId,
    language::{Lang, Text},
    notify::{
        compose::{MAIL, MailOrder},
        mailer::{Delivery, Letter, LetterKey},
        mails::Frame,
    },
    store::{
        Tx, mailboxes, mails,
        notices::{self, NoticeRow},
        people, tasks,
    },
};

/// A mail leaves, once for its occasion and recipient.
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
        let mailbox = mailboxes::get(db, self.0.person).await?;
        if let Some(why) = mailbox.as_ref().and_then(|mailbox| mailbox.failed_why.clone()) {
            record.last_error = Some(why);
            return keep(context, record).await;
        }
        let Some(address) = person.email.filter(|address| !address.is_empty()) else {
            return keep(context, record).await;
        };
        let (subject, text, html) = (written.subject, written.text, written.html);
        let letter = Letter { key, name: person.name, address, subject, text, html, date: now };
        let delivery = context.mailer.deliver(&letter).await;
        if let (Delivery::Retry(why), false) = (&delivery, occasion.is_last) {
            return Err(Trouble::retry(why.clone()));
        }
        let had_refusals = mailbox.is_some_and(|mailbox| mailbox.refusals > 0);
        settled(context, record, (delivery, had_refusals)).await
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

/// Notes down how a mail ended: sent, or failed, which the recipient finds among their notices.
async fn settled(
    context: &JobContext,
    mut record: mails::MailRow,
    (delivery, had_refusals): (Delivery, bool),
) -> Result<(), Trouble> {
    let now = context.sources.clock.now();
    let (person, dispatch) = (record.person_id, DispatchId::from_uuid(record.id));
    let (why, condemned) = match delivery {
        Delivery::Sent => {
            "sent".clone_into(&mut record.state);
            record.sent_at = Some(now);
            let sent = move |tx: Tx| async move {
                if had_refusals {
                    mailboxes::clear(&tx, person).await?;
                }
                mails::put(&tx, record).await
            };
            return Ok(context.store.write(sent).await?);
        }
        Delivery::Retry(why) => (why, None),
        Delivery::Refused(why) => (why, Some(false)),
        Delivery::NoMailbox(why) => (why, Some(true)),
    };
    "failed".clone_into(&mut record.state);
    record.last_error = Some(why.clone());
    let code = why.clone();
    let failed = move |tx: Tx| async move {
        let takes_none = match condemned {
            None => false,
            Some(true) => true,
            Some(false) => mailboxes::count_refusal(&tx, person).await? >= mailboxes::REFUSALS_MAX,
        };
        if takes_none {
            mailboxes::flag(&tx, person, &code, now).await?;
        }
        notices::put(&tx, vec![undelivered(&record, dispatch, takes_none)]).await?;
        mails::put(&tx, record).await
    };
    context.store.write(failed).await?;
    Err(Trouble::give_up(why))
}

/// What the recipient of a mail that failed is told in its place.
fn undelivered(record: &mails::MailRow, dispatch: DispatchId, takes_none: bool) -> NoticeRow {
    let code = record.last_error.clone().unwrap_or_default();
    let title = if takes_none {
        Text::new(
            format!("您的邮箱不接收邮件（{code}），今后的通知只在“消息”中显示。请联系安全管理员核对邮箱地址。"),
            format!(
                "Your mailbox takes no mail ({code}): you are told here alone. Ask the security administrator to check the address."
            ),
        )
    } else {
        Text::new(
            format!("有一封通知邮件未能送达您的邮箱（{code}），其内容见“消息”和“待办”。"),
            format!("A mail did not reach your mailbox ({code}); what it said stands here and in the inbox."),
        )
    };
    NoticeRow {
        id: dispatch.derive("mail-failed"),
        person_id: record.person_id,
        kind: "mail-failed".to_owned(),
        case_id: None,
        task_no: None,
        title_zh: title.zh,
        title_en: title.en,
        path: "/account#mailbox".to_owned(),
        created_at: record.created_at,
        read_at: None,
        digest: None,
    }
}

async fn keep(context: &JobContext, record: mails::MailRow) -> Result<(), Trouble> {
    Ok(context.store.write(move |tx| async move { mails::put(&tx, record).await }).await?)
}
