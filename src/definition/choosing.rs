//! People who are known only once somebody acted in an earlier step: whom they chose, and who stands above them.

use super::model::{Definition, Step, StepKind, StepName, Who};

/// People at most whom somebody may choose for a step.
pub const CHOSEN_MAX: usize = 20;
/// Levels at most that a manager stands above somebody.
pub const LEVELS_MAX: usize = 5;

/// `chosen by`: the actor of an earlier step chooses who acts on a later one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choosing {
    /// The step in which they are chosen.
    pub by: StepName,
    /// The step for which they are chosen.
    pub to: StepName,
    /// Among whom.
    pub from: Who,
    /// How many at most.
    pub at_most: usize,
}

impl Who {
    /// What is chosen in an earlier step.
    #[must_use]
    pub fn choosings(&self) -> Vec<&Choosing> {
        match self {
            Self::Chosen(choosing) => vec![choosing],
            Self::Union(all) => all.iter().flat_map(Self::choosings).collect(),
            Self::Initiator | Self::Role { .. } | Self::People(_) | Self::Item | Self::Manager { .. } => Vec::new(),
        }
    }

    /// The earlier steps whose actor it depends on.
    #[must_use]
    pub fn depends_on(&self) -> Vec<&StepName> {
        match self {
            Self::Chosen(choosing) => vec![&choosing.by],
            Self::Manager { of, .. } => vec![of],
            Self::Union(all) => all.iter().flat_map(Self::depends_on).collect(),
            Self::Initiator | Self::Role { .. } | Self::People(_) | Self::Item => Vec::new(),
        }
    }
}

impl Step {
    /// Whom it asks, where people act on it.
    #[must_use]
    pub const fn asks(&self) -> Option<&Who> {
        match &self.kind {
            StepKind::Fill(fill) => Some(&fill.by),
            StepKind::Approve(approve) => Some(&approve.by),
            StepKind::Gate(_)
            | StepKind::Choose(_)
            | StepKind::Parallel(_)
            | StepKind::Each(_)
            | StepKind::Wait(_)
            | StepKind::Start(_)
            | StepKind::Do(_)
            | StepKind::Record(_)
            | StepKind::Notify(_)
            | StepKind::End(_) => None,
        }
    }
}

impl Definition {
    /// What the actor of `step` chooses, each with the step it is for, in the order of the file.
    #[must_use]
    pub fn chosen_in(&self, step: &StepName) -> Vec<(&Step, &Choosing)> {
        self.choosings().filter(|(_, choosing)| choosing.by == *step).collect()
    }

    /// Everything that is chosen, each with the step it is for, in the order of the file.
    pub fn choosings(&self) -> impl Iterator<Item = (&Step, &Choosing)> {
        let all = self.steps.iter().filter_map(|later| Some((later, later.asks()?.choosings())));
        all.flat_map(|(later, choosings)| choosings.into_iter().map(move |choosing| (later, choosing)))
    }
}
