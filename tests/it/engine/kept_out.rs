//! Whom `not by` and the rule about one's own case keep out.

use yumen::{
    definition::{Definition, Form, Mode, StepKind, Who},
    engine::{Action, Case, Decision, Event, Refusal, Waiting, may_act},
};

use super::{
    stories::{approve, decide, definition, drafted, finance, head, outcome},
    world::{World, id},
};

fn not_by(mut kind: StepKind, step: &str) -> StepKind {
    if let StepKind::Approve(approve) = &mut kind {
        approve.limits.not_by.insert(step.into());
    }
    kind
}

fn two_signatures() -> Definition {
    let second = not_by(approve(finance(), Mode::Any), "first");
    definition(vec![("first", approve(finance(), Mode::Any)), ("second", second)], vec![])
}

#[test]
fn whoever_acted_before_is_kept_out() {
    let world = World::new(1, 1);
    let d = two_signatures();
    let case = drafted(&world, &d);
    let case = world.act(&d, &case, 300, decide(2, Decision::Approve)).unwrap().case;
    assert_eq!(world.act(&d, &case, 300, decide(3, Decision::Approve)).unwrap_err(), Refusal::ActedBefore);
    assert!(!may_act(&case.tasks[&3], id(300), &world.surroundings()));
    let case = world.act(&d, &case, 301, decide(3, Decision::Approve)).unwrap().case;
    assert_eq!(outcome(&case), Some("accepted"));
}

#[test]
fn what_was_done_before_a_return_still_counts() {
    let world = World::new(1, 1);
    let d = two_signatures();
    let case = drafted(&world, &d);
    let case = world.act(&d, &case, 300, decide(2, Decision::Approve)).unwrap().case;
    let case = world.act(&d, &case, 301, decide(3, Decision::Return { to: "draft".into() })).unwrap().case;
    let case = world
        .act(&d, &case, 100, Action::Complete { task: 4, fields: Form::new(), besides: Default::default() })
        .unwrap()
        .case;
    let case = world.act(&d, &case, 302, decide(5, Decision::Approve)).unwrap().case;
    for before in [300, 302] {
        assert_eq!(world.act(&d, &case, before, decide(6, Decision::Approve)).unwrap_err(), Refusal::ActedBefore);
    }
    assert!(world.act(&d, &case, 301, decide(6, Decision::Approve)).is_ok(), "they had acted in that very step");
}

#[test]
fn one_person_does_not_sign_in_two_branches() {
    let world = World::new(1, 1);
    let branches = vec![("one", approve(finance(), Mode::Any)), ("two", not_by(approve(finance(), Mode::Any), "one"))];
    let d = definition(vec![], branches);
    let case = drafted(&world, &d);
    let plan = world.act(&d, &case, 300, decide(2, Decision::Approve)).unwrap();
    assert!(plan.events.iter().any(|event| matches!(event, Event::PersonBarred { task: 3, .. })));
    let case = plan.case;
    assert_eq!(world.act(&d, &case, 300, decide(3, Decision::Approve)).unwrap_err(), Refusal::ActedBefore);
    assert!(world.act(&d, &case, 301, decide(3, Decision::Approve)).is_ok());
}

#[test]
fn a_branch_that_nobody_is_left_for_is_held_and_not_passed() {
    let world = World::new(1, 1);
    let branches = vec![("one", approve(head(), Mode::Any)), ("two", not_by(approve(head(), Mode::Any), "one"))];
    let d = definition(vec![], branches);
    let case = drafted(&world, &d);
    let case = world.act(&d, &case, 200, decide(2, Decision::Approve)).unwrap().case;
    assert!(case.tasks.is_empty());
    assert!(case.activations.values().any(|a| matches!(a.waiting, Waiting::Nobody { .. })));
    assert_eq!(outcome(&case), None);
}

#[test]
fn the_initiator_decides_only_where_the_step_says_so() {
    let mut world = World::new(1, 0);
    world.appoint(100, "department-head", "edu");
    let d = |may: bool| {
        let mut kind = approve(head(), Mode::Any);
        if let StepKind::Approve(approve) = &mut kind {
            approve.limits.initiator_may_decide = may;
        }
        definition(vec![("review", kind)], vec![])
    };
    let held: Case = drafted(&world, &d(false));
    assert!(held.tasks.is_empty(), "nobody but the initiator is the head");
    let own = drafted(&world, &d(true));
    assert!(world.act(&d(true), &own, 100, decide(2, Decision::Approve)).is_ok());
    let named = Who::Initiator;
    let d = definition(vec![("review", approve(named, Mode::Any))], vec![]);
    assert!(drafted(&world, &d).tasks.is_empty(), "being asked by name lifts no rule");
}
