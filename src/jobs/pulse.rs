//! A process says now and then that it lives, and when it has stopped as it was told to.

use std::time::Duration;

use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

use super::JobContext;
use crate::store::{self, nodes::NodeRow};

const EVERY: Duration = Duration::from_secs(15);
/// Nodes that are gone are forgotten after this.
const FORGOTTEN_AFTER_DAYS: i64 = 30;

/// Runs until it is told to stop.
pub(super) async fn run(context: JobContext, name: String, stop: CancellationToken) {
    let node = NodeRow {
        id: name,
        host: hostname::get().map_or_else(|_| String::new(), |host| host.to_string_lossy().into_owned()),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started_at: context.sources.clock.now(),
        seen_at: context.sources.clock.now(),
        stopped_at: None,
    };
    loop {
        if let Err(error) = beat(&context, node.clone()).await {
            tracing::warn!(node.id = node.id, %error, "this node could not say that it lives; tries again");
        }
        if tokio::time::timeout(EVERY, stop.cancelled()).await.is_ok() {
            break;
        }
    }
    let (id, now) = (node.id.clone(), context.sources.clock.now());
    let stopped = context.store.write(move |tx| async move { store::nodes::stopped(&tx, id, now).await }).await;
    if let Err(error) = stopped {
        tracing::warn!(node.id = node.id, %error, "this node could not say that it stops");
    }
}

async fn beat(context: &JobContext, node: NodeRow) -> Result<(), store::Error> {
    let now = context.sources.clock.now();
    let node = NodeRow { seen_at: now, ..node };
    context
        .store
        .write(move |tx| async move {
            store::nodes::forget(&tx, now - TimeDelta::days(FORGOTTEN_AFTER_DAYS)).await?;
            store::nodes::beat(&tx, node).await
        })
        .await
}
