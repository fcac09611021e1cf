//! The running Yumen: its store, its sources of time and chance, its policy, and caches of what rarely changes.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use super::library::{self, LibraryFile};
use crate::{
    clock::{Instant, Sources},
    definition::{Definition, check::Vocabulary},
    engine::Directory,
    policy::{Policy, calendar::Calendar},
    store::Store,
};

/// The running Yumen. Cheap to clone; pages, the API and the workers share it.
#[derive(Clone)]
pub struct App(Arc<State>);

struct State {
    store: Store,
    sources: Sources,
    policy: Policy,
    files: Vec<LibraryFile>,
    vocabulary: Vocabulary,
    directory: RwLock<Option<(i64, Arc<Directory>)>>,
    calendar: RwLock<Option<Arc<Calendar>>>,
    definitions: RwLock<HashMap<String, Arc<Definition>>>,
}

impl App {
    /// Puts the parts together, for a place that goes by the shipped files. Nothing is read from the database yet.
    #[must_use]
    pub fn new(store: Store, sources: Sources, policy: Policy) -> Self {
        Self::of_place(store, sources, policy, library::embedded())
    }

    /// Puts the parts together for a place with files of its own; `policy` is what they say.
    #[must_use]
    pub fn of_place(store: Store, sources: Sources, policy: Policy, files: Vec<LibraryFile>) -> Self {
        let vocabulary = policy.vocabulary();
        let (directory, calendar, definitions) = (RwLock::default(), RwLock::default(), RwLock::default());
        Self(Arc::new(State { store, sources, policy, files, vocabulary, directory, calendar, definitions }))
    }

    /// The database.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// Time and chance.
    #[must_use]
    pub fn sources(&self) -> &Sources {
        &self.0.sources
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.0.sources.clock.now()
    }

    /// Policy of the place.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.0.policy
    }

    /// The files of the place, by path.
    #[must_use]
    pub fn files(&self) -> &[LibraryFile] {
        &self.0.files
    }

    /// What definitions may name.
    #[must_use]
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.0.vocabulary
    }

    /// The organisation of `version`, if it is the one kept.
    pub(super) fn kept_directory(&self, version: i64) -> Option<Arc<Directory>> {
        let kept = self.0.directory.read().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|(kept, _)| *kept == version).map(|(_, directory)| Arc::clone(directory))
    }

    pub(super) fn keep_directory(&self, version: i64, directory: &Arc<Directory>) {
        let mut kept = self.0.directory.write().unwrap_or_else(PoisonError::into_inner);
        if kept.as_ref().is_none_or(|(known, _)| *known < version) {
            *kept = Some((version, Arc::clone(directory)));
        }
    }

    /// The calendar of `version`, if it is the one kept.
    pub(super) fn kept_calendar(&self, version: i64) -> Option<Arc<Calendar>> {
        let kept = self.0.calendar.read().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|kept| kept.version == version).map(Arc::clone)
    }

    pub(super) fn keep_calendar(&self, calendar: &Arc<Calendar>) {
        let mut kept = self.0.calendar.write().unwrap_or_else(PoisonError::into_inner);
        if kept.as_ref().is_none_or(|known| known.version < calendar.version) {
            *kept = Some(Arc::clone(calendar));
        }
    }

    pub(super) fn kept_definition(&self, hash: &str) -> Option<Arc<Definition>> {
        self.0.definitions.read().unwrap_or_else(PoisonError::into_inner).get(hash).cloned()
    }

    pub(super) fn keep_definition(&self, definition: &Arc<Definition>) {
        let mut kept = self.0.definitions.write().unwrap_or_else(PoisonError::into_inner);
        kept.insert(definition.hash.clone(), Arc::clone(definition));
    }
}
