//! Reads `mandates.yaml`.

use super::{
    Vocabulary, hash, header,
    reader::{Map, Reader, Unique},
};
use crate::definition::{
    mandates::{Mandate, Mandates, Need, Protected},
    model::{Citation, FactValue, RoleName},
    problem::{
        Problem,
        names::{self, Thing},
    },
    registry,
    tree::{self, Node},
};

/// More people than that decide nothing in a district.
const APPROVALS_MAX: usize = 9;

const EXAMPLE: &str = "mandates: [{ mandate: no-request-without-assessment, basis: { rule: …, clause: … }, before: { do: … }, needs: { fact: … } }]";
const BEFORE: &str = "before: { do: submit-budget-request }";
const NEEDS: &str = "needs: { fact: assessment, is: [supported, adjusted, exempt] }";

/// Reads the mandates.
///
/// # Errors
/// Every problem in the file, in its order.
pub fn read_mandates(source: &str, vocabulary: &Vocabulary) -> Result<Mandates, Vec<Problem>> {
    let (root, duplicates) = tree::read(source).map_err(|problem| vec![*problem])?;
    let mut reader = Reader::new(vocabulary, duplicates);
    let all = list(&mut reader, &root).unwrap_or_default();
    let mut problems = reader.finish();
    if problems.is_empty() {
        return Ok(Mandates { all, hash: hash(source) });
    }
    problems.sort_by_key(|problem| (problem.spot, problem.code));
    problems.dedup();
    Err(problems)
}

fn list(reader: &mut Reader<'_>, root: &Node) -> Option<Vec<Mandate>> {
    let map = reader.map(root, &["mandates"], EXAMPLE)?;
    let node = reader.required(&map, "mandates", EXAMPLE)?;
    let mut unique = Unique::new();
    let items = reader.list(node, EXAMPLE)?;
    Some(items.iter().filter_map(|item| mandate(reader, item, &mut unique)).collect())
}

fn mandate(reader: &mut Reader<'_>, node: &Node, unique: &mut Unique) -> Option<Mandate> {
    let map = reader.map(node, &["mandate", "basis", "before", "needs"], EXAMPLE)?;
    let name = reader.required(&map, "mandate", "mandate: no-request-without-assessment");
    let name = name.and_then(|node| Some((node.spot, reader.name(node, '-', "no-request-without-assessment")?)));
    if let Some((spot, name)) = name {
        unique.claim(reader, spot, name);
    }
    let basis = basis(reader, &map);
    let before = reader.required(&map, "before", BEFORE).and_then(|node| protected(reader, node));
    let needs = reader.required(&map, "needs", NEEDS).and_then(|node| need(reader, node));
    let (spot, name) = name?;
    Some(Mandate { name: name.to_owned(), basis: basis?, before: before?, needs: needs?, at: spot.at })
}

fn basis(reader: &mut Reader<'_>, map: &Map<'_>) -> Option<Citation> {
    const EXAMPLE: &str = "basis: { rule: wuqing-plan, clause: 二(二)1 }";
    let node = reader.required(map, "basis", EXAMPLE)?;
    header::citation(reader, node, EXAMPLE)
}

fn protected(reader: &mut Reader<'_>, node: &Node) -> Option<Protected> {
    let map = reader.map(node, &["do", "record", "is"], BEFORE)?;
    match (map.get("do"), map.get("record")) {
        (Some(effect), None) => {
            if let Some(is) = map.entry("is") {
                reader.report(names::unknown_key(is.spot, "is", &["do"]));
            }
            let known: Vec<_> = registry::EFFECTS.iter().map(|entry| entry.name).collect();
            Some(Protected::Effect(reader.known(effect, Thing::Effect, &known)?.into()))
        }
        (None, Some(record)) => {
            let fact = fact(reader, record)?;
            let is = map.get("is").map_or_else(|| Some(Vec::new()), |node| values(reader, fact, node))?;
            Some(Protected::Record { fact: fact.entry.name.into(), is })
        }
        (Some(_), Some(_)) => {
            map.entry("record").into_iter().for_each(|e| reader.report(names::unknown_key(e.spot, "record", &["do"])));
            None
        }
        (None, None) => {
            reader.report(names::missing_key(node.spot, "do", BEFORE));
            None
        }
    }
}

fn need(reader: &mut Reader<'_>, node: &Node) -> Option<Need> {
    const APPROVALS: &[&str] = &["approvals", "by different people", "roles"];
    let map = reader.map(node, &["fact", "is", "approvals", "by different people", "roles"], NEEDS)?;
    let Some(node) = map.get("fact") else {
        reader.required(&map, "approvals", "approvals: 2")?;
        if let Some(is) = map.entry("is") {
            reader.report(names::unknown_key(is.spot, "is", APPROVALS));
        }
        let count = reader.count(&map, "approvals", 1, APPROVALS_MAX);
        let by_different_people = reader.flag(&map, "by different people");
        let roles = map.get("roles").map_or_else(Vec::new, |node| roles(reader, node));
        return Some(Need::Approvals { count, by_different_people, roles });
    };
    for key in APPROVALS {
        if let Some(entry) = map.entry(key) {
            reader.report(names::unknown_key(entry.spot, key, &["fact", "is"]));
        }
    }
    let fact = fact(reader, node)?;
    let is = reader.required(&map, "is", "is: [supported, adjusted, exempt]")?;
    Some(Need::Fact { fact: fact.entry.name.into(), is: values(reader, fact, is)? })
}

fn roles(reader: &mut Reader<'_>, node: &Node) -> Vec<RoleName> {
    let known: Vec<_> = registry::ROLES.iter().map(|entry| entry.name).collect();
    let items = reader.one_or_many(node);
    if items.is_empty() {
        reader.report(crate::definition::problem::types::empty(node.spot, "roles: [finance-performance]"));
    }
    items.iter().filter_map(|item| reader.known(item, Thing::Role, &known).map(Into::into)).collect()
}

fn fact(reader: &mut Reader<'_>, node: &Node) -> Option<&'static registry::FactEntry> {
    let known: Vec<_> = registry::FACTS.iter().map(|fact| fact.entry.name).collect();
    reader.known(node, Thing::Fact, &known).and_then(registry::fact)
}

fn values(reader: &mut Reader<'_>, fact: &registry::FactEntry, node: &Node) -> Option<Vec<FactValue>> {
    let known: Vec<_> = fact.values.iter().map(|entry| entry.name).collect();
    let items = reader.one_or_many(node);
    if items.is_empty() {
        reader.report(crate::definition::problem::types::empty(node.spot, "is: [supported, adjusted, exempt]"));
        return None;
    }
    let mut unique = Unique::new();
    let mut values = Vec::new();
    for item in items {
        let value = reader.known(item, Thing::FactValue, &known)?;
        unique.claim(reader, item.spot, value);
        values.push(value.into());
    }
    Some(values)
}
