//! Random block-structured definitions, sound by construction, built straight from the model.

use rand::{Rng as _, rngs::StdRng};
use yumen::{
    definition::{
        About, Approve, Block, Choose, Citation, Definition, Each, EmptyList, Escalate, EscalateTo, Fill, Gate,
        GateElse, Grade, GradeRoute, ItemList, Limits, Mode, Notify, NumberPart, NumberPattern, Order, OrgRef,
        Parallel, Passes, Place, Reading, Record, Remind, Reminders, Resume, ReturnRoute, StartCase, Step, StepKind,
        StepName, Vote, VoteRoute, Wait, Weighed, Weight, Who,
        amounts::AmountRules,
        condition::{Condition, standard_types},
        span::Span,
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
        about: About::Project,
        basis: vec![Citation { rule: "none".into(), clause: "1".into() }],
        within: Vec::new(),
        outcomes: vec!["accepted".into(), "rejected".into(), "withdrawn".into()],
        starters: Who::Role { role: "project-officer".into(), of: Some(OrgRef::ProjectUnit) },
        number: NumberPattern(vec![NumberPart::Seq(4)]),
        schedules: Vec::new(),
        case_title: None,
        form: Vec::new(),
        amounts: AmountRules::default(),
        clocks: None,
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
            reading: Reading::Everything,
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
            match self.rng.random_range(0..15) {
                0 | 1 => {
                    let (by, limits) = (self.who(), self.limits());
                    let kind =
                        StepKind::Fill(Fill { by, edit: Vec::new(), reading: Reading::Everything, due: None, limits });
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
                    let notify = Notify { to: self.who(), mail: "copied-in".into(), reading: Reading::Everything };
                    self.push(block, StepKind::Notify(notify));
                }
                9 => self.wait(block),
                10 | 11 if depth < DEPTH_MAX && !self.in_each => self.each(block, depth),
                12 if depth < DEPTH_MAX => self.choose(block, depth),
                13 if !self.in_each => {
                    self.push(block, StepKind::Do("submit-budget-request".into()));
                }
                _ if depth < DEPTH_MAX => self.parallel(block, depth),
                _ => self.approve(block),
            }
        }
    }

    fn approve(&mut self, block: usize) {
        let due = Some(Span::WorkingDays(5));
        let return_to = self.way_back().into_iter().collect::<Vec<_>>();
        let by = self.who();
        let is_late = !self.in_each && self.rng.random_bool(0.2);
        let late = is_late.then(|| yumen::definition::registry::SUSPEND_FUNDING.into());
        let approve = if self.rng.random_bool(0.3) {
            let mut grades =
                vec![grade("excellent", GradeRoute::Next), grade("poor", GradeRoute::End("rejected".into()))];
            grades.extend(return_to.into_iter().map(|route| grade("fair", GradeRoute::Return(route))));
            let mode = if self.rng.random_bool(0.5) { Mode::Any } else { Mode::Vote(self.vote(&by, true)) };
            let limits = self.limits();
            Approve {
                by,
                mode,
                edit: Vec::new(),
                reading: Reading::Everything,
                due,
                return_to: Vec::new(),
                reject: None,
                grades,
                late,
                limits,
            }
        } else {
            let mode = match self.rng.random_range(0..5) {
                0 => Mode::Any,
                1 => Mode::All,
                2 => Mode::Sequence,
                _ => Mode::Vote(self.vote(&by, false)),
            };
            let is_vote = matches!(mode, Mode::Vote(_));
            let reject = (!is_vote && self.rng.random_bool(0.5)).then(|| "rejected".into());
            let limits = self.limits();
            Approve {
                by,
                mode,
                edit: Vec::new(),
                reading: Reading::Everything,
                due,
                return_to,
                reject,
                grades: Vec::new(),
                late,
                limits,
            }
        };
        self.push(block, StepKind::Approve(approve));
    }

    fn vote(&mut self, by: &Who, grades: bool) -> Vote {
        let over = self.rng.random_bool(0.5);
        let part = self.rng.random_range(1..=3);
        let whole = part + u64::from(over) + self.rng.random_range(0..=2);
        let any = [Passes::Any, Passes::All, Passes::Share { part, whole, over }, Passes::Votes(part)];
        let decisive = [Passes::All, Passes::Share { part: 1, whole: 2, over: true }];
        let passes = if grades { decisive[self.rng.random_range(0..2)] } else { any[self.rng.random_range(0..4)] };
        let heavy = matches!(by, Who::Role { role, .. } if role.as_str() == "finance-performance");
        let weights = if heavy && self.rng.random_bool(0.5) {
            let role = Weight { of: Weighed::Role("finance-performance".into()), votes: 2 };
            vec![role, Weight { of: Weighed::Person("p301".into()), votes: 3 }]
        } else {
            Vec::new()
        };
        let back = self.way_back();
        let otherwise = back.map_or_else(|| VoteRoute::End("rejected".into()), VoteRoute::Return);
        let order = if self.rng.random_bool(0.5) { Order::AtOnce } else { Order::Sequence };
        Vote { order, passes, weights, veto: !grades && self.rng.random_bool(0.3), otherwise }
    }

    fn limits(&mut self) -> Limits {
        let (no_transfer, no_signers) = (self.rng.random_bool(0.2), self.rng.random_bool(0.2));
        let initiator_may_decide = self.rng.random_bool(0.2);
        let mut limits = Limits { initiator_may_decide, no_transfer, no_signers, ..Limits::default() };
        let known = self.definition.steps.len();
        if self.rng.random_bool(0.3) {
            let step = &self.definition.steps[self.rng.random_range(0..known)];
            limits.not_by.insert(step.name.clone());
        }
        if self.rng.random_bool(0.2) {
            limits.nobody = Some(self.who());
        }
        limits
    }

    fn choose(&mut self, block: usize, depth: usize) {
        let index = self.push(block, StepKind::Choose(Choose { branches: Vec::new(), otherwise: None }));
        let source = if self.rng.random_bool(0.5) { "case.year == 2027" } else { "case.year < 2027" };
        let when = Condition::compile(source, Place::default(), &standard_types()).unwrap();
        let inside = |generator: &mut Self, branch| {
            let inner = generator.definition.blocks.len();
            generator.definition.blocks.push(Block { steps: Vec::new(), owner: Some((index, branch)) });
            let behind = generator.behind.len();
            generator.steps(inner, depth + 1);
            generator.behind.truncate(behind);
            inner
        };
        let branches = vec![(when, inside(self, 0))];
        let otherwise = self.rng.random_bool(0.5).then_some(()).map(|()| inside(self, 1));
        self.definition.steps[index].kind = StepKind::Choose(Choose { branches, otherwise });
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
            reading: Reading::Everything,
            due: Some(Span::Hours(8)),
            return_to,
            reject: None,
            grades: Vec::new(),
            late: None,
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

    /// Beside a deadline, some of every kind.
    fn reminders(&mut self, kind: &StepKind) -> Reminders {
        let (StepKind::Fill(Fill { due: Some(_), .. }) | StepKind::Approve(Approve { due: Some(_), .. })) = kind else {
            return Reminders::default();
        };
        let all = [
            Remind::Before(Span::Days(1)),
            Remind::Before(Span::WorkingHours(2)),
            Remind::WhenDue,
            Remind::After(Span::WorkingDays(2)),
            Remind::EveryAfter(Span::WorkingDays(1)),
        ];
        let remind = all.into_iter().filter(|_| self.rng.random_bool(0.4)).collect();
        let mut escalate = Vec::new();
        if self.rng.random_bool(0.5) {
            escalate.push(Escalate { after: Span::WorkingDays(1), to: EscalateTo::Line });
            escalate.push(Escalate { after: Span::WorkingDays(3), to: EscalateTo::Line });
            escalate.push(Escalate { after: Span::Days(9), to: EscalateTo::Who(self.who()) });
        }
        Reminders { remind, escalate }
    }

    fn push(&mut self, block: usize, kind: StepKind) -> usize {
        let index = self.definition.steps.len();
        let name: StepName = format!("step-{index}").as_str().into();
        let acts = matches!(kind, StepKind::Fill(_) | StepKind::Approve(_));
        let reminders = self.reminders(&kind);
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
            handoff: None,
            reminders,
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
