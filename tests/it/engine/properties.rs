//! The invariants of the language, on generated definitions and random commands.

use std::collections::BTreeSet;

use chrono::{NaiveDate, TimeDelta};
use proptest::prelude::*;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use yumen::{
    definition::{Approve, Definition, Form, Limits, Mode, Step, StepKind, StepName},
    engine::{
        Action, Case, Decision, Event, Plan, Principal, Refusal, Status, Task, Term, Waiting,
        case::{ActivationNo, TaskKind},
        handing_over::held_by,
        may_act,
        reminding::next_ring,
        tasks::{Advice, Asked, Holding, Placing},
    },
    ids::PersonId,
    policy::{
        calendar::Calendar,
        calendar_file::{Holiday, Status as YearStatus, Year},
    },
};

use super::{
    generate, whole_case,
    world::{ADMINISTRATOR, World, id},
};

const COMMANDS_MAX: usize = 40;
const PEOPLE: [u128; 9] = [100, 101, 200, 201, 300, 301, 302, 400, 401];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn whatever_people_do_the_invariants_hold(seed in any::<u64>()) {
        let mut rng = StdRng::seed_from_u64(seed);
        let definition = generate::definition(&mut rng);
        let officers = rng.random_range(1..=2);
        let heads = rng.random_range(0..=2);
        let mut world = World::new(officers, heads);
        let Ok(plan) = world.start(&definition, 100) else { return Ok(()) };
        let mut journal = plan.events.clone();
        let mut case = plan.case;
        check(&definition, &world, &case, &journal)?;
        for _ in 0..COMMANDS_MAX {
            if rng.random_bool(0.05) {
                world.fact("assessment", "supported", 1, 2027);
            }
            if rng.random_bool(0.1) {
                world.now += TimeDelta::days(rng.random_range(1..=10));
                // People come and go; the app lets every case look again then.
                let before = world.directory.clone();
                appoint_or_dismiss(&mut rng, &mut world);
                match world.wake(&definition, &case) {
                    Ok(Plan { case: after, events, .. }) => {
                        journal.extend(events);
                        case = after;
                    }
                    Err(_) => world.directory = before,
                }
                check(&definition, &world, &case, &journal)?;
            }
            let (by, action) = if rng.random_bool(0.05) {
                hand_over(&mut rng, &definition, &world, &case)
            } else {
                random_action(&mut rng, &definition, &case)
            };
            let outcome = match &action {
                Action::Wake => world.wake(&definition, &case),
                Action::Ring { activation } => world.ring(&definition, &case, *activation),
                Action::Remind { task } => world.remind(&definition, &case, *task),
                Action::Recount => {
                    world.calendar = some_calendar(&mut rng, world.calendar.version + 1);
                    world.recount(&definition, &case)
                }
                Action::ChildEnded { .. } | Action::ParentGone { .. } | Action::ParentTakenOver { .. } => {
                    world.child_ended(&definition, &case, action.clone())
                }
                Action::Save { .. }
                | Action::Complete { .. }
                | Action::Decide { .. }
                | Action::Withdraw { .. }
                | Action::OnTask { .. }
                | Action::TakeBack { .. }
                | Action::Suspend { .. }
                | Action::Resume { .. }
                | Action::Terminate { .. }
                | Action::HandOver { .. }
                | Action::CopyIn { .. }
                | Action::Remark { .. }
                | Action::RevokeFact { .. } => world.act(&definition, &case, by, action.clone()),
            };
            let Ok(Plan { case: after, events, .. }) = outcome else { continue };
            prop_assert!(!doubles(&world, &definition, &after, by, &action), "the same command counted twice");
            journal.extend(events);
            case = after;
            check(&definition, &world, &case, &journal)?;
        }
    }
}

/// A year in which some weekdays are off, and not the same ones each time.
fn some_calendar(rng: &mut StdRng, version: i64) -> Calendar {
    let mut calendar = Calendar::default();
    calendar.version = version;
    let first = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let days = first.iter_days().take(60).filter(|_| rng.random_bool(0.3)).collect();
    calendar.set_year(Year {
        year: 2026,
        status: YearStatus::Provisional,
        notice: None,
        days_off: vec![Holiday { holiday: "假".into(), days }],
        makeup_workdays: Vec::new(),
        additions: Vec::new(),
    });
    calendar
}

