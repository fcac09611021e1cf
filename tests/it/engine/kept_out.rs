//! Whom `not by` and the rule about one's own case keep out.

use yumen::{
    definition::{Definition, Form, Mode, StepKind, Who},
    engine::{
        Action, Actor, Case, Command, Decision, Event, Plan, Refusal, StartedBy, Waiting, decide as decided, may_act,
    },
};

use super::{
    stories::{approve, decide, definition, drafted, finance, head, outcome},
    world::{ADMINISTRATOR, World, id},
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

/// The case of 100 that another one waits for, which 300 takes over.
fn taken_over(world: &World, d: &Definition, mut case: Case, waits: bool) -> (Plan, Plan) {
    case.started_by = Some(StartedBy { case: id(900), activation: 1, waits, initiators: vec![id(100)] });
    let action = Action::ParentTakenOver { person: id(300) };
    let told = Command { actor: Actor::System("parent-case".into()), action };
    let first = decided(d, &case, &told, &world.surroundings()).unwrap();
    let again = decided(d, &first.case, &told, &world.surroundings()).unwrap();
    (first, again)
}

#[test]
fn whoever_takes_over_the_case_that_waits_is_kept_out_of_the_open_task() {
    let world = World::new(1, 1);
    let d = definition(vec![("review", approve(finance(), Mode::Any))], vec![]);
    let (plan, again) = taken_over(&world, &d, drafted(&world, &d), true);
    assert!(again.events.is_empty(), "told twice is told once");
    let barred = Event::PersonBarred { task: 2, person: id(300), acted_in: None };
    assert_eq!(plan.events, [Event::ParentTakenOver { person: id(300) }, barred]);
    assert_eq!(world.act(&d, &plan.case, 300, decide(2, Decision::Approve)).unwrap_err(), Refusal::OwnCase);
    assert!(world.act(&d, &plan.case, 301, decide(2, Decision::Approve)).is_ok());
    let (plan, _) = taken_over(&world, &d, drafted(&world, &d), false);
    assert!(plan.events.is_empty(), "nothing waits for it");
}

#[test]
fn a_vote_counts_without_whoever_took_over_the_case_that_waits() {
    let world = World::new(1, 1);
    let d = definition(vec![("review", approve(finance(), Mode::All))], vec![]);
    let case = world.act(&d, &drafted(&world, &d), 300, decide(2, Decision::Approve)).unwrap().case;
    let case = world.act(&d, &case, 301, decide(3, Decision::Approve)).unwrap().case;
    let (plan, _) = taken_over(&world, &d, case.clone(), true);
    assert_eq!(plan.case.tasks.len(), 1, "302 is still to vote");
    let one = definition(vec![("review", approve(Who::People(vec!["p300".into()]), Mode::Any))], vec![]);
    let (plan, _) = taken_over(&world, &one, drafted(&world, &one), true);
    assert!(plan.case.tasks.is_empty(), "asked anew, and there is nobody");
    assert!(plan.case.activations.values().all(|own| matches!(own.waiting, Waiting::Nobody { .. })));
}

#[test]
fn a_suspended_case_is_told_who_took_over_the_case_that_waits() {
    let world = World::new(1, 1);
    let d = definition(vec![("review", approve(Who::People(vec!["p300".into()]), Mode::Any))], vec![]);
    let stop = Action::Suspend { reason: "核查".into() };
    let case = world.act(&d, &drafted(&world, &d), ADMINISTRATOR, stop).unwrap().case;
    let (plan, _) = taken_over(&world, &d, case, true);
    assert_eq!(plan.case.tasks.len(), 1, "nothing moves while it is suspended");
    let on = Action::Resume { reason: "核查完毕".into() };
    let case = world.act(&d, &plan.case, ADMINISTRATOR, on).unwrap().case;
    assert!(case.tasks.is_empty(), "and then it is looked at");
}
