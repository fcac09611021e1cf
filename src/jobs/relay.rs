//! Claims rows of the outbox that are due and hands them to the executor; keeps the leases of what is being worked on.

use std::sync::Arc;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    JobContext, Pace, REGISTER,
    attempt::{Given, give_up},
    desk::Desk,
    runner::{Executor, Handed},
};
use crate::{
    ids::DispatchId,
    language::Text,
    store::{self, outbox},
};

/// A row that took its process down this often is not tried again.
const CRASHES_MAX: i32 = 3;

/// The relay of one process.
pub(super) struct Relay {
    pub context: JobContext,
    pub worker: String,
    pub desk: Arc<Desk>,
    pub executor: Executor,
    pub pace: Pace,
    /// Claimed rows that nobody works on, to be given back before anything else is claimed.
    pub owed: Vec<(DispatchId, i64)>,
}

impl Relay {
    /// Runs until it is told to stop; what is claimed by then is still worked on.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut renewed_at = Instant::now();
        while !stop.is_cancelled() {
            if renewed_at.elapsed() >= self.pace.lease / 3 {
                renewed_at = Instant::now();
                let renewed = self.renew().await;
                self.note("leases could not be renewed", renewed);
            }
            let turned = self.turn().await;
            self.note("the outbox could not be read", turned);
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

    /// Keeps the leases. The queue hands a row over at once: one that it still has after a whole lease is lost.
    async fn renew(&mut self) -> Result<(), store::Error> {
        let lost = self.desk.take_lost(self.pace.lease);
        if !lost.is_empty() {
            tracing::warn!(jobs = lost.len(), "the queue lost jobs; they are claimed again");
        }
        self.owed.extend(lost);
        self.give_back_owed().await?;
        let held = self.desk.held();
        if held.is_empty() {
            return Ok(());
        }
        let (now, lease) = (self.context.sources.clock.now(), self.pace.lease);
        self.context.store.write(move |tx| async move { outbox::renew(&tx, &held, now, lease).await.map(drop) }).await
    }

    /// Gives back what nobody works on, so that it does not count as crashed. What cannot be given back stays owed.
    async fn give_back_owed(&mut self) -> Result<(), store::Error> {
        if self.owed.is_empty() {
            return Ok(());
        }
        let owed = self.owed.clone();
        self.context.store.write(move |tx| async move { outbox::give_back(&tx, &owed).await }).await?;
        self.owed.clear();
        Ok(())
    }

    /// Claims and hands over until nothing is due, the desk is full or the queue takes nothing.
    async fn turn(&mut self) -> Result<(), store::Error> {
        loop {
            self.give_back_owed().await?;
            let free = self.desk.free();
            if free == 0 {
                return Ok(());
            }
            let claimed = self.claim(free).await?;
            let all = claimed.len() < free;
            let dealt = self.deal(claimed).await?;
            self.give_back_owed().await?;
            match dealt {
                Dealt::Suspect => self.until_desk_is_empty().await?,
                Dealt::Nothing => return Ok(()),
                Dealt::All if all => return Ok(()),
                Dealt::All => {}
            }
        }
    }

    async fn claim(&self, limit: usize) -> Result<Vec<outbox::OutboxRow>, store::Error> {
        let (now, lease, worker) = (self.context.sources.clock.now(), self.pace.lease, self.worker.clone());
        let limit = u64::try_from(limit).unwrap_or(1);
        self.context.store.write(move |tx| async move { outbox::claim(&tx, &worker, now, lease, limit).await }).await
    }

    /// Hands rows over, but not those that crashed too often. A row that was there when a process crashed is worked on
    /// alone: so the next crash, if there is one, has one cause, and the others are soon known to be innocent.
    async fn deal(&mut self, claimed: Vec<outbox::OutboxRow>) -> Result<Dealt, store::Error> {
        let (spent, mut rows): (Vec<_>, Vec<_>) = claimed.into_iter().partition(|row| row.crashes > CRASHES_MAX);
        for row in spent {
            if let Err(error) = self.quarantine(row).await {
                self.owed.extend(rows.iter().map(held));
                return Err(error);
            }
        }
        let suspect = rows.iter().position(is_suspect);
        if let Some(suspect) = suspect {
            let alone = self.desk.is_empty().then(|| rows.swap_remove(suspect));
            self.owed.extend(rows.iter().map(held));
            rows = alone.into_iter().collect();
        }
        let rows: Vec<_> = rows.iter().map(held).collect();
        let took = rows.is_empty() || self.hand_over(&rows).await;
        Ok(match (took, suspect) {
            (false, _) => Dealt::Nothing,
            (true, Some(_)) => Dealt::Suspect,
            (true, None) => Dealt::All,
        })
    }

    /// Whether the queue took them.
    async fn hand_over(&mut self, rows: &[(DispatchId, i64)]) -> bool {
        for (dispatch, fence) in rows {
            self.desk.put(*dispatch, *fence);
        }
        let handed = rows.iter().map(|(dispatch, fence)| Handed { dispatch: *dispatch, fence: *fence }).collect();
        let Err(error) = self.executor.hand_over(handed).await else { return true };
        tracing::warn!(%error, "the queue took nothing; tries again");
        self.owed.extend(self.desk.take_back(rows));
        false
    }

    async fn until_desk_is_empty(&mut self) -> Result<(), store::Error> {
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

/// What became of claimed rows.
enum Dealt {
    /// The queue has all of them.
    All,
    /// One of them is suspect: nothing may be claimed before the desk is empty.
    Suspect,
    /// The queue took nothing: it is tried again after a pause.
    Nothing,
}

const fn held(row: &outbox::OutboxRow) -> (DispatchId, i64) {
    (row.id, row.fence)
}

/// Whether a process crashed, or the job panicked, while this row was claimed before.
const fn is_suspect(row: &outbox::OutboxRow) -> bool {
    row.crashes > 1
}
