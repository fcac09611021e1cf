//! Which mails a plan causes. They are queued in the transaction of the command, and leave after it.

use std::collections::BTreeSet;

use super::{execute::Settling, words};
use crate::{
    clock::Instant,
    definition::{HandoffStage, StepName},
    engine::{Actor, Decision, Directory, Event, Principal, Status, Task, case::TaskNo, who},
    ids::PersonId,
    language::Text,
    notify::mails::{
        CaseEnded, CaseLine, CaseReturned, CaseSuspended, CopiedIn, DecisionMade, HandoffMoved, HandoffNews,
        MailContext, RemarkMade,
    },
    policy::Policy,
};

/// A mail to one person about one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The journal entry and the place of the event in it: unique in the case, together with the mail's name and its
    /// recipient.
    pub occasion: u64,
    /// Who gets it.
    pub to: PersonId,
    /// What it says.
    pub mail: MailContext,
}

/// The mails that a plan causes. Nobody is told of what they just did themselves.
pub(super) fn letters(policy: &Policy, settling: &Settling<'_>, seq: u64) -> Vec<Letter> {
    let desk = Desk::of(policy, settling);
    let mut letters: Vec<Letter> = Vec::new();
    for (place, event) in settling.plan.events.iter().enumerate() {
        let occasion = (seq << 16) + place as u64;
        letters.extend(desk.letters_of(event).into_iter().map(|(to, mail)| Letter { occasion, to, mail }));
    }
    // What a successor takes over is told in one letter, whatever the cases.
    let takes_over = |person| {
        settling.plan.events.iter().any(|event| matches!(event, Event::HandedOver { to, .. } if *to == person))
    };
    letters.retain(|letter| Some(letter.to) != desk.actor && !takes_over(letter.to));
    letters
}

/// The people whom `principals` mean on the day of `at`, without those who are barred.
#[must_use]
pub fn recipients(
    principals: &[Principal],
    barred: &BTreeSet<PersonId>,
    directory: &Directory,
    at: Instant,
) -> BTreeSet<PersonId> {
    directory.people_of(principals, who::day_of(at)).difference(barred).copied().collect()
}

/// What every letter of one plan shares.
pub(super) struct Desk<'a> {
    pub settling: &'a Settling<'a>,
    pub policy: &'a Policy,
    pub line: CaseLine,
    actor: Option<PersonId>,
    /// The name of who acted.
    pub by: Option<String>,
    /// From which step to which the case goes back, if this plan returns it.
    returned: Option<(StepName, StepName)>,
}

impl<'a> Desk<'a> {
    fn of(policy: &'a Policy, settling: &'a Settling<'a>) -> Self {
        let case = &settling.plan.case;
        let actor = match &settling.plan.actor {
            Actor::Person(person) | Actor::Deputy { person, .. } => Some(*person),
            Actor::System(_) => None,
        };
        let people = &settling.around.directory.people;
        let line = CaseLine {
            id: case.id,
            workflow: settling.definition.title.clone(),
            number: case.number.clone(),
            title: super::case_page::title_of(case, settling.definition, &settling.around.name),
            year: case.year,
        };
        let returned = settling.plan.events.iter().find_map(|event| {
            let Event::Returned { from, to, .. } = event else { return None };
            Some((from.clone(), to.clone()))
        });
        let by = actor.and_then(|person| people.get(&person)).map(|person| person.name.clone());
        Self { settling, policy, line, actor, by, returned }
    }

