//! Every state that a case of a definition can come to.

use std::{
    collections::{BTreeSet, HashMap, hash_map::DefaultHasher},
    hash::{Hash as _, Hasher as _},
};

use crate::{
    definition::{Definition, Form, StepKind, StepName, mandates::Mandate},
    engine::{Action, Case, Decision, Event, Plan, Status, Waiting, case::TaskKind, may_act},
    ids::PersonId,
    oracle::{Memory, follow},
    worlds::{Office, PEOPLE, World, id, worlds},
};

/// More states than that are not explored; such definitions are counted and left out.
pub const STATES_MAX: usize = 300;

/// What exploring found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explored {
    /// Every step is entered, every parallel step passed, and every state can end.
    pub is_sound: bool,
    /// A protected effect took place without what its mandate needs.
    pub is_broken: bool,
    /// States found.
    pub states: usize,
}

struct Explorer<'a> {
    office: &'a Office,
    definition: &'a Definition,
    mandate: &'a Mandate,
    worlds: Vec<World>,
    by_name: bool,
    states: Vec<(Case, Memory)>,
    known: HashMap<u128, usize>,
    back: Vec<Vec<usize>>,
    seen: BTreeSet<StepName>,
    joined: BTreeSet<StepName>,
    broken: bool,
}

/// Explores a definition; `None` when it has too many states.
#[must_use]
pub fn explore(office: &Office, definition: &Definition, mandate: &Mandate) -> Option<Explored> {
    let mut explorer = Explorer::new(office, definition, mandate);
    for number in 0..explorer.worlds.len() {
        if let Ok(plan) = office.start(definition, &explorer.worlds[number]) {
            explorer.take(None, number, plan);
        }
    }
    let mut at = 0;
    while at < explorer.states.len() {
        if explorer.states.len() > STATES_MAX {
            return None;
        }
        explorer.step(at);
        at += 1;
    }
    let is_sound = explorer.is_sound();
    Some(Explored { is_sound, is_broken: explorer.broken, states: explorer.states.len() })
}

impl<'a> Explorer<'a> {
    fn new(office: &'a Office, definition: &'a Definition, mandate: &'a Mandate) -> Self {
        let mut facts = BTreeSet::new();
        let mut flags = BTreeSet::new();
        let mut by_name = false;
        for step in &definition.steps {
            match &step.kind {
                StepKind::Gate(gate) => drop(facts.insert(gate.fact.as_str())),
                StepKind::Choose(choose) => flags.extend(choose.branches.iter().flat_map(|(condition, _)| {
                    let names = condition.reads().iter();
                    names.filter_map(|name| name.strip_prefix("policy.flag")?.parse::<usize>().ok()).collect::<Vec<_>>()
                })),
                StepKind::Approve(approve) => by_name |= !approve.limits.not_by.is_empty(),
                _ => {}
            }
        }
        let facts: Vec<_> = facts.into_iter().collect();
        let flags: Vec<_> = flags.into_iter().collect();
        by_name |=
            matches!(&mandate.needs, crate::definition::mandates::Need::Approvals { by_different_people: true, .. });
        Self {
            office,
            definition,
            mandate,
            worlds: worlds(&facts, &flags),
            by_name,
            states: Vec::new(),
            known: HashMap::new(),
            back: Vec::new(),
            seen: BTreeSet::new(),
            joined: BTreeSet::new(),
            broken: false,
        }
    }

    fn step(&mut self, at: usize) {
        let (case, _) = self.states[at].clone();
        if case.status != Status::Running {
            return;
        }
        for (by, action) in self.commands(&case) {
            for number in 0..self.worlds.len() {
                let plan = self.office.decide(self.definition, &case, &self.worlds[number], (by, action.clone()));
                if let Ok(plan) = plan
                    && !plan.events.is_empty()
                {
                    self.take(Some(at), number, plan);
                }
            }
        }
    }

    /// Everything that somebody may do, or that may come, in this state.
    fn commands(&self, case: &Case) -> Vec<(Option<PersonId>, Action)> {
        let mut commands = Vec::new();
        let surroundings = self.office.surroundings(&self.worlds[0]);
        for task in case.tasks.values() {
            let actors = PEOPLE.iter().map(|number| id(*number)).filter(|person| may_act(task, *person, &surroundings));
            let many = if self.by_name && task.kind == TaskKind::Decide { usize::MAX } else { 1 };
            for person in actors.take(many) {
                let act = |action| (Some(person), action);
                match self.definition.step(&task.step).map(|step| &step.kind) {
                    Some(StepKind::Approve(approve)) => {
                        let mut offered: Vec<_> = approve.reject.iter().map(|_| Decision::Reject).collect();
                        offered.extend(approve.grades.is_empty().then_some(Decision::Approve));
                        offered.extend(approve.return_to.iter().map(|route| Decision::Return { to: route.to.clone() }));
                        offered.extend(approve.grades.iter().map(|grade| Decision::Grade(grade.name.clone())));
                        commands.extend(offered.into_iter().map(|decision| {
                            let reason = "理由".to_owned();
                            act(Action::Decide { task: task.no, decision, reason, fields: Form::new() })
                        }));
                    }
                    _ => commands.push(act(Action::Complete { task: task.no, fields: Form::new() })),
                }
            }
        }
        if case.activations.values().any(|a| matches!(a.waiting, Waiting::Fact { .. } | Waiting::Nobody { .. })) {
            commands.push((None, Action::Wake));
        }
        commands
    }

