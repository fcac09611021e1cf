//! Mandates that need approvals. What exactly counts:
//!
//! * An approval is a step of kind `approve` that was passed by approving, or by a grade that goes on. It counts once,
//!   however many people were asked, for it may be that only one was found. Where a mandate names roles, the step must
//!   ask holders of these roles and nobody else, and so must its `nobody`; and it is decided by these, so `transfer: no`
//!   must stand. A substitute acts in the post of whom they stand for.
//! * What another organ does with a package (`handoff`) is no approval: neither its receipt nor its answer.
//! * Nobody approves what they cannot see: where a field is kept from a step, its approval does not count.
//! * It is undone by a return that walks its step again, and lapses as soon as a `fill` step is done, for what is filled
//!   in afterwards was not approved; or a decider writes what the protected step is about (the amount of a request), or a
//!   field which may have been written before the approval was given, by that step or by any other. Inside a parallel
//!   step the branches go on side by side: an approval there counts only if no other branch writes anything.
//! * Approvals are *by different people* where the later of the two steps keeps out whoever acted in the earlier one
//!   (`not by`); between branches of one parallel step each must keep out the other's. Where `initiator: may decide`
//!   stands, the approval may be the initiator's own and does not count.
//!
//! The search follows every way and keeps, for each place, the smallest sets of approvals that stand there. The branches
//! of a parallel step are walked one after another; what the others may do meanwhile is taken to have been done.

mod different;
mod lasting;

use std::collections::VecDeque;

use lasting::Ahead;

use super::{
    moves::{Act, Moves},
    order::Order,
    places::{After, Branch, Places},
    runs::{Goal, follow},
    soundness::spot,
    words::{self, Stop},
};
use crate::definition::{
    Approve, EmptyList, FieldName, GradeRoute, Resume, ReturnRoute, RoleName, StepIndex, StepKind, Who,
    mandates::Mandate,
    problem::{Problem, proof},
};

/// Approvals, a bit for each step that can give one that counts.
type Standing = u128;

/// More sets than that are not followed; the mandate is then not proven.
const SETS_MAX: usize = 100_000;

#[derive(Debug)]
pub(super) struct Wanted<'a> {
    pub count: usize,
    pub by_different_people: bool,
    pub roles: &'a [RoleName],
    /// What the protected step is about, whether it was written before an approval or not.
    pub subject: Option<FieldName>,
}

/// The steps whose approvals stand before the protected ones; or a problem for each protected step that can be reached
/// with too few.
pub(super) fn prove(
    moves: &Moves<'_>,
    mandate: &Mandate,
    wanted: &Wanted<'_>,
    protected: &[StepIndex],
) -> Result<Vec<StepIndex>, Vec<Problem>> {
    let places = moves.places;
    let mut search = Search::new(places, wanted, protected);
    let mut by = Vec::new();
    let mut suspected = Vec::new();
    let too_many = !search.run();
    for &step in protected {
        match search.worst(step) {
            _ if too_many => {}
            Some((at, standing)) if search.people(standing) < wanted.count => {
                suspected.push((step, search.people(standing), search.stops(at)));
            }
            Some((_, standing)) => by.extend(search.steps(standing)),
            // Wherever it is come to, enough approvals stood for good before.
            None => by.extend(search.steps(search.settled)),
        }
    }
    let mut problems = Vec::new();
    if too_many || !suspected.is_empty() {
        let goal = Goal::Approvals { protected, wanted, counting: &search.counting };
        match follow(moves, &goal) {
            Some(followed) => {
                suspected = followed.bypasses.into_iter().map(|(step, run)| (step, run.standing, run.way)).collect();
                by.extend(&search.counting);
            }
            None if too_many => {
                let first = protected.first().copied().unwrap_or_default();
                return Err(vec![proof::too_many_ways(spot(places, first), mandate)]);
            }
            None => {}
        }
    }
    for (step, standing, stops) in suspected {
        let title = words::title(&places.definition.steps[step]);
        let missing = proof::TooFew { needed: wanted.count, standing };
        let way = words::way_of_stops(places, &stops);
        if places.definition.steps[step].late().is_some() {
            problems.push(proof::bypassed_when_late(spot(places, step), &title, mandate, way));
            continue;
        }
        problems.push(proof::too_few_approvals(spot(places, step), &title, mandate, &missing, way));
    }
    by.sort_unstable();
    by.dedup();
    if problems.is_empty() { Ok(by) } else { Err(problems) }
}

