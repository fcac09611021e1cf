//! What somebody who leaves holds passes to a successor, or stays where it is.

use yumen::{
    definition::{Definition, Form, Mode, Order, Passes, StepKind, Vote, VoteRoute, Weighed, Weight, Who},
    engine::{
        Action, Case, Decision, Event, HandingOverRefusal, Held, Refusal, TaskRefusal, Term,
        handing_over::{held_by, may_pass},
        may_act,
        tasks::{Advice, Asked, Placing},
    },
};

use super::{
    stories::{approve, decide, definition, drafted, finance, head, outcome},
    world::{ADMINISTRATOR, World, definition_of, id},
};

/// One review by the three people of the performance section (300 to 302), on the case of 100; 200 and 201 are others.
fn review(mode: Mode) -> (World, Definition, Case) {
    let world = World::new(2, 2);
    let d = definition(vec![("review", approve(finance(), mode))], vec![]);
    let case = drafted(&world, &d);
    (world, d, case)
}

fn on(task: u32, term: Term) -> Action {
    Action::OnTask { task, term }
}

fn add(person: u128, place: Placing) -> Action {
    on(2, Term::AddSigner { person: id(person), place, reason: String::new() })
}

fn told(world: &World, d: &Definition, case: &Case, story: &[(u128, Action)]) -> Case {
    let mut case = case.clone();
    for (place, (by, action)) in story.iter().enumerate() {
        case = world.act(d, &case, *by, action.clone()).unwrap_or_else(|why| panic!("{place}: {why:?}")).case;
    }
    case
}

fn shut_out(world: &mut World, person: u128) {
    world.directory.people.get_mut(&id(person)).unwrap().active = false;
}

/// Everything that `from` holds goes to `to`.
fn all_of(world: &World, d: &Definition, case: &Case, from: u128, to: u128) -> Action {
    let held = held_by(d, case, id(from), &world.surroundings());
    Action::HandOver { from: id(from), to: id(to), held, reason: "退休".into() }
}

fn handed(world: &World, d: &Definition, case: &Case, from: u128, to: u128) -> Case {
    told(world, d, case, &[(ADMINISTRATOR, all_of(world, d, case, from, to))])
}

fn because(refusal: HandingOverRefusal) -> Refusal {
    Refusal::HandingOver(refusal)
}

fn name(person: u128) -> String {
    format!("p{person}")
}

#[test]
fn a_seat_in_a_vote_passes_with_the_reason_in_the_journal() {
    let (mut world, d, case) = review(Mode::All);
    shut_out(&mut world, 300);
    let held = held_by(&d, &case, id(300), &world.surroundings());
    assert_eq!(held, [Held::Task(2)]);
    let plan = world.act(&d, &case, ADMINISTRATOR, all_of(&world, &d, &case, 300, 200)).unwrap();
    let [Event::HandedOver { from, to, reason, .. }] = &plan.events[..] else { panic!("{:?}", plan.events) };
    assert_eq!((*from, *to, reason.as_str()), (id(300), id(200), "退休"));
    assert_eq!(plan.case.tasks[&2].hands.asked, Asked::InPlaceOf(id(300)));
    let again = world.act(&d, &plan.case, ADMINISTRATOR, all_of(&world, &d, &case, 300, 200)).unwrap();
    assert!(again.events.is_empty(), "what has passed does not pass twice");
    let votes = [(200, 2), (301, 3), (302, 4)].map(|(by, task)| (by, decide(task, Decision::Approve)));
    assert_eq!(outcome(&told(&world, &d, &plan.case, &votes)), Some("accepted"));
}

#[test]
fn a_claimed_task_of_a_post_passes_within_the_post_and_beyond_it() {
    let (mut world, d, case) = review(Mode::Any);
    let case = told(&world, &d, &case, &[(300, on(2, Term::Claim))]);
    shut_out(&mut world, 300);
    let colleague = handed(&world, &d, &case, 300, 301);
    assert!(may_act(&colleague.tasks[&2], id(301), &world.surroundings()));
    assert!(!may_act(&colleague.tasks[&2], id(302), &world.surroundings()), "it stays claimed");
    let stranger = handed(&world, &d, &case, 300, 200);
    assert!(may_act(&stranger.tasks[&2], id(200), &world.surroundings()));
    assert_eq!(outcome(&told(&world, &d, &stranger, &[(200, decide(2, Decision::Approve))])), Some("accepted"));
}

