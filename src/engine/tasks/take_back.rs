//! 撤回: the last decider takes the decision back while nobody has acted on what followed.

use std::collections::{BTreeMap, BTreeSet};

use super::{Hands, Holding, TaskEvent, TaskRefusal, Undo, is_pooled};
use crate::{
    engine::{
        case::{ActivationNo, Task, TaskNo, Waiting},
        event::{CancelReason, Event},
        fields,
        refusal::Refusal,
        walk::Walk,
    },
    ids::PersonId,
};

impl Walk<'_> {
    /// Puts the case where it stood before the last decision. What was closed since is opened anew, in new activations
    /// and tasks; what stayed open stays as it is. What was filled in stays filled in.
    pub(in crate::engine) fn take_back(&mut self, person: PersonId, reason: &str) -> Result<(), Refusal> {
        self.goes_on()?;
        let undo = self.case.undo.clone().filter(|undo| undo.by == person && undo.can_be_restored(&self.case));
        let undo = undo.ok_or(TaskRefusal::CannotTakeBack)?;
        let decided = undo.tasks.get(&undo.task).ok_or(TaskRefusal::CannotTakeBack)?;
        fields::check_reason(reason)?;
        let event = TaskEvent::DecisionTakenBack {
            task: undo.task,
            step: decided.step.clone(),
            by: person,
            reason: reason.to_owned(),
            passed: undo.passed.clone(),
            results: undo.results.clone(),
            tallies: undo.tallies.clone(),
            items: undo.items.clone(),
            acted: undo.acted.clone(),
        };
        // What is cancelled forgets its lists, so what is restored comes after.
        self.cancel_what_followed(&undo);
        self.emit(event.into());
        let activations = self.reopen_activations(&undo);
        self.reopen_tasks(&undo, &activations);
        // Facts may have come and people may have left since the case stood here. Where a gate refuses what has come,
        // it stands as it stood, and the decision is taken back all the same.
        drop(self.wake());
        Ok(())
    }

    fn cancel_what_followed(&mut self, undo: &Undo) {
        let new: Vec<_> =
            self.case.activations.keys().copied().filter(|no| !undo.activations.contains_key(no)).collect();
        self.cancel(&new, &CancelReason::TakenBack);
        let stale = stale(undo, &self.case.tasks);
        let gone: Vec<_> =
            self.case.tasks.keys().copied().filter(|no| !undo.tasks.contains_key(no) || stale.contains(no)).collect();
        for task in gone {
            self.emit(Event::TaskCancelled { task, why: CancelReason::TakenBack });
        }
    }

    /// The activations that had been closed, entered again in the order in which they stood inside one another.
    fn reopen_activations(&mut self, undo: &Undo) -> BTreeMap<ActivationNo, ActivationNo> {
        let mut numbers = BTreeMap::new();
        for (old, before) in &undo.activations {
            if let Some(now) = self.case.activations.get(old) {
                if now.waiting != before.waiting {
                    self.wait(*old, before.waiting.clone());
                }
                continue;
            }
            let no = self.case.last_activation + 1;
            numbers.insert(*old, no);
            let parent =
                before.parent.map(|(around, branch)| (numbers.get(&around).copied().unwrap_or(around), branch));
            self.emit(Event::StepEntered {
                activation: no,
                step: before.step.clone(),
                parent,
                resume: before.resume.clone(),
                at: self.s.now,
            });
            if let Waiting::Nobody { cast } = &before.waiting {
                self.emit(Event::NobodyFound { activation: no, step: before.step.clone(), cast: cast.clone() });
            } else {
                self.wait(no, before.waiting.clone());
            }
        }
        numbers
    }

    fn reopen_tasks(&mut self, undo: &Undo, activations: &BTreeMap<ActivationNo, ActivationNo>) {
        let closed: Vec<_> = undo.tasks.values().filter(|task| !self.case.tasks.contains_key(&task.no)).collect();
        let first = self.case.last_task + 1;
        let numbers: BTreeMap<TaskNo, TaskNo> = closed.iter().map(|task| task.no).zip(first..).collect();
        for before in closed {
            let mut task = before.clone();
            task.no = numbers[&before.no];
            task.activation = activations.get(&before.activation).copied().unwrap_or(before.activation);
            task.opened_at = self.s.now;
            task.hands = renumbered(&before.hands, &numbers);
            if before.no == undo.task && task.hands.holding == Holding::Open && is_pooled(&task, self.s) {
                task.hands.holding = Holding::Claimed { by: undo.by };
            }
            if let Some(step) = self.definition.step(&task.step) {
                self.open(step, task);
            }
        }
    }
}

/// The tasks that are not as they were, and those that wait for one of them: their numbers would mean something else.
fn stale(undo: &Undo, now: &BTreeMap<TaskNo, Task>) -> BTreeSet<TaskNo> {
    let as_before = |task: &Task| now.get(&task.no).is_some_and(|now| is_unchanged(task, now));
    let mut stale: BTreeSet<_> = undo.tasks.values().filter(|task| !as_before(task)).map(|task| task.no).collect();
    loop {
        let waits = |task: &&Task| task.hands.waits_for().iter().any(|no| stale.contains(no));
        let more: Vec<_> =
            undo.tasks.values().filter(|task| !stale.contains(&task.no)).filter(waits).map(|task| task.no).collect();
        if more.is_empty() {
            return stale;
        }
        stale.extend(more);
    }
}

/// Being urged or reminded changes nothing that taking back would have to restore.
fn is_unchanged(before: &Task, now: &Task) -> bool {
    let hands = Hands { urged: now.hands.urged.clone(), ..before.hands.clone() };
    Task { hands, reminding: now.reminding.clone(), ..before.clone() } == *now
}

fn renumbered(hands: &Hands, numbers: &BTreeMap<TaskNo, TaskNo>) -> Hands {
    let mut hands = hands.clone();
    if let Holding::Parked { until, .. } = &mut hands.holding {
        *until = until.iter().map(|no| numbers.get(no).copied().unwrap_or(*no)).collect();
    }
    hands
}
