//! How the texts of mails are shown.

use serde::Serialize;

use super::{
    drafts::{EditorView, NumberView},
    mail_templates::Attempt,
    render::View,
};
use crate::{
    app::{
        compare::{Comparison, compare},
        mail_templates::{Line, Name, Template, Version},
        shown::{Chip, Tone},
        template_words,
    },
    clock::Instant,
    language::{Lang, Text},
    notify::{
        own::{Part, Parts},
        proofread::Mistake,
        templates::Rendered,
    },
};

/// Lines that stand ready below the last one.
const LINES_READY: usize = 4;
/// Versions shown with their differences.
const VERSIONS_SHOWN: usize = 20;

/// The list.
#[derive(Debug, Clone, Serialize)]
pub struct TemplatesView {
    /// Every kind of mail.
    pub rows: Vec<RowView>,
}

/// A kind of mail.
#[derive(Debug, Clone, Serialize)]
pub struct RowView {
    /// What it is called.
    pub title: Text,
    /// When it is sent.
    pub purpose: Text,
    /// Its text in each language.
    pub texts: Vec<TextView>,
}

/// A text in a list.
#[derive(Debug, Clone, Serialize)]
pub struct TextView {
    /// The language.
    pub lang: &'static str,
    /// Its page.
    pub href: String,
    /// Shipped or the place's own.
    pub state: Chip,
    /// Who changed it last, when and why.
    pub last: Option<VersionView>,
}

/// The text of a mail.
#[derive(Debug, Clone, Serialize)]
pub struct TemplateView {
    /// Its page.
    pub href: String,
    /// What the mail is called.
    pub title: Text,
    /// When it is sent.
    pub purpose: Text,
    /// The languages, of which one is here.
    pub langs: Vec<LangLink>,
    /// Shipped or the place's own.
    pub state: Chip,
    /// The version that the form was made from.
    pub seen: i64,
    /// The subject.
    pub subject: String,
    /// The two bodies.
    pub editors: Vec<EditorView>,
    /// The samples to choose from.
    pub samples: Vec<SampleView>,
    /// The reason as it was typed.
    pub why: String,
    /// What is wrong with it.
    pub mistakes: Vec<MistakeView>,
    /// It with a sample.
    pub preview: Option<PreviewView>,
    /// What it may name.
    pub names: Vec<NameView>,
    /// How it came about.
    pub versions: Vec<VersionView>,
    /// Whether there is something to go back from.
    pub is_own: bool,
    /// Why nothing was done.
    pub refusal: Option<String>,
    /// That a test is on its way.
    pub tested: bool,
}

/// A language.
#[derive(Debug, Clone, Serialize)]
pub struct LangLink {
    /// Its name.
    pub title: &'static str,
    /// Its page.
    pub href: String,
    /// Whether it is the one on the page.
    pub here: bool,
}

/// A sample.
#[derive(Debug, Clone, Serialize)]
pub struct SampleView {
    /// As the form sends it, from 0.
    pub value: usize,
    /// As people count.
    pub no: usize,
    /// Whether it is the one that is shown.
    pub here: bool,
}

/// A mistake.
#[derive(Debug, Clone, Serialize)]
pub struct MistakeView {
    /// The name of the part among the sentences.
    pub part: &'static str,
    /// The editor where its place is; none for the subject.
    pub editor: Option<&'static str>,
    /// The line; 0 for the part as a whole.
    pub line: usize,
    /// The column.
    pub column: usize,
    /// What is wrong, and what to do.
    pub text: Text,
}

/// A text with a sample.
#[derive(Debug, Clone, Serialize)]
pub struct PreviewView {
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The HTML, a page of its own.
    pub html: String,
}

/// A name.
#[derive(Debug, Clone, Serialize)]
pub struct NameView {
    /// In its braces.
    pub tag: String,
    /// What it stands for.
    pub about: Text,
    /// What that is in the samples.
    pub samples: Vec<String>,
}

/// A version.
#[derive(Debug, Clone, Serialize)]
pub struct VersionView {
    /// From 1.
    pub version: i64,
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: String,
    /// Why.
    pub why: String,
    /// What it went back to, if it did.
    pub went_back: Option<Text>,
    /// What differs from the one before, part by part.
    pub changes: Vec<ChangeView>,
    /// Whether it can be taken up again.
    pub can_return: bool,
}

/// What differs in a part.
#[derive(Debug, Clone, Serialize)]
pub struct ChangeView {
    /// The name of the part among the sentences.
    pub part: &'static str,
    /// Line by line.
    pub compare: Comparison,
}

impl View for TemplatesView {
    const TEMPLATE: &'static str = "mail_templates";
}

impl View for TemplateView {
    const TEMPLATE: &'static str = "mail_template";
}

