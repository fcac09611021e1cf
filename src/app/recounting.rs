//! The calendar has changed: the open deadlines that rest on it are counted again, case by case, and what moved is
//! noted down.

use serde::{Deserialize, Serialize};

use super::{
    App, Failure, Viewer,
    execute::{Caller, Request, Settling, What},
    whole_cases::due_of,
};
use crate::{
    clock::Instant,
    engine::{Action, Activation, Event, Refusal, Waiting},
    ids::CaseId,
    language::Text,
    store::{self, Tx, calendar::MoveRow, clocks, outbox::NewDispatch, tasks},
};

/// The kind of an outbox row that counts deadlines again.
pub const RECOUNT_DEADLINES: &str = "recount-deadlines";
/// Cases counted again by one row.
const CASES_PER_ROW_MAX: u64 = 200;
/// Moved deadlines shown at most.
pub const MOVED_SHOWN_MAX: u64 = 200;

/// Which cases to count again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecountOrder {
    /// Since which version of the calendar.
    pub version: i64,
    /// Those after this one.
    pub after: Option<CaseId>,
}

/// A deadline that moved, in words.
#[derive(Debug, Clone, Serialize)]
pub struct Moved {
    /// The case.
    pub case: CaseId,
    /// 流程编号.
    pub number: String,
    /// The step.
    pub step: Text,
    /// As it was.
    pub before: Instant,
    /// As it is.
    pub after: Instant,
}

/// Queues the counting of the cases after `after`.
pub(super) async fn queue(app: &App, tx: &Tx, version: i64, after: Option<CaseId>) -> Result<(), Failure> {
    let place = after.map_or_else(|| "start".to_owned(), |after| after.to_string());
    let row = NewDispatch {
        id: app.sources().new_id(),
        occurrence: format!("calendar/{version}/{RECOUNT_DEADLINES}/{place}"),
        kind: RECOUNT_DEADLINES.to_owned(),
        case_id: None,
        person: None,
        payload: serde_json::to_string(&RecountOrder { version, after }).map_err(Failure::broken)?,
    };
    Ok(store::outbox::put(tx, vec![row], app.now()).await?)
}

impl App {
    /// Counts the deadlines of some cases again, and has the rest done after them. Safe to repeat.
    ///
    /// # Errors
    /// [`Failure::Store`], [`Failure::Broken`].
    pub async fn recount(&self, order: &RecountOrder) -> Result<(), Failure> {
        let cases = store::calendar::cases_on_time(self.store().read(), order.after, CASES_PER_ROW_MAX).await?;
        let mut failed = None;
        for case in &cases {
            let what = What::Act { case: *case, action: Action::Recount };
            match self.execute(Request { by: Caller::System("calendar-changed"), what, key: None }).await {
                // A case that has ended meanwhile has no deadlines.
                Ok(_) | Err(Failure::Refused(Refusal::CaseEnded | Refusal::NotFound)) => {}
                // One that cannot be counted does not keep the others from it.
                Err(failure) => failed = failed.or(Some(failure)),
            }
        }
        if let Some(last) = cases.last().copied().filter(|_| cases.len() as u64 == CASES_PER_ROW_MAX) {
            let (app, version) = (self.clone(), order.version);
            self.store().write(move |tx| async move { queue(&app, &tx, version, Some(last)).await }).await?;
        }
        failed.map_or(Ok(()), Err)
    }

    /// The first deadlines that a version of the calendar moved in cases that `viewer` may see, the earliest first.
    ///
    /// # Errors
    /// [`Failure::Store`], [`Failure::Broken`].
    pub async fn moved_deadlines(&self, viewer: &Viewer, version: i64) -> Result<Vec<Moved>, Failure> {
        let read = self.store().read();
        let mut moved = Vec::new();
        for row in store::calendar::moved(read, &viewer.scope, version, MOVED_SHOWN_MAX).await? {
            let definition = self.definition(read, &row.definition_hash).await?;
            moved.push(Moved {
                case: row.case_id,
                number: row.number,
                step: super::words::step(&definition, &row.step.as_str().into()),
                before: row.due_before,
                after: row.due_after,
            });
        }
        Ok(moved)
    }
}

/// What a recount leaves in the store: the due times of tasks, their clocks, and the list of what moved.
pub(super) async fn save(tx: &Tx, settling: &Settling<'_>) -> Result<(), Failure> {
    let case = &settling.plan.case;
    let is_recount = settling.command == Action::RECOUNT;
    let mut moves: Vec<MoveRow> = Vec::new();
    for event in &settling.plan.events {
        let Event::Recounted { due, .. } = event else { continue };
        let open: Vec<_> = due.iter().filter_map(|moved| case.tasks.get(&moved.task)).collect();
        tasks::move_due(tx, case.id, &open.iter().copied().map(due_of).collect::<Vec<_>>()).await?;
        clocks::disarm_tasks(tx, case.id, open.iter().map(|task| task.no.into()).collect()).await?;
        let clocks_of = |task| super::saving::clocks_of(settling.definition, case, task);
        let armed: Vec<_> = open.iter().copied().flat_map(clocks_of).collect();
        if !armed.is_empty() {
            clocks::arm(tx, armed).await?;
        }
        moves.extend(due.iter().filter_map(|moved| {
            let task = case.tasks.get(&moved.task)?;
            Some(row(settling, (task.activation, moved.task), task.step.as_str(), (moved.before, moved.after)))
        }));
    }
    let before = settling.before.filter(|_| is_recount).into_iter().flat_map(|(_, before)| before.activations.values());
    for then in before {
        let now = case.activations.get(&then.no).and_then(until);
        if let (Some(was), Some(is)) = (until(then), now)
            && was != is
        {
            moves.push(row(settling, (then.no, 0), then.step.as_str(), (was, is)));
        }
    }
    if !moves.is_empty() {
        store::calendar::note_moves(tx, moves).await?;
    }
    Ok(())
}

fn row(
    settling: &Settling<'_>,
    (activation, task): (u32, u32),
    step: &str,
    (due_before, due_after): (Instant, Instant),
) -> MoveRow {
    MoveRow {
        version: settling.around.calendar.version,
        case_id: settling.plan.case.id,
        activation: activation.into(),
        task_no: task.into(),
        step: step.to_owned(),
        due_before,
        due_after,
    }
}

const fn until(activation: &Activation) -> Option<Instant> {
    if let Waiting::Until { at } = activation.waiting { Some(at) } else { None }
}
