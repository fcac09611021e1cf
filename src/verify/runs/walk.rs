//! One command and all that follows from it, as the engine walks it.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    case::{Case, Open, Person, Seat, Waits, parent, stands_in, within},
    chance::Chance,
    rules::Rules,
};
use crate::{
    definition::{
        Choose, Each, EmptyList, FactName, FactValue, GateElse, Resume, ReturnRoute, StepIndex, StepKind, Wait, YearDay,
    },
    verify::{
        known::{Facts, Known},
        moves::Act,
        places::{After, Branch},
        words::Stop,
    },
};

/// A gate said no: then the whole command never was.
pub(super) struct Refused;

/// A protected step that was reached without what its mandate needs.
pub(super) struct Broken {
    pub step: StepIndex,
    /// How many approvals stood.
    pub standing: usize,
    /// What happened until then, the step itself included.
    pub way: Vec<Stop>,
}

pub(super) struct Walk<'a, 'd> {
    pub rules: &'a Rules<'a, 'd>,
    pub chance: &'a mut Chance,
    pub case: Case,
    pub way: Vec<Stop>,
    pub broken: Vec<Broken>,
    pub noted: Noted,
    by: Person,
    /// What the facts around the case may be, for as long as the command lasts.
    around: Known,
}

/// What a part of the walk found out, and forgets when it is refused.
#[derive(Clone)]
pub(super) struct Noted {
    pub entered: BTreeSet<StepIndex>,
    pub passed: BTreeSet<StepIndex>,
    /// What gates and records have established.
    established: Known,
    recorded: BTreeMap<FactName, FactValue>,
    chosen: BTreeMap<StepIndex, Option<usize>>,
    closed: BTreeSet<Seat>,
}

impl<'a, 'd> Walk<'a, 'd> {
    pub fn new(rules: &'a Rules<'a, 'd>, chance: &'a mut Chance, case: Case) -> Self {
        let noted = Noted {
            entered: BTreeSet::new(),
            passed: BTreeSet::new(),
            established: Facts::nothing(),
            recorded: BTreeMap::new(),
            chosen: BTreeMap::new(),
            closed: BTreeSet::new(),
        };
        Self { rules, chance, case, way: Vec::new(), broken: Vec::new(), noted, by: 0, around: Facts::nothing() }
    }

    /// Somebody acts, or something comes.
    pub fn acts(&mut self, seat: Seat, act: Act, by: Person) {
        self.by = by;
        self.tell(seat.0, act);
        if self.rules.remembers(seat.0) {
            self.case.memory.acted.entry(seat.0).or_default().insert(by);
        }
    }

    fn tell(&mut self, step: StepIndex, act: Act) {
        self.way.push(Stop { step, act: Some(act) });
    }

    pub fn enter(&mut self, (step, item): Seat, resume: Option<StepIndex>) -> Result<(), Refused> {
        self.noted.entered.insert(step);
        let seat = (step, item);
        match self.rules.places.kind(step) {
            StepKind::Fill(_) | StepKind::Approve(_) => {
                self.open(seat, resume, Waits::People);
                Ok(())
            }
            StepKind::Gate(gate) => {
                self.wait_for_fact(seat, (&gate.fact, &gate.is), gate.otherwise == GateElse::Refuse)
            }
            StepKind::Wait(Wait::Fact { fact, is }) => self.wait_for_fact(seat, (fact, is), false),
            StepKind::Wait(Wait::For(_)) => {
                self.open(seat, None, Waits::Event);
                Ok(())
            }
            StepKind::Wait(wait @ (Wait::UntilDay(_) | Wait::UntilField(_))) => {
                // The day may be over already; it is when the case has seen it, or a later one, come.
                let day = day_of(wait);
                if day.is_some() && self.case.come >= day || self.chance.pick(2) == 0 {
                    self.case.come = self.case.come.max(day);
                    return self.go_on(seat);
                }
                self.open(seat, None, Waits::Event);
                Ok(())
            }
            StepKind::Choose(choose) => self.choose(seat, choose),
            StepKind::Parallel(parallel) => {
                self.way.push(Stop { step, act: None });
                self.open(seat, None, Waits::Branches((0..parallel.branches.len()).collect()));
                for (_, block) in &parallel.branches {
                    self.first(*block, item)?;
                }
                Ok(())
            }
            StepKind::Each(each) => {
                self.open(seat, None, Waits::Nobody);
                self.go_through(seat, each)
            }
            StepKind::Start(_) => {
                self.open(seat, None, Waits::Nobody);
                self.start(seat)
            }
            StepKind::Do(_) | StepKind::Notify(_) => {
                self.protect(step);
                self.go_on(seat)
            }
            StepKind::Record(record) => {
                self.protect(step);
                let noted = &mut self.noted;
                noted.recorded.insert(record.fact.clone(), record.is.clone());
                noted.established = self.rules.facts.recorded(noted.established, &record.fact, &record.is);
                self.go_on(seat)
            }
            StepKind::End(_) => {
                self.way.push(Stop { step, act: None });
                self.end();
                Ok(())
            }
        }
    }

