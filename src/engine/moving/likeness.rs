//! Whether steps of two versions ask the same, or are the same through and through.
//!
//! A kind of step that is not compared here is never alike: a case that would have to rely on it stays.

use super::path;
use crate::definition::{Approve, BlockIndex, Definition, Fill, Reading, Step, StepKind};

/// Whether two steps put the same question to the same people. How long they have, what they may see and write, where
/// they may return to and what their grades lead to may differ.
pub(super) fn same_question(old: &Step, new: &Step) -> bool {
    if old.handoff != new.handoff {
        return false;
    }
    match (&old.kind, &new.kind) {
        (StepKind::Fill(old), StepKind::Fill(new)) => bare_fill(old) == bare_fill(new),
        (StepKind::Approve(old), StepKind::Approve(new)) => {
            bare_approve(old) == bare_approve(new) && old.grades.is_empty() == new.grades.is_empty()
        }
        (StepKind::Wait(old), StepKind::Wait(new)) => old == new,
        (StepKind::Start(old), StepKind::Start(new)) => old == new,
        (StepKind::Gate(old), StepKind::Gate(new)) => {
            old.fact == new.fact && old.is == new.is && old.covers == new.covers
        }
        _ => false,
    }
}

fn bare_fill(fill: &Fill) -> Fill {
    Fill { due: None, edit: Vec::new(), reading: Reading::Everything, ..fill.clone() }
}

fn bare_approve(approve: &Approve) -> Approve {
    Approve {
        due: None,
        edit: Vec::new(),
        reading: Reading::Everything,
        return_to: Vec::new(),
        reject: None,
        grades: Vec::new(),
        late: None,
        ..approve.clone()
    }
}

/// Whether whoever acts in a step may change what others have approved, or undo it.
pub(super) fn leaves_traces(step: &Step) -> bool {
    !step.edits().is_empty() || !step.ways_back().is_empty()
}

/// Whether the new step may write every field that the old one may, and go back wherever that one may.
pub(super) fn allows_as_much(old: &Step, new: &Step) -> bool {
    let back = new.ways_back();
    old.edits().iter().all(|field| new.edits().contains(field)) && old.ways_back().iter().all(|way| back.contains(way))
}

/// Whether two steps fork alike: a choice under the same conditions, or a parallel step with as many branches.
pub(super) fn same_fork(old: &Step, new: &Step) -> bool {
    match (&old.kind, &new.kind) {
        (StepKind::Choose(old), StepKind::Choose(new)) => {
            let conditions = |branches: &[(crate::definition::condition::Condition, BlockIndex)]| {
                branches.iter().map(|(condition, _)| condition.source.clone()).collect::<Vec<_>>()
            };
            conditions(&old.branches) == conditions(&new.branches) && old.otherwise.is_some() == new.otherwise.is_some()
        }
        (StepKind::Each(old), StepKind::Each(new)) => {
            old.list == new.list && old.in_order == new.in_order && old.empty == new.empty
        }
        (StepKind::Parallel(old), StepKind::Parallel(new)) => old.branches.len() == new.branches.len(),
        _ => false,
    }
}

/// Whether two steps are the same with everything inside them, titles and deadlines aside.
pub(super) fn alike((old, was): (&Definition, &Step), (new, now): (&Definition, &Step)) -> bool {
    if was.name != now.name || was.handoff != now.handoff {
        return false;
    }
    match (&was.kind, &now.kind) {
        (StepKind::Fill(before), StepKind::Fill(after)) => {
            Fill { due: None, ..before.clone() } == Fill { due: None, ..after.clone() }
        }
        (StepKind::Approve(before), StepKind::Approve(after)) => {
            Approve { due: None, ..before.clone() } == Approve { due: None, ..after.clone() }
        }
        (StepKind::Gate(before), StepKind::Gate(after)) => before == after,
        (StepKind::Wait(before), StepKind::Wait(after)) => before == after,
        (StepKind::Start(before), StepKind::Start(after)) => before == after,
        (StepKind::Do(before), StepKind::Do(after)) => before == after,
        (StepKind::Record(before), StepKind::Record(after)) => before == after,
        (StepKind::Notify(_), StepKind::Notify(_)) => true,
        (StepKind::End(before), StepKind::End(after)) => before == after,
        (
            StepKind::Choose(_) | StepKind::Parallel(_) | StepKind::Each(_),
            StepKind::Choose(_) | StepKind::Parallel(_) | StepKind::Each(_),
        ) => {
            same_fork(was, now)
                && path::blocks(was)
                    .into_iter()
                    .zip(path::blocks(now))
                    .all(|(before, after)| alike_blocks((old, before), (new, after)))
        }
        _ => false,
    }
}

/// Whether two blocks are the same, step by step.
pub(super) fn alike_blocks((old, was): (&Definition, BlockIndex), (new, now): (&Definition, BlockIndex)) -> bool {
    let (was, now) = (&old.blocks[was].steps, &new.blocks[now].steps);
    was.len() == now.len()
        && was.iter().zip(now).all(|(was, now)| alike((old, &old.steps[*was]), (new, &new.steps[*now])))
}