    fn letters_of(&self, event: &Event) -> Vec<(PersonId, MailContext)> {
        let case = &self.settling.plan.case;
        match event {
            Event::TaskOpened { task } if case.tasks.contains_key(&task.no) => self.task_opened(task),
            Event::TaskDecided { task, decision, .. } => {
                let mut letters = self.decided(*task, decision);
                letters.extend(self.back_with_holder(*task));
                letters
            }
            Event::StepPassed { step, .. } => self.package_moved(step),
            Event::Returned { from, to, .. } => self.went_back(from, to),
            Event::Ended { outcome, .. } => {
                let mail = MailContext::CaseEnded(CaseEnded {
                    case: self.line.clone(),
                    outcome: words::outcome(outcome),
                    by: self.by.clone(),
                    at: self.settling.around.now,
                });
                vec![(case.acting_initiator(), mail)]
            }
            Event::CopiedIn { step, to, .. } => {
                let mail =
                    MailContext::CopiedIn(CopiedIn { case: self.line.clone(), step: Some(self.title(step)), by: None });
                let people =
                    recipients(to, &BTreeSet::new(), &self.settling.around.directory, self.settling.around.now);
                people.into_iter().map(|to| (to, mail.clone())).collect()
            }
            Event::CopyGiven { to, .. } => {
                let mail = CopiedIn { case: self.line.clone(), step: None, by: self.by.clone() };
                to.iter().map(|to| (*to, MailContext::CopiedIn(mail.clone()))).collect()
            }
            Event::Remarked { asked: Some(asked), .. } => {
                let (by, at) = (self.by.clone().unwrap_or_default(), self.settling.around.now);
                vec![(*asked, MailContext::RemarkMade(RemarkMade { case: self.line.clone(), by, at }))]
            }
            Event::Suspended { at, .. } => self.paused(*at, false),
            Event::Resumed { at, .. } => self.paused(*at, true),
            Event::Reminded { task, to, at, .. } => self.reminded(*task, to, *at),
            Event::TaskEscalated { .. } => self.escalated(event),
            Event::Remarked { asked: None, .. }
            | Event::Started { .. }
            | Event::StepEntered { .. }
            | Event::WaitChanged { .. }
            | Event::TaskOpened { .. }
            | Event::FieldsSaved { .. }
            | Event::PersonBarred { .. }
            | Event::SubstituteActed { .. }
            | Event::AskedInstead { .. }
            | Event::VoteCounted { .. }
            | Event::TaskCompleted { .. }
            | Event::TaskCancelled { .. }
            | Event::StepCancelled { .. }
            | Event::GatePassed { .. }
            | Event::BranchChosen { .. }
            | Event::BranchFinished { .. }
            | Event::ItemsListed { .. }
            | Event::WaitOver { .. }
            | Event::DeadlinePassed { .. }
            | Event::ChildStarted { .. }
            | Event::ChildEnded { .. }
            | Event::ParentTakenOver { .. }
            | Event::NobodyFound { .. }
            | Event::FactRecorded { .. }
            | Event::Moved { .. }
            | Event::HandedOver { .. }
            | Event::Recounted { .. }
            | Event::ClocksSet { .. }
            | Event::FactRevoked { .. }
            | Event::EffectDone { .. } => Vec::new(),
            Event::OnTask(event) => self.of_term(event),
        }
    }

    /// A decision after which the case goes on. One that returns or ends it has a mail of its own.
    fn decided(&self, task: TaskNo, decision: &Decision) -> Vec<(PersonId, MailContext)> {
        let case = &self.settling.plan.case;
        let step = self.settling.before.and_then(|(_, before)| before.tasks.get(&task)).map(|task| &task.step);
        let (Some(step), None, Status::Running) = (step, &self.returned, &case.status) else {
            return Vec::new();
        };
        // What another organ does with a package has a mail of its own.
        if self.settling.definition.step(step).is_some_and(|step| step.handoff.is_some()) {
            return Vec::new();
        }
        let mail = MailContext::DecisionMade(DecisionMade {
            case: self.line.clone(),
            step: self.title(step),
            by: self.by.clone().unwrap_or_default(),
            decision: words::decision(self.settling.definition, step, decision),
            at: self.settling.around.now,
            next: case.tasks.values().next().map(|task| self.title_of(task)),
        });
        vec![(case.acting_initiator(), mail)]
    }

