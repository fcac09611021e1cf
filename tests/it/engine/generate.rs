//! Random block-structured definitions, sound by construction, built straight from the model.

use rand::{Rng as _, rngs::StdRng};
use yumen::{
    definition::{
        Approve, Block, Citation, Definition, Each, EmptyList, Fill, Gate, GateElse, Grade, GradeRoute, ItemList,
        Limits, Mode, Notify, NumberPart, NumberPattern, OrgRef, Parallel, Place, Record, Resume, ReturnRoute,
        StartCase, Step, StepKind, StepName, Wait, Who, amounts::AmountRules, span::Span,
    },
    language::Text,
};

const DEPTH_MAX: usize = 3;
const STEPS_MAX: usize = 4;

struct Generator<'r> {
    rng: &'r mut StdRng,
    definition: Definition,
    /// Steps that stand before the one in making, in the same or an enclosing branch: where it may return to.
    behind: Vec<StepName>,
    /// Whether the one in making stands inside an each; they do not nest.
    in_each: bool,
}

/// A definition that begins with a fill step and ends with `accepted`.
pub fn definition(rng: &mut StdRng) -> Definition {
    let empty = Definition {
        name: "generated".into(),
        title: Text::new("生成", "Generated"),
        basis: vec![Citation { rule: "none".into(), clause: "1".into() }],
        within: Vec::new(),
        outcomes: vec!["accepted".into(), "rejected".into(), "withdrawn".into()],
        starters: Who::Role { role: "project-officer".into(), of: Some(OrgRef::ProjectUnit) },
        number: NumberPattern(vec![NumberPart::Seq(4)]),
        form: Vec::new(),
        amounts: AmountRules::default(),
        steps: Vec::new(),
        blocks: vec![Block::default()],
        hash: "generated".into(),
    };
    let mut generator = Generator { rng, definition: empty, behind: Vec::new(), in_each: false };
    generator.push(
        0,
        StepKind::Fill(Fill {
            by: Who::Initiator,
            edit: Vec::new(),
            due: Some(Span::Days(3)),
            limits: Limits::default(),
        }),
    );
    generator.steps(0, 0);
    generator.push(0, StepKind::End("accepted".into()));
    generator.definition
}

