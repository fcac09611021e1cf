//! The steps: blocks inside blocks, flattened into the definition's tables.

use std::collections::BTreeMap;

use super::{
    approve, conditions,
    form::Fields,
    header::{self, Header},
    limits,
    reader::{Map, Reader, Unique},
    reading, reminders, who,
};
use crate::{
    definition::{
        condition::{self, Condition, TermType, Types},
        handoff::Handoff,
        model::{
            Approve, Block, BlockIndex, Choose, Citation, FieldName, Fill, MailName, Notify, Resume, Step, StepIndex,
            StepKind, Who,
        },
        problem::{
            Spot, flow,
            names::{self, Thing},
            nearest, steps as problem_of_steps, types,
        },
        reading::Reading,
        reminders::Reminders,
        tree::{Node, NodeKind},
    },
    language::Text,
};

/// The kinds of steps with the keys each takes besides `title` and `basis`.
pub(in crate::definition) const KINDS: &[(&str, &[&str])] = &[
    ("fill", &["by", "not by", "nobody", "transfer", "edit", "read", "hidden", "due", "remind", "escalate"]),
    (
        "approve",
        &[
            "by",
            "not by",
            "initiator",
            "nobody",
            "transfer",
            "add signer",
            "mode",
            "edit",
            "read",
            "hidden",
            "due",
            "remind",
            "escalate",
            "late",
            "return to",
            "reject",
            "grades",
        ],
    ),
    ("gate", &["needs", "covers", "else"]),
    ("choose", &["branches", "otherwise"]),
    ("parallel", &["branches"]),
    ("each", &["in", "at most", "order", "empty", "steps"]),
    ("handoff", &["to", "not by", "nobody", "package", "receive", "answer"]),
    ("start", &["workflow", "by", "wait"]),
    ("wait", &["for", "until", "needs"]),
    ("do", &["name"]),
    ("record", &["name"]),
    ("notify", &["name"]),
    ("end", &["name"]),
];

/// What the title of a step writes for the item at hand.
pub const ITEM: &str = "{item}";

/// The steps, and where in the file they say what.
pub(super) struct Steps {
    pub(super) steps: Vec<Step>,
    pub(super) blocks: Vec<Block>,
    pub(super) spots: Vec<StepSpots>,
    pub(super) returns: Vec<ReturnUse>,
    pub(super) named: Vec<limits::NamedStep>,
}

/// Where a step says what.
#[derive(Clone, Copy)]
pub(super) struct StepSpots {
    pub(super) name: Spot,
    pub(super) cap: Option<Spot>,
    /// The field that a wait reads.
    pub(super) reads: Option<Spot>,
    /// What its people may see.
    pub(super) reading: Option<Spot>,
    /// Whom it asks.
    pub(super) by: Option<Spot>,
}

/// A way back that some step offers.
pub(super) struct ReturnUse {
    pub(super) from: StepIndex,
    pub(super) to: String,
    pub(super) spot: Spot,
    pub(super) resume: Resume,
}

pub(super) fn read(reader: &mut Reader<'_>, map: &Map<'_>, header: &Header, form: &Fields) -> Steps {
    let node = reader.required(map, "steps", "steps: [{ fill: draft, by: initiator, edit: [amount] }]");
    let types = conditions::types(reader.vocabulary, form);
    let mut builder = Builder {
        reader,
        header,
        form,
        types,
        unique: Unique::new(),
        counts: BTreeMap::new(),
        each_at_once: false,
        done: Steps {
            steps: Vec::new(),
            blocks: Vec::new(),
            spots: Vec::new(),
            returns: Vec::new(),
            named: Vec::new(),
        },
    };
    match node {
        Some(node) => {
            builder.block(node, None);
        }
        None => builder.done.blocks.push(Block::default()),
    }
    builder.done
}

pub(super) struct Builder<'a, 'v> {
    pub(super) reader: &'a mut Reader<'v>,
    pub(super) header: &'a Header,
    pub(super) form: &'a Fields,
    pub(super) types: Types,
    unique: Unique,
    counts: BTreeMap<&'static str, usize>,
    /// Whether this is inside an each whose items are under way at once.
    pub(super) each_at_once: bool,
    pub(super) done: Steps,
}

impl Builder<'_, '_> {
    pub(super) fn block(&mut self, node: &Node, owner: Option<(StepIndex, usize)>) -> BlockIndex {
        let index = self.done.blocks.len();
        self.done.blocks.push(Block { steps: Vec::new(), owner });
        if let Some(items) = self.reader.list(node, "steps: [{ fill: draft, by: initiator, edit: [amount] }]") {
            if items.is_empty() {
                self.reader.report(flow::empty_block(node.spot));
            }
            items.iter().for_each(|item| self.step(item, index));
        }
        index
    }

