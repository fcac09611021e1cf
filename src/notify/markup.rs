//! The HTML of a mail as its template writes it: a small part of HTML, closed where it was opened, in which names stand
//! in the text and never inside a tag. So nothing that a name stands for can become markup, and the only address in it is
//! the link of the mail.

/// What a mail is built of.
const ELEMENTS: &[&str] = &[
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "div",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "hr",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
];
const VOID: &[&str] = &["br", "hr"];
/// What an element may say of itself; besides `href`, which is the link's.
const ATTRIBUTES: &[&str] = &[
    "align",
    "bgcolor",
    "border",
    "cellpadding",
    "cellspacing",
    "colspan",
    "dir",
    "height",
    "lang",
    "role",
    "rowspan",
    "style",
    "valign",
    "width",
];
/// Characters written by name.
const ENTITIES: &[&str] = &[
    "amp", "apos", "copy", "emsp", "ensp", "gt", "hellip", "laquo", "lt", "mdash", "middot", "nbsp", "ndash", "quot",
    "raquo", "thinsp", "times",
];
/// What a style may not do: load, run, cover what stands beside it.
const STYLES_REFUSED: &[&str] = &["url", "expression", "import", "behavior", "binding", "image", "position", "content"];

/// What is wrong with the HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// An element that mails do not have.
    Element(String),
    /// Something said of an element that mails do not say.
    Attribute(String),
    /// A value without quotes, or an attribute that cannot be read.
    Unquoted,
    /// A link that goes elsewhere than to the link of the mail.
    Address,
    /// A name or a condition inside a tag.
    NameInTag,
    /// A style that loads, runs or covers.
    Style,
    /// A comment or a declaration.
    Comment,
    /// `<` that begins no element.
    BareBracket,
    /// An element that is not closed, or not in the block in which it was opened.
    NotClosed(String),
    /// An end without a beginning.
    NotOpened(String),
    /// `{{> case}}` outside a table.
    CaseOutsideTable,
    /// Not framed by `{{> head}}` and `{{> foot}}`, once each.
    Frame,
    /// A character written as a number or by a name that mails do not know.
    Entity(String),
}

enum Open<'a> {
    Element(&'a str, usize),
    Block,
}

/// Every flaw with the byte at which it stands; none when the HTML may pass.
#[must_use]
pub fn inspect(source: &str) -> Vec<(usize, Flaw)> {
    let mut reader = Reader { source, open: Vec::new(), flaws: Vec::new() };
    let mut at = 0;
    while let Some(found) = source[at..].find(['<', '{', '&']) {
        let start = at + found;
        let rest = &source[start..];
        at = if rest.starts_with("{{") {
            reader.handlebars(start)
        } else if rest.starts_with('<') {
            reader.tag(start)
        } else if rest.starts_with('&') {
            reader.entity(start)
        } else {
            start + 1
        };
    }
    reader.end();
    reader.flaws.sort_by_key(|(at, _)| *at);
    reader.flaws
}

/// The words of a Handlebars tag that begins at `start`, and where it ends.
#[must_use]
pub fn handlebars_tag(source: &str, start: usize) -> (&str, usize) {
    let inner = &source[start + 2..];
    let end = if inner.starts_with("!--") { inner.find("--}}").map(|end| end + 2) } else { inner.find("}}") };
    let Some(length) = end else { return ("", source.len()) };
    (inner[..length].trim_matches(|c: char| c == '~' || c.is_whitespace()), start + 2 + length + 2)
}

struct Reader<'a> {
    source: &'a str,
    open: Vec<Open<'a>>,
    flaws: Vec<(usize, Flaw)>,
}

impl<'a> Reader<'a> {
    fn flaw(&mut self, at: usize, flaw: Flaw) {
        self.flaws.push((at, flaw));
    }

