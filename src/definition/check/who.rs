//! Who is meant: the initiator, a role, people, or several of these.

use super::reader::Reader;
use crate::definition::{
    CHOSEN_MAX, Choosing, LEVELS_MAX,
    items::ItemKind,
    model::{OrgRef, Who},
    problem::{
        choosing,
        names::{self, Thing},
        steps,
    },
    registry,
    tree::{Node, NodeKind},
};

const EXAMPLE: &str = "by: { role: department-head, of: project.department }";
const ORGANISATIONS: &[&str] = &["project.unit", "project.department", "initiator.unit", "initiator.department"];

/// Who acts on a step.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Who> {
    match &node.kind {
        NodeKind::List(items) => {
            if items.is_empty() {
                reader.report(crate::definition::problem::types::empty(node.spot, EXAMPLE));
            }
            let all: Vec<_> = items.iter().filter_map(|item| read(reader, item)).collect();
            (all.len() == items.len() && !all.is_empty()).then_some(Who::Union(all))
        }
        NodeKind::Scalar { text, .. } if text == "item" => is_item(reader, node, ItemKind::Person).then_some(Who::Item),
        NodeKind::Scalar { .. } => reader.word(node, &["initiator"]).map(|_| Who::Initiator),
        NodeKind::Map(entries) if entries.iter().any(|entry| entry.key == "people") => people(reader, node),
        NodeKind::Map(entries) if entries.iter().any(|entry| entry.key == "chosen by") => chosen(reader, node),
        NodeKind::Map(entries) if entries.iter().any(|entry| entry.key == "manager of") => manager(reader, node),
        NodeKind::Map(_) => role(reader, node),
    }
}

/// Whether the item at hand is of that kind; reports where not.
fn is_item(reader: &mut Reader<'_>, node: &Node, wanted: ItemKind) -> bool {
    let found = reader.item;
    if found == Some(wanted) {
        return true;
    }
    reader.report(match found {
        None => steps::item_outside(node.spot),
        Some(found) => steps::item_of_another_kind(node.spot, found, wanted),
    });
    false
}

/// Who starts a case: there is no initiator yet.
pub(super) fn starters(reader: &mut Reader<'_>, node: &Node) -> Option<Who> {
    let who = read(reader, node)?;
    if refers_to_initiator(&who) {
        reader.report(names::unknown(
            node.spot,
            Thing::Role,
            "initiator",
            &["{ role: project-officer, of: project.unit }"],
        ));
        return None;
    }
    Some(who)
}

fn refers_to_initiator(who: &Who) -> bool {
    match who {
        Who::Initiator => true,
        Who::Role { of, .. } => matches!(of, Some(OrgRef::InitiatorUnit | OrgRef::InitiatorDepartment)),
        Who::People(_) | Who::Item | Who::Chosen(_) | Who::Manager { .. } => false,
        Who::Union(all) => all.iter().any(refers_to_initiator),
    }
}

fn people(reader: &mut Reader<'_>, node: &Node) -> Option<Who> {
    const EXAMPLE: &str = "by: { people: [chen.jie] }";
    let map = reader.map(node, &["people"], EXAMPLE)?;
    let items = reader.list(map.get("people")?, EXAMPLE)?;
    if items.is_empty() {
        reader.report(crate::definition::problem::types::empty(node.spot, EXAMPLE));
    }
    let logins: Vec<_> = items.iter().filter_map(|item| reader.text(item, "chen.jie").map(str::to_owned)).collect();
    (logins.len() == items.len() && !logins.is_empty()).then_some(Who::People(logins))
}

/// The step whose `by` is being read, where these may stand.
fn asking(reader: &mut Reader<'_>, node: &Node, key: &str) -> Option<String> {
    let asking = reader.asking.clone().filter(|_| reader.item.is_none());
    if asking.is_none() {
        reader.report(choosing::not_here(node.spot, key));
    }
    asking
}

fn chosen(reader: &mut Reader<'_>, node: &Node) -> Option<Who> {
    const EXAMPLE: &str = "by: { chosen by: draft, from: { role: finance-section }, at most: 3 }";
    let map = reader.map(node, &["chosen by", "from", "at most"], EXAMPLE)?;
    let to = asking(reader, node, "chosen by")?;
    let by = reader.text(map.get("chosen by")?, "draft").map(str::to_owned);
    // One choice for a step, and none within another.
    reader.asking = None;
    let from = reader.required(&map, "from", "from: { role: finance-section }").and_then(|node| read(reader, node));
    let at_most = reader.count(&map, "at most", 1, CHOSEN_MAX);
    Some(Who::Chosen(Box::new(Choosing { by: by?.as_str().into(), to: to.as_str().into(), from: from?, at_most })))
}

fn manager(reader: &mut Reader<'_>, node: &Node) -> Option<Who> {
    const EXAMPLE: &str = "by: { manager of: draft, levels: 1 }";
    let map = reader.map(node, &["manager of", "levels"], EXAMPLE)?;
    asking(reader, node, "manager of")?;
    let of = reader.text(map.get("manager of")?, "draft")?.into();
    Some(Who::Manager { of, levels: reader.count(&map, "levels", 1, LEVELS_MAX) })
}

fn role(reader: &mut Reader<'_>, node: &Node) -> Option<Who> {
    let map = reader.map(node, &["role", "of", "people"], EXAMPLE)?;
    let roles: Vec<_> = registry::ROLES.iter().map(|entry| entry.name).collect();
    let role =
        reader.required(&map, "role", "role: department-head").and_then(|node| reader.known(node, Thing::Role, &roles));
    let of = map.get("of").map(|node| organisation(reader, node));
    match of {
        None => Some(Who::Role { role: role?.into(), of: None }),
        Some(of) => Some(Who::Role { role: role?.into(), of: Some(of?) }),
    }
}

pub(super) fn organisation(reader: &mut Reader<'_>, node: &Node) -> Option<OrgRef> {
    match reader.text(node, "project.department")? {
        "project.unit" => Some(OrgRef::ProjectUnit),
        "project.department" => Some(OrgRef::ProjectDepartment),
        "initiator.unit" => Some(OrgRef::InitiatorUnit),
        "initiator.department" => Some(OrgRef::InitiatorDepartment),
        "item" => is_item(reader, node, ItemKind::Organisation).then_some(OrgRef::Item),
        code if is_code(code) => Some(OrgRef::Fixed(code.into())),
        other => {
            reader.report(names::unknown(node.spot, Thing::Organisation, other, ORGANISATIONS));
            None
        }
    }
}

/// A fixed code holds letters, digits, `-`, `_` and `/`; names with a point are paths from the case, and the bare
/// first halves of those are slips.
fn is_code(code: &str) -> bool {
    !matches!(code, "project" | "initiator" | "department" | "unit")
        && code.len() <= 60
        && code.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/'))
}
