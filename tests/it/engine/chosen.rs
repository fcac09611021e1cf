//! Who acts later because somebody chose them, or because they head the organisation of who acted.

use yumen::{
    definition::{Definition, Form, check, problem::Code},
    engine::{Action, Case, Decision, Event, Principal, Refusal, TaskEvent, TaskRefusal, Term, Waiting},
};

use super::world::{World, definition_of, id};

const OFFICER: u128 = 100;
const FINANCE: [u128; 3] = [300, 301, 302];

const CHOICE: &str = "
steps:
  - fill: draft
    by: initiator
  - approve: look
    by: { chosen by: draft, from: [{ role: finance-performance }, { role: project-officer, of: project.unit }], at most: 2 }
    mode: all
    return to: [draft]
    reject: withdrawn
  - end: accepted
";

fn choice() -> Definition {
    definition_of(&CHOICE.replace("    reject: withdrawn\n", ""))
}

fn chooses(world: &World, d: &Definition, case: &Case, people: &[u128]) -> Result<Case, Refusal> {
    let task = *case.tasks.keys().next().unwrap();
    let term = Term::Choose { step: "look".into(), people: people.iter().map(|person| id(*person)).collect() };
    world.act(d, case, OFFICER, Action::OnTask { task, term }).map(|plan| plan.case)
}

fn completes(world: &World, d: &Definition, case: &Case) -> Result<Case, Refusal> {
    let task = *case.tasks.keys().next().unwrap();
    world
        .act(d, case, OFFICER, Action::Complete { task, fields: Form::new(), besides: Default::default() })
        .map(|plan| plan.case)
}

fn decides(world: &World, d: &Definition, case: &Case, (by, decision): (u128, Decision)) -> Result<Case, Refusal> {
    let own = |person: u128| vec![Principal::Person(id(person))];
    let named = case.tasks.values().find(|task| task.candidates == own(by));
    let task = named.or_else(|| case.tasks.values().next()).unwrap().no;
    let action =
        Action::Decide { task, decision, reason: "理由".into(), fields: Form::new(), besides: Default::default() };
    world.act(d, case, by, action).map(|plan| plan.case)
}

fn asked(case: &Case) -> Vec<Principal> {
    case.tasks.values().flat_map(|task| task.candidates.clone()).collect()
}

fn person(person: u128) -> Principal {
    Principal::Person(id(person))
}

fn is_held(case: &Case) -> bool {
    case.tasks.is_empty() && case.activations.values().all(|a| matches!(a.waiting, Waiting::Nobody { .. }))
}

#[test]
fn the_actor_of_a_step_chooses_who_acts_later() {
    let (world, d) = (World::new(2, 1), choice());
    let case = world.start(&d, OFFICER).unwrap().case;
    let next = TaskRefusal::ChooseNext { step: yumen::language::Text::new("look", "look"), at_most: 2 };
    assert_eq!(completes(&world, &d, &case), Err(next.clone().into()), "nobody chosen");
    assert_eq!(chooses(&world, &d, &case, &[]), Err(next.clone().into()));
    assert_eq!(chooses(&world, &d, &case, &FINANCE), Err(next.into()), "three of two");
    for (unsuitable, why) in [(200, "has not the post"), (OFFICER, "started the case"), (999, "nobody")] {
        let refused = chooses(&world, &d, &case, &[FINANCE[0], unsuitable]);
        assert!(matches!(refused, Err(Refusal::OnTask(TaskRefusal::CannotBeAsked { .. }))), "{why}: {refused:?}");
    }
    let term = Term::Choose { step: "look".into(), people: vec![id(FINANCE[0])] };
    let stranger = world.act(&d, &case, 200, Action::OnTask { task: 1, term });
    assert_eq!(stranger.map(|_| ()), Err(Refusal::NotYourTask));
    let case = chooses(&world, &d, &case, &[FINANCE[1], FINANCE[0], FINANCE[0]]).unwrap();
    let case = completes(&world, &d, &case).unwrap();
    assert_eq!(asked(&case), [person(FINANCE[0]), person(FINANCE[1])]);
    assert_eq!(decides(&world, &d, &case, (FINANCE[2], Decision::Approve)), Err(Refusal::NotYourTask), "not chosen");
}

