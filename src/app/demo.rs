//! Fills a new database with the demonstration's district, and lets its officials work for a few weeks: every case
//! comes about through the same door as in real life, on a clock that is moved.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{TimeDelta, TimeZone as _, Timelike as _, Utc};
use rust_decimal::Decimal;

use super::{
    App, Caller, Failure, Request, Viewer, What, library,
    publishing::Publication,
    story::{self, Story},
};
use crate::{
    clock::{Clock, Instant, Sources, ZONE},
    definition::{Definition, FieldKind, FieldName, Form, Step, Value},
    demo::{self, DemoProject},
    engine::{Action, Besides, Case, Decision, Principal, TaskKind, who},
    ids::{CaseId, PersonId, ProjectId},
    language::Lang,
    money::Money,
    policy::mail::MailMode,
    store::{self, directory::AppointmentRow, directory::OrganisationRow, people::PersonRow},
};

/// How many weeks ago the stories begin.
const WEEKS_TOLD: i64 = 3;
/// How many nights ago the schedules begin.
const NIGHTS_TOLD: i64 = 5;

/// A sample person whom one can enter as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The name they sign in with.
    pub login: String,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: String,
    /// The Chinese name of their organisation.
    pub organisation: String,
}

/// How the demonstration is being filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Projects done.
    pub done: usize,
    /// Projects in all.
    pub of: usize,
}

/// The people whom the demonstration proposes to enter as.
///
/// # Errors
/// [`Failure::Broken`] when the shipped data contradict themselves.
pub fn samples() -> Result<Vec<Sample>, Failure> {
    let district = demo::district().map_err(Failure::broken)?;
    let names: BTreeMap<_, _> =
        district.organisations.iter().map(|org| (org.code.clone(), org.name.zh.clone())).collect();
    let samples = district.people.into_iter().filter(|person| person.is_sample).filter_map(|person| {
        let appointment = person.appointments.first()?;
        Some(Sample {
            role: appointment.role.clone(),
            organisation: names.get(&appointment.org).cloned().unwrap_or_default(),
            login: person.login,
            name: person.name,
        })
    });
    Ok(samples.collect())
}

impl App {
    /// Whether the database already holds a district.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn is_populated(&self) -> Result<bool, Failure> {
        Ok(!store::people::is_empty(self.store().read()).await?)
    }

    /// Fills an empty database. The officials' work ends shortly before `now`.
    ///
    /// # Errors
    /// The first failure; what was done before it stays.
    pub async fn populate_demo(&self, now: Instant, report: impl Fn(Progress) + Send) -> Result<(), Failure> {
        let start = now - TimeDelta::days(WEEKS_TOLD * 7 + 1);
        let sources = Sources { clock: Clock::manual(start), chance: self.sources().chance.clone() };
        let app = Self::new(self.store().clone(), sources, self.policy().clone());
        app.add_demo_district().await?;
        app.take_calendar().await?;
        match app.publish(&library::embedded(), "system:demo").await? {
            Publication::Live(_) => {}
            Publication::Refused(files) => {
                return Err(Failure::broken(format!("{} shipped definitions have problems", files.len())));
            }
        }
        let projects = demo::projects().map_err(Failure::broken)?;
        let of = projects.len();
        for (index, project) in projects.iter().enumerate() {
            // What was started two weeks ago is done or late by now; what was started this week is under way.
            let days_ago = 4 + i64::try_from(index % 9).unwrap_or_default();
            app.move_clock_to(at_morning(now - TimeDelta::days(days_ago)));
            let id = app.project_id(&project.project.code).await?;
            let story = story::of(index, project);
            Play { app: &app, project, id, ends: now, adjusted: story.adjusted }.tell(story).await?;
            report(Progress { done: index + 1, of });
        }
        app.spend_nights(now).await
    }

    /// What Yumen did by itself in the last nights.
    async fn spend_nights(&self, now: Instant) -> Result<(), Failure> {
        for days_ago in (1..=NIGHTS_TOLD).rev() {
            let morning = at_morning(now - TimeDelta::days(days_ago));
            self.sources().clock.advance(morning - self.now());
            self.sweep_schedules().await?;
        }
        Ok(())
    }

    /// Moves the clock of the story: to that time, or to the next morning on which people work. No one works at night.
    fn move_clock_to(&self, wanted: Instant) {
        let local = wanted.with_timezone(&ZONE);
        let mut at = if local.hour() >= 17 { at_morning(wanted + TimeDelta::days(1)) } else { wanted };
        while !self.policy().calendar.is_working_day(who::day_of(at)) {
            at = at_morning(at + TimeDelta::days(1));
        }
        self.sources().clock.advance(at - self.now());
    }

    async fn project_id(&self, code: &str) -> Result<ProjectId, Failure> {
        let row = store::projects::by_code(self.store().read(), code).await?;
        row.map(|row| row.id).ok_or_else(|| Failure::broken(format!("no project {code}")))
    }

    async fn add_demo_district(&self) -> Result<(), Failure> {
        let district = demo::district().map_err(Failure::broken)?;
        let projects = demo::projects().map_err(Failure::broken)?;
        let app = self.clone();
        self.store()
            .write(move |tx| async move {
                let organisations = district.organisations.into_iter().map(|org| OrganisationRow {
                    code: org.code,
                    parent: org.parent,
                    kind: org.kind,
                    name_zh: org.name.zh,
                    name_en: org.name.en,
                    path: org.path,
                });
                store::directory::add_organisations(&tx, organisations.collect()).await?;
                let mut ids: BTreeMap<String, PersonId> = BTreeMap::new();
                let mut people = Vec::new();
                let mut appointments = Vec::new();
                for person in district.people {
                    let id = app.sources().new_id();
                    appointments.extend(person.appointments.into_iter().map(|appointment| AppointmentRow {
                        id: app.sources().nonce(),
                        person_id: id,
                        role: appointment.role,
                        org: appointment.org,
                        from_day: appointment.from,
                        until_day: None,
                    }));
                    ids.insert(person.login.clone(), id);
                    people.push(PersonRow {
                        id,
                        login: person.login,
                        name: person.name,
                        email: Some(person.email),
                        password_hash: None,
                        lang: Lang::Zh.tag().to_owned(),
                        active: true,
                        created_at: app.now(),
                    });
                }
                let everybody: Vec<_> = people.iter().map(|person| person.id).collect();
                store::people::add(&tx, people).await?;
                // Whoever tries the demonstration at night wants to see the mail.
                for person in everybody {
                    store::mailboxes::set_mode(&tx, person, Some(MailMode::AtOnce.code())).await?;
                }
                store::directory::appoint(&tx, appointments).await?;
                let led = projects.into_iter().map(|project| (project.project, ids.get(&project.leader).copied()));
                app.add_projects(&tx, led.collect()).await
            })
            .await
    }
}

