//! Which mails a plan causes. They are queued in the transaction of the command, and leave after it.

use std::collections::BTreeSet;

use super::{execute::Settling, words};
use crate::{
    clock::Instant,
    definition::StepName,
    engine::{Actor, Directory, Event, Principal, Status, Task, TaskKind, who},
    ids::PersonId,
    language::Text,
    notify::mails::{CaseEnded, CaseLine, CaseReturned, CopiedIn, DecisionMade, MailContext, TaskAssigned},
};

/// A mail to one person. `occasion` is the task or the journal entry that caused it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Makes the mail's occurrence unique together with its name and its recipient.
    pub occasion: u64,
    /// Who gets it.
    pub to: PersonId,
    /// What it says.
    pub mail: MailContext,
}

/// The mails that a plan causes. Nobody is told of what they just did themselves.
pub(super) fn letters(settling: &Settling<'_>, seq: u64) -> Vec<Letter> {
    let desk = Desk::of(settling, seq);
    let mut letters: Vec<_> = settling.plan.events.iter().flat_map(|event| desk.letters_of(event)).collect();
    letters.retain(|letter| Some(letter.to) != desk.actor);
    letters
}

/// The people whom `principals` mean on the day of `at`, without the one who is barred.
#[must_use]
pub fn recipients(
    principals: &[Principal],
    barred: Option<PersonId>,
    directory: &Directory,
    at: Instant,
) -> BTreeSet<PersonId> {
    let mut people = directory.people_of(principals, who::day_of(at));
    if let Some(barred) = barred {
        people.remove(&barred);
    }
    people
}

/// What every letter of one plan shares.
struct Desk<'a> {
    settling: &'a Settling<'a>,
    seq: u64,
    line: CaseLine,
    actor: Option<PersonId>,
    /// The name of who acted.
    by: Option<String>,
    /// The step that returned the case, if this plan does.
    returned_from: Option<StepName>,
}

impl<'a> Desk<'a> {
    fn of(settling: &'a Settling<'a>, seq: u64) -> Self {
        let case = &settling.plan.case;
        let actor = match &settling.plan.actor {
            Actor::Person(person) => Some(*person),
            Actor::System(_) => None,
        };
        let people = &settling.around.directory.people;
        let line = CaseLine {
            id: case.id,
            workflow: settling.definition.title.clone(),
            number: case.number.clone(),
            project: settling.around.name.clone(),
            year: case.year,
        };
        let returned_from = settling.plan.events.iter().find_map(|event| match event {
            Event::Returned { from, .. } => Some(from.clone()),
            _ => None,
        });
        let by = actor.and_then(|person| people.get(&person)).map(|person| person.name.clone());
        Self { settling, seq, line, actor, by, returned_from }
    }

    fn letters_of(&self, event: &Event) -> Vec<Letter> {
        let case = &self.settling.plan.case;
        match event {
            Event::TaskOpened { task } if case.tasks.contains_key(&task.no) => self.task_opened(task),
            Event::TaskDecided { task, decision, .. } if case.status == Status::Running => {
                let step = self.settling.before.and_then(|(_, before)| before.tasks.get(task)).map(|task| &task.step);
                match (step, &self.returned_from) {
                    (Some(step), None) => {
                        let mail = MailContext::DecisionMade(DecisionMade {
                            case: self.line.clone(),
                            step: self.title(step),
                            by: self.by.clone().unwrap_or_default(),
                            decision: words::decision(self.settling.definition, step, decision),
                            at: self.settling.around.now,
                            next: case.tasks.values().next().map(|task| self.title(&task.step)),
                        });
                        vec![Letter { occasion: (*task).into(), to: case.initiator, mail }]
                    }
                    _ => Vec::new(),
                }
            }
            Event::Ended { outcome, .. } => {
                let mail = MailContext::CaseEnded(CaseEnded {
                    case: self.line.clone(),
                    outcome: words::outcome(outcome),
                    by: self.by.clone(),
                    at: self.settling.around.now,
                });
                vec![Letter { occasion: self.seq, to: case.initiator, mail }]
            }
            Event::CopiedIn { step, to, .. } => {
                let mail = MailContext::CopiedIn(CopiedIn { case: self.line.clone(), step: self.title(step) });
                let people = recipients(to, None, &self.settling.around.directory, self.settling.around.now);
                people.into_iter().map(|to| Letter { occasion: self.seq, to, mail: mail.clone() }).collect()
            }
            _ => Vec::new(),
        }
    }

    fn task_opened(&self, task: &Task) -> Vec<Letter> {
        let around = self.settling.around;
        let people = recipients(&task.candidates, task.barred, &around.directory, around.now);
        let shared = people.len() > 1;
        let mail = match (&self.returned_from, task.kind) {
            (Some(from), TaskKind::Fill) => MailContext::CaseReturned(CaseReturned {
                case: self.line.clone(),
                task: Some(task.no),
                by: self.by.clone().unwrap_or_default(),
                step: self.title(from),
                to_step: self.title(&task.step),
                due_at: task.due_at,
            }),
            _ => MailContext::TaskAssigned(TaskAssigned {
                case: self.line.clone(),
                task: task.no,
                step: self.title(&task.step),
                to_fill: task.kind == TaskKind::Fill,
                sender: self.by.clone(),
                shared,
                due_at: task.due_at,
            }),
        };
        people.into_iter().map(|to| Letter { occasion: task.no.into(), to, mail: mail.clone() }).collect()
    }

    fn title(&self, step: &StepName) -> Text {
        words::step(self.settling.definition, step)
    }
}
