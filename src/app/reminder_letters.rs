//! The mails that the clock of a task causes: to those who answer for it, and to those above them.

use super::{letters::Desk, words};
use crate::{
    clock::{Instant, ZONE},
    engine::{Event, Task, case::TaskNo, who::day_of},
    ids::PersonId,
    language::{Lang, Text},
    notify::mails::{Lateness, MailContext, TaskEscalated, TaskReminder},
    policy::calendar::{Calendar, Counted},
};

/// How near a deadline is at `now`, or how long it has passed.
pub(super) fn lateness(calendar: &Calendar, due: Instant, now: Instant) -> Lateness {
    if now > due {
        Lateness::Overdue { working_days: calendar.working_days_between(due, now) }
    } else if day_of(due) == day_of(now) {
        Lateness::Today
    } else {
        Lateness::Soon { working_days: calendar.working_days_between(now, due) }
    }
}

/// From what a deadline was counted, in words.
pub(super) fn counted(counted: &Counted, pauses: &[(Instant, Instant)]) -> Text {
    let from = counted.from.with_timezone(&ZONE);
    let stood_still = pauses.iter().any(|(_, resumed)| *resumed > counted.from);
    let (zh, en) =
        if stood_still { ("，挂起期间不计", ", without the time it was suspended") } else { ("", "") };
    Text::new(
        format!("自{}起{}{zh}", from.format("%Y年%-m月%-d日"), counted.span.words(Lang::Zh)),
        format!("{} from {}{en}", counted.span.words(Lang::En), from.format("%-d %B %Y")),
    )
}

impl Desk<'_> {
    /// Whoever is told in the same moment that it was escalated is not reminded besides.
    pub(super) fn reminded(&self, no: TaskNo, to: &[PersonId], at: Instant) -> Vec<(PersonId, MailContext)> {
        let Some((task, due_at)) = self.open_with_due(no) else { return Vec::new() };
        if self.escalations(no).next().is_some() {
            return Vec::new();
        }
        let (settling, around) = (self.settling, self.settling.around);
        let mail = MailContext::TaskReminder(TaskReminder {
            case: self.line.clone(),
            task: no,
            step: self.title_of(task),
            due_at,
            lateness: lateness(&around.calendar, due_at, at),
            counted: task.counted.as_ref().map(|from| counted(from, &settling.plan.case.pauses)),
            provisional: task.counted.as_ref().is_some_and(|from| around.calendar.may_move(due_at, from.span)),
            basis: self.basis_of(task),
            rung_at: at,
        });
        to.iter().map(|to| (*to, mail.clone())).collect()
    }

    /// Of several levels at once everybody gets one letter, about the last one.
    pub(super) fn escalated(&self, event: &Event) -> Vec<(PersonId, MailContext)> {
        let Event::TaskEscalated { task: no, level, to, late, at, .. } = event else { return Vec::new() };
        let Some((task, due_at)) = self.open_with_due(*no) else { return Vec::new() };
        let above: Vec<_> = self.escalations(*no).filter(|(other, _)| other > level).collect();
        let told_later = |person: &PersonId| above.iter().any(|(_, to)| to.contains(person));
        let names = |people: &[PersonId]| {
            people.iter().map(|one| words::person(&self.settling.around.directory, *one)).collect::<Vec<_>>()
        };
        let mail = TaskEscalated {
            case: self.line.clone(),
            task: *no,
            step: self.title_of(task),
            late: names(late),
            told: names(to),
            to_holder: false,
            since: task.opened_at,
            due_at,
            lateness: lateness(&self.settling.around.calendar, due_at, *at),
            rung_at: *at,
        };
        let holders = late.iter().filter(|_| above.is_empty());
        let holders = holders.map(|to| (*to, TaskEscalated { to_holder: true, ..mail.clone() }));
        let told = to.iter().filter(|person| !told_later(person)).map(|to| (*to, mail.clone()));
        told.chain(holders).map(|(to, mail)| (to, MailContext::TaskEscalated(mail))).collect()
    }

    /// The articles that the step of a task rests on.
    fn basis_of(&self, task: &Task) -> Vec<String> {
        let step = self.settling.definition.step(&task.step);
        let basis = step.into_iter().flat_map(|step| &step.basis);
        basis.map(|article| words::citation(self.policy, article)).collect()
    }

    /// The escalations of a task in this plan: the level, and who was told.
    fn escalations(&self, no: TaskNo) -> impl Iterator<Item = (usize, &Vec<PersonId>)> {
        self.settling.plan.events.iter().filter_map(move |event| {
            let Event::TaskEscalated { task, level, to, .. } = event else { return None };
            (*task == no).then_some((*level, to))
        })
    }

    fn open_with_due(&self, no: TaskNo) -> Option<(&Task, Instant)> {
        let task = self.settling.plan.case.tasks.get(&no)?;
        Some((task, task.due_at?))
    }
}
