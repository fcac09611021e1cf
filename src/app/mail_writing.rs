//! A mail as the place writes it itself, at the moment it leaves. A text that fails, for whatever reason, costs no mail:
//! the shipped text is sent in its place, and an operator is told.

use super::template_words;
use crate::{
    clock::{Instant, Sources},
    language::Lang,
    notify::{
        mails::{Frame, MailContext},
        own::Parts,
        proofread::{self, Mistake},
        templates::Rendered,
    },
    store::{
        self, Store, Tx,
        incidents::NewIncident,
        mail_templates::{self, TemplateRow},
    },
};

/// The kind of an incident about a text that could not be used.
pub const TEMPLATE_FAILED: &str = "mail-template-failed";

/// Writes a mail by the version of the place that is the latest now, on whichever node: gives that version, too. `None`
/// where the shipped text is what the place wants, and where its own cannot be used.
///
/// # Errors
/// What the database says.
pub async fn own(
    (store, sources): (&Store, &Sources),
    mail: &MailContext,
    frame: &Frame<'_>,
) -> Result<Option<(Rendered, i64)>, store::Error> {
    let row = mail_templates::latest(store.read(), mail.name(), frame.lang.tag()).await?;
    let Some((version, parts)) = row.as_ref().and_then(|row| Some((row.version, parts_of(row)?))) else {
        return Ok(None);
    };
    let written = proofread::read(mail.name(), frame.lang, &parts)
        .map_err(|mistakes| told(&mistakes))
        .and_then(|own| own.render(mail, frame).map_err(|why| why.to_string()));
    let why = match written {
        Ok(rendered) => return Ok(Some((rendered, version))),
        Err(why) => why,
    };
    tracing::warn!(mail = mail.name(), lang = frame.lang.tag(), version, reason = why, "the shipped text is sent");
    let incident = incident(sources, (mail.name(), frame.lang, version), why);
    store.write(move |tx: Tx| async move { store::incidents::raise(&tx, incident).await }).await?;
    Ok(None)
}

/// The parts of a version; `None` where it goes back to what is shipped.
#[must_use]
pub fn parts_of(row: &TemplateRow) -> Option<Parts> {
    let (subject, text, html) = (row.subject.clone()?, row.body_text.clone()?, row.body_html.clone()?);
    Some(Parts { subject, text, html })
}

/// A version that cannot be used is nobody's concern once there is another one.
pub(super) async fn superseded(tx: &Tx, row: &TemplateRow, now: Instant) -> Result<(), store::Error> {
    store::incidents::close(tx, &occurrence(&row.mail, &row.lang, row.version), now).await
}

fn occurrence(mail: &str, lang: &str, version: i64) -> String {
    format!("mail-template/{mail}/{lang}/{version}")
}

fn incident(sources: &Sources, (mail, lang, version): (&str, Lang, i64), detail: String) -> NewIncident {
    let title = template_words::title(mail);
    let in_zh = lang.pick("中文", "英文");
    let in_en = lang.pick("Chinese", "English");
    NewIncident {
        id: sources.new_id(),
        occurrence: occurrence(mail, lang.tag(), version),
        kind: TEMPLATE_FAILED.to_owned(),
        case_id: None,
        summary_zh: format!(
            "邮件“{}”的{in_zh}模板第{version}版不能使用，已改用系统文本发送，邮件没有丢失。请在“邮件模板”中修改，或者恢复系统文本。",
            title.zh
        ),
        summary_en: format!(
            "Version {version} of the {in_en} text of “{}” cannot be used; the shipped text is sent and no mail is lost. Change \
             it under “Mail templates”, or go back to the shipped text.",
            title.en
        ),
        detail,
        opened_at: sources.clock.now(),
    }
}

fn told(mistakes: &[Mistake]) -> String {
    let lines = mistakes.iter().take(5).map(|m| format!("{} {}:{} {}", m.part.name(), m.line, m.column, m.text.en));
    lines.collect::<Vec<_>>().join("; ")
}
