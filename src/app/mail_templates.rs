//! What mails say here: the shipped texts, and those that a workflow administrator writes in their place. Versions are
//! added and never changed; the latest one is live on every node with the next mail that leaves.

use serde::{Deserialize, Serialize};

use super::{App, Failure, Viewer, drafts::WRITES_DEFINITIONS, mail_writing, template_words, words};
use crate::{
    clock::Instant,
    engine::{Refusal, TemplateRefusal},
    language::{Lang, Text},
    notify::{
        mails::MailContext,
        own::Parts,
        proofread::{self, Mistake, proofread},
        templates::{self, Rendered},
    },
    store::{
        self, Tx,
        mail_templates::{self, TemplateRow},
        outbox::NewDispatch,
    },
};

/// Who writes what mails say.
pub const WRITES_TEMPLATES: &[&str] = WRITES_DEFINITIONS;
/// The job that sends a text to whoever is writing it.
pub const TEMPLATE_TEST: &str = "send-template-test";
/// The words of a reason at most.
const REASON_CHARS_MAX: usize = 500;

/// A kind of mail in a list.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its name.
    pub mail: &'static str,
    /// The latest version in each language; none where the shipped text was never changed.
    pub texts: Vec<(Lang, Option<Version>)>,
}

/// The text of a mail in one language.
#[derive(Debug, Clone)]
pub struct Template {
    /// Its name.
    pub mail: &'static str,
    /// The language.
    pub lang: Lang,
    /// What it says now.
    pub parts: Parts,
    /// What it may name.
    pub names: Vec<Name>,
    /// How many samples there are.
    pub samples: usize,
    /// The versions, the latest first.
    pub versions: Vec<Version>,
}

/// A name that a mail may use.
#[derive(Debug, Clone)]
pub struct Name {
    /// As it is written in braces.
    pub name: String,
    /// What it stands for.
    pub about: Text,
    /// What it stands for in the samples, without repetitions.
    pub samples: Vec<String>,
}

/// A version.
#[derive(Debug, Clone)]
pub struct Version {
    /// From 1.
    pub version: i64,
    /// What it says; `None` where it goes back to what is shipped.
    pub parts: Option<Parts>,
    /// The version whose text it took up again; 0 for what is shipped.
    pub restores: Option<i64>,
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: String,
    /// Why.
    pub why: String,
}

/// A text as somebody wants it.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// The version that they saw; 0 where there was none. Another one is a conflict.
    pub seen: i64,
    /// What it shall say.
    pub parts: Parts,
    /// Why.
    pub why: String,
}

/// What came of saving.
#[derive(Debug)]
pub enum Saved {
    /// It is live, as this version.
    As(i64),
    /// Nothing was saved, because of these.
    Not(Vec<Mistake>),
}

/// A text with a sample, or what is wrong with it.
pub type Previewed = Result<Rendered, Vec<Mistake>>;

/// A test of a text that nobody else is to see.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TestOrder {
    /// Which mail.
    pub mail: String,
    /// In which language.
    pub lang: Lang,
    /// What it says.
    pub parts: Parts,
    /// Which of the samples, from 0.
    pub sample: usize,
    /// To whom.
    pub person: crate::ids::PersonId,
}

impl Template {
    /// The version of its text; 0 where nobody ever changed it.
    #[must_use]
    pub fn version(&self) -> i64 {
        self.versions.first().map_or(0, |version| version.version)
    }

    /// Whether it says what the place wrote.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.versions.first().is_some_and(|version| version.parts.is_some())
    }
}

impl App {
    /// Every kind of mail.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for whoever does not write them.
    pub async fn mail_templates(&self, viewer: &Viewer) -> Result<Vec<Line>, Failure> {
        let_in(viewer)?;
        let db = self.store().read();
        let (rows, directory) = (mail_templates::current(db).await?, self.directory(db).await?);
        let of = |mail: &str, lang: Lang| {
            let row = rows.iter().find(|row| row.mail == mail && row.lang == lang.tag());
            row.map(|row| Version { by: words::person(&directory, row.saved_by), ..version(row) })
        };
        let line = |mail| Line { mail, texts: vec![(Lang::Zh, of(mail, Lang::Zh)), (Lang::En, of(mail, Lang::En))] };
        Ok(MailContext::NAMES.into_iter().map(line).collect())
    }

