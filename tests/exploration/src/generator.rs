//! Small random definitions, sound and unsound, with and without gaps.

use std::collections::BTreeSet;

use rand::{Rng as _, rngs::StdRng};

use crate::{
    definition::{
        Approve, Block, Choose, Citation, Definition, Field, FieldKind, FieldName, Fill, Gate, GateElse, Grade,
        GradeRoute, Handoff, HandoffStage, Limits, Mode, NumberPart, NumberPattern, Parallel, Place, Reading, Record,
        Reminders, Resume, ReturnRoute, Step, StepKind, StepName, Who,
        amounts::AmountRules,
        mandates::{Mandate, Mandates, Need, Protected},
    },
    language::Text,
    terms::TermKind,
    worlds::flag,
};

mod extras;
mod features;

use extras::{Extra, some_extras};
pub use features::Feature;

/// The most conditions of a definition that a world answers.
const FLAGS_MAX: usize = 6;
/// The second is what a budget request is about.
const FIELDS: [&str; 2] = ["one", "amount"];
/// A role that nobody holds at times.
pub const VACANT: &str = "auditor";

/// A definition with its one mandate, and the kinds of terms that people use in its cases.
pub struct Generated {
    /// The definition.
    pub definition: Definition,
    /// The mandate.
    pub mandates: Mandates,
    /// The kinds of terms; none in most definitions.
    pub terms: BTreeSet<TermKind>,
}

/// What the mandate of a definition is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    Facts,
    Approvals,
}

struct Generator<'r> {
    rng: &'r mut StdRng,
    definition: Definition,
    about: About,
    left: usize,
    flags: usize,
    /// Where a step may return to: names with their blocks.
    behind: Vec<(StepName, usize)>,
    approvals: Vec<StepName>,
    extras: Vec<Extra>,
    /// The list that is being gone through: whether one item is done after another.
    listed: Option<bool>,
}

/// A definition and a mandate that may hold or not.
#[must_use]
pub fn generated(rng: &mut StdRng) -> Generated {
    let about = if rng.random_bool(0.5) { About::Facts } else { About::Approvals };
    let terms = if rng.random_bool(0.015) { some_terms(rng) } else { BTreeSet::new() };
    let left = if terms.is_empty() { [1, 1, 1, 2, 2, 2, 2, 3, 3, 4][rng.random_range(0..10)] } else { 1 };
    let about = if terms.is_empty() { about } else { About::Approvals };
    let mandate = mandate(rng, about, !terms.is_empty());
    let extras = some_extras(rng, terms.is_empty());
    // Votes and lists are open in many ways, so there are fewer steps beside them.
    let left = if extras.is_empty() { left } else { left.min(2) };
    let mut generator = Generator {
        extras,
        rng,
        definition: empty(),
        about,
        left,
        flags: 0,
        behind: Vec::new(),
        approvals: Vec::new(),
        listed: None,
    };
    if generator.rng.random_bool(0.8) {
        generator.fill(0);
    }
    if !terms.is_empty() {
        generator.approve(0);
        generator.approve(0);
    }
    if terms.is_empty() {
        generator.steps(0, 0);
    }
    if !generator.definition.steps.iter().any(|step| matches!(step.kind, StepKind::Do(_))) {
        generator.push(0, StepKind::Do("submit-budget-request".into()));
    }
    let outcome = format!("end-{}", generator.definition.steps.len());
    generator.push(0, StepKind::End(outcome.as_str().into()));
    let mut definition = generator.definition;
    if let Need::Approvals { roles, .. } = &mandate.needs
        && !roles.is_empty()
    {
        decided_in_post(&mut definition, !terms.contains(&TermKind::Transfer) || rng.random_bool(0.5));
    }
    if terms.contains(&TermKind::Ends) {
        definition.outcomes.push("withdrawn".into());
    }
    Generated { definition, mandates: Mandates { all: vec![mandate], hash: String::new() }, terms }
}

/// Where a mandate names roles, nobody else decides; or anybody may, whatever they decided before.
fn decided_in_post(definition: &mut Definition, in_post: bool) {
    for step in &mut definition.steps {
        if let StepKind::Approve(approve) = &mut step.kind {
            approve.limits.no_transfer = in_post;
            if !in_post {
                approve.limits.not_by.clear();
            }
        }
    }
}

fn some_terms(rng: &mut StdRng) -> BTreeSet<TermKind> {
    (0..rng.random_range(1..=2)).map(|_| TermKind::ALL[rng.random_range(0..TermKind::ALL.len())]).collect()
}

