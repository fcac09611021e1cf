//! `each`: a list with its bound, and one block for every item.

use super::{
    reader::Map,
    steps::{Builder, neutral},
    who,
};
use crate::definition::{
    items::{Each, EmptyList, ITEMS_MAX, ItemList},
    model::{FieldKind, StepIndex, StepKind},
    problem::{
        Spot,
        names::{self, Thing},
        steps, types,
    },
    tree::{Node, NodeKind},
};

const IN_EXAMPLE: &str = "in: { people: { role: auditor, of: project.department } }";
const LISTS: &[&str] = &["people", "units of", "organisations", "rows of"];

impl Builder<'_, '_> {
    pub(super) fn each(&mut self, map: &Map<'_>, index: StepIndex, spot: Spot) -> StepKind {
        if self.reader.item.is_some() {
            self.reader.report(steps::each_in_each(spot));
            return neutral();
        }
        let list = self.reader.required(map, "in", IN_EXAMPLE).and_then(|node| self.list(node));
        self.reader.required(map, "at most", "at most: 20");
        let at_most = self.reader.count(map, "at most", ITEMS_MAX, ITEMS_MAX);
        let order = map.get("order").and_then(|node| self.reader.word(node, &["at once", "one by one"]));
        let empty = map.get("empty").and_then(|node| self.reader.word(node, &["hold", "next"]));
        let in_order = order == Some("one by one");
        let before = std::mem::replace(&mut self.each_at_once, !in_order);
        // What a list with problems holds is anybody's guess; people is what most lists hold.
        self.reader.item = Some(list.as_ref().map_or(crate::definition::items::ItemKind::Person, ItemList::kind));
        let block = self.reader.required(map, "steps", "steps: [{ approve: opinion, by: item }]");
        let block = block.map(|node| self.block(node, Some((index, 0))));
        self.reader.item = None;
        self.each_at_once = before;
        let (Some(list), Some(block)) = (list, block) else { return neutral() };
        let empty = if empty == Some("next") { EmptyList::Next } else { EmptyList::Hold };
        StepKind::Each(Each { list, at_most, in_order, empty, block })
    }

    fn list(&mut self, node: &Node) -> Option<ItemList> {
        let map = self.reader.map(node, LISTS, IN_EXAMPLE)?;
        let given: Vec<_> = LISTS.iter().filter_map(|key| map.entry(key)).collect();
        let [only] = given[..] else {
            self.reader.report(names::missing_key(node.spot, "people", IN_EXAMPLE));
            return None;
        };
        match only.key.as_str() {
            "people" => who::read(self.reader, &only.value).map(ItemList::People),
            "units of" => who::organisation(self.reader, &only.value).map(ItemList::Units),
            "organisations" => self.organisations(&only.value),
            _ => self.rows(&only.value),
        }
    }

    fn organisations(&mut self, node: &Node) -> Option<ItemList> {
        const EXAMPLE: &str = "organisations: [edu, hou]";
        let items = self.reader.list(node, EXAMPLE)?;
        if items.is_empty() {
            self.reader.report(types::empty(node.spot, EXAMPLE));
        }
        let codes: Vec<_> = items.iter().filter_map(|item| self.reader.text(item, "edu").map(Into::into)).collect();
        (codes.len() == items.len() && !codes.is_empty()).then_some(ItemList::Organisations(codes))
    }

    fn rows(&mut self, node: &Node) -> Option<ItemList> {
        let tables: Vec<_> = self
            .form
            .fields
            .iter()
            .filter(|field| field.kind == FieldKind::IndicatorTable)
            .map(|field| field.name.as_str().to_owned())
            .collect();
        let known: Vec<_> = tables.iter().map(String::as_str).collect();
        self.reader.known(node, Thing::Field, &known).map(|field| ItemList::Rows(field.into()))
    }

    /// Fields are written by one item at a time.
    pub(super) fn edit_inside_each(&mut self, node: &Node) {
        let writes = matches!(&node.kind, NodeKind::List(items) if !items.is_empty());
        if self.each_at_once && writes {
            self.reader.report(steps::fields_at_once(node.spot));
        }
    }

    /// What happens once for a case does not stand inside an each.
    pub(super) fn once(&mut self, kind: &'static str, spot: Spot) {
        if self.reader.item.is_some() {
            self.reader.report(steps::once_per_item(spot, kind));
        }
    }
}
