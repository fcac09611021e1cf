//! A draft becomes the live version: the effect of a decided case, in the transaction of the decision.

use super::{App, Failure, drafts, saving::actor_text, staffing};
use crate::{
    definition::check,
    engine::{Actor, DefinitionRefusal, Plan, Refusal, Subject},
    store::{
        Tx,
        definitions::{self, NewDefinition},
        drafts as stored, mandates,
    },
};

/// Publishes the draft that the case is about. Everything is checked again: a draft that got problems since it was put
/// forward, or whose workflow has another live version by now, is refused, and with it the decision. Whether there are
/// people enough for it is looked at as soon as it is committed.
pub(super) async fn publish(app: &App, tx: &Tx, plan: &Plan) -> Result<(), Failure> {
    let Subject::Draft { draft, .. } = &plan.case.subject else {
        return Err(Failure::broken("a publication without a draft"));
    };
    // Mandates that take effect now would not have looked at this version, nor this version at them.
    mandates::lock(tx).await?;
    let (row, certificate) = drafts::check_ready(app, tx, *draft).await?;
    // The engine keeps initiators from deciding, and only authors put drafts forward; this is the second lock.
    if plan.actor == Actor::Person(row.author) || plan.case.initiator != row.author {
        return Err(Refusal::OwnCase.into());
    }
    let new = NewDefinition {
        hash: check::hash(&row.source),
        workflow: row.workflow,
        source: row.source,
        published_at: app.now(),
        published_by: actor_text(&plan.actor),
        draft: Some(*draft),
        certificate: Some(serde_json::to_string(&certificate).map_err(Failure::broken)?),
        scenarios: Some(row.scenarios),
    };
    if definitions::publish(tx, new).await?.is_none() {
        return Err(Refusal::from(DefinitionRefusal::DraftChangesNothing).into());
    }
    staffing::check_people_after(app, tx, &format!("published/{draft}")).await?;
    Ok(stored::close(tx, *draft, stored::PUBLISHED, app.now()).await?)
}
