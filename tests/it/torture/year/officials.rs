//! What officials do with the tasks of the year, and when.

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::Arc,
};

use chrono::{Datelike as _, NaiveDate, TimeDelta, TimeZone as _};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use yumen::{
    app::What,
    clock::{Instant, ZONE},
    definition::{Cause, Form, Likelihood, Progress, Value},
    engine::{Action, Case, Decision, Refusal, Status, Task, case::TaskNo, who::day_of},
    ids::CaseId,
    store::cases,
};

use crate::{
    app::way::{funds, targets},
    harness::town::{Town, form, text, wan},
};

/// Who suspends cases and ends them.
const ADMINISTRATOR: &str = "han-zhijian";
/// Of a thousand cases, so many are suspended, withdrawn, and ended for good.
const SUSPENDED: u32 = 25;
const WITHDRAWN: u32 = 10;
const TERMINATED: u32 = 8;
/// Of a hundred decisions and reports, so many are returned, and so many warn.
const RETURNED: u32 = 5;
const WARNED: u32 = 6;
/// What cannot be done while a case is suspended is tried again after this.
const PUT_OFF: TimeDelta = TimeDelta::days(7);

/// When people do things: mostly soon, sometimes late, rarely never.
pub struct Habits {
    chance: StdRng,
    /// How many times as often as usual cases are suspended, withdrawn and ended.
    odds: u32,
}

impl Habits {
    /// Habits that repeat themselves.
    pub fn new(seed: u64, odds: usize) -> Self {
        Self { chance: StdRng::seed_from_u64(seed), odds: u32::try_from(odds).unwrap() }
    }

    /// When somebody does a task that was opened now; `None` for never. People sit down to it at ten.
    pub fn when(&mut self, now: Instant) -> Option<Instant> {
        let days = match self.chance.random_range(0..1_000) {
            0..760 => self.chance.random_range(1..4),
            760..920 => self.chance.random_range(4..11),
            920..980 => self.chance.random_range(11..22),
            980..996 => self.chance.random_range(22..70),
            _ => return None,
        };
        let day = day_of(now) + TimeDelta::days(days);
        Some(ZONE.from_local_datetime(&day.and_hms_opt(10, 0, 0).unwrap()).unwrap().to_utc())
    }

    /// What becomes of a whole case besides its tasks, and after what time.
    pub fn about(&mut self, case: &Case) -> Option<(TimeDelta, Deed)> {
        // Half an hour past the hour at which people decide.
        let after = TimeDelta::days(self.chance.random_range(2..30)) + TimeDelta::minutes(30);
        let of_targets = case.workflow.as_str() == "performance-targets";
        let does = match self.chance.random_range(0..1_000) / self.odds {
            n if n < SUSPENDED => Does::Suspend(TimeDelta::days(self.chance.random_range(1..25))),
            n if n < SUSPENDED + WITHDRAWN && of_targets => Does::Withdraw,
            n if n < SUSPENDED + WITHDRAWN + TERMINATED => Does::Terminate,
            _ => return None,
        };
        Some((after, Deed { case: case.id, does }))
    }
}

/// Something that somebody has set out to do.
#[derive(Debug, Clone, Copy)]
pub struct Deed {
    case: CaseId,
    does: Does,
}

#[derive(Debug, Clone, Copy)]
enum Does {
    Task(TaskNo),
    /// And lets it go on after that time.
    Suspend(TimeDelta),
    Resume,
    Withdraw,
    Terminate,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Cases that were started, and cases with tasks that wait since now.
    pub waits: Vec<Case>,
    /// What is to be done after some time.
    pub follows: Option<(TimeDelta, Deed)>,
}

impl Deed {
    /// To do a task.
    pub const fn task(case: CaseId, task: TaskNo) -> Self {
        Self { case, does: Does::Task(task) }
    }

    /// Does it, unless the case has moved on meanwhile.
    pub async fn act(self, town: &Arc<Town>) -> Outcome {
        let case = look(town, self.case).await;
        if case.status != Status::Running {
            return Outcome::default();
        }
        let reason = "按规定办理。".to_owned();
        let action = match self.does {
            Does::Task(no) => return self.on_task(town, &case, no).await,
            Does::Withdraw if case.suspended.is_some() => return Outcome::default(),
            Does::Withdraw => Action::Withdraw { reason },
            Does::Suspend(_) => Action::Suspend { reason },
            Does::Resume => Action::Resume { reason },
            Does::Terminate => Action::Terminate { reason },
        };
        let who = match self.does {
            Does::Withdraw => town.person(case.acting_initiator()),
            Does::Task(_) | Does::Suspend(_) | Does::Resume | Does::Terminate => town.official(ADMINISTRATOR),
        };
        who.does(What::Act { case: self.case, action }).await.unwrap();
        let Does::Suspend(pause) = self.does else { return Outcome::default() };
        Outcome { follows: Some((pause, Self { does: Does::Resume, ..self })), ..Outcome::default() }
    }

