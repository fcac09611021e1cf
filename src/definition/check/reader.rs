//! Typed access to the tree. Every accessor reports what is wrong and goes on.

use std::collections::{BTreeMap, btree_map::Entry as Taken};

use crate::{
    definition::{
        check::Vocabulary,
        items::ItemKind,
        model::Place,
        problem::{
            Code, Problem, Spot,
            names::{self, Thing},
            types::{self, Shape},
        },
        span::Span,
        tree::{Entry, Node, NodeKind},
    },
    language::Text,
};

/// Keys that the language will have one day; each refusal says so.
const FUTURE_KEYS: &[&str] = &["sign"];

/// Titles, hints and the like.
const TEXT_MAX: usize = 300;
/// Names.
const NAME_MAX: usize = 60;

/// Collects problems.
pub(crate) struct Reader<'v> {
    pub(crate) vocabulary: &'v Vocabulary,
    problems: Vec<Problem>,
    /// What `item` is here, inside an each.
    pub(super) item: Option<ItemKind>,
    /// The step whose `by` is being read.
    pub(super) asking: Option<String>,
}

/// A mapping whose keys are known.
pub(crate) struct Map<'n> {
    pub(crate) spot: Spot,
    entries: Vec<&'n Entry>,
}

impl<'n> Map<'n> {
    pub(crate) fn entry(&self, key: &str) -> Option<&'n Entry> {
        self.entries.iter().find(|entry| entry.key == key).copied()
    }

    pub(crate) fn get(&self, key: &str) -> Option<&'n Node> {
        self.entry(key).map(|entry| &entry.value)
    }
}

impl<'v> Reader<'v> {
    pub(crate) const fn new(vocabulary: &'v Vocabulary, problems: Vec<Problem>) -> Self {
        Self { vocabulary, problems, item: None, asking: None }
    }

    pub(crate) fn finish(self) -> Vec<Problem> {
        self.problems
    }

    /// Whether something of that kind was found so far.
    pub(super) fn has(&self, code: Code) -> bool {
        self.problems.iter().any(|problem| problem.code == code)
    }

