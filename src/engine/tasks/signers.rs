//! 加签、减签: one who is asked adds others before, after or beside themselves, for this activation alone.

use super::{Asked, Follower, Forbidden, Hands, Placing, TaskEvent, TaskRefusal};
use crate::{
    definition::{Approve, Step, StepKind},
    engine::{
        case::{ActivationNo, Task, TaskKind, TaskNo},
        event::{CancelReason, Event},
        fields,
        halt::due_span,
        people::Principal,
        refusal::Refusal,
        reminding::Reminding,
        walk::{Due, Walk},
        who,
    },
    ids::PersonId,
};

impl<'a> Walk<'a> {
    pub(super) fn add_signer(
        &mut self,
        no: TaskNo,
        person: PersonId,
        (added, place): (PersonId, Placing),
        reason: &str,
    ) -> Result<(), Refusal> {
        // One more signer before may be added while the first is being waited for; nothing else on a parked task.
        let (task, step) = match place {
            Placing::Before => self.held_for(no, person)?,
            Placing::After | Placing::Parallel => self.open_for(no, person)?,
        };
        self.may_take_signers(&task, step)?;
        if !self.may_be_brought_in(step, task.activation, added) {
            return Err(TaskRefusal::Forbidden { what: Forbidden::AddSigner }.into());
        }
        self.may_be_asked(&task, added)?;
        fields::check_reason(reason)?;
        let reason = reason.to_owned();
        let asked_in = match place {
            Placing::Before | Placing::Parallel => Some(self.case.last_task + 1),
            Placing::After => None,
        };
        self.emit(TaskEvent::SignerAdded { task: no, by: person, person: added, place, asked_in, reason }.into());
        match place {
            Placing::Before | Placing::Parallel => {
                let asked = Asked::AsSigner { by: person, place };
                self.ask_person((task.activation, step), added, asked, (task.due_at, task.counted.clone()));
            }
            Placing::After => {}
        }
        Ok(())
    }

    fn may_take_signers(&self, task: &Task, step: &Step) -> Result<(), Refusal> {
        match &task.hands.asked {
            Asked::ByStep | Asked::InPlaceOf(_) => {}
            Asked::ForOpinion { .. } => return Err(TaskRefusal::OpinionOnly.into()),
            Asked::AsSigner { .. } => return Err(TaskRefusal::SignerMayNotAdd.into()),
        }
        if !takes_signers(step) {
            return Err(TaskRefusal::Forbidden { what: Forbidden::AddSigner }.into());
        }
        let waits = task.hands.waits_for();
        let for_opinion = |no: &TaskNo| self.case.tasks.get(no).is_some_and(|task| task.hands.is_for_opinion());
        if waits.iter().any(for_opinion) {
            return Err(TaskRefusal::Parked { waits_for: self.asked_by_name(&waits) }.into());
        }
        Ok(())
    }

    pub(super) fn remove_signer(&mut self, no: TaskNo, person: PersonId, removed: PersonId) -> Result<(), Refusal> {
        let (task, step) = self.open_task_of(no)?;
        if let Some(follower) = task.hands.followers.iter().find(|follower| follower.person == removed) {
            if follower.by != person {
                return Err(TaskRefusal::NotYourSigner.into());
            }
            self.emit(TaskEvent::SignerRemoved { task: no, by: person, person: removed }.into());
            return Ok(());
        }
        let added_by = match &task.hands.asked {
            Asked::AsSigner { by, .. } => *by,
            Asked::ByStep | Asked::InPlaceOf(_) | Asked::ForOpinion { .. } => {
                return Err(TaskRefusal::NotYourSigner.into());
            }
        };
        if added_by != person || !task.candidates.contains(&Principal::Person(removed)) {
            return Err(TaskRefusal::NotYourSigner.into());
        }
        let asks = task.hands.waits_for();
        let others = self.case.tasks.values().filter(|other| other.activation == task.activation && other.no != no);
        if others.filter(|other| !asks.contains(&other.no)).count() == 0 {
            return Err(TaskRefusal::LastOfGroup.into());
        }
        self.emit(TaskEvent::SignerRemoved { task: no, by: person, person: removed }.into());
        // Whoever the removed one had asked for an opinion is not asked any more either.
        for gone in asks.into_iter().chain([no]) {
            self.emit(Event::TaskCancelled { task: gone, why: CancelReason::SignerRemoved });
        }
        // Without them the votes that were cast may be enough, or may never be.
        self.look_again(task.activation, step)
    }

    /// Asks the first of those who follow an approved task; true when there is one. The rest follows that one.
    pub(in crate::engine) fn ask_follower(&mut self, task: &Task, step: &Step) -> bool {
        let Some((first, rest)) = task.hands.followers.split_first() else { return false };
        let asked = Asked::AsSigner { by: first.by, place: Placing::After };
        let hands = Hands { followers: rest.to_vec(), ..Hands::asked(asked) };
        self.open_task_by_hand(task.activation, step, (vec![Principal::Person(first.person)], hands));
        true
    }

    /// Opens a task, due as the step says, for somebody whom it does not ask by itself.
    pub(in crate::engine) fn open_task_by_hand(
        &mut self,
        activation: ActivationNo,
        step: &Step,
        (candidates, hands): (Vec<Principal>, Hands),
    ) {
        let due = self.due_from_now(due_span(&step.kind));
        self.open_task_with((activation, step), candidates, hands, due);
    }

    /// Opens a task for one person in an activation that is open already.
    pub(super) fn ask_person(
        &mut self,
        (activation, step): (ActivationNo, &Step),
        person: PersonId,
        asked: Asked,
        due: Due,
    ) {
        self.open_task_with((activation, step), vec![Principal::Person(person)], Hands::asked(asked), due);
    }

    fn open_task_with(
        &mut self,
        (activation, step): (ActivationNo, &Step),
        candidates: Vec<Principal>,
        hands: Hands,
        (due_at, counted): Due,
    ) {
        let task = Task {
            no: self.case.last_task + 1,
            activation,
            step: step.name.clone(),
            item: self.item_of(activation).map(|item| item.label.clone()),
            kind: if matches!(step.kind, StepKind::Fill(_)) { TaskKind::Fill } else { TaskKind::Decide },
            candidates,
            barred: who::barred(step, &self.case),
            opened_at: self.s.now,
            due_at,
            counted,
            hands,
            reminding: Reminding::default(),
        };
        self.open(step, task);
    }
}

impl Follower {
    /// Somebody whom `by` wants to be asked afterwards.
    #[must_use]
    pub const fn new(person: PersonId, by: PersonId) -> Self {
        Self { person, by }
    }
}

fn approval(step: &Step) -> Option<&Approve> {
    if let StepKind::Approve(approve) = &step.kind { Some(approve) } else { None }
}

/// Whether others may be added to a step: a grade is given by one person, so a step with grades takes no signers.
fn takes_signers(step: &Step) -> bool {
    approval(step).is_some_and(|approve| !approve.limits.no_signers && approve.grades.is_empty())
}
