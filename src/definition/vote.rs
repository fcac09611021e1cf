//! Who of a group is asked when, and what passes.

use super::model::{Outcome, ReturnRoute, RoleName};

/// Who is asked when, and what passes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// One task for the group; the first decision counts.
    Any,
    /// A task for each person at once; every one must approve.
    All,
    /// A task for each person, one after another; every one must approve.
    Sequence,
    /// A task for each person; enough of them must agree.
    Vote(Vote),
}

impl Mode {
    /// Whether people are asked one after another.
    #[must_use]
    pub const fn is_in_sequence(&self) -> bool {
        match self {
            Self::Any | Self::All => false,
            Self::Sequence => true,
            Self::Vote(vote) => matches!(vote.order, Order::Sequence),
        }
    }

    /// Where a vote without a result leads.
    #[must_use]
    pub const fn otherwise(&self) -> Option<&VoteRoute> {
        match self {
            Self::Any | Self::All | Self::Sequence => None,
            Self::Vote(vote) => Some(&vote.otherwise),
        }
    }

    /// The outcome of a vote without a result, where it ends the case.
    #[must_use]
    pub fn fails_as(&self) -> Option<&Outcome> {
        match self.otherwise()? {
            VoteRoute::End(outcome) => Some(outcome),
            VoteRoute::Return(_) => None,
        }
    }

    /// The way back of a vote without a result, where it returns the case.
    #[must_use]
    pub fn fails_to(&self) -> Option<&ReturnRoute> {
        match self.otherwise()? {
            VoteRoute::Return(route) => Some(route),
            VoteRoute::End(_) => None,
        }
    }
}

/// How a group votes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    /// Who is asked when.
    pub order: Order,
    /// How many votes one choice needs.
    pub passes: Passes,
    /// Whose vote counts for more than one.
    pub weights: Vec<Weight>,
    /// Whether one rejection decides.
    pub veto: bool,
    /// `failed`, and `undecided` where grades are voted on: where the case goes when no choice can reach its votes.
    pub otherwise: VoteRoute,
}

/// Who is asked when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Everybody at once.
    AtOnce,
    /// One after another.
    Sequence,
}

/// How many of all votes of the group one choice needs. Who abstains or has not voted is part of the group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passes {
    /// One.
    Any,
    /// Every one.
    All,
    /// At least this share, or (`over`) more than it. `0 < part ≤ whole`.
    Share {
        /// The numerator.
        part: u64,
        /// The denominator.
        whole: u64,
        /// `more than`: reaching the share is not enough.
        over: bool,
    },
    /// At least so many.
    Votes(u64),
}

/// What conditions read of a vote besides the votes for each grade: for, against and neither, those of everybody, and
/// how many of a hundred were for it, rounded down.
pub const COUNTED: &[&str] = &["approve", "reject", "abstain", "all", "percent"];

impl Passes {
    /// Whether `given` of `total` votes are enough. Never for a group without votes, never with none given.
    #[must_use]
    pub const fn met(self, given: u64, total: u64) -> bool {
        if given == 0 || given > total {
            return false;
        }
        match self {
            Self::Any => true,
            Self::All => given == total,
            Self::Share { part, whole, over: false } => given * whole >= part * total,
            Self::Share { part, whole, over: true } => given * whole > part * total,
            Self::Votes(needed) => given >= needed,
        }
    }

    /// Whether two choices can never both have enough votes, whatever the size of the group.
    #[must_use]
    pub const fn is_decisive(self) -> bool {
        match self {
            Self::Any | Self::Votes(_) => false,
            Self::All => true,
            Self::Share { part, whole, over } => part * 2 > whole || (over && part * 2 == whole),
        }
    }
}

/// Whose vote counts for more than one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weight {
    /// Who.
    pub of: Weighed,
    /// How many votes theirs counts for, at least 1.
    pub votes: u64,
}

/// Who has a weight. A person's own weight goes before that of a role; of several roles the heaviest counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Weighed {
    /// Whoever is asked for this role.
    Role(RoleName),
    /// One person, by login.
    Person(String),
}

/// Where a vote leads that reached no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VoteRoute {
    /// Back.
    Return(ReturnRoute),
    /// The case ends.
    End(Outcome),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_exact() {
        let two_thirds = Passes::Share { part: 2, whole: 3, over: false };
        assert!(two_thirds.met(2, 3) && two_thirds.met(4, 6) && !two_thirds.met(3, 5) && !two_thirds.met(66, 100));
        let majority = Passes::Share { part: 1, whole: 2, over: true };
        assert!(!majority.met(2, 4) && majority.met(3, 4));
        for passes in [Passes::Any, Passes::All, two_thirds, majority, Passes::Votes(1)] {
            assert!(!passes.met(0, 0) && !passes.met(0, 3), "nobody's vote passes nothing");
        }
        assert!(majority.is_decisive() && !Passes::Share { part: 1, whole: 2, over: false }.is_decisive());
    }
}
