//! What people read of deadlines: when a task is due and by what, who is reminded and who was told, and the deadlines
//! that the law sets for a whole case.

use serde::Serialize;

use super::{Failure, loading::Around, reminder_letters, shown::Due, who_words, words};
use crate::{
    clock::Instant,
    definition::{Definition, EscalateTo, Reminders, Step, StepKind, registry, span::Span},
    engine::{
        Case, Directory, Event, Status, Surroundings, Task,
        reminding::{ahead, responsible},
    },
    ids::PersonId,
    language::{Lang, Text},
    policy::{Policy, calendar::Calendar},
    store::journal::JournalRow,
};

/// Reminders of the past that are told of one task.
const TOLD_MAX: usize = 5;
/// People named at most.
const NAMES_MAX: usize = 5;

/// The deadline of an open task, with everything that rings and has rung for it.
#[derive(Debug, Clone, Serialize)]
pub struct Deadline {
    /// From what it was counted.
    pub counted: Option<Text>,
    /// By which version of the calendar, where it was counted in working days.
    pub calendar: Option<i64>,
    /// When people are reminded next.
    pub reminds_at: Option<Instant>,
    /// Who, as it stands now.
    pub reminds: Text,
    /// Who learns next that it is late, and when.
    pub escalates: Option<EscalatesTo>,
    /// Who was reminded, latest first.
    pub reminded: Vec<ToldOf>,
    /// Who above was told that it is late, in order.
    pub escalated: Vec<ToldOf>,
    /// Whether nobody is reminded any more.
    pub exhausted: bool,
    /// What the system does, or did, by itself where nobody decides in time.
    pub late: Option<Text>,
}

/// The next level of an escalation.
#[derive(Debug, Clone, Serialize)]
pub struct EscalatesTo {
    /// When.
    pub at: Instant,
    /// Who.
    pub to: Text,
}

/// People who were told something.
#[derive(Debug, Clone, Serialize)]
pub struct ToldOf {
    /// When.
    pub at: Instant,
    /// Who.
    pub to: Text,
}

/// A deadline in law for a whole case.
#[derive(Debug, Clone, Serialize)]
pub struct Statutory {
    /// When the case is to be finished.
    pub due: Due,
    /// The time that the article gives.
    pub time: Text,
    /// The article.
    pub article: String,
}

/// A deadline in law for a whole workflow.
#[derive(Debug, Clone, Serialize)]
pub struct Within {
    /// The time that the article gives.
    pub time: Text,
    /// The article.
    pub article: String,
}

/// What a step says of its deadline.
#[derive(Debug, Clone, Serialize)]
pub struct StepDeadline {
    /// The step.
    pub step: String,
    /// Its title.
    pub title: Text,
    /// How long it may take.
    pub due: Text,
    /// When people are reminded.
    pub remind: Vec<Text>,
    /// Who learns that it is late, and when.
    pub escalate: Vec<Text>,
}

/// The deadline of an open task; `None` where it has none, or stands still.
pub(super) fn of_task(
    (definition, case, task): (&Definition, &Case, &Task),
    around: &Around,
    s: &Surroundings<'_>,
    journal: &[JournalRow],
) -> Result<Option<Deadline>, Failure> {
    if task.due_at.is_none() || case.suspended.is_some() {
        return Ok(None);
    }
    let next = ahead(definition, case, task, &around.calendar);
    let named = |people: &[PersonId]| names(&around.directory, people);
    let escalates = next.escalation.map(|(level, at)| {
        let levels = definition.step(&task.step).map(|step| &step.reminders.escalate);
        let to = levels.and_then(|levels| levels.get(level - 1)).map(|escalate| to_words(&escalate.to));
        EscalatesTo { at, to: to.unwrap_or_default() }
    });
    Ok(Some(Deadline {
        counted: task.counted.as_ref().map(|counted| reminder_letters::counted(counted, &case.pauses)),
        calendar: task.counted_by(),
        reminds_at: next.reminder,
        reminds: named(&responsible(task, s)),
        escalates,
        reminded: reminded(task, journal, &around.directory)?,
        escalated: task.reminding.escalated.iter().map(|told| ToldOf { at: told.at, to: named(&told.to) }).collect(),
        exhausted: task.reminding.exhausted,
        late: late(definition, case, task),
    }))
}

