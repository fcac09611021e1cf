//! The terms that act on one task, and every pair of them that meets.

use chrono::TimeDelta;
use yumen::{
    definition::{Definition, Form, Grade, GradeRoute, Mode, StepKind},
    engine::{
        Action, Case, Decision, Event, Refusal, TaskEvent, TaskRefusal, Term, may_act,
        tasks::{Advice, Forbidden, Holding, Placing},
    },
};

use super::{
    stories::{approve, decide, definition, drafted, finance, head, outcome},
    world::{World, id},
};

/// One review by the three people of the performance section (300 to 302), on the case of 100; 200 and 201 are others.
fn review(mode: Mode) -> (World, Definition, Case) {
    let world = World::new(1, 2);
    let d = definition(vec![("review", approve(finance(), mode))], vec![]);
    let case = drafted(&world, &d);
    (world, d, case)
}

fn on(task: u32, term: Term) -> Action {
    Action::OnTask { task, term }
}

fn transfer(to: u128) -> Term {
    Term::Transfer { to: id(to), reason: "出差".into() }
}

fn delegate(to: u128) -> Term {
    Term::Delegate { to: id(to), reason: String::new() }
}

fn opinion() -> Term {
    Term::GiveOpinion { advice: Advice::Disapprove, text: "测算偏高".into() }
}

fn add(person: u128, place: Placing) -> Term {
    Term::AddSigner { person: id(person), place, reason: "请把关".into() }
}

fn remove(person: u128) -> Term {
    Term::RemoveSigner { person: id(person) }
}

/// Carries out a story, step by step; every step must succeed.
fn told(world: &World, d: &Definition, case: &Case, story: &[(u128, Action)]) -> Case {
    let mut case = case.clone();
    for (place, (by, action)) in story.iter().enumerate() {
        case = world.act(d, &case, *by, action.clone()).unwrap_or_else(|why| panic!("{place}: {why:?}")).case;
    }
    case
}

fn refused(world: &World, d: &Definition, case: &Case, by: u128, action: Action) -> Refusal {
    world.act(d, case, by, action).unwrap_err()
}

fn because(refusal: TaskRefusal) -> Refusal {
    Refusal::OnTask(refusal)
}

fn name(person: u128) -> String {
    format!("p{person}")
}

#[test]
fn who_claims_first_has_the_task_until_it_is_released() {
    let (world, d, case) = review(Mode::Any);
    let case = told(&world, &d, &case, &[(300, on(2, Term::Claim))]);
    let taken = because(TaskRefusal::Claimed { name: name(300) });
    for action in [on(2, Term::Claim), decide(2, Decision::Approve), on(2, transfer(200)), on(2, Term::Release)] {
        assert_eq!(refused(&world, &d, &case, 301, action), taken);
    }
    assert!(!may_act(&case.tasks[&2], id(301), &world.surroundings()));
    assert_eq!(refused(&world, &d, &case, 300, on(2, Term::Claim)), because(TaskRefusal::AlreadyYours));
    let free = told(&world, &d, &case, &[(300, on(2, Term::Release))]);
    assert!(may_act(&free.tasks[&2], id(301), &world.surroundings()));
    assert_eq!(refused(&world, &d, &free, 300, on(2, Term::Release)), because(TaskRefusal::NotClaimed));
    let done = told(&world, &d, &free, &[(301, on(2, Term::Claim)), (301, decide(2, Decision::Approve))]);
    assert_eq!(outcome(&done), Some("accepted"));
}

#[test]
fn a_task_of_one_person_is_not_claimed() {
    let (world, d, case) = review(Mode::All);
    assert_eq!(refused(&world, &d, &case, 300, on(2, Term::Claim)), because(TaskRefusal::NotPooled));
}

#[test]
fn the_claim_of_somebody_who_left_holds_nobody_up() {
    let (mut world, d, case) = review(Mode::Any);
    let case = told(&world, &d, &case, &[(300, on(2, Term::Claim))]);
    world.directory.people.get_mut(&id(300)).unwrap().active = false;
    let done = told(&world, &d, &case, &[(301, decide(2, Decision::Approve))]);
    assert_eq!(outcome(&done), Some("accepted"));
}