#[test]
fn a_parked_task_and_the_signer_it_waits_for_both_pass() {
    let (mut world, d, case) = review(Mode::Any);
    let case = told(&world, &d, &case, &[(300, add(200, Placing::Before))]);
    shut_out(&mut world, 300);
    shut_out(&mut world, 200);
    let parked = world.act(&d, &case, 301, decide(2, Decision::Approve)).unwrap_err();
    assert!(matches!(parked, Refusal::OnTask(TaskRefusal::Parked { .. })), "{parked:?}");
    // The signer alone is enough: the others of the section go on once their successor has signed.
    let freed = handed(&world, &d, &case, 200, 201);
    let freed = told(&world, &d, &freed, &[(201, decide(3, Decision::Approve)), (301, decide(2, Decision::Approve))]);
    assert_eq!(outcome(&freed), Some("accepted"));
    // Whoever takes the parked task over may remove the signer, too.
    let both = handed(&world, &d, &handed(&world, &d, &case, 300, 301), 200, 201);
    let removed = told(&world, &d, &both, &[(301, on(3, Term::RemoveSigner { person: id(201) }))]);
    assert_eq!(outcome(&told(&world, &d, &removed, &[(301, decide(2, Decision::Approve))])), Some("accepted"));
}

#[test]
fn an_opinion_and_a_signature_to_come_pass() {
    let (mut world, d, case) = review(Mode::Any);
    let delegate = Term::Delegate { to: id(200), reason: String::new() };
    let asked = told(&world, &d, &case, &[(300, on(2, delegate))]);
    let signed = told(&world, &d, &case, &[(300, add(200, Placing::After))]);
    shut_out(&mut world, 200);
    let asked = handed(&world, &d, &asked, 200, 201);
    let opinion = Term::GiveOpinion { advice: Advice::Approve, text: "可以".into() };
    let asked = told(&world, &d, &asked, &[(201, on(3, opinion)), (300, decide(2, Decision::Approve))]);
    assert_eq!(outcome(&asked), Some("accepted"));
    assert_eq!(held_by(&d, &signed, id(200), &world.surroundings()), [Held::Signature(2)]);
    let signed = handed(&world, &d, &signed, 200, 201);
    let signed = told(&world, &d, &signed, &[(300, decide(2, Decision::Approve)), (201, decide(3, Decision::Approve))]);
    assert_eq!(outcome(&signed), Some("accepted"));
}

#[test]
fn a_turn_to_come_passes_to_whom_the_step_means_and_to_nobody_else() {
    let (mut world, d, case) = review(Mode::Sequence);
    world.appoint(303, "finance-performance", "finance");
    world.directory.appointments.retain(|held| held.person != id(302));
    assert_eq!(held_by(&d, &case, id(302), &world.surroundings()), [Held::Turn(2)]);
    let not_meant = world.act(&d, &case, ADMINISTRATOR, all_of(&world, &d, &case, 302, 200)).unwrap_err();
    assert_eq!(not_meant, because(HandingOverRefusal::NotMeant { name: name(200) }));
    let case = handed(&world, &d, &case, 302, 303);
    let turns = [(300, 2), (301, 3), (303, 4)].map(|(by, task)| (by, decide(task, Decision::Approve)));
    assert_eq!(outcome(&told(&world, &d, &case, &turns)), Some("accepted"));
}

#[test]
fn the_case_of_an_initiator_who_leaves_comes_back_to_the_successor() {
    let (mut world, d, case) = review(Mode::Any);
    shut_out(&mut world, 100);
    assert_eq!(held_by(&d, &case, id(100), &world.surroundings()), [Held::Start]);
    let case = handed(&world, &d, &case, 100, 101);
    let case = told(&world, &d, &case, &[(300, decide(2, Decision::Return { to: "draft".into() }))]);
    let case = told(
        &world,
        &d,
        &case,
        &[(101, Action::Complete { task: 3, fields: Form::new(), besides: Default::default() })],
    );
    for own in [100, 101] {
        world.appoint(own, "finance-performance", "finance");
        let refused = world.act(&d, &case, own, decide(4, Decision::Approve)).unwrap_err();
        assert_eq!(refused, Refusal::OwnCase, "neither of the two decides");
    }
    assert_eq!(outcome(&told(&world, &d, &case, &[(301, decide(4, Decision::Approve))])), Some("accepted"));
}

