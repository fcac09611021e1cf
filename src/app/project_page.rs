//! A project: its life cycle as stages, its facts and cases, and why the next stage is closed.

use std::sync::Arc;

use serde::Serialize;

use super::{
    App, Failure, Viewer,
    case_page::{FactView, fact_view},
    execute::would_start,
    loading::{self, Around},
    monitoring_page::ProjectMonitoring,
    shown::{Chip, Tone, status_of},
    words,
};
use crate::{
    clock::Instant,
    definition::{Definition, Gate, Step, StepKind, registry},
    engine::{Case, Refusal},
    ids::{CaseId, ProjectId},
    language::{Lang, Text},
    money::Money,
    store::{self, Reader, cases::CaseRow as StoredCase, facts::FactRow, project_reads, projects::ProjectRow},
};

/// A project with its life cycle in one budget year.
#[derive(Debug, Clone, Serialize)]
pub struct ProjectPage {
    /// Its id.
    pub id: ProjectId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The unit that runs it.
    pub unit: Text,
    /// The department above.
    pub department: Text,
    /// 一次性, 经常性, 阶段性
    pub nature: Text,
    /// Which of the four budgets.
    pub category: Text,
    /// The instrument.
    pub instrument: Text,
    /// The total.
    pub total: Money,
    /// The first year.
    pub start_year: i32,
    /// The last year.
    pub end_year: i32,
    /// Who answers for it.
    pub leader: Option<String>,
    /// Whether it is a newly established major project.
    pub is_new_major: bool,
    /// Where its figures were published.
    pub source: Option<String>,
    /// The budget year at hand.
    pub year: i32,
    /// The budget years to choose from.
    pub years: Vec<i32>,
    /// The stages of that year.
    pub stages: Vec<Stage>,
    /// Its monitoring in that year.
    pub monitoring: ProjectMonitoring,
    /// Every fact of the project.
    pub facts: Vec<FactView>,
    /// Every case of the project.
    pub cases: Vec<CaseRow>,
}

/// One stage of the life cycle.
#[derive(Debug, Clone, Serialize)]
pub struct Stage {
    /// Its number, from 1.
    pub no: usize,
    /// Its title.
    pub title: Text,
    /// Its colour.
    pub tone: Tone,
    /// How far it is.
    pub state: Chip,
    /// What there is to know: who has it, what was concluded.
    pub note: Option<Text>,
    /// The amount it concluded.
    pub amount: Option<Money>,
    /// Why it is closed.
    pub closed_because: Option<Text>,
    /// The case to look at.
    pub case: Option<CaseId>,
    /// The workflow that this person can start now.
    pub start: Option<String>,
    /// The stage that would open this one, as an address on this page or another.
    pub opened_by: Option<Link>,
}

/// A way to somewhere.
#[derive(Debug, Clone, Serialize)]
pub struct Link {
    /// Where.
    pub href: String,
    /// In words.
    pub title: Text,
}

/// A case of a project.
#[derive(Debug, Clone, Serialize)]
pub struct CaseRow {
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub number: String,
    /// The workflow.
    pub workflow: Text,
    /// What the workflow calls it, where it calls its cases anything.
    pub title: Option<Text>,
    /// The budget year.
    pub year: i32,
    /// Who started it.
    pub initiator: String,
    /// When.
    pub started_at: Instant,
    /// Running, or what it ended as.
    pub status: Chip,
}

/// The workflows of the life cycle, in the order in which one opens the next.
pub(super) const STAGES: [&str; 3] = ["ex-ante-assessment", "performance-targets", "budget-request"];

/// The workflow that reports how far a project is.
const MONITORING: &str = "monitoring";

/// What the stages of one project and year are told from.
struct Told<'a> {
    app: &'a App,
    viewer: &'a Viewer,
    around: &'a Around,
    year: i32,
    cases: &'a [StoredCase],
    facts: &'a [FactRow],
    requested: Option<i64>,
}

