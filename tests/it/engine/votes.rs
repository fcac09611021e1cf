//! Votes: shares, counts, weights, vetoes, grades, one after another, and groups that shrink.

use yumen::{
    definition::{
        Approve, Definition, Form, Grade, GradeRoute, Limits, Mode, Order, Passes, Reading, Resume, ReturnRoute,
        StepKind, Vote, VoteRoute, Weighed, Weight, Who,
    },
    engine::{Action, Case, Decision, Event, Refusal, Term, Waiting, event::CancelReason, tally::Ballot},
    language::Text,
};

use super::{
    stories::{decide, definition, drafted, finance, head, outcome},
    world::{World, id},
};

const TWO_THIRDS: Passes = Passes::Share { part: 2, whole: 3, over: false };

fn vote(passes: Passes) -> Vote {
    Vote {
        order: Order::AtOnce,
        passes,
        weights: Vec::new(),
        veto: false,
        otherwise: VoteRoute::End("rejected".into()),
    }
}

fn voted(by: Who, vote: Vote) -> StepKind {
    StepKind::Approve(Approve {
        by,
        mode: Mode::Vote(vote),
        edit: Vec::new(),
        reading: Reading::Everything,
        due: None,
        return_to: vec![ReturnRoute { to: "draft".into(), resume: Resume::Through }],
        reject: None,
        grades: Vec::new(),
        late: None,
        limits: Limits::default(),
    })
}

fn story(vote: Vote) -> Definition {
    definition(vec![("review", voted(finance(), vote))], vec![])
}

/// Finance is 300, 301, 302 with the tasks 2, 3, 4. Gives back the last state and every event of the votes.
fn cast(world: &World, d: &Definition, votes: &[(u128, Decision)]) -> (Case, Vec<Event>) {
    let mut case = drafted(world, d);
    let mut events = Vec::new();
    for (person, decision) in votes {
        let open = case.tasks.values().find(|task| yumen::engine::may_act(task, id(*person), &world.surroundings()));
        let task = open.unwrap_or_else(|| panic!("{person} is not asked")).no;
        let plan = world.act(d, &case, *person, decide(task, decision.clone())).unwrap();
        events.extend(plan.events);
        case = plan.case;
    }
    (case, events)
}

fn result(events: &[Event]) -> Option<&Option<Ballot>> {
    events.iter().find_map(|event| if let Event::VoteCounted { result, .. } = event { Some(result) } else { None })
}

#[test]
fn a_share_passes_as_soon_as_it_is_certain_and_closes_the_rest() {
    let world = World::new(1, 1);
    let d = story(vote(TWO_THIRDS));
    let (case, _) = cast(&world, &d, &[(300, Decision::Approve)]);
    assert_eq!((case.tasks.len(), outcome(&case)), (2, None));
    let (case, events) = cast(&world, &d, &[(300, Decision::Approve), (302, Decision::Approve)]);
    assert_eq!(outcome(&case), Some("accepted"));
    assert_eq!(result(&events), Some(&Some(Ballot::Approve)));
    let settled = |event: &Event| matches!(event, Event::TaskCancelled { task: 3, why: CancelReason::Settled });
    assert!(events.iter().any(settled), "the remaining task is cancelled as settled");
    assert_eq!(case.tallies[&"review".into()].given["approve"], 2);
    assert_eq!(case.tallies[&"review".into()].of, 3);
}

#[test]
fn a_share_fails_as_soon_as_it_cannot_be_reached() {
    let world = World::new(1, 1);
    let d = story(vote(TWO_THIRDS));
    let (case, _) = cast(&world, &d, &[(300, Decision::Reject)]);
    assert_eq!(outcome(&case), None, "the other two can still make two thirds");
    let (case, events) = cast(&world, &d, &[(300, Decision::Reject), (301, Decision::Abstain)]);
    assert_eq!(outcome(&case), Some("rejected"), "an abstention stays part of the whole");
    assert_eq!(result(&events), Some(&None));
}

