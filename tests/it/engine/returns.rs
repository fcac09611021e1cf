//! 退回 as a matrix: through or here × inside, out of a parallel block, out of a choice × entered again × returned again.

use yumen::{
    definition::{Definition, Form, Resume, StepKind},
    engine::{Action, Case, Decision, Event, Plan, Refusal, Waiting, event::CancelReason},
};

use super::world::{World, definition_of};

const OFFICER: u128 = 100;
const HEAD: u128 = 200;
const FINANCE: u128 = 300;

fn complete(world: &World, d: &Definition, case: &Case, task: u32) -> Case {
    world
        .act(d, case, OFFICER, Action::Complete { task, fields: Form::new(), besides: Default::default() })
        .unwrap()
        .case
}

fn decides(world: &World, d: &Definition, case: &Case, by: u128, (step, decision): (&str, Decision)) -> Plan {
    let task = task(case, step);
    let action =
        Action::Decide { task, decision, reason: "请补充".into(), fields: Form::new(), besides: Default::default() };
    world.act(d, case, by, action).unwrap_or_else(|refusal| panic!("{step}: {refusal:?}"))
}

fn approve(world: &World, d: &Definition, case: &Case, by: u128, step: &str) -> Case {
    decides(world, d, case, by, (step, Decision::Approve)).case
}

fn back(world: &World, d: &Definition, case: &Case, by: u128, (from, to): (&str, &str)) -> Plan {
    decides(world, d, case, by, (from, Decision::Return { to: to.into() }))
}

fn task(case: &Case, step: &str) -> u32 {
    let open: Vec<_> = case.tasks.values().filter(|task| task.step.as_str() == step).collect();
    assert_eq!(open.len(), 1, "open tasks of {step} in {:?}", standing(case));
    open[0].no
}

/// The steps with open tasks, in order.
fn standing(case: &Case) -> Vec<&str> {
    let mut steps: Vec<_> = case.tasks.values().map(|task| task.step.as_str()).collect();
    steps.sort_unstable();
    steps
}

fn line(resume: &str) -> Definition {
    definition_of(&format!(
        "
steps:
  - fill: draft
    by: initiator
  - approve: first
    by: {{ role: department-head, of: project.department }}
    return to: {{ step: draft, resume: {resume} }}
  - approve: second
    by: {{ role: finance-performance }}
  - approve: third
    by: {{ role: finance-performance }}
    return to: [{{ step: draft, resume: {resume} }}, {{ step: first, resume: {resume} }}]
  - end: accepted
"
    ))
}

fn before_the_third(world: &World, d: &Definition) -> Case {
    let case = complete(world, d, &world.start(d, OFFICER).unwrap().case, 1);
    let case = approve(world, d, &case, HEAD, "first");
    approve(world, d, &case, FINANCE, "second")
}

#[test]
fn through_walks_every_step_again_and_here_comes_straight_back() {
    let world = World::new(1, 1);
    for (resume, then) in [("through", "first"), ("here", "third")] {
        let d = line(resume);
        let case = before_the_third(&world, &d);
        let returned = back(&world, &d, &case, FINANCE, ("third", "draft")).case;
        assert_eq!(standing(&returned), ["draft"]);
        // With `here` what was decided in between stands; with `through` nothing of it does.
        assert_eq!(returned.passed.contains(&"second".into()), resume == "here");
        let again = complete(&world, &d, &returned, task(&returned, "draft"));
        assert_eq!(standing(&again), [then], "{resume}");
        assert_ne!(task(&again, then), task(&case, "third"), "an activation was used twice");
    }
}

#[test]
fn a_second_return_while_resuming_walks_the_steps_between_again() {
    let world = World::new(1, 1);
    let d = line("here");
    let case = before_the_third(&world, &d);
    let case = back(&world, &d, &case, FINANCE, ("third", "first")).case;
    assert_eq!(standing(&case), ["first"]);
    // The head sends it on to the officer instead of deciding: the way straight back to the third step has lapsed.
    let case = back(&world, &d, &case, HEAD, ("first", "draft")).case;
    let case = complete(&world, &d, &case, task(&case, "draft"));
    assert_eq!(standing(&case), ["first"]);
    let case = approve(&world, &d, &case, HEAD, "first");
    assert_eq!(standing(&case), ["second"], "the second step was skipped");
}

