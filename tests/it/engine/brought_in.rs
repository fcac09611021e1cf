//! Colleagues who are brought in to a task, where that meets votes, separation of duties and people who leave.

use yumen::{
    definition::{Approve, Limits, Mode, Order, Passes, StepKind, Vote, VoteRoute, check},
    engine::{
        Action, Case, Decision, Refusal, TaskRefusal, Term,
        tasks::{Forbidden, Placing},
    },
};

use super::{
    stories::{approve, decide, definition, drafted, finance, head, outcome},
    world::{World, id},
};
use crate::definition::{text, vocabulary};

fn transfer(task: u32, to: u128) -> Action {
    Action::OnTask { task, term: Term::Transfer { to: id(to), reason: "出差".into() } }
}

fn told(world: &World, d: &yumen::definition::Definition, case: Case, story: &[(u128, Action)]) -> Case {
    story.iter().fold(case, |case, (by, action)| world.act(d, &case, *by, action.clone()).unwrap().case)
}

#[test]
fn a_rejection_counts_though_the_task_had_been_given_away_and_came_back() {
    let world = World::new(1, 2);
    let d = definition(vec![("review", approve(finance(), Mode::All))], vec![]);
    let case = drafted(&world, &d);
    let others = [(301, decide(3, Decision::Approve)), (302, decide(4, Decision::Approve))];
    let there_and_back = [(300, transfer(2, 200)), (200, transfer(2, 300)), (300, decide(2, Decision::Reject))];
    let case = told(&world, &d, told(&world, &d, case, &others), &there_and_back);
    assert_eq!(outcome(&case), Some("rejected"));
}

#[test]
fn whoever_gave_a_task_away_is_asked_again_when_the_other_one_leaves() {
    let mut world = World::new(1, 2);
    let d = definition(vec![("review", approve(finance(), Mode::All))], vec![]);
    let others = [(301, decide(3, Decision::Approve)), (302, decide(4, Decision::Approve)), (300, transfer(2, 200))];
    let case = told(&world, &d, drafted(&world, &d), &others);
    world.directory.people.get_mut(&id(200)).unwrap().active = false;
    let case = world.wake(&d, &case).unwrap().case;
    assert_eq!(outcome(&case), None, "nothing passes for lack of an approver");
    let asked = case.tasks.values().next().expect("somebody is asked");
    let case = told(&world, &d, case.clone(), &[(300, decide(asked.no, Decision::Approve))]);
    assert_eq!(outcome(&case), Some("accepted"));
}

#[test]
fn nobody_is_brought_in_who_has_acted_where_the_step_forbids_it() {
    let world = World::new(1, 2);
    let mut second = approve(finance(), Mode::Any);
    if let StepKind::Approve(second) = &mut second {
        second.limits.not_by = ["one".into()].into();
    }
    let d = definition(vec![], vec![("one", approve(head(), Mode::Any)), ("two", second)]);
    let case = told(&world, &d, drafted(&world, &d), &[(200, decide(2, Decision::Approve))]);
    let kept_out = Refusal::OnTask(TaskRefusal::CannotBeAsked { name: "p200".into() });
    assert_eq!(world.act(&d, &case, 300, transfer(3, 200)).unwrap_err(), kept_out);
    assert!(world.act(&d, &case, 300, transfer(3, 201)).is_ok(), "somebody who has not acted may be");
}

#[test]
fn whoever_was_brought_in_and_acts_elsewhere_meanwhile_cannot_sign_here() {
    let world = World::new(1, 2);
    let mut second = approve(finance(), Mode::Any);
    if let StepKind::Approve(second) = &mut second {
        second.limits.not_by = ["one".into()].into();
    }
    let d = definition(vec![], vec![("one", approve(head(), Mode::Any)), ("two", second)]);
    let story = [(300, transfer(3, 200)), (200, decide(2, Decision::Approve))];
    let case = told(&world, &d, drafted(&world, &d), &story);
    let refused = world.act(&d, &case, 200, decide(3, Decision::Approve));
    assert!(refused.is_err(), "one person does not sign twice");
    assert_eq!(outcome(&case), None);
}

