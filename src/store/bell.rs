//! Wakes the relay when something was put into the outbox. A bell that is missed costs time, never a dispatch: the
//! relay also looks by itself now and then.
//!
//! On PostgreSQL the other nodes are told by `NOTIFY`, sent after the commit and not in it: a transaction that notifies
//! commits under one global lock, which would put every commit with a mail in it into a queue of its own.

use std::{sync::Arc, time::Duration};

use sqlx::{PgPool, postgres::PgListener};
use tokio::{sync::Notify, task::AbortHandle};

const CHANNEL: &str = "yumen_outbox";
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(2);

/// The bell of one store.
#[derive(Default)]
pub(super) struct Bell {
    here: Notify,
    elsewhere: Notify,
}

impl Bell {
    /// Wakes the relays, here and elsewhere. Many rings before anyone wakes are one.
    pub fn ring(&self) {
        self.here.notify_one();
        self.elsewhere.notify_one();
    }

    /// Waits for the next ring.
    pub async fn rung(&self) {
        self.here.notified().await;
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
        if let Err(error) = sqlx::query("SELECT pg_notify($1, '')").bind(CHANNEL).execute(&pool).await {
            tracing::warn!(%error, "could not tell the other nodes about the outbox");
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
    loop {
        listener.recv().await?;
        bell.here.notify_one();
    }
}
