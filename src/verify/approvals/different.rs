//! How many people certainly gave approvals.

use super::{Search, Standing};
use crate::definition::{StepIndex, StepKind};

impl Search<'_, '_> {
    /// How many approvals stand; where they must be by different people, how many people certainly gave them.
    pub(super) fn people(&self, standing: Standing) -> usize {
        let steps = self.steps(standing);
        if self.wanted.by_different_people { self.different(&[], &steps) } else { steps.len() }
    }

    /// The size of the largest group of which each two are certainly by different people; `wanted` is enough.
    fn different(&self, group: &[StepIndex], rest: &[StepIndex]) -> usize {
        let mut most = group.len();
        for (at, &step) in rest.iter().enumerate() {
            if most >= self.wanted.count {
                break;
            }
            if group.iter().all(|other| self.are_different(*other, step)) {
                let with: Vec<_> = group.iter().copied().chain([step]).collect();
                most = most.max(self.different(&with, &rest[at + 1..]));
            }
        }
        most
    }

    fn are_different(&self, one: StepIndex, other: StepIndex) -> bool {
        let (one_excludes, other_excludes) = (self.keeps_out(one, other), self.keeps_out(other, one));
        if self.places.are_sisters(one, other) {
            one_excludes && other_excludes
        } else {
            one_excludes || other_excludes
        }
    }

    fn keeps_out(&self, step: StepIndex, other: StepIndex) -> bool {
        let StepKind::Approve(approve) = self.places.kind(step) else { return false };
        approve.limits.not_by.contains(&self.places.definition.steps[other].name)
    }

    /// The approvals that no longer say anything about who is different once `step` is approved again: they kept out
    /// whoever had acted there before.
    pub(super) fn outdated(&self, step: StepIndex) -> Standing {
        if !self.wanted.by_different_people {
            return 0;
        }
        let one_sided = |other: &&StepIndex| self.keeps_out(**other, step) && !self.keeps_out(step, **other);
        self.counting.iter().filter(one_sided).fold(0, |bits, other| bits | self.bit(*other))
    }
}
