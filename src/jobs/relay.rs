//! Claims rows of the outbox that are due and hands them to the executor; keeps the leases of what is being worked on.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    JobContext, Pace, REGISTER,
    attempt::{Given, give_up},
    desk::Desk,
    runner::{Executor, Handed},
};
use crate::{
    language::Text,
    store::{self, outbox},
};

/// A row that took its process down this often is not tried again.
const CRASHES_MAX: i32 = 3;

/// The queue hands a row over at once; one that it still has after this long is lost.
const LOST_AFTER: Duration = Duration::from_secs(60);

/// The relay of one process.
pub(super) struct Relay {
    pub context: JobContext,
    pub worker: String,
    pub desk: Arc<Desk>,
    pub executor: Executor,
    pub pace: Pace,
}

impl Relay {
    /// Runs until it is told to stop; what is claimed by then is still worked on.
    pub async fn run(self, stop: CancellationToken) {
        let mut renewed_at = Instant::now();
        while !stop.is_cancelled() {
            if renewed_at.elapsed() >= self.pace.lease / 3 {
                renewed_at = Instant::now();
                self.note("leases could not be renewed", self.renew().await);
            }
            self.note("the outbox could not be read", self.turn().await);
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.context.store.outbox_rung() => {}
                () = self.desk.freed() => {}
                () = tokio::time::sleep(self.pace.poll) => {}
            }
        }
    }

    fn note(&self, what: &str, result: Result<(), store::Error>) {
        if let Err(error) = result {
            tracing::warn!(worker = self.worker, %error, "{what}; tries again");
        }
    }

    async fn renew(&self) -> Result<(), store::Error> {
        self.desk.forget_lost(LOST_AFTER);
        let held = self.desk.held();
        if held.is_empty() {
            return Ok(());
        }
        let (now, lease) = (self.context.sources.clock.now(), self.pace.lease);
        self.context.store.write(move |tx| async move { outbox::renew(&tx, &held, now, lease).await.map(drop) }).await
    }

    /// Claims and hands over until nothing is due or the desk is full.
    async fn turn(&self) -> Result<(), store::Error> {
        loop {
            let free = self.desk.free();
            if free == 0 {
                return Ok(());
            }
            let claimed = self.claim(free).await?;
            let all = claimed.len() < free;
            if self.deal(claimed).await? {
                self.until_desk_is_empty().await?;
            } else if all {
                return Ok(());
            }
        }
    }

    async fn claim(&self, limit: usize) -> Result<Vec<outbox::OutboxRow>, store::Error> {
        let (now, lease, worker) = (self.context.sources.clock.now(), self.pace.lease, self.worker.clone());
        let limit = u64::try_from(limit).unwrap_or(1);
        self.context.store.write(move |tx| async move { outbox::claim(&tx, &worker, now, lease, limit).await }).await
    }

    /// Hands rows over, but not those that crashed too often. A row that was there when a process crashed is worked on
    /// alone: so the next crash, if there is one, has one cause, and the others are soon known to be innocent. True when
    /// there was such a row, and nothing may be claimed before the desk is empty.
    async fn deal(&self, claimed: Vec<outbox::OutboxRow>) -> Result<bool, store::Error> {
        let (spent, mut rows): (Vec<_>, Vec<_>) = claimed.into_iter().partition(|row| row.crashes > CRASHES_MAX);
        for row in spent {
            self.quarantine(row).await?;
        }
        let suspect = rows.iter().position(is_suspect);
        if let Some(suspect) = suspect {
            let alone = self.desk.is_empty().then(|| rows.swap_remove(suspect));
            let others: Vec<_> = rows.iter().map(|row| (row.id, row.fence)).collect();
            self.context.store.write(move |tx| async move { outbox::give_back(&tx, &others).await.map(drop) }).await?;
            rows = alone.into_iter().collect();
        }
        self.hand_over(&rows).await;
        Ok(suspect.is_some())
    }

    async fn hand_over(&self, rows: &[outbox::OutboxRow]) {
        let handed: Vec<_> = rows.iter().map(|row| Handed { dispatch: row.id, fence: row.fence }).collect();
        for row in &handed {
            self.desk.put(row.dispatch, row.fence);
        }
        if let Err(error) = self.executor.hand_over(handed.clone()).await {
            tracing::warn!(%error, "the queue took nothing; the leases will run out");
            for row in &handed {
                self.desk.remove(row.dispatch);
            }
        }
    }

    async fn until_desk_is_empty(&self) -> Result<(), store::Error> {
        while !self.desk.is_empty() {
            // Woken or not, it keeps its leases and looks.
            let _ = tokio::time::timeout(self.pace.lease / 3, self.desk.freed()).await;
            self.renew().await?;
        }
        Ok(())
    }

    async fn quarantine(&self, row: outbox::OutboxRow) -> Result<(), store::Error> {
        tracing::error!(dispatch.id = %row.id, job = row.kind, "a job took its process down three times; it is set aside");
        let title = REGISTER
            .iter()
            .find(|job| job.kind == row.kind)
            .map_or_else(|| Text::new("未知任务", "Unknown job"), |job| (job.given_up)());
        let given = Given {
            incident: self.context.sources.new_id(),
            title,
            why: format!("crashed {CRASHES_MAX} times"),
            now: self.context.sources.clock.now(),
        };
        self.context.store.write(move |tx| async move { give_up(&tx, &row, given).await }).await
    }
}

/// Whether a process crashed, or the job panicked, while this row was claimed before.
const fn is_suspect(row: &outbox::OutboxRow) -> bool {
    row.crashes > 1
}
