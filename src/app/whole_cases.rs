//! What suspending, resuming and talking leave in the store.

use super::{Failure, execute::Settling, saving::clock_of, task_clocks::late_of};
use crate::{
    clock::Instant,
    engine::{Event, Task},
    store::{Tx, clocks, remarks, tasks},
};

/// While a case is suspended no clock of it runs and no task of it is due; what was left of each runs once it goes on.
pub(super) async fn save_pause(tx: &Tx, settling: &Settling<'_>) -> Result<(), Failure> {
    let case = &settling.plan.case;
    for event in &settling.plan.events {
        if let Event::Suspended { .. } = event {
            clocks::disarm_case(tx, case.id).await?;
            let open: Vec<_> = case.tasks.keys().map(|no| ((*no).into(), None, None)).collect();
            tasks::move_due(tx, case.id, &open).await?;
        } else if let Event::Resumed { due, .. } = event {
            let tasks = due.iter().filter_map(|(no, _)| case.tasks.get(no));
            tasks::move_due(tx, case.id, &tasks.map(due_of).collect::<Vec<_>>()).await?;
            let open = due.iter().filter_map(|(no, _)| case.tasks.get(no));
            // When a task rings next is armed with what has changed in it.
            let both = |task| clock_of(case, task).into_iter().chain(late_of(settling.definition, case, task));
            let armed: Vec<_> = open.flat_map(both).collect();
            if !armed.is_empty() {
                clocks::arm(tx, armed).await?;
            }
        }
    }
    Ok(())
}

/// When a task is due, and by which version of the calendar.
pub(super) fn due_of(task: &Task) -> (i64, Option<Instant>, Option<i64>) {
    (task.no.into(), task.due_at, task.counted_by())
}

/// The words of the thread, beside the hash that the journal has of them.
pub(super) async fn save_remarks(tx: &Tx, settling: &Settling<'_>) -> Result<(), Failure> {
    for event in &settling.plan.events {
        if let (Event::Remarked { no, by, asked, .. }, Some(words)) = (event, settling.remark) {
            let remark = remarks::RemarkRow {
                case_id: settling.plan.case.id,
                no: (*no).into(),
                person_id: *by,
                asked: *asked,
                at: settling.around.now,
                words: words.to_owned(),
            };
            remarks::add(tx, remark).await?;
        }
    }
    Ok(())
}
