//! `handoff`: to whom, which fields, until when it is received and answered. It is read as two steps, one after the other.

use std::collections::BTreeSet;

use super::{approve, header, limits, reader::Map, reminders, steps::Builder, who};
use crate::{
    definition::{
        Mode,
        handoff::{Handoff, HandoffStage, RECEIPT},
        limits::Limits,
        model::{Approve, BlockIndex, FieldName, Fill, StepIndex, StepKind, Who},
        problem::types,
        reading::Reading,
        span::Span,
        tree::{Entry, Node, NodeKind},
    },
    language::Text,
};

const TO: &str = "to: { role: auditor, of: aud }";
const PACKAGE: &str = "package: [facts_found]";
const RECEIVE: &str = "receive: { due: 2 working days }";
const ANSWER: &str = "answer: { edit: [reply], due: 30 days }";

/// What both stages share.
struct Shared {
    to: Who,
    reading: Reading,
    limits: Limits,
}

impl Builder<'_, '_> {
    /// The receipt, which somebody of the other organ acknowledges or sends back to be completed; then the answer.
    pub(super) fn handoff(&mut self, map: &Map<'_>, head: &Entry, block: BlockIndex) {
        let (name, spot) = self.name("handoff", map, &head.value, head.spot);
        let receipt = format!("{name}{RECEIPT}");
        self.claim(spot, &receipt);
        let basis = header::basis(self.reader, map);
        let title = self.title(map).unwrap_or_else(|| Text::new(&name, &name));
        let part = |stage| Some(Handoff { name: name.as_str().into(), stage });
        let first = self.push((receipt.as_str(), spot), (block, head.spot), basis.clone(), part(HandoffStage::Receive));
        let shared = self.shared(map, first);
        let kind = StepKind::Approve(self.receipt(map, &shared, first));
        let own = Text::new(format!("{}：签收", title.zh), format!("{}: receipt", title.en));
        self.complete(first, (&receipt, own), kind);
        let second = self.push((name.as_str(), spot), (block, head.spot), basis, part(HandoffStage::Answer));
        let kind = self.answer(map, shared, second);
        self.complete(second, (&name, title), kind);
        let to = map.get("to").map(|node| node.spot);
        (self.done.spots[first].by, self.done.spots[second].by) = (to, to);
        // Whoever receives sees what their organ answers, too.
        let answered: Vec<_> = self.done.steps[second].edits().to_vec();
        if let StepKind::Approve(Approve { reading: Reading::Only(fields), .. }) = &mut self.done.steps[first].kind {
            fields.extend(answered);
        }
    }

    fn shared(&mut self, map: &Map<'_>, index: StepIndex) -> Shared {
        let to = self.reader.required(map, "to", TO).and_then(|node| who::read(self.reader, node));
        let package = self.reader.required(map, "package", PACKAGE);
        let fields: BTreeSet<FieldName> = package.map(|node| self.some_fields(node, PACKAGE)).unwrap_or_default();
        self.done.spots[index].reading = package.map(|node| node.spot);
        // What is sealed to an organ does not leave it by anybody's hand.
        let limits = Limits { no_transfer: true, no_signers: true, ..limits::read(self, map, index) };
        Shared { to: to.unwrap_or(Who::Initiator), reading: Reading::Only(fields), limits }
    }

    fn receipt(&mut self, map: &Map<'_>, shared: &Shared, index: StepIndex) -> Approve {
        let node = self.reader.required(map, "receive", RECEIVE);
        let own = node.and_then(|node| self.reader.map(node, &["due", "remind", "escalate", "return to"], RECEIVE));
        let due = own.as_ref().and_then(|own| self.deadline(own, RECEIVE));
        self.remind(index, own.as_ref(), (due, &shared.to));
        let back = own.as_ref().and_then(|own| own.get("return to"));
        let return_to = back.map(|node| approve::ways_back(self, node, index)).unwrap_or_default();
        Approve {
            by: shared.to.clone(),
            mode: Mode::Any,
            edit: Vec::new(),
            reading: shared.reading.clone(),
            due,
            return_to,
            reject: None,
            grades: Vec::new(),
            late: None,
            limits: shared.limits.clone(),
        }
    }

    /// A written answer; with `results`, one of them goes with it.
    fn answer(&mut self, map: &Map<'_>, shared: Shared, index: StepIndex) -> StepKind {
        let Shared { to: by, reading, limits } = shared;
        let node = self.reader.required(map, "answer", ANSWER);
        let own =
            node.and_then(|node| self.reader.map(node, &["edit", "due", "remind", "escalate", "results"], ANSWER));
        let edit = own.as_ref().and_then(|own| self.reader.required(own, "edit", ANSWER));
        if let Some(node) = edit {
            self.edit_inside_each(node);
        }
        let edit: Vec<FieldName> = edit.map(|node| self.some_fields(node, ANSWER)).unwrap_or_default();
        let due = own.as_ref().and_then(|own| self.deadline(own, ANSWER));
        self.remind(index, own.as_ref(), (due, &by));
        let Some(results) = own.as_ref().and_then(|own| own.get("results")) else {
            return StepKind::Fill(Fill { by, edit, reading, due, limits });
        };
        let (mode, grades, return_to) = (Mode::Any, Vec::new(), Vec::new());
        let mut answer = Approve { by, mode, edit, reading, due, return_to, reject: None, grades, late: None, limits };
        answer.grades = approve::grades(self, results, index, &answer);
        StepKind::Approve(answer)
    }

    /// Each stage has its deadline.
    fn deadline(&mut self, map: &Map<'_>, example: &str) -> Option<Span> {
        self.reader.required(map, "due", example)?;
        self.reader.span(map, "due")
    }

    fn remind(&mut self, index: StepIndex, own: Option<&Map<'_>>, of: (Option<Span>, &Who)) {
        if let Some(map) = own {
            self.done.steps[index].reminders = reminders::read(self, map, of);
        }
    }

    fn some_fields<C: FromIterator<FieldName>>(&mut self, node: &Node, example: &str) -> C {
        if let NodeKind::List(items) = &node.kind
            && items.is_empty()
        {
            self.reader.report(types::empty(node.spot, example));
        }
        self.fields(node).into_iter().collect()
    }
}