#[test]
fn a_transferred_task_is_the_others_for_good() {
    let (world, d, case) = review(Mode::All);
    let plan = world.act(&d, &case, 300, on(2, transfer(200))).unwrap();
    let Some(Event::OnTask(TaskEvent::TaskTransferred { from, to, reason, .. })) = plan.events.first() else {
        panic!("{:?}", plan.events)
    };
    assert_eq!((*from, *to, reason.as_str()), (id(300), id(200), "出差"), "the journal names both and the reason");
    assert_eq!(refused(&world, &d, &plan.case, 300, decide(2, Decision::Approve)), Refusal::NotYourTask);
    let story = [(200, decide(2, Decision::Approve)), (301, decide(3, Decision::Approve))];
    let case = told(&world, &d, &plan.case, &story);
    assert_eq!(outcome(&case), None);
    assert_eq!(outcome(&told(&world, &d, &case, &[(302, decide(4, Decision::Approve))])), Some("accepted"));
}

#[test]
fn a_task_is_transferred_to_nobody_who_may_not_have_it() {
    let (mut world, d, case) = review(Mode::Any);
    world.directory.people.get_mut(&id(201)).unwrap().active = false;
    let cannot = |person| because(TaskRefusal::CannotBeAsked { name: name(person) });
    assert_eq!(refused(&world, &d, &case, 300, on(2, transfer(100))), cannot(100), "the initiator");
    assert_eq!(refused(&world, &d, &case, 300, on(2, transfer(201))), cannot(201), "nobody who left");
    let asked = because(TaskRefusal::AlreadyAsked { name: name(301) });
    assert_eq!(refused(&world, &d, &case, 300, on(2, transfer(301))), asked, "somebody already asked");
    let silent = Term::Transfer { to: id(200), reason: " ".into() };
    assert_eq!(refused(&world, &d, &case, 300, on(2, silent)), Refusal::ReasonNeeded);
    assert_eq!(refused(&world, &d, &case, 200, on(2, transfer(201))), Refusal::NotYourTask);
}

#[test]
fn whoever_not_by_keeps_out_is_not_brought_in_by_transfer() {
    let world = World::new(1, 2);
    let mut second = approve(finance(), Mode::Any);
    if let StepKind::Approve(approve) = &mut second {
        approve.limits.not_by.insert("first".into());
    }
    let d = definition(vec![("first", approve(head(), Mode::Any)), ("second", second)], vec![]);
    let case = told(&world, &d, &drafted(&world, &d), &[(200, decide(2, Decision::Approve))]);
    let cannot = because(TaskRefusal::CannotBeAsked { name: name(200) });
    for term in [transfer(200), delegate(200), add(200, Placing::Before), add(200, Placing::After)] {
        assert_eq!(refused(&world, &d, &case, 300, on(3, term)), cannot);
    }
}

#[test]
fn a_definition_forbids_transferring_and_adding_signers() {
    let world = World::new(1, 2);
    let mut kind = approve(finance(), Mode::Any);
    if let StepKind::Approve(approve) = &mut kind {
        approve.limits.no_transfer = true;
        approve.limits.no_signers = true;
    }
    let d = definition(vec![("review", kind)], vec![]);
    let case = drafted(&world, &d);
    let forbidden = |what| because(TaskRefusal::Forbidden { what });
    assert_eq!(refused(&world, &d, &case, 300, on(2, transfer(200))), forbidden(Forbidden::Transfer));
    let term = add(200, Placing::Parallel);
    assert_eq!(refused(&world, &d, &case, 300, on(2, term)), forbidden(Forbidden::AddSigner));
}

