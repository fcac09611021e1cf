//! What is done to a whole case: suspending, resuming, terminating, copying in, the thread.

use chrono::{NaiveDate, TimeZone as _};
use proptest::prelude::TestCaseError;
use rand::{Rng as _, rngs::StdRng};
use yumen::{
    clock::{Instant, ZONE},
    definition::{Definition, Form, span::Span},
    engine::{Action, Case, Decision, Event, Plan, Refusal, Status, talk},
    policy::{
        calendar::Calendar,
        calendar_file::{Holiday, Status as YearStatus, Year},
    },
};

use super::world::{ADMINISTRATOR, World, definition_of, id};

/// Now and then something is done to the whole case.
pub fn random_action(rng: &mut StdRng, case: &Case) -> Option<(u128, Action)> {
    let reason = "专项核查".to_owned();
    if case.suspended.is_some() && rng.random_bool(0.5) {
        return Some((ADMINISTRATOR, Action::Resume { reason }));
    }
    Some(match rng.random_range(0..100) {
        0..=2 => (ADMINISTRATOR, Action::Suspend { reason }),
        3 => (ADMINISTRATOR, Action::Terminate { reason }),
        4 => (ADMINISTRATOR, Action::Resume { reason }),
        5 => (100, Action::CopyIn { to: vec![id(400), id(301)] }),
        6 => (100, Action::Remark { text: "请尽快".into(), asked: None }),
        _ => return None,
    })
}

/// Nobody completes or decides anything of a suspended case.
pub fn nobody_acts_while_suspended(definition: &Definition, world: &World, case: &Case) -> Result<(), TestCaseError> {
    let Some(since) = case.suspended else { return Ok(()) };
    for task in case.tasks.keys() {
        for person in world.directory.people.keys() {
            let tried = [
                Action::Complete { task: *task, fields: Form::new(), besides: Default::default() },
                Action::Decide {
                    task: *task,
                    decision: Decision::Approve,
                    reason: String::new(),
                    fields: Form::new(),
                    besides: Default::default(),
                },
            ];
            for action in tried {
                let refused = world.act(definition, case, person.uuid().as_u128(), action);
                proptest::prop_assert_eq!(refused, Err(Refusal::Suspended { since }));
            }
        }
    }
    Ok(())
}

const STORY: &str = r#"
steps:
  - fill: draft
    by: initiator
    due: 10 working days
  - approve: head
    by: { role: department-head, of: project.department }
    due: 5 working days
    return to: [draft]
  - gate: assessed
    needs: { fact: assessment, is: [supported] }
    else: wait
  - approve: finance
    by: { role: finance-performance }
    due: 20 days
  - end: accepted
"#;

fn administers(world: &World, d: &Definition, case: &Case, action: Action) -> Result<Plan, Refusal> {
    world.act(d, case, ADMINISTRATOR, action)
}

fn suspend() -> Action {
    Action::Suspend { reason: "等待上级批复".into() }
}

fn resume() -> Action {
    Action::Resume { reason: "批复已到".into() }
}

fn approve(task: u32) -> Action {
    Action::Decide {
        task,
        decision: Decision::Approve,
        reason: String::new(),
        fields: Form::new(),
        besides: Default::default(),
    }
}

fn complete(task: u32) -> Action {
    Action::Complete { task, fields: Form::new(), besides: Default::default() }
}

/// The time of day on that day in the district.
fn at(day: &str, hour: u32) -> Instant {
    let day: NaiveDate = day.parse().unwrap();
    ZONE.from_local_datetime(&day.and_hms_opt(hour, 0, 0).unwrap()).unwrap().to_utc()
}

#[test]
fn while_a_case_is_suspended_nothing_is_done_on_it_but_talk() {
    let (world, d) = (World::new(1, 1), definition_of(STORY));
    let case = world.start(&d, 100).unwrap().case;
    let case = administers(&world, &d, &case, suspend()).unwrap().case;
    let refused = Err(Refusal::Suspended { since: super::world::now() });
    assert_eq!(world.act(&d, &case, 100, complete(1)), refused);
    let save = Action::Save { task: 1, fields: Form::new(), besides: Default::default() };
    assert_eq!(world.act(&d, &case, 100, save), refused);
    assert_eq!(world.act(&d, &case, 100, Action::CopyIn { to: vec![id(300)] }), refused);
    assert_eq!(administers(&world, &d, &case, suspend()), refused);
    let said = world.act(&d, &case, 100, Action::Remark { text: "何时恢复？".into(), asked: None }).unwrap();
    assert!(matches!(said.events[..], [Event::Remarked { no: 1, .. }]));
    let sentence = Refusal::Suspended { since: super::world::now() }.sentence(yumen::language::Lang::Zh);
    assert!(sentence.contains("挂起") && sentence.contains("请"), "{sentence}");
}

