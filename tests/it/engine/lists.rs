//! What `each` and `wait` do, each as a short story.

use chrono::{Duration, NaiveDate, TimeZone as _, Utc};
use yumen::{
    definition::{
        Approve, Choose, Each, EmptyList, FieldKind, Form, Indicator, ItemList, Limits, Mode, Order, OrgRef, Passes,
        Reading, Resume, ReturnRoute, Sign, StepKind, Value, Vote, VoteRoute, Wait, Who,
        condition::{Condition, TermType, Types},
        span::Span,
    },
    engine::{Action, Case, Decision, Event, Refusal, Status, Waiting},
};

use super::{
    stories::{decide, drafted, outcome, within},
    world::World,
};

fn finance() -> ItemList {
    ItemList::People(Who::Role { role: "finance-performance".into(), of: None })
}

fn each(list: ItemList, in_order: bool, empty: EmptyList) -> Each {
    Each { list, at_most: 3, in_order, empty, block: 0 }
}

fn opinion(by: Who) -> StepKind {
    StepKind::Approve(Approve {
        by,
        mode: Mode::Any,
        edit: Vec::new(),
        reading: Reading::Everything,
        due: None,
        return_to: vec![
            ReturnRoute { to: "draft".into(), resume: Resume::Through },
            ReturnRoute { to: "first".into(), resume: Resume::Through },
        ],
        reject: Some("rejected".into()),
        grades: Vec::new(),
        late: None,
        limits: Limits::default(),
    })
}

fn people(case: &Case) -> Vec<String> {
    case.tasks.values().map(|task| format!("{}/{}", task.step, task.item.clone().unwrap_or_default().zh)).collect()
}

#[test]
fn every_person_of_a_list_is_asked_at_once_and_the_case_goes_on_when_all_are_done() {
    let world = World::new(1, 1);
    let d = within(each(finance(), false, EmptyList::Hold), vec![("opinion", opinion(Who::Item))]);
    let mut case = drafted(&world, &d);
    assert_eq!(people(&case), ["opinion/p300", "opinion/p301", "opinion/p302"]);
    let stranger = world.act(&d, &case, 301, decide(2, Decision::Approve));
    assert_eq!(stranger.unwrap_err(), Refusal::NotYourTask, "an item is its own person's");
    for (task, person) in [(3, 301), (2, 300), (4, 302)] {
        assert_eq!(outcome(&case), None);
        case = world.act(&d, &case, person, decide(task, Decision::Approve)).unwrap().case;
    }
    assert_eq!(outcome(&case), Some("accepted"));
}

#[test]
fn a_list_in_order_begins_with_an_item_when_the_one_before_is_done() {
    let world = World::new(1, 1);
    let d = within(each(finance(), true, EmptyList::Hold), vec![("opinion", opinion(Who::Item))]);
    let case = drafted(&world, &d);
    assert_eq!(people(&case), ["opinion/p300"]);
    let case = world.act(&d, &case, 300, decide(2, Decision::Approve)).unwrap().case;
    assert_eq!(people(&case), ["opinion/p301"]);
}

#[test]
fn the_list_is_fixed_when_the_step_is_entered() {
    let mut world = World::new(1, 1);
    let d = within(each(finance(), true, EmptyList::Hold), vec![("opinion", opinion(Who::Item))]);
    let mut case = drafted(&world, &d);
    world.appoint(303, "finance-performance", "finance");
    for (task, person) in [(2, 300), (3, 301), (4, 302)] {
        case = world.act(&d, &case, person, decide(task, Decision::Approve)).unwrap().case;
    }
    assert_eq!(outcome(&case), Some("accepted"), "who came later is not asked");
}

#[test]
fn a_list_longer_than_its_bound_refuses_the_command_that_led_to_it() {
    let mut world = World::new(1, 1);
    world.appoint(303, "finance-performance", "finance");
    let d = within(each(finance(), false, EmptyList::Hold), vec![("opinion", opinion(Who::Item))]);
    let case = world.start(&d, 100).unwrap().case;
    let refusal = world
        .act(&d, &case, 100, Action::Complete { task: 1, fields: Form::new(), besides: Default::default() })
        .unwrap_err();
    assert!(matches!(refusal, Refusal::TooManyItems { found: 4, most: 3, .. }), "{refusal:?}");
}

