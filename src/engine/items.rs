//! Lists that a case goes through item by item: what they hold, and which item is at hand.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use serde::{Deserialize, Serialize};

use super::{
    case::{ActivationNo, Case, StepResult, Task, Waiting},
    event::Event,
    people::Principal,
    refusal::Refusal,
    surroundings::Surroundings,
    tally::Tally,
    walk::{Parent, Walk},
    who,
};
use crate::{
    definition::{Each, EmptyList, ItemList, OrgRef, Step, StepKind, StepName, Value, Who},
    ids::PersonId,
    language::Text,
};

/// One item of a list, as it was when the list was fixed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What it is.
    pub is: ItemIs,
    /// What people read.
    pub label: Text,
}

/// What an item is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ItemIs {
    /// A person.
    Person(PersonId),
    /// An organisation.
    Organisation(crate::definition::OrgCode),
    /// A row of a table, by its place from 0.
    Row(usize),
}

/// An item on its way through its block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemRun {
    /// The item.
    pub item: Item,
    /// The steps passed for it.
    pub passed: BTreeSet<StepName>,
    /// The latest result of each of them.
    pub results: BTreeMap<StepName, StepResult>,
    /// How the votes stood in those that were passed by a vote.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tallies: BTreeMap<StepName, Tally>,
    /// Who acted for it in each of them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub acted: BTreeMap<StepName, BTreeSet<PersonId>>,
}

impl ItemRun {
    /// An item whose block has not begun.
    #[must_use]
    pub const fn new(item: Item) -> Self {
        Self {
            item,
            passed: BTreeSet::new(),
            results: BTreeMap::new(),
            tallies: BTreeMap::new(),
            acted: BTreeMap::new(),
        }
    }
}

/// Which item: the each step, and the place of the item in its list from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemAt {
    /// The each step.
    pub each: StepName,
    /// The place in its list.
    pub index: usize,
}

impl Case {
    /// The item within which `parent` stands.
    #[must_use]
    pub fn item_within(&self, parent: Option<(ActivationNo, usize)>) -> Option<ItemAt> {
        let mut parent = parent;
        while let Some((no, index)) = parent {
            let around = self.activations.get(&no)?;
            if self.items.contains_key(&around.step) {
                return Some(ItemAt { each: around.step.clone(), index });
            }
            parent = around.parent;
        }
        None
    }

    /// The run of that item.
    #[must_use]
    pub fn run(&self, at: &ItemAt) -> Option<&ItemRun> {
        self.items.get(&at.each).and_then(|runs| runs.get(at.index))
    }

    /// The steps passed on the way to `parent`: those of the whole case, and inside an item those of that item.
    #[must_use]
    pub fn has_passed(&self, step: &StepName, parent: Option<(ActivationNo, usize)>) -> bool {
        let within = self.item_within(parent);
        self.passed.contains(step) || within.and_then(|at| self.run(&at)).is_some_and(|run| run.passed.contains(step))
    }

    /// How the votes stand of the steps within `parent`: inside an item those of that item.
    pub(super) fn tallies_within(&mut self, parent: Option<(ActivationNo, usize)>) -> &mut BTreeMap<StepName, Tally> {
        let within = self.item_within(parent);
        match within.and_then(|at| self.items.get_mut(&at.each)?.get_mut(at.index)) {
            Some(run) => &mut run.tallies,
            None => &mut self.tallies,
        }
    }

    pub(super) fn run_mut(&mut self, at: &ItemAt) -> Option<&mut ItemRun> {
        self.items.get_mut(&at.each).and_then(|runs| runs.get_mut(at.index))
    }
}

/// `who` with the item at hand in place of `item`. Without an item at hand it means nobody.
pub(super) fn bound<'w>(who: &'w Who, item: Option<&Item>, s: &Surroundings<'_>) -> Cow<'w, Who> {
    let Some(item) = item else { return Cow::Borrowed(who) };
    match (who, &item.is) {
        (Who::Item, ItemIs::Person(person)) => {
            let login = s.people.people.get(person).map(|person| person.login.clone());
            Cow::Owned(Who::People(login.into_iter().collect()))
        }
        (Who::Role { role, of: Some(OrgRef::Item) }, ItemIs::Organisation(code)) => {
            Cow::Owned(Who::Role { role: role.clone(), of: Some(OrgRef::Fixed(code.clone())) })
        }
        (Who::Union(all), _) => {
            Cow::Owned(Who::Union(all.iter().map(|who| bound(who, Some(item), s).into_owned()).collect()))
        }
        (Who::Initiator | Who::Role { .. } | Who::People(_) | Who::Item | Who::Chosen(_) | Who::Manager { .. }, _) => {
            Cow::Borrowed(who)
        }
    }
}

impl<'a> Walk<'a> {
    pub(super) fn enter_each(&mut self, step: &'a Step, each: &'a Each, parent: Parent) -> Result<(), Refusal> {
        let activation = self.activate(step, parent, None);
        self.go_through(activation, step, each)
    }