    fn take(&mut self, from: Option<usize>, world: usize, plan: Plan) {
        let (before, mut memory) = match from {
            Some(at) => (Some(self.states[at].0.clone()), self.states[at].1.clone()),
            None => (None, Memory::default()),
        };
        let both = (before.as_ref(), &plan.case);
        let world = &self.worlds[world];
        self.broken |= follow(&mut memory, (self.definition, self.mandate), world, both, &plan.events);
        for event in &plan.events {
            self.see(event);
        }
        let key = self.key(&plan.case, &memory);
        let at = *self.known.entry(key).or_insert_with(|| {
            self.states.push((plan.case, memory));
            self.back.push(Vec::new());
            self.states.len() - 1
        });
        self.back[at].extend(from);
    }

    fn see(&mut self, event: &Event) {
        match event {
            Event::StepEntered { step, .. }
            | Event::GatePassed { step, .. }
            | Event::BranchChosen { step, .. }
            | Event::EffectDone { step, .. }
            | Event::FactRecorded { step, .. }
            | Event::CopiedIn { step, .. } => drop(self.seen.insert(step.clone())),
            Event::StepPassed { step, .. } => drop(self.joined.insert(step.clone())),
            Event::Ended { outcome, reason, .. } if reason.is_empty() => {
                let ends = |kind: &StepKind| matches!(kind, StepKind::End(own) if own == outcome);
                let end = self.definition.steps.iter().filter(|step| ends(&step.kind));
                self.seen.extend(end.map(|step| step.name.clone()));
            }
            _ => {}
        }
    }

    fn is_sound(&self) -> bool {
        let all_seen = self.definition.steps.iter().all(|step| self.seen.contains(&step.name));
        let all_joined = self
            .definition
            .steps
            .iter()
            .all(|step| !matches!(step.kind, StepKind::Parallel(_)) || self.joined.contains(&step.name));
        all_seen && all_joined && self.all_end()
    }

    /// Whether an end can be reached from every state. One in which nobody was found is a question of people.
    fn all_end(&self) -> bool {
        let held = |case: &Case| case.activations.values().any(|a| matches!(a.waiting, Waiting::Nobody { .. }));
        let ends = |at: &usize| self.states[*at].0.status != Status::Running || held(&self.states[*at].0);
        let mut open: Vec<_> = (0..self.states.len()).filter(ends).collect();
        let mut ending = vec![false; self.states.len()];
        open.iter().for_each(|at| ending[*at] = true);
        while let Some(at) = open.pop() {
            for before in &self.back[at] {
                if !ending[*before] {
                    ending[*before] = true;
                    open.push(*before);
                }
            }
        }
        ending.into_iter().all(|ends| ends)
    }

    /// The state without the numbers that only count up.
    fn key(&self, case: &Case, memory: &Memory) -> u128 {
        let mut open: Vec<_> =
            case.activations.values().map(|a| (path(case, a.no), &a.step, &a.resume, shape(&a.waiting))).collect();
        open.sort();
        let half = |salt: u8| {
            let mut hasher = DefaultHasher::new();
            salt.hash(&mut hasher);
            open.hash(&mut hasher);
            (case.status == Status::Running).hash(&mut hasher);
            case.passed.hash(&mut hasher);
            memory.hash(&mut hasher);
            for result in case.results.iter().map(|(step, result)| (step, result.text())) {
                result.hash(&mut hasher);
            }
            if self.by_name {
                case.acted.hash(&mut hasher);
            }
            u128::from(hasher.finish())
        };
        half(0) << 64 | half(1)
    }
}

/// Where an activation stands: the parallel steps around it with their branches.
fn path(case: &Case, no: u32) -> Vec<(&StepName, usize)> {
    let mut path = Vec::new();
    let mut current = case.activations.get(&no).and_then(|a| a.parent);
    while let Some((parent, branch)) = current {
        let Some(around) = case.activations.get(&parent) else { break };
        path.push((&around.step, branch));
        current = around.parent;
    }
    path
}

fn shape(waiting: &Waiting) -> (u8, Vec<PersonId>, BTreeSet<usize>) {
    match waiting {
        Waiting::Nothing => (0, Vec::new(), BTreeSet::new()),
        Waiting::People { cast, later } => (1, cast.keys().chain(later).copied().collect(), BTreeSet::new()),
        Waiting::Nobody { cast } => (2, cast.keys().copied().collect(), BTreeSet::new()),
        Waiting::Fact { .. } => (3, Vec::new(), BTreeSet::new()),
        Waiting::Until { .. } => (4, Vec::new(), BTreeSet::new()),
        Waiting::Child { .. } => (6, Vec::new(), BTreeSet::new()),
        Waiting::Branches(open) => (5, Vec::new(), open.clone()),
    }
}
