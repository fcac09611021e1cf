//! What a decision may look at besides the case itself, and what it leads to.

use chrono::NaiveDate;

use super::{
    case::{Case, Subject},
    command::Actor,
    event::Event,
    people::Directory,
};
use crate::{
    clock::Instant,
    definition::{
        ClockFields, EffectName, FactName, FactValue, FieldKind, Form, OrgCode, StepName, Value, WorkflowName,
        condition::Names,
    },
    ids::{DraftId, FactId, ProjectId},
    language::Text,
    money::Money,
    policy::{calendar::Calendar, clocks::Clocks},
};

/// Everything a decision may look at. Loaded before, in the transaction that will save the result.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The time of the command.
    pub now: Instant,
    /// The organisation.
    pub people: &'a Directory,
    /// What the case is about.
    pub matter: &'a Matter,
    /// The standing facts (recorded and not revoked) of that project, of every year.
    pub facts: &'a [Fact],
    /// `policy.*` and `project.*` as conditions read them.
    pub names: &'a Names,
    /// Working days.
    pub calendar: &'a Calendar,
    /// What policy has to say about tables and score sheets.
    pub policy: &'a dyn FormRules,
}

/// What policy has to say about a filled field that its kind alone does not: weights, score items.
pub trait FormRules: Sync {
    /// What is wrong with the value, each as a sentence; empty when nothing is.
    fn complaints(&self, kind: &FieldKind, value: &Value) -> Vec<Text>;

    /// Both clocks of a form, read at that time; `None` while a field they are read from is empty, or where policy has no
    /// such round.
    fn clocks(&self, fields: &ClockFields, form: &Form, now: Instant) -> Option<Clocks> {
        let (_, _, _) = (fields, form, now);
        None
    }

    /// Of the rounds that a form offers, the latest one of a budget year that is over on `day`. Where there is no policy
    /// about rounds, the first one is.
    fn latest_round(&self, offered: &[(String, Text)], (year, day): (i32, NaiveDate)) -> Option<String> {
        let (_, _) = (year, day);
        offered.first().map(|(round, _)| round.clone())
    }
}

/// What a case is about, as it stands today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matter {
    /// A project.
    Project(Project),
    /// A draft of a definition.
    Draft(Draft),
}

impl Matter {
    /// What the case remembers of it.
    #[must_use]
    pub fn subject(&self) -> Subject {
        match self {
            Self::Project(project) => Subject::Project(project.id),
            Self::Draft(draft) => Subject::Draft { draft: draft.id, workflow: draft.workflow.clone() },
        }
    }

    /// The unit that runs the project, where it is one.
    #[must_use]
    pub const fn unit(&self) -> Option<&OrgCode> {
        match self {
            Self::Project(project) => Some(&project.unit),
            Self::Draft(_) => None,
        }
    }
}

/// A draft as the engine sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its id.
    pub id: DraftId,
    /// The workflow it is to be a version of.
    pub workflow: WorkflowName,
    /// SM3 of its text as it stands.
    pub text: String,
}

/// A project as the engine sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// The unit that runs it.
    pub unit: OrgCode,
}

/// A standing fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Its id.
    pub id: FactId,
    /// Its kind.
    pub kind: FactName,
    /// The project it is about.
    pub project: ProjectId,
    /// The budget year it is about.
    pub year: i32,
    /// What it says.
    pub value: FactValue,
    /// What it allows at most.
    pub cap: Option<Money>,
}

/// What a command leads to: the new state, the events that lead there, and effects for the same transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The case afterwards.
    pub case: Case,
    /// What happened, in order.
    pub events: Vec<Event>,
    /// What the domain must do in the same transaction; it may refuse, and then nothing happened.
    pub effects: Vec<Effect>,
    /// Who caused it.
    pub actor: Actor,
}

/// A registered effect, to be carried out in the transaction of the command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// The step that asks for it.
    pub step: StepName,
    /// Which.
    pub name: EffectName,
}
