//! The templates of the mails: checked at the door, compiled once, rendered with a limit.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    sync::LazyLock,
};

use handlebars::{Handlebars, html_escape, no_escape};
use rust_embed::RustEmbed;
use serde_json::Value;

use super::{
    door::{self, Vocabulary},
    mails::{Frame, MailContext},
};
use crate::{clock::Instant, language::Lang};

/// The largest rendered part of a mail, in bytes.
const RENDERED_BYTES_MAX: usize = 256 * 1024;
const LANGS: [Lang; 2] = [Lang::Zh, Lang::En];
/// The layout's partials, and the parts of a mail, each with the ending that says how it is escaped.
const LAYOUT: [(&str, &str); 5] =
    [("head", "html"), ("case", "html"), ("foot", "html"), ("case", "txt"), ("foot", "txt")];
const PARTS: [(&str, &str); 3] = [("subject", "txt"), ("body", "txt"), ("body", "html")];

#[derive(RustEmbed)]
#[folder = "notification-templates"]
struct Shipped;

/// Every mail's templates, ready to render: one registry for each language and ending (`txt`, `html`).
#[derive(Debug)]
pub struct Templates(BTreeMap<(&'static str, &'static str), Handlebars<'static>>);

static KEPT: LazyLock<Result<Templates, BadTemplates>> = LazyLock::new(Templates::shipped);

/// A mail in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// Templates that cannot be used, all problems at once, each with its file.
#[derive(Debug, thiserror::Error)]
#[error("mail templates: {}", .0.join("; "))]
pub struct BadTemplates(pub Vec<String>);

/// A mail that could not be rendered.
#[derive(Debug, thiserror::Error)]
#[error("the mail could not be written: {0}")]
pub struct RenderFailure(pub(super) String);

impl Templates {
    /// The templates that come with Yumen.
    ///
    /// # Errors
    /// Every file that is missing or was refused.
    pub fn shipped() -> Result<Self, BadTemplates> {
        let mut files = BTreeMap::new();
        for path in Shipped::iter() {
            if let Some(file) = Shipped::get(&path) {
                files.insert(path.to_string(), String::from_utf8_lossy(&file.data).into_owned());
            }
        }
        Self::from_files(&files)
    }

    /// The templates that come with Yumen, compiled once in a process.
    ///
    /// # Errors
    /// Never: a test sees to it that what is embedded is in order.
    pub fn kept() -> Result<&'static Self, &'static BadTemplates> {
        KEPT.as_ref()
    }

    /// Templates by path, such as `task-assigned/zh-CN/body.txt.hbs`.
    ///
    /// # Errors
    /// Every file that is missing, refused, or belongs to no mail.
    pub fn from_files(files: &BTreeMap<String, String>) -> Result<Self, BadTemplates> {
        let mut templates = Self(BTreeMap::new());
        let mut problems = Vec::new();
        let expected = expected();
        for wanted in &expected {
            match files.get(&wanted.path) {
                None => problems.push(format!("{} is missing", wanted.path)),
                Some(source) => {
                    if let Err(problem) = templates.add(wanted, source) {
                        problems.push(format!("{}: {problem}", wanted.path));
                    }
                }
            }
        }
        let known: BTreeSet<&String> = expected.iter().map(|wanted| &wanted.path).collect();
        let strangers = files.keys().filter(|path| !known.contains(path));
        problems.extend(strangers.map(|path| format!("{path} is no part of a mail")));
        if problems.is_empty() { Ok(templates) } else { Err(BadTemplates(problems)) }
    }

    fn add(&mut self, wanted: &Wanted, source: &str) -> Result<(), String> {
        door::inspect(source, &wanted.vocabulary).map_err(|refused| refused.to_string())?;
        let registry = self.0.entry((wanted.lang.tag(), wanted.ending)).or_insert_with(|| registry(wanted.ending));
        registry.register_template_string(&wanted.name, source).map_err(|e| e.reason().to_string())
    }

    /// Writes a mail for its recipient.
    ///
    /// # Errors
    /// A part grew over its limit, or a template asked for something that is not there.
    pub fn render(&self, mail: &MailContext, frame: &Frame<'_>) -> Result<Rendered, RenderFailure> {
        let view = mail.view(frame).map_err(|e| RenderFailure(e.to_string()))?;
        let part = |(part, ending): (&str, &'static str)| {
            let registry = self.0.get(&(frame.lang.tag(), ending)).ok_or_else(|| RenderFailure(ending.to_owned()))?;
            render_bounded(registry, &format!("{}/{part}", mail.name()), &view)
        };
        let [subject, text, html] = PARTS.map(part);
        Ok(Rendered { subject: super::wording::one_line(&subject?), text: text?, html: html? })
    }
}

impl Templates {
    /// The subject of a mail alone, on one line.
    ///
    /// # Errors
    /// It grew over its limit, or asked for something that is not there.
    pub fn subject(&self, mail: &MailContext, frame: &Frame<'_>) -> Result<String, RenderFailure> {
        let view = mail.view(frame).map_err(|e| RenderFailure(e.to_string()))?;
        let registry = self.0.get(&(frame.lang.tag(), "txt")).ok_or_else(|| RenderFailure("subject".to_owned()))?;
        let subject = render_bounded(registry, &format!("{}/subject", mail.name()), &view)?;
        Ok(super::wording::one_line(&subject))
    }
}

/// The shipped text of a mail in a language, part by part; `None` where there is no such mail.
#[must_use]
pub fn shipped_parts(mail: &str, lang: Lang) -> Option<[String; 3]> {
    let read = |(part, ending)| {
        let file = Shipped::get(&format!("{mail}/{}/{part}.{ending}.hbs", lang.tag()))?;
        Some(String::from_utf8_lossy(&file.data).into_owned())
    };
    let [subject, text, html] = PARTS.map(read);
    Some([subject?, text?, html?])
}

/// What the parts with an ending may name in a mail. Empty where there is no such mail.
#[must_use]
pub fn vocabulary(mail: &str, ending: &str) -> Vocabulary {
    let of = MailContext::samples().into_iter().find(|sample| sample.name() == mail);
    let layout = LAYOUT.iter().filter(|(_, of)| *of == ending);
    let partials = layout.map(|(name, _)| (*name).to_owned()).collect();
    Vocabulary { names: of.as_ref().map(keys_of).unwrap_or_default(), partials }
}

/// A registry for an ending with the layout of a language in it.
pub(super) fn with_layout(lang: Lang, ending: &str) -> Result<Handlebars<'static>, RenderFailure> {
    let mut registry = registry(ending);
    for (name, _) in LAYOUT.iter().filter(|(_, of)| *of == ending) {
        let path = format!("layout/{}/{name}.{ending}.hbs", lang.tag());
        let file = Shipped::get(&path).ok_or_else(|| RenderFailure(format!("{path} is missing")))?;
        let source = String::from_utf8_lossy(&file.data);
        registry.register_template_string(name, source).map_err(|e| RenderFailure(e.reason().to_string()))?;
    }
    Ok(registry)
}