/// Where the search stands: a step is entered, or waited at after a return that comes straight back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    step: StepIndex,
    resume: Option<StepIndex>,
}

struct Found {
    place: Place,
    standing: Standing,
    from: Option<(usize, Act)>,
}

struct Search<'a, 'd> {
    places: &'a Places<'d>,
    wanted: &'a Wanted<'a>,
    /// The steps whose approvals count, in order; their bits in [`Standing`].
    counting: Vec<StepIndex>,
    /// For each step the approvals that lapse when it is done.
    lapsing: Vec<Standing>,
    /// For each step what lies ahead of it.
    ahead: Vec<Ahead>,
    /// The approvals by which ways were not followed any further.
    settled: Standing,
    found: Vec<Found>,
    open: VecDeque<usize>,
    /// The smallest sets that stand where a step is entered.
    least: Vec<Vec<(Option<StepIndex>, Standing)>>,
}

impl<'a, 'd> Search<'a, 'd> {
    fn new(places: &'a Places<'d>, wanted: &'a Wanted<'a>, protected: &[StepIndex]) -> Self {
        let steps = places.definition.steps.len();
        let order = Order::of(places);
        let counts = |step: &StepIndex| {
            matches!(places.kind(*step), StepKind::Approve(approve)
                if !approve.limits.initiator_may_decide
                    && (wanted.roles.is_empty() || is_decided_by(approve, wanted.roles)))
                && places.definition.steps[*step].handoff.is_none()
                && places.definition.hidden_at(&places.definition.steps[*step]).is_empty()
                && !(0..steps).any(|other| places.are_sisters(*step, other) && !places.edits(other).is_empty())
        };
        let counting: Vec<_> = (0..steps).filter(counts).take(Standing::BITS as usize).collect();
        let lapses = |step| {
            let lays = matches!(places.kind(step), StepKind::Fill(_));
            let bits = counting.iter().enumerate().filter(|(_, approval)| {
                let outdates = |field: &FieldName| {
                    lays || wanted.subject.as_ref() == Some(field) || order.may_be_written_before(field, **approval)
                };
                **approval != step && places.edits(step).iter().any(outdates)
            });
            bits.fold(0, |bits, (bit, _)| bits | 1 << bit)
        };
        let lapsing = (0..steps).map(lapses).collect();
        let mut search = Self {
            places,
            wanted,
            counting,
            lapsing,
            ahead: Vec::new(),
            settled: 0,
            found: Vec::new(),
            open: VecDeque::new(),
            least: vec![Vec::new(); steps],
        };
        search.ahead = lasting::ahead(&search, protected);
        search
    }

    /// Follows every way; `false` when there are too many.
    fn run(&mut self) -> bool {
        if let Some(first) = self.places.definition.blocks[0].steps.first() {
            self.come(Place { step: *first, resume: None }, 0, None);
        }
        while let Some(at) = self.open.pop_front() {
            if self.found.len() > SETS_MAX {
                return false;
            }
            let (place, standing) = (self.found[at].place, self.found[at].standing);
            let no_smaller = |(resume, set): &(_, Standing)| *resume != place.resume || set & !standing != 0;
            if self.least[place.step].iter().all(|one| no_smaller(one) || one.1 == standing) {
                let lasting = self.lasting(place, standing);
                if self.people(lasting) < self.wanted.count {
                    self.leave(at, place, standing);
                } else {
                    self.return_from(at, place, lasting);
                }
            }
        }
        true
    }