#[test]
fn a_failed_vote_goes_back_where_it_says_so() {
    let world = World::new(1, 1);
    let otherwise = VoteRoute::Return(ReturnRoute { to: "draft".into(), resume: Resume::Here });
    let d = story(Vote { otherwise, ..vote(Passes::All) });
    let (case, _) = cast(&world, &d, &[(301, Decision::Reject)]);
    let open: Vec<_> = case.tasks.values().map(|task| task.step.as_str()).collect();
    assert_eq!(open, ["draft"]);
    let again = world
        .act(&d, &case, 100, Action::Complete { task: 5, fields: Form::new(), besides: Default::default() })
        .unwrap()
        .case;
    assert_eq!(again.tasks.len(), 3, "everybody is asked afresh");
    assert!(again.tallies.is_empty());
}

#[test]
fn a_veto_decides_and_keeps_the_vote_open_until_everybody_had_it() {
    let world = World::new(1, 1);
    let d = story(Vote { veto: true, ..vote(Passes::Any) });
    let (case, _) = cast(&world, &d, &[(300, Decision::Approve), (301, Decision::Approve)]);
    assert_eq!(outcome(&case), None, "302 can still veto");
    let (case, _) = cast(&world, &d, &[(300, Decision::Approve), (301, Decision::Approve), (302, Decision::Reject)]);
    assert_eq!(outcome(&case), Some("rejected"));
    let (case, _) = cast(&world, &d, &[(300, Decision::Approve), (301, Decision::Abstain), (302, Decision::Abstain)]);
    assert_eq!(outcome(&case), Some("accepted"));
}

#[test]
fn weights_count_by_person_before_role() {
    let world = World::new(1, 1);
    let by = Who::Union(vec![finance(), head()]);
    let weights = vec![
        Weight { of: Weighed::Role("department-head".into()), votes: 3 },
        Weight { of: Weighed::Person("p300".into()), votes: 2 },
    ];
    let kind = voted(by, Vote { weights, ..vote(Passes::Votes(5)) });
    let d = definition(vec![("review", kind)], vec![]);
    let (case, events) = cast(&world, &d, &[(200, Decision::Approve), (300, Decision::Approve)]);
    assert_eq!(outcome(&case), Some("accepted"), "three and two are five of seven");
    let Some(Event::VoteCounted { tally, .. }) = events.iter().find(|e| matches!(e, Event::VoteCounted { .. })) else {
        panic!("no count")
    };
    assert_eq!((tally.given["approve"], tally.of), (5, 7));
    let light = [(300, Decision::Approve), (301, Decision::Approve), (302, Decision::Approve)];
    assert_eq!(outcome(&cast(&world, &d, &light).0), None, "four are not");
}

#[test]
fn a_vote_in_somebodys_place_weighs_what_theirs_would() {
    let world = World::new(1, 1);
    let weights = vec![Weight { of: Weighed::Person("p300".into()), votes: 3 }];
    let d = definition(vec![("review", voted(finance(), Vote { weights, ..vote(Passes::Votes(3)) }))], vec![]);
    let case = drafted(&world, &d);
    let given_away = Action::OnTask { task: 2, term: Term::Transfer { to: id(200), reason: "出差".into() } };
    let case = world.act(&d, &case, 300, given_away).unwrap().case;
    let plan = world.act(&d, &case, 200, decide(2, Decision::Approve)).unwrap();
    assert_eq!(outcome(&plan.case), Some("accepted"));
    let tally = &plan.case.tallies[&"review".into()];
    assert_eq!((tally.given["approve"], tally.of), (3, 5));
}

#[test]
fn a_vote_in_sequence_asks_in_the_order_of_by_and_stops_early() {
    let world = World::new(1, 1);
    let by = Who::People(vec!["p302".into(), "p200".into(), "p300".into()]);
    let kind = voted(by, Vote { order: Order::Sequence, ..vote(Passes::Share { part: 1, whole: 2, over: true }) });
    let d = definition(vec![("review", kind)], vec![]);
    let case = drafted(&world, &d);
    assert_eq!(case.tasks.len(), 1);
    let (case, _) = cast(&world, &d, &[(302, Decision::Approve)]);
    assert_eq!(outcome(&case), None);
    let (case, _) = cast(&world, &d, &[(302, Decision::Approve), (200, Decision::Approve)]);
    assert_eq!(outcome(&case), Some("accepted"), "the third is not asked any more");
}

