//! What every deadline of the year asked for, counted from definitions, calendar and journal alone, beside what became of
//! it. Nothing here asks the engine when a task rings.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use yumen::{
    clock::Instant,
    definition::{Definition, REPEATED_MAX, Remind},
    engine::{Event, Task, case::TaskNo, event::CancelReason},
    ids::{CaseId, PersonId},
    policy::calendar::Calendar,
    store::{Source, cases, clocks, journal},
};

use crate::harness::town::Town;

/// Cases that are read at once.
const PAGE: u64 = 500;

/// What became of everything that was asked for.
#[derive(Debug, Default)]
pub struct Account {
    tasks: usize,
    /// Moments at which people were reminded, and levels that were told.
    reminded: usize,
    escalated: usize,
    /// Still ahead, with the next one armed.
    ahead: usize,
    /// Not before the case goes on.
    standing_still: usize,
    /// By what is on record about the task.
    cancelled: BTreeMap<String, usize>,
    /// The letters that what was told asks for.
    pub asked: Vec<Asked>,
}

/// A letter that must have been written once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asked {
    /// About which task.
    pub task: (CaseId, TaskNo),
    /// Which mail.
    pub mail: &'static str,
    /// Since what moment.
    pub rung_at: Instant,
    /// To whom.
    pub to: PersonId,
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tasks, reminded, escalated, ahead, standing_still, cancelled, .. } = self;
        write!(f, "{tasks} tasks: reminded {reminded} times, {escalated} levels told, {ahead} ahead, ")?;
        write!(f, "{standing_still} stand still, cancelled {cancelled:?}")
    }
}

impl Account {
    /// Everything that can become of a reminder has become of some.
    pub fn is_worth_its_name(&self) {
        assert!(self.tasks > 0 && self.reminded > 0 && self.escalated > 0 && self.ahead > 0, "void: {self}");
        for reason in ["completed", "decided"] {
            assert!(self.cancelled.contains_key(reason), "void: nothing was {reason}: {self}");
        }
    }
}

/// The account of every case there is.
pub async fn render(town: &Town) -> Account {
    let (db, now) = (town.app.store().read(), town.app.now());
    let calendar = town.app.calendar(db).await.unwrap();
    let mut account = Account::default();
    let mut after = None;
    loop {
        let some = cases::after(db, after, PAGE).await.unwrap();
        let Some(last) = some.last() else { return account };
        after = Some(last.id);
        for case in some {
            let definition = town.app.definition(db, &case.definition_hash).await.unwrap();
            let mut armed = armed(db, case.id).await;
            for (no, life) in lives(db, case.id).await {
                account.tasks += 1;
                life.settle(&mut account, (&definition, &calendar), (case.id, armed.remove(&no)), now);
            }
            assert!(armed.is_empty(), "{}: clocks of no task: {armed:?}", case.number);
        }
    }
}

async fn armed(db: &impl Source, case: CaseId) -> BTreeMap<TaskNo, Instant> {
    let rows = clocks::of_case(db, case).await.unwrap().into_iter().filter(|row| row.kind == "remind");
    rows.map(|row| (TaskNo::try_from(row.task_no.unwrap()).unwrap(), row.due_at)).collect()
}

/// A task from its opening on, as the journal tells it.
struct Life {
    task: Task,
    /// The stretches in which its clock ran: since when, until when, and what its deadline was.
    runs: Vec<Run>,
    closed: Option<(Instant, String)>,
    reminded: Vec<(Instant, bool, Vec<PersonId>)>,
    escalated: Vec<Told>,
}

struct Run {
    since: Instant,
    until: Option<Instant>,
    due: Option<Instant>,
    pauses: Vec<(Instant, Instant)>,
}

struct Told {
    at: Instant,
    level: usize,
    to: Vec<PersonId>,
    late: Vec<PersonId>,
}

async fn lives(db: &impl Source, case: CaseId) -> BTreeMap<TaskNo, Life> {
    let mut lives: BTreeMap<TaskNo, Life> = BTreeMap::new();
    let (mut pauses, mut stopped) = (Vec::new(), None);
    for entry in journal::of_case(db, case).await.unwrap() {
        let events: Vec<Event> = serde_json::from_str(&entry.events).unwrap();
        let ended = events.iter().find_map(|event| {
            let Event::Ended { outcome, .. } = event else { return None };
            Some(outcome.to_string())
        });
        for event in events {
            if let Event::Suspended { at, .. } = event {
                stopped = Some(at);
                for life in lives.values_mut().filter(|life| life.closed.is_none()) {
                    life.runs.last_mut().unwrap().until = Some(at);
                }
            } else if let Event::Resumed { at, due, .. } = &event {
                pauses.push((stopped.take().unwrap(), *at));
                for (no, life) in lives.iter_mut().filter(|(_, life)| life.closed.is_none()) {
                    let moved = due.iter().find(|(moved, _)| moved == no).map(|(_, due)| *due);
                    life.runs.push(Run { since: *at, until: None, due: moved, pauses: pauses.clone() });
                }
            } else if let Event::TaskOpened { task } = event {
                let run = Run { since: task.opened_at, until: None, due: task.due_at, pauses: pauses.clone() };
                let life = Life { task, runs: vec![run], closed: None, reminded: Vec::new(), escalated: Vec::new() };
                assert!(lives.insert(life.task.no, life).is_none(), "opened twice");
            } else {
                tell(&mut lives, event, (entry.at, ended.as_deref()));
            }
        }
    }
    lives
}

