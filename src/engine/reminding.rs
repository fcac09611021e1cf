//! The clocks of an open task: when it rings next, who is reminded then, and to whom it escalates. Nothing is decided
//! by time: what rings tells people, and that is all.
//!
//! Of all the moments that a definition names, only the next one is kept, in the task itself; the store arms a clock for
//! it. What should have rung while nobody swept rings once, when somebody does.

use serde::{Deserialize, Serialize};

use super::{
    case::{Case, Task, TaskNo},
    event::Event,
    heads,
    people::Principal,
    refusal::Refusal,
    surroundings::Surroundings,
    walk::Walk,
    who::{self, day_of},
};
use crate::{
    clock::Instant,
    definition::{Definition, EscalateTo, REPEATED_MAX, Remind, Reminders, Step},
    ids::PersonId,
    policy::calendar::Calendar,
};

/// What the clocks of an open task have done, and do next.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminding {
    /// When it rings next; nothing while the case is suspended, and where nothing is left to ring.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Instant>,
    /// When it rang last: what was to ring until then has rung.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rung: Option<Instant>,
    /// To whom it was escalated, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub escalated: Vec<Escalated>,
    /// Whether the last reminder has gone out, and the workflow administrator was told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub exhausted: bool,
}

/// Who learnt that a task is late.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalated {
    /// At which level, counted from 1.
    pub level: usize,
    /// Who; empty where nobody was found.
    pub to: Vec<PersonId>,
    /// When.
    pub at: Instant,
}

impl Reminding {
    /// Whether there is nothing to tell of it.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        *self == Self::default()
    }
}

/// What rings at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bell {
    /// A reminder, and whether it is the last one of those that repeat.
    Reminder { last: bool },
    /// An escalation, by its place in the definition.
    Escalation(usize),
}

/// A task with all that its moments are counted from.
struct Around<'a> {
    task: &'a Task,
    reminders: &'a Reminders,
    due: Instant,
    pauses: &'a [(Instant, Instant)],
    calendar: &'a Calendar,
}

impl<'a> Around<'a> {
    /// `None` where nothing ever rings.
    fn of(
        task: &'a Task,
        reminders: &'a Reminders,
        pauses: &'a [(Instant, Instant)],
        calendar: &'a Calendar,
    ) -> Option<Self> {
        let due = task.due_at.filter(|_| !reminders.is_empty())?;
        Some(Self { task, reminders, due, pauses, calendar })
    }

    /// What is still to ring, in order; of what repeats the first moment, and all others up to `until`.
    fn bells(&self, until: Option<Instant>) -> Vec<(Instant, Bell)> {
        let mut bells = self.reminders(until);
        let opened = self.task.opened_at;
        for (level, escalate) in self.reminders.escalate.iter().enumerate() {
            // Each level is told once, whatever moves the deadline.
            let told = self.task.reminding.escalated.iter().any(|told| told.level == level + 1);
            let at = self.calendar.after(self.due, escalate.after, self.pauses);
            if !told && at > opened {
                bells.push((at, Bell::Escalation(level)));
            }
        }
        bells.sort_by_key(|(at, _)| *at);
        bells
    }

    fn reminders(&self, until: Option<Instant>) -> Vec<(Instant, Bell)> {
        // What lies before the opening never rings. What rang on the day on which the case was suspended does not ring
        // again when it goes on, though that day begins anew.
        let resumed = self.pauses.last().map(|(_, resumed)| *resumed);
        let since = [self.task.reminding.rung, resumed].into_iter().flatten().fold(self.task.opened_at, Instant::max);
        let mut bells = Vec::new();
        for remind in &self.reminders.remind {
            let bell = Bell::Reminder { last: false };
            match *remind {
                Remind::Before(span) => bells.push((self.calendar.before(self.due, span), bell)),
                Remind::WhenDue => bells.push((self.calendar.reached(self.due), bell)),
                Remind::After(span) => bells.push((self.calendar.after(self.due, span, self.pauses), bell)),
                Remind::EveryAfter(span) => {
                    for time in 1..=REPEATED_MAX {
                        let at = self.calendar.after(self.due, span.times(time), self.pauses);
                        bells.push((at, Bell::Reminder { last: time == REPEATED_MAX }));
                        if at > since && until.is_none_or(|until| at > until) {
                            break;
                        }
                    }
                }
            }
        }
        bells.retain(|(at, _)| *at > since);
        bells
    }
}

/// When an open task rings next, as the definition, its deadline and the calendar say.
#[must_use]
pub fn next_ring(definition: &Definition, case: &Case, task: &Task, calendar: &Calendar) -> Option<Instant> {
    if case.suspended.is_some() {
        return None;
    }
    let reminders = &definition.step(&task.step)?.reminders;
    next(reminders, task, &case.pauses, calendar)
}

fn next(reminders: &Reminders, task: &Task, pauses: &[(Instant, Instant)], calendar: &Calendar) -> Option<Instant> {
    Around::of(task, reminders, pauses, calendar)?.bells(None).first().map(|(at, _)| *at)
}

/// What still rings for an open task.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ahead {
    /// When people are reminded next.
    pub reminder: Option<Instant>,
    /// Which level hears next that it is late, counted from 1, and when.
    pub escalation: Option<(usize, Instant)>,
}