fn graded(vote: Vote) -> Definition {
    let grade = |name: &str, route| Grade {
        name: name.into(),
        title: Text::new(name, name),
        route,
        requires: Vec::new(),
        reason_required: false,
    };
    let mut kind = voted(finance(), vote);
    if let StepKind::Approve(approve) = &mut kind {
        approve.return_to.clear();
        approve.grades = vec![grade("good", GradeRoute::Next), grade("poor", GradeRoute::End("rejected".into()))];
    }
    definition(vec![("review", kind)], vec![])
}

#[test]
fn the_grade_that_reaches_the_share_decides_and_without_one_the_vote_is_undecided() {
    let world = World::new(1, 1);
    let otherwise = VoteRoute::Return(ReturnRoute { to: "draft".into(), resume: Resume::Through });
    let d = graded(Vote { otherwise, ..vote(TWO_THIRDS) });
    let (good, poor) = (Decision::Grade("good".into()), Decision::Grade("poor".into()));
    let (case, _) = cast(&world, &d, &[(300, good.clone()), (301, good.clone())]);
    assert_eq!(outcome(&case), Some("accepted"));
    let (case, _) = cast(&world, &d, &[(300, good.clone()), (301, poor.clone()), (302, poor.clone())]);
    assert_eq!(outcome(&case), Some("rejected"));
    let (case, events) = cast(&world, &d, &[(300, good.clone()), (301, poor), (302, Decision::Abstain)]);
    assert_eq!(case.tasks.values().next().map(|task| task.step.as_str()), Some("draft"));
    assert_eq!(result(&events), Some(&None));
    assert_eq!(
        world.act(&d, &drafted(&world, &d), 300, decide(2, Decision::Approve)).unwrap_err(),
        Refusal::NotOffered
    );
}

#[test]
fn who_leaves_the_group_counts_neither_for_nor_against() {
    let mut world = World::new(1, 1);
    let d = story(vote(TWO_THIRDS));
    let (case, _) = cast(&world, &d, &[(300, Decision::Approve)]);
    world.directory.appointments.retain(|a| a.person != id(300));
    let plan = world.wake(&d, &case).unwrap();
    assert_eq!(outcome(&plan.case), None, "one approval of three, and that one is gone");
    let case = world.act(&d, &case, 301, decide(3, Decision::Approve)).unwrap().case;
    assert_eq!(outcome(&case), None, "one of the two who are left is less than two thirds");
    let case = world.act(&d, &case, 302, decide(4, Decision::Approve)).unwrap().case;
    assert_eq!(outcome(&case), Some("accepted"));
}

#[test]
fn a_vote_is_recounted_when_those_who_had_not_voted_leave() {
    let mut world = World::new(1, 1);
    let d = story(vote(TWO_THIRDS));
    let (case, _) = cast(&world, &d, &[(300, Decision::Approve)]);
    world.directory.appointments.retain(|a| a.person != id(301) && a.person != id(302));
    let plan = world.wake(&d, &case).unwrap();
    assert_eq!(outcome(&plan.case), Some("accepted"), "whoever is left has approved");
    assert!(plan.events.iter().any(|e| matches!(e, Event::TaskCancelled { why: CancelReason::NobodyLeft, .. })));
}

#[test]
fn a_vote_whose_group_is_gone_or_too_small_is_held() {
    let mut world = World::new(1, 1);
    let d = story(vote(Passes::Votes(3)));
    let (case, _) = cast(&world, &d, &[(300, Decision::Approve)]);
    world.directory.appointments.retain(|a| a.person != id(302));
    let held = world.wake(&d, &case).unwrap().case;
    assert!(held.tasks.is_empty() && outcome(&held).is_none());
    assert!(held.activations.values().any(|a| matches!(a.waiting, Waiting::Nobody { .. })), "two cannot give 3 votes");
    assert!(world.wake(&d, &held).unwrap().events.is_empty(), "told once");
    world.appoint(305, "finance-performance", "finance");
    let again = world.wake(&d, &held).unwrap().case;
    let asked: Vec<_> = again.tasks.values().map(|task| task.candidates[0].to_string()).collect();
    assert_eq!(asked.len(), 2, "300 has voted already: {asked:?}");
}

