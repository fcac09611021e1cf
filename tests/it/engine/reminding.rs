//! Reminders and escalations: what rings when, for whom, and what moves it.

use chrono::TimeDelta;
use yumen::{
    clock::Instant,
    definition::{Definition, Form},
    engine::{Action, Case, Decision, Event, Term, case::TaskNo},
    ids::PersonId,
    policy::{
        calendar::Calendar,
        calendar_file::{Holiday, Status, Year},
    },
};

use super::{
    stories::decide,
    world::{ADMINISTRATOR, World, definition_of, id},
};

const STORY: &str = r#"
steps:
  - fill: draft
    by: initiator
    due: 10 working days
    remind: [2 working days before, when due, every working day after]
    escalate:
      - { after: 3 working days, to: line }
      - { after: 6 working days, to: line }
  - approve: review
    by: { role: finance-performance }
    due: 8 working hours
    remind: [2 working hours before, when due]
    escalate: { after: 1 working day, to: { role: auditor } }
    return to: [draft]
  - end: accepted
"#;

/// The unit's head, who stands above its officers.
const UNIT_HEAD: u128 = 150;
/// The department's head, who stands above the unit.
const HEAD: u128 = 200;

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

/// The case as it starts on Monday 23 November 2026, ten o'clock: the draft is due at the end of 7 December.
fn started() -> (World, Definition, Case) {
    let mut world = World::new(1, 1);
    world.appoint(UNIT_HEAD, "unit-head", "school");
    let definition = definition_of(STORY);
    let case = world.start(&definition, 100).unwrap().case;
    (world, definition, case)
}

fn next(case: &Case) -> Option<Instant> {
    case.tasks.values().next().unwrap().reminding.next
}

/// Who was reminded, and who learnt of it at which level.
fn told(events: &[Event]) -> (Vec<PersonId>, Vec<(usize, Vec<PersonId>)>) {
    let (mut reminded, mut escalated) = (Vec::new(), Vec::new());
    for event in events {
        if let Event::Reminded { to, .. } = event {
            reminded.extend(to);
        } else if let Event::TaskEscalated { level, to, .. } = event {
            escalated.push((*level, to.clone()));
        }
    }
    (reminded, escalated)
}

/// Rings at the moment for which the clock is set.
fn rung(world: &mut World, definition: &Definition, case: Case, task: TaskNo) -> (Case, Vec<Event>) {
    world.now = case.tasks[&task].reminding.next.expect("a clock");
    let plan = world.remind(definition, &case, task).unwrap();
    (plan.case, plan.events)
}

#[test]
fn each_moment_rings_in_its_turn() {
    let (mut world, d, mut case) = started();
    let mut moments = Vec::new();
    for _ in 0..6 {
        let (after, events) = rung(&mut world, &d, case, 1);
        let (reminded, escalated) = told(&events);
        assert_eq!(reminded, [id(100)], "the one who acts");
        moments.push((world.now.to_rfc3339(), escalated));
        case = after;
    }
    let above = |level, person: u128| vec![(level, vec![id(person)])];
    let wanted = [
        ("2026-12-03T00:30:00+00:00", vec![]),
        ("2026-12-07T00:30:00+00:00", vec![]),
        ("2026-12-08T00:30:00+00:00", vec![]),
        ("2026-12-09T00:30:00+00:00", vec![]),
        ("2026-12-10T00:30:00+00:00", above(1, UNIT_HEAD)),
        ("2026-12-11T00:30:00+00:00", vec![]),
    ];
    assert_eq!(moments, wanted.map(|(at, escalated)| (at.to_owned(), escalated)));
    for _ in 0..2 {
        case = rung(&mut world, &d, case, 1).0;
    }
    let levels: Vec<_> = case.tasks[&1].reminding.escalated.iter().map(|told| (told.level, told.to.clone())).collect();
    assert_eq!(levels, [(1, vec![id(UNIT_HEAD)]), (2, vec![id(HEAD)])], "up the line");
}

#[test]
fn nothing_is_decided_by_time() {
    let (mut world, d, mut case) = started();
    let mut rings = 0;
    while case.tasks[&1].reminding.next.is_some() {
        case = rung(&mut world, &d, case, 1).0;
        rings += 1;
        assert!(rings < 50, "it never ends");
    }
    assert_eq!(rings, 22, "one before, one when due, twenty after; the levels ring with those");
    assert!(case.tasks[&1].reminding.exhausted, "the administrator is told");
    assert_eq!(case.results, Default::default());
    world.act(&d, &case, 100, Action::Complete { task: 1, fields: Form::new(), besides: Default::default() }).unwrap();
}