#[test]
fn returned_again_and_again_every_activation_is_new() {
    let world = World::new(1, 1);
    let d = line("here");
    let mut case = before_the_third(&world, &d);
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..3 {
        assert!(seen.insert(task(&case, "third")));
        case = back(&world, &d, &case, FINANCE, ("third", "draft")).case;
        assert!(seen.insert(task(&case, "draft")));
        case = complete(&world, &d, &case, task(&case, "draft"));
        assert_eq!(standing(&case), ["third"]);
    }
}

const SIDE_BY_SIDE: &str = "
steps:
  - fill: draft
    by: initiator
  - parallel: together
    branches:
      - title: { zh-CN: 甲, en: A }
        steps:
          - fill: plan
            by: initiator
          - approve: left
            by: { role: department-head, of: project.department }
            return to: [plan, draft]
      - title: { zh-CN: 乙, en: B }
        steps:
          - approve: right
            by: { role: finance-performance }
            return to: [draft]
  - approve: last
    by: { role: finance-performance }
    return to: [draft]
  - end: accepted
";

fn side_by_side(world: &World) -> (Definition, Case) {
    let d = definition_of(SIDE_BY_SIDE);
    let case = complete(world, &d, &world.start(&d, OFFICER).unwrap().case, 1);
    let case = complete(world, &d, &case, task(&case, "plan"));
    assert_eq!(standing(&case), ["left", "right"]);
    (d, case)
}

#[test]
fn a_return_inside_a_branch_leaves_the_others_alone() {
    let world = World::new(1, 1);
    let (d, case) = side_by_side(&world);
    let right = task(&case, "right");
    let case = back(&world, &d, &case, HEAD, ("left", "plan")).case;
    assert_eq!(standing(&case), ["plan", "right"]);
    assert_eq!(task(&case, "right"), right);
    let case = complete(&world, &d, &case, task(&case, "plan"));
    let case = approve(&world, &d, &case, FINANCE, "right");
    let case = approve(&world, &d, &case, HEAD, "left");
    assert_eq!(standing(&case), ["last"], "the join ran once");
}

#[test]
fn a_return_out_of_a_parallel_block_cancels_every_branch_by_name_and_reason() {
    let world = World::new(1, 1);
    let (d, case) = side_by_side(&world);
    let late = task(&case, "left");
    let plan = back(&world, &d, &case, FINANCE, ("right", "draft"));
    let why = CancelReason::Returned;
    let cancelled = |step: &str| {
        let told = |event: &&Event| matches!(event, Event::StepCancelled { step: s, why: w, .. } if s.as_str() == step && *w == why);
        plan.events.iter().filter(told).count()
    };
    assert_eq!((cancelled("left"), cancelled("right"), cancelled("together")), (1, 1, 1));
    let task_gone = Event::TaskCancelled { task: late, why: why.clone() };
    assert!(plan.events.contains(&task_gone), "{:?}", plan.events);
    assert_eq!(standing(&plan.case), ["draft"]);
    // A late decision on a cancelled activation is refused with a sentence.
    let action = Action::Decide {
        task: late,
        decision: Decision::Approve,
        reason: String::new(),
        fields: Form::new(),
        besides: Default::default(),
    };
    let refused = world.act(&d, &plan.case, HEAD, action).unwrap_err();
    assert_eq!(refused, Refusal::TaskClosed { winner: None });
    assert!(refused.sentence(yumen::language::Lang::Zh).contains("请"));
    // Entered again, the block stands whole, and joins once.
    let case = complete(&world, &d, &plan.case, task(&plan.case, "draft"));
    assert_eq!(standing(&case), ["plan", "right"]);
    let branches = case.activations.values().filter(|a| matches!(a.waiting, Waiting::Branches(_))).count();
    assert_eq!(branches, 1);
    let case = complete(&world, &d, &case, task(&case, "plan"));
    let case = approve(&world, &d, &case, HEAD, "left");
    let case = approve(&world, &d, &case, FINANCE, "right");
    assert_eq!(standing(&case), ["last"]);
}

