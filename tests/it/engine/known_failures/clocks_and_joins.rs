//! Clocks lost after a return, joins that run twice, approvals skipped inside branches.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use yumen::{
    definition::{
        Approve, Block, Choose, Definition, Each, EmptyList, ItemList, Limits, Mode, OrgRef, Reading, Resume,
        ReturnRoute, StepKind, Wait, Who,
        condition::{Condition, TermType, Types},
        span::Span,
    },
    engine::{Action, Decision, Event, Waiting},
};

use super::super::{
    stories::{decide, definition, drafted, outcome, push, within},
    world::{World, definition_of},
};

fn head(to: &str) -> StepKind {
    StepKind::Approve(Approve {
        by: Who::Role { role: "department-head".into(), of: Some(OrgRef::ProjectDepartment) },
        mode: Mode::Any,
        edit: Vec::new(),
        reading: Reading::Everything,
        due: None,
        return_to: vec![ReturnRoute { to: to.into(), resume: Resume::Through }],
        reject: None,
        grades: Vec::new(),
        late: None,
        limits: Limits::default(),
    })
}

/// `draft`, then a pause beside a review that may return to the draft, then the end.
fn pause_beside_review() -> Definition {
    definition(vec![], vec![("pause", StepKind::Wait(Wait::For(Span::WorkingDays(5)))), ("review", head("draft"))])
}

#[test]
fn a_clock_is_armed_again_after_a_return_and_the_old_one_rings_for_nobody() {
    let mut world = World::new(1, 1);
    let d = pause_beside_review();
    let case = drafted(&world, &d);
    let old = case.activations.values().find(|a| a.step == "pause".into()).unwrap().clone();
    let back = world.act(&d, &case, 200, decide(2, Decision::Return { to: "draft".into() })).unwrap().case;
    assert!(!back.activations.values().any(|a| matches!(a.waiting, Waiting::Until { .. })), "the clock went with it");

    world.now += TimeDelta::days(3);
    let again = world
        .act(&d, &back, 100, Action::Complete { task: 3, fields: Default::default(), besides: Default::default() })
        .unwrap()
        .case;
    let new = again.activations.values().find(|a| a.step == "pause".into()).unwrap().clone();
    assert_ne!(new.no, old.no);
    let (Waiting::Until { at: first }, Waiting::Until { at: second }) = (&old.waiting, &new.waiting) else {
        panic!("{old:?} {new:?}")
    };
    assert!(second > first, "counted afresh");
    world.now = *first;
    assert_eq!(world.ring(&d, &again, old.no).unwrap().events, [], "the old clock");
    assert_eq!(world.ring(&d, &again, new.no).unwrap().events, [], "too early");
    world.now = *second;
    let rung = world.ring(&d, &again, new.no).unwrap().case;
    assert!(!rung.activations.values().any(|a| a.step == "pause".into()));
}

#[test]
fn a_reminder_is_armed_again_after_a_return_and_the_old_one_rings_for_nobody() {
    let mut world = World::new(1, 1);
    let d = definition_of(
        "steps:
  - fill: draft
    by: initiator
    due: 5 working days
    remind: [1 working day before, when due]
  - approve: review
    by: { role: department-head, of: project.department }
    return to: [draft]
  - end: accepted
",
    );
    let case = drafted(&world, &d);
    world.now += TimeDelta::days(3);
    let back = world.act(&d, &case, 200, decide(2, Decision::Return { to: "draft".into() })).unwrap().case;
    let task = back.tasks.values().next().unwrap();
    let armed = task.reminding.next.expect("armed afresh");
    assert!(armed > world.now && task.due_at.is_some_and(|due| armed < due));
    world.now = armed;
    assert_eq!(world.remind(&d, &back, 1).unwrap().events, [], "the old task");
    let rung = world.remind(&d, &back, task.no).unwrap();
    assert!(rung.events.iter().any(|event| matches!(event, Event::Reminded { .. })), "{:?}", rung.events);
    assert!(rung.case.tasks[&task.no].reminding.next > Some(armed), "and the next one is armed");
}

#[test]
fn a_join_runs_once() {
    let mut world = World::new(1, 1);
    let d = pause_beside_review();
    let case = drafted(&world, &d);
    let pause = case.activations.values().find(|a| a.step == "pause".into()).unwrap().no;
    let case = world.act(&d, &case, 200, decide(2, Decision::Approve)).unwrap().case;
    world.now += TimeDelta::days(10);
    let joined = world.ring(&d, &case, pause).unwrap();
    let passed = |events: &[Event], name: &str| {
        events.iter().filter(|e| matches!(e, Event::StepPassed { step, .. } if step.as_str() == name)).count()
    };
    assert_eq!(passed(&joined.events, "together"), 1);
    assert_eq!(outcome(&joined.case), Some("accepted"));
    assert_eq!(world.ring(&d, &joined.case, pause).unwrap().events, []);

    let finance = ItemList::People(Who::Role { role: "finance-performance".into(), of: None });
    let list = Each { list: finance, at_most: 3, in_order: false, empty: EmptyList::Hold, block: 0 };
    let d = within(list, vec![("pause", StepKind::Wait(Wait::For(Span::Days(1))))]);
    let world = World::new(1, 1);
    let mut case = drafted(&world, &d);
    let waiting: BTreeSet<u32> = case.activations.values().filter(|a| a.step == "pause".into()).map(|a| a.no).collect();
    assert_eq!(waiting.len(), 3);
    let mut later = World::new(1, 1);
    later.now += TimeDelta::days(2);
    let mut joins = 0;
    for no in waiting.iter().chain(&waiting) {
        let plan = later.ring(&d, &case, *no).unwrap();
        joins += passed(&plan.events, "list");
        case = plan.case;
    }
    assert_eq!((joins, outcome(&case)), (1, Some("accepted")));
}

/// A choice inside a branch whose way ends early must not carry the other branch past its approval.
#[test]
fn no_approval_inside_a_branch_is_skipped() {
    let world = World::new(1, 1);
    let mut d = definition(vec![], vec![("left", head("draft")), ("right", head("draft"))]);
    let always = Condition::compile("case.year == 2027", Default::default(), &types()).unwrap();
    let left = d.steps.iter().position(|step| step.name == "left".into()).unwrap();
    let block = d.steps[left].block;
    let choose = push(&mut d, block, "choice", StepKind::Choose(Choose { branches: Vec::new(), otherwise: None }));
    let inner = d.blocks.len();
    d.blocks.push(Block { steps: Vec::new(), owner: Some((choose, 0)) });
    push(&mut d, inner, "inside", head("draft"));
    d.steps[choose].kind = StepKind::Choose(Choose { branches: vec![(always, inner)], otherwise: None });
    push(&mut d, block, "behind", head("draft"));

    let mut case = drafted(&world, &d);
    let mut decided = Vec::new();
    while let Some(task) = case.tasks.values().next().cloned() {
        assert_eq!(outcome(&case), None);
        decided.push(task.step.to_string());
        case = world.act(&d, &case, 200, decide(task.no, Decision::Approve)).unwrap().case;
    }
    decided.sort();
    assert_eq!(decided, ["behind", "inside", "left", "right"]);
    assert_eq!(outcome(&case), Some("accepted"));
}

fn types() -> Types {
    Types::from([("case.year".to_owned(), TermType::Int)])
}