#[test]
fn a_clock_that_rings_twice_reminds_once() {
    let (mut world, d, case) = started();
    assert_eq!(world.remind(&d, &case, 1).unwrap().events, [], "too early");
    let (case, events) = rung(&mut world, &d, case, 1);
    assert_eq!(told(&events).0, [id(100)]);
    assert_eq!(world.remind(&d, &case, 1).unwrap().events, [], "the second job");
    assert_eq!(world.remind(&d, &case, 9).unwrap().events, [], "a task that never was");
}

#[test]
fn what_was_missed_rings_once() {
    let (mut world, d, case) = started();
    world.now = at("2026-12-15T03:00:00Z");
    let plan = world.remind(&d, &case, 1).unwrap();
    let (reminded, escalated) = told(&plan.events);
    assert_eq!(reminded, [id(100)], "three weeks of reminders make one");
    assert_eq!(escalated, [(1, vec![id(UNIT_HEAD)]), (2, vec![id(HEAD)])], "everybody above hears of it");
    assert_eq!(next(&plan.case), Some(at("2026-12-16T00:30:00Z")));
}

#[test]
fn a_suspended_case_rings_nothing_and_goes_on_with_what_was_left() {
    let (mut world, d, case) = started();
    let suspend = Action::Suspend { reason: "核查".into() };
    world.now = at("2026-11-24T02:00:00Z");
    let case = world.act(&d, &case, ADMINISTRATOR, suspend).unwrap().case;
    assert_eq!(next(&case), None);
    world.now = at("2026-12-20T02:00:00Z");
    assert_eq!(world.remind(&d, &case, 1).unwrap().events, []);
    world.now = at("2026-12-22T02:00:00Z");
    let case = world.act(&d, &case, ADMINISTRATOR, Action::Resume { reason: "核查完毕".into() }).unwrap().case;
    assert_eq!(case.tasks[&1].due_at, Some(at("2027-01-04T15:59:59Z")), "four weeks later");
    assert_eq!(next(&case), Some(at("2026-12-31T00:30:00Z")));
}

#[test]
fn a_late_case_that_was_suspended_is_as_late_as_before() {
    let (mut world, d, mut case) = started();
    world.now = at("2026-12-09T02:00:00Z");
    case = world.remind(&d, &case, 1).unwrap().case;
    case = world.act(&d, &case, ADMINISTRATOR, Action::Suspend { reason: "核查".into() }).unwrap().case;
    world.now = at("2026-12-23T02:00:00Z");
    case = world.act(&d, &case, ADMINISTRATOR, Action::Resume { reason: "核查完毕".into() }).unwrap().case;
    assert_eq!(next(&case), Some(at("2026-12-24T00:30:00Z")), "the third day late, which escalates");
    let (_, events) = rung(&mut world, &d, case, 1);
    assert_eq!(told(&events).1, [(1, vec![id(UNIT_HEAD)])]);
}

#[test]
fn a_changed_calendar_moves_reminders_with_and_without_their_deadline() {
    let (mut world, d, case) = started();
    let mut calendar = Calendar::default();
    calendar.version = 1;
    let off = |day: &str| Holiday { holiday: "假".into(), days: vec![day.parse().unwrap()] };
    calendar.set_year(Year {
        year: 2026,
        status: Status::Provisional,
        notice: None,
        days_off: vec![off("2026-12-08")],
        makeup_workdays: Vec::new(),
        additions: Vec::new(),
    });
    world.calendar = calendar;
    world.now = at("2026-12-07T02:00:00Z");
    let case = world.remind(&d, &case, 1).unwrap().case;
    // That ring has looked at the new calendar already; the deadline itself has not moved.
    assert_eq!(next(&case), Some(at("2026-12-09T00:30:00Z")), "the day after the day off");
    assert_eq!(world.recount(&d, &case).unwrap().events, [], "nothing more moves");
    let (_, _, fresh) = started();
    let moved = world.recount(&d, &fresh).unwrap().case;
    assert_eq!(moved.tasks[&1].due_at, fresh.tasks[&1].due_at);
    assert_eq!(moved.tasks[&1].reminding, fresh.tasks[&1].reminding, "before the day off nothing changes");
}