/// Plain text is escaped by nothing, since nothing in it is markup; HTML is escaped throughout, and a line stays a line in
/// it whether or not the mail program knows styles.
fn registry(ending: &str) -> Handlebars<'static> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry.set_prevent_indent(true);
    if ending == "html" {
        registry.register_escape_fn(|text| html_escape(text).replace('\n', "<br>"));
    } else {
        registry.register_escape_fn(no_escape);
    }
    registry
}

/// A file there must be, with what it may name.
struct Wanted {
    path: String,
    lang: Lang,
    ending: &'static str,
    name: String,
    vocabulary: Vocabulary,
}

/// Every file there must be. A layout file may name what all mails have in common.
fn expected() -> Vec<Wanted> {
    let keys: BTreeMap<&str, BTreeSet<String>> =
        MailContext::samples().iter().map(|sample| (sample.name(), keys_of(sample))).collect();
    let common = keys.values().cloned().reduce(|a, b| &a & &b).unwrap_or_default();
    let mut files = Vec::new();
    for lang in LANGS {
        for (name, ending) in LAYOUT {
            let vocabulary = Vocabulary { names: common.clone(), partials: BTreeSet::new() };
            let path = format!("layout/{}/{name}.{ending}.hbs", lang.tag());
            files.push(Wanted { path, lang, ending, name: name.to_owned(), vocabulary });
        }
        for (mail, names) in &keys {
            for (part, ending) in PARTS {
                let layout = LAYOUT.iter().filter(|(_, of)| *of == ending);
                let partials = layout.map(|(name, _)| (*name).to_owned()).collect();
                let vocabulary = Vocabulary { names: names.clone(), partials };
                let path = format!("{mail}/{}/{part}.{ending}.hbs", lang.tag());
                files.push(Wanted { path, lang, ending, name: format!("{mail}/{part}"), vocabulary });
            }
        }
    }
    files
}

fn keys_of(mail: &MailContext) -> BTreeSet<String> {
    let frame = Frame { lang: Lang::Zh, recipient: "", now: Instant::default(), site: "" };
    match mail.view(&frame) {
        Ok(Value::Object(view)) => view.keys().cloned().collect(),
        Ok(_) | Err(_) => BTreeSet::new(),
    }
}

pub(super) fn render_bounded(registry: &Handlebars<'_>, name: &str, view: &Value) -> Result<String, RenderFailure> {
    let mut out = Bounded(Vec::new());
    registry.render_to_write(name, view, &mut out).map_err(|e| RenderFailure(e.to_string()))?;
    String::from_utf8(out.0).map_err(|e| RenderFailure(e.to_string()))
}