    fn come(&mut self, place: Place, standing: Standing, from: Option<(usize, Act)>) {
        let least = &mut self.least[place.step];
        if least.iter().any(|(resume, set)| *resume == place.resume && set & !standing == 0) {
            return;
        }
        least.retain(|(resume, set)| *resume != place.resume || standing & !set != 0);
        least.push((place.resume, standing));
        self.found.push(Found { place, standing, from });
        self.open.push_back(self.found.len() - 1);
    }

    fn leave(&mut self, at: usize, place: Place, standing: Standing) {
        let step = place.step;
        let places = self.places;
        match places.kind(step) {
            StepKind::Fill(_) => self.pass(at, place, standing & !self.lapsing[step], Act::Completes),
            StepKind::Approve(approve) => self.decide(at, place, approve, standing),
            StepKind::Gate(_) => self.go_on(at, step, standing, Act::Opens),
            StepKind::Choose(choose) => {
                for (no, (_, block)) in choose.branches.iter().enumerate() {
                    self.first(at, *block, standing, Act::Chooses(Some(no)));
                }
                match choose.otherwise {
                    Some(block) => self.first(at, block, standing, Act::Chooses(None)),
                    None => self.go_on(at, step, standing, Act::Chooses(None)),
                }
            }
            StepKind::Parallel(_) => {
                if let Some(first) = places.first(Branch { parallel: step, no: 0 }) {
                    self.come(Place { step: first, resume: None }, standing, Some((at, Act::GoesOn)));
                }
            }
            StepKind::Each(each) => {
                self.first(at, each.block, standing, Act::GoesOn);
                if each.empty == EmptyList::Next {
                    self.go_on(at, step, standing, Act::Empty);
                }
            }
            StepKind::Wait(_) | StepKind::Start(_) => self.go_on(at, step, standing, Act::Comes),
            StepKind::Do(_) | StepKind::Record(_) | StepKind::Notify(_) => self.go_on(at, step, standing, Act::GoesOn),
            StepKind::End(_) => {}
        }
    }

    fn decide(&mut self, at: usize, place: Place, approve: &Approve, standing: Standing) {
        let approved = standing & !self.lapsing[place.step] & !self.outdated(place.step) | self.bit(place.step);
        // A decider may write fields and return the case all the same.
        let returned = standing & !self.lapsing[place.step];
        if approve.grades.is_empty() {
            self.pass(at, place, approved, Act::Approves);
            for route in &approve.return_to {
                self.go_back((at, Act::Returns), place.step, route, returned);
            }
        }
        if let Some(route) = approve.mode.fails_to() {
            self.go_back((at, Act::Returns), place.step, route, returned);
        }
        for (no, grade) in approve.grades.iter().enumerate() {
            match &grade.route {
                GradeRoute::Next => self.pass(at, place, approved, Act::Grades(no)),
                GradeRoute::Return(route) => self.go_back((at, Act::Grades(no)), place.step, route, returned),
                GradeRoute::End(_) => {}
            }
        }
    }

    fn go_back(&mut self, by: (usize, Act), from: StepIndex, route: &ReturnRoute, standing: Standing) {
        let places = self.places;
        let Some(target) = places.target(route) else { return };
        let undone = places.undone(target, route.resume).iter().fold(0, |bits, step| bits | self.bit(*step));
        // What the other branches had done when the case went back out of them.
        let left = &places.around(from)[places.depth(target)..];
        let meanwhile = left.iter().fold(0, |bits, branch| bits | self.others_lapse(*branch));
        let resume = (route.resume == Resume::Here).then_some(from);
        self.come(Place { step: target, resume }, standing & !undone & !meanwhile, Some(by));
    }

    fn pass(&mut self, at: usize, place: Place, standing: Standing, act: Act) {
        match place.resume {
            Some(resume) => self.come(Place { step: resume, resume: None }, standing, Some((at, act))),
            None => self.go_on(at, place.step, standing, act),
        }
    }

