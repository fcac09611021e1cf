//! `start`: another workflow, on behalf of somebody, waited for or not.

use super::{
    reader::Map,
    steps::{Builder, neutral},
};
use crate::definition::{
    model::StepKind,
    problem::{Spot, steps},
    starts::StartCase,
    tree::Node,
};

impl Builder<'_, '_> {
    pub(super) fn start(&mut self, map: &Map<'_>, spot: Spot) -> StepKind {
        self.once("start", spot);
        let node = self.reader.required(map, "workflow", "workflow: performance-targets");
        let workflow = node.and_then(|node| Some((self.reader.name(node, '-', "performance-targets")?, node.spot)));
        let by = self.by(map);
        let waits = map.get("wait").is_none_or(|node| self.yes(node));
        let Some((workflow, spot)) = workflow else { return neutral() };
        if workflow == self.header.name.as_str() {
            self.reader.report(steps::starts_itself(spot, workflow));
        }
        StepKind::Start(StartCase { workflow: workflow.into(), by, waits })
    }

    fn yes(&mut self, node: &Node) -> bool {
        self.reader.word(node, &["true", "false"]) != Some("false")
    }
}
