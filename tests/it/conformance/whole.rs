//! What is done to a whole case, and around it, as fixtures write it.

use std::collections::BTreeSet;

use chrono::Days;
use yumen::{
    app::{
        App, What,
        substitutes::{self, NewSubstitute},
    },
    definition::WorkflowName,
    engine::{Action, Case, Held, who},
    store::definitions,
};

use super::{
    fixture::{Command, Fixture},
    ground::Ground,
};

/// The days for which a substitute stands.
const DAYS: Days = Days::new(30);

/// What a command wants of a whole case; `None` when it is about something else.
pub fn of(ground: &Ground, command: &Command, (state, reason): (&Case, &str)) -> Result<Option<What>, String> {
    let (case, reason) = (state.id, reason.to_owned());
    let person = || {
        let login = command.to.as_deref().ok_or_else(|| format!("{} needs “to”", command.verb))?;
        ground.people.get(login).copied().ok_or_else(|| format!("there is nobody called {login}"))
    };
    let action = match command.verb.as_str() {
        "suspend" => Action::Suspend { reason },
        "resume" => Action::Resume { reason },
        "terminate" => Action::Terminate { reason },
        "copy-in" => Action::CopyIn { to: vec![person()?] },
        "say" => {
            let asked = command.to.is_some().then(person).transpose()?;
            Action::Remark { text: reason, asked }
        }
        "hand-over" => {
            let from = command.of.as_deref().and_then(|login| ground.people.get(login)).copied();
            let from = from.ok_or("hand-over needs “of”")?;
            Action::HandOver { from, to: person()?, held: everything(state), reason }
        }
        "move" => return Ok(Some(What::Move { case, reason })),
        _ => return Ok(None),
    };
    Ok(Some(What::Act { case, action }))
}

/// Whatever somebody may hold in a case; what they do not hold is passed over.
fn everything(case: &Case) -> Vec<Held> {
    let tasks = case.tasks.keys().flat_map(|no| [Held::Task(*no), Held::Signature(*no)]);
    let activations = case.activations.keys().flat_map(|no| [Held::Turn(*no), Held::Step(*no)]);
    std::iter::once(Held::Start).chain(tasks).chain(activations).collect()
}

/// Lets `to` stand for `by` from today on, in the fixture's own workflow.
pub async fn stand_in(ground: &Ground, app: &App, (fixture, command): (&Fixture, &Command)) -> Result<(), String> {
    let person = *ground.people.get(&command.by).ok_or_else(|| format!("there is nobody called {}", command.by))?;
    let deputy = command.to.clone().ok_or("stand-in needs “to”")?;
    let from = who::day_of(app.now());
    let workflows = BTreeSet::from([WorkflowName::from(fixture.name.as_str())]);
    let new = NewSubstitute { person, deputy, workflows, from, until: from + DAYS };
    substitutes::set(app, person, new).await.map_err(|_| "the substitute was refused".to_owned())
}

/// Makes the fixture's next version live.
pub async fn publish_next(ground: &Ground, app: &App, fixture: &Fixture) -> Result<(), String> {
    let source = fixture.next_source().ok_or("publish-next needs “next”")?;
    let new = ground.definition(fixture, source, app.now());
    let live = app.store().write(move |tx| async move { definitions::publish(&tx, new).await }).await;
    live.map(drop).map_err(|error: yumen::store::Error| format!("the next version: {error:?}"))
}