fn random_action(rng: &mut StdRng, definition: &Definition, case: &Case) -> (u128, Action) {
    let by = PEOPLE[rng.random_range(0..PEOPLE.len())];
    if rng.random_bool(0.05) {
        return (by, Action::Wake);
    }
    if rng.random_bool(0.03) {
        return (by, Action::Recount);
    }
    if rng.random_bool(0.15) {
        return (by, Action::Remind { task: rng.random_range(0..=case.last_task + 1) });
    }
    if rng.random_bool(0.1) {
        return (by, Action::Ring { activation: rng.random_range(0..=case.last_activation + 1) });
    }
    if let (Some(child), true) = (case.children.last(), rng.random_bool(0.1)) {
        let activation = rng.random_range(0..=case.last_activation + 1);
        return (by, Action::ChildEnded { activation, case: child.case, outcome: "accepted".into() });
    }
    if rng.random_bool(0.02) {
        return (by, Action::Withdraw { reason: "不再需要".into() });
    }
    if let Some(of_the_case) = whole_case::random_action(rng, case) {
        return of_the_case;
    }
    if rng.random_bool(0.05) {
        return (last_decider(rng, case), Action::TakeBack { reason: "看错了".into() });
    }
    if rng.random_bool(0.4) {
        return term(rng, case);
    }
    let open: Vec<_> = case.tasks.keys().copied().collect();
    let task = if open.is_empty() || rng.random_bool(0.05) {
        rng.random_range(0..=case.last_task + 1)
    } else {
        open[rng.random_range(0..open.len())]
    };
    let step = case.tasks.get(&task).and_then(|task| definition.step(&task.step));
    let action = match step.map(|step| &step.kind) {
        Some(StepKind::Approve(approve)) if rng.random_bool(0.95) => {
            let mut offered = vec![Decision::Approve; 3];
            offered.extend([Decision::Reject, Decision::Abstain]);
            offered.extend(approve.return_to.iter().map(|route| Decision::Return { to: route.to.clone() }));
            offered.extend(approve.grades.iter().map(|grade| Decision::Grade(grade.name.clone())));
            let decision = offered[rng.random_range(0..offered.len())].clone();
            let reason = if rng.random_bool(0.9) { "理由".to_owned() } else { String::new() };
            Action::Decide { task, decision, reason, fields: Form::new(), besides: Default::default() }
        }
        _ => Action::Complete { task, fields: Form::new(), besides: Default::default() },
    };
    (by, action)
}

/// Everything that somebody holds goes to somebody else; it does where the first one has left.
fn hand_over(rng: &mut StdRng, definition: &Definition, world: &World, case: &Case) -> (u128, Action) {
    let (from, to) = (id(PEOPLE[rng.random_range(0..PEOPLE.len())]), id(PEOPLE[rng.random_range(0..PEOPLE.len())]));
    let held = held_by(definition, case, from, &world.surroundings());
    (ADMINISTRATOR, Action::HandOver { from, to, held, reason: "离岗".into() })
}

/// Mostly whoever decided last, sometimes somebody else.
fn last_decider(rng: &mut StdRng, case: &Case) -> u128 {
    let last = case.undo.as_ref().map(|undo| undo.by.uuid().as_u128());
    last.filter(|_| rng.random_bool(0.9)).unwrap_or(PEOPLE[rng.random_range(0..PEOPLE.len())])
}

/// One of the terms on one of the tasks, mostly by somebody whose task it is.
fn term(rng: &mut StdRng, case: &Case) -> (u128, Action) {
    let somebody = |rng: &mut StdRng| PEOPLE[rng.random_range(0..PEOPLE.len())];
    let open: Vec<_> = case.tasks.values().collect();
    if open.is_empty() {
        return (somebody(rng), Action::OnTask { task: case.last_task, term: Term::Claim });
    }
    let task = open[rng.random_range(0..open.len())];
    let reason = || "请协助".to_owned();
    let other = id(somebody(rng));
    let places = [Placing::Before, Placing::After, Placing::Parallel];
    let term = match rng.random_range(0..9) {
        0 => Term::Claim,
        1 => Term::Release,
        2 => Term::Transfer { to: other, reason: reason() },
        3 => Term::Delegate { to: other, reason: String::new() },
        4 => Term::CallBack,
        5 => Term::GiveOpinion { advice: Advice::Disapprove, text: reason() },
        6 => Term::AddSigner { person: other, place: places[rng.random_range(0..3)], reason: reason() },
        7 => Term::RemoveSigner { person: removable(rng, task, other) },
        _ => Term::Urge,
    };
    let named = task.candidates.iter().find_map(|principal| match principal {
        Principal::Person(person) => Some(person.uuid().as_u128()),
        Principal::Role(..) => None,
    });
    let adder = match &task.hands.asked {
        Asked::AsSigner { by, .. } => Some(by.uuid().as_u128()),
        Asked::ByStep | Asked::InPlaceOf(_) | Asked::ForOpinion { .. } => None,
    };
    let by = match term {
        Term::RemoveSigner { .. } => adder.or(named),
        Term::Urge => Some(100),
        Term::Claim
        | Term::Release
        | Term::Transfer { .. }
        | Term::Delegate { .. }
        | Term::CallBack
        | Term::GiveOpinion { .. }
        | Term::Choose { .. }
        | Term::AddSigner { .. } => named,
    };
    let by = by.filter(|_| rng.random_bool(0.8)).unwrap_or_else(|| somebody(rng));
    (by, Action::OnTask { task: task.no, term })
}

