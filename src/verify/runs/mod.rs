//! Runs of a case, followed exactly: what the quick searches suspect is confirmed here by a run, or cleared.
//!
//! The quick searches (`ways`, `approvals`) take branches that go on side by side, and steps that are returned to, for
//! more than they can be: what they prove holds, but what they suspect may be impossible. Here a case is followed as the
//! engine moves it: which steps are open at the same time, where each goes back to, which gates one command wakes, what
//! the facts are while it lasts. The conditions of choices, the facts between two commands, the length of lists and the
//! people are free. Definitions with more than [`WALKS_MAX`] walks are left to the quick searches.

mod case;
mod chance;
mod rules;
mod walk;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use case::{Case, Person, Seat, Waits};
use chance::Chance;
pub(super) use rules::Goal;
use rules::Rules;
use walk::{Broken, Refused, Walk};

use super::{
    moves::{Act, Moves},
    words::Stop,
};
use crate::definition::{Approve, GradeRoute, ReturnRoute, StepIndex, StepKind, VoteRoute};

/// Walks that are followed at most.
const WALKS_MAX: usize = 20_000;

/// A run that breaks a mandate.
#[derive(Debug, Clone)]
pub(super) struct Bypass {
    /// How many approvals stood.
    pub standing: usize,
    /// What happened until then.
    pub way: Vec<Stop>,
}

/// Every run was followed.
#[derive(Debug, Default)]
pub(super) struct Followed {
    /// For each protected step that can be reached without what its mandate needs, the nearest such run.
    pub bypasses: BTreeMap<StepIndex, Bypass>,
    /// Whether every step is entered, every parallel step passed, and every case can end.
    pub is_sound: bool,
    /// For each step at which a case can wait without ever ending, the nearest such run.
    pub endless: BTreeMap<StepIndex, Vec<Stop>>,
}

/// Follows every run; `None` when there are too many.
pub(super) fn follow(moves: &Moves<'_>, goal: &Goal<'_>) -> Option<Followed> {
    let rules = Rules::new(moves, goal);
    let mut runs = Runs::new(&rules);
    runs.all()?;
    let endless = runs.endless();
    let is_sound = endless.is_empty() && runs.is_complete();
    Some(Followed { bypasses: runs.bypasses, is_sound, endless })
}

/// What somebody or something does where a case stands.
#[derive(Clone)]
enum Command<'d> {
    Starts,
    Passes(Seat, Act, Person),
    GoesBack(Seat, Act, &'d ReturnRoute, Person),
    Ends(Seat, Act),
    /// Nobody has decided in time.
    IsLate(Seat),
    Wakes,
}

struct Runs<'a, 'd> {
    rules: &'a Rules<'a, 'd>,
    found: Vec<Found>,
    known: HashMap<Case, usize>,
    back: Vec<Vec<usize>>,
    entered: BTreeSet<StepIndex>,
    passed: BTreeSet<StepIndex>,
    bypasses: BTreeMap<StepIndex, Bypass>,
    walks: usize,
}

struct Found {
    case: Case,
    /// From where; `None` where the case begins.
    from: Option<usize>,
    /// What happened on the way.
    way: Vec<Stop>,
}

impl<'a, 'd> Runs<'a, 'd> {
    fn new(rules: &'a Rules<'a, 'd>) -> Self {
        Self {
            rules,
            found: Vec::new(),
            known: HashMap::new(),
            back: Vec::new(),
            entered: BTreeSet::new(),
            passed: BTreeSet::new(),
            bypasses: BTreeMap::new(),
            walks: 0,
        }
    }

    fn all(&mut self) -> Option<()> {
        self.walk(None, &Case::default(), &Command::Starts)?;
        let mut at = 0;
        while let Some(found) = self.found.get(at) {
            let case = found.case.clone();
            if !case.ended {
                for command in self.commands(&case) {
                    self.walk(Some(at), &case, &command)?;
                }
            }
            at += 1;
        }
        Some(())
    }

    fn walk(&mut self, from: Option<usize>, case: &Case, command: &Command<'d>) -> Option<()> {
        let mut chance = Chance::default();
        loop {
            self.walks += 1;
            if self.walks > WALKS_MAX {
                return None;
            }
            let mut walk = Walk::new(self.rules, &mut chance, case.clone());
            if carry_out(&mut walk, command).is_ok() {
                let Walk { case, way, broken, noted, .. } = walk;
                self.entered.extend(noted.entered);
                self.passed.extend(noted.passed);
                self.keep_bypasses(from, broken);
                self.come(from, case, way);
            }
            if !chance.another() {
                return Some(());
            }
        }
    }

    fn keep_bypasses(&mut self, from: Option<usize>, broken: Vec<Broken>) {
        for Broken { step, standing, way } in broken {
            if !self.bypasses.contains_key(&step) {
                let mut whole = from.map(|from| self.way_to(from)).unwrap_or_default();
                whole.extend(way);
                self.bypasses.insert(step, Bypass { standing, way: whole });
            }
        }
    }

