//! Every state that a case of a definition can come to.

use std::{
    collections::{BTreeSet, HashMap, hash_map::DefaultHasher},
    hash::{Hash as _, Hasher as _},
};

use crate::{
    clock::Instant,
    definition::{
        Definition, Form, Mode, Step, StepKind, StepName, Wait,
        mandates::{Mandate, Need},
    },
    engine::{Action, Activation, Case, Decision, Event, Plan, Status, Task, TaskKind, Waiting, may_act},
    generator::{Generated, VACANT},
    ids::PersonId,
    oracle::{Memory, follow},
    states::{is_same_everywhere, path, shape},
    terms::{self, TermKind},
    worlds::{Given, Office, Open, PEOPLE, World, id, worlds},
};

/// More states than that are not explored; such definitions are counted and left out.
pub const STATES_MAX: usize = 400;
/// The same where people transfer, delegate, add and remove, for then the same step is open in many ways.
pub const STATES_OF_TERMS_MAX: usize = 800;

/// What exploring found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explored {
    /// Every step is entered, every parallel step passed, and every state can end; `None` where that hangs on there
    /// being one person more.
    pub is_sound: Option<bool>,
    /// A protected effect took place without what its mandate needs.
    pub is_broken: bool,
    /// States found.
    pub states: usize,
    /// A state that never ends.
    pub stuck: Option<String>,
}

struct Explorer<'a> {
    office: &'a Office,
    definition: &'a Definition,
    mandate: &'a Mandate,
    worlds: Vec<World>,
    terms: &'a BTreeSet<TermKind>,
    by_name: bool,
    wakes: bool,
    states: Vec<State>,
    known: HashMap<u128, usize>,
    back: Vec<Vec<usize>>,
    seen: BTreeSet<StepName>,
    joined: BTreeSet<StepName>,
    broken: bool,
}

struct State {
    case: Case,
    memory: Memory,
    /// The latest day of the year whose coming the case has seen: it does not become earlier again.
    today: Option<Instant>,
}

/// Explores a definition; `None` when it has too many states.
#[must_use]
pub fn explore(office: &Office, generated: &Generated, states_max: usize) -> Option<Explored> {
    let mut explorer = Explorer::new(office, generated);
    for number in 0..explorer.worlds.len() {
        if let Ok(plan) = office.start(&generated.definition, &explorer.worlds[number]) {
            explorer.take(None, number, (plan, None));
        }
    }
    let mut at = 0;
    while at < explorer.states.len() {
        if explorer.states.len() > states_max {
            return None;
        }
        explorer.step(at);
        at += 1;
    }
    let stuck = explorer.stuck(true).or_else(|| explorer.stuck(false));
    let is_sound = match (explorer.is_complete(), explorer.stuck(true), stuck) {
        (false, ..) | (_, Some(_), _) => Some(false),
        (true, None, None) => Some(true),
        (true, None, Some(_)) => None,
    };
    let stuck = stuck.map(|at| {
        let case = &explorer.states[at].case;
        let steps: Vec<_> = case.activations.values().map(|a| (a.step.as_str(), &a.waiting)).collect();
        format!("{steps:?} {}", terms::hands(case))
    });
    Some(Explored { is_sound, is_broken: explorer.broken, states: explorer.states.len(), stuck })
}

impl<'a> Explorer<'a> {
    fn new(office: &'a Office, generated: &'a Generated) -> Self {
        let (definition, mandate) = (&generated.definition, &generated.mandates.all[0]);
        let mut open = Open { substitutes: generated.terms.contains(&TermKind::Substitutes), ..Open::default() };
        let mut facts = BTreeSet::new();
        let mut flags = BTreeSet::new();
        let mut by_name = !generated.terms.is_empty();
        for step in &definition.steps {
            match &step.kind {
                StepKind::Gate(gate) => {
                    facts.insert(gate.fact.as_str());
                    open.exempt |= gate.is.contains(&"exempt".into());
                }
                StepKind::Wait(Wait::Fact { fact, .. }) => drop(facts.insert(fact.as_str())),
                StepKind::Choose(choose) => flags.extend(choose.branches.iter().flat_map(|(condition, _)| {
                    let names = condition.reads().iter();
                    names.filter_map(|name| name.strip_prefix("policy.flag")?.parse::<usize>().ok()).collect::<Vec<_>>()
                })),
                StepKind::Each(_) => open.lists = true,
                StepKind::Start(start) => open.vacancy |= !start.by.roles(VACANT).is_empty(),
                StepKind::Approve(approve) => {
                    by_name |= !approve.limits.not_by.is_empty();
                    open.vacancy |= !approve.by.roles(VACANT).is_empty();
                    open.staffing |= matches!(approve.mode, Mode::Vote(_));
                }
                _ => {}
            }
        }
        open.facts = facts.into_iter().collect();
        open.flags = flags.into_iter().collect();
        let different = matches!(&mandate.needs, Need::Approvals { by_different_people: true, .. });
        by_name |= different;
        // Who settles a vote hangs on how many there are to vote.
        open.staffing &= different;
        Self {
            office,
            definition,
            mandate,
            worlds: worlds(&open),
            terms: &generated.terms,
            by_name,
            wakes: open.vacancy || open.staffing,
            states: Vec::new(),
            known: HashMap::new(),
            back: Vec::new(),
            seen: BTreeSet::new(),
            joined: BTreeSet::new(),
            broken: false,
        }
    }

