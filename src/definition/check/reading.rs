//! What the people of a step may see: read as written, then held against what the step writes and what the workflow
//! tells everybody.

use std::collections::BTreeSet;

use super::{
    reader::{Map, Reader},
    steps::{Builder, StepSpots},
};
use crate::definition::{
    items::ItemList,
    model::{Definition, FieldName, Step, StepIndex, StepKind},
    problem::{Spot, reading as problems, types},
    reading::Reading,
    registry,
    tree::{Node, NodeKind},
    waits::Wait,
};

/// `read` or `hidden`, of a step or of what it copies.
pub(super) fn read(builder: &mut Builder<'_, '_>, map: &Map<'_>, index: StepIndex) -> Reading {
    let (read, hidden) = (map.entry("read"), map.entry("hidden"));
    if let (Some(_), Some(hidden)) = (read, hidden) {
        builder.reader.report(problems::read_and_hidden(hidden.spot));
    }
    let Some(entry) = read.or(hidden) else { return Reading::Everything };
    builder.done.spots[index].reading = Some(entry.spot);
    let fields = named(builder, &entry.value, &entry.key);
    if read.is_some() { Reading::Only(fields) } else { Reading::AllBut(fields) }
}

fn named(builder: &mut Builder<'_, '_>, node: &Node, key: &str) -> BTreeSet<FieldName> {
    if let NodeKind::List(items) = &node.kind
        && items.is_empty()
    {
        builder.reader.report(types::empty(node.spot, &format!("{key}: [amount]")));
    }
    builder.fields(node).into_iter().collect()
}

/// A step shows what it writes, and nobody is kept from what the workflow tells everybody.
pub(super) fn check(reader: &mut Reader<'_>, definition: &Definition, spots: &[StepSpots]) {
    for (step, spots) in definition.steps.iter().zip(spots) {
        let Some(spot) = spots.reading else { continue };
        let hidden = definition.hidden_at(step);
        for field in hidden.iter().filter(|field| step.edits().contains(field)) {
            reader.report(problems::hidden_and_edited(spot, field.as_str()));
        }
        let told = definition.steps.iter().filter_map(|other| Some((other, told_by(definition, other)?)));
        for (other, field) in told.filter(|(_, field)| hidden.contains(*field)) {
            reader.report(problems::hidden_but_told(spot, field.as_str(), other.name.as_str()));
        }
        limits_told_to(reader, definition, step, spot);
    }
}

/// The field whose value a step tells everybody who sees the case: a conclusion, a refusal, the names of items, a day.
fn told_by<'d>(definition: &'d Definition, step: &'d Step) -> Option<&'d FieldName> {
    match &step.kind {
        StepKind::Gate(gate) => gate.covers.as_ref(),
        StepKind::Record(record) => record.cap.as_ref(),
        StepKind::Each(each) => match &each.list {
            ItemList::Rows(field) => Some(field),
            ItemList::People(_) | ItemList::Units(_) | ItemList::Organisations(_) => None,
        },
        StepKind::Wait(Wait::UntilField(field)) => Some(field),
        // The request stands on the project's page with its amount.
        StepKind::Do(effect) => {
            let amount = registry::needs_of(effect.as_str()).amount?;
            definition.form.iter().map(|field| &field.name).find(|name| name.as_str() == amount)
        }
        StepKind::Wait(_)
        | StepKind::Fill(_)
        | StepKind::Approve(_)
        | StepKind::Choose(_)
        | StepKind::Parallel(_)
        | StepKind::Start(_)
        | StepKind::Notify(_)
        | StepKind::End(_) => None,
    }
}

/// Whoever writes an amount is told what bounds it.
fn limits_told_to(reader: &mut Reader<'_>, definition: &Definition, step: &Step, spot: Spot) {
    for bound in &definition.amounts.at_most {
        if step.edits().contains(&bound.field) && step.hides(&bound.limit) {
            reader.report(problems::hidden_limit(spot, bound.limit.as_str(), bound.field.as_str()));
        }
    }
}
