//! `sums` and `at most`: what a form says about its amounts among themselves.

use std::collections::BTreeSet;

use super::{
    form::Fields,
    reader::{Map, Reader},
    steps::StepSpots,
};
use crate::definition::{
    amounts::{AmountRules, AtMost, Sum},
    model::{Definition, FieldKind, FieldName},
    problem::{flow, names::Thing, types},
    tree::Node,
};

const SUMS: &str = "sums: [{ total: amount, parts: [fiscal_amount, other_funds] }]";
const AT_MOST: &str = "at most: [{ field: supported_amount, limit: requested_amount }]";

pub(super) fn read(reader: &mut Reader<'_>, map: &Map<'_>, form: &Fields) -> AmountRules {
    let sums = items(reader, map, "sums", SUMS);
    let at_most = items(reader, map, "at most", AT_MOST);
    AmountRules {
        sums: sums.iter().filter_map(|node| sum(reader, node, form)).collect(),
        at_most: at_most.iter().filter_map(|node| bound(reader, node, form)).collect(),
    }
}

fn items<'n>(reader: &mut Reader<'_>, map: &Map<'n>, key: &str, example: &str) -> &'n [Node] {
    let Some(node) = map.get(key) else { return &[] };
    let Some(items) = reader.list(node, example) else { return &[] };
    if items.is_empty() {
        reader.report(types::empty(node.spot, example));
    }
    items
}

fn sum(reader: &mut Reader<'_>, node: &Node, form: &Fields) -> Option<Sum> {
    let map = reader.map(node, &["total", "parts"], SUMS)?;
    let mut named = BTreeSet::new();
    let total = reader.required(&map, "total", "total: amount");
    let total = total.and_then(|node| amount(reader, node, form, &mut named));
    let parts_node = reader.required(&map, "parts", "parts: [fiscal_amount, other_funds]")?;
    let items = reader.list(parts_node, "parts: [fiscal_amount, other_funds]")?;
    if items.is_empty() {
        reader.report(types::empty(parts_node.spot, "parts: [fiscal_amount, other_funds]"));
    }
    let parts = items.iter().filter_map(|node| amount(reader, node, form, &mut named)).collect();
    Some(Sum { total: total?, parts })
}

fn bound(reader: &mut Reader<'_>, node: &Node, form: &Fields) -> Option<AtMost> {
    let map = reader.map(node, &["field", "limit"], AT_MOST)?;
    let mut named = BTreeSet::new();
    let field = reader.required(&map, "field", "field: supported_amount");
    let field = field.and_then(|node| amount(reader, node, form, &mut named));
    let limit = reader.required(&map, "limit", "limit: requested_amount");
    let limit = limit.and_then(|node| amount(reader, node, form, &mut named));
    Some(AtMost { field: field?, limit: limit? })
}

/// A money field of the form that the rule does not name yet.
fn amount(reader: &mut Reader<'_>, node: &Node, form: &Fields, named: &mut BTreeSet<FieldName>) -> Option<FieldName> {
    let name = reader.known(node, Thing::Field, &form.names())?;
    if form.kind(name) != Some(&FieldKind::Money) {
        reader.report(types::rule_on_no_amount(node.spot, name));
        return None;
    }
    let field = FieldName::from(name);
    if !named.insert(field.clone()) {
        reader.report(types::amount_named_twice(node.spot, name));
        return None;
    }
    Some(field)
}

/// A total that one step writes and parts that another one writes could never agree in between.
pub(super) fn check(reader: &mut Reader<'_>, definition: &Definition, spots: &[StepSpots]) {
    for (step, spots) in definition.steps.iter().zip(spots) {
        let edit = step.edits();
        for sum in &definition.amounts.sums {
            let missing = sum.fields().find(|field| !edit.contains(field));
            if let (Some(missing), true) = (missing, sum.fields().any(|field| edit.contains(field))) {
                reader.report(flow::sum_across_steps(spots.name, sum.total.as_str(), missing.as_str()));
            }
        }
    }
}
