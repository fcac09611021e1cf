//! Wakes the relay when something was put into the outbox, and the open pages of people for whom something changed. A
//! bell that is missed costs time, never a dispatch: the relay and the pages also look by themselves now and then.
//!
//! On PostgreSQL the other nodes are told by `NOTIFY`, sent after the commit and not in it: a transaction that notifies
//! commits under one global lock, which would put every commit with a mail in it into a queue of its own.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sqlx::{PgPool, postgres::PgListener};
use tokio::{
    sync::{Notify, broadcast},
    task::AbortHandle,
};

use super::tx::Rung;
use crate::ids::PersonId;

const CHANNEL: &str = "yumen_outbox";
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(2);
/// People that one `NOTIFY` names; above that it means everybody. A payload has 8,000 bytes.
const PEOPLE_PER_NOTIFY_MAX: usize = 150;
/// Tidings that a slow listener may miss before it is told that it missed some.
const TIDINGS_KEPT: usize = 1024;

/// For whom something changed.
#[derive(Debug, Clone)]
enum Told {
    /// For anybody: nobody knows any more for whom.
    Everybody,
    /// For these people.
    People(Arc<BTreeSet<PersonId>>),
}

/// The bell of one store.
pub(super) struct Bell {
    here: Notify,
    elsewhere: Notify,
    told: broadcast::Sender<Told>,
    /// Whom the other nodes are still to tell.
    untold: Mutex<BTreeSet<PersonId>>,
}

impl Default for Bell {
    fn default() -> Self {
        let (told, _) = broadcast::channel(TIDINGS_KEPT);
        Self { here: Notify::new(), elsewhere: Notify::new(), told, untold: Mutex::default() }
    }
}

impl Bell {
    /// Wakes the relays and the pages, here and elsewhere. Many rings before anyone wakes are one.
    pub fn ring(&self, rung: Rung) {
        if rung.is_silent() {
            return;
        }
        if rung.outbox {
            self.here.notify_one();
        }
        if !rung.told.is_empty() {
            self.untold.lock().unwrap_or_else(PoisonError::into_inner).extend(&rung.told);
            self.tell(Told::People(Arc::new(rung.told)));
        }
        self.elsewhere.notify_one();
    }

    /// Waits for the next ring.
    pub async fn rung(&self) {
        self.here.notified().await;
    }

    /// What changes for people from now on.
    pub fn tidings(&self) -> Tidings {
        Tidings(self.told.subscribe())
    }

    fn tell(&self, told: Told) {
        // Without an open page nobody listens.
        let _ = self.told.send(told);
    }

    /// What the other nodes are told: nothing, the people, or `*` for everybody.
    fn take_payload(&self) -> String {
        let untold = std::mem::take(&mut *self.untold.lock().unwrap_or_else(PoisonError::into_inner));
        if untold.len() > PEOPLE_PER_NOTIFY_MAX {
            return "*".to_owned();
        }
        untold.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    /// Another node, or this one, has told something.
    fn hear(&self, payload: &str) {
        self.here.notify_one();
        match payload {
            "" => {}
            "*" => self.tell(Told::Everybody),
            people => {
                let people = people.split(' ').filter_map(|person| person.parse().ok()).collect();
                self.tell(Told::People(Arc::new(people)));
            }
        }
    }
}

/// What changes for people, as an open page hears it.
pub struct Tidings(broadcast::Receiver<Told>);

impl Tidings {
    /// Waits until something may have changed for `person`.
    pub async fn about(&mut self, person: PersonId) {
        loop {
            match self.0.recv().await {
                Ok(Told::People(people)) if !people.contains(&person) => {}
                Ok(Told::Everybody | Told::People(_)) | Err(broadcast::error::RecvError::Lagged(_)) => return,
                // The store is gone, and with it whatever could change.
                Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            }
        }
    }
}

/// Carries rings between the nodes until it is dropped.
pub(super) struct Wire(Vec<AbortHandle>);

impl Wire {
    /// Nobody else to tell: SQLite.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Tells and hears the other nodes through PostgreSQL.
    pub fn postgres(pool: &PgPool, bell: &Arc<Bell>) -> Self {
        let tell = tokio::spawn(tell(pool.clone(), Arc::clone(bell)));
        let hear = tokio::spawn(hear(pool.clone(), Arc::clone(bell)));
        Self(vec![tell.abort_handle(), hear.abort_handle()])
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        for task in &self.0 {
            task.abort();
        }
    }
}

async fn tell(pool: PgPool, bell: Arc<Bell>) {
    loop {
        bell.elsewhere.notified().await;
        let payload = bell.take_payload();
        if let Err(error) = sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(&payload).execute(&pool).await {
            tracing::warn!(%error, "could not tell the other nodes what changed");
        }
    }
}

async fn hear(pool: PgPool, bell: Arc<Bell>) {
    loop {
        let end = listen(&pool, &bell).await;
        tracing::warn!(error = ?end.err(), "no longer hears the other nodes; tries again");
        tokio::time::sleep(PAUSE_AFTER_FAILURE).await;
    }
}

async fn listen(pool: &PgPool, bell: &Bell) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    // What was said before, nobody heard.
    bell.hear("*");
    loop {
        let heard = listener.recv().await?;
        bell.hear(heard.payload());
    }
}
