//! What people did with one task besides deciding it. In the journal these stand among all other events.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Advice, Placing};
use crate::{
    clock::Instant,
    definition::StepName,
    engine::{
        case::{ActivationNo, StepResult, TaskNo},
        event::Event,
        items::ItemRun,
        tally::Tally,
    },
    ids::PersonId,
};

/// A change of an open task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum TaskEvent {
    /// 认领: one of several took it.
    TaskClaimed {
        /// The task.
        task: TaskNo,
        /// Who.
        by: PersonId,
    },
    /// 归还: it was put back for the others.
    TaskReleased {
        /// The task.
        task: TaskNo,
        /// Who had it.
        by: PersonId,
    },
    /// 转办: somebody else decides, finally.
    TaskTransferred {
        /// The task.
        task: TaskNo,
        /// Who gave it away.
        from: PersonId,
        /// Who decides now.
        to: PersonId,
        /// Why.
        reason: String,
    },
    /// 委派: an opinion was asked for, and the task is parked until it is there.
    TaskDelegated {
        /// The task.
        task: TaskNo,
        /// Who asked.
        by: PersonId,
        /// Who is to give it.
        to: PersonId,
        /// The task in which they give it.
        opinion: TaskNo,
        /// What one wants to know.
        reason: String,
    },
    /// 收回委派: whoever had asked goes on without the opinion.
    TaskCalledBack {
        /// The task that goes on.
        task: TaskNo,
        /// Who called it back.
        by: PersonId,
    },
    /// The opinion is there; the task goes back to who asked for it.
    OpinionGiven {
        /// The task in which it was given.
        task: TaskNo,
        /// The task it is about.
        on: TaskNo,
        /// By whom.
        by: PersonId,
        /// For or against.
        advice: Advice,
        /// In which words.
        text: String,
        /// When.
        at: Instant,
    },
    /// 加签: somebody is asked besides.
    SignerAdded {
        /// The task to which they were added.
        task: TaskNo,
        /// Who added them.
        by: PersonId,
        /// Who was added.
        person: PersonId,
        /// Before, after or beside.
        place: Placing,
        /// Their own task; `None` while they are not asked yet.
        asked_in: Option<TaskNo>,
        /// Why.
        reason: String,
    },
    /// 减签: somebody who was added is not asked any more.
    SignerRemoved {
        /// Their task, or the one they would have followed.
        task: TaskNo,
        /// Who removed them.
        by: PersonId,
        /// Who was removed.
        person: PersonId,
    },
    /// 选定办理人: who acts on a later step was chosen.
    PeopleChosen {
        /// The task in which.
        task: TaskNo,
        /// By whom.
        by: PersonId,
        /// The later step.
        step: StepName,
        /// The activation for which the choice holds.
        activation: ActivationNo,
        /// Whom.
        people: BTreeSet<PersonId>,
    },
    /// 催办.
    TaskUrged {
        /// The task.
        task: TaskNo,
        /// Who urged.
        by: PersonId,
        /// When.
        at: Instant,
    },
    /// 撤回: the last decision was taken back; the case stands as before it.
    DecisionTakenBack {
        /// The task that had been decided.
        task: TaskNo,
        /// Its step.
        step: StepName,
        /// Who took it back.
        by: PersonId,
        /// Why.
        reason: String,
        /// The steps passed before the decision.
        passed: BTreeSet<StepName>,
        /// Their results.
        results: BTreeMap<StepName, StepResult>,
        /// How the votes stood in them.
        tallies: BTreeMap<StepName, Tally>,
        /// The items of lists, with what was passed for each.
        items: BTreeMap<StepName, Vec<ItemRun>>,
        /// Who had acted where.
        acted: BTreeMap<StepName, BTreeSet<PersonId>>,
    },
}

impl From<TaskEvent> for Event {
    fn from(event: TaskEvent) -> Self {
        Self::OnTask(event)
    }
}
