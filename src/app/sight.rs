//! What a signed-in person sees of a case: the engine's rule with what the row-level scope adds to it.

use super::{App, Failure, Viewer, loading};
use crate::{
    definition::Definition,
    engine::{Case, Event, Refusal, Sight, Surroundings},
    ids::{AttachmentId, CaseId},
    store::{self, Source, cases::CaseRow, journal::JournalRow},
};

/// What `viewer` sees of a case.
pub(super) fn of(
    viewer: &Viewer,
    row: &CaseRow,
    (definition, case): (&Definition, &Case),
    s: &Surroundings<'_>,
) -> Sight {
    Sight::of(definition, case, (viewer.person, viewer.scope.covers(&row.org_path)), s)
}

impl App {
    /// A case with what `viewer` sees of it.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is none or it is not for this person.
    pub(super) async fn seen_case(
        &self,
        source: &impl Source,
        viewer: &Viewer,
        id: CaseId,
    ) -> Result<(Case, Sight), Failure> {
        let row = store::case_reads::find(source, &viewer.scope, id).await?.ok_or(Refusal::NotFound)?;
        let case: Case = serde_json::from_str(&row.state).map_err(Failure::broken)?;
        let definition = self.definition(source, &row.definition_hash).await?;
        if !definition.hides_anything() {
            return Ok((case, Sight::default()));
        }
        let around = loading::around(self, source, &case.subject).await?.ok_or(Refusal::NotFound)?;
        let sight = of(viewer, &row, (&definition, &case), &around.surroundings(self));
        Ok((case, sight))
    }
}

/// The journal as it is seen; its hashes stay those of the whole.
pub(super) fn of_journal(sight: &Sight, mut journal: Vec<JournalRow>) -> Result<Vec<JournalRow>, Failure> {
    if sight.is_whole() {
        return Ok(journal);
    }
    let seen = sight.of_events(events(&journal)?);
    for (row, events) in journal.iter_mut().zip(seen) {
        row.events = serde_json::to_string(&events).map_err(Failure::broken)?;
    }
    Ok(journal)
}

/// Whether a file of the case is seen.
pub(super) fn of_file(sight: &Sight, file: AttachmentId, journal: &[JournalRow]) -> Result<bool, Failure> {
    Ok(sight.of_file(file, events(journal)?.iter().flatten()))
}

fn events(journal: &[JournalRow]) -> Result<Vec<Vec<Event>>, Failure> {
    journal.iter().map(|row| serde_json::from_str(&row.events).map_err(Failure::broken)).collect()
}
