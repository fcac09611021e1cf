//! What approvers, returns, gates and parallel blocks do, each as a short story.

use yumen::{
    definition::{
        Approve, Block, Definition, Each, Fill, Form, Gate, GateElse, Limits, Mode, NumberPart, NumberPattern, OrgRef,
        Parallel, Place, Reading, Reminders, Resume, ReturnRoute, Step, StepKind, Who, amounts::AmountRules,
    },
    engine::{Action, Case, Decision, Refusal, Status, Waiting},
    language::Text,
};

use super::world::World;

pub fn head() -> Who {
    Who::Role { role: "department-head".into(), of: Some(OrgRef::ProjectDepartment) }
}

pub fn finance() -> Who {
    Who::Role { role: "finance-performance".into(), of: None }
}

pub fn approve(by: Who, mode: Mode) -> StepKind {
    StepKind::Approve(Approve {
        by,
        mode,
        edit: Vec::new(),
        reading: Reading::Everything,
        due: None,
        return_to: vec![ReturnRoute { to: "draft".into(), resume: Resume::Through }],
        reject: Some("rejected".into()),
        grades: Vec::new(),
        late: None,
        limits: Limits::default(),
    })
}

/// `draft`, then the given steps, then the end; a step with branches is written as a parallel of single steps.
pub fn definition(middle: Vec<(&str, StepKind)>, parallel: Vec<(&str, StepKind)>) -> Definition {
    let mut d = Definition {
        about: yumen::definition::About::Project,
        name: "story".into(),
        title: Text::new("故事", "Story"),
        basis: Vec::new(),
        within: Vec::new(),
        outcomes: vec!["accepted".into(), "rejected".into(), "withdrawn".into()],
        starters: Who::Role { role: "project-officer".into(), of: Some(OrgRef::ProjectUnit) },
        number: NumberPattern(vec![NumberPart::Seq(1)]),
        schedules: Vec::new(),
        case_title: None,
        form: Vec::new(),
        amounts: AmountRules::default(),
        clocks: None,
        steps: Vec::new(),
        blocks: vec![Block::default()],
        hash: "story".into(),
    };
    push(
        &mut d,
        0,
        "draft",
        StepKind::Fill(Fill {
            by: Who::Initiator,
            edit: Vec::new(),
            reading: Reading::Everything,
            due: None,
            limits: Limits::default(),
        }),
    );
    for (name, kind) in middle {
        push(&mut d, 0, name, kind);
    }
    if !parallel.is_empty() {
        let owner = push(&mut d, 0, "together", StepKind::Parallel(Parallel { branches: Vec::new() }));
        let mut branches = Vec::new();
        for (branch, (name, kind)) in parallel.into_iter().enumerate() {
            let block = d.blocks.len();
            d.blocks.push(Block { steps: Vec::new(), owner: Some((owner, branch)) });
            push(&mut d, block, name, kind);
            branches.push((Text::default(), block));
        }
        d.steps[owner].kind = StepKind::Parallel(Parallel { branches });
    }
    push(&mut d, 0, "end", StepKind::End("accepted".into()));
    d
}

/// `draft`, then the list `list` with these steps inside, then the end.
pub fn within(each: Each, steps: Vec<(&str, StepKind)>) -> Definition {
    let mut d = definition(vec![("list", StepKind::End("accepted".into()))], vec![]);
    let block = d.blocks.len();
    d.blocks.push(Block { steps: Vec::new(), owner: Some((1, 0)) });
    d.steps[1].kind = StepKind::Each(Each { block, ..each });
    for (name, kind) in steps {
        push(&mut d, block, name, kind);
    }
    d
}

pub fn push(d: &mut Definition, block: usize, name: &str, kind: StepKind) -> usize {
    let index = d.steps.len();
    let offset = d.blocks[block].steps.len();
    d.blocks[block].steps.push(index);
    let title = Text::new(name, name);
    d.steps.push(Step {
        name: name.into(),
        title,
        kind,
        at: Place::default(),
        block,
        offset,
        basis: Vec::new(),
        handoff: None,
        reminders: Reminders::default(),
    });
    index
}

pub fn decide(task: u32, decision: Decision) -> Action {
    Action::Decide { task, decision, reason: "理由".into(), fields: Form::new(), besides: Default::default() }
}

pub fn drafted(world: &World, d: &Definition) -> Case {
    let case = world.start(d, 100).unwrap().case;
    world
        .act(d, &case, 100, Action::Complete { task: 1, fields: Form::new(), besides: Default::default() })
        .unwrap()
        .case
}

pub fn outcome(case: &Case) -> Option<&str> {
    match &case.status {
        Status::Running => None,
        Status::Ended { outcome, .. } => Some(outcome.as_str()),
    }
}