struct Bounded(Vec<u8>);

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > RENDERED_BYTES_MAX {
            return Err(io::Error::other("the mail is larger than 256 KB"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped_files() -> BTreeMap<String, String> {
        Shipped::iter()
            .map(|path| {
                let file = Shipped::get(&path).unwrap();
                (path.to_string(), String::from_utf8(file.data.into_owned()).unwrap())
            })
            .collect()
    }

    fn refused(path: &str, source: &str) -> String {
        let mut files = shipped_files();
        files.insert(path.to_owned(), source.to_owned());
        Templates::from_files(&files).unwrap_err().to_string()
    }

    #[test]
    fn every_sample_renders_in_both_languages() {
        let templates = Templates::shipped().unwrap();
        let now = Instant::from_timestamp(1_772_500_000, 0).unwrap();
        for lang in LANGS {
            let mut seen = BTreeMap::new();
            for sample in MailContext::samples() {
                let frame = Frame { lang, recipient: "陈晓", now, site: "https://yumen.example.gov.cn" };
                let mail = templates.render(&sample, &frame).unwrap();
                let count = seen.entry(sample.name()).and_modify(|n| *n += 1).or_insert(1);
                let name = format!("{}-{count}-{}", sample.name(), lang.tag());
                insta::assert_snapshot!(name.clone(), format!("{}\n\n{}\n{}", mail.subject, mail.text, mail.html));
                assert!(!mail.text.contains("&#") && !mail.subject.contains('&'), "{name}");
                assert_eq!(mail.html.matches("<a ").count(), 1, "{name}: one link");
            }
        }
    }

    #[test]
    fn the_things_of_a_list_stand_apart_without_any_style() {
        let templates = Templates::shipped().unwrap();
        let now = Instant::from_timestamp(1_772_500_000, 0).unwrap();
        let is_digest = |sample: &MailContext| matches!(sample, MailContext::Digest(_));
        let sample = MailContext::samples().into_iter().find(is_digest).unwrap();
        let style = regex::Regex::new(r#" style="[^"]*""#).unwrap();
        for lang in LANGS {
            let frame = Frame { lang, recipient: "陈晓", now, site: "https://yumen.example.gov.cn" };
            let mail = templates.render(&sample, &frame).unwrap();
            let bare = style.replace_all(&mail.html, "").into_owned();
            assert!(bare.contains("<br><br>2. 老旧小区") && !mail.html.contains("pre-line"), "{bare}");
            assert!(mail.text.contains("\n\n2. 老旧小区"), "{}", mail.text);
        }
    }

    #[test]
    fn every_sample_of_a_mail_has_the_same_keys() {
        let mut first: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for sample in MailContext::samples() {
            let keys = keys_of(&sample);
            assert_eq!(*first.entry(sample.name()).or_insert_with(|| keys.clone()), keys, "{}", sample.name());
        }
        assert_eq!(first.len(), MailContext::NAMES.len());
    }

    #[test]
    fn a_folder_without_a_type_is_refused_and_a_type_without_a_folder_too() {
        assert!(refused("farewell/zh-CN/subject.txt.hbs", "再见").contains("is no part of a mail"));
        let mut files = shipped_files();
        files.remove("copied-in/en/body.txt.hbs");
        let problems = Templates::from_files(&files).unwrap_err().to_string();
        assert!(problems.contains("copied-in/en/body.txt.hbs is missing"), "{problems}");
    }

    #[test]
    fn a_misspelt_name_is_refused_even_in_a_condition() {
        let problem = refused("copied-in/zh-CN/body.txt.hbs", "{{#if deadlin}}x{{/if}}");
        assert!(problem.contains("line 1: the mail has no “deadlin”"), "{problem}");
    }

    #[test]
    fn a_layout_that_calls_itself_is_refused() {
        assert!(refused("layout/en/foot.txt.hbs", "{{> foot}}").contains("no partial"));
    }

    #[test]
    fn a_mail_has_a_largest_size() {
        let mut files = shipped_files();
        files.insert("copied-in/en/body.txt.hbs".to_owned(), "{{project}}".repeat(480));
        let templates = Templates::from_files(&files).unwrap();
        let is_copied_in = |sample: &MailContext| matches!(sample, MailContext::CopiedIn(_));
        let mut sample = MailContext::samples().into_iter().find(is_copied_in).unwrap();
        let MailContext::CopiedIn(mail) = &mut sample else { panic!("found as what it is") };
        mail.case.title = crate::language::Text::new("项".repeat(200), "项".repeat(200));
        let frame = Frame { lang: Lang::En, recipient: "x", now: Instant::default(), site: "" };
        assert!(templates.render(&sample, &frame).unwrap_err().to_string().contains("256 KB"));
    }
}
