//! What tells one state of a case from another.

use std::collections::BTreeSet;

use crate::{
    definition::StepName,
    engine::{Case, Event, Plan, Refusal, TaskEvent, Waiting, tally::Ballot},
    ids::PersonId,
};

/// Whether neither facts nor conditions nor lists had a part in it.
#[must_use]
pub fn is_same_everywhere(plan: &Result<Plan, Refusal>) -> bool {
    let looks = |event: &Event| {
        matches!(
            event,
            Event::GatePassed { .. }
                | Event::BranchChosen { .. }
                | Event::WaitChanged { waiting: Waiting::Fact { .. }, .. }
                | Event::NobodyFound { .. }
                | Event::ItemsListed { .. }
                | Event::EffectDone { .. }
                | Event::FactRecorded { .. }
                | Event::Resumed { .. }
                | Event::OnTask(TaskEvent::DecisionTakenBack { .. })
        )
    };
    match plan {
        Ok(plan) => !plan.events.is_empty() && !plan.events.iter().any(looks),
        Err(refusal) => !matches!(refusal, Refusal::GateClosed { .. }),
    }
}

/// Where an activation stands: the parallel steps around it with their branches.
#[must_use]
pub fn path(case: &Case, no: u32) -> Vec<(&StepName, usize)> {
    let mut path = Vec::new();
    let mut current = case.activations.get(&no).and_then(|a| a.parent);
    while let Some((parent, branch)) = current {
        let Some(around) = case.activations.get(&parent) else { break };
        path.push((&around.step, branch));
        current = around.parent;
    }
    path
}

/// What an activation waits for, without the numbers that only count up.
#[must_use]
pub fn shape(waiting: &Waiting) -> (u8, Vec<(PersonId, String)>, BTreeSet<usize>) {
    let said = |(person, cast): (&PersonId, &Option<Ballot>)| {
        (*person, cast.as_ref().map_or_else(String::new, |ballot| format!("{ballot:?}")))
    };
    match waiting {
        Waiting::Nothing => (0, Vec::new(), BTreeSet::new()),
        Waiting::People { cast, later } => {
            let later = later.iter().map(|person| (*person, "later".to_owned()));
            (1, cast.iter().map(|(by, cast)| said((by, &cast.ballot))).chain(later).collect(), BTreeSet::new())
        }
        Waiting::Nobody { cast } => {
            (2, cast.iter().map(|(by, cast)| said((by, &cast.ballot))).collect(), BTreeSet::new())
        }
        Waiting::Fact { .. } => (3, Vec::new(), BTreeSet::new()),
        Waiting::Until { .. } => (4, Vec::new(), BTreeSet::new()),
        Waiting::Child { .. } => (6, Vec::new(), BTreeSet::new()),
        Waiting::Branches(open) => (5, Vec::new(), open.clone()),
    }
}
