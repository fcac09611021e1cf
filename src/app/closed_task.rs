//! Why a task is not open any more: who settled it, or why it was cancelled.

use super::Failure;
use crate::{
    engine::{Event, Refusal, TaskRefusal, event::CancelReason, refusal::Winner},
    ids::{CaseId, PersonId},
    store::{self, Source},
};

/// The refusal as people read it: the row of a settled task says by whom, the journal why one was cancelled.
///
/// # Errors
/// [`Failure::Store`], and [`Failure::Broken`] when an entry of the journal cannot be read.
pub(super) async fn why(db: &impl Source, case: CaseId, no: u32) -> Result<Refusal, Failure> {
    let Some(row) = store::tasks::find(db, case, no.into()).await? else { return Ok(Refusal::NotFound) };
    if let (Some(person), Some(at)) = (row.decided_by, row.closed_at) {
        let winner = store::people::find(db, person).await?.map(|person| Winner { name: person.name, at });
        return Ok(Refusal::TaskClosed { winner });
    }
    for entry in store::journal::of_case(db, case).await?.iter().rev() {
        let events: Vec<Event> = serde_json::from_str(&entry.events).map_err(Failure::broken)?;
        if let Some(why) = events.iter().find_map(|event| reason_of(event, no)) {
            let by = match entry.actor.parse::<PersonId>() {
                Ok(person) => store::people::find(db, person).await?,
                Err(_) => None,
            };
            let by = by.map(|person| Winner { name: person.name, at: entry.at });
            return Ok(TaskRefusal::Cancelled { why, by }.into());
        }
    }
    Ok(Refusal::TaskClosed { winner: None })
}

fn reason_of(event: &Event, no: u32) -> Option<CancelReason> {
    if let Event::TaskCancelled { task, why } = event { (*task == no).then(|| why.clone()) } else { None }
}
