//! The steps that nobody acts on: gates, facts, effects, copies and ends.

use super::{
    form,
    reader::{Map, Unique},
    reading,
    steps::{Builder, neutral},
    who,
};
use crate::definition::{
    condition::TermType,
    model::{FactValue, FieldName, Gate, GateElse, Notify, Record, StepIndex, StepKind, Who},
    problem::{names::Thing, types},
    registry,
    tree::Node,
};

impl Builder<'_, '_> {
    pub(super) fn gate(&mut self, map: &Map<'_>) -> StepKind {
        let needs = self.needs(map);
        let otherwise = self.reader.required(map, "else", "else: refuse");
        let otherwise = otherwise.and_then(|node| self.reader.word(node, &["refuse", "wait"]));
        let covers = map.get("covers").and_then(|node| self.money_field(node));
        let Some((fact, is)) = needs else { return neutral() };
        let otherwise = if otherwise == Some("wait") { GateElse::Wait } else { GateElse::Refuse };
        StepKind::Gate(Gate { fact: fact.entry.name.into(), is, covers, otherwise })
    }

    /// `needs` of a gate or a wait: the kind of fact, and which of its values will do.
    pub(super) fn needs(&mut self, map: &Map<'_>) -> Option<(&'static registry::FactEntry, Vec<FactValue>)> {
        const EXAMPLE: &str = "needs: { fact: assessment, is: [supported, adjusted, exempt] }";
        let needs = self.reader.required(map, "needs", EXAMPLE);
        let needs = needs.and_then(|node| self.reader.map(node, &["fact", "is"], EXAMPLE))?;
        let fact = self.fact(&needs);
        let mut is = Vec::new();
        if let Some(node) = self.reader.required(&needs, "is", "is: [supported, adjusted, exempt]") {
            let mut unique = Unique::new();
            let items = self.reader.one_or_many(node);
            if items.is_empty() {
                self.reader.report(types::empty(node.spot, "is: [supported, adjusted, exempt]"));
            }
            for item in items {
                if let Some(value) = fact.and_then(|fact| self.fact_value(fact, item)) {
                    unique.claim(self.reader, item.spot, value);
                    is.push(value.into());
                }
            }
        }
        Some((fact?, is))
    }

    fn money_field(&mut self, node: &Node) -> Option<FieldName> {
        let field = self.reader.known(node, Thing::Field, &self.form.names())?;
        if self.form.kind(field).is_some_and(|kind| form::term_type(kind) != TermType::Money) {
            self.reader.report(types::cap_not_money(node.spot, field));
        }
        Some(field.into())
    }

    fn fact(&mut self, map: &Map<'_>) -> Option<&'static registry::FactEntry> {
        let known: Vec<_> = registry::FACTS.iter().map(|fact| fact.entry.name).collect();
        let node = self.reader.required(map, "fact", "fact: assessment")?;
        self.reader.known(node, Thing::Fact, &known).and_then(registry::fact)
    }

    fn fact_value<'n>(&mut self, fact: &registry::FactEntry, node: &'n Node) -> Option<&'n str> {
        let known: Vec<_> = fact.values.iter().map(|entry| entry.name).collect();
        self.reader.known(node, Thing::FactValue, &known)
    }

    pub(super) fn effect(&mut self, node: &Node) -> StepKind {
        let known: Vec<_> = registry::EFFECTS.iter().map(|entry| entry.name).collect();
        self.reader.known(node, Thing::Effect, &known).map_or_else(neutral, |effect| StepKind::Do(effect.into()))
    }

    pub(super) fn record(&mut self, node: &Node, index: StepIndex) -> StepKind {
        const EXAMPLE: &str = "record: { fact: targets, is: accepted }";
        let Some(map) = self.reader.map(node, &["fact", "is", "cap"], EXAMPLE) else { return neutral() };
        let fact = self.fact(&map);
        let is = self.reader.required(&map, "is", "is: accepted");
        let is = fact.zip(is).and_then(|(fact, node)| self.fact_value(fact, node));
        let cap = map.get("cap").and_then(|node| {
            self.done.spots[index].cap = Some(node.spot);
            self.money_field(node)
        });
        match (fact, is) {
            (Some(fact), Some(is)) => StepKind::Record(Record { fact: fact.entry.name.into(), is: is.into(), cap }),
            (_, _) => neutral(),
        }
    }

    pub(super) fn notify(&mut self, node: &Node, index: StepIndex) -> StepKind {
        const EXAMPLE: &str = "notify: { to: { role: department-head, of: project.department }, mail: copied-in }";
        let Some(map) = self.reader.map(node, &["to", "mail", "read", "hidden"], EXAMPLE) else { return neutral() };
        let to = self.reader.required(&map, "to", "to: { role: department-head, of: project.department }");
        let to = to.and_then(|node| who::read(self.reader, node)).unwrap_or(Who::Initiator);
        let known: Vec<_> = registry::MAILS.iter().map(|entry| entry.name).collect();
        let mail = self.reader.required(&map, "mail", "mail: copied-in");
        let mail = mail.and_then(|node| self.reader.known(node, Thing::Mail, &known)).unwrap_or_default();
        let reading = reading::read(self, &map, index);
        StepKind::Notify(Notify { to, mail: mail.into(), reading })
    }

    pub(super) fn end(&mut self, node: &Node) -> StepKind {
        self.outcome(node).map_or_else(|| StepKind::End("".into()), |outcome| StepKind::End(outcome.into()))
    }
}
