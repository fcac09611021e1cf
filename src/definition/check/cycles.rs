//! Workflows that start one another: each is there, and none starts itself by way of others.

use std::collections::BTreeSet;

use crate::definition::{
    model::{About, Definition, StepKind, WorkflowName},
    problem::{Problem, Spot, steps, versions},
};

/// What is wrong with the workflows that `definition` starts, when these are all there are.
pub(super) fn problems(definition: &Definition, all: &[&Definition]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for step in &definition.steps {
        let StepKind::Start(start) = &step.kind else { continue };
        let spot = Spot { at: step.at, len: "start".len() };
        let meant = all.iter().find(|other| other.name == start.workflow);
        if meant.is_some_and(|other| other.about == About::Definition) {
            problems.push(versions::starts_without_a_project(spot, start.workflow.as_str()));
        } else if meant.is_none() {
            let mut known: Vec<_> = all.iter().map(|other| other.name.as_str()).collect();
            known.sort_unstable();
            problems.push(steps::no_such_workflow(spot, start.workflow.as_str(), &known));
        } else if start.workflow != definition.name && leads_to(&start.workflow, &definition.name, all) {
            problems.push(steps::starts_in_a_circle(spot, start.workflow.as_str(), definition.name.as_str()));
        }
    }
    problems
}

fn leads_to(from: &WorkflowName, to: &WorkflowName, all: &[&Definition]) -> bool {
    let mut open = vec![from];
    let mut seen = BTreeSet::new();
    while let Some(name) = open.pop() {
        if name == to {
            return true;
        }
        if seen.insert(name) {
            open.extend(all.iter().filter(|other| other.name == *name).flat_map(|other| started(other)));
        }
    }
    false
}

fn started(definition: &Definition) -> impl Iterator<Item = &WorkflowName> {
    definition
        .steps
        .iter()
        .filter_map(|step| if let StepKind::Start(start) = &step.kind { Some(&start.workflow) } else { None })
}