#[test]
fn a_draft_that_is_held_since_its_initiator_left_goes_on() {
    let (mut world, d, case) = review(Mode::Any);
    shut_out(&mut world, 100);
    let case = told(&world, &d, &case, &[(300, decide(2, Decision::Return { to: "draft".into() }))]);
    assert!(case.tasks.is_empty(), "held");
    let case = handed(&world, &d, &case, 100, 101);
    let case = told(
        &world,
        &d,
        &case,
        &[(101, Action::Complete { task: 3, fields: Form::new(), besides: Default::default() })],
    );
    assert_eq!(outcome(&told(&world, &d, &case, &[(300, decide(4, Decision::Approve))])), Some("accepted"));
}

#[test]
fn a_step_held_for_somebody_it_names_asks_the_successor() {
    let mut world = World::new(1, 2);
    let d = definition_of(
        "steps:
  - fill: draft
    by: initiator
  - approve: review
    by: { people: [p300] }
  - end: accepted",
    );
    shut_out(&mut world, 300);
    let case = drafted(&world, &d);
    assert_eq!(held_by(&d, &case, id(300), &world.surroundings()), [Held::Step(2)]);
    let case = handed(&world, &d, &case, 300, 200);
    assert_eq!(outcome(&told(&world, &d, &case, &[(200, decide(2, Decision::Approve))])), Some("accepted"));
}

#[test]
fn what_a_successor_may_not_have_stays() {
    let mut second = approve(finance(), Mode::All);
    if let StepKind::Approve(approve) = &mut second {
        approve.limits.not_by.insert("first".into());
    }
    let mut world = World::new(2, 2);
    let d = definition(vec![("first", approve(head(), Mode::Any)), ("second", second)], vec![]);
    let case = told(&world, &d, &drafted(&world, &d), &[(200, decide(2, Decision::Approve))]);
    shut_out(&mut world, 300);
    shut_out(&mut world, 201);
    let task = Held::Task(3);
    let cannot =
        |held, from: u128, to: u128| may_pass(&d, &case, (held, id(from), id(to)), &world.surroundings()).unwrap_err();
    assert_eq!(cannot(task, 300, 100), because(HandingOverRefusal::Initiator { name: name(100) }));
    assert_eq!(cannot(task, 300, 200), because(HandingOverRefusal::KeptOut { name: name(200) }));
    assert_eq!(cannot(task, 300, 301), because(HandingOverRefusal::AskedAlready { name: name(301) }));
    assert_eq!(cannot(task, 300, 201), because(HandingOverRefusal::NotActive { name: name(201) }));
    assert_eq!(cannot(task, 300, 300), because(HandingOverRefusal::Same));
    shut_out(&mut world, 100);
    let takes_over = |to| may_pass(&d, &case, (Held::Start, id(100), id(to)), &world.surroundings());
    assert_eq!(takes_over(200), Err(because(HandingOverRefusal::Decides { name: name(200) })), "decided");
    assert_eq!(takes_over(301), Err(because(HandingOverRefusal::Decides { name: name(301) })), "is to decide");
    assert_eq!(takes_over(101), Ok(()));
}

#[test]
fn a_task_to_be_done_in_person_does_not_pass() {
    let mut world = World::new(1, 2);
    let mut kind = approve(finance(), Mode::All);
    if let StepKind::Approve(approve) = &mut kind {
        approve.limits.no_transfer = true;
    }
    let d = definition(vec![("review", kind)], vec![]);
    let case = drafted(&world, &d);
    shut_out(&mut world, 300);
    let refused = world.act(&d, &case, ADMINISTRATOR, all_of(&world, &d, &case, 300, 200));
    assert_eq!(refused, Err(because(HandingOverRefusal::Forbidden)));
}