    fn come(&mut self, from: Option<usize>, mut case: Case, way: Vec<Stop>) {
        if self.rules.is_by_person() {
            case.memory = case.memory.renamed();
        }
        let next = self.found.len();
        let at = *self.known.entry(case.clone()).or_insert(next);
        if at == next {
            self.found.push(Found { case, from, way });
            self.back.push(Vec::new());
        }
        self.back[at].extend(from);
    }

    fn way_to(&self, at: usize) -> Vec<Stop> {
        let mut parts = Vec::new();
        let mut current = Some(&self.found[at]);
        while let Some(Found { from, way, .. }) = current {
            parts.push(way);
            current = from.map(|before| &self.found[before]);
        }
        parts.into_iter().rev().flatten().copied().collect()
    }

    fn commands(&self, case: &Case) -> Vec<Command<'d>> {
        let mut commands = Vec::new();
        for (seat, open) in &case.open {
            match (&open.waits, self.rules.places.kind(seat.0)) {
                (Waits::People, StepKind::Approve(approve)) => {
                    if self.rules.is_protected_when_late(seat.0) {
                        commands.push(Command::IsLate(*seat));
                    }
                    for person in self.rules.actors(seat.0, &case.memory) {
                        decisions(*seat, approve, person, &mut commands);
                    }
                }
                (Waits::People, _) => {
                    let actors = self.rules.actors(seat.0, &case.memory);
                    commands.extend(actors.into_iter().map(|person| Command::Passes(*seat, Act::Completes, person)));
                }
                (Waits::Event, _) => commands.push(Command::Passes(*seat, Act::Comes, 0)),
                (Waits::Fact | Waits::Nobody | Waits::Branches(_), _) => {}
            }
        }
        if !case.queue.is_empty() {
            commands.push(Command::Wakes);
        }
        commands
    }

    fn is_complete(&self) -> bool {
        let steps = &self.rules.places.definition.steps;
        let all_entered = (0..steps.len()).all(|step| self.entered.contains(&step));
        let mut split = (0..steps.len()).filter(|step| steps[*step].kind.splits());
        all_entered && split.all(|step| self.passed.contains(&step))
    }

    fn endless(&self) -> BTreeMap<StepIndex, Vec<Stop>> {
        let mut ending: Vec<_> = self.found.iter().map(|found| found.case.ended).collect();
        let mut open: Vec<_> = (0..ending.len()).filter(|at| ending[*at]).collect();
        while let Some(at) = open.pop() {
            for before in &self.back[at] {
                if !ending[*before] {
                    ending[*before] = true;
                    open.push(*before);
                }
            }
        }
        let mut endless = BTreeMap::new();
        for at in (0..ending.len()).filter(|at| !ending[*at]) {
            for ((step, _), waiting) in &self.found[at].case.open {
                if !matches!(waiting.waits, Waits::Branches(_)) {
                    endless.entry(*step).or_insert_with(|| self.way_to(at));
                }
            }
        }
        endless
    }
}

fn decisions<'d>(seat: Seat, approve: &'d Approve, by: Person, commands: &mut Vec<Command<'d>>) {
    if approve.grades.is_empty() {
        commands.push(Command::Passes(seat, Act::Approves, by));
        commands.extend(approve.reject.iter().map(|_| Command::Ends(seat, Act::Rejects)));
        commands.extend(approve.return_to.iter().map(|route| Command::GoesBack(seat, Act::Returns, route, by)));
    }
    match approve.mode.otherwise() {
        Some(VoteRoute::Return(route)) => commands.push(Command::GoesBack(seat, Act::Returns, route, by)),
        Some(VoteRoute::End(_)) => commands.push(Command::Ends(seat, Act::Rejects)),
        None => {}
    }
    for (no, grade) in approve.grades.iter().enumerate() {
        let act = Act::Grades(no);
        commands.push(match &grade.route {
            GradeRoute::Next => Command::Passes(seat, act, by),
            GradeRoute::Return(route) => Command::GoesBack(seat, act, route, by),
            GradeRoute::End(_) => Command::Ends(seat, act),
        });
    }
}

fn carry_out(walk: &mut Walk<'_, '_>, command: &Command<'_>) -> Result<(), Refused> {
    match command {
        Command::Starts => {
            let first = walk.rules.places.definition.blocks.first().and_then(|block| block.steps.first());
            walk.enter((*first.ok_or(Refused)?, 0), None)
        }
        Command::Passes(seat, act, by) => {
            walk.acts(*seat, *act, *by);
            walk.pass(*seat)
        }
        Command::GoesBack(seat, act, route, by) => {
            walk.acts(*seat, *act, *by);
            walk.go_back(*seat, route)
        }
        Command::Ends(seat, act) => {
            walk.acts(*seat, *act, 0);
            walk.end();
            Ok(())
        }
        Command::IsLate(seat) => {
            walk.protect(seat.0);
            Ok(())
        }
        Command::Wakes => {
            walk.wake();
            Ok(())
        }
    }
}