#[test]
fn the_first_decision_of_a_pool_counts_and_the_second_is_told() {
    let world = World::new(1, 1);
    let d = definition(vec![("review", approve(finance(), Mode::Any))], vec![]);
    let case = drafted(&world, &d);
    let after = world.act(&d, &case, 300, decide(2, Decision::Approve)).unwrap().case;
    assert_eq!(outcome(&after), Some("accepted"));
    let late = world.act(&d, &after, 301, decide(2, Decision::Approve));
    assert_eq!(late.unwrap_err(), Refusal::TaskClosed { winner: None });
}

#[test]
fn all_waits_for_everybody_and_one_return_settles_it() {
    let world = World::new(1, 1);
    let d = definition(vec![("review", approve(finance(), Mode::All))], vec![]);
    let case = drafted(&world, &d);
    assert_eq!(case.tasks.len(), 3);
    let case = world.act(&d, &case, 300, decide(2, Decision::Approve)).unwrap().case;
    assert_eq!(case.tasks.len(), 2);
    let back = world.act(&d, &case, 301, decide(3, Decision::Return { to: "draft".into() })).unwrap().case;
    let open: Vec<_> = back.tasks.values().map(|task| task.step.as_str()).collect();
    assert_eq!(open, ["draft"], "the tasks of the others are cancelled");
}

#[test]
fn a_sequence_asks_one_after_another() {
    let world = World::new(1, 1);
    let d = definition(vec![("review", approve(finance(), Mode::Sequence))], vec![]);
    let mut case = drafted(&world, &d);
    for (task, person) in [(2, 300), (3, 301), (4, 302)] {
        assert_eq!(case.tasks.len(), 1);
        let wrong = if person == 300 { 301 } else { 300 };
        assert_eq!(world.act(&d, &case, wrong, decide(task, Decision::Approve)).unwrap_err(), Refusal::NotYourTask);
        case = world.act(&d, &case, person, decide(task, Decision::Approve)).unwrap().case;
    }
    assert_eq!(outcome(&case), Some("accepted"));
}

#[test]
fn nobody_decides_on_their_own_case_even_with_the_role() {
    let mut world = World::new(1, 0);
    world.appoint(100, "project-officer", "school");
    world.appoint(100, "department-head", "edu");
    world.appoint(201, "department-head", "edu");
    let d = definition(vec![("review", approve(head(), Mode::Any))], vec![]);
    let case = drafted(&world, &d);
    assert_eq!(world.act(&d, &case, 100, decide(2, Decision::Approve)).unwrap_err(), Refusal::OwnCase);
    assert!(world.act(&d, &case, 201, decide(2, Decision::Approve)).is_ok());
}

#[test]
fn no_approver_holds_the_case_until_one_is_appointed() {
    let mut world = World::new(1, 0);
    let d = definition(vec![("review", approve(head(), Mode::Any))], vec![]);
    let case = drafted(&world, &d);
    assert!(case.tasks.is_empty(), "never approved, never open to all");
    assert!(case.activations.values().all(|a| matches!(a.waiting, Waiting::Nobody { .. })));
    assert!(world.wake(&d, &case).unwrap().events.is_empty());
    world.appoint(200, "department-head", "edu");
    let woken = world.wake(&d, &case).unwrap().case;
    assert_eq!(woken.tasks.len(), 1);
}

#[test]
fn a_fact_of_another_project_or_year_opens_nothing() {
    let mut world = World::new(1, 1);
    let gate = |otherwise| {
        let gate = Gate { fact: "targets".into(), is: vec!["accepted".into()], covers: None, otherwise };
        StepKind::Gate(gate)
    };
    world.fact("targets", "accepted", 2, 2027);
    world.fact("targets", "accepted", 1, 2026);
    let refuse = definition(vec![("gate", gate(GateElse::Refuse))], vec![]);
    let started = world.start(&refuse, 100).unwrap().case;
    let refused = world.act(
        &refuse,
        &started,
        100,
        Action::Complete { task: 1, fields: Form::new(), besides: Default::default() },
    );
    assert!(matches!(refused.unwrap_err(), Refusal::GateClosed { year: 2027, stands: None, .. }));
    let wait = definition(vec![("gate", gate(GateElse::Wait))], vec![]);
    let parked = drafted(&world, &wait);
    assert!(world.wake(&wait, &parked).unwrap().events.is_empty());
    world.fact("targets", "accepted", 1, 2027);
    assert_eq!(outcome(&world.wake(&wait, &parked).unwrap().case), Some("accepted"));
}