impl TemplatesView {
    pub(super) fn of(lines: &[Line]) -> Self {
        let rows = lines.iter().map(|line| RowView {
            title: template_words::title(line.mail),
            purpose: template_words::purpose(line.mail),
            texts: line.texts.iter().map(|(lang, last)| text_view(line.mail, *lang, last.as_ref())).collect(),
        });
        Self { rows: rows.collect() }
    }
}

impl TemplateView {
    pub(super) fn of(
        template: &Template,
        (parts, attempt, preview): (&Parts, Attempt, Option<Rendered>),
        reader: Lang,
    ) -> Self {
        let Attempt { why, sample, mistakes, refusal, tested, .. } = attempt;
        let mistakes: Vec<_> = mistakes.iter().map(mistake_view).collect();
        let href = |lang: Lang| format!("/templates/{}/{}", template.mail, lang.tag());
        let langs = [Lang::Zh, Lang::En].map(|lang| LangLink {
            title: lang.pick("中文", "English"),
            href: href(lang),
            here: lang == template.lang,
        });
        Self {
            href: href(template.lang),
            title: template_words::title(template.mail),
            purpose: template_words::purpose(template.mail),
            langs: langs.into(),
            state: state(template.is_own()),
            seen: template.version(),
            subject: parts.subject.clone(),
            editors: [Part::Text, Part::Html].map(|part| editor(part, parts, &mistakes)).into(),
            samples: (0..template.samples)
                .map(|value| SampleView { value, no: value + 1, here: value == sample })
                .collect(),
            why,
            mistakes,
            preview: preview.map(|Rendered { subject, text, html }| PreviewView { subject, text, html }),
            names: template.names.iter().map(name_view).collect(),
            versions: versions(template),
            is_own: template.is_own(),
            refusal: refusal.map(|refusal| refusal.sentence(reader)),
            tested,
        }
    }
}

fn text_view(mail: &str, lang: Lang, last: Option<&Version>) -> TextView {
    TextView {
        lang: lang.pick("中文", "English"),
        href: format!("/templates/{mail}/{}", lang.tag()),
        state: state(last.is_some_and(|version| version.parts.is_some())),
        last: last.map(|version| version_view(version, Vec::new(), false)),
    }
}

fn state(is_own: bool) -> Chip {
    if is_own {
        Chip::new(Tone::Active, Text::new("本地文本", "Own text"))
    } else {
        Chip::new(Tone::Plain, Text::new("系统文本", "Shipped text"))
    }
}

fn editor(part: Part, parts: &Parts, mistakes: &[MistakeView]) -> EditorView {
    let text = parts.part(part).to_owned();
    let rows = text.lines().count() + LINES_READY;
    let is_bad = |no| mistakes.iter().any(|found| found.editor == Some(part.name()) && found.line == no);
    let numbers = (1..=rows).map(|no| NumberView { no, bad: is_bad(no) }).collect();
    EditorView { name: part.name(), title: title_of(part), text, rows, numbers }
}

/// The name of a part among the sentences.
fn title_of(part: Part) -> &'static str {
    match part {
        Part::Subject => "template-subject",
        Part::Text => "template-text",
        Part::Html => "template-html",
    }
}

fn mistake_view(mistake: &Mistake) -> MistakeView {
    let Mistake { part, line, column, text } = mistake.clone();
    let editor = (part != Part::Subject && line > 0).then(|| part.name());
    MistakeView { part: title_of(part), editor, line, column, text }
}

fn name_view(name: &Name) -> NameView {
    NameView { tag: format!("{{{{{}}}}}", name.name), about: name.about.clone(), samples: name.samples.clone() }
}

/// The versions, each beside the one before it.
fn versions(template: &Template) -> Vec<VersionView> {
    let shipped = Parts::shipped(template.mail, template.lang).unwrap_or_default();
    let shown = template.versions.iter().take(VERSIONS_SHOWN).enumerate();
    let views = shown.map(|(index, version)| {
        let before = template.versions.get(index + 1);
        let (new, old) = (said(Some(version), &shipped), said(before, &shipped));
        let changes = Part::ALL.into_iter().filter(|part| new.part(*part) != old.part(*part)).map(|part| {
            let compare = compare(old.part(part), new.part(part));
            ChangeView { part: title_of(part), compare }
        });
        let can_return = version.parts.is_some() && *new != template.parts;
        version_view(version, changes.collect(), can_return)
    });
    views.collect()
}

/// What a version says; the shipped text where it says nothing of its own.
fn said<'p>(version: Option<&'p Version>, shipped: &'p Parts) -> &'p Parts {
    version.and_then(|version| version.parts.as_ref()).unwrap_or(shipped)
}

fn version_view(version: &Version, changes: Vec<ChangeView>, can_return: bool) -> VersionView {
    let went_back = version.restores.map(|to| match to {
        0 => Text::new("恢复系统文本", "Back to the shipped text"),
        to => Text::new(format!("恢复第{to}版"), format!("Back to version {to}")),
    });
    let Version { version, at, by, why, .. } = version.clone();
    VersionView { version, at, by, why, went_back, changes, can_return }
}