    fn step(&mut self, node: &Node, block: BlockIndex) {
        let Some((kind, map)) = self.kind_of(node) else { return };
        let Some(head) = map.entry(kind) else { return };
        if kind == "handoff" {
            return self.handoff(&map, head, block);
        }
        let (name, spot) = self.name(kind, &map, &head.value, head.spot);
        let basis = header::basis(self.reader, &map);
        let title = self.title(&map);
        if matches!(kind, "do" | "record") {
            self.once(kind, head.spot);
        }
        let index = self.push((&name, spot), (block, head.spot), basis, None);
        let kind = match kind {
            "fill" => self.fill(&map, index),
            "approve" => StepKind::Approve(approve::read(self, &map, index)),
            "gate" => self.gate(&map),
            "choose" => self.choose(&map, index),
            "parallel" => self.parallel(&map, index),
            "each" => self.each(&map, index, head.spot),
            "wait" => self.wait(&map, index),
            "start" => self.start(&map, head.spot),
            "do" => self.effect(&head.value),
            "record" => self.record(&head.value, index),
            "notify" => self.notify(&head.value, index),
            _ => self.end(&head.value),
        };
        if let StepKind::Fill(Fill { by, due, .. }) | StepKind::Approve(Approve { by, due, .. }) = &kind {
            self.done.steps[index].reminders = reminders::read(self, &map, (*due, by));
        }
        let title = title.unwrap_or_else(|| conditions::default_title(&name, &kind));
        self.complete(index, (&name, title), kind);
    }

    /// Makes room for a step, so that what stands inside of it knows where it stands.
    pub(super) fn push(
        &mut self,
        (name, spot): (&str, Spot),
        (block, at): (BlockIndex, Spot),
        basis: Vec<Citation>,
        handoff: Option<Handoff>,
    ) -> StepIndex {
        let index = self.done.steps.len();
        let offset = self.done.blocks[block].steps.len();
        self.done.blocks[block].steps.push(index);
        self.done.spots.push(StepSpots { name: spot, cap: None, reads: None, reading: None, by: None });
        let (title, kind) = (Text::default(), neutral());
        let reminders = Reminders::default();
        let (name, at) = (name.into(), at.at);
        self.done.steps.push(Step { name, title, kind, at, block, offset, basis, handoff, reminders });
        index
    }

    /// Says what a step does, once it is read.
    pub(super) fn complete(&mut self, index: StepIndex, (name, title): (&str, Text), kind: StepKind) {
        self.learn_outcome(name, &kind);
        let step = &mut self.done.steps[index];
        (step.title, step.kind) = (title, kind);
    }

    /// A name that no other step can have.
    pub(super) fn claim(&mut self, spot: Spot, name: &str) {
        self.unique.claim(self.reader, spot, name);
    }

