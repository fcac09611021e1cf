//! 选定办理人: the actor of a step chooses who acts on a later one. A choice belongs to the activation in which it was
//! made; done again after a return, the step is chosen for again.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{TaskEvent, TaskRefusal};
use crate::{
    definition::{Choosing, Definition, Step, StepName},
    engine::{
        case::{ActivationNo, Case, Task, TaskNo},
        refusal::Refusal,
        surroundings::Surroundings,
        walk::Walk,
        who,
    },
    ids::PersonId,
};

/// Who was chosen for a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// The activation in which they were.
    pub activation: ActivationNo,
    /// Who.
    pub people: BTreeSet<PersonId>,
}

/// What somebody has to choose in a task.
#[derive(Debug, Clone)]
pub struct Choice<'d> {
    /// The step for which.
    pub step: &'d Step,
    /// How many at most.
    pub at_most: usize,
    /// Who can be chosen; nobody has to be where this is empty.
    pub possible: Vec<PersonId>,
    /// Who was chosen last.
    pub chosen: BTreeSet<PersonId>,
}

/// What `person` chooses in a task.
#[must_use]
pub fn choices<'d>(
    definition: &'d Definition,
    case: &Case,
    (step, person): (&StepName, PersonId),
    s: &Surroundings<'_>,
) -> Vec<Choice<'d>> {
    let all = definition.chosen_in(step).into_iter().map(|(later, choosing)| Choice {
        step: later,
        at_most: choosing.at_most,
        possible: possible((later, choosing), case, person, s),
        chosen: case.chosen.get(&later.name).map(|chosen| chosen.people.clone()).unwrap_or_default(),
    });
    all.collect()
}

/// Whoever may be chosen: of those it says, none whom the later step keeps out, or will once `person` has acted here.
fn possible(
    (later, choosing): (&Step, &Choosing),
    case: &Case,
    person: PersonId,
    s: &Surroundings<'_>,
) -> Vec<PersonId> {
    let mut barred = who::barred(later, case);
    barred.extend(later.keeps_out(&choosing.by).then_some(person));
    who::actors(&who::principals(&choosing.from, case, s), &barred, s)
}

impl Walk<'_> {
    pub(in crate::engine) fn choose(
        &mut self,
        no: TaskNo,
        person: PersonId,
        (later, people): (&StepName, &[PersonId]),
    ) -> Result<(), Refusal> {
        let (task, step) = self.open_for(no, person)?;
        let choices = choices(self.definition, &self.case, (&step.name, person), self.s);
        let choice = choices.iter().find(|choice| choice.step.name == *later).ok_or(Refusal::NotOffered)?;
        let people: BTreeSet<_> = people.iter().copied().collect();
        if people.is_empty() || people.len() > choice.at_most {
            return Err(choose_for(choice).into());
        }
        if let Some(unsuitable) = people.iter().find(|one| !choice.possible.contains(one)) {
            return Err(TaskRefusal::CannotBeAsked { name: self.name_of(*unsuitable) }.into());
        }
        let made = Chosen { activation: task.activation, people };
        if self.case.chosen.get(later) != Some(&made) {
            let Chosen { activation, people } = made;
            let step = later.clone();
            self.emit(TaskEvent::PeopleChosen { task: no, by: person, step, activation, people }.into());
        }
        Ok(())
    }

    /// Whoever the step lets choose has chosen, in this activation, somebody who can act.
    pub(in crate::engine) fn has_chosen(&self, task: &Task, step: &Step, person: PersonId) -> Result<(), Refusal> {
        for choice in choices(self.definition, &self.case, (&step.name, person), self.s) {
            let now = self.case.chosen.get(&choice.step.name).filter(|made| made.activation == task.activation);
            let good = now.is_some_and(|made| made.people.iter().any(|one| choice.possible.contains(one)));
            if !good && !choice.possible.is_empty() {
                return Err(choose_for(&choice).into());
            }
        }
        Ok(())
    }
}

fn choose_for(choice: &Choice<'_>) -> TaskRefusal {
    TaskRefusal::ChooseNext { step: choice.step.title.clone(), at_most: choice.at_most }
}