    pub fn protect(&mut self, step: StepIndex) {
        self.way.push(Stop { step, act: None });
        if let Some(standing) = self.rules.lacks(step, self.noted.established, &self.case.memory) {
            self.broken.push(Broken { step, standing, way: self.way.clone() });
        }
    }

    /// Whether the fact stands with one of these values, which nobody can change while the command lasts.
    fn finds(&mut self, (fact, is): (&FactName, &[FactValue])) -> bool {
        let facts = self.rules.facts;
        if let Some(recorded) = self.noted.recorded.get(fact) {
            return is.contains(recorded);
        }
        let ways = [facts.among(self.around, fact, is), facts.outside(self.around, fact, is)];
        let possible: Vec<_> = ways.into_iter().enumerate().filter_map(|(no, way)| Some((no, way?))).collect();
        let Some(&(no, around)) = possible.get(self.chance.pick(possible.len())) else { return false };
        self.around = around;
        if no == 0 {
            let established = self.noted.established;
            self.noted.established = facts.among(established, fact, is).unwrap_or(established);
        }
        no == 0
    }

    fn wait_for_fact(&mut self, seat: Seat, fact: (&FactName, &[FactValue]), refuses: bool) -> Result<(), Refused> {
        if self.finds(fact) {
            self.tell(seat.0, Act::Opens);
            return self.go_on(seat);
        }
        if refuses {
            return Err(Refused);
        }
        let established = self.noted.established;
        self.noted.established = self.rules.facts.outside(established, fact.0, fact.1).unwrap_or(established);
        self.open(seat, None, Waits::Fact);
        Ok(())
    }

    fn choose(&mut self, (step, item): Seat, choose: &Choose) -> Result<(), Refused> {
        let rules = self.rules;
        let known = self.noted.chosen.get(&step).copied().filter(|_| rules.is_steady(choose));
        let chosen = known.unwrap_or_else(|| {
            let possible = (0..choose.branches.len()).filter(|no| rules.is_possible(step, *no)).map(Some);
            let possible: Vec<_> = possible.chain([None]).collect();
            possible[self.chance.pick(possible.len())]
        });
        self.noted.chosen.insert(step, chosen);
        self.tell(step, Act::Chooses(chosen));
        match chosen.map_or(choose.otherwise, |no| Some(choose.branches[no].1)) {
            Some(block) => self.first(block, item),
            None => self.go_on((step, item)),
        }
    }

    /// Fixes the list: no item, one, or two, which stand for any number.
    fn go_through(&mut self, seat: Seat, each: &Each) -> Result<(), Refused> {
        let count = self.chance.pick(each.at_most.min(2) + 1);
        if count == 0 && each.empty == EmptyList::Hold {
            return Ok(());
        }
        if count == 0 {
            self.tell(seat.0, Act::Empty);
            return self.pass(seat);
        }
        self.way.push(Stop { step: seat.0, act: None });
        self.stand(seat, Waits::Branches((1..=count).collect()));
        for item in 1..=(if each.in_order { 1 } else { count }) {
            self.first(each.block, item)?;
        }
        Ok(())
    }

    /// Starts the other case, or finds nobody on whose behalf.
    fn start(&mut self, seat: Seat) -> Result<(), Refused> {
        let StepKind::Start(start) = self.rules.places.kind(seat.0) else { return Ok(()) };
        if self.chance.pick(2) == 1 {
            return Ok(());
        }
        self.way.push(Stop { step: seat.0, act: None });
        if start.waits {
            self.stand(seat, Waits::Event);
            return Ok(());
        }
        self.pass(seat)
    }

    fn first(&mut self, block: usize, item: usize) -> Result<(), Refused> {
        let first = self.rules.places.definition.blocks[block].steps.first();
        first.map_or(Ok(()), |first| self.enter((*first, item), None))
    }

    fn open(&mut self, seat: Seat, resume: Option<StepIndex>, waits: Waits) {
        let written = self.rules.writes(seat.0);
        if written != 0 {
            self.case.memory.standing.retain(|_, (_, seen)| *seen & written == 0);
            self.case.memory.written |= written;
        }
        if matches!(waits, Waits::Fact | Waits::Nobody) {
            self.case.queue.push(seat);
        }
        self.case.open.insert(seat, Open { resume, waits });
    }

    fn stand(&mut self, seat: Seat, waits: Waits) {
        self.case.queue.retain(|queued| *queued != seat);
        if let Some(open) = self.case.open.get_mut(&seat) {
            open.waits = waits;
        }
    }