#[test]
fn an_empty_list_holds_the_case_until_it_fills_or_lets_it_go_on() {
    let mut world = World::new(1, 0);
    let heads = || {
        let who = Who::Role { role: "department-head".into(), of: Some(OrgRef::ProjectDepartment) };
        ItemList::People(who)
    };
    let d = within(each(heads(), false, EmptyList::Hold), vec![("opinion", opinion(Who::Item))]);
    let case = drafted(&world, &d);
    assert!(case.activations.values().any(|a| matches!(a.waiting, Waiting::Nobody { .. })));
    assert_eq!(world.wake(&d, &case).unwrap().events, [], "nobody yet");
    world.appoint(200, "department-head", "edu");
    let case = world.wake(&d, &case).unwrap().case;
    assert_eq!(people(&case), ["opinion/p200"]);

    let d = within(each(heads(), false, EmptyList::Next), vec![("opinion", opinion(Who::Item))]);
    let world = World::new(1, 0);
    assert_eq!(outcome(&drafted(&world, &d)), Some("accepted"));
}

#[test]
fn a_return_inside_an_item_leaves_the_others_alone_and_a_return_out_of_it_cancels_all() {
    let world = World::new(1, 1);
    let steps = vec![("first", opinion(Who::Item)), ("second", opinion(Who::Item))];
    let d = within(each(finance(), false, EmptyList::Hold), steps);
    let case = drafted(&world, &d);
    let case = world.act(&d, &case, 300, decide(2, Decision::Approve)).unwrap().case;
    let case = world.act(&d, &case, 301, decide(3, Decision::Approve)).unwrap().case;
    assert_eq!(people(&case), ["first/p302", "second/p300", "second/p301"]);

    let inside = world.act(&d, &case, 300, decide(5, Decision::Return { to: "first".into() })).unwrap().case;
    assert_eq!(people(&inside), ["first/p302", "second/p301", "first/p300"]);
    let passed: Vec<_> = inside.items[&"list".into()].iter().map(|run| run.passed.len()).collect();
    assert_eq!(passed, [0, 1, 0], "what the second item passed stays passed");

    let out = world.act(&d, &case, 300, decide(5, Decision::Return { to: "draft".into() })).unwrap().case;
    assert_eq!(people(&out), ["draft/"]);
    let late = world.act(&d, &out, 301, decide(6, Decision::Approve));
    assert_eq!(late.unwrap_err(), Refusal::TaskClosed { winner: None });
    let again = world
        .act(&d, &out, 100, Action::Complete { task: 7, fields: Form::new(), besides: Default::default() })
        .unwrap()
        .case;
    assert_eq!(people(&again), ["first/p300", "first/p301", "first/p302"], "the items begin afresh");
}

#[test]
fn an_item_has_passed_only_what_it_passed_itself() {
    let world = World::new(1, 1);
    let steps = vec![("first", opinion(Who::Item)), ("second", opinion(Who::Item))];
    let d = within(each(finance(), false, EmptyList::Hold), steps);
    let case = drafted(&world, &d);
    let case = world.act(&d, &case, 300, decide(2, Decision::Approve)).unwrap().case;
    let back = world.act(&d, &case, 301, decide(3, Decision::Return { to: "first".into() }));
    let refused = Refusal::CannotReturnTo { step: d.step(&"first".into()).expect("the step").title.clone() };
    assert_eq!(back.unwrap_err(), refused);
}

