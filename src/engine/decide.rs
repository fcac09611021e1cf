//! What a command leads to. The checks come in this order: does it exist, may they, is it the right moment, does the
//! rule hold.

use super::{
    back::Return,
    case::{ActivationNo, Case, StepResult, Task, TaskNo},
    command::{Action, Actor, Besides, Command, Decision},
    computed, deputy,
    event::{CancelReason, Event},
    fields,
    handing_over::Handing,
    refusal::Refusal,
    seen,
    surroundings::{Plan, Surroundings},
    tally::Ballot,
    walk::Walk,
};
use crate::{
    definition::{Approve, Definition, FieldKind, FieldName, Form, Grade, GradeRoute, Mode, Step, StepKind},
    ids::PersonId,
};

/// Decides what `command` does to `case`.
///
/// # Errors
/// A [`Refusal`], and then nothing has changed.
pub fn decide(definition: &Definition, case: &Case, command: &Command, s: &Surroundings<'_>) -> Result<Plan, Refusal> {
    let decided = plan_of(definition, case, command, s);
    if let (Err(Refusal::NotYourTask), Actor::Person(person), Some(task)) =
        (&decided, &command.actor, command.action.task())
        && deputy::in_place_of(definition, case, (task, *person), s).is_some()
    {
        return Err(Refusal::NotForSubstitutes);
    }
    decided
}

fn plan_of(definition: &Definition, case: &Case, command: &Command, s: &Surroundings<'_>) -> Result<Plan, Refusal> {
    let mut walk = Walk::new(definition, case.clone(), s);
    if let Some(since) = case.suspended
        && !command.action.is_done_while_suspended()
    {
        return if wakes(&command.action) {
            Ok(walk.into_plan(command.actor.clone()))
        } else {
            Err(Refusal::Suspended { since })
        };
    }
    let actor = match &command.actor {
        Actor::Person(person) => Actor::Person(walk.seat_of(&command.action, *person)?),
        Actor::Deputy { .. } => return Err(Refusal::NotOffered),
        Actor::System(rule) => Actor::System(rule.clone()),
    };
    match (&command.action, &actor) {
        (Action::Save { task, fields, besides }, Actor::Person(person)) => {
            walk.save(*task, *person, (fields, besides))?;
        }
        (Action::Complete { task, fields, besides }, Actor::Person(person)) => {
            walk.complete(*task, *person, (fields, besides))?;
        }
        (Action::Decide { task, decision, reason, fields, besides }, Actor::Person(person)) => {
            let choice = Choice { decision, reason: reason.trim(), fields, besides };
            walk.settle(*task, *person, &choice)?;
        }
        (Action::Withdraw { reason }, Actor::Person(person)) => walk.withdraw(*person, reason.trim())?,
        (Action::OnTask { task, term }, actor) => walk.term(*task, actor, term)?,
        (Action::TakeBack { reason }, Actor::Person(person)) => walk.take_back(*person, reason.trim())?,
        (Action::RevokeFact { fact, reason }, Actor::Person(person)) => walk.revoke(*fact, *person, reason.trim())?,
        (Action::Suspend { reason }, Actor::Person(person)) => walk.suspend(*person, reason.trim())?,
        (Action::Resume { reason }, Actor::Person(person)) => walk.resume(*person, reason.trim())?,
        (Action::Terminate { reason }, Actor::Person(person)) => walk.terminate(*person, reason.trim())?,
        (Action::HandOver { from, to, held, reason }, Actor::Person(person)) => {
            let handing = Handing { from: *from, to: *to, held, reason: reason.trim() };
            walk.hand_over(*person, &handing)?;
        }
        (Action::CopyIn { to }, Actor::Person(person)) => walk.copy_in(*person, to)?,
        (Action::Remark { text, asked }, Actor::Person(person)) => walk.remark(*person, text.trim(), *asked)?,
        (Action::Wake, Actor::System(_)) => walk.wake()?,
        (Action::Recount, Actor::System(_)) => walk.recount()?,
        (Action::Ring { activation }, Actor::System(_)) => walk.ring(*activation)?,
        (Action::Remind { task }, Actor::System(_)) => walk.remind(*task)?,
        (Action::ChildEnded { activation, case, outcome }, Actor::System(_)) => {
            walk.child_ended(*activation, *case, outcome)?;
        }
        (Action::ParentGone { reason }, Actor::System(_)) => walk.parent_gone(reason),
        (Action::ParentTakenOver { person }, Actor::System(_)) => walk.parent_taken_over(*person)?,
        (_, Actor::Deputy { .. })
        | (Action::Wake | Action::Recount | Action::Remind { .. } | Action::Ring { .. }, Actor::Person(_))
        | (Action::ChildEnded { .. } | Action::ParentGone { .. } | Action::ParentTakenOver { .. }, Actor::Person(_))
        | (
            Action::Save { .. }
            | Action::Complete { .. }
            | Action::Decide { .. }
            | Action::Withdraw { .. }
            | Action::TakeBack { .. }
            | Action::Suspend { .. }
            | Action::Resume { .. }
            | Action::Terminate { .. }
            | Action::HandOver { .. }
            | Action::CopyIn { .. }
            | Action::Remark { .. }
            | Action::RevokeFact { .. },
            Actor::System(_),
        ) => return Err(Refusal::NotOffered),
    }
    Ok(walk.into_plan(command.actor.clone()))
}

