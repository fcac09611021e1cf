//! What taking the last decision back needs: where the case stood before it. Kept until somebody acts on what followed.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::TaskEvent;
use crate::{
    definition::StepName,
    engine::{
        case::{Activation, ActivationNo, Case, StepResult, Task, TaskNo, Waiting},
        event::Event,
        items::ItemRun,
        tally::Tally,
    },
    ids::PersonId,
};

/// The last decision, as long as it can be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    /// Who decided.
    pub by: PersonId,
    /// The task they decided.
    pub task: TaskNo,
    /// The activations before.
    pub activations: BTreeMap<ActivationNo, Activation>,
    /// The open tasks before, that one included.
    pub tasks: BTreeMap<TaskNo, Task>,
    /// The steps passed before.
    pub passed: BTreeSet<StepName>,
    /// Their results.
    pub results: BTreeMap<StepName, StepResult>,
    /// How the votes stood in them.
    pub tallies: BTreeMap<StepName, Tally>,
    /// The items of lists before.
    pub items: BTreeMap<StepName, Vec<ItemRun>>,
    /// Who had acted where.
    pub acted: BTreeMap<StepName, BTreeSet<PersonId>>,
}

impl Case {
    /// Keeps or forgets what the last decision can be taken back to. Called before `event` is applied.
    pub(in crate::engine) fn keep_undo(&mut self, event: &Event) {
        if let Event::TaskCompleted { task, by } | Event::TaskDecided { task, by, .. } = event {
            self.undo = Some(Box::new(Undo {
                by: *by,
                task: *task,
                activations: self.activations.clone(),
                tasks: self.tasks.clone(),
                passed: self.passed.clone(),
                results: self.results.clone(),
                tallies: self.tallies.clone(),
                items: self.items.clone(),
                acted: self.acted.clone(),
            }));
        } else if !self.merely_follows(event) {
            self.undo = None;
        }
    }

    /// Whether an event is what a decision leads to by itself, and can be made undone. Everything else (what people
    /// do, what leaves the case, what the system found later) ends the time for taking back.
    fn merely_follows(&self, event: &Event) -> bool {
        if let Event::StepPassed { activation, .. } | Event::WaitChanged { activation, .. } = event {
            let before = self.activations.get(activation).map(|activation| &activation.waiting);
            return before.is_some_and(|waiting| {
                matches!(waiting, Waiting::Nothing | Waiting::People { .. } | Waiting::Branches(_))
            });
        }
        matches!(
            event,
            Event::StepEntered { .. }
                | Event::NobodyFound { .. }
                | Event::AskedInstead { .. }
                | Event::TaskOpened { .. }
                | Event::PersonBarred { .. }
                | Event::TaskCancelled { .. }
                | Event::StepCancelled { .. }
                | Event::Returned { .. }
                | Event::GatePassed { .. }
                | Event::BranchChosen { .. }
                | Event::BranchFinished { .. }
                | Event::ItemsListed { .. }
                | Event::CopiedIn { .. }
                | Event::CopyGiven { .. }
                | Event::Remarked { .. }
                | Event::ClocksSet { .. }
                | Event::Reminded { .. }
                | Event::TaskEscalated { .. }
                | Event::OnTask(TaskEvent::TaskUrged { .. })
        )
    }
}

impl Undo {
    /// Whether everything that waited before can be asked again: people, branches and gates, but no clock or letter
    /// that had been on its way.
    #[must_use]
    pub fn can_be_restored(&self, now: &Case) -> bool {
        self.activations.values().all(|activation| {
            // An activation that is entered anew knows nothing of who stood for whom in it.
            let stood_for = now.activations.contains_key(&activation.no) || activation.deputies.is_empty();
            stood_for
                && matches!(
                    activation.waiting,
                    Waiting::People { .. } | Waiting::Nobody { .. } | Waiting::Fact { .. } | Waiting::Branches(_)
                )
        })
    }
}
