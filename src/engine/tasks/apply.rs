//! What the events about one task change.

use super::{Asked, Chosen, Follower, Hands, Holding, Opinion, Placing, TaskEvent};
use crate::engine::{
    case::{Case, Task, TaskNo},
    people::Principal,
};

impl Case {
    /// An event about one open task; of a task that is gone it changes nothing.
    pub(in crate::engine) fn apply_to_task(&mut self, event: &TaskEvent) {
        match event {
            TaskEvent::TaskClaimed { task, by } => {
                let holding = Holding::Claimed { by: *by };
                self.change(*task, |hands| hands.holding = holding);
            }
            TaskEvent::TaskReleased { task, .. } => self.change(*task, |hands| hands.holding = Holding::Open),
            TaskEvent::TaskTransferred { task, from, to, .. } => {
                if let Some(task) = self.tasks.get_mut(task) {
                    task.candidates = vec![Principal::Person(*to)];
                    task.hands.holding = Holding::Open;
                    if matches!(task.hands.asked, Asked::ByStep) {
                        task.hands.asked = Asked::InPlaceOf(*from);
                    }
                }
            }
            TaskEvent::TaskDelegated { task, by, opinion, .. } => {
                self.change(*task, |hands| hands.holding = Holding::Parked { by: *by, until: [*opinion].into() });
            }
            TaskEvent::OpinionGiven { task, on, by, advice, text, at } => {
                let opinion = Opinion { by: *by, advice: *advice, text: text.clone(), at: *at };
                self.change(*on, |hands| hands.opinions.push(opinion));
                self.close_task(*task);
            }
            TaskEvent::SignerAdded { task, by, person, place, asked_in, .. } => {
                self.change(*task, |hands| add_signer(hands, *place, Follower::new(*person, *by), *asked_in));
            }
            TaskEvent::SignerRemoved { task, person, .. } => {
                self.change(*task, |hands| hands.followers.retain(|follower| follower.person != *person));
            }
            TaskEvent::PeopleChosen { step, activation, people, .. } => {
                self.chosen.insert(step.clone(), Chosen { activation: *activation, people: people.clone() });
            }
            TaskEvent::TaskUrged { task, by, at } => {
                self.change(*task, |hands| {
                    hands.urged.insert(*by, *at);
                });
            }
            // What ends the waiting is the cancelled task of the opinion.
            TaskEvent::TaskCalledBack { .. } => {}
            TaskEvent::DecisionTakenBack { passed, results, tallies, items, acted, .. } => {
                self.items.clone_from(items);
                self.acted.clone_from(acted);
                self.passed.clone_from(passed);
                self.results.clone_from(results);
                self.tallies.clone_from(tallies);
            }
        }
    }

    /// Takes a task away; whoever waited for it alone goes on.
    pub(in crate::engine) fn close_task(&mut self, no: TaskNo) -> Option<Task> {
        let closed = self.tasks.remove(&no);
        for task in self.tasks.values_mut() {
            if let Holding::Parked { by, until } = &mut task.hands.holding {
                until.remove(&no);
                if until.is_empty() {
                    task.hands.holding = Holding::Claimed { by: *by };
                }
            }
        }
        closed
    }

    fn change(&mut self, task: TaskNo, change: impl FnOnce(&mut Hands)) {
        if let Some(task) = self.tasks.get_mut(&task) {
            change(&mut task.hands);
        }
    }
}

fn add_signer(hands: &mut Hands, place: Placing, added: Follower, asked_in: Option<TaskNo>) {
    match (place, asked_in) {
        (Placing::Before, Some(no)) => {
            let mut until = hands.waits_for();
            until.insert(no);
            hands.holding = Holding::Parked { by: added.by, until };
        }
        (Placing::After, _) => hands.followers.push(added),
        (Placing::Before, None) | (Placing::Parallel, _) => {}
    }
}
