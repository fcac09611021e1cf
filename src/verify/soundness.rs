//! Soundness: every step can be reached, every parallel step can be passed, and every case can end from wherever it
//! waits. Withdrawing does not count: a case must be able to end by its own steps.

use std::collections::BTreeSet;

use super::{
    moves::{Moves, Node},
    places::{Branch, Places},
    runs::{Goal, follow},
    ways::{NodeNo, Ways},
    words,
};
use crate::definition::{
    BlockIndex, StepIndex, StepKind,
    problem::{Problem, Spot, proof},
};

/// What the search suspects is followed exactly, and so is whatever goes through a list: how many items there were is
/// nothing that the search remembers.
pub(super) fn check(moves: &Moves<'_>, ways: &Ways) -> Vec<Problem> {
    let problems = suspected(moves.places, ways);
    let has_list = moves.places.definition.steps.iter().any(|step| matches!(step.kind, StepKind::Each(_)));
    if problems.is_empty() && !has_list {
        return problems;
    }
    match follow(moves, &Goal::Soundness) {
        Some(followed) if followed.is_sound => Vec::new(),
        Some(followed) if problems.is_empty() => {
            let places = moves.places;
            let problem = |(step, stops): (StepIndex, Vec<words::Stop>)| {
                let way = words::way_of_stops(places, &stops);
                proof::never_ends(spot(places, step), &words::title(&places.definition.steps[step]), way)
            };
            followed.endless.into_iter().map(problem).collect()
        }
        Some(_) | None => problems,
    }
}

fn suspected(places: &Places<'_>, ways: &Ways) -> Vec<Problem> {
    let reached: BTreeSet<_> = ways.reached().filter_map(|(_, node)| entered(node)).collect();
    let mut problems = Vec::new();
    unreached(places, &reached, 0, &mut problems);
    for &step in &reached {
        let branch = |no| Branch { parallel: step, no };
        let stuck = (0..places.branches(step)).find(|no| !ways.is_done(branch(*no)));
        if let Some(no) = stuck {
            problems.push(proof::never_joins(
                spot(places, step),
                &words::title(&places.definition.steps[step]),
                no + 1,
            ));
        }
    }
    problems.extend(endless(places, ways));
    problems
}

const fn entered(node: Node) -> Option<StepIndex> {
    match node {
        Node::Entered(step, _) => Some(step),
        Node::Done(..) | Node::Waits(..) | Node::Rests | Node::Ended => None,
    }
}

/// The first step of each block that no case comes to; what stands behind it goes without saying.
fn unreached(places: &Places<'_>, reached: &BTreeSet<StepIndex>, block: BlockIndex, problems: &mut Vec<Problem>) {
    for &step in &places.definition.blocks[block].steps {
        if !reached.contains(&step) {
            problems.push(proof::never_reached(spot(places, step), &words::title(&places.definition.steps[step])));
            return;
        }
        for block in blocks_of(places, step) {
            unreached(places, reached, block, problems);
        }
    }
}

fn blocks_of(places: &Places<'_>, step: StepIndex) -> Vec<BlockIndex> {
    match places.kind(step) {
        StepKind::Choose(choose) => choose.branches.iter().map(|(_, block)| *block).chain(choose.otherwise).collect(),
        StepKind::Parallel(parallel) => parallel.branches.iter().map(|(_, block)| *block).collect(),
        StepKind::Each(each) => vec![each.block],
        StepKind::Fill(_)
        | StepKind::Approve(_)
        | StepKind::Gate(_)
        | StepKind::Wait(_)
        | StepKind::Start(_)
        | StepKind::Do(_)
        | StepKind::Record(_)
        | StepKind::Notify(_)
        | StepKind::End(_) => Vec::new(),
    }
}

/// The steps at which a case can wait and from which it can never end; each once.
fn endless(places: &Places<'_>, ways: &Ways) -> Vec<Problem> {
    let ending = ways.ending();
    let mut told = BTreeSet::new();
    let mut problems = Vec::new();
    let waits = |(no, node): (NodeNo, Node)| match node {
        Node::Waits(step, _) if !ending[no] => Some((no, step)),
        Node::Waits(..) | Node::Entered(..) | Node::Done(..) | Node::Rests | Node::Ended => None,
    };
    for (no, step) in ways.reached().filter_map(waits) {
        if told.insert(step) {
            let way = words::way(places, &ways.way(no));
            problems.push(proof::never_ends(spot(places, step), &words::title(&places.definition.steps[step]), way));
        }
    }
    problems
}

/// Where a step stands.
pub(super) fn spot(places: &Places<'_>, step: StepIndex) -> Spot {
    let step = &places.definition.steps[step];
    Spot { at: step.at, len: step.name.as_str().chars().count() }
}
