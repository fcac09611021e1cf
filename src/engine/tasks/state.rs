//! Through whose hands an open task goes: how somebody came to be asked, who holds it, what it waits for.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{clock::Instant, engine::case::TaskNo, ids::PersonId};

/// Everything about an open task that people change among themselves. It belongs to the task, and so to one activation:
/// a return or a new entry into the step begins without it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hands {
    /// How the candidates came to be asked.
    pub asked: Asked,
    /// Who holds it.
    pub holding: Holding,
    /// Who is asked after this task is approved, in order.
    pub followers: Vec<Follower>,
    /// The opinions given so far, oldest first.
    pub opinions: Vec<Opinion>,
    /// When each person urged it last.
    pub urged: BTreeMap<PersonId, Instant>,
}

/// How the candidates of a task came to be asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asked {
    /// The step means them, today as well.
    #[default]
    ByStep,
    /// Somebody who was asked gave the task away for good.
    InPlaceOf(PersonId),
    /// For an opinion on a task that is parked until it is there.
    ForOpinion {
        /// Who asked for it, and decides afterwards.
        by: PersonId,
    },
    /// As an added signer.
    AsSigner {
        /// Who added them.
        by: PersonId,
        /// Before, after or beside that person.
        place: Placing,
    },
}

impl Asked {
    /// Whether a colleague added them as a signer.
    #[must_use]
    pub const fn is_as_signer(&self) -> bool {
        matches!(self, Self::AsSigner { .. })
    }
}

/// Where an added signer stands to the one who added them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Placing {
    /// 前加签: the task is parked until the added one has approved.
    Before,
    /// 后加签: the added one is asked once the task is approved.
    After,
    /// 并签: the added one is asked at once and counts as one more of the group.
    Parallel,
}

/// Who holds an open task.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holding {
    /// Whoever of the candidates acts first.
    #[default]
    Open,
    /// One of the candidates took it.
    Claimed {
        /// Who.
        by: PersonId,
    },
    /// Its holder waits for others.
    Parked {
        /// Who decides afterwards.
        by: PersonId,
        /// The open tasks that are waited for: an opinion, or signers before; never empty.
        until: BTreeSet<TaskNo>,
    },
}

/// Somebody who is asked after a task is approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Follower {
    /// Who.
    pub person: PersonId,
    /// Who added them.
    pub by: PersonId,
}

/// An opinion on a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opinion {
    /// Who gave it.
    pub by: PersonId,
    /// For or against.
    pub advice: Advice,
    /// In which words.
    pub text: String,
    /// When.
    pub at: Instant,
}

/// What an opinion recommends. It decides nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Advice {
    /// 建议同意
    Approve,
    /// 建议不同意
    Disapprove,
}

impl Hands {
    /// The hands of a task that somebody is asked for in a way of its own.
    #[must_use]
    pub fn asked(asked: Asked) -> Self {
        Self { asked, ..Self::default() }
    }

    /// Whoever took the task, or parked it.
    #[must_use]
    pub const fn holder(&self) -> Option<PersonId> {
        match &self.holding {
            Holding::Open => None,
            Holding::Claimed { by } | Holding::Parked { by, .. } => Some(*by),
        }
    }

    /// The tasks that this one waits for; empty when it waits for none.
    #[must_use]
    pub fn waits_for(&self) -> BTreeSet<TaskNo> {
        match &self.holding {
            Holding::Open | Holding::Claimed { .. } => BTreeSet::new(),
            Holding::Parked { until, .. } => until.clone(),
        }
    }

    /// Whether the task is asked before another one decides: approving it settles nothing by itself.
    #[must_use]
    pub const fn is_signer_before(&self) -> bool {
        matches!(self.asked, Asked::AsSigner { place: Placing::Before, .. })
    }

    /// Whether the task is asked beside those whom the step asks.
    #[must_use]
    pub const fn is_signer_beside(&self) -> bool {
        matches!(self.asked, Asked::AsSigner { place: Placing::Parallel, .. })
    }

    /// Who was asked at first and gave the task away.
    #[must_use]
    pub const fn stood_in_for(&self) -> Option<PersonId> {
        match self.asked {
            Asked::InPlaceOf(person) => Some(person),
            Asked::ByStep | Asked::ForOpinion { .. } | Asked::AsSigner { .. } => None,
        }
    }

    /// Whether an opinion is asked for, and no decision.
    #[must_use]
    pub const fn is_for_opinion(&self) -> bool {
        matches!(self.asked, Asked::ForOpinion { .. })
    }
}
