//! What happened. The journal is made of these, and nothing else changes a case.

use serde::{Deserialize, Serialize};

use super::{
    case::{ActivationNo, RecordedFact, StepResult, Subject, Task, TaskNo, Waiting},
    children::{Child, StartedBy},
    command::Decision,
    handing_over::Held,
    items::{Item, ItemAt},
    people::Principal,
    recount::MovedDue,
    seats::Ballots,
    tally::{Ballot, Tally},
    tasks::TaskEvent,
};
use crate::{
    clock::Instant,
    definition::{
        EffectName, FactName, FactValue, FieldName, Form, MailName, OrgCode, Outcome, StepName, WorkflowName,
    },
    ids::{CaseId, FactId, PersonId},
};

/// A change of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The case began.
    Started {
        /// Its id.
        case: CaseId,
        /// The workflow.
        workflow: WorkflowName,
        /// The hash of the definition.
        definition: String,
        /// 流程编号.
        number: String,
        /// What it is about.
        subject: Subject,
        /// The budget year.
        year: i32,
        /// Who started it.
        initiator: PersonId,
        /// Their organisation.
        initiator_unit: OrgCode,
        /// The case that started it, if one did.
        started_by: Option<StartedBy>,
        /// What its form began with, carried over from what stood before.
        #[serde(default, skip_serializing_if = "Form::is_empty")]
        carried: Form,
        /// When.
        at: Instant,
    },
    /// A step was entered.
    StepEntered {
        /// The new activation.
        activation: ActivationNo,
        /// The step.
        step: StepName,
        /// The parallel or each activation around it, and which branch or item.
        parent: Option<(ActivationNo, usize)>,
        /// Where to go straight back to.
        resume: Option<StepName>,
        /// When.
        at: Instant,
    },
    /// An activation now waits for something else.
    WaitChanged {
        /// The activation.
        activation: ActivationNo,
        /// For what.
        waiting: Waiting,
    },
    /// A task was opened.
    TaskOpened {
        /// The task, whole.
        task: Task,
    },
    /// Fields were written.
    FieldsSaved {
        /// The task in which.
        task: TaskNo,
        /// By whom.
        by: PersonId,
        /// What was written.
        fields: Form,
        /// What was emptied.
        cleared: Vec<FieldName>,
    },
    /// What follows on this task a substitute did in somebody's place.
    SubstituteActed {
        /// The task.
        task: TaskNo,
        /// Who.
        by: PersonId,
        /// In whose place.
        of: PersonId,
    },
    /// A fill task was completed.
    TaskCompleted {
        /// The task.
        task: TaskNo,
        /// By whom.
        by: PersonId,
    },
    /// An approval task was decided.
    TaskDecided {
        /// The task.
        task: TaskNo,
        /// By whom.
        by: PersonId,
        /// How.
        decision: Decision,
        /// Why.
        reason: String,
        /// The SM3 of every file the case held when it was decided, and before them that of the draft it is about.
        files_seen: Vec<String>,
    },
    /// Somebody acted elsewhere, or took over the case that waits, and may therefore not act on this task any more.
    PersonBarred {
        /// The task.
        task: TaskNo,
        /// Who.
        person: PersonId,
        /// Where they acted; `None` where they took over the case that waits for this one.
        acted_in: Option<StepName>,
    },
    /// A task was cancelled; nobody can act on it any more.
    TaskCancelled {
        /// The task.
        task: TaskNo,
        /// Why.
        why: CancelReason,
    },
    /// A step was passed.
    StepPassed {
        /// The activation.
        activation: ActivationNo,
        /// The step.
        step: StepName,
        /// How.
        result: Option<StepResult>,
    },
    /// An activation ended without being passed.
    StepCancelled {
        /// The activation.
        activation: ActivationNo,
        /// The step.
        step: StepName,
        /// Why.
        why: CancelReason,
    },
    /// The case went back.
    Returned {
        /// From.
        from: StepName,
        /// To.
        to: StepName,
        /// The steps that are no longer passed.
        undone: Vec<StepName>,
        /// The item inside which it went back; `None` for the whole case.
        item: Option<ItemAt>,
    },
    /// Another case was started, in the same transaction.
    ChildStarted {
        /// The activation that started it.
        activation: ActivationNo,
        /// The case.
        child: Child,
        /// The people on whose behalf, one of whom its workflow lets start it.
        people: Vec<PersonId>,
        /// Whether its end is waited for.
        waits: bool,
    },
    /// The case that a step waited for has ended.
    ChildEnded {
        /// The step.
        step: StepName,
        /// The case.
        case: CaseId,
        /// As what.
        outcome: Outcome,
    },
    /// Somebody took over the case that waits for this one: they decide nothing in it from now on.
    ParentTakenOver {
        /// Who.
        person: PersonId,
    },
    /// A list was fixed; its items are gone through from now on.
    ItemsListed {
        /// The each step.
        step: StepName,
        /// The items.
        items: Vec<Item>,
    },
    /// Nobody had decided by the due time, and what the definition says of that happened.
    DeadlinePassed {
        /// The activation.
        activation: ActivationNo,
        /// The step.
        step: StepName,
    },
    /// The time for which a step waited has come.
    WaitOver {
        /// The step.
        step: StepName,
    },
    /// A gate let the case through, or a fact came for which a step waited.
    GatePassed {
        /// The gate, or the wait.
        step: StepName,
        /// The fact that opened it.
        fact: FactId,
    },
    /// A branch was chosen; `None` is `otherwise`.
    BranchChosen {
        /// The step.
        step: StepName,
        /// Which.
        branch: Option<usize>,
    },
    /// A branch of a parallel step, or an item of an each, reached its end.
    BranchFinished {
        /// The parallel or each activation.
        activation: ActivationNo,
        /// Which branch or item.
        branch: usize,
    },
    /// Nobody may act on a step; the case is held and an incident raised.
    NobodyFound {
        /// The activation.
        activation: ActivationNo,
        /// The step.
        step: StepName,
        /// How those who were asked before voted; they are not asked again.
        cast: Ballots,
    },
    /// Nobody may act on a step, and those whom it names for that are asked in their place.
    AskedInstead {
        /// The activation.
        activation: ActivationNo,
        /// The step.
        step: StepName,
    },
    /// A vote was settled.
    VoteCounted {
        /// The activation.
        activation: ActivationNo,
        /// The step.
        step: StepName,
        /// How the votes stood.
        tally: Tally,
        /// What had its votes; `None` when nothing could have them any more.
        result: Option<Ballot>,
    },
    /// A fact was recorded.
    FactRecorded {
        /// The step.
        step: StepName,
        /// The fact.
        fact: RecordedFact,
    },
    /// A fact was taken back.
    FactRevoked {
        /// The fact.
        fact: FactId,
        /// Its kind.
        kind: FactName,
        /// What it had said.
        value: FactValue,
        /// Why.
        reason: String,
    },
    /// An effect took place, in the same transaction.
    EffectDone {
        /// The step.
        step: StepName,
        /// The effect.
        effect: EffectName,
    },
    /// Somebody was copied in.
    CopiedIn {
        /// The step.
        step: StepName,
        /// Who.
        to: Vec<Principal>,
        /// The mail.
        mail: MailName,
    },
    /// A person copied others in.
    CopyGiven {
        /// Who.
        by: PersonId,
        /// Whom.
        to: Vec<PersonId>,
    },
    /// Somebody said something in the case's thread. The words are kept beside the journal.
    Remarked {
        /// Its number in the thread, counted from 1.
        no: u32,
        /// Who.
        by: PersonId,
        /// Who is asked to answer.
        asked: Option<PersonId>,
        /// The SM3 of the words, in hexadecimal.
        hash: String,
    },
    /// The case was suspended: nobody may act, and no clock runs.
    Suspended {
        /// Why.
        reason: String,
        /// When.
        at: Instant,
    },
    /// The case goes on.
    Resumed {
        /// Why.
        reason: String,
        /// When.
        at: Instant,
        /// The new due times of the open tasks.
        due: Vec<(TaskNo, Instant)>,
        /// By which version of the calendar.
        #[serde(default)]
        calendar: i64,
    },
    /// The calendar has changed, and so have these deadlines.
    Recounted {
        /// The open tasks whose due times moved.
        due: Vec<MovedDue>,
        /// By which version of the calendar.
        calendar: i64,
    },
    /// The open tasks whose clocks ring at another time from now on, or no more.
    ClocksSet {
        /// Which, and when they ring next.
        clocks: Vec<(TaskNo, Option<Instant>)>,
    },
    /// Whoever may act on a task was reminded of its deadline.
    Reminded {
        /// The task.
        task: TaskNo,
        /// Its step.
        step: StepName,
        /// Who.
        to: Vec<PersonId>,
        /// Whether nobody is reminded any more after this.
        last: bool,
        /// When.
        at: Instant,
    },
    /// Others learnt that a task is late. They may read the case from now on; they decide nothing.
    TaskEscalated {
        /// The task.
        task: TaskNo,
        /// Its step.
        step: StepName,
        /// The level, counted from 1.
        level: usize,
        /// Who; empty where nobody was found.
        to: Vec<PersonId>,
        /// Who is late.
        late: Vec<PersonId>,
        /// When.
        at: Instant,
    },
    /// The case goes on with another version of its workflow.
    Moved {
        /// The hash of the version it was on.
        from: String,
        /// The hash of the version it is on now.
        to: String,
        /// Steps that no longer count as passed, because the new version has them ahead or not at all.
        forgotten: Vec<StepName>,
        /// Why.
        reason: String,
    },
    /// 离岗移交: what somebody held who leaves passed to a successor. An administrator did it.
    HandedOver {
        /// What they held.
        what: Held,
        /// The step where; of the case itself its first.
        step: StepName,
        /// Who leaves.
        from: PersonId,
        /// Who succeeds them.
        to: PersonId,
        /// Whether a task asks the successor by name from now on.
        by_name: bool,
        /// Why.
        reason: String,
    },
    /// The case is over.
    Ended {
        /// As what.
        outcome: Outcome,
        /// Why, when a person gave a reason.
        reason: String,
        /// When.
        at: Instant,
    },
    /// Something people did with one task; in the journal it stands under its own name.
    #[serde(untagged)]
    OnTask(TaskEvent),
}

/// Why a task or an activation was cancelled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CancelReason {
    /// The case went back.
    Returned,
    /// Another decision settled the step.
    Settled,
    /// Whoever was asked may not act any more: they lost the appointment, or acted where the step keeps them out.
    NobodyLeft,
    /// The case ended.
    Ended,
    /// The opinion is no longer asked for.
    CalledBack,
    /// The added signer was removed.
    SignerRemoved,
    /// The decision that led here was taken back.
    TakenBack,
}
