//! What a definition may have beside the plain steps.

use rand::{Rng as _, rngs::StdRng};

use super::{About, Generator, VACANT, some_values};
use crate::{
    definition::{
        Each, EmptyList, ItemList, Mode, Order, Passes, ReturnRoute, StartCase, StepKind, Vote, VoteRoute, Wait,
        Weighed, Weight, Who, span::Span,
    },
    worlds::LISTED,
};

/// What a definition may have beside the plain steps.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Extra {
    Each,
    Votes,
    Wait,
    Start,
    Nobody,
}

pub(super) fn some_extras(rng: &mut StdRng, alone: bool) -> Vec<Extra> {
    const EXTRAS: [Extra; 5] = [Extra::Each, Extra::Votes, Extra::Wait, Extra::Start, Extra::Nobody];
    let many = if alone { [0, 0, 1, 1, 1, 2][rng.random_range(0..6)] } else { 0 };
    (0..many).map(|_| EXTRAS[rng.random_range(0..EXTRAS.len())]).collect()
}

impl Generator<'_> {
    /// Now and then what this definition has beside the plain steps.
    pub(super) fn extra(&mut self, block: usize, depth: usize) -> bool {
        if self.extras.is_empty() || self.rng.random_bool(0.5) {
            return false;
        }
        let extra = self.extras[self.rng.random_range(0..self.extras.len())];
        match extra {
            Extra::Each
                if self.listed.is_none() && depth < 2 && !self.has(|kind| matches!(kind, StepKind::Each(_))) =>
            {
                self.each(block, depth);
            }
            Extra::Wait => self.wait(block),
            Extra::Start if self.listed.is_none() && !self.has(|kind| matches!(kind, StepKind::Start(_))) => {
                let waits = self.rng.random_bool(0.5);
                let by = Who::Role { role: VACANT.into(), of: None };
                self.push(block, StepKind::Start(StartCase { workflow: "another".into(), by, waits }));
            }
            Extra::Votes => self.vote(block),
            Extra::Nobody => {
                let index = self.approve(block);
                let nobody = Who::Role { role: "finance-performance".into(), of: None };
                if let StepKind::Approve(approve) = &mut self.definition.steps[index].kind {
                    approve.by = Who::Role { role: VACANT.into(), of: None };
                    approve.limits.nobody = self.rng.random_bool(0.8).then_some(nobody);
                }
            }
            Extra::Each | Extra::Start => return false,
        }
        true
    }

    fn has(&self, is: impl Fn(&StepKind) -> bool) -> bool {
        self.definition.steps.iter().any(|step| is(&step.kind))
    }

    fn each(&mut self, block: usize, depth: usize) {
        let list = ItemList::Organisations(LISTED.map(Into::into).into());
        let in_order = self.rng.random_bool(0.5);
        let empty = if self.rng.random_bool(0.5) { EmptyList::Next } else { EmptyList::Hold };
        let each = Each { list, at_most: 5, in_order, empty, block: 0 };
        let index = self.push(block, StepKind::Each(each.clone()));
        self.listed = Some(in_order);
        let inner = self.branch(index, 0, depth);
        self.listed = None;
        self.definition.steps[index].kind = StepKind::Each(Each { block: inner, ..each });
    }

    fn wait(&mut self, block: usize) {
        let wait = match self.rng.random_range(0..4) {
            0 => Wait::For(Span::Days(3)),
            1 => Wait::UntilDay("08-31".parse().unwrap()),
            _ if self.about == About::Approvals => Wait::For(Span::Hours(5)),
            _ => Wait::Fact { fact: "assessment".into(), is: some_values(self.rng) },
        };
        self.push(block, StepKind::Wait(wait));
    }

    /// An approval by a vote, or by everybody.
    fn vote(&mut self, block: usize) {
        let index = self.approve(block);
        let route = self.way_back_from(index);
        let otherwise =
            route.filter(|_| self.rng.random_bool(0.5)).map_or(VoteRoute::End("rejected".into()), VoteRoute::Return);
        let StepKind::Approve(approve) = &mut self.definition.steps[index].kind else { return };
        approve.by = Who::Role { role: "finance-leader".into(), of: None };
        // All of the few may act in it, and nobody would be left for a step that keeps them out.
        approve.limits.not_by.clear();
        self.approvals.pop();
        let order = if self.rng.random_bool(0.7) { Order::AtOnce } else { Order::Sequence };
        let graded = !approve.grades.is_empty();
        let passes = match self.rng.random_range(0..4) {
            0 => Passes::All,
            1 => Passes::Share { part: 1, whole: 2, over: true },
            2 if !graded => Passes::Votes(2),
            3 if !graded => Passes::Any,
            _ => Passes::Share { part: 2, whole: 3, over: false },
        };
        let weights = if self.rng.random_bool(0.2) {
            vec![Weight { of: Weighed::Person("p300".into()), votes: 2 }]
        } else {
            Vec::new()
        };
        let veto = !graded && self.rng.random_bool(0.3);
        approve.edit.clear();
        match self.rng.random_range(0..5) {
            0 if !graded => approve.mode = Mode::All,
            1 if !graded => approve.mode = Mode::Sequence,
            _ => {
                approve.reject = None;
                approve.mode = Mode::Vote(Vote { order, passes, weights, veto, otherwise });
            }
        }
    }

    fn way_back_from(&mut self, step: usize) -> Option<ReturnRoute> {
        let (block, own) = (self.definition.steps[step].block, self.definition.steps[step].name.clone());
        let behind = self.behind.clone();
        self.behind.retain(|(name, _)| *name != own);
        let route = self.way_back(block);
        self.behind = behind;
        route
    }
}
