//! A case: where it stands, who is asked, what was filled in. Serialised whole into its row.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    children::{Child, StartedBy},
    items::ItemRun,
    people::Principal,
    reminding::Reminding,
    seats::Ballots,
    sight::{CopiedBy, Involved},
    tally::Tally,
    tasks::{Chosen, Hands, Undo},
};
use crate::{
    clock::Instant,
    definition::{FactName, FactValue, Form, GradeName, OrgCode, Outcome, StepName, WorkflowName},
    ids::{CaseId, DraftId, FactId, PersonId, ProjectId},
    language::Text,
    money::Money,
    policy::calendar::Counted,
};

/// The number of an activation: every entry into a step gets its own, counted from 1 in each case.
pub type ActivationNo = u32;
/// The number of a task in its case, counted from 1.
pub type TaskNo = u32;

/// What a case is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// A project.
    Project(ProjectId),
    /// A draft of a definition.
    Draft {
        /// The draft.
        draft: DraftId,
        /// The workflow it is to be a version of.
        workflow: WorkflowName,
    },
}

/// One run of a workflow about its subject and a budget year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// The workflow.
    pub workflow: WorkflowName,
    /// The hash of the definition it is pinned to.
    pub definition: String,
    /// 流程编号.
    pub number: String,
    /// What it is about.
    pub subject: Subject,
    /// The budget year it is about; for a draft the year in which it was put forward.
    pub year: i32,
    /// Who started it.
    pub initiator: PersonId,
    /// Who took it over when that person left, and who from those; the last one acts. None of them decides in it.
    #[serde(default)]
    pub successors: Vec<PersonId>,
    /// The organisation of the person who started it.
    pub initiator_unit: OrgCode,
    /// When.
    pub started_at: Instant,
    /// Running or ended.
    pub status: Status,
    /// Since when nobody may act on it.
    pub suspended: Option<Instant>,
    /// From when to when nobody could act on it, in order: deadlines stood still.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<(Instant, Instant)>,
    /// What was filled in.
    pub form: Form,
    /// Open activations; empty once the case has ended.
    pub activations: BTreeMap<ActivationNo, Activation>,
    /// Open tasks; empty once the case has ended.
    pub tasks: BTreeMap<TaskNo, Task>,
    /// The latest result of each step that was passed.
    pub results: BTreeMap<StepName, StepResult>,
    /// The steps passed on the way here, which is where a case can return to.
    pub passed: BTreeSet<StepName>,
    /// Who acted in each step, in any of its activations; what was returned over stays in it.
    pub acted: BTreeMap<StepName, BTreeSet<PersonId>>,
    /// Who completed or decided each step last.
    pub settled: BTreeMap<StepName, PersonId>,
    /// Whose task that was, where they had given it away.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub givers: BTreeMap<StepName, PersonId>,
    /// Who was chosen for each step, by somebody who acted before.
    pub chosen: BTreeMap<StepName, Chosen>,
    /// The items of each list that was gone through, or is, by the name of its step.
    pub items: BTreeMap<StepName, Vec<ItemRun>>,
    /// The last decision, as long as it can be taken back.
    pub undo: Option<Box<Undo>>,
    /// The case that started it, if one did.
    pub started_by: Option<StartedBy>,
    /// The cases it started, in order.
    pub children: Vec<Child>,
    /// How the votes stood in each step that was passed by a vote.
    pub tallies: BTreeMap<StepName, Tally>,
    /// The facts it recorded.
    pub facts: Vec<RecordedFact>,
    /// The last activation number given.
    pub last_activation: ActivationNo,
    /// The last task number given.
    pub last_task: TaskNo,
    /// Who was copied in, and by what.
    pub copied: BTreeMap<Principal, BTreeSet<CopiedBy>>,
    /// Who was asked and who wrote, as far as what they see depends on it.
    pub involved: Involved,
    /// The steps that nobody had decided in time, with the latest activation of each: it is remembered for good.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub late: BTreeMap<StepName, ActivationNo>,
    /// How many remarks its thread holds.
    pub last_remark: u32,
}

impl Task {
    /// By which version of the calendar its deadline was counted, where that is in working days.
    #[must_use]
    pub fn counted_by(&self) -> Option<i64> {
        self.counted.as_ref().filter(|counted| counted.span.is_by_calendar()).map(|counted| counted.calendar)
    }
}

impl Case {
    /// Who does what its initiator is asked: whoever started it, or took it over when they left.
    #[must_use]
    pub fn acting_initiator(&self) -> PersonId {
        self.successors.last().copied().unwrap_or(self.initiator)
    }