#[test]
fn nobody_names_who_is_asked_instead() {
    let mut world = World::new(1, 0);
    let mut kind = voted(head(), vote(Passes::All));
    if let StepKind::Approve(approve) = &mut kind {
        approve.limits.nobody = Some(finance());
    }
    let d = definition(vec![("review", kind)], vec![]);
    let case = drafted(&world, &d);
    assert_eq!(case.tasks.len(), 3, "the performance section stands in");
    let votes: Vec<_> = [300, 301, 302].into_iter().map(|person| (person, Decision::Approve)).collect();
    assert_eq!(outcome(&cast(&world, &d, &votes).0), Some("accepted"));
    world.appoint(200, "department-head", "edu");
    assert_eq!(drafted(&world, &d).tasks.len(), 1, "with a head, nobody stands in");
    let mut world = World::new(1, 0);
    world.appoint(100, "department-head", "edu");
    assert_eq!(drafted(&world, &d).tasks.len(), 3, "a head who is kept out is nobody");
}

#[test]
fn a_return_by_one_voter_ends_the_vote() {
    let world = World::new(1, 1);
    let d = story(vote(TWO_THIRDS));
    let (case, events) = cast(&world, &d, &[(300, Decision::Approve), (301, Decision::Return { to: "draft".into() })]);
    assert_eq!(case.tasks.len(), 1);
    assert_eq!(result(&events), None);
    let case = world
        .act(&d, &case, 100, Action::Complete { task: 5, fields: Form::new(), besides: Default::default() })
        .unwrap()
        .case;
    let case = world.act(&d, &case, 301, decide(7, Decision::Approve)).unwrap().case;
    assert_eq!(outcome(&case), None, "the vote before the return does not count");
}

#[test]
fn abstaining_is_for_votes() {
    let world = World::new(1, 1);
    let d = definition(vec![("review", super::stories::approve(finance(), Mode::All))], vec![]);
    let case = drafted(&world, &d);
    assert_eq!(world.act(&d, &case, 300, decide(2, Decision::Abstain)).unwrap_err(), Refusal::NotOffered);
}

#[test]
fn conditions_read_how_a_vote_stood() {
    let source = |when: &str| {
        format!(
            "
steps:
  - fill: draft
    by: initiator
  - approve: panel
    by: {{ role: finance-performance }}
    mode: {{ vote: 1/3, failed: {{ return to: draft }} }}
  - choose: way
    branches:
      - when: {when}
        steps:
          - approve: again
            by: {{ role: department-head, of: project.department }}
    otherwise: next
  - end: accepted
"
        )
    };
    let world = World::new(1, 1);
    let after = |when: &str, ballots: [Decision; 3]| {
        let d = super::world::definition_of(&source(when));
        let mut case = drafted(&world, &d);
        for (no, decision) in (2..).zip(ballots) {
            if let Some(task) = case.tasks.get(&no).filter(|task| task.step.as_str() == "panel") {
                let yumen::engine::Principal::Person(by) = task.candidates[0] else { panic!("{task:?}") };
                case = world.act(&d, &case, by.uuid().as_u128(), decide(no, decision)).unwrap().case;
            }
        }
        case.tasks.values().map(|task| task.step.to_string()).collect::<Vec<_>>()
    };
    let one_of_three = || [Decision::Reject, Decision::Abstain, Decision::Approve];
    let exact =
        "votes.panel.approve == 1 && votes.panel.reject == 1 && votes.panel.abstain == 1 && votes.panel.all == 3";
    for when in [exact, "votes.panel.percent == 33", "votes.panel.percent < 34"] {
        assert_eq!(after(when, one_of_three()), ["again"], "{when}");
    }
    assert_eq!(after("votes.panel.reject == 0", one_of_three()), Vec::<String>::new());
    // Stopped early, what was not cast counts in the whole alone.
    assert_eq!(
        after(
            "votes.panel.all == 3 && votes.panel.reject == 0",
            [Decision::Approve, Decision::Reject, Decision::Reject]
        ),
        ["again"]
    );
}
