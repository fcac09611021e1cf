//! `wait`: a span, a day or a fact.

use super::{
    form,
    reader::Map,
    steps::{Builder, neutral},
};
use crate::definition::{
    condition::TermType,
    model::{StepIndex, StepKind},
    problem::{names::Thing, steps},
    tree::Node,
    waits::Wait,
};

const THINGS: &[&str] = &["for", "until", "needs"];

impl Builder<'_, '_> {
    pub(super) fn wait(&mut self, map: &Map<'_>, index: StepIndex) -> StepKind {
        let given: Vec<_> = THINGS.iter().filter_map(|key| map.entry(key)).collect();
        let [only] = given[..] else {
            self.reader.report(steps::wait_for_one_thing(map.spot));
            return neutral();
        };
        let wait = match only.key.as_str() {
            "for" => self.reader.span(map, "for").map(Wait::For),
            "until" => self.until(&only.value, index),
            _ => self.needs(map).map(|(fact, is)| Wait::Fact { fact: fact.entry.name.into(), is }),
        };
        wait.map_or_else(neutral, StepKind::Wait)
    }

    fn until(&mut self, node: &Node, index: StepIndex) -> Option<Wait> {
        let text = self.reader.text(node, "08-31")?;
        let Some(field) = text.strip_prefix("form.") else {
            let day = text.parse().ok();
            if day.is_none() {
                self.reader.report(steps::not_a_day(node.spot, text));
            }
            return day.map(Wait::UntilDay);
        };
        let Some(kind) = self.form.kind(field) else {
            let known = self.form.names();
            self.reader.report(crate::definition::problem::names::unknown(node.spot, Thing::Field, field, &known));
            return None;
        };
        if form::term_type(kind) != TermType::Date {
            self.reader.report(steps::not_a_day(node.spot, text));
            return None;
        }
        self.done.spots[index].reads = Some(node.spot);
        Some(Wait::UntilField(field.into()))
    }
}