#[test]
fn a_return_out_of_a_parallel_block_undoes_a_branch_that_was_done() {
    let world = World::new(1, 1);
    let (d, case) = side_by_side(&world);
    let case = approve(&world, &d, &case, HEAD, "left");
    let plan = back(&world, &d, &case, FINANCE, ("right", "draft"));
    let case = complete(&world, &d, &plan.case, task(&plan.case, "draft"));
    assert_eq!(standing(&case), ["plan", "right"], "a vote from before the return still counts");
}

#[test]
fn a_return_over_a_parallel_block_walks_it_again() {
    let world = World::new(1, 1);
    let (d, case) = side_by_side(&world);
    let case = approve(&world, &d, &case, HEAD, "left");
    let case = approve(&world, &d, &case, FINANCE, "right");
    let case = back(&world, &d, &case, FINANCE, ("last", "draft")).case;
    let case = complete(&world, &d, &case, task(&case, "draft"));
    assert_eq!(standing(&case), ["plan", "right"]);
}

#[test]
fn a_return_out_of_a_choice_chooses_anew() {
    let d = definition_of(
        "
steps:
  - fill: draft
    by: initiator
  - approve: kind
    by: { role: department-head, of: project.department }
    grades:
      excellent: next
      good: next
  - choose: way
    branches:
      - when: outcome.kind == 'excellent'
        steps:
          - approve: short
            by: { role: finance-performance }
            return to: [kind, draft]
    otherwise:
      - approve: long
        by: { role: finance-performance }
  - end: accepted
",
    );
    let world = World::new(1, 1);
    let graded =
        |case: &Case, grade: &str| decides(&world, &d, case, HEAD, ("kind", Decision::Grade(grade.into()))).case;
    let case = complete(&world, &d, &world.start(&d, OFFICER).unwrap().case, 1);
    let case = graded(&case, "excellent");
    assert_eq!(standing(&case), ["short"]);
    let case = back(&world, &d, &case, FINANCE, ("short", "kind")).case;
    assert_eq!(standing(&graded(&case, "good")), ["long"]);
}

#[test]
fn initiator_and_previous_mean_the_first_fill_and_the_step_before() {
    let d = definition_of(
        "
steps:
  - fill: draft
    by: initiator
  - approve: first
    by: { role: department-head, of: project.department }
    return to: previous
  - parallel: together
    branches:
      - title: { zh-CN: 甲, en: A }
        steps:
          - approve: left
            by: { role: finance-performance }
            return to: [initiator, { step: previous }]
          - approve: left-again
            by: { role: finance-performance }
            return to: [previous]
      - title: { zh-CN: 乙, en: B }
        steps:
          - approve: right
            by: { role: finance-performance }
            grades:
              good: next
              fair: { return to: initiator }
  - approve: last
    by: { role: department-head, of: project.department }
    return to: [{ step: initiator, resume: here }, previous]
  - end: accepted
",
    );
    let routes = |step: &str| -> Vec<(String, Resume)> {
        let StepKind::Approve(approve) = &d.step(&step.into()).unwrap().kind else { panic!("{step}") };
        approve.return_to.iter().map(|route| (route.to.to_string(), route.resume)).collect()
    };
    let through = |to: &str| (to.to_owned(), Resume::Through);
    assert_eq!(routes("first"), [through("draft")]);
    assert_eq!(routes("left"), [through("draft"), through("first")]);
    assert_eq!(routes("left-again"), [through("left")]);
    // What stands before a parallel block is the step before it, since nobody returns into a branch.
    assert_eq!(routes("last"), [("draft".to_owned(), Resume::Here), through("first")]);
}