impl Generator<'_> {
    fn steps(&mut self, block: usize, depth: usize) {
        for _ in 0..self.rng.random_range(1..=STEPS_MAX) {
            match self.rng.random_range(0..13) {
                0 | 1 => {
                    let (by, limits) = (self.who(), self.limits());
                    let kind = StepKind::Fill(Fill { by, edit: Vec::new(), due: None, limits });
                    self.push(block, kind);
                }
                2..=5 => self.approve(block),
                6 => {
                    let wait = self.rng.random_bool(0.7);
                    let gate = Gate {
                        fact: "assessment".into(),
                        is: vec!["supported".into()],
                        covers: None,
                        otherwise: if wait { GateElse::Wait } else { GateElse::Refuse },
                    };
                    self.push(block, StepKind::Gate(gate));
                }
                7 if !self.in_each && self.rng.random_bool(0.5) => {
                    let start =
                        StartCase { workflow: "other".into(), by: self.who(), waits: self.rng.random_bool(0.7) };
                    self.push(block, StepKind::Start(start));
                }
                7 if !self.in_each => {
                    let record = Record { fact: "targets".into(), is: "accepted".into(), cap: None };
                    self.push(block, StepKind::Record(record));
                }
                8 => {
                    let notify = Notify { to: self.who(), mail: "copied-in".into() };
                    self.push(block, StepKind::Notify(notify));
                }
                9 => self.wait(block),
                10 | 11 if depth < DEPTH_MAX && !self.in_each => self.each(block, depth),
                _ if depth < DEPTH_MAX => self.parallel(block, depth),
                _ => self.approve(block),
            }
        }
    }

    fn approve(&mut self, block: usize) {
        let due = Some(Span::WorkingDays(5));
        let return_to = self.way_back().into_iter().collect::<Vec<_>>();
        let by = self.who();
        let limits = self.limits();
        let approve = if self.rng.random_bool(0.3) {
            let mut grades =
                vec![grade("excellent", GradeRoute::Next), grade("poor", GradeRoute::End("rejected".into()))];
            grades.extend(return_to.into_iter().map(|route| grade("fair", GradeRoute::Return(route))));
            Approve { by, mode: Mode::Any, edit: Vec::new(), due, return_to: Vec::new(), reject: None, grades, limits }
        } else {
            let mode = [Mode::Any, Mode::All, Mode::Sequence][self.rng.random_range(0..3)];
            let reject = self.rng.random_bool(0.5).then(|| "rejected".into());
            Approve { by, mode, edit: Vec::new(), due, return_to, reject, grades: Vec::new(), limits }
        };
        self.push(block, StepKind::Approve(approve));
    }

    fn limits(&mut self) -> Limits {
        let (no_transfer, no_signers) = (self.rng.random_bool(0.2), self.rng.random_bool(0.2));
        Limits { no_transfer, no_signers, ..Limits::default() }
    }

    fn parallel(&mut self, block: usize, depth: usize) {
        let index = self.push(block, StepKind::Parallel(Parallel { branches: Vec::new() }));
        let mut branches = Vec::new();
        for branch in 0..self.rng.random_range(2..=3) {
            let inner = self.definition.blocks.len();
            self.definition.blocks.push(Block { steps: Vec::new(), owner: Some((index, branch)) });
            let behind = self.behind.len();
            self.steps(inner, depth + 1);
            self.behind.truncate(behind);
            branches.push((Text::new("支", "Branch"), inner));
        }
        self.definition.steps[index].kind = StepKind::Parallel(Parallel { branches });
    }

    fn wait(&mut self, block: usize) {
        let wait = match self.rng.random_range(0..3) {
            0 => Wait::For(Span::WorkingDays(self.rng.random_range(1..=5))),
            1 => Wait::UntilDay(["11-25", "12-15", "08-31"][self.rng.random_range(0..3)].parse().unwrap()),
            _ => Wait::Fact { fact: "assessment".into(), is: vec!["supported".into()] },
        };
        self.push(block, StepKind::Wait(wait));
    }

    fn each(&mut self, block: usize, depth: usize) {
        let (list, by) = match self.rng.random_range(0..3) {
            0 => (ItemList::People(Who::Role { role: "finance-performance".into(), of: None }), Who::Item),
            1 => {
                let heads = Who::Role { role: "department-head".into(), of: Some(OrgRef::ProjectDepartment) };
                (ItemList::People(heads), Who::Item)
            }
            _ => {
                let by = Who::Role { role: "project-officer".into(), of: Some(OrgRef::Item) };
                (ItemList::Units(OrgRef::ProjectDepartment), by)
            }
        };
        let in_order = self.rng.random_bool(0.5);
        let empty = if self.rng.random_bool(0.5) { EmptyList::Hold } else { EmptyList::Next };
        let index = self.push(block, StepKind::End("accepted".into()));
        let inner = self.definition.blocks.len();
        self.definition.blocks.push(Block { steps: Vec::new(), owner: Some((index, 0)) });
        self.definition.steps[index].kind = StepKind::Each(Each { list, at_most: 20, in_order, empty, block: inner });
        let behind = self.behind.len();
        self.in_each = true;
        let return_to = self.way_back().into_iter().collect();
        let approve = Approve {
            by,
            mode: Mode::Any,
            edit: Vec::new(),
            due: None,
            return_to,
            reject: None,
            grades: Vec::new(),
            limits: Limits::default(),
        };
        self.push(inner, StepKind::Approve(approve));
        self.steps(inner, depth + 1);
        self.in_each = false;
        self.behind.truncate(behind);
    }

    fn way_back(&mut self) -> Option<ReturnRoute> {
        if self.behind.is_empty() || self.rng.random_bool(0.3) {
            return None;
        }
        let to = self.behind[self.rng.random_range(0..self.behind.len())].clone();
        let same_branch = self.rng.random_bool(0.5);
        // `resume: here` may not cross a parallel boundary, so it is only drawn where nothing is parallel.
        let anything_parallel = self.definition.blocks.len() > 1;
        let resume = if same_branch && !anything_parallel { Resume::Here } else { Resume::Through };
        Some(ReturnRoute { to, resume })
    }

    fn who(&mut self) -> Who {
        match self.rng.random_range(0..4) {
            0 => Who::Initiator,
            1 => Who::Role { role: "department-head".into(), of: Some(OrgRef::ProjectDepartment) },
            2 => Who::Role { role: "finance-performance".into(), of: None },
            _ => Who::Role { role: "project-officer".into(), of: Some(OrgRef::ProjectUnit) },
        }
    }

    fn push(&mut self, block: usize, kind: StepKind) -> usize {
        let index = self.definition.steps.len();
        let name: StepName = format!("step-{index}").as_str().into();
        let acts = matches!(kind, StepKind::Fill(_) | StepKind::Approve(_));
        let offset = self.definition.blocks[block].steps.len();
        self.definition.blocks[block].steps.push(index);
        self.definition.steps.push(Step {
            name: name.clone(),
            title: Text::new(name.as_str(), name.as_str()),
            kind,
            at: Place::default(),
            block,
            offset,
            basis: Vec::new(),
        });
        if acts {
            self.behind.push(name);
        }
        index
    }
}

fn grade(name: &str, route: GradeRoute) -> Grade {
    Grade { name: name.into(), title: Text::new(name, name), route, requires: Vec::new(), reason_required: false }
}
