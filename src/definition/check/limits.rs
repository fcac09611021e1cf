//! Who is kept out of a step.

use super::{
    reader::{Map, Reader, Unique},
    steps::Builder,
    who,
};
use crate::definition::{
    Limits,
    model::{Definition, StepIndex, StepKind, Who},
    problem::{
        Spot,
        names::{self, Thing},
        votes,
    },
    tree::{Node, NodeKind},
};

/// A step that another one names, to be looked up once all are read.
pub(super) struct NamedStep {
    by: StepIndex,
    name: String,
    spot: Spot,
}

pub(super) fn read(builder: &mut Builder<'_, '_>, map: &Map<'_>, index: StepIndex) -> Limits {
    let mut limits = Limits::default();
    if let Some(node) = map.get("not by") {
        let mut unique = Unique::new();
        for item in builder.reader.one_or_many(node) {
            let Some(name) = builder.reader.text(item, "draft") else { continue };
            unique.claim(builder.reader, item.spot, name);
            limits.not_by.insert(name.into());
            builder.done.named.push(NamedStep { by: index, name: name.to_owned(), spot: item.spot });
        }
    }
    limits.nobody = map.get("nobody").and_then(|node| instead(builder.reader, node));
    if let Some(node) = map.get("initiator") {
        limits.initiator_may_decide = builder.reader.word(node, &["may decide"]).is_some();
    }
    limits.no_transfer = !builder.reader.allowed(map, "transfer");
    limits.no_signers = !builder.reader.allowed(map, "add signer");
    limits
}

/// `hold`, or `{ to: … }`.
fn instead(reader: &mut Reader<'_>, node: &Node) -> Option<Who> {
    if matches!(node.kind, NodeKind::Scalar { .. }) {
        reader.word(node, &["hold"]);
        return None;
    }
    const EXAMPLE: &str = "nobody: { to: { role: finance-leader } }";
    let map = reader.map(node, &["to"], EXAMPLE)?;
    reader.required(&map, "to", EXAMPLE).and_then(|node| who::read(reader, node))
}

/// Every step that `not by` names exists, is acted on by people, and is another one.
pub(super) fn check(reader: &mut Reader<'_>, definition: &Definition, named: &[NamedStep]) {
    for NamedStep { by, name, spot } in named {
        let acts = |kind: &StepKind| matches!(kind, StepKind::Fill(_) | StepKind::Approve(_));
        let known: Vec<_> = definition.steps.iter().filter(|s| acts(&s.kind)).map(|s| s.name.as_str()).collect();
        if definition.steps[*by].name.as_str() == name {
            reader.report(votes::not_by_itself(*spot, name));
        } else if !known.contains(&name.as_str()) {
            reader.report(names::unknown(*spot, Thing::Step, name, &known));
        }
    }
}
