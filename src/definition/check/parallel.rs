//! `parallel`: branches side by side.

use super::{reader::Map, steps::Builder};
use crate::definition::{
    model::{Parallel, StepIndex, StepKind},
    problem::flow,
};

impl Builder<'_, '_> {
    pub(super) fn parallel(&mut self, map: &Map<'_>, index: StepIndex) -> StepKind {
        const EXAMPLE: &str = "branches: [{ title: { zh-CN: 业务审核, en: Business review }, steps: [...] }, …]";
        let node = self.reader.required(map, "branches", EXAMPLE);
        let items = node.and_then(|node| self.reader.list(node, EXAMPLE)).unwrap_or_default();
        if let (Some(node), true) = (node, items.len() < 2) {
            self.reader.report(flow::lonely_branch(node.spot));
        }
        let mut branches = Vec::new();
        for item in items {
            let Some(branch) = self.reader.map(item, &["title", "steps"], EXAMPLE) else { continue };
            self.reader.required(&branch, "title", "title: { zh-CN: 业务审核, en: Business review }");
            let title = self.reader.both(&branch, "title").unwrap_or_default();
            if let Some(steps) = self.reader.required(&branch, "steps", "steps: [...]") {
                let block = self.block(steps, Some((index, branches.len())));
                branches.push((title, block));
            }
        }
        StepKind::Parallel(Parallel { branches })
    }
}
