//! Cases that a case starts: started, stopped, told of and waited for in the transaction of the command that says so.

use std::sync::Arc;

use super::{
    App, Failure, carrying,
    clocks_due::{RING_CLOCK, RingOrder},
    effects,
    execute::{Settling, settle},
    loading,
};
use crate::{
    definition::{About, Definition},
    engine::{
        self, Action, Actor, Case, Child, Command, Event, Held, Refusal, Start, StartedBy, Status, case::ActivationNo,
        who::day_of,
    },
    ids::{CaseId, PersonId},
    language::{Lang, Text},
    notify::compose::Dispatch,
    store::{self, Tx},
};

/// Signs what happens to a child because of its parent.
const PARENT: &str = "parent-case";

/// Starts the cases that a plan starts, and ends those that it does not wait for any more.
pub(super) async fn follow(app: &App, tx: &Tx, settling: &Settling<'_>) -> Result<(), Failure> {
    for event in &settling.plan.events {
        if let Event::ChildStarted { activation, child, people, waits } = event {
            let parent = &settling.plan.case;
            let initiators = if *waits { parent.initiators().collect() } else { Vec::new() };
            let by = StartedBy { case: parent.id, activation: *activation, waits: *waits, initiators };
            start(app, tx, settling, (child, people, by)).await?;
        }
    }
    let before = settling.before.map(|(_, before)| before);
    let waited_for: Vec<_> = settling.plan.case.children_waited_for().collect();
    let ended = |case| {
        settling
            .plan
            .events
            .iter()
            .any(|event| matches!(event, Event::ChildEnded { case: ended, .. } if *ended == case))
    };
    for case in before.into_iter().flat_map(Case::children_waited_for) {
        if !waited_for.contains(&case) && !ended(case) {
            let gone = Action::ParentGone { reason: reason(&settling.plan.case) };
            Box::pin(tell(app, tx, case, (gone, "parent-gone"))).await?;
        }
    }
    for person in newcomers(&settling.plan.events) {
        for case in &waited_for {
            let taken_over = (Action::ParentTakenOver { person }, "parent-taken-over");
            Box::pin(tell(app, tx, *case, taken_over)).await?;
        }
    }
    Ok(())
}

/// Who decides nothing any more in the cases that this one waits for: they took it over, or one that waits for it.
fn newcomers(events: &[Event]) -> impl Iterator<Item = PersonId> {
    events.iter().filter_map(|event| {
        if let Event::HandedOver { what: Held::Start, to: person, .. } | Event::ParentTakenOver { person } = event {
            Some(*person)
        } else {
            None
        }
    })
}

async fn start(
    app: &App,
    tx: &Tx,
    settling: &Settling<'_>,
    (child, people, by): (&Child, &[PersonId], StartedBy),
) -> Result<(), Failure> {
    let parent = &settling.plan.case;
    let title = |definition: Option<&Arc<Definition>>| {
        definition.map_or_else(|| Text::new(child.workflow.as_str(), child.workflow.as_str()), |d| d.title.clone())
    };
    let definition = app.current_definition(tx, &child.workflow).await?;
    let refused = |refusal: Refusal| Refusal::ChildRefused {
        workflow: title(definition.as_ref()),
        why: Text::new(refusal.sentence(Lang::Zh), refusal.sentence(Lang::En)),
    };
    let Some(definition) = &definition else { return Err(refused(Refusal::NotFound).into()) };
    let about_projects = definition.about == About::Project;
    let project = parent.project().filter(|_| about_projects).ok_or_else(|| refused(Refusal::CannotStart))?;
    // Read anew: the facts that this plan recorded are among them.
    let around = loading::around_project(app, tx, project).await?.ok_or(Refusal::NotFound)?;
    let surroundings = around.surroundings(app);
    let may = |person: &&PersonId| engine::may_start(definition, **person, &surroundings).is_ok();
    let initiator = *people.iter().find(may).ok_or_else(|| refused(Refusal::CannotStart))?;
    around.check_year(parent.year).map_err(&refused)?;
    if let Some(running) = store::cases::running(tx, child.workflow.as_str(), project, parent.year).await? {
        let running = Refusal::AlreadyRunning { workflow: child.workflow.clone(), number: running.number };
        return Err(refused(running).into());
    }
    match effects::check_startable(app, tx, definition, (project, parent.year, day_of(app.now()))).await {
        Err(Failure::Refused(refusal)) => return Err(refused(refusal).into()),
        checked => checked?,
    }
    let seq = store::numbers::next(tx, child.workflow.as_str(), parent.year).await?;
    let number = definition.number.render(parent.year, seq);
    let carried = carrying::found(tx, definition, &around, (project, parent.year)).await?;
    let start = Start { case: child.case, number, year: parent.year, initiator, by: Some(by), schedule: None, carried };
    let plan = engine::start(definition, start, &surroundings).map_err(refused)?;
    let begun = Settling { definition, before: None, plan, around: &around, command: "start", remark: None };
    Box::pin(settle(app, tx, begun)).await.map(drop)
}