/// Whether a suspended case lets it pass without a word: it is looked at when the case is resumed, and clocks are set anew.
const fn wakes(action: &Action) -> bool {
    matches!(
        action,
        Action::Wake | Action::Recount | Action::Ring { .. } | Action::Remind { .. } | Action::ChildEnded { .. }
    )
}

struct Choice<'c> {
    decision: &'c Decision,
    reason: &'c str,
    fields: &'c Form,
    besides: &'c Besides,
}

impl<'a> Walk<'a> {
    fn save(&mut self, task: TaskNo, person: PersonId, (fields, besides): (&Form, &Besides)) -> Result<(), Refusal> {
        let (_, step) = self.open_for(task, person)?;
        fields::check(self.definition, step, fields, &self.case.form)?;
        fields::check_kept(self.definition, step, (fields, &besides.cleared), &self.case.form)?;
        self.take_besides(task, person, besides)?;
        self.write(task, person, fields);
        let wrote = |event: &Event| matches!(event, Event::FieldsSaved { .. });
        if self.events.iter().any(wrote) { self.bar_elsewhere(&step.name, person) } else { Ok(()) }
    }

    fn complete(&mut self, no: TaskNo, person: PersonId, (fields, besides): (&Form, &Besides)) -> Result<(), Refusal> {
        let (task, step) = self.open_for(no, person)?;
        let StepKind::Fill(_) = &step.kind else {
            return Err(Refusal::NotOffered);
        };
        self.take_besides(no, person, besides)?;
        fields::check_complete(self.definition, step, fields, &self.case.form, self.s)?;
        self.has_chosen(&task, step, person)?;
        self.write(no, person, fields);
        self.emit(Event::TaskCompleted { task: no, by: person });
        self.close_tasks(task.activation, &CancelReason::Settled);
        self.pass(task.activation, Some(StepResult::Completed))?;
        self.bar_elsewhere(&step.name, person)
    }

    fn settle(&mut self, no: TaskNo, person: PersonId, choice: &Choice<'_>) -> Result<(), Refusal> {
        let (task, step) = self.open_for(no, person)?;
        let StepKind::Approve(approve) = &step.kind else {
            return Err(Refusal::NotOffered);
        };
        fields::check_reason(choice.reason)?;
        self.offered(approve, choice)?;
        fields::check(self.definition, step, choice.fields, &self.case.form)?;
        fields::check_kept(self.definition, step, (choice.fields, &choice.besides.cleared), &self.case.form)?;
        self.take_besides(no, person, choice.besides)?;
        let required = required_by(approve, choice.decision);
        fields::check_filled(self.definition, required, choice.fields, &self.case.form)?;
        if goes_on(approve, choice.decision) {
            fields::check_complete(self.definition, step, choice.fields, &self.case.form, self.s)?;
            if !task.hands.is_signer_before() {
                self.has_chosen(&task, step, person)?;
            }
        }
        self.write(no, person, choice.fields);
        self.emit(Event::TaskDecided {
            task: no,
            by: person,
            decision: choice.decision.clone(),
            reason: choice.reason.to_owned(),
            files_seen: seen::texts(step, &self.case.form, self.s),
        });
        self.follow(&task, step, approve, (person, choice))?;
        self.bar_elsewhere(&step.name, person)
    }

