//! 代理: who acts in whose place, and where nobody does.

use chrono::{Days, NaiveDate};
use yumen::{
    definition::{Definition, Form},
    engine::{
        Action, Actor, Case, Decision, Event, Plan, Refusal, StepResult,
        deputy::{Substitution, in_place_of},
        who::day_of,
    },
};

use super::world::{ADMINISTRATOR, World, definition_of, id, now};

/// An initiator, heads of the department and people of finance; 700 and 701 hold no post at all.
fn world(heads: u128) -> World {
    let mut world = World::new(2, heads);
    world.appoint(700, "operator", "wq");
    world.appoint(701, "operator", "wq");
    world
}

fn today() -> NaiveDate {
    day_of(now())
}

fn stands(world: &mut World, deputy: u128, person: u128) {
    let (from, until) = (today(), today() + Days::new(3));
    let all = std::collections::BTreeSet::new();
    let substitution = Substitution { person: id(person), deputy: id(deputy), workflows: all, from, until };
    world.directory.substitutions.push(substitution);
}

fn steps(by: &str, more: &str) -> Definition {
    definition_of(&format!(
        "
steps:
  - fill: draft
    by: initiator
  - approve: look
    by: {by}
    return to: [draft]
    {more}
  - end: accepted
"
    ))
}

const HEAD: &str = "{ role: department-head, of: project.department }";

fn before_the_look(world: &World, d: &Definition) -> Case {
    let case = world.start(d, 100).unwrap().case;
    world
        .act(d, &case, 100, Action::Complete { task: 1, fields: Form::new(), besides: Default::default() })
        .unwrap()
        .case
}

fn approves(world: &World, d: &Definition, case: &Case, by: u128, task: u32) -> Result<Plan, Refusal> {
    let decision = Decision::Approve;
    world.act(
        d,
        case,
        by,
        Action::Decide { task, decision, reason: String::new(), fields: Form::new(), besides: Default::default() },
    )
}

#[test]
fn a_substitute_decides_in_the_place_of_whom_they_stand_for_and_the_journal_names_both() {
    let (mut world, d) = (world(1), steps(HEAD, ""));
    let case = before_the_look(&world, &d);
    assert_eq!(approves(&world, &d, &case, 700, 2), Err(Refusal::NotYourTask));
    stands(&mut world, 700, 200);
    let plan = approves(&world, &d, &case, 700, 2).unwrap();
    assert_eq!(plan.actor, Actor::Deputy { person: id(700), of: id(200) });
    let acted = Event::SubstituteActed { task: 2, by: id(700), of: id(200) };
    assert_eq!(plan.events[0], acted);
    assert_eq!(plan.case.results.get(&"look".into()), Some(&StepResult::Approved));
    // Both have acted at the step, for whoever keeps them out of another.
    let at_the_step = &plan.case.acted[&"look".into()];
    assert!(at_the_step.contains(&id(700)) && at_the_step.contains(&id(200)));
    // The person themselves still may, as long as nobody has.
    assert_eq!(approves(&world, &d, &case, 200, 2).unwrap().actor, Actor::Person(id(200)));
}

#[test]
fn a_substitution_counts_on_its_days_and_in_its_workflows_alone() {
    let (mut world, d) = (world(1), steps(HEAD, ""));
    let case = before_the_look(&world, &d);
    stands(&mut world, 700, 200);
    let with = |change: &dyn Fn(&mut Substitution)| {
        let mut changed = World { directory: world.directory.clone(), ..World::new(2, 1) };
        change(&mut changed.directory.substitutions[0]);
        approves(&changed, &d, &case, 700, 2).is_ok()
    };
    assert!(with(&|_| ()));
    assert!(with(&|s| s.until = today()));
    assert!(!with(&|s| s.until = today() - Days::new(1)));
    assert!(!with(&|s| s.from = today() + Days::new(1)));
    assert!(with(&|s| s.workflows = ["story".into()].into()));
    assert!(!with(&|s| s.workflows = ["budget-request".into()].into()));
    world.directory.people.get_mut(&id(200)).unwrap().active = false;
    assert_eq!(approves(&world, &d, &case, 700, 2), Err(Refusal::NotYourTask), "stands for somebody who has left");
}