    /// The kind of a step and its keys.
    fn kind_of<'n>(&mut self, node: &'n Node) -> Option<(&'static str, Map<'n>)> {
        const EXAMPLE: &str = "- fill: draft";
        let NodeKind::Map(entries) = &node.kind else {
            self.reader.map(node, &[], EXAMPLE);
            return None;
        };
        let kinds: Vec<_> = KINDS.iter().map(|(kind, _)| *kind).collect();
        let mut found: Vec<_> = kinds.iter().copied().filter(|kind| entries.iter().any(|e| e.key == *kind)).collect();
        // Whether a start waits for what it starts is said by a key that is elsewhere a kind.
        if found.contains(&"start") {
            found.retain(|kind| *kind != "wait");
        }
        let [kind] = found[..] else {
            self.reader.report(match entries.first() {
                Some(first) if found.is_empty() && nearest(&first.key, kinds.iter().copied()).is_some() => {
                    names::unknown(first.spot, Thing::StepKind, &first.key, &kinds)
                }
                _ => names::step_without_kind(node.spot, &found, &kinds),
            });
            return None;
        };
        let own = KINDS.iter().find(|(name, _)| *name == kind).map_or(&[][..], |(_, keys)| keys);
        let known: Vec<_> = [kind, "title", "basis"].iter().chain(own).copied().collect();
        Some((kind, self.reader.map(node, &known, EXAMPLE)?))
    }

    /// The name a step was given, or `<kind>-<n>`.
    pub(super) fn name(&mut self, kind: &'static str, map: &Map<'_>, value: &Node, at: Spot) -> (String, Spot) {
        let named_by_value =
            matches!(kind, "fill" | "approve" | "gate" | "choose" | "parallel" | "each" | "handoff" | "wait" | "start");
        let node = if named_by_value { Some(value) } else { map.get("name") };
        if let Some(name) = node.and_then(|node| self.reader.name(node, '-', "department-review")) {
            let spot = node.map_or(at, |node| node.spot);
            self.unique.claim(self.reader, spot, name);
            return (name.to_owned(), spot);
        }
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        let name = format!("{kind}-{count}");
        if !named_by_value {
            self.unique.claim(self.reader, at, &name);
        }
        (name, at)
    }

    pub(super) fn by(&mut self, map: &Map<'_>) -> Who {
        let node = self.reader.required(map, "by", "by: { role: department-head, of: project.department }");
        node.and_then(|node| who::read(self.reader, node)).unwrap_or(Who::Initiator)
    }

    /// Whom a step asks, where it may depend on who acted before.
    pub(super) fn asks(&mut self, map: &Map<'_>, index: StepIndex) -> Who {
        self.done.spots[index].by = map.get("by").map(|node| node.spot);
        self.reader.asking = Some(self.done.steps[index].name.to_string());
        let who = self.by(map);
        self.reader.asking = None;
        who
    }

    /// The title of a step, in which `{item}` stands for the item at hand.
    pub(super) fn title(&mut self, map: &Map<'_>) -> Option<Text> {
        let title = self.reader.both(map, "title")?;
        if let (Some(node), None) = (map.get("title"), self.reader.item)
            && [&title.zh, &title.en].iter().any(|text| text.contains(ITEM))
        {
            self.reader.report(problem_of_steps::item_outside(node.spot));
        }
        Some(title)
    }

    /// The fields of `edit` or `requires`.
    pub(super) fn fields(&mut self, node: &Node) -> Vec<FieldName> {
        let known = self.form.names();
        let mut unique = Unique::new();
        let mut fields = Vec::new();
        for item in self.reader.list(node, "edit: [amount]").unwrap_or_default() {
            if let Some(field) = self.reader.known(item, Thing::Field, &known) {
                unique.claim(self.reader, item.spot, field);
                fields.push(field.into());
            }
        }
        fields
    }

    fn fill(&mut self, map: &Map<'_>, index: StepIndex) -> StepKind {
        let by = self.asks(map, index);
        let edit = self.reader.required(map, "edit", "edit: [amount]");
        if let Some(Node { kind: NodeKind::List(items), spot }) = edit
            && items.is_empty()
        {
            self.reader.report(types::empty(*spot, "edit: [amount]"));
        }
        if let Some(node) = edit {
            self.edit_inside_each(node);
        }
        let edit = edit.map(|node| self.fields(node)).unwrap_or_default();
        let reading = reading::read(self, map, index);
        let limits = limits::read(self, map, index);
        StepKind::Fill(Fill { by, edit, reading, due: self.reader.span(map, "due"), limits })
    }

    fn choose(&mut self, map: &Map<'_>, index: StepIndex) -> StepKind {
        const EXAMPLE: &str = "branches: [{ when: form.amount >= wan(500), steps: [...] }]";
        let node = self.reader.required(map, "branches", EXAMPLE);
        let items = node.and_then(|node| self.reader.list(node, EXAMPLE)).unwrap_or_default();
        if let (Some(node), true) = (node, items.is_empty()) {
            self.reader.report(flow::empty_block(node.spot));
        }
        let mut branches = Vec::new();
        for item in items {
            let Some(branch) = self.reader.map(item, &["when", "steps"], EXAMPLE) else { continue };
            let when = self.reader.required(&branch, "when", "when: form.amount >= wan(500)");
            let when = when.map(|node| self.condition(node));
            let steps = self.reader.required(&branch, "steps", "steps: [...]");
            if let (Some(when), Some(steps)) = (when, steps) {
                let block = self.block(steps, Some((index, branches.len())));
                branches.push((when, block));
            }
        }
        let otherwise = match map.get("otherwise") {
            None => {
                self.reader.report(flow::no_otherwise(map.spot));
                None
            }
            Some(node @ Node { kind: NodeKind::Scalar { .. }, .. }) => {
                self.reader.word(node, &["next"]);
                None
            }
            Some(node) => Some(self.block(node, Some((index, branches.len())))),
        };
        StepKind::Choose(Choose { branches, otherwise })
    }

    fn condition(&mut self, node: &Node) -> Condition {
        let source = self.reader.text(node, "form.amount >= wan(500)").unwrap_or("true").trim_end();
        conditions::compile(self.reader, node, source, &self.types)
    }

    /// An outcome that a step leads to.
    pub(super) fn outcome<'n>(&mut self, node: &'n Node) -> Option<&'n str> {
        let outcome = self.reader.known(node, Thing::DeclaredOutcome, &self.header.outcome_names())?;
        if outcome == "withdrawn" {
            self.reader.report(names::withdrawn_is_not_reached(node.spot));
        }
        Some(outcome)
    }

    pub(super) fn returns(&mut self, from: StepIndex, to: &str, spot: Spot, resume: Resume) {
        self.done.returns.push(ReturnUse { from, to: to.to_owned(), spot, resume });
    }

    /// What conditions further down can read of this step.
    fn learn_outcome(&mut self, name: &str, kind: &StepKind) {
        if let Some(results) = kind.results() {
            if self.reader.item.is_some() {
                for result in &results {
                    self.types.insert(condition::count_name(name, result), TermType::Int);
                }
            }
            self.types.insert(condition::outcome_name(name), TermType::OneOf(results));
        }
        // The items of an each have a vote each, of which none is meant afterwards.
        if self.reader.item.is_none() {
            for counted in kind.votes() {
                self.types.insert(condition::votes_name(name, &counted), TermType::Int);
            }
        }
        if matches!(kind, StepKind::Each(_)) {
            self.types.insert(condition::items_name(name), TermType::Int);
        }
    }
}

/// Stands in for a step with problems, so that the rest of the file can be checked.
pub(super) fn neutral() -> StepKind {
    StepKind::Notify(Notify { to: Who::Initiator, mail: MailName(String::new()), reading: Reading::Everything })
}
