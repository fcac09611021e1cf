//! The transition relation: where a case can go from where it stands, one move at a time.
//!
//! It mirrors the engine's walk. A *walk* is what one command leads to: the case goes on until somebody or something is
//! waited for, and nothing changes around it meanwhile. What is entered inside a parallel step is entered branch after
//! branch within the same walk; later each branch goes on by itself, and the last one to be done carries the walk on.
//! So a walk is a path, and two numbers say where it stands among the parallel branches around it: those it began in,
//! of which it is the last to be done (`late`), and those of which some branch was left waiting (`parked`).

use super::{
    known::{Facts, Known},
    places::{After, Branch, Places},
};
use crate::definition::{
    Approve, Each, EmptyList, Gate, GateElse, GradeRoute, Resume, ReturnRoute, StartCase, StepIndex, StepKind,
    VoteRoute, Wait, condition::outcome_name,
};

/// How a walk stands among the parallel branches around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Moment {
    /// What it knows of the facts.
    pub known: Known,
    /// It began inside of the outermost so many.
    pub late: usize,
    /// Some branch of the outermost so many was left waiting.
    pub parked: usize,
}

/// A place in the life of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Node {
    /// A walk comes to a step.
    Entered(StepIndex, Moment),
    /// A walk comes to the end of a parallel branch.
    Done(Branch, Moment),
    /// Somebody or something is waited for; then the case goes straight back to the other step, if there is one.
    Waits(StepIndex, Option<StepIndex>),
    /// A walk is over.
    Rests,
    /// The case is over.
    Ended,
}

/// What a move means to a person who reads a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// The walk goes on.
    GoesOn,
    /// A gate is passed.
    Opens,
    /// A branch of a choice is taken; `None` is `otherwise`.
    Chooses(Option<usize>),
    /// The walk turns to the next branch while this one waits.
    Leaves,
    /// All branches are done.
    Joins,
    /// A fill is completed.
    Completes,
    /// An approval is given.
    Approves,
    /// A grade is given, by its place.
    Grades(usize),
    /// No, and the case ends.
    Rejects,
    /// Back to a step.
    Returns,
    /// What was waited for has come.
    Comes,
    /// There is no item in the list.
    Empty,
}

/// A move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Move {
    pub to: Node,
    pub act: Act,
    /// Whether it needs that every branch of this parallel step can be done.
    pub joins: Option<StepIndex>,
}

impl Move {
    const fn new(to: Node, act: Act) -> Self {
        Self { to, act, joins: None }
    }
}

/// The moves of one definition.
pub(super) struct Moves<'d> {
    pub places: &'d Places<'d>,
    pub facts: &'d Facts,
}

