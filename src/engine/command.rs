//! What somebody wants of a case.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    case::{ActivationNo, TaskNo},
    handing_over::Held,
    tasks::Term,
};
use crate::{
    definition::{FieldName, Form, GradeName, Outcome, StepName},
    ids::{CaseId, FactId, PersonId},
};

/// Who gives a command: a person, or Yumen itself by a named rule. What the system does, it signs as the system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// An official.
    Person(PersonId),
    /// A substitute in the place of somebody else. Commands come from persons; plans say this.
    Deputy {
        /// Who acted.
        person: PersonId,
        /// In whose place.
        of: PersonId,
    },
    /// A system rule, such as `gate-opened`.
    System(String),
}

/// A command with who gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Who.
    pub actor: Actor,
    /// What.
    pub action: Action,
}

/// What comes with the fields that somebody writes. One submit is one command: it is done whole, or not at all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Besides {
    /// Fields to empty.
    pub cleared: Vec<FieldName>,
    /// Whom the person chooses for later steps.
    pub chosen: BTreeMap<StepName, Vec<PersonId>>,
}

/// What is wanted. Starting a case is [`super::start`], since there is no case yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Keeps what was typed so far, without completing the task.
    Save {
        /// The task.
        task: TaskNo,
        /// The fields; the rest keeps what it has.
        fields: Form,
        /// What else was said in the same breath.
        besides: Besides,
    },
    /// Completes a fill task.
    Complete {
        /// The task.
        task: TaskNo,
        /// The fields; the rest keeps what it has.
        fields: Form,
        /// What else was said in the same breath.
        besides: Besides,
    },
    /// Decides an approval task.
    Decide {
        /// The task.
        task: TaskNo,
        /// How.
        decision: Decision,
        /// Why; mandatory for returning and rejecting.
        reason: String,
        /// Fields the decider writes.
        fields: Form,
        /// What else was said in the same breath.
        besides: Besides,
    },
    /// The initiator withdraws the case.
    Withdraw {
        /// Why.
        reason: String,
    },
    /// A term that acts on one task: claiming, transferring, adding signers and the like.
    OnTask {
        /// The task.
        task: TaskNo,
        /// What.
        term: Term,
    },
    /// 撤回: the last decider takes the decision back.
    TakeBack {
        /// Why.
        reason: String,
    },
    /// The workflow administrator stops the case for a while.
    Suspend {
        /// Why; mandatory.
        reason: String,
    },
    /// The workflow administrator lets a suspended case go on.
    Resume {
        /// Why; mandatory.
        reason: String,
    },
    /// The workflow administrator ends the case for good.
    Terminate {
        /// Why; mandatory.
        reason: String,
    },
    /// 离岗移交: an administrator passes on what somebody holds who leaves.
    HandOver {
        /// Who leaves.
        from: PersonId,
        /// Who succeeds them.
        to: PersonId,
        /// What passes.
        held: Vec<Held>,
        /// Why; mandatory.
        reason: String,
    },
    /// Copies people in.
    CopyIn {
        /// Whom.
        to: Vec<PersonId>,
    },
    /// Says something in the case's thread.
    Remark {
        /// What; the journal keeps its hash alone.
        text: String,
        /// Who is asked to answer.
        asked: Option<PersonId>,
    },
    /// Takes back a fact that this case recorded.
    RevokeFact {
        /// The fact.
        fact: FactId,
        /// Why; mandatory.
        reason: String,
    },
    /// Looks again at waiting gates and at steps that had found nobody. Given by the system.
    Wake,
    /// The case that an activation waits for has ended. Given by the system.
    ChildEnded {
        /// The activation that waits.
        activation: ActivationNo,
        /// The case that has ended.
        case: CaseId,
        /// As what.
        outcome: Outcome,
    },
    /// The case that started this one does not wait for it any more. Given by the system.
    ParentGone {
        /// Why.
        reason: String,
    },
    /// Somebody took over the case that waits for this one. Given by the system.
    ParentTakenOver {
        /// Who.
        person: PersonId,
    },
    /// Counts the deadlines again, since the calendar has changed. Given by the system.
    Recount,
    /// The clock of a task has rung: somebody is reminded, or others learn that it is late. Given by the system.
    Remind {
        /// The task.
        task: TaskNo,
    },
    /// The clock of a wait has rung. Given by the system.
    Ring {
        /// The activation that waits.
        activation: ActivationNo,
    },
}

impl Action {
    /// What the journal calls [`Action::Recount`].
    pub const RECOUNT: &'static str = "recount";

    /// The task it is about.
    #[must_use]
    pub const fn task(&self) -> Option<TaskNo> {
        match self {
            Self::Save { task, .. }
            | Self::Complete { task, .. }
            | Self::Decide { task, .. }
            | Self::OnTask { task, .. } => Some(*task),
            Self::Withdraw { .. }
            | Self::TakeBack { .. }
            | Self::Suspend { .. }
            | Self::Resume { .. }
            | Self::Terminate { .. }
            | Self::HandOver { .. }
            | Self::CopyIn { .. }
            | Self::Remark { .. }
            | Self::RevokeFact { .. }
            | Self::Wake
            | Self::Recount
            | Self::Remind { .. }
            | Self::Ring { .. }
            | Self::ChildEnded { .. }
            | Self::ParentGone { .. }
            | Self::ParentTakenOver { .. } => None,
        }
    }

    /// Whether a substitute may do it in the place of the person they stand for.
    #[must_use]
    pub const fn is_for_substitutes(&self) -> bool {
        matches!(
            self,
            Self::Save { .. }
                | Self::Complete { .. }
                | Self::Decide { .. }
                | Self::OnTask { term: Term::Choose { .. }, .. }
        )
    }

    /// Whether it saves nothing at all.
    #[must_use]
    pub fn changes_nothing(&self) -> bool {
        matches!(self, Self::Save { fields, besides, .. } if fields.is_empty() && *besides == Besides::default())
    }

    /// Whether this is done while a case is suspended. Whatever is not named here waits until it is resumed.
    #[must_use]
    pub const fn is_done_while_suspended(&self) -> bool {
        matches!(
            self,
            Self::Suspend { .. }
                | Self::Resume { .. }
                | Self::Terminate { .. }
                | Self::ParentGone { .. }
                | Self::ParentTakenOver { .. }
                | Self::Remark { .. }
                | Self::RevokeFact { .. }
        )
    }
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// Yes.
    Approve,
    /// Back to a step.
    Return {
        /// The step.
        to: StepName,
    },
    /// No: the case ends, or in a vote it is one vote against.
    Reject,
    /// Neither yes nor no; only in a vote.
    Abstain,
    /// A declared grade.
    Grade(GradeName),
}
