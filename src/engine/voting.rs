//! Asking people and counting what they say. Whoever has left the group counts neither for nor against: every count is
//! made among those whom the step still means.

use std::collections::BTreeSet;

use super::{
    back::Return,
    case::{ActivationNo, StepResult, Task, Waiting},
    event::{CancelReason, Event},
    people::Principal,
    refusal::Refusal,
    seats::{Ballots, Cast, Seat, decides, voters},
    tally::{Ballot, Rules, Tally, Verdict, Voter, verdict},
    tasks::Asked,
    walk::Walk,
    who,
};
use crate::{
    definition::{Approve, Mode, Order, Passes, Step, StepKind, Vote, VoteRoute, Weighed, Who},
    ids::PersonId,
};

impl<'a> Walk<'a> {
    /// Asks the people of an approval who have not said anything yet; where nobody can, holds it.
    pub fn ask(
        &mut self,
        activation: ActivationNo,
        step: &'a Step,
        approve: &'a Approve,
        cast: Ballots,
    ) -> Result<(), Refusal> {
        let candidates = self.candidates(activation, step);
        let mut people = who::actors(&candidates, &who::barred(step, &self.case), self.s);
        people.retain(|person| !cast.contains_key(person));
        if approve.mode == Mode::Any {
            if people.is_empty() {
                self.hold(activation, step, cast);
            } else {
                self.wait(activation, Waiting::People { cast, later: Vec::new() });
                self.open_task(activation, step, candidates);
            }
            return Ok(());
        }
        let group = self.electorate(step, activation);
        let open = people.iter().copied().map(Seat::open);
        if self.judge(approve, activation, &voters(&cast, open, (&group, &who::barred(step, &self.case)))).0
            == Verdict::TooFew
        {
            self.hold(activation, step, cast);
            return Ok(());
        }
        let at_once = if order(&approve.mode) == Order::AtOnce { people.len() } else { people.len().min(1) };
        let later = people.split_off(at_once);
        let had_cast = !cast.is_empty();
        self.wait(activation, Waiting::People { cast, later });
        for person in people {
            self.open_task(activation, step, vec![Principal::Person(person)]);
        }
        if had_cast { self.count(activation, step, approve, "") } else { Ok(()) }
    }

    /// Asks whoever may complete a fill step; where nobody can, holds it.
    pub fn ask_to_fill(&mut self, activation: ActivationNo, step: &'a Step) {
        let candidates = self.candidates(activation, step);
        if who::actors(&candidates, &who::barred(step, &self.case), self.s).is_empty() {
            self.hold(activation, step, Ballots::new());
            return;
        }
        self.wait(activation, Waiting::People { cast: Ballots::new(), later: Vec::new() });
        self.open_task(activation, step, candidates);
    }

    /// Takes a vote, and goes on where it made the result certain.
    pub fn cast(
        &mut self,
        task: &Task,
        step: &'a Step,
        approve: &'a Approve,
        (person, ballot, reason): (PersonId, Ballot, &str),
    ) -> Result<(), Refusal> {
        let activation = task.activation;
        let (mut cast, later) = match self.case.activations.get(&activation).map(|a| a.waiting.clone()) {
            Some(Waiting::People { cast, later }) => (cast, later),
            _ => (Ballots::new(), Vec::new()),
        };
        let approves = ballot == Ballot::Approve;
        let asked = task.hands.asked.clone();
        let through = self.instead_of.map(|(deputy, _)| deputy);
        cast.insert(person, Cast { ballot: Some(ballot), asked, through });
        // What the giver has said at another task of the step still counts.
        if let Some(giver) = task.hands.stood_in_for() {
            cast.entry(giver).or_insert(Cast { ballot: None, asked: Asked::ByStep, through: None });
        }
        self.wait(activation, Waiting::People { cast, later });
        if approves {
            self.ask_follower(task, step);
        }
        self.count(activation, step, approve, reason)
    }

    /// Looks whether those who are asked can still act, and counts again where they cannot. Changes nothing where
    /// nothing has changed.
    pub fn look_again(&mut self, activation: ActivationNo, step: &'a Step) -> Result<(), Refusal> {
        if let StepKind::Approve(approve) = &step.kind
            && approve.mode != Mode::Any
        {
            return self.count(activation, step, approve, "");
        }
        let tasks: Vec<_> = self.case.tasks.values().filter(|task| task.activation == activation).collect();
        // Where the step's own people are gone, a colleague whom they had added does not decide in their stead.
        let is_own = |task: &&&Task| !task.hands.asked.is_as_signer();
        let deciding = || tasks.iter().filter(|task| decides(task));
        let only_added = deciding().all(|task| !is_own(&task));
        let somebody = deciding().filter(|task| only_added || is_own(task)).any(|task| {
            let actors = who::actors(&task.candidates, &who::barred(step, &self.case), self.s);
            let by_hand = task.hands.asked != Asked::ByStep;
            actors.into_iter().any(|person| by_hand || self.still_meant(step, activation, person))
        });
        if somebody || tasks.is_empty() {
            return Ok(());
        }
        self.close_tasks(activation, &CancelReason::NobodyLeft);
        self.ask_again(activation, step, Ballots::new())
    }