    /// The text of a mail in a language, with its versions.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub async fn mail_template(&self, viewer: &Viewer, of: (&str, Lang)) -> Result<Template, Failure> {
        let_in(viewer)?;
        let (mail, lang, shipped) = known(of)?;
        let db = self.store().read();
        let (rows, directory) = (mail_templates::versions(db, mail, lang.tag()).await?, self.directory(db).await?);
        let parts = rows.first().and_then(mail_writing::parts_of).unwrap_or(shipped);
        let named = |row: &TemplateRow| Version { by: words::person(&directory, row.saved_by), ..version(row) };
        let versions = rows.iter().map(named).collect();
        Ok(Template { mail, lang, parts, names: names(mail, lang), samples: proofread::samples(mail).len(), versions })
    }

    /// A text with one of the samples of its mail, from 0.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn preview_template(
        &self,
        viewer: &Viewer,
        of: (&str, Lang),
        (parts, sample): (Parts, usize),
    ) -> Result<Previewed, Failure> {
        let_in(viewer)?;
        let (mail, lang, _) = known(of)?;
        let mut samples = proofread::samples(mail);
        if sample >= samples.len() {
            return Err(Refusal::NotFound.into());
        }
        let sample = samples.swap_remove(sample);
        let read = proofread(mail, lang, &parts.tidy());
        Ok(read.and_then(|own| proofread::preview(&own, &sample, lang).map_err(|mistake| vec![mistake])))
    }

    /// Saves a text, unless something is wrong with it.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`Refusal::ReasonNeeded`], [`TemplateRefusal`].
    pub async fn save_template(&self, viewer: &Viewer, of: (&str, Lang), typed: Typed) -> Result<Saved, Failure> {
        let_in(viewer)?;
        let (mail, lang, shipped) = known(of)?;
        let why = reason(&typed.why)?;
        let parts = typed.parts.tidy();
        if let Err(mistakes) = proofread(mail, lang, &parts) {
            return Ok(Saved::Not(mistakes));
        }
        // What says the same as the shipped text follows it when that is improved.
        let restores = (parts == shipped).then_some(0);
        self.add_version(viewer, (mail, lang), New { seen: typed.seen, parts, restores, why }).await.map(Saved::As)
    }

    /// Takes up the text of an older version again, or with 0 the shipped one.
    ///
    /// # Errors
    /// As for [`Self::save_template`].
    pub async fn restore_template(
        &self,
        viewer: &Viewer,
        of: (&str, Lang),
        (seen, to, why): (i64, i64, &str),
    ) -> Result<Saved, Failure> {
        let_in(viewer)?;
        let (mail, lang, shipped) = known(of)?;
        let why = reason(why)?;
        let rows = mail_templates::versions(self.store().read(), mail, lang.tag()).await?;
        let older = rows.iter().find(|row| row.version == to);
        if to != 0 && older.is_none() {
            return Err(Refusal::NotFound.into());
        }
        let own = older.and_then(mail_writing::parts_of);
        let restores = Some(if own.is_some() { to } else { 0 });
        let parts = own.unwrap_or(shipped);
        if let Err(mistakes) = proofread(mail, lang, &parts) {
            return Ok(Saved::Not(mistakes));
        }
        self.add_version(viewer, (mail, lang), New { seen, parts, restores, why }).await.map(Saved::As)
    }

    /// Sends a text, written or not yet saved, to whoever asks, by the same way as every mail.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`TemplateRefusal::NoMailbox`].
    pub async fn test_template(
        &self,
        viewer: &Viewer,
        of: (&str, Lang),
        (parts, sample): (Parts, usize),
    ) -> Result<Result<(), Vec<Mistake>>, Failure> {
        if let Err(mistakes) = self.preview_template(viewer, of, (parts.clone(), sample))? {
            return Ok(Err(mistakes));
        }
        let mailbox = self.mailbox(viewer).await?;
        if mailbox.failed.is_some() || mailbox.address.is_none_or(|address| address.is_empty()) {
            return Err(Refusal::from(TemplateRefusal::NoMailbox).into());
        }
        let (mail, lang, _) = known(of)?;
        let order = TestOrder { mail: mail.to_owned(), lang, parts: parts.tidy(), sample, person: viewer.person };
        let row = NewDispatch {
            id: self.sources().new_id(),
            occurrence: format!("template-test/{}", self.sources().nonce().as_simple()),
            kind: TEMPLATE_TEST.to_owned(),
            case_id: None,
            person: Some(viewer.person),
            payload: serde_json::to_string(&order).map_err(Failure::broken)?,
        };
        let now = self.now();
        let put: Result<(), store::Error> =
            self.store().write(move |tx| async move { store::outbox::put(&tx, vec![row], now).await }).await;
        Ok(Ok(put?))
    }

    /// Adds a version, in one transaction: who was not looking at the latest one is told whose it is.
    async fn add_version(&self, viewer: &Viewer, (mail, lang): (&'static str, Lang), new: New) -> Result<i64, Failure> {
        let (app, by, now) = (self.clone(), viewer.person, self.now());
        let shipped = Parts::shipped(mail, lang).unwrap_or_default();
        let written: Result<i64, Failure> = self
            .store()
            .write(move |tx: Tx| async move {
                let last = mail_templates::latest(&tx, mail, lang.tag()).await?;
                let version = last.as_ref().map_or(0, |row| row.version);
                if version != new.seen {
                    return Err(app.changed(&tx, last).await?);
                }
                let live = last.as_ref().and_then(mail_writing::parts_of);
                let is_shipped = new.restores == Some(0);
                if is_shipped && live.is_none() || !is_shipped && live.unwrap_or(shipped) == new.parts {
                    return Err(Refusal::from(TemplateRefusal::Unchanged).into());
                }
                mail_templates::add(&tx, new.row((mail, lang), (by, now))).await?;
                if let Some(last) = &last {
                    mail_writing::superseded(&tx, last, now).await?;
                }
                Ok(version + 1)
            })
            .await;
        match written {
            // Two saved at the same moment, and the database let one of them.
            Err(Failure::Store(store::Error::Duplicate(_))) => {
                let last = mail_templates::latest(self.store().read(), mail, lang.tag()).await?;
                Err(self.changed(self.store().read(), last).await?)
            }
            written => written,
        }
    }

    async fn changed(&self, db: &impl store::Source, last: Option<TemplateRow>) -> Result<Failure, Failure> {
        let directory = self.directory(db).await?;
        let version = last.as_ref().map_or(0, |row| row.version);
        let by = last.map(|row| words::person(&directory, row.saved_by)).unwrap_or_default();
        Ok(Refusal::from(TemplateRefusal::ChangedMeanwhile { version, by }).into())
    }
}

