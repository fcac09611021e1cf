//! Counting votes: what is certain already, and what is not. Whole numbers only.
//!
//! The result depends on the ballots and weights alone, never on their order. It is told as soon as no ballot that is
//! still to come can change it, and never before.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::definition::{GradeName, Passes};

/// How somebody voted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ballot {
    /// For it.
    Approve,
    /// Against it.
    Reject,
    /// Neither; the vote stays part of the whole.
    Abstain,
    /// For a grade.
    Grade(GradeName),
}

impl Ballot {
    /// The name under which conditions read how many there were: `approve`, or the grade with `_` for `-`.
    #[must_use]
    pub fn counted_as(&self) -> String {
        match self {
            Self::Approve => "approve".to_owned(),
            Self::Reject => "reject".to_owned(),
            Self::Abstain => "abstain".to_owned(),
            Self::Grade(grade) => grade.as_str().replace('-', "_"),
        }
    }
}

/// The rules of a count.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'r> {
    /// What can be reached: approval, or one of the grades.
    pub choices: &'r [Ballot],
    /// How many votes a choice needs.
    pub passes: Passes,
    /// Whether one rejection decides.
    pub veto: bool,
}

/// Somebody who is asked: how many votes theirs counts for, whether the step asks them, and what it was.
#[derive(Debug, Clone, Copy)]
pub struct Voter<'b> {
    /// At least 1.
    pub weight: u64,
    /// Whether a colleague added them: what they say counts, and reaches nothing unless one of the others says it too.
    pub added: bool,
    /// `None` as long as they have not voted.
    pub ballot: Option<&'b Ballot>,
}

/// What a count says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Ballots that are still to come can change the result.
    Open,
    /// This choice has its votes, whatever else comes.
    Reached(Ballot),
    /// No choice can have them any more.
    Failed,
    /// Nobody is left whom the step asks, or the group is too small to reach any result even if all agreed: nobody can decide.
    TooFew,
}

/// How the votes stand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Votes for each ballot that was cast, by [`Ballot::counted_as`].
    pub given: BTreeMap<String, u64>,
    /// All votes of the group.
    pub of: u64,
}

