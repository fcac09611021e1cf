//! The mails about what people do with one task besides deciding it.

use super::letters::{Desk, recipients};
use crate::{
    engine::{
        Task, TaskEvent, TaskKind,
        case::TaskNo,
        tasks::{Asked, Holding, Placing},
    },
    ids::PersonId,
    notify::mails::{MailContext, OpinionAsked, SignerAdded, SignerPlace, TaskAssigned, TaskTransferred, TaskUrged},
};

impl Desk<'_> {
    pub(super) fn of_term(&self, event: &TaskEvent) -> Vec<(PersonId, MailContext)> {
        match event {
            TaskEvent::TaskTransferred { task, to, .. } => {
                self.about(*task).map(|task| (*to, self.transferred(task))).into_iter().collect()
            }
            TaskEvent::TaskUrged { task, .. } => self.about(*task).map(|task| self.urged(task)).unwrap_or_default(),
            TaskEvent::OpinionGiven { task, .. } => self.back_with_holder(*task),
            TaskEvent::TaskClaimed { .. }
            | TaskEvent::TaskReleased { .. }
            | TaskEvent::TaskDelegated { .. }
            | TaskEvent::TaskCalledBack { .. }
            | TaskEvent::SignerAdded { .. }
            | TaskEvent::SignerRemoved { .. }
            | TaskEvent::PeopleChosen { .. }
            | TaskEvent::DecisionTakenBack { .. } => Vec::new(),
        }
    }

    /// The mail about a new task that somebody else asked for; `None` where the step itself asks.
    pub(super) fn asked_by_somebody(&self, task: &Task) -> Option<MailContext> {
        let (case, step, due_at) = (self.line.clone(), self.title_of(task), task.due_at);
        match &task.hands.asked {
            Asked::ByStep | Asked::InPlaceOf(_) => None,
            Asked::ForOpinion { by } => {
                let by = self.name(*by);
                Some(MailContext::OpinionAsked(OpinionAsked { case, task: task.no, step, by, due_at }))
            }
            Asked::AsSigner { by, place } => {
                let (by, place) = (self.name(*by), place_of(*place));
                Some(MailContext::SignerAdded(SignerAdded { case, task: task.no, step, by, place, due_at }))
            }
        }
    }

    /// Whoever had parked a task until `done` was done learns that it is theirs again.
    pub(super) fn back_with_holder(&self, done: TaskNo) -> Vec<(PersonId, MailContext)> {
        let before = self.settling.before.map(|(_, before)| &before.tasks);
        let waited = before.into_iter().flatten().filter(|(_, task)| task.hands.waits_for().contains(&done));
        let back = waited.filter_map(|(no, _)| match self.about(*no)?.hands.holding {
            Holding::Claimed { by } => Some((by, self.about(*no)?)),
            Holding::Open | Holding::Parked { .. } => None,
        });
        back.map(|(holder, task)| (holder, self.assigned(task, false))).collect()
    }

    /// A task waits for its recipient.
    pub(super) fn assigned(&self, task: &Task, shared: bool) -> MailContext {
        MailContext::TaskAssigned(TaskAssigned {
            case: self.line.clone(),
            task: task.no,
            step: self.title_of(task),
            to_fill: task.kind == TaskKind::Fill,
            sender: self.by.clone(),
            shared,
            due_at: task.due_at,
        })
    }

    fn transferred(&self, task: &Task) -> MailContext {
        MailContext::TaskTransferred(TaskTransferred {
            case: self.line.clone(),
            task: task.no,
            step: self.title_of(task),
            by: self.by.clone().unwrap_or_default(),
            due_at: task.due_at,
        })
    }

    /// Urging goes to whoever took the task, or to everybody who might.
    fn urged(&self, task: &Task) -> Vec<(PersonId, MailContext)> {
        let mail = MailContext::TaskUrged(TaskUrged {
            case: self.line.clone(),
            task: task.no,
            step: self.title_of(task),
            by: self.by.clone().unwrap_or_default(),
            due_at: task.due_at,
        });
        let around = self.settling.around;
        let mut people = recipients(&task.candidates, &task.barred, &around.directory, around.now);
        if let Some(holder) = task.hands.holder().filter(|holder| people.contains(holder)) {
            people = [holder].into();
        }
        people.into_iter().map(|to| (to, mail.clone())).collect()
    }

    fn about(&self, task: TaskNo) -> Option<&Task> {
        self.settling.plan.case.tasks.get(&task)
    }

    fn name(&self, person: PersonId) -> String {
        super::words::person(&self.settling.around.directory, person)
    }
}

const fn place_of(place: Placing) -> SignerPlace {
    match place {
        Placing::Before => SignerPlace::Before,
        Placing::After => SignerPlace::After,
        Placing::Parallel => SignerPlace::Beside,
    }
}