impl App {
    /// A project with its life cycle in a year, for whoever may see it: the one that is being prepared, or the nearest one
    /// of the project, where none is asked for.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is none or it is not for this person.
    pub async fn project_page(
        &self,
        viewer: &Viewer,
        id: ProjectId,
        year: Option<i32>,
    ) -> Result<ProjectPage, Failure> {
        let db = self.store().read();
        let row = project_reads::find(db, &viewer.scope, id).await?.ok_or(Refusal::NotFound)?;
        let nearest = self.budget_year().min(row.end_year).max(row.start_year);
        let year = year.unwrap_or(nearest);
        let around = loading::around_project(self, db, id).await?.ok_or(Refusal::NotFound)?;
        let cases = project_reads::cases(db, &row).await?;
        let facts = store::facts::of_project(db, id).await?;
        let requested = project_reads::requested(db, &row, year).await?;
        let told = Told { app: self, viewer, around: &around, year, cases: &cases, facts: &facts, requested };
        let mut stages = Vec::new();
        for (index, workflow) in STAGES.into_iter().enumerate() {
            if let Some(definition) = self.current_definition(db, &workflow.into()).await? {
                stages.push(told.stage(index + 1, &definition)?);
            }
        }
        let number = |case: CaseId| cases.iter().find(|row| row.id == case).map_or("", |row| row.number.as_str());
        let facts = facts.iter().rev().map(|fact| fact_view(viewer, fact, number(fact.case_id))).collect();
        let mut listed = Vec::new();
        for case in &cases {
            listed.push(self.case_row(db, case, &around).await?);
        }
        let monitored = self.project_monitoring(db, &around.directory, (id, year)).await?;
        let definition = self.current_definition(db, &MONITORING.into()).await?;
        let by = (viewer.person, year);
        let may_start = definition.is_some_and(|it| would_start(self, &it, by, &around).is_ok());
        let is_running = cases.iter().any(|case| case.workflow == MONITORING && case.outcome.is_none());
        let monitoring = ProjectMonitoring { may_start: may_start && !is_running, ..monitored };
        let years = years_around(&row, self.budget_year(), year);
        Ok(ProjectPage { stages, monitoring, facts, cases: listed, years, ..page(row, &around, year) })
    }

    async fn case_row(&self, db: &Reader, row: &StoredCase, around: &Around) -> Result<CaseRow, Failure> {
        let definition = self.definition(db, &row.definition_hash).await?;
        Ok(CaseRow {
            case: row.id,
            number: row.number.clone(),
            workflow: definition.title.clone(),
            title: definition.case_title.as_ref().map(|_| definition.title_of(&around.name, row.year, &row.number)),
            year: row.year,
            initiator: words::person(&around.directory, row.initiator),
            started_at: row.started_at,
            status: status_of(row.outcome.as_deref()),
        })
    }
}

fn page(row: ProjectRow, around: &Around, year: i32) -> ProjectPage {
    let department = around.directory.department_of(&row.unit.as_str().into());
    ProjectPage {
        id: row.id,
        unit: words::organisation(&around.directory, &row.unit),
        department: department.map(|department| department.name.clone()).unwrap_or_default(),
        nature: words::nature(&row.nature),
        category: words::category(&row.category),
        instrument: words::instrument(&row.instrument),
        total: Money::from_fen(row.total_fen).unwrap_or_default(),
        leader: row.leader.map(|leader| words::person(&around.directory, leader)),
        code: row.code,
        name: row.name,
        description: row.description,
        start_year: row.start_year,
        end_year: row.end_year,
        is_new_major: row.is_new_major,
        source: row.source,
        year,
        years: Vec::new(),
        stages: Vec::new(),
        monitoring: ProjectMonitoring::default(),
        facts: Vec::new(),
        cases: Vec::new(),
    }
}

/// The years of the project near the one that is being prepared, and the one at hand.
fn years_around(row: &ProjectRow, budget_year: i32, year: i32) -> Vec<i32> {
    let near = (budget_year - 2)..=(budget_year + 2);
    let mut years: Vec<i32> = near.filter(|one| (row.start_year..=row.end_year).contains(one)).collect();
    years.push(year);
    years.sort_unstable();
    years.dedup();
    years
}

