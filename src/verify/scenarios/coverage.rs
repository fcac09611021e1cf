//! Which branches a definition has, and which of them the scenarios took.

use std::collections::BTreeSet;

use crate::{
    definition::{
        Definition, GateElse, GradeName, Place, StepKind, StepName, WorkflowName,
        problem::{Problem, Spot, scenarios as say},
    },
    engine::{Case, Decision, Event, Refusal, Waiting, case::ActivationNo},
    language::Text,
};

/// Somewhere a case can turn.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Branch {
    /// A branch of a choice; `None` is `otherwise`.
    Chosen(StepName, Option<usize>),
    /// A grade.
    Graded(StepName, GradeName),
    /// A return.
    Returned(StepName, StepName),
    /// A rejection.
    Rejected(StepName),
    /// A vote without a result.
    Failed(StepName),
    /// A gate that refused.
    Refused(StepName),
    /// A gate that made the case wait.
    Parked(StepName),
    /// Nobody decided in time.
    Late(StepName),
    /// The initiator withdrew.
    Withdrawn,
}

/// What was taken, by workflow.
#[derive(Debug, Clone, Default)]
pub(super) struct Coverage(BTreeSet<(WorkflowName, Branch)>);

impl Coverage {
    /// Notes what a plan went through. `before` is the case before it, in which the tasks decided were open.
    #[expect(clippy::wildcard_enum_match_arm, reason = "most of what happens is no turn of the way")]
    pub fn note(&mut self, workflow: &WorkflowName, before: Option<&Case>, after: &Case, events: &[Event]) {
        let mut entered: Vec<_> = Vec::new();
        for event in events {
            if let Event::StepEntered { activation, step, .. } = event {
                entered.push((*activation, step.clone()));
            }
            let step_of = |activation: ActivationNo| {
                let now = entered.iter().find(|(no, _)| *no == activation).map(|(_, step)| step.clone());
                now.or_else(|| after.activations.get(&activation).map(|found| found.step.clone()))
            };
            let taken = match event {
                Event::BranchChosen { step, branch } => Some(Branch::Chosen(step.clone(), *branch)),
                Event::TaskDecided { task, decision, .. } => {
                    let step = before.and_then(|case| case.tasks.get(task)).map(|task| task.step.clone());
                    step.and_then(|step| decided(step, decision))
                }
                Event::DeadlinePassed { step, .. } => Some(Branch::Late(step.clone())),
                Event::VoteCounted { step, result: None, .. } => Some(Branch::Failed(step.clone())),
                Event::WaitChanged { activation, waiting: Waiting::Fact { .. } } => {
                    step_of(*activation).map(Branch::Parked)
                }
                Event::Ended { outcome, .. } if outcome.as_str() == "withdrawn" => Some(Branch::Withdrawn),
                _ => None,
            };
            self.0.extend(taken.map(|branch| (workflow.clone(), branch)));
        }
    }

    /// Notes the gate that refused, if one did.
    pub fn note_refusal(&mut self, workflow: &WorkflowName, refusal: &Refusal) {
        if let Refusal::GateClosed { step, .. } | Refusal::AboveCap { step, .. } = refusal {
            self.0.insert((workflow.clone(), Branch::Refused(step.clone())));
        }
    }

    /// The branches of `definition` that were not taken, each as a problem in its file.
    pub fn missing(&self, definition: &Definition) -> Vec<Problem> {
        branches(definition)
            .into_iter()
            .filter(|(_, branch)| !self.0.contains(&(definition.name.clone(), branch.clone())))
            .map(|(spot, branch)| say::not_covered(spot, &words(&branch)))
            .collect()
    }
}

fn decided(step: StepName, decision: &Decision) -> Option<Branch> {
    match decision {
        Decision::Approve | Decision::Abstain => None,
        Decision::Return { to } => Some(Branch::Returned(step, to.clone())),
        Decision::Reject => Some(Branch::Rejected(step)),
        Decision::Grade(grade) => Some(Branch::Graded(step, grade.clone())),
    }
}

/// Every branch of a definition, in the order of its file.
pub(super) fn branches(definition: &Definition) -> Vec<(Spot, Branch)> {
    let mut found = Vec::new();
    for step in &definition.steps {
        let name = &step.name;
        let branches: Vec<Branch> = match &step.kind {
            StepKind::Choose(choose) => {
                let otherwise = std::iter::once(Branch::Chosen(name.clone(), None));
                (0..choose.branches.len())
                    .map(|branch| Branch::Chosen(name.clone(), Some(branch)))
                    .chain(otherwise)
                    .collect()
            }
            StepKind::Approve(approve) => {
                let grades = approve.grades.iter().map(|grade| Branch::Graded(name.clone(), grade.name.clone()));
                let returns = approve.return_to.iter().map(|way| Branch::Returned(name.clone(), way.to.clone()));
                let reject = approve.reject.iter().map(|_| Branch::Rejected(name.clone()));
                let failed = approve.mode.otherwise().map(|_| Branch::Failed(name.clone()));
                let late = approve.late.iter().map(|_| Branch::Late(name.clone()));
                grades.chain(returns).chain(reject).chain(failed).chain(late).collect()
            }
            StepKind::Gate(gate) => vec![match gate.otherwise {
                GateElse::Refuse => Branch::Refused(name.clone()),
                GateElse::Wait => Branch::Parked(name.clone()),
            }],
            StepKind::Fill(_)
            | StepKind::Parallel(_)
            | StepKind::Each(_)
            | StepKind::Wait(_)
            | StepKind::Start(_)
            | StepKind::Do(_)
            | StepKind::Record(_)
            | StepKind::Notify(_)
            | StepKind::End(_) => Vec::new(),
        };
        found.extend(branches.into_iter().map(|branch| (Spot { at: step.at, len: 1 }, branch)));
    }
    if definition.may_be_withdrawn() {
        found.push((Spot { at: Place { line: 1, column: 1 }, len: 1 }, Branch::Withdrawn));
    }
    found
}

fn words(branch: &Branch) -> Text {
    match branch {
        Branch::Chosen(step, Some(index)) => {
            let number = index + 1;
            Text::new(format!("“{step}”的第{number}个分支"), format!("branch {number} of “{step}”"))
        }
        Branch::Chosen(step, None) => Text::new(format!("“{step}”的 otherwise"), format!("the otherwise of “{step}”")),
        Branch::Graded(step, grade) => {
            Text::new(format!("“{step}”评定为“{grade}”"), format!("the grade “{grade}” at “{step}”"))
        }
        Branch::Returned(step, to) => {
            Text::new(format!("“{step}”退回至“{to}”"), format!("the return from “{step}” to “{to}”"))
        }
        Branch::Rejected(step) => Text::new(format!("“{step}”不同意"), format!("the rejection at “{step}”")),
        Branch::Failed(step) => {
            Text::new(format!("“{step}”表决没有结果"), format!("the vote without a result at “{step}”"))
        }
        Branch::Late(step) => Text::new(format!("“{step}”逾期未决定"), format!("nobody deciding “{step}” in time")),
        Branch::Refused(step) => Text::new(format!("关口“{step}”拒绝"), format!("the refusal of the gate “{step}”")),
        Branch::Parked(step) => Text::new(format!("在关口“{step}”等待"), format!("waiting at the gate “{step}”")),
        Branch::Withdrawn => Text::new("发起人撤销办件", "the withdrawal by the initiator"),
    }
}