#[test]
fn a_choice_is_made_again_after_a_return() {
    let (world, d) = (World::new(1, 1), choice());
    let case = world.start(&d, OFFICER).unwrap().case;
    let case = completes(&world, &d, &chooses(&world, &d, &case, &[FINANCE[0]]).unwrap()).unwrap();
    let case = decides(&world, &d, &case, (FINANCE[0], Decision::Return { to: "draft".into() })).unwrap();
    let refused = completes(&world, &d, &case);
    assert!(matches!(refused, Err(Refusal::OnTask(TaskRefusal::ChooseNext { .. }))), "{refused:?}");
    let case = completes(&world, &d, &chooses(&world, &d, &case, &[FINANCE[2]]).unwrap()).unwrap();
    assert_eq!(asked(&case), [person(FINANCE[2])]);
}

#[test]
fn whoever_was_chosen_and_has_left_is_nobody() {
    let (mut world, d) = (World::new(1, 1), choice());
    let case = world.start(&d, OFFICER).unwrap().case;
    let chosen = chooses(&world, &d, &case, &[FINANCE[0]]).unwrap();
    let open = completes(&world, &d, &chosen).unwrap();
    world.directory.appointments.retain(|held| held.person != id(FINANCE[0]));
    let refused = completes(&world, &d, &chosen);
    assert!(matches!(refused, Err(Refusal::OnTask(TaskRefusal::ChooseNext { .. }))), "before they were asked");
    assert_eq!(decides(&world, &d, &open, (FINANCE[0], Decision::Approve)), Err(Refusal::NotYourTask));
    let woken = world.wake(&d, &open).unwrap();
    assert!(is_held(&woken.case), "{:?}", woken.case.activations);
    assert!(woken.events.iter().any(|event| matches!(event, Event::NobodyFound { .. })));
}

#[test]
fn not_by_keeps_the_one_who_chooses_from_choosing_themselves() {
    let d = definition_of(
        "
steps:
  - fill: draft
    by: { role: finance-performance }
    edit: [note]
  - fill: look
    by: { chosen by: draft, from: { role: finance-performance } }
    not by: [draft]
    edit: [note]
  - end: accepted
",
    );
    let world = World::new(1, 1);
    let case = world.start(&d, OFFICER).unwrap().case;
    let choose = |people: u128| {
        let term = Term::Choose { step: "look".into(), people: vec![id(people)] };
        world.act(&d, &case, FINANCE[0], Action::OnTask { task: 1, term })
    };
    let refused = choose(FINANCE[0]).map(|_| ());
    assert!(matches!(refused, Err(Refusal::OnTask(TaskRefusal::CannotBeAsked { .. }))), "{refused:?}");
    let plan = choose(FINANCE[1]).unwrap();
    assert!(matches!(&plan.events[..], [Event::OnTask(TaskEvent::PeopleChosen { .. })]), "{:?}", plan.events);
}

/// `school` is a unit of `edu`; its officer starts.
fn manager(levels: usize) -> Definition {
    definition_of(&format!(
        "
steps:
  - fill: draft
    by: initiator
  - approve: look
    by: {{ manager of: draft, levels: {levels} }}
    return to: [draft]
  - end: accepted
"
    ))
}

/// The case after its draft, in a world whose unit has these heads.
fn drafted(world: &World, d: &Definition, by: u128) -> Case {
    let case = world.start(d, by).unwrap().case;
    world
        .act(d, &case, by, Action::Complete { task: 1, fields: Form::new(), besides: Default::default() })
        .unwrap()
        .case
}

#[test]
fn the_head_of_the_organisation_of_who_acted_is_asked() {
    let mut world = World::new(1, 1);
    world.appoint(600, "unit-head", "school");
    let role = |role: &str, org: &str| Principal::Role(role.into(), Some(org.into()));
    assert_eq!(asked(&drafted(&world, &manager(1), OFFICER)), [role("unit-head", "school")]);
    let second = asked(&drafted(&world, &manager(2), OFFICER));
    assert!(second.contains(&role("department-head", "edu")), "{second:?}");
    // Who heads the unit themselves is below the department's head.
    world.appoint(600, "project-officer", "school");
    let own = asked(&drafted(&world, &manager(1), 600));
    assert!(own.contains(&role("department-head", "edu")), "{own:?}");
    let d = manager(1);
    let case = drafted(&world, &d, 600);
    assert!(decides(&world, &d, &case, (600, Decision::Approve)).is_err());
    decides(&world, &d, &case, (200, Decision::Approve)).unwrap();
}