#[test]
fn a_step_with_grades_takes_no_signers() {
    let world = World::new(1, 2);
    let mut kind = approve(finance(), Mode::Any);
    if let StepKind::Approve(approve) = &mut kind {
        let title = yumen::language::Text::new("优", "Excellent");
        let (name, requires) = ("excellent".into(), Vec::new());
        approve.grades = vec![Grade { name, title, route: GradeRoute::Next, requires, reason_required: false }];
    }
    let d = definition(vec![("review", kind)], vec![]);
    let case = drafted(&world, &d);
    let forbidden = because(TaskRefusal::Forbidden { what: Forbidden::AddSigner });
    assert_eq!(refused(&world, &d, &case, 300, on(2, add(200, Placing::Before))), forbidden);
    assert!(world.act(&d, &case, 300, on(2, delegate(200))).is_ok(), "an opinion is always possible");
}

#[test]
fn a_delegate_gives_an_opinion_and_the_task_comes_back() {
    let (world, d, case) = review(Mode::Any);
    let case = told(&world, &d, &case, &[(300, on(2, delegate(200)))]);
    let parked = because(TaskRefusal::Parked { waits_for: vec![name(200)] });
    assert_eq!(refused(&world, &d, &case, 300, decide(2, Decision::Approve)), parked);
    let taken = because(TaskRefusal::Claimed { name: name(300) });
    assert_eq!(refused(&world, &d, &case, 301, decide(2, Decision::Approve)), taken, "it is still theirs");
    assert_eq!(refused(&world, &d, &case, 200, decide(3, Decision::Approve)), because(TaskRefusal::OpinionOnly));
    let case = told(&world, &d, &case, &[(200, on(3, opinion()))]);
    assert_eq!(case.tasks[&2].hands.opinions[0].text, "测算偏高");
    assert_eq!(case.tasks[&2].hands.holding, Holding::Claimed { by: id(300) });
    let done = told(&world, &d, &case, &[(300, decide(2, Decision::Approve))]);
    assert_eq!(outcome(&done), Some("accepted"), "whoever asked decides, whatever was advised");
}

#[test]
fn a_delegates_delegate_is_refused() {
    let (world, d, case) = review(Mode::Any);
    let case = told(&world, &d, &case, &[(300, on(2, delegate(200)))]);
    for term in [delegate(201), transfer(201), add(201, Placing::Parallel)] {
        assert_eq!(refused(&world, &d, &case, 200, on(3, term)), because(TaskRefusal::OpinionOnly));
    }
}

#[test]
fn a_delegation_is_called_back_and_the_late_opinion_refused() {
    let (world, d, case) = review(Mode::Any);
    assert_eq!(refused(&world, &d, &case, 300, on(2, Term::CallBack)), because(TaskRefusal::NothingToCallBack));
    let case = told(&world, &d, &case, &[(300, on(2, delegate(200))), (300, on(2, Term::CallBack))]);
    assert_eq!(refused(&world, &d, &case, 200, on(3, opinion())), Refusal::TaskClosed { winner: None });
    assert_eq!(outcome(&told(&world, &d, &case, &[(300, decide(2, Decision::Approve))])), Some("accepted"));
}

#[test]
fn a_parked_task_is_neither_transferred_nor_released_nor_delegated_again() {
    let (world, d, case) = review(Mode::Any);
    for first in [delegate(200), add(200, Placing::Before)] {
        let case = told(&world, &d, &case, &[(300, on(2, first))]);
        let parked = because(TaskRefusal::Parked { waits_for: vec![name(200)] });
        for term in [transfer(201), delegate(201), Term::Release, Term::Claim, add(201, Placing::After)] {
            assert_eq!(refused(&world, &d, &case, 300, on(2, term)), parked);
        }
    }
}

#[test]
fn a_signer_before_parks_the_task_until_they_approved() {
    let (world, d, case) = review(Mode::Any);
    let story = [(300, on(2, add(200, Placing::Before))), (300, on(2, add(201, Placing::Before)))];
    let case = told(&world, &d, &case, &story);
    let waits_for = vec![name(200), name(201)];
    let parked = because(TaskRefusal::Parked { waits_for });
    assert_eq!(refused(&world, &d, &case, 300, decide(2, Decision::Approve)), parked);
    let case = told(&world, &d, &case, &[(200, decide(3, Decision::Approve)), (201, decide(4, Decision::Approve))]);
    assert_eq!(outcome(&case), None, "those before settle nothing by themselves");
    assert_eq!(outcome(&told(&world, &d, &case, &[(300, decide(2, Decision::Approve))])), Some("accepted"));
}