#[test]
fn each_item_keeps_how_its_own_vote_stood() {
    let world = World::new(1, 1);
    let by = Who::Role { role: "finance-performance".into(), of: None };
    let passes = Passes::Share { part: 1, whole: 2, over: true };
    let mut kind = opinion(by);
    let StepKind::Approve(approve) = &mut kind else { unreachable!() };
    approve.mode = Mode::Vote(Vote {
        order: Order::AtOnce,
        passes,
        weights: Vec::new(),
        veto: false,
        otherwise: VoteRoute::End("rejected".into()),
    });
    let list = ItemList::Organisations(vec!["school".into(), "finance".into()]);
    let d = within(each(list, false, EmptyList::Hold), vec![("opinion", kind)]);
    let mut case = drafted(&world, &d);
    // The first item: two for it. The second: one against it, and open.
    for (task, person, decision) in
        [(2, 300, Decision::Approve), (5, 300, Decision::Reject), (3, 301, Decision::Approve)]
    {
        case = world.act(&d, &case, person, decide(task, decision)).unwrap().case;
    }
    let tallies = |case: &Case| -> Vec<_> {
        case.items[&"list".into()].iter().map(|run| run.tallies.get(&"opinion".into()).cloned()).collect()
    };
    let first = tallies(&case)[0].clone().unwrap();
    assert_eq!((first.given["approve"], first.of), (2, 3));
    assert_eq!((tallies(&case)[1].clone(), case.tallies.len()), (None, 0));
    let back = Decision::Return { to: "draft".into() };
    let back = world.act(&d, &case, 301, decide(6, back)).unwrap().case;
    assert!(back.items.is_empty() && back.tallies.is_empty(), "{back:?}");
}

#[test]
fn officials_of_each_organisation_act_for_it() {
    let world = World::new(2, 1);
    let officers = Who::Role { role: "project-officer".into(), of: Some(OrgRef::Item) };
    let list = ItemList::Organisations(vec!["school".into(), "finance".into()]);
    let d = within(each(list, false, EmptyList::Hold), vec![("opinion", opinion(officers))]);
    let case = drafted(&world, &d);
    let candidates: Vec<_> = case.tasks.values().map(|task| task.candidates[0].to_string()).collect();
    assert_eq!(candidates, ["project-officer@school"]);
    let held = case.activations.values().filter(|a| matches!(a.waiting, Waiting::Nobody { .. })).count();
    assert_eq!(held, 1, "nobody holds the role in finance; that item is held, not skipped");
}

#[test]
fn the_rows_of_a_table_are_items_with_titles() {
    let world = World::new(1, 1);
    let finance = Who::Role { role: "finance-performance".into(), of: None };
    let mut d =
        within(each(ItemList::Rows("table".into()), false, EmptyList::Next), vec![("opinion", opinion(finance))]);
    d.form.push(yumen::definition::Field::new("table", Default::default(), FieldKind::IndicatorTable));
    if let StepKind::Fill(fill) = &mut d.steps[0].kind {
        fill.edit.push("table".into());
    }
    let row = |name: &str| Indicator {
        level1: "产出指标".into(),
        level2: "数量指标".into(),
        level3: name.into(),
        sign: Sign::AtLeast,
        target: "1".into(),
        unit: String::new(),
        weight: 10.into(),
    };
    let fields = Form::from([("table".into(), Value::Indicators(vec![row("里程"), row("桥梁")]))]);
    let case = world.start(&d, 100).unwrap().case;
    let case =
        world.act(&d, &case, 100, Action::Complete { task: 1, fields, besides: Default::default() }).unwrap().case;
    assert_eq!(people(&case), ["opinion/里程", "opinion/桥梁"]);
}

#[test]
fn conditions_count_the_items_that_passed_a_step_so() {
    let world = World::new(1, 1);
    let mut d = within(each(finance(), false, EmptyList::Hold), vec![("opinion", opinion(Who::Item))]);
    let types = Types::from([
        ("count.opinion.approved".to_owned(), TermType::Int),
        ("count.list.items".to_owned(), TermType::Int),
    ]);
    let source = "count.opinion.approved >= 3 && count.list.items == 3";
    let condition = Condition::compile(source, Default::default(), &types).unwrap();
    let end = 2;
    d.steps[end].name = "never".into();
    d.steps[end].kind = StepKind::End("rejected".into());
    let choose = d.steps.len();
    let block = d.blocks.len();
    super::stories::push(&mut d, 0, "by-count", StepKind::Choose(Choose { branches: Vec::new(), otherwise: None }));
    d.blocks.push(yumen::definition::Block { steps: Vec::new(), owner: Some((choose, 0)) });
    super::stories::push(&mut d, block, "end", StepKind::End("accepted".into()));
    d.steps[choose].kind = StepKind::Choose(Choose { branches: vec![(condition, block)], otherwise: None });
    // The choice comes before the end that would be wrong.
    d.blocks[0].steps.swap(2, 3);
    d.steps[choose].offset = 2;
    d.steps[end].offset = 3;
    let mut case = drafted(&world, &d);
    for (task, person) in [(2, 300), (3, 301), (4, 302)] {
        case = world.act(&d, &case, person, decide(task, Decision::Approve)).unwrap().case;
    }
    assert_eq!(outcome(&case), Some("accepted"));
}

