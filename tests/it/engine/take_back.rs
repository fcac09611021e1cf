//! Taking the last decision back, and what ends the time for it.

use yumen::{
    definition::{Definition, Form, Mode, Record, StepKind},
    engine::{
        Action, Case, Decision, Refusal, TaskRefusal, Term, Waiting, may_act,
        tasks::{Holding, Placing},
    },
};

use super::{
    stories::{approve, decide, definition, drafted, finance, head, outcome},
    world::{World, id},
};

fn take_back() -> Action {
    Action::TakeBack { reason: "点错了".into() }
}

fn too_late() -> Refusal {
    Refusal::OnTask(TaskRefusal::CannotTakeBack)
}

fn two_steps() -> (World, Definition, Case) {
    let world = World::new(1, 1);
    let d = definition(vec![("first", approve(head(), Mode::Any)), ("second", approve(finance(), Mode::Any))], vec![]);
    let case = drafted(&world, &d);
    (world, d, case)
}

fn steps(case: &Case) -> Vec<&str> {
    case.tasks.values().map(|task| task.step.as_str()).collect()
}

#[test]
fn the_initiator_takes_a_submission_back_while_nobody_acted() {
    let (world, d, case) = two_steps();
    let back = world.act(&d, &case, 100, take_back()).unwrap().case;
    assert_eq!(steps(&back), ["draft"]);
    assert!(!back.passed.contains(&"draft".into()));
    assert_eq!(
        world.act(&d, &back, 200, decide(2, Decision::Approve)).unwrap_err(),
        Refusal::TaskClosed { winner: None }
    );
    let again = world
        .act(&d, &back, 100, Action::Complete { task: 3, fields: Form::new(), besides: Default::default() })
        .unwrap()
        .case;
    assert_eq!(steps(&again), ["first"]);
}

#[test]
fn only_the_last_decider_takes_back() {
    let (world, d, case) = two_steps();
    let case = world.act(&d, &case, 200, decide(2, Decision::Approve)).unwrap().case;
    assert_eq!(world.act(&d, &case, 100, take_back()).unwrap_err(), too_late());
    let back = world.act(&d, &case, 200, take_back()).unwrap().case;
    assert_eq!(steps(&back), ["first"]);
    assert_eq!(world.act(&d, &back, 200, take_back()).unwrap_err(), too_late(), "once");
    assert_eq!(world.act(&d, &back, 100, take_back()).unwrap_err(), too_late(), "not the one before either");
}

#[test]
fn nothing_is_taken_back_once_somebody_acted_on_what_followed() {
    let (world, d, case) = two_steps();
    let case = world.act(&d, &case, 200, decide(2, Decision::Approve)).unwrap().case;
    let on = |term| Action::OnTask { task: 3, term };
    let add = Term::AddSigner { person: id(200), place: Placing::After, reason: String::new() };
    let acts = [
        on(Term::Claim),
        on(Term::Delegate { to: id(200), reason: String::new() }),
        on(Term::Transfer { to: id(200), reason: "出差".into() }),
        on(add),
        decide(3, Decision::Return { to: "draft".into() }),
    ];
    for act in acts {
        let after = world.act(&d, &case, 300, act.clone()).unwrap().case;
        assert_eq!(world.act(&d, &after, 200, take_back()).unwrap_err(), too_late(), "{act:?}");
    }
    let urged = world.act(&d, &case, 100, on(Term::Urge)).unwrap().case;
    assert!(world.act(&d, &urged, 200, take_back()).is_ok(), "being urged is not acting");
}

#[test]
fn a_recorded_fact_is_not_taken_back() {
    let world = World::new(1, 1);
    let record = StepKind::Record(Record { fact: "targets".into(), is: "accepted".into(), cap: None });
    let middle =
        vec![("first", approve(head(), Mode::Any)), ("record", record), ("second", approve(finance(), Mode::Any))];
    let d = definition(middle, vec![]);
    let case = drafted(&world, &d);
    let case = world.act(&d, &case, 200, decide(2, Decision::Approve)).unwrap().case;
    assert_eq!(world.act(&d, &case, 200, take_back()).unwrap_err(), too_late());
}

#[test]
fn an_ended_case_is_not_taken_back() {
    let (world, d, case) = two_steps();
    let case = world.act(&d, &case, 200, decide(2, Decision::Approve)).unwrap().case;
    let case = world.act(&d, &case, 300, decide(3, Decision::Approve)).unwrap().case;
    assert_eq!(outcome(&case), Some("accepted"));
    assert_eq!(world.act(&d, &case, 300, take_back()).unwrap_err(), Refusal::CaseEnded);
}

