//! Mandates that need a fact: it must be certain, in the very walk that comes to the protected step.

use std::collections::BTreeSet;

use super::{
    known::Known,
    moves::{Moves, Node},
    runs::{Goal, follow},
    soundness::spot,
    ways::{NodeNo, Ways},
    words,
};
use crate::definition::{
    FactName, FactValue, StepIndex,
    mandates::Mandate,
    problem::{Problem, proof},
};

pub(super) struct Wanted<'a, 'd> {
    pub moves: &'a Moves<'d>,
    pub ways: &'a Ways,
    pub mandate: &'a Mandate,
    pub fact: &'a FactName,
    pub is: &'a [FactValue],
}

/// The steps that establish the fact before the protected ones; or a problem for each protected step that can be
/// reached without it.
pub(super) fn prove(wanted: &Wanted<'_, '_>, protected: &[StepIndex]) -> Result<Vec<StepIndex>, Vec<Problem>> {
    let mut suspected = Vec::new();
    for &step in protected {
        let is_bare = |known| wanted.is_late(step) || !wanted.holds(known);
        let bare = wanted.ways.reached().find(|(_, node)| known_at(*node, step).is_some_and(is_bare));
        if let Some((no, _)) = bare {
            suspected.push((step, no));
        }
    }
    let problems = wanted.confirmed(&suspected, protected);
    if problems.is_empty() { Ok(wanted.established(protected)) } else { Err(problems) }
}

fn known_at(node: Node, wanted: StepIndex) -> Option<Known> {
    match node {
        Node::Entered(step, moment) if step == wanted => Some(moment.known),
        Node::Entered(..) | Node::Done(..) | Node::Waits(..) | Node::Rests | Node::Ended => None,
    }
}

impl Wanted<'_, '_> {
    /// Whether what is protected is done here when nobody decides in time: then nothing is certain.
    fn is_late(&self, step: StepIndex) -> bool {
        self.moves.places.definition.steps[step].late().is_some()
    }

    fn holds(&self, known: Known) -> bool {
        self.moves.facts.is_certain(known, self.fact, self.is)
    }

    /// What is suspected, without what no run of a case comes to; where the runs are too many, all of it.
    fn confirmed(&self, suspected: &[(StepIndex, NodeNo)], protected: &[StepIndex]) -> Vec<Problem> {
        if suspected.is_empty() {
            return Vec::new();
        }
        let goal = Goal::Fact { protected, fact: self.fact, is: self.is };
        let followed = follow(self.moves, &goal);
        let is_possible =
            |step: &StepIndex| followed.as_ref().is_none_or(|followed| followed.bypasses.contains_key(step));
        let possible = suspected.iter().filter(|(step, _)| is_possible(step));
        let way = |step| followed.as_ref().and_then(|followed| followed.bypasses.get(&step)).map(|run| run.way.clone());
        let problem = |(step, at): &(StepIndex, NodeNo)| {
            let problem = self.bypassed(*step, *at);
            let exact = way(*step).map(|stops| words::way_of_stops(self.moves.places, &stops));
            Problem { way: exact.or(problem.way), ..problem }
        };
        possible.map(problem).collect()
    }

    fn bypassed(&self, step: StepIndex, at: NodeNo) -> Problem {
        let nodes = self.ways.way(at);
        // The last step that somebody or something was waited for after the fact had been certain.
        let mut undone = None;
        let mut certain = false;
        for (node, _) in &nodes {
            match node {
                Node::Entered(_, moment) | Node::Done(_, moment) => certain = self.holds(moment.known),
                Node::Waits(waiting, _) if certain => {
                    undone = Some(words::title(&self.moves.places.definition.steps[*waiting]));
                    certain = false;
                }
                Node::Waits(..) | Node::Rests | Node::Ended => {}
            }
        }
        let title = words::title(&self.moves.places.definition.steps[step]);
        let fact = words::fact(self.fact, self.is);
        let way = words::way(self.moves.places, &nodes);
        if self.is_late(step) {
            return proof::bypassed_when_late(spot(self.moves.places, step), &title, self.mandate, way);
        }
        proof::bypassed(spot(self.moves.places, step), &title, self.mandate, &proof::Missing { fact, undone }, way)
    }

    /// The gates and records after which the fact is certain, seen from the protected steps.
    fn established(&self, protected: &[StepIndex]) -> Vec<StepIndex> {
        let back = self.ways.backward();
        let mut seen = BTreeSet::new();
        let mut by = BTreeSet::new();
        let at_protected = |(_, node): &(NodeNo, Node)| protected.iter().any(|step| known_at(*node, *step).is_some());
        let mut open: Vec<_> = self.ways.reached().filter(at_protected).map(|(no, _)| no).collect();
        while let Some(no) = open.pop() {
            for &before in back[no].iter().filter(|before| seen.insert(**before)) {
                match self.ways.node(before) {
                    Node::Entered(_, moment) | Node::Done(_, moment) if self.holds(moment.known) => open.push(before),
                    Node::Entered(step, _) | Node::Waits(step, _) => drop(by.insert(step)),
                    Node::Done(..) | Node::Rests | Node::Ended => {}
                }
            }
        }
        by.into_iter().collect()
    }
}