#[test]
fn a_colleague_who_was_added_does_not_decide_in_the_stead_of_people_who_have_left() {
    let mut world = World::new(1, 1);
    let d = definition(vec![("review", approve(head(), Mode::Any))], vec![]);
    let added = Term::AddSigner { person: id(300), place: Placing::Parallel, reason: "请协助".into() };
    let story = [(200, Action::OnTask { task: 2, term: added })];
    let case = told(&world, &d, drafted(&world, &d), &story);
    world.directory.people.get_mut(&id(200)).unwrap().active = false;
    let case = world.wake(&d, &case).unwrap().case;
    assert!(case.tasks.is_empty() && outcome(&case).is_none(), "held, and neither passed nor left to a guest");
    world.appoint(201, "department-head", "edu");
    let case = world.wake(&d, &case).unwrap().case;
    let asked = case.tasks.values().next().expect("the successor is asked").no;
    let case = told(&world, &d, case, &[(201, decide(asked, Decision::Approve))]);
    assert_eq!(outcome(&case), Some("accepted"));
}

#[test]
fn an_administrator_does_not_have_a_definition_approved_by_somebody_else() {
    let mut world = World::new(1, 1);
    let shipped = check::read(&text("workflows/definition-change.yaml"), &vocabulary()).unwrap();
    let step = shipped.step(&"approval".into()).unwrap();
    let limits = step.limits().unwrap();
    assert!(limits.no_transfer && limits.no_signers, "its approval is the administrators' own");
    world.appoint(501, "security-admin", "wq");
    // The same question without a word about transferring and signing.
    let StepKind::Approve(approval) = &step.kind else { panic!("{:?}", step.kind) };
    let bare = StepKind::Approve(Approve { limits: Limits::default(), ..approval.clone() });
    let d = definition(vec![("approval", bare)], vec![]);
    let case = drafted(&world, &d);
    let forbidden = |what| Err(Refusal::OnTask(TaskRefusal::Forbidden { what }));
    let tried = |term| world.act(&d, &case, 500, Action::OnTask { task: 2, term }).map(drop);
    for place in [Placing::Parallel, Placing::Before, Placing::After] {
        let term = Term::AddSigner { person: id(200), place, reason: String::new() };
        assert_eq!(tried(term), forbidden(Forbidden::AddSigner), "{place:?}");
    }
    let transfer = Term::Transfer { to: id(200), reason: "出差".into() };
    assert_eq!(tried(transfer), forbidden(Forbidden::Transfer));
    assert!(tried(Term::Delegate { to: id(200), reason: String::new() }).is_ok(), "an opinion is free");
}

#[test]
fn who_was_added_beside_passes_nothing_alone() {
    let modes = [
        Mode::Any,
        Mode::Vote(Vote {
            order: Order::AtOnce,
            passes: Passes::Any,
            weights: Vec::new(),
            veto: false,
            otherwise: VoteRoute::End("rejected".into()),
        }),
    ];
    for mode in modes {
        let world = World::new(1, 2);
        let d = definition(vec![("review", approve(finance(), mode.clone()))], vec![]);
        let added = Term::AddSigner { person: id(200), place: Placing::Parallel, reason: String::new() };
        let case = told(&world, &d, drafted(&world, &d), &[(300, Action::OnTask { task: 2, term: added })]);
        let own = case.last_task;
        let case = told(&world, &d, case, &[(200, decide(own, Decision::Approve))]);
        assert_eq!(outcome(&case), None, "{mode:?}");
        let case = told(&world, &d, case, &[(300, decide(2, Decision::Approve))]);
        assert_eq!(outcome(&case), Some("accepted"), "{mode:?}");
    }
}

#[test]
fn what_is_to_be_done_in_person_passes_to_a_new_holder_of_the_post_alone() {
    let mut world = World::new(1, 2);
    let mut kind = approve(finance(), Mode::All);
    if let StepKind::Approve(approve) = &mut kind {
        approve.limits.no_transfer = true;
    }
    let d = definition(vec![("review", kind)], vec![]);
    let case = drafted(&world, &d);
    world.appoint(303, "finance-performance", "finance");
    let beside = |person| Action::OnTask {
        task: 2,
        term: Term::AddSigner { person: id(person), place: Placing::Parallel, reason: String::new() },
    };
    let forbidden = Refusal::OnTask(TaskRefusal::Forbidden { what: Forbidden::AddSigner });
    assert_eq!(world.act(&d, &case, 300, beside(200)).unwrap_err(), forbidden);
    assert!(world.act(&d, &case, 300, beside(303)).is_ok(), "who holds the post decides there anyhow");
}
