//! One attempt at one row: look whether it is still ours, do it, note down what became of it.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Instant as Stopwatch};

use futures::FutureExt as _;
use tracing::Instrument as _;

use super::{JobContext, Occasion, REGISTER, Registered, Trouble, backoff::pause_after, desk::Desk, runner::Handed};
use crate::{
    language::Text,
    store::{self, outbox},
};

/// How an attempt ended.
enum End {
    Done,
    Trouble(Trouble),
    Panicked,
}

/// Who works on rows.
#[derive(Clone)]
pub(super) struct Crew {
    pub context: JobContext,
    pub desk: Arc<Desk>,
}

impl Crew {
    /// Works on a row that the queue handed over. Whatever goes wrong on the way stays here: the lease runs out, and the
    /// row is claimed again.
    pub async fn attempt(&self, handed: Handed) {
        let Some(_seat) = self.desk.begin(handed.dispatch, handed.fence) else {
            tracing::debug!(dispatch.id = %handed.dispatch, "handed over again, or too late");
            return;
        };
        if let Err(error) = attempt(&self.context, handed).await {
            tracing::warn!(dispatch.id = %handed.dispatch, %error, "what became of a job could not be noted down");
        }
    }
}

async fn attempt(context: &JobContext, handed: Handed) -> Result<(), store::Error> {
    let row = outbox::get(context.store.read(), handed.dispatch).await?;
    let Some(row) = row.filter(|row| row.state == "claimed" && row.fence == handed.fence) else {
        return Ok(());
    };
    let Some(job) = REGISTER.iter().find(|job| job.kind == row.kind) else {
        let trouble = Trouble::give_up(format!("no job is called “{}”", row.kind));
        return settle(context, row, None, End::Trouble(trouble)).await;
    };
    let begun = Stopwatch::now();
    let span = tracing::info_span!("job", job.kind = job.kind, dispatch.id = %row.id);
    let end = run(context, &row, job).instrument(span).await;
    let result = match &end {
        End::Done => "done",
        End::Trouble(Trouble::Retry { .. }) => "retry",
        End::Trouble(Trouble::GiveUp { .. }) => "given-up",
        End::Trouble(Trouble::Wait { .. }) => "waits",
        End::Trouble(Trouble::Moot { .. }) => "moot",
        End::Panicked => "panicked",
    };
    metrics::counter!("yumen_jobs_total", "kind" => job.kind, "result" => result).increment(1);
    metrics::histogram!("yumen_job_seconds", "kind" => job.kind).record(begun.elapsed().as_secs_f64());
    settle(context, row, Some(job), end).await
}

async fn run(context: &JobContext, row: &outbox::OutboxRow, job: &Registered) -> End {
    let occasion = Occasion {
        dispatch: row.id,
        occurrence: row.occurrence.clone(),
        case: row.case_id,
        is_last: row.attempts + 1 >= job.limits.attempts_max,
    };
    let payload = match serde_json::from_str(&row.payload) {
        Ok(payload) => payload,
        Err(error) => return End::Trouble(Trouble::give_up(format!("payload: {error}"))),
    };
    let work = (job.run)(payload, occasion, context.clone());
    let bounded = tokio::time::timeout(job.limits.attempt_max, work);
    match AssertUnwindSafe(bounded).catch_unwind().await {
        Ok(Ok(Ok(()))) => End::Done,
        Ok(Ok(Err(trouble))) => End::Trouble(trouble),
        Ok(Err(_elapsed)) => End::Trouble(Trouble::retry("took too long")),
        Err(_panic) => End::Panicked,
    }
}

async fn settle(
    context: &JobContext,
    row: outbox::OutboxRow,
    job: Option<&'static Registered>,
    end: End,
) -> Result<(), store::Error> {
    let now = context.sources.clock.now();
    let attempt = row.attempts + 1;
    let next_at = now + pause_after(attempt, &context.sources.chance);
    let is_last = job.is_none_or(|job| attempt >= job.limits.attempts_max);
    let title = job.map_or_else(|| Text::new("未知任务", "Unknown job"), |job| (job.given_up)());
    let incident = context.sources.new_id();
    context
        .store
        .write(move |tx| async move {
            let (id, fence) = (row.id, row.fence);
            match end {
                End::Done => outbox::finish(&tx, id, fence, now).await.map(drop),
                End::Panicked => outbox::crashed(&tx, id, fence, next_at, "panicked").await.map(drop),
                End::Trouble(Trouble::Retry { why }) if !is_last => {
                    outbox::retry(&tx, id, fence, next_at, &why).await.map(drop)
                }
                End::Trouble(Trouble::Wait { until, why }) => {
                    outbox::put_off(&tx, id, fence, until, &why).await.map(drop)
                }
                End::Trouble(Trouble::Moot { why }) => outbox::cancel(&tx, id, fence, now, &why).await.map(drop),
                End::Trouble(Trouble::Retry { why } | Trouble::GiveUp { why }) => {
                    give_up(&tx, &row, Given { incident, title, why, now }).await
                }
            }
        })
        .await
}

/// What an operator is told.
pub(super) struct Given {
    pub incident: crate::ids::IncidentId,
    pub title: Text,
    pub why: String,
    pub now: crate::clock::Instant,
}

/// Ends a row without success, and opens an incident in the same transaction.
pub(super) async fn give_up(tx: &store::Tx, row: &outbox::OutboxRow, given: Given) -> Result<(), store::Error> {
    if !outbox::fail(tx, row.id, row.fence, given.now, &given.why).await? {
        return Ok(());
    }
    let incident = store::incidents::NewIncident {
        id: given.incident,
        occurrence: format!("given-up/{}", row.occurrence),
        kind: format!("{}-given-up", row.kind),
        case_id: row.case_id,
        summary_zh: given.title.zh,
        summary_en: given.title.en,
        detail: given.why,
        opened_at: given.now,
    };
    store::incidents::raise(tx, incident).await
}