impl Tally {
    /// Counts.
    #[must_use]
    pub fn of(voters: &[Voter<'_>]) -> Self {
        let mut tally = Self::default();
        for voter in voters {
            tally.of += voter.weight;
            if let Some(ballot) = voter.ballot {
                *tally.given.entry(ballot.counted_as()).or_default() += voter.weight;
            }
        }
        tally
    }
}

/// What is certain about the result.
#[must_use]
pub fn verdict(rules: Rules<'_>, voters: &[Voter<'_>]) -> Verdict {
    let total: u64 = voters.iter().map(|voter| voter.weight).sum();
    let open: u64 = voters.iter().filter(|voter| voter.ballot.is_none()).map(|voter| voter.weight).sum();
    let given = |wanted: &Ballot| -> u64 {
        voters.iter().filter(|voter| voter.ballot == Some(wanted)).map(|voter| voter.weight).sum()
    };
    let own = |ballot: Option<&Ballot>| voters.iter().any(|voter| !voter.added && voter.ballot == ballot);
    if voters.iter().all(|voter| voter.added) || !rules.passes.met(total, total) {
        return Verdict::TooFew;
    }
    if rules.veto && given(&Ballot::Reject) > 0 {
        return Verdict::Failed;
    }
    // As long as somebody can still veto, no number of approvals is enough.
    let unsettled = rules.veto && open > 0;
    let has_its_votes = |choice: &Ballot| rules.passes.met(given(choice), total) && own(Some(choice));
    if let Some(reached) = rules.choices.iter().find(|choice| !unsettled && has_its_votes(choice)) {
        return Verdict::Reached(reached.clone());
    }
    let may_have_them =
        |choice: &Ballot| rules.passes.met(given(choice) + open, total) && (own(Some(choice)) || own(None));
    if rules.choices.iter().any(may_have_them) {
        return Verdict::Open;
    }
    Verdict::Failed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Clone)]
    struct Count {
        choices: Vec<Ballot>,
        passes: Passes,
        veto: bool,
        /// Weight and ballot of everybody and whether they were added, in the order in which they vote.
        cast: Vec<(u64, Ballot, bool)>,
    }

    impl Count {
        fn rules(&self) -> Rules<'_> {
            Rules { choices: &self.choices, passes: self.passes, veto: self.veto }
        }

        /// The verdict when only those have voted of whom `voted` says so.
        fn after(&self, voted: impl Fn(usize) -> bool) -> Verdict {
            let voters: Vec<_> = self
                .cast
                .iter()
                .enumerate()
                .map(|(at, (weight, ballot, added))| Voter {
                    weight: *weight,
                    added: *added,
                    ballot: voted(at).then_some(ballot),
                })
                .collect();
            verdict(self.rules(), &voters)
        }
    }

    fn passes() -> impl Strategy<Value = Passes> {
        prop_oneof![
            Just(Passes::Any),
            Just(Passes::All),
            (1_u64..=7, 0_u64..=6, any::<bool>()).prop_map(|(part, more, over)| Passes::Share {
                part,
                whole: part + more + u64::from(over),
                over
            }),
            (1_u64..=6).prop_map(Passes::Votes),
        ]
    }

    fn count() -> impl Strategy<Value = Count> {
        let grade = |name: &str| Ballot::Grade(name.into());
        let plain = vec![Ballot::Approve];
        let grades = vec![grade("good"), grade("fair"), grade("poor")];
        let cast = |kinds: Vec<Ballot>| {
            prop::collection::vec((1_u64..=4, prop::sample::select(kinds), prop::bool::weighted(0.3)), 1..8)
        };
        let plain_cast = cast(vec![Ballot::Approve, Ballot::Approve, Ballot::Reject, Ballot::Abstain]);
        let grade_cast = cast(grades.iter().cloned().chain([Ballot::Abstain]).collect());
        prop_oneof![
            (passes(), any::<bool>(), plain_cast).prop_map(move |(passes, veto, cast)| Count {
                choices: plain.clone(),
                passes,
                veto,
                cast
            }),
            (passes().prop_filter("grades need a decisive share", |passes| passes.is_decisive()), grade_cast)
                .prop_map(move |(passes, cast)| Count { choices: grades.clone(), passes, veto: false, cast }),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn stopping_early_never_changes_the_result(count in count()) {
            let everybody = count.after(|_| true);
            prop_assert_ne!(&everybody, &Verdict::Open, "everybody has voted and nothing is decided");
            for voted in 0..=count.cast.len() {
                let early = count.after(|at| at < voted);
                if early != Verdict::Open {
                    prop_assert_eq!(&early, &everybody, "after {} of {}", voted, count.cast.len());
                }
            }
        }

        #[test]
        fn it_stops_as_soon_as_the_result_is_certain(count in count(), voted in 0_usize..8) {
            // Whatever the others may still say, tried out in full: two different ends mean that it is open.
            let voted = voted.min(count.cast.len());
            let rest = count.cast.len() - voted;
            prop_assume!(rest <= 4);
            let mut kinds = count.choices.clone();
            kinds.extend([Ballot::Reject, Ballot::Abstain]);
            let mut ends: Vec<Verdict> = Vec::new();
            for way in 0..kinds.len().pow(u32::try_from(rest).unwrap()) {
                let mut played = count.clone();
                let mut way = way;
                for (_, ballot, _) in &mut played.cast[voted..] {
                    *ballot = kinds[way % kinds.len()].clone();
                    way /= kinds.len();
                }
                let end = played.after(|_| true);
                if !ends.contains(&end) {
                    ends.push(end);
                }
            }
            let told = count.after(|at| at < voted);
            if let [only] = &ends[..] {
                prop_assert_eq!(&told, only, "it is certain");
            } else {
                prop_assert_eq!(told, Verdict::Open, "{:?} are all possible", ends);
            }
        }

        #[test]
        fn the_order_of_votes_does_not_matter(count in count(), turned in 0_usize..8) {
            let mut other = count.clone();
            let by = turned % other.cast.len();
            other.cast.rotate_left(by);
            prop_assert_eq!(count.after(|_| true), other.after(|_| true));
            other.cast.reverse();
            prop_assert_eq!(count.after(|_| true), other.after(|_| true));
        }

        #[test]
        fn a_group_that_shrinks_never_passes_without_the_share_of_the_rest(count in count(), gone in 0_usize..8) {
            let mut rest = count;
            rest.cast.truncate(gone);
            let verdict = rest.after(|_| true);
            let total: u64 = rest.cast.iter().map(|(weight, _, _)| weight).sum();
            if let Verdict::Reached(choice) = verdict {
                let given: u64 = rest.cast.iter().filter(|(_, b, _)| *b == choice).map(|(weight, _, _)| weight).sum();
                prop_assert!(rest.passes.met(given, total));
                prop_assert!(rest.cast.iter().any(|(_, ballot, added)| *ballot == choice && !added));
            } else if rest.cast.is_empty() {
                prop_assert_eq!(verdict, Verdict::TooFew);
            }
        }
    }
}
