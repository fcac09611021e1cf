//! A message on its way out: written, given to the mailer, and noted down with what became of it.

use super::{JobContext, Occasion, Trouble};
use crate::{
    app::mail_writing,
    ids::{CaseId, DispatchId, PersonId},
    language::{Lang, Text},
    notify::{
        mailer::{Delivery, Letter, LetterKey},
        mails::{Frame, MailContext},
        templates::Rendered,
    },
    store::{
        Tx, mailboxes, mails,
        notices::{self, NoticeRow},
        people,
    },
};

/// What leaves.
pub(super) struct Message {
    /// To whom.
    pub person: PersonId,
    /// What it says.
    pub mail: MailContext,
    /// What mails that belong together have in common.
    pub thread: String,
    /// The case it is about.
    pub case: Option<CaseId>,
}

/// A message as it was written.
pub(super) struct Outgoing {
    /// To whom.
    pub person: people::PersonRow,
    /// Which mail it is.
    pub kind: String,
    /// In which language.
    pub lang: Lang,
    /// What it says.
    pub written: Rendered,
    /// The version of the place's own text that it was written by.
    pub version: Option<i64>,
    /// What mails that belong together have in common.
    pub thread: String,
    /// The case it is about.
    pub case: Option<CaseId>,
}

/// Whether the message of an occurrence has left, or goes nowhere.
pub(super) async fn has_left(occasion: &Occasion, context: &JobContext) -> Result<bool, Trouble> {
    let mail = mails::get(context.store.read(), &occasion.occurrence).await?;
    Ok(mail.is_some_and(|mail| mail.state != "failed"))
}

/// Writes a message by the text that is live now and sends it once, unless it has left already.
pub(super) async fn send(occasion: &Occasion, context: &JobContext, message: Message) -> Result<(), Trouble> {
    if has_left(occasion, context).await? {
        return Ok(());
    }
    let db = context.store.read();
    let person = people::find(db, message.person).await?.ok_or_else(|| Trouble::give_up("no such person"))?;
    let lang = Lang::from_tag(&person.lang).unwrap_or_default();
    let now = context.sources.clock.now();
    let frame = Frame { lang, recipient: &person.name, now, site: &context.site };
    let (written, version) = match mail_writing::own((&context.store, &context.sources), &message.mail, &frame).await? {
        Some((written, version)) => (written, Some(version)),
        None => {
            let shipped = context.templates.render(&message.mail, &frame);
            (shipped.map_err(|e| Trouble::give_up(e.to_string()))?, None)
        }
    };
    let Message { mail, thread, case, .. } = message;
    let kind = mail.name().to_owned();
    leave(occasion, context, Outgoing { person, kind, lang, written, version, thread, case }).await
}

/// Gives a message that was written to the mailer. Whoever has no mailbox that takes mail is told by their notices.
pub(super) async fn leave(occasion: &Occasion, context: &JobContext, outgoing: Outgoing) -> Result<(), Trouble> {
    let Outgoing { person, kind, lang, written, version, thread, case } = outgoing;
    let (db, now) = (context.store.read(), context.sources.clock.now());
    let key = LetterKey { occurrence: occasion.occurrence.clone(), thread };
    let mut record = mails::MailRow {
        id: occasion.dispatch.uuid(),
        occurrence: occasion.occurrence.clone(),
        person_id: person.id,
        kind,
        case_id: case,
        lang: lang.tag().to_owned(),
        message_id: context.mailer.message_id(&key),
        subject: written.subject.clone(),
        state: "no-mailbox".to_owned(),
        created_at: now,
        sent_at: None,
        last_error: None,
        template_version: version,
    };
    let mailbox = mailboxes::get(db, person.id).await?;
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
