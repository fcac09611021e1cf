//! The way back: what a return cancels, what it undoes, and where the case stands afterwards.

use super::{
    case::ActivationNo,
    event::{CancelReason, Event},
    refusal::Refusal,
    walk::{Parent, Walk},
};
use crate::definition::{Resume, Step, StepKind, StepName};

/// A return on its way.
pub(super) struct Return<'r> {
    /// The activation that returns.
    pub activation: ActivationNo,
    /// Its step.
    pub from: &'r Step,
    /// Where to.
    pub to: &'r StepName,
    /// What happens once that step is done again.
    pub resume: Resume,
}

impl Walk<'_> {
    /// Goes back: cancels every open activation in the target's surroundings (out of a parallel block that is every
    /// branch), forgets what was passed since, and activates the target afresh.
    pub fn go_back(&mut self, back: &Return<'_>) -> Result<(), Refusal> {
        let target = self.step(back.to)?;
        let refused = || Refusal::CannotReturnTo { step: target.title.clone() };
        let somebody_acts = matches!(target.kind, StepKind::Fill(_) | StepKind::Approve(_));
        let returning = self.case.activations.get(&back.activation).and_then(|activation| activation.parent);
        if !somebody_acts || !self.case.has_passed(back.to, returning) {
            return Err(refused());
        }
        let parent = self.parent_for(target, back.activation).ok_or_else(refused)?;
        let within: Vec<_> = self
            .case
            .activations
            .keys()
            .copied()
            .filter(|no| match parent {
                None => true,
                Some(context) => self.stands_in(*no, context),
            })
            .collect();
        let undone = self.undone(target, back, parent);
        self.cancel(&within, &CancelReason::Returned);
        let item = self.case.item_within(parent);
        self.emit(Event::Returned { from: back.from.name.clone(), to: back.to.clone(), undone, item });
        let resume = (back.resume == Resume::Here).then(|| back.from.name.clone());
        self.enter(target, parent, resume)
    }

    /// The parallel or each activation, and the branch or item, in which the target stands, seen from the returning
    /// activation; the outer `None` means that the target is not around it.
    fn parent_for(&self, target: &Step, from: ActivationNo) -> Option<Parent> {
        let Some((split, branch)) = self.definition.split_around(target) else {
            return Some(None);
        };
        let mut current = self.case.activations.get(&from)?;
        loop {
            let (no, at_branch) = current.parent?;
            current = self.case.activations.get(&no)?;
            if current.step == split.name {
                // The block of an each serves all of its items: the one at hand is the one that returns.
                let is_around = at_branch == branch || matches!(split.kind, StepKind::Each(_));
                return is_around.then_some(Some((no, at_branch)));
            }
        }
    }

    fn stands_in(&self, no: ActivationNo, context: (ActivationNo, usize)) -> bool {
        let mut current = self.case.activations.get(&no);
        while let Some(parent) = current.and_then(|activation| activation.parent) {
            if parent == context {
                return true;
            }
            current = self.case.activations.get(&parent.0);
        }
        false
    }

    /// With `resume: here` only the target is done again; otherwise every step from the target on, in its own branch.
    fn undone(&self, target: &Step, back: &Return<'_>, parent: Parent) -> Vec<StepName> {
        if back.resume == Resume::Here {
            return vec![target.name.clone()];
        }
        let context = self.definition.split_around(target).map(|(step, branch)| (step.name.clone(), branch));
        let from = self.definition.steps.iter().position(|step| step.name == target.name).unwrap_or_default();
        self.definition.steps[from..]
            .iter()
            .filter(|step| self.case.has_passed(&step.name, parent))
            .filter(|step| context.as_ref().is_none_or(|context| self.is_inside(step, context)))
            .map(|step| step.name.clone())
            .collect()
    }

    fn is_inside(&self, step: &Step, context: &(StepName, usize)) -> bool {
        let mut around = self.definition.split_around(step);
        while let Some((parallel, branch)) = around {
            if parallel.name == context.0 && branch == context.1 {
                return true;
            }
            around = self.definition.split_around(parallel);
        }
        false
    }
}