#[test]
fn a_substitute_who_is_excluded_stands_for_nobody_there() {
    // The initiator never decides on their own case, in nobody's place either.
    let (mut world, d) = (world(1), steps(HEAD, ""));
    stands(&mut world, 100, 200);
    let case = before_the_look(&world, &d);
    assert_eq!(approves(&world, &d, &case, 100, 2), Err(Refusal::OwnCase));
    // Whom `not by` keeps out is kept out.
    let d = definition_of(
        "
steps:
  - fill: draft
    by: { role: project-officer, of: project.unit }
    edit: [note]
  - approve: look
    by: { role: department-head, of: project.department }
    not by: [draft]
    return to: [draft]
  - end: accepted
",
    );
    let case = world.start(&d, 100).unwrap().case;
    let case = world
        .act(&d, &case, 101, Action::Complete { task: 1, fields: Form::new(), besides: Default::default() })
        .unwrap()
        .case;
    stands(&mut world, 101, 200);
    assert_eq!(approves(&world, &d, &case, 101, 2), Err(Refusal::ActedBefore));
}

#[test]
fn whoever_is_in_the_group_themselves_has_one_vote() {
    let (mut world, d) = (world(2), steps(HEAD, "mode: all"));
    stands(&mut world, 201, 200);
    let case = before_the_look(&world, &d);
    let of = |case: &Case, person: u128| {
        let own = vec![yumen::engine::Principal::Person(id(person))];
        case.tasks.values().find(|task| task.candidates == own).map(|task| task.no)
    };
    let (first, second) = (of(&case, 200).unwrap(), of(&case, 201).unwrap());
    assert_eq!(approves(&world, &d, &case, 201, first), Err(Refusal::NotYourTask));
    let case = approves(&world, &d, &case, 201, second).unwrap().case;
    assert_eq!(approves(&world, &d, &case, 201, first), Err(Refusal::NotYourTask), "a second vote after the first");
    assert!(approves(&world, &d, &case, 200, first).is_ok());
}

#[test]
fn one_substitute_of_two_people_votes_once() {
    let (mut world, d) = (world(2), steps(HEAD, "mode: all"));
    stands(&mut world, 700, 200);
    stands(&mut world, 700, 201);
    let case = before_the_look(&world, &d);
    let tasks: Vec<_> = case.tasks.keys().copied().collect();
    let case = approves(&world, &d, &case, 700, tasks[0]).unwrap().case;
    assert_eq!(approves(&world, &d, &case, 700, tasks[1]), Err(Refusal::NotYourTask));
}

#[test]
fn a_substitute_of_a_substitute_is_none() {
    let (mut world, d) = (world(1), steps(HEAD, ""));
    stands(&mut world, 700, 200);
    stands(&mut world, 701, 700);
    let case = before_the_look(&world, &d);
    assert_eq!(approves(&world, &d, &case, 701, 2), Err(Refusal::NotYourTask));
}

#[test]
fn nobody_stands_for_an_administrator() {
    let (mut world, d) = (world(1), steps("{ role: workflow-admin }", ""));
    stands(&mut world, 700, ADMINISTRATOR);
    let case = before_the_look(&world, &d);
    assert_eq!(approves(&world, &d, &case, 700, 2), Err(Refusal::NotYourTask));
    let suspend = Action::Suspend { reason: "核查".into() };
    assert_eq!(world.act(&d, &case, 700, suspend), Err(Refusal::CannotAdminister));
    assert!(approves(&world, &d, &case, ADMINISTRATOR, 2).is_ok());
}

