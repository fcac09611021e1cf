//! Who does a later step, where somebody chooses: as the scenario says, or by themselves where it says nothing.

use super::{
    claims,
    play::{Not, person, task_at},
    stage::Stage,
    words::Word,
};
use crate::{
    definition::problem::scenarios as say,
    engine::{Action, Term, tasks},
    ids::PersonId,
    language::Text,
};

/// The action, by which the actor chooses the first people whom a later step lets them choose, where nobody was chosen.
pub(super) fn by_themselves(stage: &Stage<'_>, (at, actor): (usize, PersonId), mut action: Action) -> Action {
    let staged = &stage.cases[at];
    let task = action.task().and_then(|task| staged.case.tasks.get(&task));
    let (Action::Complete { besides, .. } | Action::Decide { besides, .. }, Some(task)) = (&mut action, task) else {
        return action;
    };
    for choice in tasks::choices(staged.definition, &staged.case, (&task.step, actor), &stage.surroundings()) {
        let people: Vec<_> = choice.possible.iter().take(1).copied().collect();
        let made = staged.case.chosen.get(&choice.step.name).is_some_and(|made| made.activation == task.activation);
        if !people.is_empty() && !made {
            besides.chosen.entry(choice.step.name.clone()).or_insert(people);
        }
    }
    action
}

/// Who does a later step is chosen with the task of the step that the definition names for it.
pub(super) fn choose(
    stage: &Stage<'_>,
    (people, later): (&[Word], &Word),
    actor: PersonId,
) -> Result<(usize, Action), Not> {
    let order = stage.latest.into_iter().chain((0..stage.cases.len()).rev());
    let definitions = || order.clone().map(|at| stage.cases[at].definition);
    let found = definitions().find_map(|definition| {
        let step = claims::find_step(definition, &later.text)?;
        definition.choosings().find(|(chosen, _)| chosen.name == step.name)
    });
    let Some((step, choosing)) = found else {
        let known: Vec<_> =
            definitions().flat_map(|definition| definition.choosings().map(|(step, _)| step.name.as_str())).collect();
        let what = Text::new("由人选定办理人的环节", "step whose people are chosen");
        return Err(say::unknown(later.spot, what, &later.text, &known).into());
    };
    let people: Result<_, _> = people.iter().map(|word| person(stage, word)).collect();
    let term = Term::Choose { step: step.name.clone(), people: people? };
    let (at, task, _) = task_at(stage, &Word { text: choosing.by.to_string(), ..later.clone() }, actor)?;
    Ok((at, Action::OnTask { task, term }))
}
