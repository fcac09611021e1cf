//! A draft becomes the live version: the effect of a decided case, in the transaction of the decision.

use std::collections::BTreeSet;

use super::{App, Failure, approved, drafts, saving::actor_text, staffing};
use crate::{
    definition::check,
    engine::{Actor, DefinitionRefusal, Plan, Refusal, Subject},
    ids::PersonId,
    store::{
        Tx, cases,
        definitions::{self, NewDefinition},
        drafts as stored, mandates,
    },
};

/// Publishes the draft that the case is about. Everything is checked again: a draft that got problems since it was put
/// forward, or whose workflow has another live version by now, is refused, and with it the decision; so is one that nobody
/// else approved as it stands. Whether there are
/// people enough for it is looked at as soon as it is committed.
pub(super) async fn publish(app: &App, tx: &Tx, plan: &Plan) -> Result<(), Failure> {
    let Subject::Draft { draft, .. } = &plan.case.subject else {
        return Err(Failure::broken("a publication without a draft"));
    };
    // Mandates that take effect now would not have looked at this version, nor this version at them.
    mandates::lock(tx).await?;
    let (row, certificate) = drafts::check_ready(app, tx, *draft).await?;
    // The engine keeps the initiators of this case from deciding; this is the second lock, and it knows of whoever wrote
    // the draft before this case as well.
    let others: Vec<_> =
        cases::of_draft(tx, *draft).await?.into_iter().filter(|case| case.id != plan.case.id).collect();
    let mut writers = drafts::writers(&row, &others)?;
    let put_forward_by_a_writer = writers.contains(&plan.case.initiator);
    writers.extend(plan.case.initiators());
    if !put_forward_by_a_writer || decides_among(&plan.actor, &writers) {
        return Err(Refusal::OwnCase.into());
    }
    // The third: whoever acts last may be a clock, or somebody who was asked for something else.
    let approvals = approved::standing(app, tx, &plan.case).await?;
    if !approvals.iter().any(|approval| approval.is_of(&row) && !approval.is_by_any(&writers)) {
        return Err(Refusal::from(DefinitionRefusal::NotApproved).into());
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

/// Whether one of `writers` decided, or somebody did in their place.
fn decides_among(actor: &Actor, writers: &BTreeSet<PersonId>) -> bool {
    match actor {
        Actor::Person(person) => writers.contains(person),
        Actor::Deputy { person, of } => writers.contains(person) || writers.contains(of),
        Actor::System(_) => false,
    }
}
