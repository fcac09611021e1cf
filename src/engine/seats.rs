//! Whose vote each ballot and each open task of an approval is, and which of them count.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    case::{ActivationNo, Task, TaskNo, Waiting},
    people::Principal,
    tally::Ballot,
    tasks::{Asked, Hands},
    walk::Walk,
    who,
};
use crate::{definition::Step, ids::PersonId};

/// How the people of an activation voted so far.
pub type Ballots = BTreeMap<PersonId, Cast>;

/// What somebody said who was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cast {
    /// How they voted; `None` for whoever gave the task away: another one votes in their place.
    pub ballot: Option<Ballot>,
    /// How they came to be asked. Whom a colleague asked counts though the step does not mean them, and in the place of
    /// somebody weighs what that vote would.
    #[serde(default)]
    pub asked: Asked,
    /// The substitute who voted for them. Once that one is kept out, the vote is void and they are asked themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<PersonId>,
}

impl Cast {
    /// Whether a colleague asked them.
    fn is_by_hand(&self) -> bool {
        self.asked != Asked::ByStep
    }

    /// Whose vote it is, where that one gave it away for good.
    const fn in_place_of(&self) -> Option<PersonId> {
        match self.asked {
            Asked::InPlaceOf(person) => Some(person),
            Asked::ByStep | Asked::ForOpinion { .. } | Asked::AsSigner { .. } => None,
        }
    }
}

impl Walk<'_> {
    /// Somebody who has signed elsewhere since signs here for nobody, either.
    pub(super) fn ask_whose_substitute_is_kept_out(&mut self, activation: ActivationNo, step: &Step) {
        let Some(Waiting::People { mut cast, later }) =
            self.case.activations.get(&activation).map(|a| a.waiting.clone())
        else {
            return;
        };
        let barred = who::barred(step, &self.case);
        let void: Vec<_> = cast.extract_if(.., |_, cast| cast.through.is_some_and(|by| barred.contains(&by))).collect();
        if void.is_empty() {
            return;
        }
        self.wait(activation, Waiting::People { cast, later });
        for (person, cast) in void.into_iter().filter(|(person, _)| !barred.contains(person)) {
            let candidates = vec![Principal::Person(person)];
            if cast.asked == Asked::ByStep {
                self.open_task(activation, step, candidates);
            } else {
                self.open_task_by_hand(activation, step, (candidates, Hands::asked(cast.asked)));
            }
        }
    }

    /// Whoever gave one of these tasks to somebody who can no longer act on it, and may still decide themselves.
    pub(super) fn givers_of(
        &self,
        gone: &BTreeSet<TaskNo>,
        cast: &Ballots,
        group: &BTreeSet<PersonId>,
    ) -> BTreeSet<PersonId> {
        let tasks = gone.iter().filter_map(|no| self.case.tasks.get(no));
        let givers = tasks.filter_map(|task| task.hands.stood_in_for());
        givers.filter(|giver| group.contains(giver) && !cast.contains_key(giver)).collect()
    }

    /// The votes that are still to come in an activation that asks people one by one; and the open tasks whose person is not
    /// meant any more, with what they waited for.
    pub(super) fn seats(
        &self,
        activation: ActivationNo,
        step: &Step,
        group: &BTreeSet<PersonId>,
    ) -> (Vec<Seat<'static>>, BTreeSet<TaskNo>) {
        let (mut asked, mut gone) = (Vec::new(), BTreeSet::new());
        let barred = who::barred(step, &self.case);
        for task in self.case.tasks.values().filter(|task| task.activation == activation && decides(task)) {
            let [Principal::Person(person)] = task.candidates[..] else { continue };
            let able = who::actors(&task.candidates, &barred, self.s).contains(&person);
            if able && (task.hands.asked != Asked::ByStep || group.contains(&person)) {
                let person = task.hands.stood_in_for().unwrap_or(person);
                asked.push(Seat { person, added: task.hands.asked.is_as_signer(), ballot: None });
            } else {
                gone.insert(task.no);
                gone.extend(task.hands.waits_for());
            }
        }
        (asked, gone)
    }
}

/// Whether deciding the task is one vote: an opinion is none, and whoever is asked before another decides has none.
pub(super) fn decides(task: &Task) -> bool {
    !task.hands.is_for_opinion() && !task.hands.is_signer_before()
}

/// Somebody who counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seat<'b> {
    /// Whose vote it is.
    pub person: PersonId,
    /// Whether a colleague added them.
    pub added: bool,
    /// How they voted, if they did.
    pub ballot: Option<&'b Ballot>,
}

impl Seat<'_> {
    /// Of somebody whom the step asks and who is still to vote.
    pub(super) const fn open(person: PersonId) -> Self {
        Self { person, added: false, ballot: None }
    }
}

/// Everybody who counts: who voted and is still meant, and who is still to vote.
pub(super) fn voters<'b>(
    cast: &'b Ballots,
    open: impl IntoIterator<Item = Seat<'b>>,
    (group, barred): (&BTreeSet<PersonId>, &BTreeSet<PersonId>),
) -> Vec<Seat<'b>> {
    let counts =
        |person: &PersonId, cast: &Cast| !barred.contains(person) && (cast.is_by_hand() || group.contains(person));
    let voted = cast.iter().filter(|(person, cast)| counts(person, cast));
    let seat = |(person, cast): (&PersonId, &'b Cast)| {
        let person = cast.in_place_of().unwrap_or(*person);
        cast.ballot.as_ref().map(|ballot| Seat { person, added: cast.asked.is_as_signer(), ballot: Some(ballot) })
    };
    voted.filter_map(seat).chain(open).collect()
}