#[test]
fn withdrawing_while_suspended_is_refused() {
    let (world, d) = (World::new(1, 1), definition_of(STORY));
    let case = world.start(&d, 100).unwrap().case;
    let case = administers(&world, &d, &case, suspend()).unwrap().case;
    let refused = world.act(&d, &case, 100, Action::Withdraw { reason: "不再需要".into() }).unwrap_err();
    assert_eq!(refused.code(), "suspended");
    let case = administers(&world, &d, &case, resume()).unwrap().case;
    let withdrawn = world.act(&d, &case, 100, Action::Withdraw { reason: "不再需要".into() }).unwrap();
    assert!(matches!(withdrawn.case.status, Status::Ended { .. }));
}

#[test]
fn returning_while_suspended_is_refused() {
    let (world, d) = (World::new(1, 1), definition_of(STORY));
    let case = world.start(&d, 100).unwrap().case;
    let case = world.act(&d, &case, 100, complete(1)).unwrap().case;
    let case = administers(&world, &d, &case, suspend()).unwrap().case;
    let back = Action::Decide {
        task: 2,
        decision: Decision::Return { to: "draft".into() },
        reason: "补充".into(),
        fields: Form::new(),
        besides: Default::default(),
    };
    assert_eq!(world.act(&d, &case, 200, back.clone()).unwrap_err().code(), "suspended");
    let case = administers(&world, &d, &case, resume()).unwrap().case;
    assert!(world.act(&d, &case, 200, back).is_ok());
}

#[test]
fn only_the_workflow_administrator_suspends_and_only_with_a_reason() {
    let (mut world, d) = (World::new(1, 1), definition_of(STORY));
    let case = world.start(&d, 100).unwrap().case;
    for (by, action) in [(100, suspend()), (200, resume()), (300, Action::Terminate { reason: "理由".into() })] {
        assert_eq!(world.act(&d, &case, by, action), Err(Refusal::CannotAdminister));
    }
    let silent = Action::Suspend { reason: "  ".into() };
    assert_eq!(administers(&world, &d, &case, silent), Err(Refusal::WordsNeeded));
    assert_eq!(administers(&world, &d, &case, resume()), Err(Refusal::NotSuspended));
    // Nobody administers a case of their own.
    world.appoint(100, "workflow-admin", "wq");
    assert_eq!(world.act(&d, &case, 100, suspend()), Err(Refusal::CannotAdminister));
}

#[test]
fn a_deadline_stands_still_while_the_case_is_suspended() {
    let (mut world, d) = (World::new(1, 1), definition_of(STORY));
    world.now = at("2026-11-23", 10);
    let case = world.start(&d, 100).unwrap().case;
    let due = |case: &Case| case.tasks.values().next().unwrap().due_at.unwrap().with_timezone(&ZONE).to_string();
    assert!(due(&case).starts_with("2026-12-07 23:59:59"), "{}", due(&case));
    // Two working days are used up on Wednesday; eight are left on the Monday after.
    world.now = at("2026-11-25", 15);
    let case = administers(&world, &d, &case, suspend()).unwrap().case;
    world.now = at("2026-12-07", 9);
    let plan = administers(&world, &d, &case, resume()).unwrap();
    assert!(due(&plan.case).starts_with("2026-12-17 23:59:59"), "{}", due(&plan.case));
    assert!(matches!(&plan.events[..], [Event::Resumed { due, .. }] if due.len() == 1), "{:?}", plan.events);
}

fn spring_off(version: i64) -> Calendar {
    let mut calendar = Calendar::default();
    calendar.version = version;
    let days = NaiveDate::from_ymd_opt(2026, 12, 1).unwrap().iter_days().take(4).collect();
    calendar.set_year(Year {
        year: 2026,
        status: YearStatus::Provisional,
        notice: None,
        days_off: vec![Holiday { holiday: "假".into(), days }],
        makeup_workdays: vec![NaiveDate::from_ymd_opt(2026, 12, 5).unwrap()],
        additions: Vec::new(),
    });
    calendar
}