/// Tells a child what became of its parent: that it does not wait any more, because it went back or is over, or that
/// somebody took it over. A child to which this is no news stays as it is.
async fn tell(app: &App, tx: &Tx, id: CaseId, (action, name): (Action, &'static str)) -> Result<(), Failure> {
    let Some(row) = store::cases::load_for_update(tx, id).await? else { return Ok(()) };
    let case: Case = serde_json::from_str(&row.state).map_err(Failure::broken)?;
    let definition = app.definition(tx, &row.definition_hash).await?;
    let around = loading::around(app, tx, &case.subject).await?.ok_or(Refusal::NotFound)?;
    let command = Command { actor: Actor::System(PARENT.to_owned()), action };
    let plan = engine::decide(&definition, &case, &command, &around.surroundings(app))?;
    if plan.events.is_empty() {
        return Ok(());
    }
    let before = Some((&row, &case));
    let told = Settling { definition: &definition, before, plan, around: &around, command: name, remark: None };
    settle(app, tx, told).await.map(drop)
}

/// In the journal of the child, where one language must do.
fn reason(parent: &Case) -> String {
    let number = &parent.number;
    match parent.status {
        Status::Running => format!("上级办件{number}已退回，不再等待本办件。"),
        Status::Ended { .. } => format!("上级办件{number}已结束，本办件随之终止。"),
    }
}

/// The parent of a case that has just ended looks whether it can go on; and so does a case that was suspended while
/// the ones it waits for may have ended.
pub(super) fn dispatches(settling: &Settling<'_>) -> Result<Vec<Dispatch>, Failure> {
    let case = &settling.plan.case;
    let has = |wanted: fn(&Event) -> bool| settling.plan.events.iter().any(wanted);
    let mut dispatches = Vec::new();
    if has(|event| matches!(event, Event::Resumed { .. })) {
        dispatches = look_at_children(settling)?;
    }
    let ends = has(|event| matches!(event, Event::Ended { .. }));
    if let Some(by) = case.started_by.as_ref().filter(|by| by.waits && ends) {
        let order = RingOrder { case: by.case, activation: by.activation, task: None, late: false };
        let payload = serde_json::to_value(order).map_err(Failure::broken)?;
        dispatches.push(Dispatch::new(case.id, format!("{}/ended/{}", case.id, by.activation), RING_CLOCK, payload));
    }
    Ok(dispatches)
}

fn look_at_children(settling: &Settling<'_>) -> Result<Vec<Dispatch>, Failure> {
    let case = &settling.plan.case;
    let version = settling.before.map_or(0, |(row, _)| row.version);
    let waiting = case.activations.values().filter(|at| matches!(at.waiting, engine::Waiting::Child { .. }));
    let looks = waiting.map(|activation| {
        let order = RingOrder { case: case.id, activation: activation.no, task: None, late: false };
        let payload = serde_json::to_value(order).map_err(Failure::broken)?;
        Ok(Dispatch::new(case.id, format!("{}/{version}/resumed/{}", case.id, activation.no), RING_CLOCK, payload))
    });
    looks.collect()
}

/// What an activation that waits for a case is told: that the case has ended, and as what. `None` while it goes on.
pub(super) async fn news(app: &App, case: &Case, activation: ActivationNo) -> Result<Option<Action>, Failure> {
    let waiting = case.activations.get(&activation).map(|activation| &activation.waiting);
    let Some(engine::Waiting::Child { case: child, .. }) = waiting else { return Ok(None) };
    let row = store::cases::find(app.store().read(), *child).await?;
    let outcome = row.and_then(|row| row.outcome);
    Ok(outcome.map(|outcome| Action::ChildEnded { activation, case: *child, outcome: outcome.as_str().into() }))
}