    async fn on_task(self, town: &Arc<Town>, case: &Case, no: TaskNo) -> Outcome {
        let Some(task) = case.tasks.get(&no) else { return Outcome::default() };
        if case.suspended.is_some() {
            return Outcome { follows: Some((PUT_OFF, self)), ..Outcome::default() };
        }
        let app = &town.app;
        let directory = app.directory(app.store().read()).await.unwrap();
        let people = directory.people_of(&task.candidates, day_of(app.now()));
        let person = people.into_iter().find(|person| !task.barred.contains(person)).expect("somebody is asked");
        let what = What::Act { case: case.id, action: action(case, task, app.now()) };
        match town.person(person).does(what).await {
            // One rectification of a project at a time.
            Err(Refusal::ChildRefused { .. }) => {
                return Outcome { follows: Some((PUT_OFF, self)), ..Outcome::default() };
            }
            answer => drop(answer.unwrap()),
        }
        let after = look(town, case.id).await;
        let mut waits = Vec::new();
        for child in after.children.iter().filter(|child| !case.children.contains(child)) {
            waits.push(look(town, child.case).await);
        }
        waits.push(after);
        Outcome { waits, ..Outcome::default() }
    }
}

/// A case as it stands.
pub async fn look(town: &Town, case: CaseId) -> Case {
    let row = cases::find(town.app.store().read(), case).await.unwrap().unwrap();
    serde_json::from_str(&row.state).unwrap()
}

/// What is done with a task. It follows from the case alone, so that a year repeats itself.
fn action(case: &Case, task: &Task, now: Instant) -> Action {
    let mut hasher = DefaultHasher::new();
    (&case.number, task.no).hash(&mut hasher);
    let drawn = u32::try_from(hasher.finish() % 100).unwrap();
    let completes = |fields| Action::Complete { task: task.no, fields, besides: Default::default() };
    let decides = |decision| {
        let (reason, fields) = ("理由充分。".to_owned(), Form::new());
        Action::Decide { task: task.no, decision, reason, fields, besides: Default::default() }
    };
    let approves_or_returns_to =
        |step: &str| decides(if drawn < RETURNED { Decision::Return { to: step.into() } } else { Decision::Approve });
    match (case.workflow.as_str(), task.step.as_str()) {
        ("performance-targets", "draft") => completes(funds(600, 600)),
        ("performance-targets", "goals") => completes(targets(&["50", "30", "10"])),
        ("performance-targets", "department-review") => approves_or_returns_to("goals"),
        ("performance-targets", "finance-review") => decides(Decision::Grade(match drawn {
            0..4 => "good".into(),
            4..8 => "fair".into(),
            8..10 => "poor".into(),
            _ => "excellent".into(),
        })),
        ("monitoring", "report") => completes(report(case, drawn < WARNED, now)),
        ("monitoring", "explain") => completes(form([("explanation", text("征地滞后。"))])),
        ("monitoring", "department-review") => approves_or_returns_to("report"),
        ("monitoring", "decision") => {
            decides(Decision::Grade(if drawn < 50 { "adjust".into() } else { "continue".into() }))
        }
        ("rectification", "plan") => completes(form([
            ("measures", text("增派班组。")),
            ("done_by", Value::Date(NaiveDate::from_ymd_opt(now.year() + 1, 3, 1).unwrap())),
        ])),
        ("rectification", "work") => completes(form([("result", text("已完成。"))])),
        _ => decides(Decision::Approve),
    }
}

/// A report of the round that is asked for: as far as the year, or less than half of what is due.
fn report(case: &Case, warns: bool, now: Instant) -> Form {
    let Some(Value::Progress(rows)) = case.form.get(&"progress".into()) else { panic!("no progress: {:?}", case.form) };
    let row = |row: &Progress| Progress {
        so_far: if warns { "35".to_owned() } else { "90".to_owned() },
        forecast: "90".to_owned(),
        likelihood: Some(Likelihood::Possible),
        cause: Some(Cause::Funds),
        ..row.clone()
    };
    // So many of 600 as is the share of the year that has passed.
    let executed = if now.month() < 7 { 150 } else { 350 };
    form([
        ("executed", wan(executed)),
        ("forecast", wan(600)),
        ("progress", Value::Progress(rows.iter().map(row).collect())),
    ])
}
