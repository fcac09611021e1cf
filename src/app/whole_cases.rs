//! What suspending, resuming and talking leave in the store.

use super::{Failure, execute::Settling, saving::clock_of};
use crate::{
    engine::{Event, case::TaskNo},
    store::{Tx, clocks, remarks, tasks},
};

/// While a case is suspended no clock of it runs and no task of it is due; what was left of each runs once it goes on.
pub(super) async fn save_pause(tx: &Tx, settling: &Settling<'_>) -> Result<(), Failure> {
    let case = &settling.plan.case;
    for event in &settling.plan.events {
        if let Event::Suspended { .. } = event {
            clocks::disarm_case(tx, case.id).await?;
            let open: Vec<_> = case.tasks.keys().map(|no| ((*no).into(), None)).collect();
            tasks::move_due(tx, case.id, &open).await?;
        } else if let Event::Resumed { due, .. } = event {
            let still_open = |no: &TaskNo| case.tasks.contains_key(no);
            let moved: Vec<_> =
                due.iter().filter(|(no, _)| still_open(no)).map(|(no, at)| ((*no).into(), Some(*at))).collect();
            tasks::move_due(tx, case.id, &moved).await?;
            let armed: Vec<_> =
                due.iter().filter_map(|(no, _)| case.tasks.get(no)).filter_map(|task| clock_of(case, task)).collect();
            if !armed.is_empty() {
                clocks::arm(tx, armed).await?;
            }
        }
    }
    Ok(())
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