#[test]
fn administrators_alone_hand_over_what_is_not_theirs_of_somebody_who_leaves() {
    let (mut world, d, case) = review(Mode::All);
    let not_theirs = because(HandingOverRefusal::NotAdministrator);
    let in_post = world.act(&d, &case, ADMINISTRATOR, all_of(&world, &d, &case, 300, 200));
    assert_eq!(in_post, Err(because(HandingOverRefusal::InPost { name: name(300) })));
    shut_out(&mut world, 300);
    let action = all_of(&world, &d, &case, 300, 200);
    for by in [100, 200, 301] {
        assert_eq!(world.act(&d, &case, by, action.clone()), Err(not_theirs.clone()), "{by}");
    }
    let to_themselves = all_of(&world, &d, &case, 300, ADMINISTRATOR);
    assert_eq!(world.act(&d, &case, ADMINISTRATOR, to_themselves), Err(not_theirs));
    let Action::HandOver { from, to, held, .. } = action.clone() else { unreachable!() };
    let silent = Action::HandOver { from, to, held, reason: " ".into() };
    assert_eq!(world.act(&d, &case, ADMINISTRATOR, silent), Err(Refusal::WordsNeeded));
    let stopped = told(&world, &d, &case, &[(ADMINISTRATOR, Action::Suspend { reason: "核查".into() })]);
    let suspended = world.act(&d, &stopped, ADMINISTRATOR, action.clone()).unwrap_err();
    assert!(matches!(suspended, Refusal::Suspended { .. }), "{suspended:?}");
    world.appoint(501, "security-admin", "wq");
    assert!(world.act(&d, &case, 501, action).is_ok(), "the security administrator, too");
}

#[test]
fn whoever_had_taken_a_case_over_never_decides_in_it_though_it_passes_on() {
    let mut world = World::new(3, 1);
    let d = definition(vec![("review", approve(head(), Mode::Any))], vec![]);
    let case = world.start(&d, 100).unwrap().case;
    shut_out(&mut world, 100);
    let case = handed(&world, &d, &case, 100, 101);
    // 101 is promoted: the post of an officer ends, that of a head begins.
    world.directory.appointments.retain(|held| held.person != id(101));
    let case = handed(&world, &d, &case, 101, 102);
    world.appoint(101, "department-head", "edu");
    let case = told(
        &world,
        &d,
        &case,
        &[(102, Action::Complete { task: 1, fields: Form::new(), besides: Default::default() })],
    );
    let task = *case.tasks.keys().next().unwrap();
    assert!(!may_act(&case.tasks[&task], id(101), &world.surroundings()));
    assert!(world.act(&d, &case, 101, decide(task, Decision::Approve)).is_err());
    assert_eq!(outcome(&told(&world, &d, &case, &[(200, decide(task, Decision::Approve))])), Some("accepted"));
}

#[test]
fn a_vote_that_was_handed_over_weighs_what_it_did_though_its_giver_has_left() {
    let mut world = World::new(1, 2);
    let weights = vec![Weight { of: Weighed::Role("department-head".into()), votes: 3 }];
    let otherwise = VoteRoute::End("rejected".into());
    let vote = Vote { order: Order::AtOnce, passes: Passes::Votes(6), weights, veto: false, otherwise };
    let d = definition(vec![("review", approve(Who::Union(vec![head(), finance()]), Mode::Vote(vote)))], vec![]);
    let case = drafted(&world, &d);
    let seat = |case: &Case, person: u128| {
        let mut own = case.tasks.values().filter(|task| may_act(task, id(person), &world.surroundings()));
        own.next().unwrap().no
    };
    let (first, second) = (seat(&case, 200), seat(&case, 201));
    shut_out(&mut world, 200);
    world.appoint(400, "auditor", "wq");
    let case = handed(&world, &d, &case, 200, 400);
    let votes = [(400, decide(first, Decision::Approve)), (201, decide(second, Decision::Approve))];
    let case = told(&world, &d, &case, &votes);
    assert_eq!(outcome(&case), Some("accepted"), "{:?}", case.activations);
    let tally = &case.tallies[&"review".into()];
    assert_eq!((tally.given["approve"], tally.of), (6, 9));
}
