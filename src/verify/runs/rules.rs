//! What a run goes by: the definition, and what is looked for.

use std::collections::BTreeSet;

use crate::{
    definition::{Choose, FactName, FactValue, FieldName, Step, StepIndex, StepKind, StepName},
    verify::{
        approvals::Wanted,
        known::{Facts, Known},
        moves::Moves,
        places::Places,
    },
};

use super::case::{Memory, Person};

/// What is looked for.
pub(in crate::verify) enum Goal<'a> {
    /// Nothing but where cases come to.
    Soundness,
    /// A protected step reached without this fact.
    Fact {
        /// The protected steps.
        protected: &'a [StepIndex],
        /// The fact.
        fact: &'a FactName,
        /// The values that do.
        is: &'a [FactValue],
    },
    /// A protected step reached with too few approvals.
    Approvals {
        /// The protected steps.
        protected: &'a [StepIndex],
        /// How many, by whom.
        wanted: &'a Wanted<'a>,
        /// The steps whose approvals count.
        counting: &'a [StepIndex],
    },
}

pub(super) struct Rules<'a, 'd> {
    pub places: &'a Places<'d>,
    pub facts: &'a Facts,
    pub goal: &'a Goal<'a>,
    moves: &'a Moves<'d>,
    /// The fields that each step may write, a bit each, where approvals are looked at.
    writes: Vec<u128>,
    /// What outdates every approval once it is written.
    pub subject: u128,
    /// The steps that keep out who acted in one of these.
    kept_out: BTreeSet<StepIndex>,
}

/// The bit of whatever a `fill` step writes.
const FILLED_IN: u128 = 1 << (u128::BITS - 1);

/// People told apart at most, the initiator aside, as long as one of them may act.
const PEOPLE_MAX: usize = 3;

impl<'a, 'd> Rules<'a, 'd> {
    pub fn new(moves: &'a Moves<'d>, goal: &'a Goal<'a>) -> Self {
        let places = moves.places;
        let definition = places.definition;
        let bit = |name: &FieldName| {
            let at = definition.form.iter().position(|field| field.name == *name).unwrap_or_default();
            1_u128 << at.min(u128::BITS as usize - 2)
        };
        let looked_at = matches!(goal, Goal::Approvals { .. });
        let of = |step| {
            let filled_in = if matches!(places.kind(step), StepKind::Fill(_)) { FILLED_IN } else { 0 };
            let edits = places.edits(step).iter().filter(|_| looked_at);
            edits.fold(0, |bits, field| bits | bit(field) | filled_in)
        };
        let subject = match goal {
            Goal::Approvals { wanted, .. } => FILLED_IN | wanted.subject.as_ref().map_or(0, bit),
            Goal::Soundness | Goal::Fact { .. } => 0,
        };
        let by_person = matches!(goal, Goal::Approvals { wanted, .. } if wanted.by_different_people);
        let named = definition.steps.iter().flat_map(not_by).filter(|_| by_person);
        let kept_out = named.filter_map(|name| definition.steps.iter().position(|step| step.name == *name)).collect();
        let writes = (0..definition.steps.len()).map(of).collect();
        Self { places, facts: moves.facts, goal, moves, writes, subject, kept_out }
    }

    pub fn writes(&self, step: StepIndex) -> u128 {
        self.writes[step]
    }

    pub fn counts(&self, step: StepIndex) -> bool {
        matches!(self.goal, Goal::Approvals { counting, .. } if counting.contains(&step))
    }

    /// Whether what is protected is done at the step when nobody decides in time.
    pub fn is_protected_when_late(&self, step: StepIndex) -> bool {
        let protected = match self.goal {
            Goal::Soundness => &[],
            Goal::Fact { protected, .. } | Goal::Approvals { protected, .. } => *protected,
        };
        protected.contains(&step) && self.places.definition.steps[step].late().is_some()
    }

    /// How many approvals stand at a protected step, where that is not enough or a fact is missing.
    pub fn lacks(&self, step: StepIndex, established: Known, memory: &Memory) -> Option<usize> {
        match self.goal {
            Goal::Soundness => None,
            Goal::Fact { protected, fact, is } => {
                (protected.contains(&step) && !self.facts.is_certain(established, fact, is)).then_some(0)
            }
            Goal::Approvals { protected, wanted, .. } => {
                let standing = if wanted.by_different_people {
                    memory.standing.values().map(|(person, _)| person).collect::<BTreeSet<_>>().len()
                } else {
                    memory.standing.len()
                };
                (protected.contains(&step) && standing < wanted.count).then_some(standing)
            }
        }
    }

    pub fn is_possible(&self, choose: StepIndex, branch: usize) -> bool {
        self.moves.is_possible(choose, branch)
    }

    /// Whether a choice comes out the same however often it is made within one command: results of steps change.
    pub fn is_steady(&self, choose: &Choose) -> bool {
        !choose.branches.iter().any(|(when, _)| {
            when.reads()
                .iter()
                .any(|name| name.starts_with("outcome.") || name.starts_with("late.") || name.starts_with("votes."))
        })
    }

    /// Whether it matters who acts.
    pub fn is_by_person(&self) -> bool {
        matches!(self.goal, Goal::Approvals { wanted, .. } if wanted.by_different_people)
    }

    /// Whether it is remembered who acts in the step.
    pub fn remembers(&self, step: StepIndex) -> bool {
        self.kept_out.contains(&step)
    }

    /// Everybody who may act on a step: those who were met already, and somebody new.
    pub fn actors(&self, step: StepIndex, memory: &Memory) -> Vec<Person> {
        if !self.is_by_person() {
            return vec![1];
        }
        let (mut barred, initiator) = match self.places.kind(step) {
            StepKind::Approve(approve) => (BTreeSet::new(), approve.limits.initiator_may_decide),
            StepKind::Fill(_) => (BTreeSet::new(), true),
            StepKind::Gate(_)
            | StepKind::Choose(_)
            | StepKind::Parallel(_)
            | StepKind::Each(_)
            | StepKind::Wait(_)
            | StepKind::Start(_)
            | StepKind::Do(_)
            | StepKind::Record(_)
            | StepKind::Notify(_)
            | StepKind::End(_) => return Vec::new(),
        };
        for name in not_by(&self.places.definition.steps[step]) {
            let index = self.places.definition.steps.iter().position(|step| step.name == *name);
            barred.extend(index.and_then(|index| memory.acted.get(&index)).into_iter().flatten().copied());
        }
        let met = memory.people();
        let mut actors: Vec<_> = initiator
            .then_some(0)
            .into_iter()
            .chain(met.iter().copied())
            .filter(|person| !barred.contains(person))
            .collect();
        if met.len() < PEOPLE_MAX || actors.is_empty() {
            let new = (1..=Person::MAX).find(|person| !met.contains(person));
            actors.extend(new);
        }
        actors
    }
}

fn not_by(step: &Step) -> impl Iterator<Item = &StepName> {
    step.limits().into_iter().flat_map(|limits| &limits.not_by)
}
