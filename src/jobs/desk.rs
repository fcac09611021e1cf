//! What this process has claimed and not yet answered: never more than it can work on at once, so that a crash can only
//! be blamed on the few rows that were really being worked on.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, time::Instant};

use crate::ids::DispatchId;

/// The claimed rows of this process.
pub(super) struct Desk {
    slots: usize,
    places: Mutex<BTreeMap<DispatchId, Place>>,
    freed: Notify,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    fence: i64,
    put_at: Instant,
    begun: bool,
}

impl Desk {
    /// An empty desk with room for `slots`.
    pub fn new(slots: usize) -> Self {
        Self { slots, places: Mutex::default(), freed: Notify::new() }
    }

    /// How many more can be claimed.
    pub fn free(&self) -> usize {
        self.slots.saturating_sub(self.places().len())
    }

    /// Whether nothing is being worked on.
    pub fn is_empty(&self) -> bool {
        self.places().is_empty()
    }

    /// Puts down a claimed row that was handed to the queue.
    pub fn put(&self, dispatch: DispatchId, fence: i64) {
        self.places().insert(dispatch, Place { fence, put_at: Instant::now(), begun: false });
    }

    /// Begins to work on a row. `None` when the queue hands over what this process no longer holds, or twice.
    pub fn begin(self: &Arc<Self>, dispatch: DispatchId, fence: i64) -> Option<Seat> {
        let mut places = self.places();
        let place = places.get_mut(&dispatch).filter(|place| place.fence == fence && !place.begun)?;
        place.begun = true;
        Some(Seat { desk: Arc::clone(self), dispatch })
    }

    /// What is held, to renew its lease.
    pub fn held(&self) -> Vec<(DispatchId, i64)> {
        self.places().iter().map(|(dispatch, place)| (*dispatch, place.fence)).collect()
    }

    /// Takes away rows that the queue has not handed over for so long that it must have lost them.
    pub fn take_lost(&self, after: Duration) -> Vec<(DispatchId, i64)> {
        self.take(|_, place| place.put_at.elapsed() >= after)
    }

    /// Takes away those of `rows` on which nobody works: the queue may have taken some before it failed.
    pub fn take_back(&self, rows: &[(DispatchId, i64)]) -> Vec<(DispatchId, i64)> {
        self.take(|dispatch, place| rows.contains(&(dispatch, place.fence)))
    }

    /// Takes away what was not begun. What the queue hands over afterwards is not begun any more. Nobody is woken: the
    /// relay itself takes, and is to wait before it claims again.
    fn take(&self, wanted: impl Fn(DispatchId, &Place) -> bool) -> Vec<(DispatchId, i64)> {
        let mut places = self.places();
        let taken = places.extract_if(.., |dispatch, place| !place.begun && wanted(*dispatch, place));
        taken.map(|(dispatch, place)| (dispatch, place.fence)).collect()
    }

    fn remove(&self, dispatch: DispatchId) {
        self.places().remove(&dispatch);
        self.freed.notify_one();
    }

    /// Waits until a place becomes free.
    pub async fn freed(&self) {
        self.freed.notified().await;
    }

    fn places(&self) -> MutexGuard<'_, BTreeMap<DispatchId, Place>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A row that is being worked on; the place becomes free when this is dropped.
pub(super) struct Seat {
    desk: Arc<Desk>,
    dispatch: DispatchId,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.desk.remove(self.dispatch);
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_row_is_begun_once_and_frees_its_place_when_done() {
        let desk = Arc::new(Desk::new(2));
        let row = DispatchId::from_uuid(Uuid::from_u128(1));
        assert!(desk.begin(row, 1).is_none(), "never put down");
        desk.put(row, 1);
        assert!(desk.begin(row, 2).is_none(), "another fence");
        let seat = desk.begin(row, 1).unwrap();
        assert!(desk.begin(row, 1).is_none(), "twice");
        assert_eq!((desk.free(), desk.held()), (1, vec![(row, 1)]));
        assert_eq!(desk.take_lost(Duration::ZERO), []);
        assert_eq!(desk.take_back(&[(row, 1)]), []);
        assert!(!desk.is_empty(), "begun, so neither lost nor taken back");
        drop(seat);
        assert!(desk.is_empty());
        desk.put(row, 2);
        assert_eq!(desk.take_back(&[(row, 1)]), [], "another fence");
        assert_eq!(desk.take_lost(Duration::from_secs(3600)), [], "put down just now");
        assert_eq!(desk.take_lost(Duration::ZERO), [(row, 2)]);
        assert!(desk.begin(row, 2).is_none(), "handed over too late");
        assert_eq!(desk.free(), 2);
    }
}
