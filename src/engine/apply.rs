//! The only place where a case changes.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    case::{Activation, Case, Status, StepResult, Task, TaskNo, Waiting},
    event::Event,
    items::{ItemAt, ItemRun},
    people::Principal,
    reminding::Escalated,
    sight::{CopiedBy, Involved},
    tasks::Asked,
};
use crate::{clock::Instant, definition::StepName, ids::PersonId};

impl Case {
    /// Changes the case as `event` says. Never fails: an event about something that is gone changes nothing.
    #[expect(clippy::too_many_lines, reason = "one arm for each event")]
    pub fn apply(&mut self, event: &Event) {
        self.keep_undo(event);
        Involved::learn(self, event);
        match event {
            Event::Started { .. } => {
                if let Some(begun) = Self::begun(event) {
                    *self = begun;
                }
            }
            Event::StepEntered { activation, step, parent, resume, at } => {
                self.last_activation = *activation;
                let entered = Activation {
                    no: *activation,
                    step: step.clone(),
                    parent: *parent,
                    resume: resume.clone(),
                    entered_at: *at,
                    waiting: Waiting::Nothing,
                    deputies: BTreeMap::new(),
                };
                self.activations.insert(*activation, entered);
            }
            Event::WaitChanged { activation, waiting } => self.wait_for(*activation, waiting.clone()),
            Event::NobodyFound { activation, cast, .. } => {
                self.wait_for(*activation, Waiting::Nobody { cast: cast.clone() });
            }
            Event::TaskOpened { task } => {
                self.last_task = task.no;
                self.tasks.insert(task.no, task.clone());
            }
            Event::FieldsSaved { task, by, fields, cleared } => {
                self.remember(*task, *by);
                self.form.extend(fields.clone());
                self.form.retain(|name, _| !cleared.contains(name));
            }
            Event::TaskCompleted { task, by } | Event::TaskDecided { task, by, .. } => {
                self.remember(*task, *by);
                // An added signer does not become the one whose superior is asked.
                let own = |task: &&Task| !matches!(task.hands.asked, Asked::AsSigner { .. });
                if let Some(task) = self.tasks.get(task).filter(own) {
                    let (step, giver) = (task.step.clone(), task.hands.stood_in_for());
                    match giver {
                        Some(giver) => drop(self.givers.insert(step.clone(), giver)),
                        None => drop(self.givers.remove(&step)),
                    }
                    self.settled.insert(step, *by);
                }
                self.close_task(*task);
            }
            Event::SubstituteActed { task, by, of } => {
                self.remember(*task, *by);
                let activation = self.tasks.get(task).map(|task| task.activation);
                if let Some(activation) = activation.and_then(|no| self.activations.get_mut(&no)) {
                    activation.deputies.insert(*by, *of);
                }
            }
            Event::TaskCancelled { task, .. } => {
                self.close_task(*task);
            }
            Event::PersonBarred { task, person, .. } => {
                if let Some(task) = self.tasks.get_mut(task) {
                    task.barred.insert(*person);
                }
            }
            Event::OnTask(event) => self.apply_to_task(event),
            Event::StepPassed { activation, step, result } => self.pass_step(*activation, step, result.as_ref()),
            Event::StepCancelled { activation, step, .. } => {
                self.activations.remove(activation);
                self.items.remove(step);
            }
            Event::Returned { from, undone, item, .. } => {
                self.forget_tally(from, item.as_ref());
                undone.iter().for_each(|step| self.undo(step, item.as_ref()));
            }
            Event::ItemsListed { step, items } => {
                self.items.insert(step.clone(), items.iter().cloned().map(ItemRun::new).collect());
            }
            Event::Moved { to, forgotten, .. } => {
                self.definition.clone_from(to);
                for step in forgotten {
                    self.passed.remove(step);
                    self.results.remove(step);
                    self.tallies.remove(step);
                }
            }
            Event::BranchFinished { activation, branch } => self.finish_branch(*activation, *branch),
            Event::VoteCounted { activation, step, tally, .. } => {
                let parent = self.activations.get(activation).and_then(|voted| voted.parent);
                self.tallies_within(parent).insert(step.clone(), tally.clone());
            }
            Event::FactRecorded { fact, .. } => self.facts.push(fact.clone()),
            Event::FactRevoked { fact, .. } => {
                self.facts
                    .iter_mut()
                    .filter(|recorded| recorded.id == *fact)
                    .for_each(|recorded| recorded.revoked = true);
            }
            Event::CopiedIn { step, to, .. } => self.copy_in(to, &CopiedBy::Step(step.clone())),
            Event::CopyGiven { by, to } => {
                let to: Vec<_> = to.iter().copied().map(Principal::Person).collect();
                self.copy_in(&to, &CopiedBy::Person(*by));
            }
            Event::Remarked { no, .. } => self.last_remark = *no,
            Event::Suspended { at, .. } => self.suspended = Some(*at),
            Event::Resumed { at, due, calendar, .. } => {
                self.pauses.extend(self.suspended.take().map(|since| (since, *at)));
                self.count_anew(due.iter().map(|(no, at)| (*no, *at)), *calendar);
            }
            Event::Recounted { due, calendar } => {
                self.count_anew(due.iter().map(|moved| (moved.task, moved.after)), *calendar);
            }
            Event::ClocksSet { clocks } => self.apply_clocks(clocks),
            Event::Reminded { task, last, at, .. } => self.apply_reminded(*task, *last, *at),
            Event::TaskEscalated { task, step, level, to, at, .. } => {
                let people: Vec<_> = to.iter().copied().map(Principal::Person).collect();
                self.copy_in(&people, &CopiedBy::Step(step.clone()));
                self.apply_escalated(*task, Escalated { level: *level, to: to.clone(), at: *at });
            }
            Event::Ended { outcome, at, .. } => {
                self.suspended = None;
                self.status = Status::Ended { outcome: outcome.clone(), at: *at };
            }
            Event::HandedOver { what, from, to, by_name, .. } => {
                self.apply_handed_over(*what, (*from, *to), *by_name);
            }
            Event::ParentTakenOver { person } => {
                self.started_by.iter_mut().for_each(|by| by.initiators.push(*person));
            }
            Event::ChildStarted { child, .. } => self.children.push(child.clone()),
            Event::DeadlinePassed { activation, step } => {
                self.late.insert(step.clone(), *activation);
            }
            Event::WaitOver { .. }
            | Event::ChildEnded { .. }
            | Event::GatePassed { .. }
            | Event::AskedInstead { .. }
            | Event::BranchChosen { .. }
            | Event::EffectDone { .. } => {}
        }
    }