#[test]
fn a_signer_after_is_asked_once_the_task_is_approved() {
    for mode in [Mode::Any, Mode::All, Mode::Sequence] {
        let world = World::new(1, 2);
        let d = definition(vec![("review", approve(head(), mode.clone()))], vec![]);
        let case = drafted(&world, &d);
        let story = [(200, on(2, add(301, Placing::After))), (200, on(2, add(302, Placing::After)))];
        let mut case = told(&world, &d, &case, &story);
        assert!(!case.tasks.values().any(|task| may_act(task, id(301), &world.surroundings())), "not asked yet");
        case = told(&world, &d, &case, &[(200, decide(2, Decision::Approve))]);
        for signer in [301, 302] {
            assert_eq!(outcome(&case), None, "{mode:?}");
            let mine = |case: &Case| {
                case.tasks.values().find(|task| may_act(task, id(signer), &world.surroundings())).map(|task| task.no)
            };
            let task = mine(&case).unwrap_or_else(|| panic!("{signer} is asked in {mode:?}"));
            case = told(&world, &d, &case, &[(signer, decide(task, Decision::Approve))]);
        }
        if mode != Mode::Any {
            let task = case.tasks.keys().next().copied().unwrap();
            case = told(&world, &d, &case, &[(201, decide(task, Decision::Approve))]);
        }
        assert_eq!(outcome(&case), Some("accepted"), "{mode:?}");
    }
}

#[test]
fn a_signer_beside_counts_as_one_more_of_the_group() {
    let (world, d, case) = review(Mode::All);
    let case = told(&world, &d, &case, &[(300, on(2, add(200, Placing::Parallel)))]);
    let story = [300, 301, 302].into_iter().zip(2..).map(|(by, task)| (by, decide(task, Decision::Approve)));
    let case = told(&world, &d, &case, &story.collect::<Vec<_>>());
    assert_eq!(outcome(&case), None);
    assert_eq!(outcome(&told(&world, &d, &case, &[(200, decide(5, Decision::Approve))])), Some("accepted"));
}

#[test]
fn an_added_signer_adds_nobody() {
    let (world, d, case) = review(Mode::Any);
    let case = told(&world, &d, &case, &[(300, on(2, add(200, Placing::Before)))]);
    for place in [Placing::Before, Placing::After, Placing::Parallel] {
        let refusal = refused(&world, &d, &case, 200, on(3, add(201, place)));
        assert_eq!(refusal, because(TaskRefusal::SignerMayNotAdd));
    }
}

#[test]
fn only_who_added_a_signer_removes_them_while_they_have_not_acted() {
    let (world, d, case) = review(Mode::All);
    let before = told(&world, &d, &case, &[(300, on(2, add(200, Placing::Before)))]);
    assert_eq!(refused(&world, &d, &before, 301, on(5, remove(200))), because(TaskRefusal::NotYourSigner));
    let gone = told(&world, &d, &before, &[(300, on(5, remove(200)))]);
    assert_eq!(refused(&world, &d, &gone, 200, decide(5, Decision::Approve)), Refusal::TaskClosed { winner: None });
    assert!(world.act(&d, &gone, 300, decide(2, Decision::Approve)).is_ok(), "the task goes on");
    let acted = told(&world, &d, &before, &[(200, decide(5, Decision::Approve))]);
    assert_eq!(refused(&world, &d, &acted, 300, on(5, remove(200))), Refusal::TaskClosed { winner: None });
    assert_eq!(refused(&world, &d, &case, 300, on(3, remove(301))), because(TaskRefusal::NotYourSigner));
}