    fn close(&mut self, seat: Seat) -> Option<Open> {
        self.noted.closed.insert(seat);
        self.case.queue.retain(|queued| *queued != seat);
        self.case.open.remove(&seat)
    }

    pub fn pass(&mut self, seat: Seat) -> Result<(), Refused> {
        let Some(passed) = self.close(seat) else { return Ok(()) };
        self.noted.passed.insert(seat.0);
        let rules = self.rules;
        if let StepKind::Wait(wait) = rules.places.kind(seat.0) {
            self.case.come = self.case.come.max(day_of(wait));
        }
        if rules.counts(seat.0) {
            let someone_writes = self.case.open.keys().any(|(step, _)| !rules.places.edits(*step).is_empty());
            if !someone_writes {
                let approval = (self.by, self.case.memory.written | rules.subject);
                self.case.memory.standing.insert(seat.0, approval);
            }
        }
        match passed.resume {
            Some(resume) => self.enter((resume, seat.1), None),
            None => self.go_on(seat),
        }
    }

    fn go_on(&mut self, (step, item): Seat) -> Result<(), Refused> {
        match self.rules.places.after(step) {
            After::Step(next) => self.enter((next, item), None),
            After::Branch(branch) => self.finish(branch, item),
            After::Nothing => Err(Refused),
        }
    }

    fn finish(&mut self, branch: Branch, item: usize) -> Result<(), Refused> {
        let places = self.rules.places;
        let each = places.each(branch.parallel);
        let (around, no) = if each.is_some() {
            ((branch.parallel, 0), item)
        } else {
            (within(places, branch.parallel, item), branch.no)
        };
        let Some(Open { waits: Waits::Branches(left), .. }) = self.case.open.get_mut(&around) else { return Ok(()) };
        if !left.remove(&no) {
            return Ok(());
        }
        match (left.first().copied(), each) {
            (None, _) => self.pass(around),
            (Some(next), Some(each)) if each.in_order => self.first(each.block, next),
            (Some(_), _) => Ok(()),
        }
    }

    pub fn end(&mut self) {
        self.case.open.clear();
        self.case.queue.clear();
        self.case.ended = true;
    }

    pub fn go_back(&mut self, seat: Seat, route: &ReturnRoute) -> Result<(), Refused> {
        let places = self.rules.places;
        let target = places.target(route).ok_or(Refused)?;
        let there = within(places, target, seat.1);
        let context = parent(places, there);
        let left: Vec<_> = self
            .case
            .open
            .keys()
            .copied()
            .filter(|open| context.is_none_or(|context| stands_in(places, *open, context)))
            .collect();
        for open in left {
            self.close(open);
        }
        for undone in places.undone(target, route.resume) {
            self.case.memory.standing.remove(&undone);
        }
        self.enter(there, (route.resume == Resume::Here).then_some(seat.0))
    }

    /// Looks again at all that waits for a fact or for somebody. What refuses stays as it was.
    pub fn wake(&mut self) {
        for seat in self.case.queue.clone() {
            if self.case.ended || self.noted.closed.contains(&seat) {
                continue;
            }
            let before = (self.case.clone(), self.noted.clone(), self.way.len(), self.broken.len());
            if self.wake_one(seat).is_err() {
                (self.case, self.noted) = (before.0, before.1);
                self.way.truncate(before.2);
                self.broken.truncate(before.3);
            }
        }
    }

    fn wake_one(&mut self, seat: Seat) -> Result<(), Refused> {
        match self.rules.places.kind(seat.0) {
            StepKind::Gate(gate) => self.wake_fact(seat, (&gate.fact, &gate.is)),
            StepKind::Wait(Wait::Fact { fact, is }) => self.wake_fact(seat, (fact, is)),
            StepKind::Each(each) => self.go_through(seat, each),
            StepKind::Start(_) => self.start(seat),
            StepKind::Fill(_)
            | StepKind::Approve(_)
            | StepKind::Wait(Wait::For(_) | Wait::UntilDay(_) | Wait::UntilField(_))
            | StepKind::Choose(_)
            | StepKind::Parallel(_)
            | StepKind::Do(_)
            | StepKind::Record(_)
            | StepKind::Notify(_)
            | StepKind::End(_) => Ok(()),
        }
    }

    fn wake_fact(&mut self, seat: Seat, fact: (&FactName, &[FactValue])) -> Result<(), Refused> {
        if !self.finds(fact) {
            return Ok(());
        }
        self.tell(seat.0, Act::Comes);
        self.pass(seat)
    }
}

const fn day_of(wait: &Wait) -> Option<YearDay> {
    match wait {
        Wait::UntilDay(day) => Some(*day),
        Wait::UntilField(_) | Wait::For(_) | Wait::Fact { .. } => None,
    }
}
