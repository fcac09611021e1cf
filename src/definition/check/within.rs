//! `within`: the deadlines in law that the workflow has to keep.

use super::{
    header,
    reader::{Map, Reader},
};
use crate::definition::{problem::types, within::Within};

const EXAMPLE: &str = "within: { time: 60 working days, basis: { rule: wuqing-plan, clause: 二(二)1 } }";

pub(super) fn read(reader: &mut Reader<'_>, map: &Map<'_>) -> Vec<Within> {
    let Some(node) = map.get("within") else { return Vec::new() };
    let items = reader.one_or_many(node);
    if items.is_empty() {
        reader.report(types::empty(node.spot, EXAMPLE));
    }
    let mut limits = Vec::new();
    for item in items {
        let Some(limit) = reader.map(item, &["time", "basis"], EXAMPLE) else { continue };
        reader.required(&limit, "time", "time: 60 working days");
        let time = reader.span(&limit, "time");
        let basis = reader.required(&limit, "basis", "basis: { rule: mof-2015-88, clause: \"25\" }");
        let basis = basis.and_then(|node| header::citation(reader, node, EXAMPLE));
        if let (Some(time), Some(basis)) = (time, basis) {
            limits.push(Within { time, basis, at: item.spot.at });
        }
    }
    limits
}