impl Moves<'_> {
    /// Where the case begins.
    pub(super) fn start(&self) -> Option<Node> {
        let first = self.places.definition.blocks.first()?.steps.first()?;
        Some(Node::Entered(*first, Moment { known: Facts::nothing(), late: 0, parked: 0 }))
    }

    /// The moves from a node.
    pub(super) fn from(&self, node: Node) -> Vec<Move> {
        match node {
            Node::Entered(step, moment) => self.entered(step, moment),
            Node::Done(branch, moment) => self.done(branch, moment),
            Node::Waits(step, resume) => self.waited(step, resume),
            Node::Rests | Node::Ended => Vec::new(),
        }
    }

    fn entered(&self, step: StepIndex, moment: Moment) -> Vec<Move> {
        let places = self.places;
        match places.kind(step) {
            StepKind::Fill(_) | StepKind::Approve(_) => self.waiting(step, moment),
            StepKind::Gate(gate) => self.gate(step, gate, moment),
            StepKind::Wait(wait) => self.wait(step, wait, moment),
            StepKind::Each(each) => self.each(step, each, moment),
            StepKind::Start(start) => self.starts(step, start, moment),
            StepKind::Choose(choose) => {
                let mut moves = Vec::new();
                for (no, (_, block)) in choose.branches.iter().enumerate() {
                    if self.is_possible(step, no) {
                        moves.extend(self.first(*block, moment, Act::Chooses(Some(no))));
                    }
                }
                match choose.otherwise {
                    Some(block) => moves.extend(self.first(block, moment, Act::Chooses(None))),
                    None => moves.extend(self.after(step, moment, Act::Chooses(None))),
                }
                moves
            }
            StepKind::Parallel(_) => {
                let first = places.first(Branch { parallel: step, no: 0 });
                first.map(|first| Move::new(Node::Entered(first, moment), Act::GoesOn)).into_iter().collect()
            }
            StepKind::Record(record) => {
                let known = self.facts.recorded(moment.known, &record.fact, &record.is);
                self.after(step, Moment { known, ..moment }, Act::GoesOn).into_iter().collect()
            }
            StepKind::Do(_) | StepKind::Notify(_) => self.after(step, moment, Act::GoesOn).into_iter().collect(),
            StepKind::End(_) => vec![Move::new(Node::Ended, Act::GoesOn)],
        }
    }

    fn gate(&self, step: StepIndex, gate: &Gate, moment: Moment) -> Vec<Move> {
        let open = self.facts.among(moment.known, &gate.fact, &gate.is);
        let mut moves: Vec<_> =
            open.and_then(|known| self.after(step, Moment { known, ..moment }, Act::Opens)).into_iter().collect();
        if gate.otherwise == GateElse::Wait
            && let Some(known) = self.facts.outside(moment.known, &gate.fact, &gate.is)
        {
            moves.extend(self.waiting(step, Moment { known, ..moment }));
        }
        moves
    }

    fn wait(&self, step: StepIndex, wait: &Wait, moment: Moment) -> Vec<Move> {
        match wait {
            Wait::Fact { fact, is } => {
                let found = self.facts.among(moment.known, fact, is);
                let found = found.and_then(|known| self.after(step, Moment { known, ..moment }, Act::Opens));
                let absent = self.facts.outside(moment.known, fact, is);
                let absent = absent.into_iter().flat_map(|known| self.waiting(step, Moment { known, ..moment }));
                found.into_iter().chain(absent).collect()
            }
            Wait::For(_) => self.waiting(step, moment),
            // The day may be over already.
            Wait::UntilDay(_) | Wait::UntilField(_) => {
                self.after(step, moment, Act::GoesOn).into_iter().chain(self.waiting(step, moment)).collect()
            }
        }
    }

    /// What starts another case may find nobody on whose behalf, and then it waits as well.
    fn starts(&self, step: StepIndex, start: &StartCase, moment: Moment) -> Vec<Move> {
        let goes_on = (!start.waits).then(|| self.after(step, moment, Act::GoesOn)).flatten();
        goes_on.into_iter().chain(self.waiting(step, moment)).collect()
    }

    /// The list may be empty, and then the case goes on, or waits until there is something in it.
    fn each(&self, step: StepIndex, each: &Each, moment: Moment) -> Vec<Move> {
        let mut moves: Vec<_> = self.first(each.block, moment, Act::GoesOn).into_iter().collect();
        match each.empty {
            EmptyList::Next => moves.extend(self.after(step, moment, Act::Empty)),
            EmptyList::Hold => moves.extend(self.waiting(step, moment)),
        }
        moves
    }

    /// The case waits here, and the walk turns to what else it has to enter.
    fn waiting(&self, step: StepIndex, moment: Moment) -> Vec<Move> {
        let rest = self.leave(step, moment);
        vec![Move::new(Node::Waits(step, None), Act::GoesOn), Move::new(rest, Act::Leaves)]
    }

    fn leave(&self, step: StepIndex, moment: Moment) -> Node {
        let level = self.places.depth(step);
        let Some(branch) = self.places.around(step).last().filter(|_| moment.late < level) else {
            return Node::Rests;
        };
        let next = Branch { no: branch.no + 1, ..*branch };
        match self.places.first(next) {
            Some(first) => Node::Entered(first, Moment { parked: level, ..moment }),
            None => self.leave(branch.parallel, moment),
        }
    }

    /// What somebody or something does where the case waits.
    fn waited(&self, step: StepIndex, resume: Option<StepIndex>) -> Vec<Move> {
        let level = self.places.depth(step);
        let moment = Moment { known: Facts::nothing(), late: level, parked: level };
        let onward = |moment, act| match resume {
            Some(resume) => Some(Move::new(Node::Entered(resume, moment), act)),
            None => self.after(step, moment, act),
        };
        match self.places.kind(step) {
            StepKind::Fill(_) => onward(moment, Act::Completes).into_iter().collect(),
            StepKind::Approve(approve) => self.decided(step, approve, onward(moment, Act::Approves)),
            StepKind::Gate(gate) => {
                let known = self.facts.among(moment.known, &gate.fact, &gate.is);
                known.and_then(|known| onward(Moment { known, ..moment }, Act::Comes)).into_iter().collect()
            }
            StepKind::Wait(Wait::Fact { fact, is }) => {
                let known = self.facts.among(moment.known, fact, is);
                known.and_then(|known| onward(Moment { known, ..moment }, Act::Comes)).into_iter().collect()
            }
            StepKind::Start(_) | StepKind::Wait(Wait::For(_) | Wait::UntilDay(_) | Wait::UntilField(_)) => {
                onward(moment, Act::Comes).into_iter().collect()
            }
            StepKind::Each(each) => self.first(each.block, moment, Act::Comes).into_iter().collect(),
            StepKind::Choose(_)
            | StepKind::Parallel(_)
            | StepKind::Do(_)
            | StepKind::Record(_)
            | StepKind::Notify(_)
            | StepKind::End(_) => Vec::new(),
        }
    }

    fn decided(&self, step: StepIndex, approve: &Approve, onward: Option<Move>) -> Vec<Move> {
        let back = |route: &ReturnRoute, act| {
            let resume = (route.resume == Resume::Here).then_some(step);
            self.places.target(route).map(|target| Move::new(Node::Waits(target, resume), act))
        };
        let mut moves = Vec::new();
        if approve.grades.is_empty() {
            moves.extend(onward);
            moves.extend(approve.reject.iter().map(|_| Move::new(Node::Ended, Act::Rejects)));
            moves.extend(approve.return_to.iter().filter_map(|route| back(route, Act::Returns)));
        }
        match approve.mode.otherwise() {
            Some(VoteRoute::Return(route)) => moves.extend(back(route, Act::Returns)),
            Some(VoteRoute::End(_)) => moves.push(Move::new(Node::Ended, Act::Rejects)),
            None => {}
        }
        for (no, grade) in approve.grades.iter().enumerate() {
            match &grade.route {
                GradeRoute::Next => moves.extend(onward.map(|onward| Move { act: Act::Grades(no), ..onward })),
                GradeRoute::Return(route) => moves.extend(back(route, Act::Grades(no))),
                GradeRoute::End(_) => moves.push(Move::new(Node::Ended, Act::Grades(no))),
            }
        }
        moves
    }

    fn first(&self, block: usize, moment: Moment, act: Act) -> Option<Move> {
        let first = self.places.definition.blocks[block].steps.first()?;
        Some(Move::new(Node::Entered(*first, moment), act))
    }

    fn after(&self, step: StepIndex, moment: Moment, act: Act) -> Option<Move> {
        match self.places.after(step) {
            After::Step(next) => Some(Move::new(Node::Entered(next, moment), act)),
            After::Branch(branch) => Some(Move::new(Node::Done(branch, moment), act)),
            After::Nothing => None,
        }
    }

    fn done(&self, branch: Branch, moment: Moment) -> Vec<Move> {
        let outside = self.places.depth(branch.parallel);
        let beyond = Moment { late: moment.late.min(outside), parked: moment.parked.min(outside), ..moment };
        if moment.late > outside {
            // Another branch may still be at work; or this was the last.
            let joined = self.after(branch.parallel, beyond, Act::Joins);
            let joined = joined.map(|to| Move { joins: Some(branch.parallel), ..to });
            let next = self.next_item(branch, moment);
            return [Move::new(Node::Rests, Act::GoesOn)].into_iter().chain(next).chain(joined).collect();
        }
        let next = Branch { no: branch.no + 1, ..branch };
        if let Some(first) = self.places.first(next) {
            return vec![Move::new(Node::Entered(first, moment), Act::GoesOn)];
        }
        if moment.parked > outside {
            return vec![Move::new(self.leave(branch.parallel, moment), Act::Leaves)];
        }
        let joined = self.after(branch.parallel, beyond, Act::Joins);
        self.next_item(branch, moment).into_iter().chain(joined).collect()
    }

    /// One more item of a list may follow in the same walk.
    fn next_item(&self, branch: Branch, moment: Moment) -> Option<Move> {
        let each = self.places.each(branch.parallel)?;
        let begun_with_this_one = moment.late > self.places.depth(branch.parallel) && !each.in_order;
        if begun_with_this_one { None } else { self.first(each.block, moment, Act::GoesOn) }
    }

    /// Whether a branch can be taken at all: what it needs of results does not contradict the branches around it.
    pub(super) fn is_possible(&self, choose: StepIndex, branch: usize) -> bool {
        let mut needed = self.needed(choose, branch);
        let mut block = self.places.definition.steps[choose].block;
        while let Some((owner, no)) = self.places.definition.blocks[block].owner {
            needed.extend(self.needed(owner, no));
            block = self.places.definition.steps[owner].block;
        }
        needed.iter().all(|(name, value)| !needed.iter().any(|(other, differs)| other == name && differs != value))
    }

    /// The results of steps that a branch needs; they stay what they are while the case is inside of it.
    fn needed(&self, owner: StepIndex, branch: usize) -> Vec<(String, String)> {
        let StepKind::Choose(choose) = self.places.kind(owner) else { return Vec::new() };
        let Some((condition, _)) = choose.branches.get(branch) else { return Vec::new() };
        let before = self.places.definition.steps[..owner].iter().map(|step| outcome_name(step.name.as_str()));
        let before: Vec<_> = before.collect();
        condition.implies().into_iter().filter(|(name, _)| before.contains(name)).collect()
    }
}
