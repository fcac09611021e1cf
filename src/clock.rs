//! Time and chance, as arguments. Nothing else in Yumen asks the system for either.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, TimeDelta, TimeZone as _, Utc};
use rand::{Rng as _, RngCore, SeedableRng as _, rngs::StdRng};
use uuid::Uuid;

use crate::ids::Id;

/// A point in time: UTC in the code and the database, shown in Asia/Shanghai.
pub type Instant = DateTime<Utc>;

/// The zone in which every official lives and every deadline is counted.
pub const ZONE: chrono_tz::Tz = chrono_tz::Asia::Shanghai;

/// Where the current time comes from.
#[derive(Clone)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that stands still until it is moved: tests, demonstrations.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `start`.
    #[must_use]
    pub fn manual(start: Instant) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(start.timestamp_micros())))
    }

    /// The time, cut to microseconds, which is what both databases keep.
    #[must_use]
    pub fn now(&self) -> Instant {
        let micros = match self {
            #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
            Self::System => Utc::now().timestamp_micros(),
            Self::Manual(micros) => micros.load(Ordering::SeqCst),
        };
        Utc.timestamp_micros(micros).single().unwrap_or_default()
    }

    /// Moves a manual clock; the system's clock is not ours to move, and stays.
    pub fn advance(&self, by: TimeDelta) {
        if let Self::Manual(micros) = self {
            micros.fetch_add(by.num_microseconds().unwrap_or_default(), Ordering::SeqCst);
        }
    }
}

/// Where chance comes from.
#[derive(Clone)]
pub enum Chance {
    /// The operating system.
    System,
    /// Numbers that follow from a seed: tests, demonstrations.
    Seeded(Arc<std::sync::Mutex<StdRng>>),
}

impl Chance {
    /// Chance that repeats itself for the same seed.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(std::sync::Mutex::new(StdRng::seed_from_u64(seed))))
    }

    /// Random bytes, fit for secrets when the source is the system.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match self {
            Self::System => rand::rng().fill_bytes(&mut bytes),
            Self::Seeded(rng) => rng.lock().unwrap_or_else(std::sync::PoisonError::into_inner).fill(&mut bytes),
        }
        bytes
    }
}

/// Time and chance together, handed to whatever needs them.
#[derive(Clone)]
pub struct Sources {
    /// The time.
    pub clock: Clock,
    /// Chance.
    pub chance: Chance,
}

impl Sources {
    /// The machine's clock and the operating system's randomness.
    #[must_use]
    pub const fn system() -> Self {
        Self { clock: Clock::System, chance: Chance::System }
    }

    /// A new id (UUID version 7: sorted by time).
    #[must_use]
    pub fn new_id<K>(&self) -> Id<K> {
        let millis = u64::try_from(self.clock.now().timestamp_millis()).unwrap_or_default();
        Id::from_uuid(uuid::Builder::from_unix_timestamp_millis(millis, &self.chance.bytes::<10>()).into_uuid())
    }

    /// A secret of 256 bits as 64 hexadecimal digits.
    #[must_use]
    pub fn secret(&self) -> String {
        hex::encode(self.chance.bytes::<32>())
    }

    /// A bare random UUID for keys that name nothing.
    #[must_use]
    pub fn nonce(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.chance.bytes::<16>()).into_uuid()
    }
}