/// What an event says about a task.
fn tell(lives: &mut BTreeMap<TaskNo, Life>, event: Event, (at, ended): (Instant, Option<&str>)) {
    let (task, how) = if let Event::Reminded { task, to, last, at, .. } = event {
        return lives.get_mut(&task).unwrap().reminded.push((at, last, to));
    } else if let Event::TaskEscalated { task, level, to, late, at, .. } = event {
        return lives.get_mut(&task).unwrap().escalated.push(Told { at, level, to, late });
    } else if let Event::TaskCompleted { task, .. } = event {
        (task, "completed".to_owned())
    } else if let Event::TaskDecided { task, .. } = event {
        (task, "decided".to_owned())
    } else if let Event::TaskCancelled { task, why } = event {
        (task, cancelled(why, ended))
    } else {
        let moves = matches!(event, Event::OnTask(_) | Event::Recounted { .. } | Event::Moved { .. });
        return assert!(!moves, "nobody does this in the year: {event:?}");
    };
    let life = lives.get_mut(&task).unwrap();
    assert!(life.closed.is_none(), "closed twice");
    life.closed = Some((at, how));
    let run = life.runs.last_mut().unwrap();
    run.until = run.until.or(Some(at));
}

/// Why, in the words of the journal.
fn cancelled(why: CancelReason, ended: Option<&str>) -> String {
    let why = serde_json::to_value(why).unwrap().as_str().unwrap().to_owned();
    match ended {
        Some(outcome) => format!("{why}: {outcome}"),
        None => why,
    }
}

impl Life {
    /// Finds for every moment that was asked for what became of it, and for everything that was told what asked for it.
    fn settle(
        self,
        account: &mut Account,
        (definition, calendar): (&Definition, &Calendar),
        (case, armed): (CaseId, Option<Instant>),
        now: Instant,
    ) {
        let about = format!("{case} {} {}", self.task.no, self.task.step);
        let (wanted, ahead) = self.demanded((definition, calendar), now);
        let rung: Vec<_> = self.reminded.iter().map(|(at, _, _)| *at).collect();
        assert_eq!(rung, wanted.reminders.iter().copied().collect::<Vec<_>>(), "{about}: reminded at, and to be");
        let told: Vec<_> = self.escalated.iter().map(|told| (told.at, told.level)).collect();
        assert_eq!(told, wanted.levels, "{about}: those above told at, and to be");
        account.reminded += rung.len();
        account.escalated += told.len();
        let left = ahead.len();
        match (&self.closed, self.runs.last().unwrap().until) {
            (Some((_, reason)), _) => *account.cancelled.entry(reason.clone()).or_default() += left,
            (None, Some(_)) => account.standing_still += left,
            (None, None) => account.ahead += left,
        }
        let runs = self.closed.is_none() && self.runs.last().unwrap().until.is_none();
        assert_eq!(armed, ahead.into_iter().min().filter(|_| runs), "{about}: the clock that is armed");
        account.asked.extend(self.letters(case));
    }

    /// What was to ring until now, and what was still ahead when its clock stopped, or is now.
    fn demanded(&self, (definition, calendar): (&Definition, &Calendar), now: Instant) -> (Demanded, Vec<Instant>) {
        let step = definition.step(&self.task.step).unwrap();
        let mut wanted = Demanded::default();
        let mut ahead = Vec::new();
        for run in &self.runs {
            ahead.clear();
            let Some(due) = run.due else { continue };
            let until = run.until.unwrap_or(now);
            for at in moments(&step.reminders.remind, (due, &run.pauses), calendar) {
                if at > run.since && at <= until {
                    wanted.reminders.insert(at);
                } else if at > until {
                    ahead.push(at);
                }
            }
            for (level, escalate) in (1..).zip(&step.reminders.escalate) {
                // Once, whatever moves the deadline; and at once where it moved to before now.
                let at = calendar.after(due, escalate.after, &run.pauses).max(run.since);
                if wanted.levels.iter().any(|(_, told)| *told == level) {
                    continue;
                }
                if at <= until { wanted.levels.push((at, level)) } else { ahead.push(at) }
            }
        }
        wanted.levels.sort_unstable();
        (wanted, ahead)
    }

    /// Whoever was reminded got a letter, unless the same moment told those above; then they and those above got one.
    fn letters(&self, case: CaseId) -> Vec<Asked> {
        let mut letters = Vec::new();
        let mut ask = |mail, rung_at, to: &PersonId| {
            letters.push(Asked { task: (case, self.task.no), mail, rung_at, to: *to });
        };
        for (at, _, to) in &self.reminded {
            if !self.escalated.iter().any(|told| told.at == *at) {
                to.iter().for_each(|to| ask("task-reminder", *at, to));
            }
        }
        let at_once: BTreeSet<_> = self.escalated.iter().map(|told| told.at).collect();
        for at in at_once {
            let told = || self.escalated.iter().filter(|told| told.at == at);
            let people: BTreeSet<_> = told().flat_map(|told| told.to.iter().chain(&told.late)).collect();
            people.into_iter().for_each(|to| ask("task-escalated", at, to));
        }
        letters
    }
}

/// What was to ring.
#[derive(Default)]
struct Demanded {
    reminders: BTreeSet<Instant>,
    levels: Vec<(Instant, usize)>,
}

/// When people are to be reminded of a deadline; one moment counts once.
fn moments(
    reminds: &[Remind],
    (due, pauses): (Instant, &[(Instant, Instant)]),
    calendar: &Calendar,
) -> BTreeSet<Instant> {
    let mut moments = BTreeSet::new();
    for remind in reminds {
        match *remind {
            Remind::Before(span) => drop(moments.insert(calendar.before(due, span))),
            Remind::WhenDue => drop(moments.insert(calendar.reached(due))),
            Remind::After(span) => drop(moments.insert(calendar.after(due, span, pauses))),
            Remind::EveryAfter(span) => {
                moments.extend((1..=REPEATED_MAX).map(|time| calendar.after(due, span.times(time), pauses)));
            }
        }
    }
    moments
}
