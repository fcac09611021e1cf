//! Approvals that only a return can take away any more. Where enough of them stand, the ways ahead need not be followed
//! one by one: every return from there is, with what certainly stands then.

use super::{Place, Search, Standing};
use crate::{
    definition::{ReturnRoute, StepIndex},
    verify::{moves::Act, order},
};

/// What lies ahead of a step, returns aside.
pub(super) struct Ahead {
    /// The steps, itself among them.
    steps: Vec<StepIndex>,
    /// The approvals that may be lost there.
    lost: Standing,
}

/// What lies ahead of each step.
pub(super) fn ahead(search: &Search<'_, '_>, protected: &[StepIndex]) -> Vec<Ahead> {
    let places = search.places;
    let steps = 0..places.definition.steps.len();
    let beside = protected.iter().fold(0, |bits, step| bits | search.beside(*step));
    let next: Vec<_> = steps.clone().map(|step| order::ahead(places, step)).collect();
    let from = |step: StepIndex| {
        let after = order::reachable(&next, step);
        let steps: Vec<_> = steps.clone().filter(|other| *other == step || after[*other]).collect();
        let lost = steps.iter().fold(beside, |bits, step| bits | search.lapsing[*step] | search.outdated(*step));
        Ahead { steps, lost }
    };
    steps.clone().map(from).collect()
}

impl Search<'_, '_> {
    /// The approvals that stand at a place for as long as the case is not returned.
    pub(super) fn lasting(&self, place: Place, standing: Standing) -> Standing {
        let lost = |step: StepIndex| self.ahead[step].lost;
        standing & !lost(place.step) & !place.resume.map_or(0, lost)
    }

    /// Follows every return from a place where `lasting` is enough, and from all that lies ahead of it.
    pub(super) fn return_from(&mut self, at: usize, place: Place, lasting: Standing) {
        let places = self.places;
        let ahead = [Some(place.step), place.resume].into_iter().flatten();
        let steps: Vec<_> = ahead.flat_map(|step| self.ahead[step].steps.clone()).collect();
        for step in steps {
            let routes: Vec<&ReturnRoute> = places.definition.steps[step].ways_back();
            for route in routes {
                self.go_back((at, Act::Returns), step, route, lasting);
            }
        }
        self.settled |= lasting;
    }
}
