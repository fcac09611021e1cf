//! An author puts a draft forward: a case of the workflow by which definitions change.

use super::{
    App, Caller, Failure, drafts,
    execute::{Answer, begin},
    loading,
};
use crate::{
    definition::About,
    engine::{Action, Case, DefinitionRefusal, Refusal, Subject},
    ids::DraftId,
    store::Tx,
};

/// The workflow by which definitions change, itself among them.
pub const CHANGES_DEFINITIONS: &str = "definition-change";

/// Starts the case that decides on a draft. Its author is its initiator, and nobody decides on a case of their own.
pub(super) async fn propose(app: &App, tx: &Tx, by: &Caller, draft: DraftId) -> Result<Answer, Failure> {
    let (viewer, _) = drafts::own_by(tx, by, draft).await?;
    let workflow = CHANGES_DEFINITIONS.into();
    if let Some(running) = drafts::running(tx, draft).await? {
        return Err(Refusal::AlreadyRunning { workflow, number: running.number }.into());
    }
    drafts::check_ready(app, tx, draft).await?;
    let definition = app.current_definition(tx, &workflow).await?;
    let definition = definition.filter(|definition| definition.about == About::Definition);
    let definition = definition.ok_or(Refusal::from(DefinitionRefusal::NothingLive))?;
    let around = loading::around_draft(app, tx, draft).await?.ok_or(Refusal::NotFound)?;
    begin(app, tx, (&definition, &around), (viewer.person, app.calendar_year(), None)).await
}

/// What goes on from its author is whole: a draft with problems is not handed to whoever decides.
pub(super) async fn check(app: &App, tx: &Tx, case: &Case, action: &Action) -> Result<(), Failure> {
    match (&case.subject, action) {
        (Subject::Draft { draft, .. }, Action::Complete { .. }) => {
            drafts::check_ready(app, tx, *draft).await.map(|_| ())
        }
        (Subject::Draft { .. } | Subject::Project(_), _) => Ok(()),
    }
}
