//! Typed identifiers. An id reads aloud as `<prefix>_<uuid>`; two kinds of id never mix.

use std::{fmt, marker::PhantomData, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use uuid::Uuid;

/// What an [`Id`] identifies.
pub trait Kind {
    /// The word before the underscore, such as `case`.
    const PREFIX: &'static str;
}

/// A UUID (version 7 when minted, version 5 when derived) that knows what it identifies.
pub struct Id<K>(Uuid, PhantomData<fn() -> K>);

impl<K> Id<K> {
    /// Wraps a UUID that was minted by [`crate::clock::Sources::new_id`] or read from the database.
    #[must_use]
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// The bare UUID, as the database stores it.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.0
    }

    /// An id of another kind that follows from this one and `name` alone: the same on every node and every replay.
    #[must_use]
    pub fn derive<L>(self, name: &str) -> Id<L> {
        Id::from_uuid(Uuid::new_v5(&self.0, name.as_bytes()))
    }
}

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", K::PREFIX, self.0.as_simple())
    }
}

impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected an id that starts with “{prefix}_”")]
pub struct NotAnId {
    prefix: &'static str,
}

impl<K: Kind> FromStr for Id<K> {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        text.strip_prefix(K::PREFIX)
            .and_then(|rest| rest.strip_prefix('_'))
            .and_then(|rest| Uuid::try_parse(rest).ok())
            .map(Self::from_uuid)
            .ok_or(NotAnId { prefix: K::PREFIX })
    }
}

impl<K: Kind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, K: Kind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<K> std::hash::Hash for Id<K> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident as $id:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        pub enum $kind {}
        impl Kind for $kind {
            const PREFIX: &'static str = $prefix;
        }
        $(#[$doc])*
        pub type $id = Id<$kind>;
    )*};
}

kinds! {
    /// One run of a workflow about one project and one budget year.
    CaseKind as CaseId = "case";
    /// An immutable fact that a case recorded.
    FactKind as FactId = "fact";
    /// An official.
    PersonKind as PersonId = "person";
    /// A policy or project that asks for money.
    ProjectKind as ProjectId = "project";
    /// A draft of a definition.
    DraftKind as DraftId = "draft";
    /// A stored file.
    AttachmentKind as AttachmentId = "file";
    /// A row of the outbox.
    DispatchKind as DispatchId = "dispatch";
    /// Something an operator must look at.
    IncidentKind as IncidentId = "incident";
    /// A personal access token.
    TokenKind as TokenId = "token";
    /// A substitution.
    SubstituteKind as SubstituteId = "substitute";
    /// A set of mandates.
    MandateSetKind as MandateSetId = "mandates";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_and_refuses_another_kind() {
        let id = CaseId::from_uuid(Uuid::from_u128(7));
        assert_eq!(id.to_string().parse(), Ok(id));
        assert!(id.to_string().parse::<PersonId>().is_err());
        assert!("case_xyz".parse::<CaseId>().is_err());
    }

    #[test]
    fn derived_ids_depend_on_the_name_alone() {
        let id = CaseId::from_uuid(Uuid::from_u128(7));
        let first: FactId = id.derive("fact/1");
        assert_eq!(first, id.derive("fact/1"));
        assert_ne!(first, id.derive("fact/2"));
    }
}