#[test]
fn another_calendar_moves_what_is_counted_in_working_days_and_says_by_which() {
    let (mut world, d) = (World::new(1, 1), definition_of(STORY));
    world.now = at("2026-11-23", 10);
    let case = world.start(&d, 100).unwrap().case;
    let task = |case: &Case| case.tasks.values().next().unwrap().clone();
    assert_eq!(task(&case).counted_by(), Some(0));
    assert_eq!(world.recount(&d, &case).unwrap().events, [], "nothing has changed");

    world.calendar = spring_off(7);
    let plan = world.recount(&d, &case).unwrap();
    let due = |case: &Case| task(case).due_at.unwrap().with_timezone(&ZONE).to_string();
    // Ten working days from Monday: Tuesday to Friday of the next week are off, its Saturday is worked.
    assert!(due(&plan.case).starts_with("2026-12-10 23:59:59"), "{}", due(&plan.case));
    assert_eq!(task(&plan.case).counted_by(), Some(7));
    assert!(matches!(&plan.events[..], [Event::Recounted { due, calendar: 7 }] if due.len() == 1), "{:?}", plan.events);
    let replayed = Case::replay(world.start(&d, 100).unwrap().events.iter().chain(&plan.events)).unwrap();
    assert_eq!(replayed, plan.case);
    assert_eq!(world.recount(&d, &plan.case).unwrap().events, [], "it is safe to repeat");
}

#[test]
fn a_calendar_that_changes_while_a_case_is_suspended_counts_once_it_goes_on() {
    let (mut world, d) = (World::new(1, 1), definition_of(STORY));
    world.now = at("2026-11-23", 10);
    let case = world.start(&d, 100).unwrap().case;
    world.now = at("2026-11-25", 15);
    let case = administers(&world, &d, &case, suspend()).unwrap().case;
    world.calendar = spring_off(7);
    assert_eq!(world.recount(&d, &case).unwrap().events, [], "no clock runs now");
    world.now = at("2026-11-26", 9);
    let case = administers(&world, &d, &case, resume()).unwrap().case;
    let due = case.tasks.values().next().unwrap().due_at.unwrap().with_timezone(&ZONE).to_string();
    // The pause of one day comes on top.
    assert!(due.starts_with("2026-12-11 23:59:59"), "{due}");
    assert_eq!(world.recount(&d, &case).unwrap().events, []);
}

#[test]
fn what_is_left_of_a_span_is_counted_as_the_span_counts() {
    let calendar = Calendar::default();
    let pause = (at("2026-11-25", 10), at("2026-12-02", 16));
    let left = |span, due| calendar.after_pause(due, span, pause).with_timezone(&ZONE).naive_local().to_string();
    assert_eq!(left(Span::Hours(5), at("2026-11-25", 12)), "2026-12-02 18:00:00");
    assert_eq!(left(Span::Days(3), at("2026-11-27", 23)), "2026-12-04 23:59:59");
    // Two office hours are left on the 25th before noon, of which the afternoon of the 2nd has two.
    assert_eq!(left(Span::WorkingHours(2), at("2026-11-25", 12)), "2026-12-02 18:00:00");
    assert_eq!(left(Span::WorkingDays(3), at("2026-11-27", 23)), "2026-12-04 23:59:59");
    // Nothing was left but the rest of the day; that becomes the next day on which somebody works.
    let saturday = (at("2026-11-25", 10), at("2026-11-28", 10));
    let moved = calendar.after_pause(at("2026-11-25", 23), Span::WorkingDays(3), saturday);
    assert_eq!(moved.with_timezone(&ZONE).naive_local().to_string(), "2026-11-30 23:59:59");
    // What was overdue before stays so.
    assert_eq!(left(Span::WorkingDays(3), at("2026-11-24", 23)), "2026-11-24 23:00:00");
}

#[test]
fn a_fact_that_arrives_while_the_case_is_suspended_wakes_it_when_it_is_resumed() {
    let (mut world, d) = (World::new(1, 1), definition_of(STORY));
    let case = world.start(&d, 100).unwrap().case;
    let case = world.act(&d, &case, 100, complete(1)).unwrap().case;
    let case = world.act(&d, &case, 200, approve(2)).unwrap().case;
    let case = administers(&world, &d, &case, suspend()).unwrap().case;
    world.fact("assessment", "supported", 1, 2027);
    let asleep = world.wake(&d, &case).unwrap();
    assert!(asleep.events.is_empty() && asleep.case == case, "a suspended case was woken");
    let plan = administers(&world, &d, &case, resume()).unwrap();
    assert!(plan.events.iter().any(|event| matches!(event, Event::GatePassed { .. })), "{:?}", plan.events);
    assert_eq!(plan.case.tasks.values().next().unwrap().step.as_str(), "finance");
}