#[test]
fn reminders_are_for_whoever_may_act_and_superiors_of_those_who_are_late() {
    let (mut world, d, case) = started();
    let plan = world
        .act(&d, &case, 100, Action::Complete { task: 1, fields: Form::new(), besides: Default::default() })
        .unwrap();
    assert_eq!(plan.case.tasks[&2].due_at, Some(at("2026-11-24T02:00:00Z")), "eight working hours");
    let (case, events) = rung(&mut world, &d, plan.case, 2);
    assert_eq!(world.now, at("2026-11-23T09:30:00Z"), "two working hours before ten the next morning");
    assert_eq!(told(&events).0, [id(300), id(301), id(302)], "a pool: everybody who may");
    let claim = Action::OnTask { task: 2, term: Term::Claim };
    let case = world.act(&d, &case, 301, claim).unwrap().case;
    let (case, events) = rung(&mut world, &d, case, 2);
    assert_eq!(told(&events).0, [id(301)], "claimed: the one who took it");
    let release = Action::OnTask { task: 2, term: Term::Release };
    let case = world.act(&d, &case, 301, release).unwrap().case;
    world.appoint(600, "auditor", "wq");
    let give = Action::OnTask { task: 2, term: Term::Transfer { to: id(HEAD), reason: "出差".into() } };
    let case = world.act(&d, &case, 302, give).unwrap().case;
    let (case, events) = rung(&mut world, &d, case, 2);
    assert_eq!(told(&events), (vec![], vec![(1, vec![id(600)])]), "late below the auditor");
    let late = events
        .iter()
        .find_map(|event| if let Event::TaskEscalated { late, .. } = event { Some(late.clone()) } else { None });
    assert_eq!(late, Some(vec![id(HEAD)]), "whoever has the task now is late");
    assert!(case.copied.keys().any(|one| *one == yumen::engine::Principal::Person(id(600))), "they may read it");
    assert!(world.act(&d, &case, 600, decide(2, Decision::Approve)).is_err(), "and decide nothing");
}

#[test]
fn an_escalation_that_finds_nobody_is_told_and_not_swallowed() {
    let (mut world, d, case) = started();
    world.directory.appointments.retain(|held| !matches!(held.role.as_str(), "unit-head" | "department-head"));
    world.now = at("2026-12-10T03:00:00Z");
    let plan = world.remind(&d, &case, 1).unwrap();
    assert_eq!(told(&plan.events).1, [(1, vec![])]);
    assert_eq!(plan.case.tasks[&1].reminding.escalated.len(), 1);
}

#[test]
fn a_vacant_post_is_passed_over_on_the_way_up_and_nobody_hears_twice() {
    let (mut world, d, case) = started();
    world.directory.appointments.retain(|held| held.role.as_str() != "unit-head");
    world.now = at("2026-12-10T03:00:00Z");
    let first = world.remind(&d, &case, 1).unwrap();
    assert_eq!(told(&first.events).1, [(1, vec![id(HEAD)])], "the unit has no head: its department's hears");
    world.now = at("2026-12-15T03:00:00Z");
    let second = world.remind(&d, &first.case, 1).unwrap();
    assert_eq!(told(&second.events).1, [(2, vec![])], "nobody stands above the department's head: that is told");
}

#[test]
fn a_task_that_is_taken_back_rings_from_where_it_was() {
    let (mut world, d, case) = started();
    world.now = at("2026-12-07T03:00:00Z");
    let case = world.remind(&d, &case, 1).unwrap().case;
    let case = world
        .act(&d, &case, 100, Action::Complete { task: 1, fields: Form::new(), besides: Default::default() })
        .unwrap()
        .case;
    world.now += TimeDelta::hours(1);
    let back = world.act(&d, &case, 100, Action::TakeBack { reason: "漏填".into() }).unwrap().case;
    let task = back.tasks.values().next().unwrap();
    assert_eq!((task.step.as_str(), task.reminding.next), ("draft", Some(at("2026-12-08T00:30:00Z"))));
}

#[test]
fn a_reminder_does_not_end_the_time_for_taking_back() {
    let (mut world, d, case) = started();
    let case = world
        .act(&d, &case, 100, Action::Complete { task: 1, fields: Form::new(), besides: Default::default() })
        .unwrap()
        .case;
    let (case, _) = rung(&mut world, &d, case, 2);
    world.act(&d, &case, 100, Action::TakeBack { reason: "漏填".into() }).unwrap();
}
