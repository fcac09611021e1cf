//! A file as values that can be changed and written again.

use crate::definition::tree::{Node, NodeKind};

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Yaml {
    /// A scalar, and whether it was quoted.
    Text(String, bool),
    /// A list.
    List(Vec<Yaml>),
    /// A mapping in order.
    Map(Vec<(String, Yaml)>),
}

/// One step on the way to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// Into a mapping.
    Of(&'static str),
    /// Into a list.
    At(usize),
}

impl Yaml {
    /// The values of a file.
    #[must_use]
    pub fn of(node: &Node) -> Self {
        match &node.kind {
            NodeKind::Scalar { text, quoted, .. } => Self::Text(text.clone(), *quoted),
            NodeKind::List(items) => Self::List(items.iter().map(Self::of).collect()),
            NodeKind::Map(entries) => {
                Self::Map(entries.iter().map(|entry| (entry.key.clone(), Self::of(&entry.value))).collect())
            }
        }
    }

    /// A plain scalar.
    #[must_use]
    pub fn plain(text: &str) -> Self {
        Self::Text(text.to_owned(), false)
    }

    /// A list of plain scalars.
    #[must_use]
    pub fn list(all: &[&str]) -> Self {
        Self::List(all.iter().map(|text| Self::plain(text)).collect())
    }

    /// A mapping.
    #[must_use]
    pub fn map(entries: Vec<(&str, Self)>) -> Self {
        Self::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Self::Map(entries) = self else { return None };
        entries.iter().find(|(own, _)| own == key).map(|(_, value)| value)
    }

    /// The text of a scalar, or nothing.
    #[must_use]
    pub fn text(&self) -> &str {
        if let Self::Text(text, _) = self { text } else { "" }
    }

    /// The items of a list; a scalar is a list of one.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        if let Self::List(items) = self { items } else { std::slice::from_ref(self) }
    }

    /// The same with the value of a key, put in its place or at the end.
    #[must_use]
    pub fn with(&self, key: &str, value: Self) -> Self {
        let Self::Map(entries) = self else { return self.clone() };
        let mut entries = entries.clone();
        match entries.iter_mut().find(|(own, _)| own == key) {
            Some((_, own)) => *own = value,
            None => entries.push((key.to_owned(), value)),
        }
        Self::Map(entries)
    }

    /// The same without a key.
    #[must_use]
    pub fn without(&self, key: &str) -> Self {
        let Self::Map(entries) = self else { return self.clone() };
        Self::Map(entries.iter().filter(|(own, _)| own != key).cloned().collect())
    }

    /// The same with another list of items.
    #[must_use]
    pub fn put(&self, way: &[Key], value: Self) -> Self {
        let Some((first, rest)) = way.split_first() else { return value };
        match (first, self) {
            (Key::Of(key), Self::Map(_)) => {
                let inner = self.get(key).map_or_else(|| value.clone(), |own| own.put(rest, value.clone()));
                self.with(key, inner)
            }
            (Key::At(at), Self::List(items)) => {
                let mut items = items.clone();
                items[*at] = items[*at].put(rest, value);
                Self::List(items)
            }
            (_, _) => self.clone(),
        }
    }

    /// The value at the end of a way.
    #[must_use]
    pub fn at(&self, way: &[Key]) -> Option<&Self> {
        let Some((first, rest)) = way.split_first() else { return Some(self) };
        match (first, self) {
            (Key::Of(key), _) => self.get(key)?.at(rest),
            (Key::At(at), Self::List(items)) => items.get(*at)?.at(rest),
            (_, _) => None,
        }
    }

    /// The file.
    #[must_use]
    pub fn written(&self) -> String {
        match self {
            Self::Text(text, quoted) => {
                let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
                let plain = !quoted && !text.is_empty() && text.chars().all(is_word);
                if plain { text.clone() } else { serde_json::to_string(text).unwrap() }
            }
            Self::List(items) => format!("[{}]", items.iter().map(Self::written).collect::<Vec<_>>().join(", ")),
            Self::Map(entries) => {
                let entry = |(key, value): &(String, Self)| {
                    format!("{}: {}", serde_json::to_string(key).unwrap(), value.written())
                };
                format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
            }
        }
    }
}
