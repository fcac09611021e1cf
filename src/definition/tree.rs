//! YAML text → a tree in which every key and every value knows its place. Scalars stay text, as they were written:
//! `0755` and `25` become numbers only where a typed place wants one.

use std::{borrow::Cow, collections::HashMap};

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span, Tag};

use super::{
    model::Place,
    problem::{Problem, Spot, file},
};

/// The largest file, in bytes.
pub const BYTES_MAX: usize = 256 * 1024;
/// The deepest nesting.
pub const DEPTH_MAX: usize = 32;
/// The most values in one file.
pub const NODES_MAX: usize = 5_000;

/// A value with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Where it stands.
    pub spot: Spot,
    /// What it is.
    pub kind: NodeKind,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeKind {
    /// A scalar; an empty unquoted one is what `key:` without a value gives.
    Scalar {
        /// The text.
        text: String,
        /// Whether it was quoted or a block.
        quoted: bool,
        /// Whether its characters stand in the file one by one where the spot says.
        verbatim: bool,
    },
    /// A list.
    List(Vec<Node>),
    /// A mapping, in the order of the file.
    Map(Vec<Entry>),
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub spot: Spot,
    /// The value.
    pub value: Node,
}

/// Reads one YAML document.
///
/// # Errors
/// The one [`Problem`] that makes the file unreadable; nothing in it can be checked then. Duplicate keys are returned
/// beside the tree instead, since the rest can be checked.
pub fn read(source: &str) -> Result<(Node, Vec<Problem>), Box<Problem>> {
    if source.len() > BYTES_MAX {
        return Err(file::too_large(source.len(), BYTES_MAX).into());
    }
    if let Some(spot) = control_character(source) {
        return Err(file::control_character(spot).into());
    }
    if let Some(spot) = first_with(source, |c| c == char::REPLACEMENT_CHARACTER) {
        return Err(file::not_utf8(spot).into());
    }
    let mut builder = Builder::default();
    let mut parser = Parser::new_from_str(source);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| Box::new(broken(&error)))?;
        builder.take(event, span)?;
    }
    let root = builder.root.ok_or_else(|| Box::new(file::empty()))?;
    Ok((root, builder.duplicates))
}

fn control_character(source: &str) -> Option<Spot> {
    first_with(source, |c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// The first character of that sort.
fn first_with(source: &str, is_wanted: impl Fn(char) -> bool) -> Option<Spot> {
    let (index, line) = source.split('\n').enumerate().find(|(_, line)| line.contains(&is_wanted))?;
    let column = line.chars().position(&is_wanted)?;
    Some(Spot { at: Place { line: index + 1, column: column + 1 }, len: 1 })
}

fn broken(error: &ScanError) -> Problem {
    let spot = Spot { at: place(error.marker()), len: 1 };
    // The scanner looks ahead of the events and stops at a depth of its own, far beyond ours.
    if error.info() == "recursion limit exceeded" {
        return file::too_deep(spot, DEPTH_MAX);
    }
    file::not_yaml(spot, error.info())
}

fn place(marker: &Marker) -> Place {
    Place { line: marker.line().max(1), column: marker.col() + 1 }
}

fn spot(span: &Span) -> Spot {
    let same_line = span.start.line() == span.end.line();
    Spot { at: place(&span.start), len: if same_line { span.len().max(1) } else { 1 } }
}

/// A list or mapping that is still open. `pending` is the key whose value comes next.
enum Open {
    List(Spot, Vec<Node>),
    Map { spot: Spot, entries: Vec<Entry>, seen: HashMap<String, Place>, pending: Option<(String, Spot)> },
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    nodes: usize,
    root: Option<Node>,
    duplicates: Vec<Problem>,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Box<Problem>> {
        let spot = spot(&span);
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
            Event::DocumentStart(_) if self.root.is_some() => Err(file::second_document(spot).into()),
            Event::DocumentStart(_) => Ok(()),
            Event::Alias(_) => Err(file::alias(spot).into()),
            Event::Scalar(text, style, anchor, tag) => {
                plain(anchor, tag.as_ref(), spot)?;
                self.scalar(&text, style, spot, span)
            }
            Event::SequenceStart(anchor, tag) => {
                plain(anchor, tag.as_ref(), spot)?;
                self.push(Open::List(start(spot), Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                plain(anchor, tag.as_ref(), spot)?;
                self.push(Open::Map { spot: start(spot), entries: Vec::new(), seen: HashMap::new(), pending: None })
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open::List(spot, items)) => self.put(Node { spot, kind: NodeKind::List(items) }),
                Some(Open::Map { spot, entries, .. }) => self.put(Node { spot, kind: NodeKind::Map(entries) }),
                None => Ok(()),
            },
        }
    }

    fn push(&mut self, open: Open) -> Result<(), Box<Problem>> {
        let (Open::List(spot, _) | Open::Map { spot, .. }) = &open;
        if self.open.len() >= DEPTH_MAX {
            return Err(file::too_deep(*spot, DEPTH_MAX).into());
        }
        if let Some(Open::Map { pending: None, .. }) = self.open.last() {
            return Err(file::not_yaml(*spot, "a key must be text").into());
        }
        self.open.push(open);
        Ok(())
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, spot: Spot, span: Span) -> Result<(), Box<Problem>> {
        if let Some(Open::Map { seen, pending: pending @ None, .. }) = self.open.last_mut() {
            match seen.get(text) {
                Some(first) => self.duplicates.push(file::duplicate_key(spot, text, *first)),
                None => drop(seen.insert(text.to_owned(), spot.at)),
            }
            *pending = Some((text.to_owned(), spot));
            return Ok(());
        }
        let quoted = style != ScalarStyle::Plain;
        let quotes = if matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted) { 2 } else { 0 };
        let verbatim = span.start.line() == span.end.line() && span.len() == text.chars().count() + quotes;
        self.put(Node { spot, kind: NodeKind::Scalar { text: text.to_owned(), quoted, verbatim } })
    }

    fn put(&mut self, node: Node) -> Result<(), Box<Problem>> {
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            return Err(file::too_many_values(node.spot, NODES_MAX).into());
        }
        match self.open.last_mut() {
            Some(Open::List(_, items)) => items.push(node),
            Some(Open::Map { entries, pending, .. }) => {
                if let Some((key, spot)) = pending.take() {
                    entries.push(Entry { key, spot, value: node });
                }
            }
            None => self.root = Some(node),
        }
        Ok(())
    }
}

/// A container is pointed at by its first character.
fn start(spot: Spot) -> Spot {
    Spot { len: 1, ..spot }
}

fn plain(anchor: usize, tag: Option<&Cow<'_, Tag>>, spot: Spot) -> Result<(), Box<Problem>> {
    if anchor != 0 {
        return Err(file::alias(spot).into());
    }
    tag.map_or(Ok(()), |tag| Err(file::tag(spot, &tag.to_string()).into()))
}
