//! Starts and stops everything that works on the outbox.

use std::{sync::Arc, time::Duration};

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{JobContext, attempt::Crew, desk::Desk, pulse, relay::Relay, runner::Executor};

/// How long work may go on after a stop was asked for.
const STOP_WITHIN: Duration = Duration::from_secs(10);
/// How long the good-bye of this node may take.
const GOOD_BYE_WITHIN: Duration = Duration::from_secs(2);
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(2);

/// How much at once, and how often to look.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Rows worked on at once.
    pub slots: usize,
    /// How long a claim holds after its process has died; renewed while it lives.
    pub lease: Duration,
    /// How often the outbox is looked at when nothing rings.
    pub poll: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { slots: 8, lease: Duration::from_secs(60), poll: Duration::from_secs(5) }
    }
}

/// The workers could not be started.
#[derive(Debug, thiserror::Error)]
#[error("the job queue cannot be opened: {0}")]
pub struct NotStarted(String);

/// Running workers. Dropping them stops everything at once; their claims run out.
pub struct Workers {
    stop: CancellationToken,
    desk: Arc<Desk>,
    relay: JoinHandle<()>,
    working: JoinHandle<()>,
    pulse: JoinHandle<()>,
}

impl Workers {
    /// Starts to work on the outbox of the database at `url`.
    ///
    /// # Errors
    /// The queue cannot be opened.
    pub async fn start(context: JobContext, url: &str, pace: Pace) -> Result<Self, NotStarted> {
        let name = format!("worker-{}", context.sources.nonce().as_simple());
        let executor = Executor::open(url, &name).await.map_err(|error| NotStarted(error.to_string()))?;
        let desk = Arc::new(Desk::new(pace.slots));
        let stop = CancellationToken::new();
        let crew = Crew { context: context.clone(), desk: Arc::clone(&desk) };
        let working = tokio::spawn(keep_working(executor.clone(), pace.slots, crew));
        let pulse = tokio::spawn(pulse::run(context.clone(), name.clone(), stop.clone()));
        let relay = Relay { context, worker: name, desk: Arc::clone(&desk), executor, pace, owed: Vec::new() };
        let relay = tokio::spawn(relay.run(stop.clone()));
        Ok(Self { stop, desk, relay, working, pulse })
    }

    /// Claims nothing more, and waits at most ten seconds for what is being worked on.
    pub async fn stop(mut self) {
        self.stop.cancel();
        // It says good-bye while what is being worked on comes to its end.
        let _ = tokio::time::timeout(GOOD_BYE_WITHIN, &mut self.pulse).await;
        let emptied = async {
            while !self.desk.is_empty() {
                // Looked at again now and then: the relay waits for the same places.
                let _ = tokio::time::timeout(Duration::from_millis(100), self.desk.freed()).await;
            }
        };
        if tokio::time::timeout(STOP_WITHIN, emptied).await.is_err() {
            tracing::warn!(jobs = self.desk.held().len(), "jobs were cut off; they are done again after their lease");
        }
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.stop.cancel();
        self.relay.abort();
        self.working.abort();
        self.pulse.abort();
    }
}

/// The executor gives up when its database does; it is started again under a new name, since it would wait for its old
/// one to be forgotten.
async fn keep_working(executor: Executor, slots: usize, crew: Crew) {
    loop {
        let name = format!("executor-{}", crew.context.sources.nonce().as_simple());
        let end = executor.clone().work(name, slots, crew.clone()).await;
        tracing::warn!(error = ?end.err(), "the job queue failed; starts again");
        tokio::time::sleep(PAUSE_AFTER_FAILURE).await;
    }
}
