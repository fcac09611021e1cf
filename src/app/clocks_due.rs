//! The clocks of a case: armed and disarmed with the activations that own them, swept when they are due, and rung.
//!
//! The sweep takes due clocks away and queues a job for each, in one transaction: so each rings once, whichever node
//! sweeps. A job that comes twice rings a clock that nobody waits for any more, which does nothing.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::{
    App, Failure, children,
    execute::{Caller, Request, Settling, What},
    task_clocks,
};
use crate::{
    clock::Instant,
    engine::{
        Action, Activation, Case, Waiting,
        case::{ActivationNo, TaskNo},
    },
    ids::CaseId,
    store::{
        self, Tx,
        clocks::{self, ClockRow},
        outbox::NewDispatch,
    },
};

/// The kind of an outbox row that rings a clock.
pub const RING_CLOCK: &str = "ring-clock";
/// Clocks taken in one sweep.
pub const CLOCKS_PER_SWEEP_MAX: u64 = 200;
/// The kind of a clock that ends a wait.
const WAIT: &str = "wait";
/// A wait that is over and cannot be left is tried again after this.
const TRIED_AGAIN_AFTER: TimeDelta = TimeDelta::hours(24);

/// Which clock to ring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RingOrder {
    /// The case.
    pub case: CaseId,
    /// The activation that owns the clock.
    pub activation: ActivationNo,
    /// The task whose clock it is; `None` for the clock of a wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskNo>,
    /// Whether something happens by itself now, because nobody has decided the task.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub late: bool,
}

/// What a sweep found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Swept {
    /// Clocks that ring now.
    pub rung: usize,
    /// Whether the sweep stopped at its limit, so that more may be due.
    pub full: bool,
}

/// Arms the clocks of activations that wait from now on, and disarms those of activations that are gone.
pub(super) async fn save(tx: &Tx, settling: &Settling<'_>) -> Result<(), Failure> {
    let (case, before) = (&settling.plan.case, settling.before.map(|(_, before)| before));
    // Nothing rings while the case is suspended.
    let runs = |case: &Case| case.suspended.is_none();
    let waits = |case: &Case| case.activations.values().filter(|_| runs(case)).filter_map(wait_of).collect::<Vec<_>>();
    let (now, then) = (waits(case), before.map(waits).unwrap_or_default());
    let rings = |activation: &&Activation| matches!(activation.waiting, Waiting::Until { .. } | Waiting::Child { .. });
    let kept = |no| case.activations.get(&no).is_some_and(|activation| rings(&activation));
    let owners = before.into_iter().flat_map(|before| before.activations.values()).filter(rings);
    let moved = |no| then.iter().any(|(then, at)| *then == no && !now.contains(&(no, *at)));
    let gone: Vec<i64> = owners.map(|owner| owner.no).filter(|no| !kept(*no) || moved(*no)).map(Into::into).collect();
    let armed: Vec<_> = now.iter().filter(|new| !then.contains(new)).map(|new| clock(case.id, *new)).collect();
    if !gone.is_empty() {
        clocks::disarm_activations(tx, case.id, WAIT, gone).await?;
    }
    if !armed.is_empty() {
        clocks::arm(tx, armed).await?;
    }
    Ok(())
}

fn wait_of(activation: &Activation) -> Option<(ActivationNo, Instant)> {
    match activation.waiting {
        Waiting::Until { at } => Some((activation.no, at)),
        Waiting::Nothing
        | Waiting::People { .. }
        | Waiting::Nobody { .. }
        | Waiting::Fact { .. }
        | Waiting::Child { .. }
        | Waiting::Branches(_) => None,
    }
}

fn clock(case: CaseId, (activation, at): (ActivationNo, Instant)) -> ClockRow {
    ClockRow {
        id: case.derive::<crate::ids::CaseKind>(&format!("wait/{activation}")).uuid(),
        case_id: case,
        activation: activation.into(),
        task_no: None,
        kind: WAIT.to_owned(),
        due_at: at,
    }
}

impl App {
    /// Takes the clocks that are due, the longest due first, and queues a job for each.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn sweep_clocks(&self) -> Result<Swept, Failure> {
        let app = self.clone();
        self.store()
            .write(move |tx| async move {
                let now = app.now();
                let due = clocks::take_due(&tx, now, CLOCKS_PER_SWEEP_MAX).await?;
                let rung = due.len();
                let mut rows = Vec::new();
                for clock in due {
                    rows.push(app.ringing(&clock)?);
                }
                if !rows.is_empty() {
                    store::outbox::put(&tx, rows, now).await?;
                }
                Ok(Swept { rung, full: rung as u64 == CLOCKS_PER_SWEEP_MAX })
            })
            .await
    }

    fn ringing(&self, clock: &ClockRow) -> Result<NewDispatch, Failure> {
        let activation = u32::try_from(clock.activation).map_err(Failure::broken)?;
        let task = clock.task_no.map(u32::try_from).transpose().map_err(Failure::broken)?;
        let order = RingOrder { case: clock.case_id, activation, task, late: clock.kind == task_clocks::LATE };
        let id = self.sources().new_id();
        let owner = format!("{}/{}/{}", clock.case_id, clock.activation, clock.kind);
        Ok(NewDispatch {
            id,
            // A task's clock that was set to a moment, stood still and was set to it again rings again.
            occurrence: match task {
                None => format!("{owner}/{}", clock.due_at.timestamp()),
                Some(task) => format!("{owner}/{task}/{id}"),
            },
            kind: RING_CLOCK.to_owned(),
            case_id: Some(clock.case_id),
            person: None,
            payload: serde_json::to_string(&order).map_err(Failure::broken)?,
        })
    }

    /// Rings the clock of a task, or ends a wait whose time has come, or for a case that has ended. Where a rule behind a
    /// wait says no, an operator is told and it is tried again a day later. Safe to repeat.
    ///
    /// # Errors
    /// [`Failure::Store`], [`Failure::Broken`].
    pub async fn ring(&self, order: &RingOrder) -> Result<(), Failure> {
        match order.task {
            Some(task) if order.late => return self.ring_late(order.case, task).await,
            Some(task) => return self.ring_task(order.case, task).await,
            None => {}
        }
        let Some(row) = store::cases::find(self.store().read(), order.case).await? else { return Ok(()) };
        let case: Case = serde_json::from_str(&row.state).map_err(Failure::broken)?;
        let news = children::news(self, &case, order.activation).await?;
        let action = news.unwrap_or(Action::Ring { activation: order.activation });
        let what = What::Act { case: order.case, action };
        match self.execute(Request { by: Caller::System("time-came"), what, key: None }).await {
            Ok(_) => self.settle_refused_wake(order.case, None).await,
            Err(Failure::Refused(refusal)) => {
                self.settle_refused_wake(order.case, Some(refusal)).await?;
                self.arm_again(order).await
            }
            Err(failure) => Err(failure),
        }
    }

    async fn arm_again(&self, order: &RingOrder) -> Result<(), Failure> {
        let clock = clock(order.case, (order.activation, self.now() + TRIED_AGAIN_AFTER));
        self.store().write(move |tx| async move { Ok(clocks::arm_anew(&tx, clock).await?) }).await
    }
}