#[test]
fn a_draft_kept_by_a_substitute_does_not_keep_them_from_completing_it() {
    let d = definition_of(
        "
steps:
  - fill: draft
    by: initiator
  - fill: supplement
    by: { role: department-head, of: project.department }
    edit: [note]
  - end: accepted
",
    );
    let mut world = world(1);
    stands(&mut world, 700, 200);
    let case = before_the_look(&world, &d);
    let nothing = Action::Save { task: 2, fields: Form::new(), besides: Default::default() };
    assert!(world.act(&d, &case, 700, nothing).unwrap().events.is_empty());
    let note = || Form::from([("note".into(), yumen::definition::Value::Text("补充".into()))]);
    let save = Action::Save { task: 2, fields: note(), besides: Default::default() };
    let case = world.act(&d, &case, 700, save).unwrap().case;
    assert_eq!(in_place_of(&d, &case, (2, id(700)), &world.surroundings()), Some(id(200)));
    world.act(&d, &case, 700, Action::Complete { task: 2, fields: note(), besides: Default::default() }).unwrap();
}

/// The head of the unit signs in one branch; every head of the department in the other, but nobody who signed in the first.
fn side_by_side() -> Definition {
    definition_of(
        "
steps:
  - fill: draft
    by: initiator
  - parallel: both
    branches:
      - title: { zh-CN: 甲, en: One }
        steps:
          - approve: one
            by: { role: department-head, of: project.unit }
            return to: [draft]
      - title: { zh-CN: 乙, en: Two }
        steps:
          - approve: two
            by: { role: department-head, of: project.department }
            mode: all
            return to: [draft]
            not by: [one]
  - end: accepted
",
    )
}

/// The open task of `step` on which `person` may act.
fn open_for(world: &World, case: &Case, step: &str, person: u128) -> Option<u32> {
    let own = case.tasks.values().filter(|task| task.step.as_str() == step);
    own.filter(|task| yumen::engine::may_act(task, id(person), &world.surroundings())).map(|task| task.no).next()
}

#[test]
fn a_vote_through_a_substitute_is_void_once_that_substitute_signs_where_it_keeps_them_out() {
    let mut world = world(2);
    stands(&mut world, 700, 200);
    world.appoint(700, "department-head", "school");
    let d = side_by_side();
    let case = before_the_look(&world, &d);
    let task = |case: &Case, step: &str, person: u128| open_for(&world, case, step, person);
    let for_200 = task(&case, "two", 200).unwrap();
    let case = approves(&world, &d, &case, 700, for_200).unwrap().case;
    assert_eq!(task(&case, "two", 200), None, "it counts as long as 700 has signed nothing else");
    let case = approves(&world, &d, &case, 700, task(&case, "one", 700).unwrap()).unwrap().case;
    let again = task(&case, "two", 200).expect("200 is asked themselves");
    let case = approves(&world, &d, &case, 201, task(&case, "two", 201).unwrap()).unwrap().case;
    assert_eq!(case.status, yumen::engine::Status::Running);
    let case = approves(&world, &d, &case, 200, again).unwrap().case;
    assert!(matches!(case.status, yumen::engine::Status::Ended { .. }));
}

#[test]
fn a_void_vote_in_the_place_of_somebody_is_asked_again_in_that_place() {
    let mut world = world(2);
    world.appoint(702, "operator", "wq");
    stands(&mut world, 700, 702);
    world.appoint(700, "department-head", "school");
    let d = side_by_side();
    let case = before_the_look(&world, &d);
    let task = |case: &Case, step: &str, person: u128| open_for(&world, case, step, person);
    let own = task(&case, "two", 200).unwrap();
    let given = yumen::engine::Term::Transfer { to: id(702), reason: "出差".into() };
    let case = world.act(&d, &case, 200, Action::OnTask { task: own, term: given }).unwrap().case;
    let case = approves(&world, &d, &case, 700, own).unwrap().case;
    let case = approves(&world, &d, &case, 700, task(&case, "one", 700).unwrap()).unwrap().case;
    let again = task(&case, "two", 702).expect("702 is asked, in the place of 200");
    assert_eq!(case.tasks[&again].hands.asked, yumen::engine::tasks::Asked::InPlaceOf(id(200)));
    let case = approves(&world, &d, &case, 201, task(&case, "two", 201).unwrap()).unwrap().case;
    assert_eq!(case.status, yumen::engine::Status::Running, "nothing passes without that seat");
    let case = approves(&world, &d, &case, 702, again).unwrap().case;
    assert!(matches!(case.status, yumen::engine::Status::Ended { .. }));
}