    fn step(&mut self, at: usize) {
        let State { case, today, .. } = &self.states[at];
        let (case, today) = (case.clone(), *today);
        if case.status != Status::Running {
            return;
        }
        for (by, action) in self.commands(&case) {
            let today = self.day_that_comes(&case, &action).max(today);
            for number in 0..self.worlds.len() {
                let given = Given { by, action: action.clone(), today };
                let plan = self.office.decide(self.definition, &case, &self.worlds[number], given);
                // Where nothing around the case was looked at, it leads to the same in every world.
                let same = !self.wakes && is_same_everywhere(&plan);
                if let Ok(plan) = plan
                    && !plan.events.is_empty()
                {
                    self.take(Some(at), number, (plan, today));
                }
                if same {
                    break;
                }
            }
        }
    }

    /// The day of the year for which the case waited, if the command says that it has come.
    fn day_that_comes(&self, case: &Case, action: &Action) -> Option<Instant> {
        let Action::Ring { activation } = action else { return None };
        let waiting = case.activations.get(activation)?;
        let for_day = |step: &Step| matches!(step.kind, StepKind::Wait(Wait::UntilDay(_)));
        let Waiting::Until { at } = waiting.waiting else { return None };
        self.definition.step(&waiting.step).is_some_and(for_day).then_some(at)
    }

    /// Everything that somebody may do, or that may come, in this state.
    fn commands(&self, case: &Case) -> Vec<(Option<PersonId>, Action)> {
        let mut commands = Vec::new();
        let surroundings = self.office.surroundings(&self.worlds[0]);
        let stands_in = self.terms.contains(&TermKind::Substitutes);
        for task in case.tasks.values() {
            let actors = PEOPLE.iter().map(|number| id(*number));
            let actors = actors.filter(|person| stands_in || may_act(task, *person, &surroundings));
            let by_name = self.by_name && task.kind == TaskKind::Decide || !self.terms.is_empty();
            let many = if by_name { usize::MAX } else { 1 };
            for person in actors.take(many) {
                commands.extend(self.offered(task).into_iter().map(|action| (Some(person), action)));
                commands.extend(terms::on_task(self.terms, task).into_iter().map(|action| (Some(person), action)));
            }
        }
        commands.extend(terms::on_case(self.terms, case));
        for activation in case.activations.values() {
            let no = activation.no;
            match &activation.waiting {
                Waiting::People { .. }
                    if self.definition.step(&activation.step).is_some_and(|step| step.late().is_some()) =>
                {
                    commands.push((None, Action::Ring { activation: no }));
                }
                Waiting::Until { .. } => commands.push((None, Action::Ring { activation: no })),
                Waiting::Child { case, .. } => {
                    let ended = Action::ChildEnded { activation: no, case: *case, outcome: "done".into() };
                    commands.push((None, ended));
                }
                _ => {}
            }
        }
        let waits = |waiting: &Waiting| matches!(waiting, Waiting::Fact { .. } | Waiting::Nobody { .. });
        if self.wakes || case.activations.values().any(|activation| waits(&activation.waiting)) {
            commands.push((None, Action::Wake));
        }
        commands
    }

    /// What a task can be settled by.
    fn offered(&self, task: &Task) -> Vec<Action> {
        let Some(StepKind::Approve(approve)) = self.definition.step(&task.step).map(|step| &step.kind) else {
            return vec![Action::Complete { task: task.no, fields: Form::new(), besides: Default::default() }];
        };
        let votes = matches!(approve.mode, Mode::Vote(_));
        let mut offered = Vec::new();
        offered.extend((approve.reject.is_some() || votes && approve.grades.is_empty()).then_some(Decision::Reject));
        offered.extend(approve.grades.is_empty().then_some(Decision::Approve));
        offered.extend(votes.then_some(Decision::Abstain));
        offered.extend(approve.return_to.iter().map(|route| Decision::Return { to: route.to.clone() }));
        offered.extend(approve.grades.iter().map(|grade| Decision::Grade(grade.name.clone())));
        let decide = |decision| {
            let reason = "理由".to_owned();
            Action::Decide { task: task.no, decision, reason, fields: Form::new(), besides: Default::default() }
        };
        offered.into_iter().map(decide).collect()
    }