    /// Asks the people of a step that was held, or whose tasks nobody can act on any more.
    pub fn ask_again(&mut self, activation: ActivationNo, step: &'a Step, cast: Ballots) -> Result<(), Refusal> {
        match &step.kind {
            StepKind::Fill(_) => {
                self.ask_to_fill(activation, step);
                Ok(())
            }
            StepKind::Approve(approve) => self.ask(activation, step, approve, cast),
            StepKind::Each(each) => self.look_through_again(activation, step, each),
            StepKind::Start(start) => self.start_again(activation, step, start),
            StepKind::Gate(_)
            | StepKind::Choose(_)
            | StepKind::Parallel(_)
            | StepKind::Wait(_)
            | StepKind::Do(_)
            | StepKind::Record(_)
            | StepKind::Notify(_)
            | StepKind::End(_) => Ok(()),
        }
    }

    /// Whether the step means this person today: a task that was opened for a person by name does not outlive the
    /// appointment for which it was opened.
    pub fn still_meant(&self, step: &Step, activation: ActivationNo, person: PersonId) -> bool {
        match &step.kind {
            StepKind::Approve(_) | StepKind::Fill(_) => self.electorate(step, activation).contains(&person),
            StepKind::Gate(_)
            | StepKind::Choose(_)
            | StepKind::Parallel(_)
            | StepKind::Wait(_)
            | StepKind::Each(_)
            | StepKind::Start(_)
            | StepKind::Do(_)
            | StepKind::Record(_)
            | StepKind::Notify(_)
            | StepKind::End(_) => true,
        }
    }

    /// Everybody whom the step may ask today, those in place of nobody included, without those who are kept out.
    fn electorate(&self, step: &Step, activation: ActivationNo) -> BTreeSet<PersonId> {
        let meant = self.meant_by(step, activation);
        who::actors(&meant, &who::barred(step, &self.case), self.s).into_iter().collect()
    }

    /// Whom the step asks today: `by`, or where that is nobody whom `nobody` names.
    fn candidates(&mut self, activation: ActivationNo, step: &Step) -> Vec<Principal> {
        let Some((by, instead)) = asks(step) else { return Vec::new() };
        let barred = who::barred(step, &self.case);
        let own = self.meant(by, activation);
        if let (Some(instead), true) = (instead, who::actors(&own, &barred, self.s).is_empty()) {
            let others = self.meant(instead, activation);
            if !who::actors(&others, &barred, self.s).is_empty() {
                self.emit(Event::AskedInstead { activation, step: step.name.clone() });
                return others;
            }
        }
        own
    }

    /// Counts the votes of those who are still meant, closes the tasks of those who are not, and goes on where the
    /// result is certain.
    fn count(
        &mut self,
        activation: ActivationNo,
        step: &'a Step,
        approve: &'a Approve,
        reason: &str,
    ) -> Result<(), Refusal> {
        self.ask_whose_substitute_is_kept_out(activation, step);
        let Some(Waiting::People { cast, later }) = self.case.activations.get(&activation).map(|a| a.waiting.clone())
        else {
            return Ok(());
        };
        let group = self.electorate(step, activation);
        let (mut asked, gone) = self.seats(activation, step, &group);
        if !gone.is_empty() {
            let given_back = self.givers_of(&gone, &cast, &group);
            for task in gone {
                self.emit(Event::TaskCancelled { task, why: CancelReason::NobodyLeft });
            }
            for giver in given_back {
                self.open_task(activation, step, vec![Principal::Person(giver)]);
            }
            (asked, _) = self.seats(activation, step, &group);
        }
        let mut left = later.clone();
        left.retain(|person| group.contains(person));
        let open = asked.iter().copied().chain(left.iter().copied().map(Seat::open));
        let barred = who::barred(step, &self.case);
        let (verdict, tally) = self.judge(approve, activation, &voters(&cast, open, (&group, &barred)));
        match verdict {
            Verdict::Open if asked.is_empty() && !left.is_empty() => {
                let next = left.remove(0);
                self.wait(activation, Waiting::People { cast, later: left });
                self.open_task(activation, step, vec![Principal::Person(next)]);
                Ok(())
            }
            Verdict::Open => {
                if left != later {
                    self.wait(activation, Waiting::People { cast, later: left });
                }
                Ok(())
            }
            Verdict::TooFew => {
                self.close_tasks(activation, &CancelReason::NobodyLeft);
                self.ask(activation, step, approve, cast)
            }
            Verdict::Reached(ballot) => {
                self.close_tasks(activation, &CancelReason::Settled);
                self.announce(activation, step, approve, (tally, Some(ballot.clone())));
                match approve.grades.iter().find(|grade| Ballot::Grade(grade.name.clone()) == ballot) {
                    Some(grade) => self.graded(activation, step, grade, reason),
                    None => self.pass(activation, Some(StepResult::Approved)),
                }
            }
            Verdict::Failed => {
                self.close_tasks(activation, &CancelReason::Settled);
                self.announce(activation, step, approve, (tally, None));
                self.fail(activation, step, approve, (cast, reason))
            }
        }
    }