fn mandate(rng: &mut StdRng, about: About, by_people: bool) -> Mandate {
    let needs = match about {
        About::Facts => Need::Fact { fact: "assessment".into(), is: some_values(rng) },
        About::Approvals => Need::Approvals {
            count: rng.random_range(1..=2),
            by_different_people: rng.random_bool(if by_people { 0.8 } else { 0.15 }),
            roles: match rng.random_range(0..10) {
                0..=2 => vec!["finance-performance".into()],
                3 => vec![VACANT.into()],
                _ => Vec::new(),
            },
        },
    };
    Mandate {
        name: "explored".into(),
        basis: Citation { rule: "none".into(), clause: "1".into() },
        before: Protected::Effect(
            if rng.random_bool(0.05) { crate::definition::registry::SUSPEND_FUNDING } else { "submit-budget-request" }
                .into(),
        ),
        needs,
        at: Place::default(),
    }
}

fn some_values(rng: &mut StdRng) -> Vec<crate::definition::FactValue> {
    if rng.random_bool(0.5) { vec!["supported".into()] } else { vec!["supported".into(), "adjusted".into()] }
}

fn empty() -> Definition {
    let field = |name: &str| Field::new(name, Text::new(name, name), FieldKind::Text { max: 10 });
    Definition {
        name: "generated".into(),
        title: Text::new("生成", "Generated"),
        about: crate::definition::About::Project,
        basis: Vec::new(),
        outcomes: Vec::new(),
        starters: Who::Role { role: "project-officer".into(), of: None },
        number: NumberPattern(vec![NumberPart::Seq(4)]),
        schedules: Vec::new(),
        case_title: None,
        form: FIELDS.map(field).into(),
        amounts: AmountRules::default(),
        clocks: None,
        within: Vec::new(),
        steps: Vec::new(),
        blocks: vec![Block::default()],
        hash: "generated".into(),
    }
}