#[test]
fn a_pooled_task_comes_back_to_who_had_decided() {
    let world = World::new(1, 1);
    let d = definition(vec![("first", approve(finance(), Mode::Any)), ("second", approve(head(), Mode::Any))], vec![]);
    let case = drafted(&world, &d);
    let case = world.act(&d, &case, 301, decide(2, Decision::Approve)).unwrap().case;
    let back = world.act(&d, &case, 301, take_back()).unwrap().case;
    let task = back.tasks.values().next().unwrap();
    assert_eq!(task.hands.holding, Holding::Claimed { by: id(301) });
    assert!(world.act(&d, &back, 301, Action::OnTask { task: task.no, term: Term::Release }).is_ok());
}

#[test]
fn taking_back_one_of_all_leaves_the_others_alone() {
    let world = World::new(1, 1);
    let d = definition(vec![("review", approve(finance(), Mode::All))], vec![]);
    let case = drafted(&world, &d);
    let case = world.act(&d, &case, 300, decide(2, Decision::Approve)).unwrap().case;
    let back = world.act(&d, &case, 300, take_back()).unwrap().case;
    assert_eq!(back.tasks.keys().copied().collect::<Vec<_>>(), [3, 4, 5]);
    assert!(may_act(&back.tasks[&5], id(300), &world.surroundings()));
    let waiting = back.activations.values().next().map(|activation| activation.waiting.clone());
    assert_eq!(waiting, Some(Waiting::People { cast: std::collections::BTreeMap::new(), later: vec![] }));
    let mut case = back;
    for (by, task) in [(301, 3), (302, 4), (300, 5)] {
        assert_eq!(outcome(&case), None);
        case = world.act(&d, &case, by, decide(task, Decision::Approve)).unwrap().case;
    }
    assert_eq!(outcome(&case), Some("accepted"));
}

#[test]
fn a_return_out_of_a_parallel_block_is_taken_back_whole() {
    let world = World::new(1, 1);
    let branches = vec![("one", approve(head(), Mode::Any)), ("two", approve(finance(), Mode::All))];
    let d = definition(vec![], branches);
    let case = drafted(&world, &d);
    let signed = Action::OnTask {
        task: 3,
        term: Term::AddSigner { person: id(200), place: Placing::Before, reason: String::new() },
    };
    let case = world.act(&d, &case, 300, signed).unwrap().case;
    let returned = world.act(&d, &case, 301, decide(4, Decision::Return { to: "draft".into() })).unwrap().case;
    assert_eq!(steps(&returned), ["draft"]);
    let back = world.act(&d, &returned, 301, take_back()).unwrap().case;
    assert_eq!(back.tasks.len(), case.tasks.len(), "every branch waits as before: {:?}", back.tasks);
    let parked = back.tasks.values().find(|task| !task.hands.waits_for().is_empty()).unwrap();
    let awaited = parked.hands.waits_for().into_iter().next().unwrap();
    assert!(may_act(&back.tasks[&awaited], id(200), &world.surroundings()), "it waits for the same signer");
    let numbers: Vec<_> = case.activations.keys().filter(|no| back.activations.contains_key(no)).collect();
    assert!(numbers.is_empty(), "in new activations");
}

#[test]
fn the_last_branch_is_taken_back_into_its_block() {
    let world = World::new(1, 1);
    let branches = vec![("one", approve(head(), Mode::Any)), ("two", approve(finance(), Mode::Any))];
    let mut d = definition(vec![], branches);
    // Something must follow the block, or the case would be over.
    let end = d.steps.iter().position(|step| step.name.as_str() == "end").unwrap();
    d.steps[end].kind = approve(head(), Mode::Any);
    let case = drafted(&world, &d);
    let case = world.act(&d, &case, 200, decide(2, Decision::Approve)).unwrap().case;
    let case = world.act(&d, &case, 300, decide(3, Decision::Approve)).unwrap().case;
    assert_eq!(steps(&case), ["end"]);
    let back = world.act(&d, &case, 300, take_back()).unwrap().case;
    assert_eq!(steps(&back), ["two"]);
    let waits = |case: &Case| {
        case.activations.values().any(|a| matches!(&a.waiting, Waiting::Branches(open) if open.len() == 1))
    };
    assert!(waits(&back));
    let again = world.act(&d, &back, 300, decide(5, Decision::Approve)).unwrap().case;
    assert_eq!(steps(&again), ["end"]);
}