    /// The case that a journal tells of; `None` when it does not begin with [`Event::Started`].
    #[must_use]
    pub fn replay<'a>(events: impl IntoIterator<Item = &'a Event>) -> Option<Self> {
        let mut events = events.into_iter();
        let mut case = Self::begun(events.next()?)?;
        events.for_each(|event| case.apply(event));
        Some(case)
    }

    /// The case as it stands right after it began.
    pub(super) fn begun(event: &Event) -> Option<Self> {
        let Event::Started {
            case,
            workflow,
            definition,
            number,
            subject,
            year,
            initiator,
            initiator_unit,
            started_by,
            carried,
            at,
        } = event
        else {
            return None;
        };
        Some(Self {
            id: *case,
            workflow: workflow.clone(),
            definition: definition.clone(),
            number: number.clone(),
            subject: subject.clone(),
            year: *year,
            initiator: *initiator,
            successors: Vec::new(),
            initiator_unit: initiator_unit.clone(),
            started_at: *at,
            status: Status::Running,
            suspended: None,
            pauses: Vec::new(),
            form: carried.clone(),
            activations: BTreeMap::new(),
            tasks: BTreeMap::new(),
            results: BTreeMap::new(),
            passed: BTreeSet::new(),
            acted: BTreeMap::new(),
            settled: BTreeMap::new(),
            givers: BTreeMap::new(),
            chosen: BTreeMap::new(),
            items: BTreeMap::new(),
            undo: None,
            started_by: started_by.clone(),
            children: Vec::new(),
            tallies: BTreeMap::new(),
            facts: Vec::new(),
            last_activation: 0,
            last_task: 0,
            copied: BTreeMap::new(),
            involved: Involved::default(),
            late: BTreeMap::new(),
            last_remark: 0,
        })
    }

    /// Whoever wrote, completed or decided acted in that step, and stays somebody who did.
    fn remember(&mut self, task: TaskNo, person: PersonId) {
        let Some(task) = self.tasks.get(&task) else { return };
        let (step, activation) = (task.step.clone(), task.activation);
        let within = self.activations.get(&activation).and_then(|own| self.item_within(own.parent));
        if let Some(run) = within.and_then(|at| self.run_mut(&at)) {
            run.acted.entry(step.clone()).or_default().insert(person);
        }
        self.acted.entry(step).or_default().insert(person);
    }

    fn copy_in(&mut self, to: &[Principal], by: &CopiedBy) {
        for principal in to {
            self.copied.entry(principal.clone()).or_default().insert(by.clone());
        }
    }

    /// A step inside an item is passed for that item alone.
    fn pass_step(&mut self, activation: u32, step: &StepName, result: Option<&StepResult>) {
        let parent = self.activations.remove(&activation).and_then(|passed| passed.parent);
        let within = self.item_within(parent);
        let (passed, results) = match within.as_ref().and_then(|at| self.items.get_mut(&at.each)?.get_mut(at.index)) {
            Some(run) => (&mut run.passed, &mut run.results),
            None => (&mut self.passed, &mut self.results),
        };
        passed.insert(step.clone());
        if let Some(result) = result {
            results.insert(step.clone(), result.clone());
        }
    }

    fn undo(&mut self, step: &StepName, item: Option<&ItemAt>) {
        self.forget_tally(step, item);
        if let Some(run) = item.and_then(|at| self.run_mut(at)) {
            run.passed.remove(step);
            run.results.remove(step);
            run.acted.remove(step);
            return;
        }
        self.passed.remove(step);
        self.results.remove(step);
        self.items.remove(step);
    }

    fn forget_tally(&mut self, step: &StepName, item: Option<&ItemAt>) {
        if let Some(run) = item.and_then(|at| self.run_mut(at)) {
            run.tallies.remove(step);
        } else {
            self.tallies.remove(step);
        }
    }

    fn count_anew(&mut self, due: impl Iterator<Item = (TaskNo, Instant)>, calendar: i64) {
        for (no, at) in due {
            if let Some(task) = self.tasks.get_mut(&no) {
                task.due_at = Some(at);
                task.counted.iter_mut().for_each(|counted| counted.calendar = calendar);
            }
        }
    }

    fn wait_for(&mut self, activation: u32, waiting: Waiting) {
        if let Some(activation) = self.activations.get_mut(&activation) {
            activation.waiting = waiting;
        }
    }

    fn finish_branch(&mut self, activation: u32, branch: usize) {
        if let Some(Activation { waiting: Waiting::Branches(open), .. }) = self.activations.get_mut(&activation) {
            open.remove(&branch);
        }
    }
}