    fn first(&mut self, at: usize, block: usize, standing: Standing, act: Act) {
        if let Some(first) = self.places.definition.blocks[block].steps.first() {
            self.come(Place { step: *first, resume: None }, standing, Some((at, act)));
        }
    }

    fn go_on(&mut self, at: usize, step: StepIndex, standing: Standing, act: Act) {
        match self.places.after(step) {
            After::Step(next) => self.come(Place { step: next, resume: None }, standing, Some((at, act))),
            After::Branch(branch) => match self.places.first(Branch { no: branch.no + 1, ..branch }) {
                Some(first) => self.come(Place { step: first, resume: None }, standing, Some((at, act))),
                None => {
                    if let Some(each) = self.places.each(branch.parallel) {
                        self.first(at, each.block, standing, act);
                    }
                    self.go_on(at, branch.parallel, standing, act);
                }
            },
            After::Nothing => {}
        }
    }

    /// The nearest place where the step is entered with the fewest approvals, and those that count there.
    fn worst(&self, step: StepIndex) -> Option<(usize, Standing)> {
        let beside = self.beside(step);
        // What the step itself may write is written while it waits, until it is too late.
        let written = if self.places.definition.steps[step].late().is_some() { self.lapsing[step] } else { 0 };
        let here = self.found.iter().enumerate().filter(|(_, found)| found.place.step == step);
        here.map(|(at, found)| (at, found.standing & !beside & !written))
            .min_by_key(|(at, standing)| (self.people(*standing).min(self.wanted.count), *at))
    }

    /// The approvals that may be missing where a step is done: those of the branches beside it, and those that lapse there.
    fn beside(&self, step: StepIndex) -> Standing {
        let meanwhile = self.places.around(step).iter().fold(0, |bits, branch| bits | self.others_lapse(*branch));
        let sisters = self.counting.iter().filter(|other| self.places.are_sisters(step, **other));
        sisters.fold(meanwhile, |bits, other| bits | self.bit(*other))
    }

    /// The approvals that lapse by what the other branches beside one may do.
    fn others_lapse(&self, branch: Branch) -> Standing {
        let beside = |step: &StepIndex| {
            self.places.around(*step).iter().any(|b| b.parallel == branch.parallel && b.no != branch.no)
        };
        (0..self.lapsing.len()).filter(beside).fold(0, |bits, step| bits | self.lapsing[step])
    }

    fn bit(&self, step: StepIndex) -> Standing {
        self.counting.iter().position(|counting| *counting == step).map_or(0, |bit| 1 << bit)
    }

    fn steps(&self, standing: Standing) -> Vec<StepIndex> {
        let bits = self.counting.iter().enumerate().filter(|(bit, _)| standing & 1 << bit != 0);
        bits.map(|(_, step)| *step).collect()
    }

    fn stops(&self, at: usize) -> Vec<Stop> {
        let mut stops = vec![Stop { step: self.found[at].place.step, act: None }];
        let mut no = at;
        while let Some((before, act)) = self.found[no].from {
            stops.push(Stop { step: self.found[before].place.step, act: Some(act) });
            no = before;
        }
        stops.reverse();
        stops
    }
}

/// Whether holders of these roles decide on a step and nobody else.
fn is_decided_by(approve: &Approve, roles: &[RoleName]) -> bool {
    let limits = &approve.limits;
    limits.no_transfer
        && asks_only(&approve.by, roles)
        && limits.nobody.as_ref().is_none_or(|instead| asks_only(instead, roles))
}

fn asks_only(who: &Who, roles: &[RoleName]) -> bool {
    match who {
        Who::Role { role, .. } => roles.contains(role),
        Who::Union(all) => all.iter().all(|one| asks_only(one, roles)),
        Who::Chosen(choosing) => asks_only(&choosing.from, roles),
        Who::Initiator | Who::People(_) | Who::Item | Who::Manager { .. } => false,
    }
}