/// What still rings for an open task, as the definition, its deadline and the calendar say.
#[must_use]
pub fn ahead(definition: &Definition, case: &Case, task: &Task, calendar: &Calendar) -> Ahead {
    let mut ahead = Ahead::default();
    if case.suspended.is_some() {
        return ahead;
    }
    let Some(step) = definition.step(&task.step) else { return ahead };
    let around = Around::of(task, &step.reminders, &case.pauses, calendar);
    for (at, bell) in around.map(|around| around.bells(None)).unwrap_or_default() {
        match bell {
            Bell::Reminder { .. } => ahead.reminder = ahead.reminder.or(Some(at)),
            Bell::Escalation(level) => ahead.escalation = ahead.escalation.or(Some((level + 1, at))),
        }
    }
    ahead
}

/// Who answers for a task now: whoever took it, or everybody who may.
#[must_use]
pub fn responsible(task: &Task, s: &Surroundings<'_>) -> Vec<PersonId> {
    let actors = who::actors(&task.candidates, &task.barred, s);
    match task.hands.holder().filter(|holder| actors.contains(holder)) {
        Some(holder) => vec![holder],
        None => actors,
    }
}

impl<'a> Walk<'a> {
    /// Emits the opening of a task with its first clock.
    pub(super) fn open(&mut self, step: &Step, mut task: Task) {
        // What was told of it before its opening, in another task, is not told again.
        task.reminding.next = next(&step.reminders, &task, &self.case.pauses, self.s.calendar);
        self.emit(Event::TaskOpened { task });
    }

    /// Sets the clocks of the open tasks anew, where their moments have moved.
    pub(super) fn set_clocks(&mut self) {
        let moved = self.case.tasks.values().filter_map(|task| {
            let next = next_ring(self.definition, &self.case, task, self.s.calendar);
            (next != task.reminding.next).then_some((task.no, next))
        });
        let clocks: Vec<_> = moved.collect();
        if !clocks.is_empty() {
            self.emit(Event::ClocksSet { clocks });
        }
    }

    /// The clock of a task has rung. A task that is gone, or whose time has not come, stays as it is: so a clock may
    /// ring twice, and whatever it should have rung for before rings with it.
    pub(super) fn remind(&mut self, no: TaskNo) -> Result<(), Refusal> {
        let Some(task) = self.case.tasks.get(&no).cloned() else { return Ok(()) };
        let step = self.step(&task.step)?;
        let now = self.s.now;
        let around = Around::of(&task, &step.reminders, &self.case.pauses, self.s.calendar);
        let mut rung = around.map(|around| around.bells(Some(now))).unwrap_or_default();
        rung.retain(|(at, _)| *at <= now);
        let late = responsible(&task, self.s);
        let reminds = |last| rung.iter().any(|(_, bell)| *bell == Bell::Reminder { last });
        if reminds(true) || reminds(false) {
            let last = reminds(true);
            self.emit(Event::Reminded { task: no, step: task.step.clone(), to: late.clone(), last, at: now });
        }
        for (_, bell) in &rung {
            if let Bell::Escalation(level) = bell {
                let to = self.above(step, &task, *level, &late);
                let (step, late) = (task.step.clone(), late.clone());
                self.emit(Event::TaskEscalated { task: no, step, level: level + 1, to, late, at: now });
            }
        }
        self.set_clocks();
        Ok(())
    }

    /// Who learns that a task is late: never those who are late themselves.
    fn above(&self, step: &'a Step, task: &Task, level: usize, late: &[PersonId]) -> Vec<PersonId> {
        let meant = match step.reminders.escalate.get(level).map(|escalate| &escalate.to) {
            Some(EscalateTo::Who(who)) => self.meant(who, task.activation),
            Some(EscalateTo::Line) => self.up_the_line(task, step.reminders.levels_up(level), late),
            None => Vec::new(),
        };
        let late = late.iter().copied().collect();
        who::actors(&meant, &late, self.s)
    }

    /// The posts that head the organisations so many levels above the people who are late.
    fn up_the_line(&self, task: &Task, levels: usize, late: &[PersonId]) -> Vec<Principal> {
        let asked: Vec<_> = task.candidates.iter().map(|one| (one.clone(), day_of(task.opened_at))).collect();
        let mut heads = Vec::new();
        for person in late {
            // Whoever took the case over does its initiator's part.
            let initiator = if self.case.is_initiated_by(*person) { *person } else { self.case.initiator };
            let org = heads::organisation_of(*person, &asked, (initiator, &self.case.initiator_unit), self.s);
            let Some(org) = org else { continue };
            for head in heads::up_the_line((&[*person], &org), levels, self.s) {
                if !heads.contains(&head) {
                    heads.push(head);
                }
            }
        }
        heads
    }
}

impl Case {
    /// What an event about clocks changes.
    pub(super) fn apply_clocks(&mut self, clocks: &[(TaskNo, Option<Instant>)]) {
        for (no, next) in clocks {
            if let Some(task) = self.tasks.get_mut(no) {
                task.reminding.next = *next;
            }
        }
    }

    /// People were reminded of a task.
    pub(super) fn apply_reminded(&mut self, no: TaskNo, last: bool, at: Instant) {
        if let Some(task) = self.tasks.get_mut(&no) {
            task.reminding.rung = Some(at);
            task.reminding.exhausted |= last;
        }
    }

    /// A task was escalated.
    pub(super) fn apply_escalated(&mut self, no: TaskNo, escalated: Escalated) {
        if let Some(task) = self.tasks.get_mut(&no) {
            task.reminding.rung = Some(escalated.at);
            task.reminding.escalated.push(escalated);
        }
    }
}