#[test]
fn returning_out_of_a_parallel_block_cancels_every_branch() {
    let world = World::new(1, 1);
    let branches = vec![("one", approve(head(), Mode::Any)), ("two", approve(finance(), Mode::Any))];
    let d = definition(vec![], branches);
    let case = drafted(&world, &d);
    assert_eq!(case.tasks.len(), 2);
    let back = world.act(&d, &case, 200, decide(2, Decision::Return { to: "draft".into() })).unwrap().case;
    assert_eq!(back.tasks.len(), 1);
    assert_eq!(back.activations.len(), 1);
    let late = world.act(&d, &back, 300, decide(3, Decision::Approve));
    assert_eq!(late.unwrap_err(), Refusal::TaskClosed { winner: None });
    let again = world
        .act(&d, &back, 100, Action::Complete { task: 4, fields: Form::new(), besides: Default::default() })
        .unwrap()
        .case;
    assert_eq!(again.tasks.len(), 2, "both branches are asked afresh");
    let one = world.act(&d, &again, 200, decide(5, Decision::Approve)).unwrap().case;
    assert_eq!(outcome(&one), None);
    let both = world.act(&d, &one, 300, decide(6, Decision::Approve)).unwrap().case;
    assert_eq!(outcome(&both), Some("accepted"));
}

#[test]
fn resume_here_comes_straight_back() {
    let world = World::new(1, 1);
    let mut second = approve(finance(), Mode::Any);
    if let StepKind::Approve(approve) = &mut second {
        approve.return_to = vec![ReturnRoute { to: "draft".into(), resume: Resume::Here }];
    }
    let d = definition(vec![("first", approve(head(), Mode::Any)), ("second", second)], vec![]);
    let case = drafted(&world, &d);
    let case = world.act(&d, &case, 200, decide(2, Decision::Approve)).unwrap().case;
    let case = world.act(&d, &case, 300, decide(3, Decision::Return { to: "draft".into() })).unwrap().case;
    let case = world
        .act(&d, &case, 100, Action::Complete { task: 4, fields: Form::new(), besides: Default::default() })
        .unwrap()
        .case;
    let open: Vec<_> = case.tasks.values().map(|task| task.step.as_str()).collect();
    assert_eq!(open, ["second"]);
}

#[test]
fn a_reason_is_asked_for_and_only_the_initiator_withdraws() {
    let world = World::new(2, 1);
    let d = definition(vec![("review", approve(finance(), Mode::Any))], vec![]);
    let case = drafted(&world, &d);
    let silent = Action::Decide {
        task: 2,
        decision: Decision::Reject,
        reason: "  ".into(),
        fields: Form::new(),
        besides: Default::default(),
    };
    assert_eq!(world.act(&d, &case, 300, silent).unwrap_err(), Refusal::ReasonNeeded);
    let withdraw = Action::Withdraw { reason: "立项取消".into() };
    assert_eq!(world.act(&d, &case, 101, withdraw.clone()).unwrap_err(), Refusal::CannotWithdraw);
    let gone = world.act(&d, &case, 100, withdraw).unwrap().case;
    assert_eq!(outcome(&gone), Some("withdrawn"));
}

#[test]
fn who_loses_the_role_midway_decides_nothing_and_the_others_are_asked() {
    let mut world = World::new(1, 1);
    let d = definition(vec![("review", approve(finance(), Mode::Sequence))], vec![]);
    let case = drafted(&world, &d);
    world.directory.appointments.retain(|a| a.person != crate::engine::world::id(300));
    assert_eq!(world.act(&d, &case, 300, decide(2, Decision::Approve)).unwrap_err(), Refusal::NotYourTask);

    let mut world = World::new(1, 1);
    let case = drafted(&world, &d);
    world.directory.appointments.retain(|a| a.person != crate::engine::world::id(301));
    let case = world.act(&d, &case, 300, decide(2, Decision::Approve)).unwrap().case;
    let case = world.act(&d, &case, 302, decide(3, Decision::Approve)).unwrap().case;
    assert_eq!(outcome(&case), Some("accepted"), "whoever still holds the role has approved");

    let mut world = World::new(1, 1);
    let case = drafted(&world, &d);
    let case = world.act(&d, &case, 300, decide(2, Decision::Approve)).unwrap().case;
    world.directory.appointments.retain(|a| a.person != crate::engine::world::id(302));
    let case = world.act(&d, &case, 301, decide(3, Decision::Approve)).unwrap().case;
    assert_eq!(outcome(&case), Some("accepted"), "nobody else is meant any more");
}

#[test]
fn a_reason_is_text_that_people_can_read() {
    let world = World::new(1, 1);
    let d = definition(vec![("review", approve(finance(), Mode::Any))], vec![]);
    let case = drafted(&world, &d);
    for reason in ["a\0b".to_owned(), "\u{7}".repeat(3), "长".repeat(2001)] {
        let rejected = Action::Decide {
            task: 2,
            decision: Decision::Reject,
            reason,
            fields: Form::new(),
            besides: Default::default(),
        };
        let refusal = world.act(&d, &case, 300, rejected).unwrap_err();
        assert!(matches!(refusal, Refusal::Fields { .. }), "{refusal:?}");
    }
    let reason = "第一行\n第二行\t完".to_owned();
    let rejected = Action::Decide {
        task: 2,
        decision: Decision::Reject,
        reason,
        fields: Form::new(),
        besides: Default::default(),
    };
    assert!(world.act(&d, &case, 300, rejected).is_ok());
}
