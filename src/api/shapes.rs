//! Shapes that several actions share.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    app::{self, records::CaseRecord},
    engine::{Status, Subject, Task, Waiting, reminding::Ahead},
    ids::{CaseId, DraftId, FactId, PersonId, ProjectId},
    language::Text,
    money::Money,
    policy::calendar::Calendar,
};

/// A text in both languages.
#[derive(Debug, Serialize, ToSchema)]
pub struct Words {
    /// Chinese.
    #[serde(rename = "zh-CN")]
    zh: String,
    /// English.
    en: String,
}

impl From<&Text> for Words {
    fn from(text: &Text) -> Self {
        Self { zh: text.zh.clone(), en: text.en.clone() }
    }
}

/// What a command led to.
#[derive(Debug, Serialize, ToSchema)]
pub struct Done {
    /// The case.
    #[schema(value_type = String, example = "case_0192f0c8a1b27c3d8e4f5a6b7c8d9e0f")]
    pub case: CaseId,
    /// 流程编号.
    pub number: String,
    /// What it ended as, if it ended.
    pub outcome: Option<String>,
    /// The tasks that are open now.
    pub open: Vec<Open>,
}

/// An open task.
#[derive(Debug, Serialize, ToSchema)]
pub struct Open {
    /// Its number in the case.
    pub no: u32,
    /// The step.
    pub step: String,
}

impl From<app::Answer> for Done {
    fn from(answer: app::Answer) -> Self {
        let open = answer.open.into_iter().map(|(no, step)| Open { no, step: step.to_string() }).collect();
        let outcome = answer.outcome.map(|outcome| outcome.to_string());
        Self { case: answer.case, number: answer.number, outcome, open }
    }
}

/// Which part of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct Part {
    /// Rows at most, up to 200.
    #[param(minimum = 1, maximum = 200)]
    pub limit: u64,
    /// Rows to pass over.
    pub offset: u64,
    /// With this in the name or the number.
    pub text: String,
}

impl Default for Part {
    fn default() -> Self {
        Self { limit: 50, offset: 0, text: String::new() }
    }
}

/// A case.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseBody {
    #[schema(value_type = String)]
    id: CaseId,
    /// 流程编号.
    number: String,
    /// What it is called.
    title: Words,
    workflow: String,
    /// The hash of the definition it is pinned to.
    definition: String,
    /// The project it is about, where it is about one.
    #[schema(value_type = Option<String>)]
    project: Option<ProjectId>,
    /// The draft of a definition it is about, where there is no project.
    #[schema(value_type = Option<String>)]
    draft: Option<DraftId>,
    /// The budget year.
    year: i32,
    started_at: DateTime<Utc>,
    /// What it ended as; absent while it runs.
    outcome: Option<String>,
    ended_at: Option<DateTime<Utc>>,
    /// The form: by field, `{"type": …, "value": …}`; money is in 分.
    #[schema(value_type = Object)]
    fields: serde_json::Value,
    tasks: Vec<TaskBody>,
    waits: Vec<WaitBody>,
    /// The cases it started, in order.
    #[schema(value_type = Vec<String>)]
    children: Vec<CaseId>,
    facts: Vec<FactBody>,
    /// The deadlines in law for the whole case.
    statutory: Vec<StatutoryBody>,
}

/// A deadline in law for a whole case.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatutoryBody {
    due_at: DateTime<Utc>,
    /// The time that the article gives.
    time: Words,
    /// The article.
    article: String,
    /// By which version of the calendar it was counted, where it was counted in working days.
    calendar: Option<i64>,
    /// Whether it may still move, because its year has no notice yet.
    provisional: bool,
}

/// People above who learnt that a task is late.
#[derive(Debug, Serialize, ToSchema)]
pub struct EscalatedBody {
    /// At which level, counted from 1.
    level: usize,
    /// Who; empty where nobody was found.
    #[schema(value_type = Vec<String>)]
    to: Vec<PersonId>,
    at: DateTime<Utc>,
}