    pub(crate) fn report(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Whether a line was read without problems so far.
    pub(super) fn is_sound(&self, line: usize) -> bool {
        self.problems.iter().all(|problem| problem.spot.at.line != line)
    }

    pub(crate) fn report_all(&mut self, problems: impl IntoIterator<Item = Problem>) {
        self.problems.extend(problems);
    }

    /// The node as a mapping of these keys.
    pub(crate) fn map<'n>(&mut self, node: &'n Node, known: &[&str], example: &str) -> Option<Map<'n>> {
        let NodeKind::Map(entries) = &node.kind else {
            self.wrong_shape(node, Shape::Map, example);
            return None;
        };
        for entry in entries.iter().filter(|entry| !known.contains(&entry.key.as_str())) {
            self.unknown_key(entry, known);
        }
        Some(Map { spot: node.spot, entries: entries.iter().collect() })
    }

    fn unknown_key(&mut self, entry: &Entry, known: &[&str]) {
        self.report(if FUTURE_KEYS.contains(&entry.key.as_str()) {
            names::not_yet(entry.spot, &entry.key)
        } else if is_rest_of_a_sentence(entry) {
            names::comma_without_quotes(entry.spot, &entry.key)
        } else {
            names::unknown_key(entry.spot, &entry.key, known)
        });
    }

    /// The value of a key that must be there.
    pub(crate) fn required<'n>(&mut self, map: &Map<'n>, key: &str, example: &str) -> Option<&'n Node> {
        let node = map.get(key);
        if node.is_none() {
            self.report(names::missing_key(map.spot, key, example));
        }
        node
    }

    pub(crate) fn wrong_shape(&mut self, node: &Node, wanted: Shape, example: &str) {
        let found = match &node.kind {
            NodeKind::Scalar { text, quoted: false, .. } if text.is_empty() => {
                return self.report(types::empty(node.spot, example));
            }
            NodeKind::Scalar { .. } => Shape::Text,
            NodeKind::List(_) => Shape::List,
            NodeKind::Map(_) => Shape::Map,
        };
        self.report(types::wrong_shape(node.spot, wanted, found, example));
    }

    /// The items of a list.
    pub(crate) fn list<'n>(&mut self, node: &'n Node, example: &str) -> Option<&'n [Node]> {
        match &node.kind {
            NodeKind::List(items) => Some(items),
            NodeKind::Scalar { .. } | NodeKind::Map(_) => {
                self.wrong_shape(node, Shape::List, example);
                None
            }
        }
    }

    /// The items of a list, or the one thing that stands for a list of one.
    pub(crate) fn one_or_many<'n>(&mut self, node: &'n Node) -> &'n [Node] {
        match &node.kind {
            NodeKind::List(items) => items,
            NodeKind::Scalar { .. } | NodeKind::Map(_) => std::slice::from_ref(node),
        }
    }

    /// Text that is not empty.
    pub(crate) fn text<'n>(&mut self, node: &'n Node, example: &str) -> Option<&'n str> {
        match &node.kind {
            NodeKind::Scalar { text, .. } if !text.trim().is_empty() => Some(text),
            NodeKind::Scalar { .. } => {
                self.report(types::empty(node.spot, example));
                None
            }
            NodeKind::List(_) | NodeKind::Map(_) => {
                self.wrong_shape(node, Shape::Text, example);
                None
            }
        }
    }

    /// A name made of small letters, digits and `separator`.
    pub(crate) fn name<'n>(&mut self, node: &'n Node, separator: char, example: &str) -> Option<&'n str> {
        let text = self.text(node, example)?;
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == separator;
        let formed = text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(allowed);
        if !formed || text.len() > NAME_MAX || text.ends_with(separator) {
            self.report(names::malformed(node.spot, text, example));
            return None;
        }
        Some(text)
    }

    /// One of `known`.
    pub(crate) fn known<'n>(&mut self, node: &'n Node, thing: Thing, known: &[&str]) -> Option<&'n str> {
        let text = self.text(node, known.first().copied().unwrap_or_default())?;
        if known.contains(&text) {
            return Some(text);
        }
        self.report(names::unknown(node.spot, thing, text, known));
        None
    }

    /// One of a few words.
    pub(crate) fn word<'n>(&mut self, node: &'n Node, words: &[&str]) -> Option<&'n str> {
        let text = self.text(node, words[0])?;
        if words.contains(&text) {
            return Some(text);
        }
        self.report(types::not_one_of(node.spot, text, words));
        None
    }

    /// `true` or `false`; `false` when the key is absent.
    pub(crate) fn flag(&mut self, map: &Map<'_>, key: &str) -> bool {
        map.get(key).and_then(|node| self.word(node, &["true", "false"])) == Some("true")
    }

    /// `no` forbids what is allowed when the key is absent.
    pub(super) fn allowed(&mut self, map: &Map<'_>, key: &str) -> bool {
        map.get(key).and_then(|node| self.word(node, &["no"])).is_none()
    }

    /// A whole number within bounds; `default` when the key is absent.
    pub(crate) fn count(&mut self, map: &Map<'_>, key: &str, default: usize, max: usize) -> usize {
        let Some(node) = map.get(key) else { return default };
        let Some(text) = self.text(node, "100") else { return default };
        match text.parse() {
            Ok(count) if (1..=max).contains(&count) && text.bytes().all(|b| b.is_ascii_digit()) => count,
            Ok(_) | Err(_) => {
                self.report(types::not_a_count(node.spot, text, 1, max));
                default
            }
        }
    }

    /// A duration.
    pub(crate) fn span(&mut self, map: &Map<'_>, key: &str) -> Option<Span> {
        let node = map.get(key)?;
        let text = self.text(node, "5 working days")?;
        let span = text.parse().ok();
        if span.is_none() {
            self.report(types::not_a_duration(node.spot, text));
        }
        span
    }

    /// A text in both languages; `None` when the key is absent or wrong.
    pub(crate) fn both(&mut self, map: &Map<'_>, key: &str) -> Option<Text> {
        let node = map.get(key)?;
        let both = self.map(node, &["zh-CN", "en"], "{ zh-CN: 年度总体目标, en: Annual goal }")?;
        let zh = self.one_language(&both, "zh-CN");
        let en = self.one_language(&both, "en");
        Some(Text::new(zh?, en?))
    }

    fn one_language<'n>(&mut self, both: &Map<'n>, tag: &str) -> Option<&'n str> {
        let Some(node) = both.get(tag) else {
            self.report(types::language_missing(both.spot, tag));
            return None;
        };
        let text = self.text(node, "年度总体目标")?.trim();
        if text.chars().count() > TEXT_MAX || text.contains(['\n', '\r']) {
            self.report(types::text_too_long(node.spot, TEXT_MAX));
            return None;
        }
        Some(text)
    }
}

/// `{ en: one, two }` reads as a key “two” without a value.
fn is_rest_of_a_sentence(entry: &Entry) -> bool {
    matches!(&entry.value.kind, NodeKind::Scalar { text, quoted: false, .. } if text.is_empty())
        && entry.key.contains([' ', '，', '。', '、'])
}

/// Whether two things bear one name; the second is reported.
pub(crate) struct Unique(BTreeMap<String, Place>);

impl Unique {
    pub(crate) const fn new() -> Self {
        Self(BTreeMap::new())
    }

    pub(crate) fn claim(&mut self, reader: &mut Reader<'_>, spot: Spot, name: &str) {
        match self.0.entry(name.replace('-', "_")) {
            Taken::Occupied(first) => reader.report(names::duplicate(spot, name, *first.get())),
            Taken::Vacant(free) => drop(free.insert(spot.at)),
        }
    }
}