/// The person who was added to a task, where there is one.
fn removable(rng: &mut StdRng, task: &Task, other: PersonId) -> PersonId {
    let asked = task.candidates.iter().find_map(|principal| match principal {
        Principal::Person(person) => Some(*person),
        Principal::Role(..) => None,
    });
    let follower = task.hands.followers.first().map(|follower| follower.person);
    follower.or(asked).filter(|_| rng.random_bool(0.9)).unwrap_or(other)
}

/// Whether the command that was just accepted would be accepted again on the state it led to.
fn doubles(world: &World, definition: &Definition, after: &Case, by: u128, action: &Action) -> bool {
    // What is said twice is said twice.
    if matches!(action, Action::Wake | Action::Ring { .. } | Action::ParentGone { .. } | Action::Remark { .. }) {
        return false;
    }
    if let Action::Remind { task } = action {
        return world.remind(definition, after, *task).is_ok_and(|plan| !plan.events.is_empty());
    }
    if matches!(action, Action::ChildEnded { .. }) {
        return world.child_ended(definition, after, action.clone()).is_ok_and(|plan| !plan.events.is_empty());
    }
    world.act(definition, after, by, action.clone()).is_ok_and(|again| !again.events.is_empty())
}

fn check(definition: &Definition, world: &World, case: &Case, journal: &[Event]) -> Result<(), TestCaseError> {
    let replayed = Case::replay(journal);
    prop_assert_eq!(replayed.as_ref(), Some(case), "the journal tells another story");
    let stored = serde_json::to_string(case).unwrap();
    prop_assert_eq!(&serde_json::from_str::<Case>(&stored).unwrap(), case, "the state does not survive its row");
    if let Status::Ended { .. } = case.status {
        prop_assert!(case.tasks.is_empty() && case.activations.is_empty(), "an ended case still waits");
        return Ok(());
    }
    for task in case.tasks.values() {
        prop_assert!(case.activations.contains_key(&task.activation), "a task without its activation");
        let actors = (0..500).filter(|person| may_act(task, id(*person), &world.surroundings())).count();
        // Who left while the case was suspended is missed when it is resumed.
        prop_assert!(actors > 0 || case.suspended.is_some(), "nobody may act on {:?}", task);
        let due = match definition.step(&task.step).map(|step| &step.kind) {
            Some(StepKind::Fill(fill)) => fill.due,
            Some(StepKind::Approve(approve)) => approve.due,
            other => return Err(TestCaseError::fail(format!("a task of {other:?}"))),
        };
        prop_assert_eq!(due.is_some(), task.due_at.is_some(), "a deadline without its clock");
        let next = next_ring(definition, case, task, &world.calendar);
        prop_assert_eq!(task.reminding.next, next, "a clock that rings at another time than it should");
        let step = definition.step(&task.step).unwrap();
        let limits = limits(step).unwrap();
        let own = task.kind == TaskKind::Decide && !limits.initiator_may_decide;
        prop_assert!(!own || task.barred.contains(&case.initiator), "own case not barred");
        for person in limits.not_by.iter().filter_map(|step| case.acted.get(step)).flatten() {
            prop_assert!(!may_act(task, *person, &world.surroundings()), "{person} acted in {:?}", limits.not_by);
        }
        for waited in task.hands.waits_for() {
            let open = case.tasks.get(&waited);
            prop_assert!(open.is_some_and(|open| open.activation == task.activation), "it waits for what is gone");
        }
        let parked = matches!(task.hands.holding, Holding::Parked { .. });
        prop_assert_eq!(parked, !task.hands.waits_for().is_empty(), "parked for nothing");
        let awaited = || case.tasks.values().any(|other| other.hands.waits_for().contains(&task.no));
        prop_assert!(!task.hands.is_for_opinion() || awaited(), "an opinion that nobody waits for");
    }
    whole_case::nobody_acts_while_suspended(definition, world, case)?;
    votes_agree(definition, case, journal)?;
    branches_agree(definition, case)
}

