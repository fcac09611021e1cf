//! Connections that stay open to tell a page what changes: a few for each person, and none after the signal to stop.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::ids::PersonId;

/// Open streams of one person: a browser has only six connections to a site, and a page must always find one.
pub const PER_PERSON_MAX: usize = 4;
/// Open streams where nobody says how many connections there may be.
const ALL_MAX: usize = 256;

/// The open streams of this node.
#[derive(Clone)]
pub struct Streams {
    stop: CancellationToken,
    places: Arc<Semaphore>,
    open: Arc<Mutex<HashMap<PersonId, usize>>>,
}

impl Default for Streams {
    fn default() -> Self {
        Self::until(CancellationToken::new(), ALL_MAX)
    }
}

/// A place for one stream, free again when this is dropped.
pub struct Place {
    person: PersonId,
    open: Arc<Mutex<HashMap<PersonId, usize>>>,
    _permit: OwnedSemaphorePermit,
}

impl Streams {
    /// At most `streams_max` at a time, all of them over once `stop` is cancelled.
    #[must_use]
    pub fn until(stop: CancellationToken, streams_max: usize) -> Self {
        Self { stop, places: Arc::new(Semaphore::new(streams_max)), open: Arc::default() }
    }

    /// The signal at which streams end.
    #[must_use]
    pub fn stopping(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// A place for a stream to `person`; `None` when they, or all together, have as many as there may be.
    #[must_use]
    pub fn take(&self, person: PersonId) -> Option<Place> {
        if self.stop.is_cancelled() {
            return None;
        }
        let permit = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(person).or_default();
        if *count >= PER_PERSON_MAX {
            return None;
        }
        *count += 1;
        Some(Place { person, open: Arc::clone(&self.open), _permit: permit })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.person) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.person);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_person_has_a_few_streams_and_gets_the_place_back() {
        let (one, other) = (PersonId::from_uuid(Uuid::from_u128(1)), PersonId::from_uuid(Uuid::from_u128(2)));
        let streams = Streams::until(CancellationToken::new(), PER_PERSON_MAX + 1);
        let mut held: Vec<_> = (0..PER_PERSON_MAX).map(|_| streams.take(one).unwrap()).collect();
        assert!(streams.take(one).is_none(), "one person's are all taken");
        let last = streams.take(other).unwrap();
        assert!(streams.take(other).is_none(), "all are taken");
        held.pop();
        assert!(streams.take(one).is_some());
        drop((held, last));
        assert!(streams.open.lock().unwrap().is_empty());
        streams.stopping().cancel();
        assert!(streams.take(one).is_none(), "it is time to stop");
    }
}