    fn fail(
        &mut self,
        activation: ActivationNo,
        step: &'a Step,
        approve: &'a Approve,
        (cast, reason): (Ballots, &str),
    ) -> Result<(), Refusal> {
        let end = match &approve.mode {
            Mode::Vote(Vote { otherwise: VoteRoute::Return(route), .. }) => {
                let back = Return { activation, from: step, to: &route.to, resume: route.resume };
                return self.go_back(&back);
            }
            Mode::Vote(Vote { otherwise: VoteRoute::End(outcome), .. }) => Some(outcome),
            Mode::Any | Mode::All | Mode::Sequence => approve.reject.as_ref(),
        };
        match end {
            Some(outcome) => self.end(outcome.clone(), reason.to_owned()),
            None => self.hold(activation, step, cast),
        }
        Ok(())
    }

    /// The journal keeps how a vote stood when it was settled, and conditions can read it.
    fn announce(
        &mut self,
        activation: ActivationNo,
        step: &Step,
        approve: &Approve,
        (tally, result): (Tally, Option<Ballot>),
    ) {
        if matches!(approve.mode, Mode::Vote(_)) {
            self.emit(Event::VoteCounted { activation, step: step.name.clone(), tally, result });
        }
    }

    /// Whether somebody is one of these, or was when the step was entered: a vote that was given away weighs what it did
    /// though its giver has left.
    fn was_asked_as(&self, principals: &[Principal], activation: ActivationNo, person: PersonId) -> bool {
        let entered = self.case.activations.get(&activation).map_or(self.s.now, |own| own.entered_at);
        let days = [who::day_of(entered), who::day_of(self.s.now)];
        principals.iter().any(|principal| match principal {
            Principal::Person(one) => *one == person,
            Principal::Role(..) => days.iter().any(|day| self.s.people.held(principal, person, *day)),
        })
    }

    fn judge(&self, approve: &Approve, activation: ActivationNo, seats: &[Seat<'_>]) -> (Verdict, Tally) {
        let (passes, veto, weights) = match &approve.mode {
            Mode::Vote(vote) => (vote.passes, vote.veto, &vote.weights[..]),
            Mode::Any => (Passes::Any, false, &[][..]),
            Mode::All | Mode::Sequence => (Passes::All, false, &[][..]),
        };
        let grades = approve.grades.iter().map(|grade| Ballot::Grade(grade.name.clone()));
        let choices: Vec<_> = if approve.grades.is_empty() { vec![Ballot::Approve] } else { grades.collect() };
        let weight = |person: PersonId| {
            let own = weights.iter().filter(|weight| match &weight.of {
                Weighed::Person(login) => self.s.people.by_login(login).is_some_and(|own| own.id == person),
                Weighed::Role(_) => false,
            });
            let of_role = weights.iter().filter(|weight| match &weight.of {
                Weighed::Person(_) => false,
                Weighed::Role(role) => {
                    let asked: Vec<_> = approve.by.roles(role.as_str()).into_iter().cloned().collect();
                    let held = self.meant(&Who::Union(asked), activation);
                    self.was_asked_as(&held, activation, person)
                }
            });
            own.map(|weight| weight.votes).max().or_else(|| of_role.map(|weight| weight.votes).max()).unwrap_or(1)
        };
        let voters: Vec<_> = seats
            .iter()
            .map(|seat| Voter { weight: weight(seat.person), added: seat.added, ballot: seat.ballot })
            .collect();
        (verdict(Rules { choices: &choices, passes, veto }, &voters), Tally::of(&voters))
    }
}

const fn order(mode: &Mode) -> Order {
    match mode {
        Mode::Any | Mode::All => Order::AtOnce,
        Mode::Sequence => Order::Sequence,
        Mode::Vote(vote) => vote.order,
    }
}

/// Whom a step asks, and whom where that is nobody.
pub(super) fn asks(step: &Step) -> Option<(&Who, Option<&Who>)> {
    Some((step.asks()?, step.limits()?.nobody.as_ref()))
}
