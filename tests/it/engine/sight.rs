//! Who sees which fields of a case: deny wins, what one wrote oneself is known, copies show what they grant.

use yumen::{
    definition::{Definition, Form, Value, check},
    engine::{
        Action, Case, Decision, Sight, Term,
        deputy::Substitution,
        tasks::{Advice, Placing},
    },
};

use super::world::{World, id, now};

const OFFICER: u128 = 100;
const HEAD: u128 = 200;
const EXPERT: u128 = 300;
const COLLEAGUE: u128 = 700;
const READER: u128 = 800;

fn world() -> World {
    let mut world = World::new(2, 1);
    for (person, role) in
        [(COLLEAGUE, "auditor"), (COLLEAGUE + 1, "auditor"), (READER, "congress"), (READER + 1, "discipline")]
    {
        world.appoint(person, role, "wq");
    }
    world
}

/// A draft with a note and a secret, then `steps`.
fn definition(steps: &str) -> Definition {
    let source = format!(
        "
workflow: story
title: {{ zh-CN: 故事, en: Story }}
about: project
outcomes: [accepted]
start: {{ by: {{ role: project-officer, of: project.unit }}, number: \"故〔{{year}}〕{{seq:4}}\" }}
form:
  - {{ name: note, type: text, title: {{ zh-CN: 说明, en: Note }} }}
  - {{ name: secret, type: text, title: {{ zh-CN: 底价, en: Secret }} }}
  - {{ name: remark, type: text, title: {{ zh-CN: 意见, en: Remark }} }}
steps:
  - fill: draft
    by: initiator
    edit: [note, secret, remark]
{steps}
  - end: accepted
"
    );
    let policy = yumen::policy::Policy::read(&yumen::app::library::embedded()).unwrap();
    check::read(&source, &policy.vocabulary()).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

const REVIEW: &str = "
  - approve: review
    by: { role: finance-performance }
    hidden: [secret]
    return to: [draft]
  - approve: later
    by: { role: department-head, of: project.department }
    return to: [draft]
";

/// The case after its draft.
fn drafted(world: &World, d: &Definition) -> Case {
    let case = world.start(d, OFFICER).unwrap().case;
    let value = |text: &str| Value::Text(text.into());
    let fields = Form::from([("note".into(), value("n")), ("secret".into(), value("s"))]);
    world.act(d, &case, OFFICER, Action::Complete { task: 1, fields, besides: Default::default() }).unwrap().case
}

fn does(world: &World, d: &Definition, case: &Case, by: u128, action: Action) -> Case {
    world.act(d, case, by, action).unwrap_or_else(|refusal| panic!("{refusal:?}")).case
}

fn term(task: u32, term: Term) -> Action {
    Action::OnTask { task, term }
}

fn decides(task: u32, decision: Decision) -> Action {
    Action::Decide { task, decision, reason: "理由".into(), fields: Form::new(), besides: Default::default() }
}

/// The fields somebody sees who may read every case.
fn sees(world: &World, d: &Definition, case: &Case, person: u128) -> Vec<String> {
    seen(world, d, case, (person, true))
}

fn seen(world: &World, d: &Definition, case: &Case, (person, anyway): (u128, bool)) -> Vec<String> {
    let sight = Sight::of(d, case, (id(person), anyway), &world.surroundings());
    sight.of_form(&case.form).keys().map(ToString::to_string).collect()
}

#[test]
fn whoever_has_or_had_a_task_that_hides_a_field_does_not_see_it() {
    let (world, d) = (world(), definition(REVIEW));
    let case = drafted(&world, &d);
    for expert in [EXPERT, EXPERT + 1] {
        assert_eq!(sees(&world, &d, &case, expert), ["note"]);
    }
    for other in [OFFICER, HEAD, COLLEAGUE] {
        assert_eq!(sees(&world, &d, &case, other), ["note", "secret"], "{other}");
    }
    let case = does(&world, &d, &case, EXPERT, decides(2, Decision::Approve));
    assert_eq!(sees(&world, &d, &case, EXPERT), ["note"], "decided");
    assert_eq!(sees(&world, &d, &case, EXPERT + 1), ["note"], "was asked, and did not act");
    let case = does(&world, &d, &case, HEAD, decides(3, Decision::Return { to: "draft".into() }));
    assert_eq!(sees(&world, &d, &case, EXPERT + 1), ["note"], "the task is long gone");
}

#[test]
fn leaving_the_post_opens_nothing_and_coming_later_closes_it() {
    let (mut world, d) = (world(), definition(REVIEW));
    let case = drafted(&world, &d);
    let case = does(&world, &d, &case, EXPERT, decides(2, Decision::Approve));
    world.now = now() + chrono::TimeDelta::days(30);
    let day = now().date_naive();
    let left = world.directory.appointments.iter_mut().find(|held| held.person == id(EXPERT + 1)).unwrap();
    left.until = Some(day);
    assert_eq!(sees(&world, &d, &case, EXPERT + 1), ["note"], "held the post when it was asked");
    let left = world.directory.appointments.iter_mut().find(|held| held.person == id(EXPERT + 2)).unwrap();
    left.until = Some(day - chrono::TimeDelta::days(1));
    assert_eq!(sees(&world, &d, &case, EXPERT + 2), ["note", "secret"], "had left before");
    world.appoint(COLLEAGUE, "finance-performance", "finance");
    assert_eq!(sees(&world, &d, &case, COLLEAGUE), ["note"], "holds the post that was asked");
}

#[test]
fn whoever_acts_for_the_step_has_its_permissions() {
    let (mut world, d) = (world(), definition(REVIEW));
    let case = drafted(&world, &d);
    let (to, reason) = (id(COLLEAGUE), "请代办".to_owned());
    let given = does(&world, &d, &case, EXPERT, term(2, Term::Transfer { to, reason: reason.clone() }));
    assert_eq!(sees(&world, &d, &given, COLLEAGUE), ["note"], "transferred to");
    let asked = does(&world, &d, &case, EXPERT, term(2, Term::Delegate { to, reason: reason.clone() }));
    assert_eq!(sees(&world, &d, &asked, COLLEAGUE), ["note"], "asked for an opinion");
    let opinion = Term::GiveOpinion { advice: Advice::Approve, text: "可以".into() };
    let advised = does(&world, &d, &asked, COLLEAGUE, term(3, opinion));
    assert_eq!(sees(&world, &d, &advised, COLLEAGUE), ["note"], "gave the opinion");
    for place in [Placing::Before, Placing::Parallel] {
        let add = Term::AddSigner { person: to, place, reason: reason.clone() };
        let added = does(&world, &d, &case, EXPERT, term(2, add));
        assert_eq!(sees(&world, &d, &added, COLLEAGUE), ["note"], "{place:?}");
    }
    let add = Term::AddSigner { person: to, place: Placing::After, reason };
    let added = does(&world, &d, &case, EXPERT, term(2, add));
    let follows = does(&world, &d, &added, EXPERT, decides(2, Decision::Approve));
    assert_eq!(sees(&world, &d, &follows, COLLEAGUE), ["note"], "asked afterwards");
    let day = now().date_naive();
    world.directory.substitutions.push(Substitution {
        person: id(EXPERT),
        deputy: id(COLLEAGUE + 1),
        workflows: std::collections::BTreeSet::new(),
        from: day,
        until: day,
    });
    assert_eq!(sees(&world, &d, &case, COLLEAGUE + 1), ["note"], "stands for somebody who is asked");
    let case = does(&world, &d, &case, COLLEAGUE + 1, decides(2, Decision::Approve));
    world.directory.substitutions.clear();
    assert_eq!(sees(&world, &d, &case, COLLEAGUE + 1), ["note"], "stood for them");
}

#[test]
fn what_one_wrote_oneself_is_known() {
    let d = definition(
        "
  - fill: addition
    by: { role: finance-performance }
    edit: [remark]
  - approve: review
    by: [{ role: finance-performance }, initiator]
    initiator: may decide
    mode: all
    read: [note]
",
    );
    let world = world();
    let case = drafted(&world, &d);
    let remark = Form::from([("remark".into(), Value::Text("意见".into()))]);
    let case =
        does(&world, &d, &case, EXPERT, Action::Complete { task: 2, fields: remark, besides: Default::default() });
    assert_eq!(sees(&world, &d, &case, EXPERT), ["note", "remark"], "wrote the remark");
    assert_eq!(sees(&world, &d, &case, EXPERT + 1), ["note"], "did not");
    assert_eq!(sees(&world, &d, &case, OFFICER), ["note", "secret"], "wrote the secret, and not the remark");
}

#[test]
fn nobody_writes_blindly() {
    let d = definition(
        "
  - approve: review
    by: { role: finance-performance }
    hidden: [secret]
  - fill: correction
    by: { role: finance-performance }
    edit: [secret]
",
    );
    let world = world();
    let case = drafted(&world, &d);
    assert_eq!(sees(&world, &d, &case, EXPERT), ["note"]);
    let case = does(&world, &d, &case, EXPERT, decides(2, Decision::Approve));
    assert_eq!(sees(&world, &d, &case, EXPERT + 1), ["note", "secret"], "asked to correct it");
    let case =
        does(&world, &d, &case, EXPERT, Action::Complete { task: 3, fields: Form::new(), besides: Default::default() });
    assert_eq!(sees(&world, &d, &case, EXPERT + 1), ["note"], "not asked any more");
}

#[test]
fn copies_show_what_they_grant_and_no_circle_shows_more() {
    let d = definition(
        "
  - notify: { to: [{ role: congress }, { role: department-head, of: project.department }], mail: copied-in, read: [note] }
  - notify: { to: { role: discipline }, mail: copied-in, hidden: [note] }
  - approve: review
    by: { role: finance-performance }
    hidden: [note]
",
    );
    let world = world();
    let case = drafted(&world, &d);
    let of = |case: &Case, person| seen(&world, &d, case, (person, false));
    assert_eq!(of(&case, READER), ["note"]);
    assert_eq!(of(&case, READER + 1), ["secret"]);
    assert_eq!(sees(&world, &d, &case, HEAD), ["note", "secret"], "reads the case anyway");
    let copy = |case: &Case, by: u128, to: u128| does(&world, &d, case, by, Action::CopyIn { to: vec![id(to)] });
    // Two readers show each other what each sees, and somebody else what one sees.
    let case = copy(&case, READER, READER + 1);
    assert_eq!(of(&case, READER + 1), ["note", "secret"]);
    let case = copy(&case, READER + 1, READER);
    assert_eq!(of(&case, READER), ["note", "secret"]);
    let shown_by_expert = copy(&case, EXPERT, COLLEAGUE);
    assert_eq!(of(&shown_by_expert, COLLEAGUE), ["secret"]);
    // Deny wins over every copy.
    let case = copy(&case, OFFICER, EXPERT);
    assert_eq!(sees(&world, &d, &case, EXPERT), ["secret"]);
}

#[test]
fn the_files_a_decider_saw_are_those_that_the_step_shows() {
    let d = definition(REVIEW);
    let world = world();
    let case = drafted(&world, &d);
    let sight = Sight::of(&d, &case, (id(EXPERT), true), &world.surroundings());
    let whole = Sight::of(&d, &case, (id(OFFICER), false), &world.surroundings());
    let events = world.start(&d, OFFICER).unwrap().events;
    let fields = case.form.clone();
    let saved = yumen::engine::Event::FieldsSaved {
        task: 1,
        by: id(OFFICER),
        fields,
        cleared: vec!["secret".into(), "remark".into()],
    };
    let journal = vec![events, vec![saved]];
    assert!(whole.is_whole() && whole.of_events(journal.clone()) == journal);
    let told = serde_json::to_string(&sight.of_events(journal)).unwrap();
    assert!(!told.contains("secret") && told.contains("remark") && told.contains("note"), "{told}");
}
