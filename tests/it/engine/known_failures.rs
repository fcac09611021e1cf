//! What other engines are known to get wrong, each by its name.

mod clocks_and_joins;

use yumen::{
    definition::{Mode, Who},
    engine::{Decision, Waiting},
};

use super::{
    stories::{approve, decide, definition, drafted, head},
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