    fn handlebars(&mut self, start: usize) -> usize {
        let (tag, end) = handlebars_tag(self.source, start);
        match tag.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["#if" | "#unless", ..] => self.open.push(Open::Block),
            ["else", ..] => self.close_block(false),
            ["/if" | "/unless"] => self.close_block(true),
            [">", "case"] if !self.in_table() => self.flaw(start, Flaw::CaseOutsideTable),
            _ => {}
        }
        end
    }

    fn in_table(&self) -> bool {
        matches!(self.open.iter().rev().find_map(element), Some("table" | "tbody"))
    }

    /// What was opened in a block is closed in it.
    fn close_block(&mut self, whole: bool) {
        while let Some(Open::Element(name, at)) = self.open.last() {
            let (name, at) = ((*name).to_owned(), *at);
            self.open.pop();
            self.flaw(at, Flaw::NotClosed(name));
        }
        if whole {
            self.open.pop();
        }
    }

    fn tag(&mut self, start: usize) -> usize {
        let inner = &self.source[start + 1..];
        if inner.starts_with(['!', '?']) {
            self.flaw(start, Flaw::Comment);
            return inner.find('>').map_or(self.source.len(), |end| start + 1 + end + 1);
        }
        let is_closing = inner.starts_with('/');
        let named = inner.trim_start_matches('/');
        if !named.starts_with(|c: char| c.is_ascii_alphabetic()) {
            self.flaw(start, Flaw::BareBracket);
            return start + 1;
        }
        let Some(length) = tag_length(inner) else {
            self.flaw(start, Flaw::NotClosed("<".to_owned()));
            return self.source.len();
        };
        let inner = inner[..length].trim_start_matches('/');
        let split = inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len());
        let (name, said) = inner.split_at(split);
        let known = ELEMENTS.iter().copied().find(|known| known.eq_ignore_ascii_case(name));
        match known {
            None => self.flaw(start, Flaw::Element(name.to_lowercase())),
            Some(name) if is_closing => self.close(name, start),
            Some(name) => {
                self.attributes(name, said, start);
                if !VOID.contains(&name) {
                    self.open.push(Open::Element(name, start));
                }
            }
        }
        start + 1 + length + 1
    }

    fn close(&mut self, name: &str, start: usize) {
        let known = self.open.iter().rposition(|open| matches!(open, Open::Element(opened, _) if *opened == name));
        let block = self.open.iter().rposition(|open| matches!(open, Open::Block));
        let Some(at) = known.filter(|at| block.is_none_or(|block| *at > block)) else {
            return self.flaw(start, Flaw::NotOpened(name.to_owned()));
        };
        for open in self.open.split_off(at).into_iter().skip(1) {
            if let Open::Element(inner, at) = open {
                self.flaw(at, Flaw::NotClosed(inner.to_owned()));
            }
        }
    }

    fn attributes(&mut self, element: &str, said: &str, start: usize) {
        let mut rest = said.trim_end_matches('/');
        while !rest.trim().is_empty() {
            if !rest.starts_with(|c: char| c.is_ascii_whitespace()) {
                return self.flaw(start, Flaw::Unquoted);
            }
            rest = rest.trim_start();
            if rest.starts_with("{{") {
                return self.flaw(start, Flaw::NameInTag);
            }
            let read = rest.split_once('=').and_then(|(name, value)| {
                let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
                let (value, after) = value[1..].split_once(quote)?;
                Some((name, value, after))
            });
            let Some((name, value, after)) = read else {
                return self.flaw(start, if rest.contains("{{") { Flaw::NameInTag } else { Flaw::Unquoted });
            };
            if let Some(flaw) = attribute(element, &name.to_lowercase(), value) {
                self.flaw(start, flaw);
            }
            rest = after;
        }
    }

    fn entity(&mut self, start: usize) -> usize {
        let inner = &self.source[start + 1..];
        let length = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '#').unwrap_or(inner.len());
        if length > 0 && !ENTITIES.contains(&&inner[..length]) {
            self.flaw(start, Flaw::Entity(inner[..length].to_owned()));
        }
        start + 1
    }

    fn end(&mut self) {
        for open in std::mem::take(&mut self.open) {
            if let Open::Element(name, at) = open {
                self.flaw(at, Flaw::NotClosed(name.to_owned()));
            }
        }
        let partials = |name: &str| {
            let starts = self.source.match_indices("{{").map(|(at, _)| handlebars_tag(self.source, at));
            starts.filter(|(tag, _)| tag.split_whitespace().eq([">", name])).count()
        };
        let first = self.source.find("{{").map(|at| (at, handlebars_tag(self.source, at).0));
        let last = self.source.rfind("{{").map(|at| handlebars_tag(self.source, at));
        let begins = first.is_some_and(|(at, tag)| self.source[..at].trim().is_empty() && is_partial(tag, "head"));
        let ends = last.is_some_and(|(tag, end)| self.source[end..].trim().is_empty() && is_partial(tag, "foot"));
        if !begins || !ends || partials("head") != 1 || partials("foot") != 1 {
            self.flaw(0, Flaw::Frame);
        }
    }
}

fn is_partial(tag: &str, name: &str) -> bool {
    tag.split_whitespace().eq([">", name])
}

fn element<'a>(open: &Open<'a>) -> Option<&'a str> {
    match open {
        Open::Element(name, _) => Some(name),
        Open::Block => None,
    }
}

/// Where a tag ends: at the first `>` that stands in no quotes.
fn tag_length(inner: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in inner.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    None
}

fn attribute(element: &str, name: &str, value: &str) -> Option<Flaw> {
    if name == "href" {
        let braces = value.strip_prefix("{{").and_then(|value| value.strip_suffix("}}"));
        let is_link = element == "a" && braces.is_some_and(|name| name.trim() == "link");
        return (!is_link).then_some(Flaw::Address);
    }
    if value.contains("{{") || name.contains("{{") {
        return Some(Flaw::NameInTag);
    }
    if !ATTRIBUTES.contains(&name) {
        return Some(Flaw::Attribute(name.chars().take(40).collect()));
    }
    (name == "style" && !is_plain_style(value)).then_some(Flaw::Style)
}

/// Whether a style is plain: no functions but colours, nothing hidden behind an escape.
fn is_plain_style(value: &str) -> bool {
    let value = value.to_lowercase();
    let plain = |c: char| c.is_ascii_alphanumeric() || c.is_alphabetic() || " -:;.,%#'()!\n\t".contains(c);
    let functions_are_colours = value.match_indices('(').all(|(at, _)| {
        let before = &value[..at];
        before.ends_with("rgb") || before.ends_with("rgba")
    });
    value.chars().all(plain) && functions_are_colours && !STYLES_REFUSED.iter().any(|word| value.contains(word))
}