/// One project's story in the making.
struct Play<'a> {
    app: &'a App,
    project: &'a DemoProject,
    id: ProjectId,
    /// No step is taken after this time.
    ends: Instant,
    /// Whether four fifths of the amount are all there is.
    adjusted: bool,
}

impl Play<'_> {
    async fn tell(&self, story: Story) -> Result<(), Failure> {
        for chapter in story.chapters {
            let Some(case) = self.start(chapter.workflow).await? else {
                return Ok(());
            };
            let mut decisions: BTreeMap<_, _> = chapter.decisions.iter().copied().collect();
            while let Some(step) = self.next_step(case).await? {
                if decisions.is_empty() && chapter.until == Some(step.1.as_str()) {
                    return Ok(());
                }
                self.app.move_clock_to(self.app.now() + TimeDelta::minutes(95));
                if self.app.now() > self.ends {
                    return Ok(());
                }
                let decision = decisions.remove(step.1.as_str()).unwrap_or(story::APPROVE);
                self.take(case, step.0, decision, chapter.scope).await?;
            }
        }
        Ok(())
    }

    async fn start(&self, workflow: &str) -> Result<Option<CaseId>, Failure> {
        let starter = self.person_by_login(&self.project.leader).await?;
        let what = What::Start { workflow: workflow.into(), project: self.id, year: self.project.year };
        match self.app.execute(Request { by: Caller::Person(starter), what, key: None }).await {
            Ok(answer) => Ok(Some(answer.case)),
            // The story does not go on where a rule stops it, as for a project that is not supported.
            Err(Failure::Refused(_)) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    async fn next_step(&self, case: CaseId) -> Result<Option<(u32, String)>, Failure> {
        let state = self.state(case).await?;
        Ok(state.tasks.values().next().map(|task| (task.no, task.step.to_string())))
    }

    async fn state(&self, case: CaseId) -> Result<Case, Failure> {
        let row = store::cases::find(self.app.store().read(), case).await?;
        let row = row.ok_or_else(|| Failure::broken("a case of the demonstration is gone"))?;
        serde_json::from_str(&row.state).map_err(Failure::broken)
    }

    /// The first person who may, takes the task.
    async fn take(&self, case: CaseId, no: u32, decision: story::Decided, scope: &str) -> Result<(), Failure> {
        let state = self.state(case).await?;
        let definition = self.app.definition(self.app.store().read(), &state.definition).await?;
        let Some(task) = state.tasks.get(&no) else { return Ok(()) };
        let person = self.actor(&task.candidates, &task.barred).await?;
        let step = definition.step(&task.step);
        let edit = step.map(Step::edits).unwrap_or_default();
        let mut filled = self.values(&definition, edit, scope);
        if edit.iter().any(|name| is_file_field(&definition, name)) {
            let content = story::evidence(self.project).into_bytes();
            let file = self.app.attach(&person, (case, no), "测算依据.txt", content).await?;
            let files = edit.iter().filter(|name| is_file_field(&definition, name));
            filled.extend(files.map(|name| (name.clone(), Value::Files(vec![file.clone()]))));
        }
        let action = match task.kind {
            TaskKind::Fill => Action::Complete { task: no, fields: filled, besides: Besides::default() },
            TaskKind::Decide => {
                let decision_made = decision.on(step);
                if !matches!(&decision_made, Decision::Grade(grade) if grade.as_str() == "adjusted") {
                    filled.clear();
                }
                Action::Decide {
                    task: no,
                    decision: decision_made,
                    reason: decision.reason.to_owned(),
                    fields: filled,
                    besides: Besides::default(),
                }
            }
        };
        let what = What::Act { case, action };
        self.app.execute(Request { by: Caller::Person(person), what, key: None }).await.map(drop)
    }

    async fn actor(&self, candidates: &[Principal], barred: &BTreeSet<PersonId>) -> Result<Viewer, Failure> {
        let directory = self.app.directory(self.app.store().read()).await?;
        let day = who::day_of(self.app.now());
        let people = directory.people_of(candidates, day);
        // Several people of a section share the work.
        let able: Vec<_> = people.into_iter().filter(|person| !barred.contains(person)).collect();
        let index = usize::from(self.project.project.code.bytes().last().unwrap_or_default()) % able.len().max(1);
        let person = able.get(index).copied();
        person
            .and_then(|person| Viewer::of(&directory, person, day, Lang::Zh))
            .ok_or_else(|| Failure::broken("nobody of the demonstration may act"))
    }

    async fn person_by_login(&self, login: &str) -> Result<Viewer, Failure> {
        let directory = self.app.directory(self.app.store().read()).await?;
        let person = directory.by_login(login).map(|person| person.id);
        person
            .and_then(|person| Viewer::of(&directory, person, who::day_of(self.app.now()), Lang::Zh))
            .ok_or_else(|| Failure::broken(format!("nobody signs in as {login}")))
    }

    /// What an official of the project fills into these fields.
    fn values(&self, definition: &Definition, edit: &[FieldName], scope: &str) -> Form {
        let total = self.project.project.total;
        let fields = edit.iter().filter_map(|name| definition.field(name));
        fields
            .filter_map(|field| {
                let value = match &field.kind {
                    FieldKind::Text { .. } => Value::Text(story::text(field.name.as_str(), self.project)),
                    FieldKind::Money => Value::Money(match field.name.as_str() {
                        "carried_over" | "other_funds" => Money::ZERO,
                        "requested_amount" => total,
                        "supported_amount" => four_fifths(total),
                        _ => self.project_amount(total),
                    }),
                    FieldKind::Choice(_) => Value::Choice(scope.to_owned()),
                    FieldKind::IndicatorTable => Value::Indicators(story::weighted(self.project)),
                    FieldKind::ScoreSheet(sheet) => {
                        let sheet = self.app.policy().scoring.sheets.get(sheet)?;
                        Value::Scores(sheet.items().map(|item| (item.name.clone(), Decimal::from(9))).collect())
                    }
                    FieldKind::Number
                    | FieldKind::Date
                    | FieldKind::Flag
                    | FieldKind::ProgressTable
                    | FieldKind::Attachment { .. } => return None,
                };
                Some((field.name.clone(), value))
            })
            .collect()
    }

    /// Four fifths of every amount would do for a project that was supported after adjustment only.
    fn project_amount(&self, total: Money) -> Money {
        if self.adjusted { four_fifths(total) } else { total }
    }
}

fn is_file_field(definition: &Definition, name: &FieldName) -> bool {
    definition.field(name).is_some_and(|field| matches!(field.kind, FieldKind::Attachment { .. }))
}

fn four_fifths(total: Money) -> Money {
    Money::from_fen(total.fen() / 500 * 400).unwrap_or_default()
}

/// Half past eight in the morning of that day, in Asia/Shanghai.
fn at_morning(day: Instant) -> Instant {
    let date = who::day_of(day);
    date.and_hms_opt(0, 30, 0).map_or(day, |morning| Utc.from_utc_datetime(&morning))
}