impl Told<'_> {
    fn stage(&self, no: usize, definition: &Arc<Definition>) -> Result<Stage, Failure> {
        let of_workflow = |case: &&StoredCase| case.workflow == definition.name.as_str() && case.year == self.year;
        let running = self.cases.iter().filter(of_workflow).find(|case| case.outcome.is_none());
        let last = self.cases.iter().find(of_workflow);
        let mut stage = Stage {
            no,
            title: title_of(definition),
            tone: Tone::Plain,
            state: Chip::new(Tone::Plain, Text::new("未办理", "Not started")),
            note: None,
            amount: None,
            closed_because: None,
            case: running.or(last).map(|case| case.id),
            start: None,
            opened_by: None,
        };
        if let Some(case) = running {
            return self.running(stage, definition, case);
        }
        if let Some(fact) = self.concluded(definition) {
            let fact = fact_view(self.viewer, fact, "");
            let note = fact.cap.map(|_| Text::new("该金额为预算申请的上限。", "This amount caps the budget request."));
            let (tone, case) = (fact.value.tone, Some(fact.case));
            stage = Stage { tone, state: fact.value, amount: fact.cap, note, case, ..stage };
        } else if let (true, Some(fen)) = (definition.name.as_str() == STAGES[2], self.requested) {
            let state = Chip::new(Tone::Good, Text::new("已提交", "Submitted"));
            let amount = Money::from_fen(fen).ok();
            return Ok(Stage { tone: Tone::Good, state, amount, ..stage });
        } else if let Some(case) = last {
            stage.state = status_of(case.outcome.as_deref());
            stage.tone = stage.state.tone;
        }
        if stage.tone != Tone::Good {
            self.open_or_closed(&mut stage, definition);
        }
        Ok(stage)
    }

    /// The standing conclusion that this workflow is there to obtain.
    fn concluded(&self, definition: &Definition) -> Option<&FactRow> {
        let kind = registry::FACTS.iter().find(|fact| fact.obtained_by == definition.name.as_str())?;
        let standing = self.facts.iter().rev().filter(|fact| fact.year == self.year && fact.revoked_at.is_none());
        standing.into_iter().find(|fact| fact.kind == kind.entry.name)
    }

    fn running(&self, stage: Stage, definition: &Definition, row: &StoredCase) -> Result<Stage, Failure> {
        let case: Case = serde_json::from_str(&row.state).map_err(Failure::broken)?;
        let steps: Vec<Text> =
            case.tasks.values().map(|task| words::step_of(definition, &task.step, task.item.as_ref())).collect();
        let all = |lang: Lang| steps.iter().map(|step| step.get(lang)).collect::<Vec<_>>().join(lang.pick("、", ", "));
        let note = if steps.is_empty() {
            Text::new("正在等待前提条件。", "Waiting for what it depends on.")
        } else {
            Text::new(format!("正在办理：{}。", all(Lang::Zh)), format!("At: {}.", all(Lang::En)))
        };
        let state = Chip::new(Tone::Active, Text::new("办理中", "In progress"));
        Ok(Stage { tone: Tone::Active, state, note: Some(note), ..stage })
    }

    /// Whether this person could start the stage now, and if not, why, and what would open it.
    fn open_or_closed(&self, stage: &mut Stage, definition: &Arc<Definition>) {
        match would_start(self.app, definition, (self.viewer.person, self.year), self.around) {
            Ok(()) => {
                stage.start = Some(definition.name.to_string());
                stage.note = Some(Text::new("可以发起。", "This can be started now."));
            }
            Err(Refusal::CannotStart) => {
                let (zh, en) = ("由项目单位的项目责任人发起。", "A project officer of the unit starts this.");
                stage.note = Some(Text::new(zh, en));
                stage.closed_because = self.closed_gate(definition);
            }
            Err(refusal) => stage.closed_because = Some(sentence(&refusal)),
        }
        if stage.closed_because.is_some() {
            stage.state = Chip::new(Tone::Plain, Text::new("未开放", "Closed"));
            stage.opened_by = self.opener(definition);
        }
    }

    /// The first gate of a workflow that no standing fact of the year opens, as a sentence.
    fn closed_gate(&self, definition: &Definition) -> Option<Text> {
        let (step, gate) = self.first_closed(definition)?;
        let of_kind =
            |fact: &&FactRow| fact.kind == gate.fact.as_str() && fact.year == self.year && fact.revoked_at.is_none();
        let stands = self.facts.iter().rev().find(of_kind).map(|fact| fact.value.as_str().into());
        let (step, fact) = (step.name.clone(), gate.fact.clone());
        Some(sentence(&Refusal::GateClosed { step, fact, year: self.year, stands }))
    }

    fn first_closed<'d>(&self, definition: &'d Definition) -> Option<(&'d Step, &'d Gate)> {
        definition.steps.iter().find_map(|step| {
            if let StepKind::Gate(gate) = &step.kind { Some((step, gate)).filter(|_| !self.opens(gate)) } else { None }
        })
    }

    fn opens(&self, gate: &Gate) -> bool {
        let standing = self.facts.iter().filter(|fact| fact.year == self.year && fact.revoked_at.is_none());
        let mut of_kind = standing.filter(|fact| fact.kind == gate.fact.as_str());
        of_kind.any(|fact| gate.is.iter().any(|value| value.as_str() == fact.value))
    }

    /// The stage that obtains the missing fact, as a place on this page.
    fn opener(&self, definition: &Definition) -> Option<Link> {
        let fact = registry::fact(self.first_closed(definition)?.1.fact.as_str())?;
        let no = STAGES.iter().position(|stage| *stage == fact.obtained_by)? + 1;
        let (zh, en) = (format!("去办理“{}”", fact.entry.zh), format!("Go to “{}”", fact.entry.en));
        Some(Link { href: format!("#stage-{no}"), title: Text::new(zh, en) })
    }
}

/// A stage is called after what it obtains.
fn title_of(definition: &Definition) -> Text {
    let fact = registry::FACTS.iter().find(|fact| fact.obtained_by == definition.name.as_str());
    fact.map_or_else(|| definition.title.clone(), |fact| Text::new(fact.entry.zh, fact.entry.en))
}

/// The sentence of a refusal in both languages.
pub(super) fn sentence(refusal: &Refusal) -> Text {
    Text::new(refusal.sentence(Lang::Zh), refusal.sentence(Lang::En))
}