    /// Fixes the list and begins with its items: all of them, or the first.
    pub(super) fn go_through(
        &mut self,
        activation: ActivationNo,
        step: &'a Step,
        each: &'a Each,
    ) -> Result<(), Refusal> {
        let items = self.items_of(&each.list);
        if items.len() > each.at_most {
            return Err(Refusal::TooManyItems { step: step.title.clone(), found: items.len(), most: each.at_most });
        }
        let count = items.len();
        if count == 0 && each.empty == EmptyList::Hold {
            self.hold(activation, step, BTreeMap::new());
            return Ok(());
        }
        self.emit(Event::ItemsListed { step: step.name.clone(), items });
        if count == 0 {
            return self.pass(activation, None);
        }
        self.wait(activation, Waiting::Branches((0..count).collect()));
        let first = self.definition.first(each.block);
        let begun = if each.in_order { 1 } else { count };
        for index in 0..begun {
            self.enter(first, Some((activation, index)), None)?;
        }
        Ok(())
    }

    /// Looks again at a list that had been empty.
    pub(super) fn look_through_again(
        &mut self,
        activation: ActivationNo,
        step: &'a Step,
        each: &'a Each,
    ) -> Result<(), Refusal> {
        if self.items_of(&each.list).is_empty() { Ok(()) } else { self.go_through(activation, step, each) }
    }

    /// Begins with the next item of a list that is gone through in order.
    pub(super) fn next_item(&mut self, activation: ActivationNo, open: &BTreeSet<usize>) -> Result<(), Refusal> {
        let Some(around) = self.case.activations.get(&activation) else { return Ok(()) };
        let step = self.step(&around.step.clone())?;
        match (&step.kind, open.first()) {
            (StepKind::Each(each), Some(next)) if each.in_order => {
                self.enter(self.definition.first(each.block), Some((activation, *next)), None)
            }
            (_, _) => Ok(()),
        }
    }

    /// The item at hand for an activation.
    pub(super) fn item_of(&self, activation: ActivationNo) -> Option<&Item> {
        self.item_in(self.case.activations.get(&activation)?.parent)
    }

    /// The item at hand within `parent`.
    pub(super) fn item_in(&self, parent: Parent) -> Option<&Item> {
        let at = self.case.item_within(parent)?;
        self.case.run(&at).map(|run| &run.item)
    }

    /// Whether somebody acts, acted or will act in the step for another item of a list of people: where the step asks the
    /// items themselves, nobody counts for two of them.
    pub(super) fn counts_for_another_item(&self, step: &Step, activation: ActivationNo, person: PersonId) -> bool {
        let at = self.case.activations.get(&activation).and_then(|own| self.case.item_within(own.parent));
        let Some(at) = at.filter(|_| step.asks().is_some_and(names_the_item)) else { return false };
        let runs = self.case.items.get(&at.each).into_iter().flatten().enumerate();
        let on_the_list = runs.filter(|(index, _)| *index != at.index).any(|(_, run)| {
            run.item.is == ItemIs::Person(person)
                || run.acted.get(&step.name).is_some_and(|acted| acted.contains(&person))
        });
        let stands_in = |task: &Task| {
            task.activation != activation
                && task.step == step.name
                && task.hands.stood_in_for().is_some()
                && task.candidates.contains(&Principal::Person(person))
        };
        on_the_list || self.case.tasks.values().any(stands_in)
    }

    fn items_of(&self, list: &ItemList) -> Vec<Item> {
        match list {
            ItemList::People(who) => {
                let people = who::actors(&who::principals(who, &self.case, self.s), &BTreeSet::new(), self.s);
                people.into_iter().map(|person| self.person(person)).collect()
            }
            ItemList::Units(of) => {
                let above = who::reach(of, self.s.matter.unit(), &self.case.initiator_unit, self.s);
                let below = self.s.people.organisations.values().filter(|org| above.is_some() && org.parent == above);
                below.map(organisation).collect()
            }
            ItemList::Organisations(codes) => {
                codes.iter().filter_map(|code| self.s.people.organisations.get(code)).map(organisation).collect()
            }
            ItemList::Rows(field) => match self.case.form.get(field) {
                Some(Value::Indicators(rows)) => rows
                    .iter()
                    .enumerate()
                    .map(|(place, row)| Item {
                        is: ItemIs::Row(place),
                        label: Text::new(row.level3.clone(), row.level3.clone()),
                    })
                    .collect(),
                _ => Vec::new(),
            },
        }
    }

    fn person(&self, person: PersonId) -> Item {
        let name = self.s.people.people.get(&person).map(|person| person.name.clone()).unwrap_or_default();
        Item { is: ItemIs::Person(person), label: Text::new(name.clone(), name) }
    }
}

/// Whether it means the item at hand, which is a person.
fn names_the_item(who: &Who) -> bool {
    match who {
        Who::Item => true,
        Who::Union(all) => all.iter().any(names_the_item),
        Who::Initiator | Who::Role { .. } | Who::People(_) | Who::Chosen(_) | Who::Manager { .. } => false,
    }
}

fn organisation(org: &super::people::Organisation) -> Item {
    Item { is: ItemIs::Organisation(org.code.clone()), label: org.name.clone() }
}