#[test]
fn a_signer_after_is_removed_before_they_are_asked() {
    let (world, d, case) = review(Mode::Any);
    let story = [(300, on(2, add(200, Placing::After))), (300, on(2, remove(200)))];
    let case = told(&world, &d, &case, &story);
    assert_eq!(outcome(&told(&world, &d, &case, &[(300, decide(2, Decision::Approve))])), Some("accepted"));
}

#[test]
fn the_last_person_of_the_group_is_not_removed() {
    let (world, d, case) = review(Mode::Any);
    let story = [(300, on(2, add(200, Placing::After))), (300, decide(2, Decision::Approve))];
    let case = told(&world, &d, &case, &story);
    assert_eq!(refused(&world, &d, &case, 300, on(3, remove(200))), because(TaskRefusal::LastOfGroup));
}

#[test]
fn removing_a_signer_who_delegated_asks_the_delegate_no_more() {
    let (world, d, case) = review(Mode::All);
    let story = [(300, on(2, add(200, Placing::Before))), (200, on(5, delegate(201))), (300, on(5, remove(200)))];
    let case = told(&world, &d, &case, &story);
    assert_eq!(case.tasks.keys().copied().collect::<Vec<_>>(), [2, 3, 4]);
    assert!(world.act(&d, &case, 300, decide(2, Decision::Approve)).is_ok());
}

#[test]
fn a_return_forgets_claims_signers_and_opinions() {
    let (world, d, case) = review(Mode::All);
    let story = [
        (300, on(2, add(200, Placing::Before))),
        (301, on(3, add(201, Placing::After))),
        (302, decide(4, Decision::Return { to: "draft".into() })),
        (100, Action::Complete { task: 6, fields: Form::new(), besides: Default::default() }),
    ];
    let case = told(&world, &d, &case, &story);
    assert_eq!(case.tasks.len(), 3);
    assert!(case.tasks.values().all(|task| task.hands == yumen::engine::tasks::Hands::default()));
    assert_eq!(refused(&world, &d, &case, 200, decide(5, Decision::Approve)), Refusal::TaskClosed { winner: None });
}

#[test]
fn urging_is_allowed_once_in_four_hours() {
    let (mut world, d, case) = review(Mode::Any);
    for stranger in [200, 300] {
        assert_eq!(refused(&world, &d, &case, stranger, on(2, Term::Urge)), because(TaskRefusal::CannotUrge));
    }
    let case = told(&world, &d, &case, &[(100, on(2, Term::Urge))]);
    let again_at = world.now + TimeDelta::hours(4);
    assert_eq!(refused(&world, &d, &case, 100, on(2, Term::Urge)), because(TaskRefusal::UrgedAlready { again_at }));
    world.now = again_at;
    assert!(world.act(&d, &case, 100, on(2, Term::Urge)).is_ok());
}

#[test]
fn a_parked_task_is_urged_where_it_waits() {
    let (world, d, case) = review(Mode::Any);
    let case = told(&world, &d, &case, &[(300, on(2, delegate(200)))]);
    let others = because(TaskRefusal::UrgeOthers { waits_for: vec![name(200)] });
    assert_eq!(refused(&world, &d, &case, 100, on(2, Term::Urge)), others);
    assert!(world.act(&d, &case, 100, on(3, Term::Urge)).is_ok());
}

#[test]
fn nothing_is_done_with_a_task_that_is_closed() {
    let (world, d, case) = review(Mode::All);
    let story = [(300, decide(2, Decision::Approve)), (301, decide(3, Decision::Return { to: "draft".into() }))];
    let case = told(&world, &d, &case, &story);
    let terms = [
        Term::Claim,
        Term::Release,
        transfer(200),
        delegate(200),
        Term::CallBack,
        opinion(),
        add(200, Placing::Before),
        remove(200),
        Term::Urge,
    ];
    for (task, by) in [(2, 300), (4, 302)] {
        for term in &terms {
            let refusal = refused(&world, &d, &case, by, on(task, term.clone()));
            assert_eq!(refusal, Refusal::TaskClosed { winner: None }, "{term:?}");
        }
    }
    assert_eq!(refused(&world, &d, &case, 300, on(99, Term::Claim)), Refusal::NotFound);
}