#[test]
fn terminating_ends_whatever_is_open_also_while_suspended() {
    let d = definition_of(
        r#"
steps:
  - fill: draft
    by: initiator
  - parallel: together
    branches:
      - title: { zh-CN: 甲, en: A }
        steps:
          - approve: head
            by: { role: department-head, of: project.department }
      - title: { zh-CN: 乙, en: B }
        steps:
          - gate: assessed
            needs: { fact: assessment, is: [supported] }
            else: wait
  - end: accepted
"#,
    );
    let world = World::new(1, 1);
    let case = world.start(&d, 100).unwrap().case;
    let case = world.act(&d, &case, 100, complete(1)).unwrap().case;
    let case = administers(&world, &d, &case, suspend()).unwrap().case;
    let plan = administers(&world, &d, &case, Action::Terminate { reason: "项目取消".into() }).unwrap();
    let Status::Ended { outcome, .. } = &plan.case.status else { panic!("{:?}", plan.case.status) };
    assert_eq!(outcome.as_str(), "terminated");
    assert!(plan.case.tasks.is_empty() && plan.case.activations.is_empty() && plan.case.suspended.is_none());
    // No definition has to declare the outcome, and what comes late is refused with a sentence.
    assert!(!d.outcomes.iter().any(|declared| declared.as_str() == "terminated"));
    assert_eq!(world.act(&d, &plan.case, 200, approve(2)), Err(Refusal::TaskClosed { winner: None }));
    assert_eq!(administers(&world, &d, &plan.case, suspend()), Err(Refusal::CaseEnded));
}

#[test]
fn who_was_copied_in_reads_and_speaks_and_decides_nothing() {
    let (world, d) = (World::new(1, 1), definition_of(STORY));
    let case = world.start(&d, 100).unwrap().case;
    assert_eq!(world.act(&d, &case, 300, Action::CopyIn { to: vec![id(301)] }), Err(Refusal::TakesNoPart));
    let plan = world.act(&d, &case, 100, Action::CopyIn { to: vec![id(300), id(300), id(100)] }).unwrap();
    assert_eq!(plan.events, vec![Event::CopyGiven { by: id(100), to: vec![id(300)] }]);
    let case = plan.case;
    let again = world.act(&d, &case, 100, Action::CopyIn { to: vec![id(300)] }).unwrap();
    assert!(again.events.is_empty(), "copied in twice");
    assert_eq!(world.act(&d, &case, 300, complete(1)), Err(Refusal::NotYourTask));
    let said = world.act(&d, &case, 300, Action::Remark { text: " 已阅。 ".into(), asked: Some(id(100)) }).unwrap();
    let hash = talk::remark_hash("已阅。");
    assert_eq!(said.events, vec![Event::Remarked { no: 1, by: id(300), asked: Some(id(100)), hash }]);
    let stranger = Action::Remark { text: "请看".into(), asked: Some(id(302)) };
    assert_eq!(world.act(&d, &said.case, 300, stranger), Err(Refusal::AskedIsAway));
    let nobody = Action::CopyIn { to: vec![id(999)] };
    assert_eq!(world.act(&d, &case, 100, nobody), Err(Refusal::UnknownPerson));
    assert_eq!(world.act(&d, &case, 100, Action::CopyIn { to: vec![] }).unwrap_err().code(), "choose-people");
    let long = Action::Remark { text: "长".repeat(talk::REMARK_CHARS_MAX + 1), asked: None };
    assert_eq!(world.act(&d, &case, 100, long).unwrap_err().code(), "too-long");
}

#[test]
fn the_thread_is_closed_when_the_case_is_over() {
    let (world, d) = (World::new(1, 1), definition_of(STORY));
    let case = world.start(&d, 100).unwrap().case;
    let case = world.act(&d, &case, 100, Action::Withdraw { reason: "不再需要".into() }).unwrap().case;
    let remark = Action::Remark { text: "再见".into(), asked: None };
    assert_eq!(world.act(&d, &case, 100, remark), Err(Refusal::CaseEnded));
    assert_eq!(world.act(&d, &case, 100, Action::CopyIn { to: vec![id(300)] }), Err(Refusal::CaseEnded));
}