fn late(definition: &Definition, case: &Case, task: &Task) -> Option<Text> {
    let effect = definition.step(&task.step)?.late()?;
    let does = registry::find(registry::EFFECTS, effect.as_str())?;
    let (zh, en) = (does.zh, does.en.to_lowercase());
    let has_happened = case.late.get(&task.step) == Some(&task.activation);
    Some(if has_happened {
        Text::new(format!("逾期未作决定，系统已{zh}"), format!("Nobody decided in time; the system acted: {en}"))
    } else {
        Text::new(format!("逾期未作决定的，系统将{zh}"), format!("If nobody decides in time, the system acts: {en}"))
    })
}

fn reminded(task: &Task, journal: &[JournalRow], directory: &Directory) -> Result<Vec<ToldOf>, Failure> {
    let mut told = Vec::new();
    for row in journal.iter().rev().take_while(|_| task.reminding.rung.is_some()) {
        let events: Vec<Event> = serde_json::from_str(&row.events).map_err(Failure::broken)?;
        for event in &events {
            if let Event::Reminded { task: no, to, at, .. } = event
                && *no == task.no
                && told.len() < TOLD_MAX
            {
                told.push(ToldOf { at: *at, to: names(directory, to) });
            }
        }
    }
    Ok(told)
}

fn names(directory: &Directory, people: &[PersonId]) -> Text {
    let known: Vec<_> = people.iter().take(NAMES_MAX).map(|person| words::person(directory, *person)).collect();
    let (zh, en) = (known.join("、"), known.join(", "));
    match people.len() {
        0 => Text::new("暂无人员", "nobody"),
        count if count > NAMES_MAX => Text::new(format!("{zh}等{count}人"), format!("{en} and others, {count} in all")),
        _ => Text::new(zh, en),
    }
}

/// The deadlines in law of a case, as they stand at `now`, or stood when it ended.
pub(super) fn statutory(
    definition: &Definition,
    case: &Case,
    (calendar, policy): (&Calendar, &Policy),
    now: Instant,
) -> Vec<Statutory> {
    let seen = match &case.status {
        Status::Running => now,
        Status::Ended { at, .. } => *at,
    };
    let all = definition.within.iter().map(|within| {
        let (due, counted) = calendar.count(case.started_at, within.time, &case.pauses);
        let version = within.time.is_by_calendar().then_some(counted.calendar);
        Statutory {
            due: Due::seen(due, seen).counted_by(version, calendar),
            time: span_words(within.time),
            article: words::citation(policy, &within.basis),
        }
    });
    all.collect()
}

/// The deadlines in law for a whole workflow.
#[must_use]
pub fn within(definition: &Definition, policy: &Policy) -> Vec<Within> {
    let words = |basis| words::citation(policy, basis);
    let all = definition.within.iter();
    all.map(|one| Within { time: span_words(one.time), article: words(&one.basis) }).collect()
}

/// What every step of a definition says of its deadline; those without one are left out.
#[must_use]
pub fn of_definition(definition: &Definition) -> Vec<StepDeadline> {
    let steps = definition.steps.iter().filter_map(|step| {
        let Reminders { remind, escalate } = &step.reminders;
        let both = |words: &dyn Fn(Lang) -> String| Text::new(words(Lang::Zh), words(Lang::En));
        Some(StepDeadline {
            step: step.name.to_string(),
            title: words::without_item(&step.title),
            due: span_words(due_of(step)?),
            remind: remind.iter().map(|remind| both(&|lang| remind.words(lang))).collect(),
            escalate: escalate
                .iter()
                .map(|level| {
                    let (after, to) = (span_words(level.after), to_words(&level.to));
                    Text::new(format!("逾期{}告知{}", after.zh, to.zh), format!("{} late: {}", after.en, to.en))
                })
                .collect(),
        })
    });
    steps.collect()
}

const fn due_of(step: &Step) -> Option<Span> {
    match &step.kind {
        StepKind::Fill(fill) => fill.due,
        StepKind::Approve(approve) => approve.due,
        StepKind::Gate(_)
        | StepKind::Choose(_)
        | StepKind::Parallel(_)
        | StepKind::Each(_)
        | StepKind::Wait(_)
        | StepKind::Start(_)
        | StepKind::Do(_)
        | StepKind::Record(_)
        | StepKind::Notify(_)
        | StepKind::End(_) => None,
    }
}

fn to_words(to: &EscalateTo) -> Text {
    match to {
        EscalateTo::Line => Text::new("上级", "the next head up the line"),
        EscalateTo::Who(who) => who_words::who(who),
    }
}

fn span_words(span: Span) -> Text {
    Text::new(span.words(Lang::Zh), span.words(Lang::En))
}