    /// Whether somebody started the case, or took it over: they decide nothing in it.
    #[must_use]
    pub fn is_initiated_by(&self, person: PersonId) -> bool {
        self.initiator == person || self.successors.contains(&person)
    }

    /// Everybody who decides nothing in it: who started it or took it over, and who did so with a case that waits for it.
    pub fn initiators(&self) -> impl Iterator<Item = PersonId> {
        let of_parents = self.started_by.iter().flat_map(|by| by.initiators.iter().copied());
        std::iter::once(self.initiator).chain(self.successors.iter().copied()).chain(of_parents)
    }

    /// The project it is about, where it is about one.
    #[must_use]
    pub const fn project(&self) -> Option<ProjectId> {
        match &self.subject {
            Subject::Project(project) => Some(*project),
            Subject::Draft { .. } => None,
        }
    }
}

/// Whether a case goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It goes on.
    Running,
    /// It is over.
    Ended {
        /// As what.
        outcome: Outcome,
        /// When.
        at: Instant,
    },
}

/// One entry into a step that has not been passed yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activation {
    /// Its number.
    pub no: ActivationNo,
    /// The step.
    pub step: StepName,
    /// The activation of the parallel or each step around it, and which branch or item.
    pub parent: Option<(ActivationNo, usize)>,
    /// The step that returned here with `resume: here`.
    pub resume: Option<StepName>,
    /// When it was entered.
    pub entered_at: Instant,
    /// What it waits for.
    pub waiting: Waiting,
    /// Which substitutes acted on it, each in whose place.
    pub deputies: BTreeMap<PersonId, PersonId>,
}

/// What an activation waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Waiting {
    /// Just entered; never stored.
    Nothing,
    /// The open tasks of the activation, and those still to be asked in a sequence.
    People {
        /// How those who were asked voted so far.
        cast: Ballots,
        /// Who is asked later, in order.
        later: Vec<PersonId>,
    },
    /// Nobody may act; an incident is open.
    Nobody {
        /// How those who were asked before voted; they are not asked again.
        cast: Ballots,
    },
    /// A fact.
    Fact {
        /// Its kind.
        fact: FactName,
        /// The values that open the gate.
        is: Vec<FactValue>,
    },
    /// The end of a case that the activation started.
    Child {
        /// That case.
        case: CaseId,
        /// Its workflow.
        workflow: WorkflowName,
    },
    /// A moment.
    Until {
        /// When the waiting is over.
        at: Instant,
    },
    /// The branches of a parallel step, or the items of an each, that are not done yet.
    Branches(BTreeSet<usize>),
}

/// An open task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Its number in the case.
    pub no: TaskNo,
    /// The activation it belongs to.
    pub activation: ActivationNo,
    /// The step.
    pub step: StepName,
    /// The item of a list that it is about.
    pub item: Option<Text>,
    /// Fill or decide.
    pub kind: TaskKind,
    /// Who may act: any one of them.
    pub candidates: Vec<Principal>,
    /// Who may not, though a candidate: the initiator where people decide, and whoever acted in a step that `not by`
    /// names.
    pub barred: BTreeSet<PersonId>,
    /// When it was opened.
    pub opened_at: Instant,
    /// When it is due.
    pub due_at: Option<Instant>,
    /// From what that was counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<Counted>,
    /// What people changed about it among themselves.
    pub hands: Hands,
    /// What its clocks have done, and do next.
    #[serde(default, skip_serializing_if = "Reminding::is_idle")]
    pub reminding: Reminding,
}

/// What a task asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TaskKind {
    /// Complete fields.
    Fill,
    /// Decide.
    Decide,
}

/// How a step was passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepResult {
    /// Filled in.
    Completed,
    /// Approved.
    Approved,
    /// Graded.
    Graded(GradeName),
    /// The case that it started has ended so.
    Ended(Outcome),
}

impl StepResult {
    /// The text that `outcome.<step>` gives in a condition.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Completed => "completed",
            Self::Approved => "approved",
            Self::Graded(grade) => grade.as_str(),
            Self::Ended(outcome) => outcome.as_str(),
        }
    }
}

/// A fact that the case recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedFact {
    /// Its id, derived from the case.
    pub id: FactId,
    /// Its kind.
    pub kind: FactName,
    /// Its value.
    pub value: FactValue,
    /// What it allows at most; `None` means no cap.
    pub cap: Option<Money>,
    /// When it was recorded.
    pub at: Instant,
    /// Whether it has been revoked since.
    pub revoked: bool,
}
