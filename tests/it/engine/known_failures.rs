//! What other engines are known to get wrong, each by its name.

mod clocks_and_joins;
mod returned_across_a_parallel_block;

use yumen::{
    definition::{Form, Mode, Who},
    engine::{Action, Actor, Case, Command, Decision, Refusal, Term, Waiting},
};

use super::{
    stories::{approve, decide, definition, drafted, finance, head, outcome},
    world::World,
};

#[test]
fn a_blank_assignee_lets_nobody_act() {
    let world = World::new(1, 1);
    let blank = Who::People(vec!["nobody.of.that.name".into()]);
    let d = definition(vec![("review", approve(blank, Mode::Any))], vec![]);
    let case = drafted(&world, &d);
    assert!(case.tasks.is_empty());
    assert!(case.activations.values().all(|a| matches!(a.waiting, Waiting::Nobody { .. })), "held, with an incident");
    for person in [100, 200, 300] {
        assert!(world.act(&d, &case, person, decide(2, Decision::Approve)).is_err());
    }
}

#[test]
fn an_approver_who_left_the_post_lets_nobody_else_in() {
    let mut world = World::new(1, 1);
    let d = definition(vec![("review", approve(head(), Mode::Any))], vec![]);
    let case = drafted(&world, &d);
    world.directory.appointments.retain(|a| a.role.as_str() != "department-head");
    for person in [100, 200, 300] {
        assert!(world.act(&d, &case, person, decide(2, Decision::Approve)).is_err());
    }
}

#[test]
fn a_return_across_a_parallel_countersign_loses_and_doubles_no_task() {
    let world = World::new(1, 1);
    let branches = vec![("one", approve(head(), Mode::Any)), ("two", approve(finance(), Mode::All))];
    let d = definition(vec![], branches);
    let mut case = drafted(&world, &d);
    for round in 0..3 {
        let asked = |case: &Case| {
            let mut steps: Vec<_> = case.tasks.values().map(|task| task.step.to_string()).collect();
            steps.sort();
            steps
        };
        assert_eq!(asked(&case), ["one", "two", "two", "two"], "round {round}");
        let first = *case.tasks.keys().next().unwrap();
        case = world.act(&d, &case, 300, decide(first + 1, Decision::Approve)).unwrap().case;
        case = world.act(&d, &case, 301, decide(first + 2, Decision::Return { to: "draft".into() })).unwrap().case;
        assert_eq!(asked(&case), ["draft"], "round {round}: one task, and no other");
        let late = world.act(&d, &case, 302, decide(first + 3, Decision::Approve)).unwrap_err();
        assert_eq!(late, Refusal::TaskClosed { winner: None });
        let draft = *case.tasks.keys().next().unwrap();
        case = world
            .act(&d, &case, 100, Action::Complete { task: draft, fields: Form::new(), besides: Default::default() })
            .unwrap()
            .case;
    }
}

#[test]
fn what_the_system_does_is_never_recorded_as_a_persons() {
    let world = World::new(1, 1);
    let d = definition(vec![("review", approve(finance(), Mode::Any))], vec![]);
    let case = drafted(&world, &d);
    let people_only = [
        decide(2, Decision::Approve),
        Action::OnTask { task: 2, term: Term::Claim },
        Action::TakeBack { reason: String::new() },
        Action::Complete { task: 2, fields: Form::new(), besides: Default::default() },
    ];
    for action in people_only {
        let command = Command { actor: Actor::System("gate-opened".into()), action };
        let refused = yumen::engine::decide(&d, &case, &command, &world.surroundings());
        assert_eq!(refused.unwrap_err(), Refusal::NotOffered);
    }
    let woken = world.wake(&d, &case).unwrap();
    assert_eq!(woken.actor, Actor::System("fact-arrived".into()));
}

#[test]
fn completion_is_counted_anew_after_re_entry() {
    let world = World::new(1, 1);
    let d = definition(vec![("review", approve(finance(), Mode::All))], vec![]);
    let case = drafted(&world, &d);
    let case = world.act(&d, &case, 300, decide(2, Decision::Approve)).unwrap().case;
    let case = world.act(&d, &case, 301, decide(3, Decision::Return { to: "draft".into() })).unwrap().case;
    let case = world
        .act(&d, &case, 100, Action::Complete { task: 5, fields: Form::new(), besides: Default::default() })
        .unwrap()
        .case;
    let case = world.act(&d, &case, 301, decide(7, Decision::Approve)).unwrap().case;
    let case = world.act(&d, &case, 302, decide(8, Decision::Approve)).unwrap().case;
    assert_eq!(outcome(&case), None, "the approval before the return belongs to another activation");
    let case = world.act(&d, &case, 300, decide(6, Decision::Approve)).unwrap().case;
    assert_eq!(outcome(&case), Some("accepted"));
}

/// The head of the unit is asked; there is none, and nobody is asked in their place.
#[test]
fn a_missing_manager_approves_nothing_by_itself() {
    let mut world = World::new(1, 1);
    let d = definition(vec![("review", approve(Who::Manager { of: "draft".into(), levels: 1 }, Mode::Any))], vec![]);
    let case = drafted(&world, &d);
    let held = |case: &Case| {
        case.tasks.is_empty() && case.activations.values().all(|a| matches!(a.waiting, Waiting::Nobody { .. }))
    };
    assert!(held(&case), "held, with an incident: {:?}", case.activations);
    let woken = world.wake(&d, &case).unwrap();
    assert!(held(&woken.case) && woken.events.is_empty(), "{:?}", woken.events);
    for person in [100, 200, 300] {
        assert!(world.act(&d, &case, person, decide(2, Decision::Approve)).is_err());
    }
    world.appoint(600, "unit-head", "school");
    let case = world.wake(&d, &case).unwrap().case;
    assert!(world.act(&d, &case, 600, decide(2, Decision::Approve)).is_ok());
    // Nor is there anybody above the last organisation.
    let far = Who::Manager { of: "draft".into(), levels: 5 };
    let d = definition(vec![("review", approve(far, Mode::Any))], vec![]);
    assert!(held(&drafted(&world, &d)));
}
