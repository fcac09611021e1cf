//! The officials of the demonstration at work on one project: every step is a command through the one door.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use rust_decimal::Decimal;

use super::{
    App, Caller, Failure, Request, Viewer, What,
    clocks_due::RingOrder,
    story::{self, Chapter, Decided, Pace, Story},
};
use crate::{
    clock::Instant,
    definition::{Definition, Field, FieldKind, FieldName, Form, Step, Value},
    demo::DemoProject,
    engine::{Action, Besides, Case, Decision, Principal, TaskKind, who},
    ids::{CaseId, PersonId, ProjectId},
    language::Lang,
    money::Money,
    policy::lamps::InForce,
    store,
};

/// The field that says what a report is about.
const ROUND: &str = "round";

/// One project's story in the making.
pub(super) struct Play<'a> {
    /// The use cases, on the clock of the story.
    pub app: &'a App,
    /// The project.
    pub project: &'a DemoProject,
    /// Its id.
    pub id: ProjectId,
    /// No step is taken after this time.
    pub ends: Instant,
    /// Whether four fifths of the amount are all there is.
    pub adjusted: bool,
}

impl Play<'_> {
    /// Tells one chapter after another, up to the one that is left waiting.
    pub async fn tell(&self, story: Story) -> Result<(), Failure> {
        for chapter in &story.chapters {
            let Some(case) = self.tell_chapter(chapter).await? else { return Ok(()) };
            if self.next_step(case).await?.is_some() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Takes the steps of a case, up to the one where it is left. `None` where a rule does not let it begin.
    pub async fn tell_chapter(&self, chapter: &Chapter) -> Result<Option<CaseId>, Failure> {
        let Some(case) = self.begin(chapter.workflow).await? else { return Ok(None) };
        let mut decisions: BTreeMap<_, _> = chapter.decisions.iter().copied().collect();
        while let Some(step) = self.next_step(case).await? {
            if decisions.is_empty() && chapter.until == Some(step.1.as_str()) {
                break;
            }
            self.app.move_clock_to(self.app.now() + TimeDelta::minutes(95));
            if self.app.now() > self.ends {
                break;
            }
            let decision = decisions.remove(step.1.as_str()).unwrap_or(story::APPROVE);
            self.take((case, step.0), decision, chapter).await?;
        }
        Ok(Some(case))
    }

    /// Nobody decides in time, and the system does what the definition says.
    pub async fn miss_deadline(&self, case: CaseId) -> Result<(), Failure> {
        let state = self.state(case).await?;
        let Some((task, due)) = state.tasks.values().find_map(|task| Some((task, task.due_at?))) else { return Ok(()) };
        self.app.sources().clock.advance(due - self.app.now());
        self.app.ring(&RingOrder { case, activation: task.activation, task: Some(task.no), late: true }).await
    }

    /// The case that runs already, as a rectification that the system has started, or a new one.
    async fn begin(&self, workflow: &str) -> Result<Option<CaseId>, Failure> {
        let (db, year) = (self.app.store().read(), self.project.year);
        match store::cases::running(db, workflow, self.id, year).await? {
            Some(row) => Ok(Some(row.id)),
            None => self.start(workflow).await,
        }
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
    async fn take(&self, (case, no): (CaseId, u32), decision: Decided, chapter: &Chapter) -> Result<(), Failure> {
        let state = self.state(case).await?;
        let definition = self.app.definition(self.app.store().read(), &state.definition).await?;
        let Some(task) = state.tasks.get(&no) else { return Ok(()) };
        let person = self.actor(&task.candidates, &task.barred).await?;
        let step = definition.step(&task.step);
        let edit = step.map(Step::edits).unwrap_or_default();
        let mut filled = self.values((&definition, &state), edit, chapter);
        if edit.iter().any(|name| is_file_field(&definition, name)) {
            let (name, text) = story::evidence(chapter.workflow, self.project);
            let file = self.app.attach(&person, (case, no), &name, text.into_bytes()).await?;
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
    fn values(&self, of: (&Definition, &Case), edit: &[FieldName], chapter: &Chapter) -> Form {
        let fields = edit.iter().filter_map(|name| of.0.field(name));
        fields.filter_map(|field| Some((field.name.clone(), self.value(of.1, field, chapter)?))).collect()
    }

    fn value(&self, case: &Case, field: &Field, chapter: &Chapter) -> Option<Value> {
        let name = field.name.as_str();
        let policy = self.app.policy();
        Some(match &field.kind {
            FieldKind::Text { .. } => Value::Text(story::text(name, self.project)),
            FieldKind::Money => Value::Money(self.amount(case, (name, chapter.pace))?),
            FieldKind::Date => Value::Date(who::day_of(self.app.now()) + TimeDelta::days(60)),
            FieldKind::Choice(_) => Value::Choice(chapter.scope.to_owned()),
            FieldKind::IndicatorTable => Value::Indicators(story::weighted(self.project)),
            FieldKind::ProgressTable => {
                let Value::Progress(rows) = case.form.get(&field.name)? else { return None };
                Value::Progress(chapter.pace.report(rows, self.rules(case)?))
            }
            FieldKind::ScoreSheet(sheet) => {
                let sheet = policy.scoring.sheets.get(sheet)?;
                Value::Scores(sheet.items().map(|item| (item.name.clone(), Decimal::from(9))).collect())
            }
            FieldKind::Number | FieldKind::Flag | FieldKind::Attachment { .. } => return None,
        })
    }

    fn amount(&self, case: &Case, (field, pace): (&str, Pace)) -> Option<Money> {
        let total = self.project.project.total;
        Some(match field {
            "carried_over" | "other_funds" => Money::ZERO,
            "requested_amount" => total,
            "supported_amount" => four_fifths(total),
            "executed" => pace.spent(total, self.rules(case)?),
            "forecast" => pace.to_be_spent(total),
            _ => self.project_amount(total),
        })
    }

    /// What holds for the round that a case reports on.
    fn rules(&self, case: &Case) -> Option<InForce<'_>> {
        let Value::Choice(round) = case.form.get(&ROUND.into())? else { return None };
        self.app.policy().lamps.in_force(round, who::day_of(self.app.now()))
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
