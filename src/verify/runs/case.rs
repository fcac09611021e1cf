//! A case as a run knows it: where it stands, and what stands of its approvals.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    definition::{StepIndex, YearDay},
    verify::places::{Branch, Places},
};

/// A step within an item of a list: items are counted from 1, and 0 is outside of every list.
pub(super) type Seat = (StepIndex, usize);
/// Who acts: 0 is the initiator; everybody else is told apart by who acted before, and by nothing more.
pub(super) type Person = u8;

/// Where a case stands between two commands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Case {
    pub open: BTreeMap<Seat, Open>,
    /// The seats that are looked at again when something may have come, in the order in which they were entered.
    pub queue: Vec<Seat>,
    pub ended: bool,
    /// The latest day of the year that has come while the case ran, as far as it knows.
    pub come: Option<YearDay>,
    pub memory: Memory,
}

/// A step that was entered and not passed yet.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Open {
    pub resume: Option<StepIndex>,
    pub waits: Waits,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Waits {
    /// For people.
    People,
    /// For a fact.
    Fact,
    /// For somebody or something that is not there.
    Nobody,
    /// For a moment, or another case.
    Event,
    /// For these branches or items.
    Branches(BTreeSet<usize>),
}

/// What a mandate on approvals has to remember.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Memory {
    /// The fields that may have been written, a bit each.
    pub written: u128,
    /// The approvals that stand: who gave each, and what had been written then.
    pub standing: BTreeMap<StepIndex, (Person, u128)>,
    /// Who acted in the steps that others keep out.
    pub acted: BTreeMap<StepIndex, BTreeSet<Person>>,
}

impl Memory {
    /// Everybody who is remembered, the initiator aside.
    pub fn people(&self) -> BTreeSet<Person> {
        let standing = self.standing.values().map(|(person, _)| *person);
        standing.chain(self.acted.values().flatten().copied()).filter(|person| *person != 0).collect()
    }

    /// The same with people numbered in the order in which they are met: who is called what makes no difference.
    pub fn renamed(&self) -> Self {
        let mut names = BTreeMap::from([(0, 0)]);
        let standing = self.standing.values().map(|(person, _)| *person);
        for person in standing.chain(self.acted.values().flatten().copied()) {
            let next = Person::try_from(names.len()).unwrap_or(Person::MAX);
            names.entry(person).or_insert(next);
        }
        Self {
            written: self.written,
            standing: self.standing.iter().map(|(step, (by, seen))| (*step, (names[by], *seen))).collect(),
            acted: self
                .acted
                .iter()
                .map(|(step, people)| (*step, people.iter().map(|person| names[person]).collect()))
                .collect(),
        }
    }
}

/// The parallel or each seat around one, and which of its branches or items; `None` outside of all.
pub(super) fn parent(places: &Places<'_>, (step, item): Seat) -> Option<(Seat, usize)> {
    let Branch { parallel, no } = *places.around(step).last()?;
    if places.each(parallel).is_some() {
        Some(((parallel, 0), item))
    } else {
        Some((within(places, parallel, item), no))
    }
}

/// The seat of a step seen from an item.
pub(super) fn within(places: &Places<'_>, step: StepIndex, item: usize) -> Seat {
    let is_listed = places.around(step).iter().any(|branch| places.each(branch.parallel).is_some());
    (step, if is_listed { item } else { 0 })
}

/// Whether a seat stands in that branch or item, however deep.
pub(super) fn stands_in(places: &Places<'_>, seat: Seat, context: (Seat, usize)) -> bool {
    let mut around = parent(places, seat);
    while let Some(found) = around {
        if found == context {
            return true;
        }
        around = parent(places, found.0);
    }
    false
}