    fn take(&mut self, from: Option<usize>, world: usize, (plan, today): (Plan, Option<Instant>)) {
        let (before, mut memory) = match from {
            Some(at) => (Some(self.states[at].case.clone()), self.states[at].memory.clone()),
            None => (None, Memory::default()),
        };
        let both = (before.as_ref(), &plan.case);
        let world = &self.worlds[world];
        let takes_back = self.terms.contains(&TermKind::TakeBack);
        // Taking back forgets what could be taken back before.
        let bare = |at: usize| self.key(&self.states[at].case, &self.states[at].memory.alone(), self.states[at].today);
        let undone = (memory.alone(), from.filter(|_| takes_back).map_or(0, bare));
        self.broken |= follow(&mut memory, (self.definition, self.mandate), world, both, &plan.events);
        let decides = |event: &Event| matches!(event, Event::TaskDecided { .. } | Event::TaskCompleted { .. });
        if !takes_back || plan.case.undo.is_none() {
            memory.before = None;
        } else if plan.events.iter().any(decides) {
            memory.before = Some(Box::new(undone));
        }
        for event in &plan.events {
            self.see(event);
        }
        let key = self.key(&plan.case, &memory, today);
        let at = *self.known.entry(key).or_insert_with(|| {
            self.states.push(State { case: plan.case, memory, today });
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
            | Event::WaitOver { step }
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

    fn is_complete(&self) -> bool {
        let all_seen = self.definition.steps.iter().all(|step| self.seen.contains(&step.name));
        let all_joined =
            self.definition.steps.iter().all(|step| !step.kind.splits() || self.joined.contains(&step.name));
        all_seen && all_joined
    }

    /// A state from which no end can be reached. One in which nobody was found who may act is an end or is not.
    fn stuck(&self, held_ends: bool) -> Option<usize> {
        let asks = |step: &StepName| {
            let step = self.definition.step(step);
            step.is_some_and(|step| matches!(step.kind, StepKind::Fill(_) | StepKind::Approve(_)))
        };
        let held = |case: &Case| {
            let mut held = case.activations.values().filter(|a| matches!(a.waiting, Waiting::Nobody { .. }));
            held.any(|activation| asks(&activation.step))
        };
        let ends =
            |at: &usize| self.states[*at].case.status != Status::Running || held_ends && held(&self.states[*at].case);
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
        ending.into_iter().position(|ends| !ends)
    }

    /// The state without the numbers that only count up.
    fn key(&self, case: &Case, memory: &Memory, today: Option<Instant>) -> u128 {
        let mut open: Vec<_> =
            case.activations.values().map(|a| (path(case, a.no), &a.step, &a.resume, shape(&a.waiting))).collect();
        open.sort();
        let waits = |a: &&Activation| matches!(a.waiting, Waiting::Fact { .. } | Waiting::Nobody { .. });
        // In this order they are woken.
        let woken: Vec<_> = case.activations.values().filter(waits).map(|a| (path(case, a.no), &a.step)).collect();
        let half = |salt: u8| {
            let mut hasher = DefaultHasher::new();
            salt.hash(&mut hasher);
            open.hash(&mut hasher);
            woken.hash(&mut hasher);
            (case.status == Status::Running, case.suspended.is_some()).hash(&mut hasher);
            case.passed.hash(&mut hasher);
            memory.hash(&mut hasher);
            today.hash(&mut hasher);
            for result in case.results.iter().map(|(step, result)| (step, result.text())) {
                result.hash(&mut hasher);
            }
            for (step, run) in case.items.iter().flat_map(|(step, runs)| runs.iter().map(move |run| (step, run))) {
                (step, &run.passed).hash(&mut hasher);
            }
            if self.by_name {
                case.acted.hash(&mut hasher);
            }
            // Whom a step asks instead hangs on who was there when it was entered.
            if self.wakes {
                case.tasks.values().map(|task| &task.candidates).collect::<Vec<_>>().hash(&mut hasher);
            }
            if !self.terms.is_empty() {
                terms::hands(case).hash(&mut hasher);
            }
            u128::from(hasher.finish())
        };
        half(0) << 64 | half(1)
    }
}
