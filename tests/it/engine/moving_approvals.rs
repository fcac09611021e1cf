//! An approval of what was changed afterwards is not carried over to a version whose proof knows nothing of the change.

use yumen::{
    definition::{
        Citation, Definition, Place, StepKind, Value,
        mandates::{Mandate, Mandates, Need, Protected},
        problem::{Code, Problem},
    },
    engine::{
        Action, Case, Decision,
        moving::{Obstacle, Verdict, judge},
    },
};

use super::world::{World, definition_with};

/// A step for each name: what it writes, and where it may return to; `fill` or `approve`.
fn version(steps: &[(&str, &str, &[&str], Option<&str>)]) -> Definition {
    let mut written = String::from("steps:\n");
    for (kind, name, edit, back) in steps {
        let by = if *kind == "fill" { "project-officer, of: project.unit" } else { "finance-performance" };
        written.push_str(&format!("  - {kind}: {name}\n    by: {{ role: {by} }}\n"));
        if *kind == "fill" || !edit.is_empty() {
            written.push_str(&format!("    edit: [{}]\n", edit.join(", ")));
        }
        written.extend(back.map(|to| format!("    return to: [{to}]\n")));
    }
    written.push_str("  - do: open-rectification\n    name: effect\n  - end: accepted\n");
    definition_with(&["amount", "note", "reply"], &written)
}

/// The case after everybody has done what they are asked, writing all they may, in this order.
fn walked(world: &World, definition: &Definition, steps: &[(u128, Option<&str>)]) -> Case {
    steps.iter().fold(world.start(definition, 100).unwrap().case, |case, (by, back)| {
        let task = case.tasks.values().next().unwrap();
        let step = definition.step(&task.step).unwrap();
        let fields = step.edits().iter().map(|name| (name.clone(), Value::Text(case.last_task.to_string()))).collect();
        let decision = back.map_or(Decision::Approve, |to| Decision::Return { to: to.into() });
        let action = if matches!(step.kind, StepKind::Approve(_)) {
            Action::Decide { task: task.no, decision, reason: "理由".into(), fields, besides: Default::default() }
        } else {
            Action::Complete { task: task.no, fields, besides: Default::default() }
        };
        world.act(definition, &case, *by, action).unwrap().case
    })
}

fn passed_otherwise(world: &World, (old, new): (&Definition, &Definition), case: &Case, step: &str) {
    let Verdict::CannotMove(because) = judge(old, new, case, &world.surroundings()) else {
        panic!("what nobody approved would be carried out")
    };
    assert!(matches!(&because[..], [Obstacle::PassedOtherwise(title)] if title.en == step), "{because:?}");
}

#[test]
fn what_was_changed_after_its_approval_is_approved_again_before_the_case_moves_past_it() {
    let world = World::new(1, 1);
    let old = version(&[
        ("fill", "draft", &["amount"], None),
        ("approve", "first", &[], None),
        ("fill", "again", &["amount", "note"], None),
        ("fill", "last", &["reply"], None),
        ("approve", "second", &[], None),
    ]);
    let new = |again: &[&str]| {
        version(&[
            ("fill", "draft", &["amount"], None),
            ("approve", "first", &[], None),
            ("fill", "again", again, None),
            ("fill", "last", &["reply"], None),
        ])
    };
    let case = walked(&world, &old, &[(100, None), (300, None), (100, None)]);
    passed_otherwise(&world, (&old, &new(&["note"])), &case, "again");
    let without = version(&[
        ("fill", "draft", &["amount", "note"], None),
        ("approve", "first", &[], None),
        ("fill", "last", &["reply"], None),
    ]);
    passed_otherwise(&world, (&old, &without), &case, "again");
    let later = version(&[
        ("fill", "draft", &["amount"], None),
        ("approve", "first", &[], None),
        ("fill", "last", &["reply"], None),
        ("fill", "again", &["amount", "note"], None),
    ]);
    passed_otherwise(&world, (&old, &later), &case, "again");
    let as_much = new(&["amount", "note", "reply"]);
    assert_eq!(judge(&old, &as_much, &case, &world.surroundings()), Verdict::CanMove);
}

#[test]
fn a_case_that_may_have_come_back_stays_where_the_new_version_knows_no_way_back() {
    let world = World::new(1, 1);
    let version = |back: Option<&str>| {
        version(&[
            ("fill", "draft", &["amount"], None),
            ("approve", "first", &[], None),
            ("fill", "middle", &["note"], None),
            ("approve", "second", &[], back),
            ("fill", "last", &["reply"], None),
        ])
    };
    let (old, new) = (version(Some("{ step: draft, resume: here }")), version(None));
    let story = [(100, None), (300, None), (100, None), (301, Some("draft")), (100, None), (301, None)];
    let case = walked(&world, &old, &story);
    assert_eq!(case.tasks.values().next().unwrap().step.as_str(), "last");
    passed_otherwise(&world, (&old, &new), &case, "second");
}

/// Whether it is proven that the effect never takes place without an approval that stands.
pub fn needs_an_approval(definition: &Definition) -> bool {
    let mandate = Mandate {
        name: "approved".into(),
        basis: Citation { rule: "none".into(), clause: "1".into() },
        before: Protected::Effect("open-rectification".into()),
        needs: Need::Approvals { count: 1, by_different_people: false, roles: Vec::new() },
        at: Place::default(),
    };
    let bypassed = |problem: &Problem| matches!(problem.code, Code::TooFewApprovals | Code::TooManyWays);
    let proven = yumen::verify::prove(definition, &Mandates { all: vec![mandate], hash: String::new() });
    !proven.err().into_iter().flatten().any(|problem| bypassed(&problem))
}