fn waiting(wait: Wait) -> yumen::definition::Definition {
    super::stories::definition(vec![("pause", StepKind::Wait(wait))], vec![])
}

fn until(case: &Case) -> Option<yumen::clock::Instant> {
    case.activations.values().find_map(|a| if let Waiting::Until { at } = a.waiting { Some(at) } else { None })
}

#[test]
fn a_wait_of_working_days_ends_with_the_last_of_them() {
    let mut world = World::new(1, 1);
    let d = waiting(Wait::For(Span::WorkingDays(5)));
    let case = drafted(&world, &d);
    // From Monday 23 November: the end of Monday 30 November in Asia/Shanghai.
    let end = Utc.with_ymd_and_hms(2026, 11, 30, 15, 59, 59).unwrap();
    assert_eq!(until(&case), Some(end));
    let no = *case.activations.keys().next().unwrap();
    world.now = end - Duration::seconds(1);
    assert_eq!(world.ring(&d, &case, no).unwrap().events, [], "a clock that rings too early changes nothing");
    world.now = end;
    let plan = world.ring(&d, &case, no).unwrap();
    assert_eq!(outcome(&plan.case), Some("accepted"));
    assert_eq!(world.ring(&d, &plan.case, no).unwrap().events, [], "nor does one that rings twice");
}

#[test]
fn a_wait_for_a_day_ends_when_the_day_begins_and_a_day_gone_by_is_not_waited_for() {
    let mut world = World::new(1, 1);
    let d = waiting(Wait::UntilDay("08-31".parse().unwrap()));
    let case = drafted(&world, &d);
    assert_eq!(until(&case), Some(Utc.with_ymd_and_hms(2027, 8, 30, 16, 0, 0).unwrap()), "of the budget year");
    world.now = Utc.with_ymd_and_hms(2027, 8, 30, 16, 0, 0).unwrap();
    let case = drafted(&world, &d);
    assert_eq!(outcome(&case), Some("accepted"));
}

#[test]
fn a_wait_for_a_date_of_the_form_keeps_the_date_it_found() {
    let world = World::new(1, 1);
    let mut d = waiting(Wait::UntilField("done_on".into()));
    d.form.push(yumen::definition::Field {
        required: true,
        ..yumen::definition::Field::new("done_on", Default::default(), FieldKind::Date)
    });
    if let StepKind::Fill(fill) = &mut d.steps[0].kind {
        fill.edit.push("done_on".into());
    }
    let fields = Form::from([("done_on".into(), Value::Date(NaiveDate::from_ymd_opt(2027, 5, 1).unwrap()))]);
    let case = world.start(&d, 100).unwrap().case;
    let case =
        world.act(&d, &case, 100, Action::Complete { task: 1, fields, besides: Default::default() }).unwrap().case;
    assert_eq!(until(&case), Some(Utc.with_ymd_and_hms(2027, 4, 30, 16, 0, 0).unwrap()));
}

#[test]
fn a_wait_for_a_fact_ends_when_the_fact_stands() {
    let mut world = World::new(1, 1);
    let d = waiting(Wait::Fact { fact: "assessment".into(), is: vec!["supported".into()] });
    let case = drafted(&world, &d);
    world.fact("assessment", "not-supported", 1, 2027);
    assert_eq!(world.wake(&d, &case).unwrap().events, [], "another value is not waited for");
    world.fact("assessment", "supported", 1, 2027);
    let plan = world.wake(&d, &case).unwrap();
    assert!(plan.events.iter().any(|event| matches!(event, Event::GatePassed { .. })));
    assert!(matches!(plan.case.status, Status::Ended { .. }));
}

#[test]
fn a_person_does_not_ring_a_clock() {
    let world = World::new(1, 1);
    let d = waiting(Wait::For(Span::Minutes(1)));
    let case = drafted(&world, &d);
    let ring = Action::Ring { activation: *case.activations.keys().next().unwrap() };
    assert_eq!(world.act(&d, &case, 100, ring).unwrap_err(), Refusal::NotOffered);
}