/// A version to add.
struct New {
    seen: i64,
    parts: Parts,
    restores: Option<i64>,
    why: String,
}

impl New {
    fn row(self, (mail, lang): (&str, Lang), (by, now): (crate::ids::PersonId, Instant)) -> TemplateRow {
        let own = (self.restores != Some(0)).then_some(self.parts);
        TemplateRow {
            mail: mail.to_owned(),
            lang: lang.tag().to_owned(),
            version: self.seen + 1,
            subject: own.as_ref().map(|parts| parts.subject.clone()),
            body_text: own.as_ref().map(|parts| parts.text.clone()),
            body_html: own.map(|parts| parts.html),
            restores: self.restores,
            saved_at: now,
            saved_by: by,
            why: self.why,
        }
    }
}

fn let_in(viewer: &Viewer) -> Result<(), Failure> {
    if viewer.holds_any(WRITES_TEMPLATES) { Ok(()) } else { Err(Refusal::NotFound.into()) }
}

/// A mail that there is, with its shipped text.
fn known((mail, lang): (&str, Lang)) -> Result<(&'static str, Lang, Parts), Failure> {
    let mail = MailContext::NAMES.into_iter().find(|name| *name == mail).ok_or(Refusal::NotFound)?;
    let shipped = Parts::shipped(mail, lang).ok_or(Refusal::NotFound)?;
    Ok((mail, lang, shipped))
}

fn reason(why: &str) -> Result<String, Failure> {
    let why: String = why.trim().chars().take(REASON_CHARS_MAX).collect();
    if why.is_empty() { Err(Refusal::ReasonNeeded.into()) } else { Ok(why) }
}

fn version(row: &TemplateRow) -> Version {
    Version {
        version: row.version,
        parts: mail_writing::parts_of(row),
        restores: row.restores,
        at: row.saved_at,
        by: String::new(),
        why: row.why.clone(),
    }
}

/// What a mail may name, with what that is in the samples.
fn names(mail: &str, lang: Lang) -> Vec<Name> {
    let frame = proofread::sample_frame(lang);
    let views: Vec<_> = proofread::samples(mail).iter().filter_map(|sample| sample.view(&frame).ok()).collect();
    let vocabulary = templates::vocabulary(mail, "html");
    let name = |name: String| {
        let mut samples: Vec<String> = Vec::new();
        for value in views.iter().filter_map(|view| view.get(&name)) {
            let shown = template_words::value(value, lang);
            if !samples.contains(&shown) {
                samples.push(shown);
            }
        }
        Name { about: template_words::name(mail, &name), name, samples }
    };
    vocabulary.names.into_iter().map(name).collect()
}
