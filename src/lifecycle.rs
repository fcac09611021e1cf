//! Start in order, stop in the opposite order, and never wait for ever.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How long a graceful stop may take before what is left is cut off.
pub const STOP_WITHIN: Duration = Duration::from_secs(15);

/// The parts of a running Yumen: they share one token, and are waited for together.
#[derive(Clone, Default)]
pub struct Lifecycle {
    stop: CancellationToken,
    parts: TaskTracker,
    failed: Arc<AtomicBool>,
}

impl Lifecycle {
    /// Nothing runs yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The token that is cancelled when it is time to stop.
    #[must_use]
    pub fn stopping(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Runs a part until it ends. One that fails stops the others too: half a Yumen is worse than a restart.
    pub fn run<F>(&self, name: &'static str, part: F)
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let (stop, failed) = (self.stop.clone(), Arc::clone(&self.failed));
        self.parts.spawn(async move {
            let reason = match tokio::spawn(part).await {
                Ok(Ok(())) if stop.is_cancelled() => return,
                Ok(Ok(())) => "it ended on its own".to_owned(),
                Ok(Err(why)) => format!("{why:#}"),
                Err(why) => why.to_string(),
            };
            tracing::error!(part = name, reason, "a part failed, stopping");
            failed.store(true, Ordering::SeqCst);
            stop.cancel();
        });
    }

    /// Waits for SIGINT, SIGTERM or a failing part, then for every part to end, at most [`STOP_WITHIN`].
    ///
    /// # Errors
    /// When the signals cannot be listened to, a part failed, or one did not end in time.
    pub async fn until_stopped(self) -> anyhow::Result<()> {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            _ = interrupt.recv() => tracing::info!("interrupted, stopping"),
            _ = terminate.recv() => tracing::info!("asked to terminate, stopping"),
            () = self.stop.cancelled() => {}
        }
        self.end().await
    }

    /// Stops every part and waits for it, at most [`STOP_WITHIN`].
    ///
    /// # Errors
    /// When a part failed, or did not end in time.
    pub async fn end(self) -> anyhow::Result<()> {
        self.end_within(STOP_WITHIN).await
    }

    async fn end_within(self, limit: Duration) -> anyhow::Result<()> {
        self.stop.cancel();
        self.parts.close();
        tokio::time::timeout(limit, self.parts.wait())
            .await
            .map_err(|_| anyhow::anyhow!("not everything stopped within {limit:?}"))?;
        anyhow::ensure!(!self.failed.load(Ordering::SeqCst), "a part of Yumen failed; the log says which and why");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_part_that_fails_stops_the_others() {
        let life = Lifecycle::new();
        let stop = life.stopping();
        life.run("patient", async move {
            stop.cancelled().await;
            Ok(())
        });
        life.run("broken", async { anyhow::bail!("no") });
        life.stopping().cancelled().await;
        assert!(life.end().await.unwrap_err().to_string().contains("failed"));
    }

    #[tokio::test]
    async fn a_part_that_does_not_listen_is_not_waited_for_for_ever() {
        let life = Lifecycle::new();
        life.run("deaf", std::future::pending());
        let why = life.end_within(Duration::from_millis(20)).await.unwrap_err();
        assert!(why.to_string().contains("within 20ms"), "{why}");
    }
}
