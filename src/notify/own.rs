//! What a place writes in a mail itself, in the place of the shipped text: three parts in one language, compiled beside
//! the shipped layout.

use handlebars::Handlebars;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    mails::{Frame, MailContext},
    templates::{RenderFailure, Rendered, render_bounded, shipped_parts, with_layout},
    wording,
};
use crate::language::Lang;

/// The parts of a mail as somebody writes them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parts {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// One of the parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The subject.
    Subject,
    /// The plain text.
    Text,
    /// The HTML.
    Html,
}

impl Part {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Subject, Self::Text, Self::Html];

    /// As forms and programs call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Text => "text",
            Self::Html => "html",
        }
    }

    /// How it is escaped.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Subject | Self::Text => "txt",
            Self::Html => "html",
        }
    }
}

impl Parts {
    /// What is shipped for a mail; `None` where there is no such mail.
    #[must_use]
    pub fn shipped(mail: &str, lang: Lang) -> Option<Self> {
        let [subject, text, html] = shipped_parts(mail, lang)?;
        Some(Self { subject, text, html }.tidy())
    }

    /// With one kind of line break, no blanks around, and a line break at the end of the bodies.
    #[must_use]
    pub fn tidy(self) -> Self {
        let lines = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n");
        let body = |text: &str| format!("{}\n", lines(text).trim_end());
        Self { subject: lines(&self.subject).trim().to_owned(), text: body(&self.text), html: body(&self.html) }
    }

    /// One of the parts.
    #[must_use]
    pub fn part(&self, part: Part) -> &str {
        match part {
            Part::Subject => &self.subject,
            Part::Text => &self.text,
            Part::Html => &self.html,
        }
    }
}

/// A place's own text of a mail in one language, ready to render.
#[derive(Debug)]
pub struct Own {
    txt: Handlebars<'static>,
    html: Handlebars<'static>,
}

impl Own {
    /// Compiles parts that were found in order: see [`super::proofread::flaws`], without which this may take down the
    /// process.
    pub(super) fn compile(lang: Lang, parts: &Parts) -> Result<Self, (Part, RenderFailure)> {
        let layout = |part: Part| with_layout(lang, part.ending()).map_err(|why| (part, why));
        let mut own = Self { txt: layout(Part::Text)?, html: layout(Part::Html)? };
        for part in Part::ALL {
            let registry = if part == Part::Html { &mut own.html } else { &mut own.txt };
            let compiled = registry.register_template_string(&key(part), parts.part(part));
            compiled.map_err(|e| (part, RenderFailure(e.reason().to_string())))?;
        }
        Ok(own)
    }

    /// Writes a mail for its recipient.
    ///
    /// # Errors
    /// A part grew over its limit, asked for something that is not there, or does not show the link.
    pub fn render(&self, mail: &MailContext, frame: &Frame<'_>) -> Result<Rendered, RenderFailure> {
        let view = mail.view(frame).map_err(|e| RenderFailure(e.to_string()))?;
        self.render_view(&view).map_err(|(_, why)| why)
    }

    /// The same, saying in which part it went wrong.
    pub(super) fn render_view(&self, view: &Value) -> Result<Rendered, (Part, RenderFailure)> {
        let [subject, text, html] = Part::ALL.map(|part| {
            let registry = if part == Part::Html { &self.html } else { &self.txt };
            render_bounded(registry, &key(part), view).map_err(|why| (part, why))
        });
        let rendered = Rendered { subject: wording::one_line(&subject?), text: text?, html: html? };
        let link = view.get("link").and_then(Value::as_str).unwrap_or_default();
        let shown =
            [(Part::Text, link.to_owned()), (Part::Html, format!("href=\"{}\"", handlebars::html_escape(link)))];
        for (part, link) in shown {
            let whole = if part == Part::Html { &rendered.html } else { &rendered.text };
            if !whole.contains(&link) {
                return Err((part, RenderFailure(NO_LINK.to_owned())));
            }
        }
        if rendered.subject.is_empty() {
            return Err((Part::Subject, RenderFailure("the subject is empty".to_owned())));
        }
        Ok(rendered)
    }
}

/// Why a mail that does not show its link is not sent as it is.
pub(super) const NO_LINK: &str = "the link of the mail is not shown";

/// The name of a part in its registry, which no partial of the layout has.
fn key(part: Part) -> String {
    format!("own/{}", part.name())
}