/// An open task of a case.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskBody {
    no: u32,
    step: String,
    /// The item of a list that it is about.
    #[schema(value_type = Object)]
    item: Option<Text>,
    /// `fill` or `decide`.
    #[schema(value_type = String)]
    kind: crate::engine::TaskKind,
    /// Who may act: `person:…`, `role@organisation`, `role@*`.
    candidates: Vec<String>,
    opened_at: DateTime<Utc>,
    due_at: Option<DateTime<Utc>>,
    /// By which version of the calendar that was counted, where it was counted in working days.
    calendar: Option<i64>,
    /// Whether the deadline may still move, because its year has no notice yet.
    provisional: bool,
    /// When people are reminded next.
    reminds_at: Option<DateTime<Utc>>,
    /// When people were reminded, or those above told, last.
    rung_at: Option<DateTime<Utc>>,
    /// When people above learn next that it is late.
    escalates_at: Option<DateTime<Utc>>,
    /// Who above learnt that it is late.
    escalated: Vec<EscalatedBody>,
    /// Whether an opinion is asked for, and no decision.
    for_opinion: bool,
    /// Who claimed or parked it.
    #[schema(value_type = Option<String>)]
    held_by: Option<PersonId>,
    /// The numbers of the tasks it waits for.
    waits_for: Vec<u32>,
}

/// A step of a case that waits for a time.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitBody {
    step: String,
    until: DateTime<Utc>,
}

/// A fact.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactBody {
    #[schema(value_type = String)]
    pub id: FactId,
    pub kind: String,
    pub value: String,
    /// What it allows at most, in 分; absent when nothing is capped.
    pub cap_fen: Option<i64>,
    pub recorded_at: DateTime<Utc>,
    pub revoked: bool,
}

impl TaskBody {
    fn of(task: Task, ahead: Ahead, calendar: &Calendar) -> Self {
        let moves = task.due_at.zip(task.counted.as_ref()).is_some_and(|(due, from)| calendar.may_move(due, from.span));
        let escalated = task.reminding.escalated.iter();
        Self {
            calendar: task.counted_by(),
            provisional: moves,
            reminds_at: ahead.reminder,
            rung_at: task.reminding.rung,
            escalates_at: ahead.escalation.map(|(_, at)| at),
            escalated: escalated
                .map(|told| EscalatedBody { level: told.level, to: told.to.clone(), at: told.at })
                .collect(),
            no: task.no,
            step: task.step.to_string(),
            item: task.item,
            kind: task.kind,
            candidates: task.candidates.iter().map(ToString::to_string).collect(),
            opened_at: task.opened_at,
            due_at: task.due_at,
            for_opinion: task.hands.is_for_opinion(),
            held_by: task.hands.holder(),
            waits_for: task.hands.waits_for().into_iter().collect(),
        }
    }
}

impl CaseBody {
    /// The case as programs read it.
    pub fn of(record: CaseRecord) -> Result<Self, serde_json::Error> {
        let CaseRecord { case, title, statutory, reminders, calendar } = record;
        let (project, draft) = match &case.subject {
            Subject::Project(project) => (Some(*project), None),
            Subject::Draft { draft, .. } => (None, Some(*draft)),
        };
        let (outcome, ended_at) = match case.status {
            Status::Running => (None, None),
            Status::Ended { outcome, at } => (Some(outcome.to_string()), Some(at)),
        };
        let tasks = case.tasks.into_values().map(|task| {
            let ahead = reminders.get(&task.no).copied().unwrap_or_default();
            TaskBody::of(task, ahead, &calendar)
        });
        let waits = case.activations.into_values().filter_map(|activation| match activation.waiting {
            Waiting::Until { at } => Some(WaitBody { step: activation.step.to_string(), until: at }),
            Waiting::Nothing
            | Waiting::People { .. }
            | Waiting::Nobody { .. }
            | Waiting::Fact { .. }
            | Waiting::Child { .. }
            | Waiting::Branches(_) => None,
        });
        let facts = case.facts.into_iter().map(|fact| FactBody {
            id: fact.id,
            kind: fact.kind.to_string(),
            value: fact.value.to_string(),
            cap_fen: fact.cap.map(Money::fen),
            recorded_at: fact.at,
            revoked: fact.revoked,
        });
        Ok(Self {
            id: case.id,
            number: case.number,
            title: Words::from(&title),
            workflow: case.workflow.to_string(),
            definition: case.definition,
            project,
            draft,
            year: case.year,
            started_at: case.started_at,
            outcome,
            ended_at,
            fields: serde_json::to_value(&case.form)?,
            tasks: tasks.collect(),
            waits: waits.collect(),
            children: case.children.iter().map(|child| child.case).collect(),
            facts: facts.collect(),
            statutory: statutory
                .iter()
                .map(|one| StatutoryBody {
                    due_at: one.due.at,
                    time: (&one.time).into(),
                    article: one.article.clone(),
                    calendar: one.due.calendar,
                    provisional: one.due.provisional,
                })
                .collect(),
        })
    }
}
