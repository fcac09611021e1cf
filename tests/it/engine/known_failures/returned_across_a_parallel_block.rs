//! A countersign in one branch of a parallel block, and a return out of the other.

use yumen::{
    definition::{Definition, Form},
    engine::{Action, Case, Decision, Waiting},
};

use crate::engine::world::{World, definition_of, id};

const STEPS: &str = "
steps:
  - fill: draft
    by: initiator
  - parallel: together
    branches:
      - title: { zh-CN: 会签, en: Countersign }
        steps:
          - approve: countersign
            by: { role: department-head, of: project.department }
            mode: all
            due: 5 working days
      - title: { zh-CN: 财政, en: Finance }
        steps:
          - approve: finance
            by: { role: finance-performance }
            return to: [draft]
  - approve: last
    by: { role: finance-performance }
  - end: accepted
";

fn draft(world: &World, d: &Definition, case: &Case) -> Case {
    let task = *case.tasks.keys().next().unwrap();
    world.act(d, case, 100, Action::Complete { task, fields: Form::new(), besides: Default::default() }).unwrap().case
}

fn decides(world: &World, d: &Definition, case: &Case, by: u128, decision: &Decision) -> Case {
    let acts = |task: &&yumen::engine::Task| yumen::engine::may_act(task, id(by), &world.surroundings());
    let task = case.tasks.values().find(acts).unwrap().no;
    let action = Action::Decide {
        task,
        decision: decision.clone(),
        reason: "补充".into(),
        fields: Form::new(),
        besides: Default::default(),
    };
    world.act(d, case, by, action).unwrap().case
}

fn open(case: &Case, step: &str) -> usize {
    case.tasks.values().filter(|task| task.step.as_str() == step).count()
}

/// One head has signed when finance returns the case; it comes back to the block.
fn re_entered() -> (World, Definition, Case) {
    let (world, d) = (World::new(1, 2), definition_of(STEPS));
    let case = draft(&world, &d, &world.start(&d, 100).unwrap().case);
    let case = decides(&world, &d, &case, 200, &Decision::Approve);
    let case = decides(&world, &d, &case, 300, &Decision::Return { to: "draft".into() });
    assert_eq!((case.tasks.len(), open(&case, "draft")), (1, 1));
    let case = draft(&world, &d, &case);
    (world, d, case)
}

#[test]
fn no_task_vanishes_and_none_doubles() {
    let (_, _, case) = re_entered();
    assert_eq!((open(&case, "countersign"), open(&case, "finance"), case.tasks.len()), (2, 1, 3));
}

#[test]
fn a_vote_from_before_the_return_counts_no_more() {
    let (world, d, case) = re_entered();
    let case = decides(&world, &d, &case, 201, &Decision::Approve);
    assert_eq!(open(&case, "countersign"), 1, "the completion condition counted an old vote");
    let case = decides(&world, &d, &case, 200, &Decision::Approve);
    assert_eq!(open(&case, "countersign"), 0);
}

#[test]
fn no_deadline_is_lost() {
    let (_, _, case) = re_entered();
    let mut asked = case.tasks.values().filter(|task| task.step.as_str() == "countersign");
    assert!(asked.all(|task| task.due_at.is_some()));
}

#[test]
fn the_join_runs_once() {
    let (world, d, case) = re_entered();
    let case = decides(&world, &d, &case, 300, &Decision::Approve);
    let case = decides(&world, &d, &case, 200, &Decision::Approve);
    assert!(case.activations.values().any(|a| matches!(&a.waiting, Waiting::Branches(left) if left.len() == 1)));
    let case = decides(&world, &d, &case, 201, &Decision::Approve);
    assert_eq!((open(&case, "last"), case.tasks.len()), (1, 1));
}