    /// The initiator and whoever has a task open learn that the case stands still, or goes on.
    fn paused(&self, at: Instant, goes_on: bool) -> Vec<(PersonId, MailContext)> {
        let (case, around) = (&self.settling.plan.case, self.settling.around);
        let by = self.by.clone().unwrap_or_default();
        let mail = MailContext::CaseSuspended(CaseSuspended { case: self.line.clone(), goes_on, by, at });
        let mut people = BTreeSet::from([case.acting_initiator()]);
        for task in case.tasks.values() {
            people.extend(recipients(&task.candidates, &task.barred, &around.directory, around.now));
        }
        people.into_iter().map(|to| (to, mail.clone())).collect()
    }

    fn task_opened(&self, task: &Task) -> Vec<(PersonId, MailContext)> {
        let around = self.settling.around;
        let people = recipients(&task.candidates, &task.barred, &around.directory, around.now);
        let shared = people.len() > 1;
        let mail = match &self.returned {
            Some((from, to)) if *to == task.step => self.case_returned(from, to, Some(task)),
            Some(_) | None => {
                let own = self.package_sent(task).or_else(|| self.asked_by_somebody(task));
                own.unwrap_or_else(|| self.assigned(task, shared))
            }
        };
        people.into_iter().map(|to| (to, mail.clone())).collect()
    }

    /// A package waits for the other organ to acknowledge its receipt.
    fn package_sent(&self, task: &Task) -> Option<MailContext> {
        let receipt = self.settling.definition.step(&task.step).filter(|step| step.is_receipt())?;
        let news = HandoffNews::Sent { task: task.no, due_at: task.due_at };
        Some(self.package(&receipt.handoff.as_ref()?.name, news))
    }

    /// The initiator learns that the other organ has received or answered a package.
    fn package_moved(&self, step: &StepName) -> Vec<(PersonId, MailContext)> {
        let Some(handoff) = self.settling.definition.step(step).and_then(|step| step.handoff.as_ref()) else {
            return Vec::new();
        };
        let news = match handoff.stage {
            HandoffStage::Receive => HandoffNews::Received,
            HandoffStage::Answer => HandoffNews::Answered,
        };
        vec![(self.settling.plan.case.acting_initiator(), self.package(&handoff.name, news))]
    }

    fn package(&self, handoff: &StepName, news: HandoffNews) -> MailContext {
        let (case, by, at) = (self.line.clone(), self.by.clone(), self.settling.around.now);
        MailContext::HandoffMoved(HandoffMoved { case, step: self.title(handoff), news, by, at })
    }

    fn case_returned(&self, from: &StepName, to: &StepName, task: Option<&Task>) -> MailContext {
        MailContext::CaseReturned(CaseReturned {
            case: self.line.clone(),
            task: task.map(|task| task.no),
            by: self.by.clone().unwrap_or_default(),
            step: self.title(from),
            to_step: self.title(to),
            due_at: task.and_then(|task| task.due_at),
        })
    }

    /// The initiator learns that the case went back, also where somebody else has to act on it.
    fn went_back(&self, from: &StepName, to: &StepName) -> Vec<(PersonId, MailContext)> {
        let (case, around) = (&self.settling.plan.case, self.settling.around);
        let has_task = |task: &Task| {
            task.step == *to
                && recipients(&task.candidates, &task.barred, &around.directory, around.now)
                    .contains(&case.acting_initiator())
        };
        if case.tasks.values().any(has_task) {
            return Vec::new();
        }
        vec![(case.acting_initiator(), self.case_returned(from, to, None))]
    }

    pub(super) fn title_of(&self, task: &Task) -> Text {
        words::step_of(self.settling.definition, &task.step, task.item.as_ref())
    }

    fn title(&self, step: &StepName) -> Text {
        words::step(self.settling.definition, step)
    }
}