impl Generator<'_> {
    fn steps(&mut self, block: usize, depth: usize) {
        for _ in 0..self.rng.random_range(1..=4) {
            if self.left == 0 && !self.definition.blocks[block].steps.is_empty() {
                return;
            }
            self.left = self.left.saturating_sub(1);
            if self.extra(block, depth) {
                continue;
            }
            match (self.about, self.rng.random_range(0..10)) {
                (_, 0) => self.fill(block),
                (About::Facts, 1 | 2) | (About::Approvals, 1..=4) => drop(self.approve(block)),
                (About::Facts, 3..=5) => self.gate(block),
                (_, 7) | (About::Facts, 6) if self.listed.is_some() => drop(self.approve(block)),
                (About::Facts, 6) => {
                    let is = if self.rng.random_bool(0.7) { "supported" } else { "not-supported" };
                    self.push(block, StepKind::Record(Record { fact: "assessment".into(), is: is.into(), cap: None }));
                }
                (_, 7) => drop(self.push(block, StepKind::Do("submit-budget-request".into()))),
                (_, 8) if depth < 2 && self.flags < FLAGS_MAX => self.choose(block, depth),
                (_, 9) if depth < 2 => self.parallel(block, depth),
                (About::Approvals, 5) if self.rng.random_bool(0.5) => self.handoff(block),
                (About::Approvals, 5) => self.fill(block),
                (_, _) => drop(self.approve(block)),
            }
        }
    }

    fn fill(&mut self, block: usize) {
        let edit = self.edit(0.6);
        let fill =
            Fill { by: Who::Initiator, edit, reading: Reading::Everything, due: None, limits: Limits::default() };
        self.push(block, StepKind::Fill(fill));
    }

    /// A package is received, or sent back, and answered; the answer may have a result that ends the case.
    fn handoff(&mut self, block: usize) {
        let return_to: Vec<_> = self.way_back(block).into_iter().collect();
        let by = Who::Role { role: "finance-performance".into(), of: None };
        let mut receipt = Approve {
            by: by.clone(),
            mode: Mode::Any,
            edit: Vec::new(),
            reading: Reading::Everything,
            due: None,
            return_to,
            reject: None,
            grades: Vec::new(),
            late: None,
            limits: Limits::default(),
        };
        let name: StepName = format!("step-{}", self.definition.steps.len() + 1).as_str().into();
        let part = |stage| Some(Handoff { name: name.clone(), stage });
        let first = self.push(block, StepKind::Approve(receipt.clone()));
        self.definition.steps[first].handoff = part(HandoffStage::Receive);
        let edit = self.edit(0.6);
        let answer = if self.rng.random_bool(0.5) {
            StepKind::Fill(Fill { by, edit, reading: Reading::Everything, due: None, limits: Limits::default() })
        } else {
            receipt.return_to.clear();
            receipt.grades = vec![grade("good", GradeRoute::Next), grade("poor", GradeRoute::End("rejected".into()))];
            StepKind::Approve(Approve { edit, ..receipt })
        };
        let second = self.push(block, answer);
        self.definition.steps[second].handoff = part(HandoffStage::Answer);
    }

    fn edit(&mut self, share: f64) -> Vec<FieldName> {
        if self.about == About::Facts || self.listed == Some(false) || !self.rng.random_bool(share) {
            return Vec::new();
        }
        vec![FIELDS[self.rng.random_range(0..FIELDS.len())].into()]
    }

    fn gate(&mut self, block: usize) {
        let is = match self.rng.random_range(0..4) {
            0 => vec!["supported".into(), "adjusted".into(), "not-supported".into()],
            1 => vec!["not-supported".into()],
            _ => some_values(self.rng),
        };
        let otherwise = if self.rng.random_bool(0.6) { GateElse::Refuse } else { GateElse::Wait };
        self.push(block, StepKind::Gate(Gate { fact: "assessment".into(), is, covers: None, otherwise }));
    }

    fn approve(&mut self, block: usize) -> usize {
        let role = if self.rng.random_bool(0.6) { "finance-performance" } else { "department-head" };
        let return_to: Vec<_> = self.way_back(block).into_iter().collect();
        let mut limits = Limits::default();
        if self.about == About::Approvals
            && self.rng.random_bool(0.2)
            && let Some(other) = self.approvals.last()
        {
            limits.not_by.insert(other.clone());
        }
        let late = self.rng.random_bool(0.1).then(|| crate::definition::registry::SUSPEND_FUNDING.into());
        let mut approve = Approve {
            by: Who::Role { role: role.into(), of: None },
            mode: Mode::Any,
            edit: self.edit(0.2),
            reading: if self.about == About::Approvals && self.rng.random_bool(0.05) {
                Reading::Only(BTreeSet::from([FIELDS[0].into()]))
            } else {
                Reading::Everything
            },
            due: late.is_some().then_some(crate::definition::span::Span::Days(10)),
            return_to,
            reject: self.rng.random_bool(0.3).then(|| "rejected".into()),
            grades: Vec::new(),
            late,
            limits,
        };
        if self.rng.random_bool(0.25) {
            let mut routes: Vec<_> = approve.return_to.drain(..).map(GradeRoute::Return).collect();
            if self.rng.random_bool(0.8) || routes.is_empty() {
                routes.push(GradeRoute::Next);
            }
            routes.extend(approve.reject.take().map(GradeRoute::End));
            let graded = routes.into_iter().zip(["good", "fair", "poor"]);
            approve.grades = graded.map(|(route, name)| grade(name, route)).collect();
        }
        let index = self.push(block, StepKind::Approve(approve));
        self.approvals.push(self.definition.steps[index].name.clone());
        index
    }

    fn way_back(&mut self, block: usize) -> Option<ReturnRoute> {
        if self.behind.is_empty() || self.rng.random_bool(0.4) {
            return None;
        }
        let (to, of) = self.behind[self.rng.random_range(0..self.behind.len())].clone();
        let resume = if of == block && self.rng.random_bool(0.5) { Resume::Here } else { Resume::Through };
        Some(ReturnRoute { to, resume })
    }

    fn choose(&mut self, block: usize, depth: usize) {
        let condition = flag(self.flags);
        self.flags += 1;
        let index = self.push(block, StepKind::Choose(Choose { branches: Vec::new(), otherwise: None }));
        let first = self.branch(index, 0, depth);
        let otherwise = self.rng.random_bool(0.5).then(|| self.branch(index, 1, depth));
        self.definition.steps[index].kind = StepKind::Choose(Choose { branches: vec![(condition, first)], otherwise });
    }

    fn parallel(&mut self, block: usize, depth: usize) {
        let index = self.push(block, StepKind::Parallel(Parallel { branches: Vec::new() }));
        let branches = (0..2).map(|no| (Text::new("支", "Branch"), self.branch(index, no, depth))).collect();
        self.definition.steps[index].kind = StepKind::Parallel(Parallel { branches });
    }

    fn branch(&mut self, owner: usize, no: usize, depth: usize) -> usize {
        let block = self.definition.blocks.len();
        self.definition.blocks.push(Block { steps: Vec::new(), owner: Some((owner, no)) });
        let behind = self.behind.len();
        self.steps(block, depth + 1);
        self.behind.truncate(behind);
        block
    }

    fn push(&mut self, block: usize, kind: StepKind) -> usize {
        let index = self.definition.steps.len();
        let name: StepName = format!("step-{index}").as_str().into();
        if matches!(kind, StepKind::Fill(_) | StepKind::Approve(_)) {
            self.behind.push((name.clone(), block));
        }
        let offset = self.definition.blocks[block].steps.len();
        self.definition.blocks[block].steps.push(index);
        let title = Text::new(name.as_str(), name.as_str());
        self.definition.steps.push(Step {
            name,
            title,
            kind,
            at: Place::default(),
            block,
            offset,
            basis: Vec::new(),
            handoff: None,
            reminders: Reminders::default(),
        });
        index
    }
}

fn grade(name: &str, route: GradeRoute) -> Grade {
    Grade { name: name.into(), title: Text::new(name, name), route, requires: Vec::new(), reason_required: false }
}
