//! Where steps stand: the parallel branches around each.

use crate::definition::{BlockIndex, Definition, Each, FieldName, Resume, ReturnRoute, StepIndex, StepKind};

/// A branch of a parallel step, or the block of an `each` step, which its items go through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Branch {
    /// The parallel step.
    pub parallel: StepIndex,
    /// Which of its branches.
    pub no: usize,
}

/// A definition with the parallel branches around each of its steps.
pub(super) struct Places<'d> {
    pub definition: &'d Definition,
    around: Vec<Vec<Branch>>,
}

impl<'d> Places<'d> {
    pub(super) fn of(definition: &'d Definition) -> Self {
        let around = definition.steps.iter().map(|step| around(definition, step.block)).collect();
        Self { definition, around }
    }

    /// The parallel branches around a step, from the outside in.
    pub(super) fn around(&self, step: StepIndex) -> &[Branch] {
        &self.around[step]
    }

    /// How many parallel branches stand around a step.
    pub(super) fn depth(&self, step: StepIndex) -> usize {
        self.around[step].len()
    }

    /// The fields that a step may write.
    pub(super) fn edits(&self, step: StepIndex) -> &'d [FieldName] {
        self.definition.steps[step].edits()
    }

    pub(super) fn kind(&self, step: StepIndex) -> &'d StepKind {
        &self.definition.steps[step].kind
    }

    /// The first step of a branch; the one block of an `each` is its branch 0.
    pub(super) fn first(&self, branch: Branch) -> Option<StepIndex> {
        let block = *branches(self.kind(branch.parallel)).get(branch.no)?;
        self.definition.blocks[block].steps.first().copied()
    }

    /// The list that a step goes through.
    pub(super) fn each(&self, step: StepIndex) -> Option<&'d Each> {
        if let StepKind::Each(each) = self.kind(step) { Some(each) } else { None }
    }

    /// How many branches a parallel step has; an `each` has one, for all of its items.
    pub(super) fn branches(&self, parallel: StepIndex) -> usize {
        branches(self.kind(parallel)).len()
    }

    /// The step of that name.
    pub(super) fn target(&self, route: &ReturnRoute) -> Option<StepIndex> {
        self.definition.steps.iter().position(|step| step.name == route.to)
    }

    /// The step after `step` in its own block, or the block's owner.
    pub(super) fn after(&self, step: StepIndex) -> After {
        let standing = &self.definition.steps[step];
        let block = &self.definition.blocks[standing.block];
        match (block.steps.get(standing.offset + 1), block.owner) {
            (Some(next), _) => After::Step(*next),
            (None, Some((owner, no))) if self.kind(owner).splits() => After::Branch(Branch { parallel: owner, no }),
            (None, Some((owner, _))) => self.after(owner),
            (None, None) => After::Nothing,
        }
    }

    /// Whether both stand in one parallel step, though in different branches of it.
    pub(super) fn are_sisters(&self, one: StepIndex, other: StepIndex) -> bool {
        let both = self.around[one].iter().zip(&self.around[other]);
        both.into_iter().any(|(a, b)| a.parallel == b.parallel && a.no != b.no)
    }

    /// The steps that a return makes undone.
    pub(super) fn undone(&self, target: StepIndex, resume: Resume) -> Vec<StepIndex> {
        let around = &self.around[target];
        match resume {
            Resume::Here => vec![target],
            Resume::Through => {
                (target..self.around.len()).filter(|step| self.around[*step].starts_with(around)).collect()
            }
        }
    }
}

/// What comes after a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    /// Another step.
    Step(StepIndex),
    /// The end of a parallel branch.
    Branch(Branch),
    /// Nothing: the case runs off the end.
    Nothing,
}

fn branches(kind: &StepKind) -> Vec<BlockIndex> {
    match kind {
        StepKind::Parallel(parallel) => parallel.branches.iter().map(|(_, block)| *block).collect(),
        StepKind::Each(each) => vec![each.block],
        StepKind::Fill(_)
        | StepKind::Approve(_)
        | StepKind::Gate(_)
        | StepKind::Choose(_)
        | StepKind::Wait(_)
        | StepKind::Start(_)
        | StepKind::Do(_)
        | StepKind::Record(_)
        | StepKind::Notify(_)
        | StepKind::End(_) => Vec::new(),
    }
}

fn around(definition: &Definition, block: usize) -> Vec<Branch> {
    let mut around = Vec::new();
    let mut current = definition.blocks[block].owner;
    while let Some((owner, no)) = current {
        if definition.steps[owner].kind.splits() {
            around.push(Branch { parallel: owner, no });
        }
        current = definition.blocks[definition.steps[owner].block].owner;
    }
    around.reverse();
    around
}