fn appoint_or_dismiss(rng: &mut StdRng, world: &mut World) {
    if rng.random_bool(0.6) {
        let gone = rng.random_range(0..world.directory.appointments.len().max(1));
        // The one who starts keeps the post, so that every generated case goes on.
        let held = world.directory.appointments.get(gone).map(|a| a.person);
        if held.is_some_and(|person| person != id(100)) {
            world.directory.appointments.remove(gone);
        }
    } else {
        let person = PEOPLE[rng.random_range(1..PEOPLE.len())];
        match rng.random_range(0..3) {
            0 => world.appoint(person, "department-head", "edu"),
            1 => world.appoint(person, "finance-performance", "finance"),
            _ => world.appoint(person, "project-officer", "school"),
        }
    }
}

fn limits(step: &Step) -> Option<&Limits> {
    match &step.kind {
        StepKind::Fill(fill) => Some(&fill.limits),
        StepKind::Approve(approve) => Some(&approve.limits),
        StepKind::Gate(_)
        | StepKind::Choose(_)
        | StepKind::Parallel(_)
        | StepKind::Each(_)
        | StepKind::Wait(_)
        | StepKind::Start(_)
        | StepKind::Do(_)
        | StepKind::Record(_)
        | StepKind::Notify(_)
        | StepKind::End(_) => None,
    }
}

/// No vote was told as passed without its votes, and nobody is still asked in one whose result is certain.
fn votes_agree(definition: &Definition, case: &Case, journal: &[Event]) -> Result<(), TestCaseError> {
    let vote_of = |step: &StepName| match definition.step(step).map(|step| &step.kind) {
        Some(StepKind::Approve(Approve { mode: Mode::Vote(vote), .. })) => Some(vote),
        _ => None,
    };
    for event in journal {
        let Event::VoteCounted { step, tally, result, .. } = event else { continue };
        let Some(vote) = vote_of(step) else { return Err(TestCaseError::fail("a vote where none is declared")) };
        if let Some(ballot) = result {
            let given = tally.given.get(&ballot.counted_as()).copied().unwrap_or_default();
            prop_assert!(vote.passes.met(given, tally.of), "{step} passed with {given} of {}", tally.of);
            prop_assert!(!vote.veto || !tally.given.contains_key("reject"), "{step} passed over a veto");
        }
    }
    let passed = case.results.keys().filter(|step| vote_of(step).is_some());
    prop_assert!(passed.clone().all(|step| case.tallies.contains_key(step)), "a vote without its tally");
    Ok(())
}

/// Exactly one activation stands in each open branch and item, and exactly one at the root; of a list that is gone
/// through in order, one item alone is under way.
fn branches_agree(definition: &Definition, case: &Case) -> Result<(), TestCaseError> {
    let mut expected: BTreeSet<Option<(ActivationNo, usize)>> = BTreeSet::from([None]);
    for activation in case.activations.values() {
        match &activation.waiting {
            Waiting::Branches(open) => {
                prop_assert!(!open.is_empty(), "a join that did not run");
                let under_way = match definition.step(&activation.step).map(|step| &step.kind) {
                    Some(StepKind::Each(each)) if each.in_order => 1,
                    _ => open.len(),
                };
                expected.extend(open.iter().take(under_way).map(|branch| Some((activation.no, *branch))));
            }
            Waiting::People { .. } => {
                let open = case.tasks.values().filter(|task| task.activation == activation.no).count();
                prop_assert!(open > 0, "people are asked without a task");
            }
            Waiting::Nobody { .. } | Waiting::Fact { .. } | Waiting::Until { .. } => {}
            Waiting::Child { case: child, .. } => {
                prop_assert!(
                    case.children.iter().any(|known| known.case == *child),
                    "waits for a case it never started"
                );
            }
            Waiting::Nothing => return Err(TestCaseError::fail("an activation waits for nothing")),
        }
    }
    let standing: Vec<_> = case.activations.values().map(|activation| activation.parent).collect();
    prop_assert_eq!(standing.len(), expected.len(), "more or fewer branches are active than the structure says");
    prop_assert_eq!(standing.into_iter().collect::<BTreeSet<_>>(), expected);
    Ok(())
}

#[test]
fn a_refusal_is_never_silent_about_the_way_on() {
    let world = World::new(1, 1);
    let mut rng = StdRng::seed_from_u64(1);
    let definition = generate::definition(&mut rng);
    let refusal: Refusal = world.start(&definition, 999).unwrap_err();
    assert_eq!(refusal, Refusal::CannotStart);
    assert!(refusal.sentence(yumen::language::Lang::Zh).contains("请"));
}