#[test]
fn a_step_that_depends_on_who_acted_is_checked() {
    let codes = |source: &str| {
        let policy = yumen::policy::Policy::read(&yumen::app::library::embedded()).unwrap();
        let head = "workflow: story\ntitle: { zh-CN: 故事, en: Story }\nabout: project\noutcomes: [accepted]\n";
        let start = "start: { by: { role: project-officer, of: project.unit }, number: \"故〔{year}〕{seq:4}\" }\n";
        let form = "form:\n  - { name: note, type: text, title: { zh-CN: 说明, en: Note } }\nsteps:\n";
        let fill = "  - fill: draft\n    by: initiator\n    edit: [note]\n";
        let source = format!("{head}{start}{form}{fill}{source}  - end: accepted\n");
        let problems = check::read(&source, &policy.vocabulary()).err().unwrap_or_default();
        problems.into_iter().map(|problem| problem.code).collect::<Vec<_>>()
    };
    let approve = |by: &str| format!("  - approve: look\n    by: {by}\n");
    assert_eq!(codes(&approve("{ manager of: draft }")), []);
    assert_eq!(codes(&approve("initiator")), [Code::OwnDecision], "nobody could ever act");
    assert_eq!(codes(&approve("initiator\n    initiator: may decide")), []);
    assert_eq!(codes(&approve("initiator\n    nobody: { to: { role: auditor } }")), [], "others are asked then");
    assert_eq!(codes(&approve("[initiator, { role: auditor }]")), []);
    assert_eq!(codes(&approve("{ manager of: look }")), [Code::NotAlwaysPassed]);
    assert_eq!(codes(&approve("{ manager of: darft }")), [Code::UnknownStep]);
    assert_eq!(codes(&approve("{ chosen by: draft }")), [Code::MissingKey]);
    let twice = "[{ chosen by: draft, from: { role: auditor } }, { chosen by: draft, from: { role: congress } }]";
    assert_eq!(codes(&approve(twice)), [Code::OnlyWhoActs]);
    let copied = "  - notify: { to: { manager of: draft }, mail: copied-in }\n";
    assert_eq!(codes(copied), [Code::OnlyWhoActs]);
    let together = "  - approve: all-of-them\n    by: { role: auditor }\n    mode: all\n";
    let after = |by: &str| format!("{together}{}", approve(by));
    assert_eq!(codes(&after("{ manager of: all-of-them }")), [Code::SeveralDecide]);
    let branch = "  - choose: way\n    branches:\n      - when: case.year > 2026\n        steps:\n          - approve: there\n            by: { role: auditor }\n    otherwise: next\n";
    assert_eq!(codes(&format!("{branch}{}", approve("{ manager of: there }"))), [Code::NotAlwaysPassed]);
    let each = "  - each: all\n    in: { people: { role: auditor } }\n    at most: 3\n    steps:\n      - approve: look\n        by: { manager of: draft }\n";
    assert_eq!(codes(each), [Code::OnlyWhoActs]);
}

#[test]
fn nobody_chooses_a_superior_by_giving_the_task_away() {
    let mut world = World::new(1, 0);
    world.appoint(210, "unit-head", "school");
    world.appoint(220, "department-head", "finance");
    let d = definition_of(
        "
steps:
  - fill: draft
    by: initiator
  - approve: head
    by: { manager of: draft }
  - end: accepted
",
    );
    let case = world.start(&d, OFFICER).unwrap().case;
    let give = |to| Action::OnTask { task: 1, term: Term::Transfer { to: id(to), reason: "出差".into() } };
    let case_of = |to| {
        let given = world.act(&d, &case, OFFICER, give(to)).unwrap().case;
        world
            .act(&d, &given, to, Action::Complete { task: 1, fields: Form::new(), besides: Default::default() })
            .unwrap()
            .case
    };
    let head = Principal::Role("unit-head".into(), Some("school".into()));
    assert_eq!(asked(&case_of(300)), [head], "the head of the one whose task it was");
    assert!(is_held(&case_of(210)), "who heads that organisation does not approve what they did for another");
    let twice = world.act(&d, &case, OFFICER, give(300)).unwrap().case;
    let twice = world.act(&d, &twice, 300, give(301)).unwrap().case;
    let twice = world
        .act(&d, &twice, 301, Action::Complete { task: 1, fields: Form::new(), besides: Default::default() })
        .unwrap()
        .case;
    assert_eq!(asked(&twice), asked(&case_of(300)), "through however many hands it went");
}