    /// Where a decision leads: a return and the first decision of a pool at once, all else by counting.
    fn follow(
        &mut self,
        task: &Task,
        step: &'a Step,
        approve: &'a Approve,
        (person, choice): (PersonId, &Choice<'_>),
    ) -> Result<(), Refusal> {
        let ballot = match choice.decision {
            Decision::Approve => Ballot::Approve,
            Decision::Reject => Ballot::Reject,
            Decision::Abstain => Ballot::Abstain,
            Decision::Grade(name) => Ballot::Grade(name.clone()),
            Decision::Return { to } => {
                let route = approve.return_to.iter().find(|route| route.to == *to).ok_or(Refusal::NotOffered)?;
                let back = Return { activation: task.activation, from: step, to: &route.to, resume: route.resume };
                return self.go_back(&back);
            }
        };
        // Whoever is asked before another decides says yes to nothing by it, and in a vote no either.
        let silent = ballot != Ballot::Reject || matches!(approve.mode, Mode::Vote(_));
        if task.hands.is_signer_before() && silent {
            return Ok(());
        }
        if approve.mode != Mode::Any && !task.hands.is_signer_before() {
            return self.cast(task, step, approve, (person, ballot, choice.reason));
        }
        match ballot {
            // Whoever was added beside says yes for themselves: one of those whom the step asks must say it as well.
            Ballot::Approve if task.hands.is_signer_beside() => Ok(()),
            Ballot::Approve if !task.hands.followers.is_empty() => {
                self.close_tasks(task.activation, &CancelReason::Settled);
                self.ask_follower(task, step);
                Ok(())
            }
            Ballot::Approve => {
                self.close_tasks(task.activation, &CancelReason::Settled);
                self.pass(task.activation, Some(StepResult::Approved))
            }
            Ballot::Reject => {
                let outcome = approve.reject.clone().ok_or(Refusal::NotOffered)?;
                self.end(outcome, choice.reason.to_owned());
                Ok(())
            }
            Ballot::Grade(name) => {
                let grade = approve.grades.iter().find(|grade| grade.name == name).ok_or(Refusal::NotOffered)?;
                self.graded(task.activation, step, grade, choice.reason)
            }
            Ballot::Abstain => Err(Refusal::NotOffered),
        }
    }

    fn offered(&self, approve: &Approve, choice: &Choice<'_>) -> Result<(), Refusal> {
        let reason_needed = match choice.decision {
            Decision::Approve if approve.grades.is_empty() => false,
            Decision::Reject if approve.reject.is_some() || is_plain_vote(approve) => true,
            Decision::Abstain if matches!(approve.mode, Mode::Vote(_)) => false,
            Decision::Return { to } => {
                if !approve.return_to.iter().any(|route| route.to == *to) {
                    return Err(Refusal::NotOffered);
                }
                true
            }
            Decision::Grade(name) => match approve.grades.iter().find(|grade| grade.name == *name) {
                Some(grade) => grade.needs_reason(),
                None => return Err(Refusal::NotOffered),
            },
            Decision::Approve | Decision::Reject | Decision::Abstain => return Err(Refusal::NotOffered),
        };
        if reason_needed && choice.reason.is_empty() { Err(Refusal::ReasonNeeded) } else { Ok(()) }
    }

    pub(super) fn graded(
        &mut self,
        activation: ActivationNo,
        step: &Step,
        grade: &Grade,
        reason: &str,
    ) -> Result<(), Refusal> {
        match &grade.route {
            GradeRoute::Next => {
                self.close_tasks(activation, &CancelReason::Settled);
                self.pass(activation, Some(StepResult::Graded(grade.name.clone())))
            }
            GradeRoute::Return(route) => {
                self.go_back(&Return { activation, from: step, to: &route.to, resume: route.resume })
            }
            GradeRoute::End(outcome) => {
                self.end(outcome.clone(), reason.to_owned());
                Ok(())
            }
        }
    }

    /// What comes with the fields is taken before them: what was emptied is missing from then on.
    fn take_besides(&mut self, task: TaskNo, by: PersonId, besides: &Besides) -> Result<(), Refusal> {
        let (_, step) = self.open_for(task, by)?;
        for (later, people) in &besides.chosen {
            self.choose(task, by, (later, people))?;
        }
        // The rows of a progress table are those it began with: they are filled in, and stay.
        let stays =
            |name: &FieldName| self.definition.field(name).is_some_and(|field| field.kind == FieldKind::ProgressTable);
        let emptied = |name: &&FieldName| step.edits().contains(name) && !stays(name);
        let cleared: Vec<_> = besides.cleared.iter().filter(emptied).cloned().collect();
        if !cleared.is_empty() {
            self.emit(Event::FieldsSaved { task, by, fields: Form::new(), cleared });
        }
        Ok(())
    }

    /// Writes what was written, and with it what is computed from it.
    fn write(&mut self, task: TaskNo, by: PersonId, fields: &Form) {
        let mut fields = fields.clone();
        let mut form = self.case.form.clone();
        form.extend(fields.clone());
        let (computed, cleared) = computed::changes(self.definition, &form, self.s);
        fields.extend(computed);
        if !fields.is_empty() || !cleared.is_empty() {
            self.emit(Event::FieldsSaved { task, by, fields, cleared });
        }
    }
}

/// Whether people vote on it with yes and no, and not with grades.
const fn is_plain_vote(approve: &Approve) -> bool {
    matches!(approve.mode, Mode::Vote(_)) && approve.grades.is_empty()
}

/// Whether the case goes on to the next step, and so needs whole fields.
fn goes_on(approve: &Approve, decision: &Decision) -> bool {
    match decision {
        Decision::Approve => true,
        Decision::Return { .. } | Decision::Reject | Decision::Abstain => false,
        Decision::Grade(name) => {
            approve.grades.iter().any(|grade| grade.name == *name && grade.route == GradeRoute::Next)
        }
    }
}

fn required_by<'d>(approve: &'d Approve, decision: &Decision) -> &'d [crate::definition::FieldName] {
    match decision {
        Decision::Grade(name) => {
            approve.grades.iter().find(|grade| grade.name == *name).map_or(&[], |grade| &grade.requires)
        }
        Decision::Approve | Decision::Return { .. } | Decision::Reject | Decision::Abstain => &[],
    }
}
