//! Stories on the workflows that ship, walked by the engine.

use chrono::NaiveDate;
use yumen::{
    definition::{Definition, Field, FieldKind, Fill, Form, Indicator, Sign, StepKind, Value, condition::Term},
    engine::{Action, Case, Decision, Refusal, Status},
    ids::AttachmentId,
    money::Money,
};

use super::world::{World, id};
use crate::definition::definition;

const OFFICER: u128 = 100;
const HEAD: u128 = 200;
const PERFORMANCE: u128 = 300;
const REVIEWER: u128 = 400;
const SECTION: u128 = 500;
const LEADER: u128 = 600;

/// 500 万元, as policy ships it.
const THRESHOLD: i64 = 500_000_000;

/// One case of a shipped workflow in a small district.
struct Story {
    world: World,
    definition: Definition,
    case: Case,
}

fn district() -> World {
    let mut world = World::new(1, 1);
    world.appoint(REVIEWER, "department-reviewer", "edu");
    world.appoint(SECTION, "finance-section", "finance");
    world.appoint(LEADER, "finance-leader", "finance");
    world.names.insert("policy.finance_leader_threshold".into(), Term::Money(THRESHOLD));
    world
}

fn money(fen: i64) -> Value {
    Value::Money(Money::from_fen(fen).unwrap())
}

impl Story {
    fn start(workflow: &str, world: World) -> Result<Self, Refusal> {
        let definition = definition(workflow);
        let case = world.start(&definition, OFFICER)?.case;
        Ok(Self { world, definition, case })
    }

    fn act(&mut self, by: u128, action: Action) -> Result<(), Refusal> {
        self.case = self.world.act(&self.definition, &self.case, by, action)?.case;
        Ok(())
    }

    fn task(&self, step: &str) -> u32 {
        let open: Vec<_> = self.case.tasks.values().map(|task| task.step.as_str()).collect();
        let found = self.case.tasks.values().find(|task| task.step.as_str() == step);
        found.unwrap_or_else(|| panic!("{step} is not open, {open:?} is")).no
    }

    /// The officer completes a step: every required field gets something, `fields` what they say.
    fn complete(&mut self, step: &str, fields: &[(&str, Value)]) {
        self.try_complete(step, fields).unwrap_or_else(|refusal| panic!("{step}: {refusal:?}"));
    }

    fn try_complete(&mut self, step: &str, fields: &[(&str, Value)]) -> Result<(), Refusal> {
        let found = self.definition.step(&step.into()).expect("a step of the workflow");
        let StepKind::Fill(Fill { edit, .. }) = &found.kind else { panic!("{step} is no fill") };
        let required = self.definition.form.iter().filter(|field| field.required && edit.contains(&field.name));
        let mut form: Form = required.map(|field| (field.name.clone(), sample(field))).collect();
        form.extend(fields.iter().map(|(name, value)| ((*name).into(), value.clone())));
        let task = self.task(step);
        self.act(OFFICER, Action::Complete { task, fields: form, besides: Default::default() })
    }

    fn decide(&mut self, by: u128, step: &str, decision: Decision, fields: &[(&str, Value)]) -> Result<(), Refusal> {
        let fields = fields.iter().map(|(name, value)| ((*name).into(), value.clone())).collect();
        let task = self.task(step);
        self.act(by, Action::Decide { task, decision, reason: "理由".into(), fields, besides: Default::default() })
    }

    fn approve(&mut self, by: u128, step: &str) {
        self.decide(by, step, Decision::Approve, &[]).unwrap_or_else(|refusal| panic!("{step}: {refusal:?}"));
    }

    fn grade(&mut self, by: u128, step: &str, grade: &str) {
        self.decide(by, step, Decision::Grade(grade.into()), &[])
            .unwrap_or_else(|refusal| panic!("{grade}: {refusal:?}"));
    }

    fn ended(&self) -> Option<&str> {
        if let Status::Ended { outcome, .. } = &self.case.status { Some(outcome.as_str()) } else { None }
    }

    /// The facts it recorded, with their caps.
    fn facts(&self) -> Vec<(&str, &str, Option<i64>)> {
        self.case.facts.iter().map(|fact| (fact.kind.as_str(), fact.value.as_str(), fact.cap.map(Money::fen))).collect()
    }
}

fn sample(field: &Field) -> Value {
    match &field.kind {
        FieldKind::Text { .. } => Value::Text("内容".into()),
        FieldKind::Number => Value::Number(1.into()),
        FieldKind::Money => money(100_000_000),
        FieldKind::Date => Value::Date(NaiveDate::from_ymd_opt(2027, 6, 30).unwrap()),
        FieldKind::Flag => Value::Flag(true),
        FieldKind::Choice(options) => Value::Choice(options[0].0.clone()),
        FieldKind::IndicatorTable => Value::Indicators(vec![indicator()]),
        FieldKind::ProgressTable => Value::Progress(vec![yumen::definition::Progress::of(indicator())]),
        FieldKind::ScoreSheet(_) => Value::Scores(std::iter::once(("necessity_basis".to_owned(), 9.into())).collect()),
        FieldKind::Attachment { .. } => {
            let id: AttachmentId = id(77);
            Value::Files(vec![yumen::definition::FileRef { id, name: "报告.pdf".into(), size: 9, hash: "00".into() }])
        }
    }
}

fn indicator() -> Indicator {
    Indicator {
        level1: "产出指标".into(),
        level2: "数量指标".into(),
        level3: "修缮校舍面积".into(),
        sign: Sign::AtLeast,
        target: "1200".into(),
        unit: "平方米".into(),
        weight: 90.into(),
    }
}

fn assessed(scope: &str) -> Story {
    let mut story = Story::start("ex-ante-assessment", district()).unwrap();
    story.complete("draft", &[("scope", Value::Choice(scope.into())), ("requested_amount", money(300))]);
    story
}

fn reviewed() -> Story {
    let mut story = assessed("new-major-project");
    story.complete("report", &[]);
    story.approve(REVIEWER, "department-review");
    story.approve(HEAD, "department-approval");
    story
}

#[test]
fn an_assessment_allows_what_was_asked_for() {
    let mut story = reviewed();
    story.grade(PERFORMANCE, "finance-review", "supported");
    assert_eq!((story.ended(), story.facts()), (Some("supported"), vec![("assessment", "supported", Some(300))]));
}

#[test]
fn an_adjusted_assessment_names_the_amount_and_caps_it() {
    let mut story = reviewed();
    let refused = story.decide(PERFORMANCE, "finance-review", Decision::Grade("adjusted".into()), &[]);
    assert!(matches!(refused, Err(Refusal::Fields { .. })), "{refused:?}");
    let supported = [("supported_amount", money(200))];
    story.decide(PERFORMANCE, "finance-review", Decision::Grade("adjusted".into()), &supported).unwrap();
    assert_eq!((story.ended(), story.facts()), (Some("adjusted"), vec![("assessment", "adjusted", Some(200))]));
}

#[test]
fn finance_cannot_support_more_than_was_asked_for() {
    let mut story = reviewed();
    let above = [("supported_amount", money(301))];
    for grade in ["adjusted", "supported"] {
        let refused = story.decide(PERFORMANCE, "finance-review", Decision::Grade(grade.into()), &above);
        let Err(Refusal::Fields { problems }) = refused else { panic!("{grade}: {refused:?}") };
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].field, "supported_amount");
        assert!(problems[0].problem.zh.contains("拟申请预算金额"), "{problems:?}");
        assert!(problems[0].problem.en.contains("Amount to be requested"), "{problems:?}");
    }
    let equal = [("supported_amount", money(300))];
    story.decide(PERFORMANCE, "finance-review", Decision::Grade("adjusted".into()), &equal).unwrap();
    assert_eq!(story.facts(), vec![("assessment", "adjusted", Some(300))]);
}

#[test]
fn an_amount_that_was_noted_too_high_does_not_keep_a_case_from_going_back() {
    let mut story = reviewed();
    let above = [("supported_amount", money(301))];
    story.decide(PERFORMANCE, "finance-review", Decision::Grade("revise".into()), &above).unwrap();
    story.complete("report", &[]);
    let refused = story.decide(PERFORMANCE, "finance-review", Decision::Grade("adjusted".into()), &[]);
    assert!(matches!(refused, Err(Refusal::Fields { .. })), "{refused:?}");
}

#[test]
fn a_grade_that_goes_on_may_still_need_a_reason() {
    let mut story = reviewed();
    let supported = [("supported_amount", money(200))];
    for (grade, fields) in [("adjusted", &supported[..]), ("not-supported", &[])] {
        let task = story.task("finance-review");
        let fields = fields.iter().map(|(name, value)| ((*name).into(), value.clone())).collect();
        let decision = Decision::Grade(grade.into());
        let silent = story.act(
            PERFORMANCE,
            Action::Decide { task, decision, reason: " ".into(), fields, besides: Default::default() },
        );
        assert_eq!(silent, Err(Refusal::ReasonNeeded), "{grade}");
    }
    let task = story.task("finance-review");
    let decision = Decision::Grade("supported".into());
    story
        .act(
            PERFORMANCE,
            Action::Decide { task, decision, reason: String::new(), fields: Form::new(), besides: Default::default() },
        )
        .unwrap();
    assert_eq!(story.ended(), Some("supported"));
}

#[test]
fn an_assessment_that_is_not_supported_says_so_as_a_fact() {
    let mut story = reviewed();
    story.grade(PERFORMANCE, "finance-review", "not-supported");
    assert_eq!((story.ended(), story.facts()), (Some("not-supported"), vec![("assessment", "not-supported", None)]));
}

#[test]
fn a_report_sent_back_by_finance_comes_straight_back_to_finance() {
    let mut story = reviewed();
    story.grade(PERFORMANCE, "finance-review", "revise");
    story.complete("report", &[]);
    story.grade(PERFORMANCE, "finance-review", "supported");
    assert_eq!(story.ended(), Some("supported"));
}

#[test]
fn a_project_outside_the_scope_is_exempted_by_finance_or_rejected() {
    let mut story = assessed("outside-scope");
    story.complete("exemption-statement", &[]);
    story.approve(PERFORMANCE, "exemption-review");
    assert_eq!((story.ended(), story.facts()), (Some("exempt"), vec![("assessment", "exempt", Some(300))]));

    let mut story = assessed("outside-scope");
    story.complete("exemption-statement", &[]);
    story.decide(PERFORMANCE, "exemption-review", Decision::Reject, &[]).unwrap();
    assert_eq!((story.ended(), story.facts()), (Some("rejected"), vec![]));
}

fn targets_at_finance() -> Story {
    let mut story = Story::start("performance-targets", district()).unwrap();
    story.complete("draft", &[("amount", money(300)), ("fiscal_amount", money(250)), ("other_funds", money(50))]);
    story.complete("goals", &[]);
    story.approve(REVIEWER, "department-review");
    story.approve(HEAD, "department-approval");
    story
}

#[test]
fn the_funds_of_the_targets_add_up() {
    let mut story = Story::start("performance-targets", district()).unwrap();
    let (amount, fiscal) = (("amount", money(300_000)), ("fiscal_amount", money(200_000)));
    let refused = story.try_complete("draft", &[amount.clone(), fiscal.clone(), ("carried_over", money(50_000))]);
    let Err(Refusal::Fields { problems }) = refused else { panic!("{refused:?}") };
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].field, "amount");
    for said in [&problems[0].problem.zh, &problems[0].problem.en] {
        assert!(said.contains("3,000 元") && said.contains("2,500 元"), "both sums are named: {said}");
    }
    // What was saved before counts as well.
    let task = story.task("draft");
    let fields = Form::from([("other_funds".into(), money(50_000))]);
    story.act(OFFICER, Action::Save { task, fields, besides: Default::default() }).unwrap();
    story.complete("draft", &[amount, fiscal, ("carried_over", money(50_000))]);
    story.task("goals");
}

#[test]
fn parts_beyond_any_amount_are_refused_and_not_lost_in_the_sum() {
    let mut story = Story::start("performance-targets", district()).unwrap();
    let most = Money::MAX.fen();
    let parts = ["amount", "fiscal_amount", "carried_over", "other_funds"].map(|name| (name, money(most)));
    let refused = story.try_complete("draft", &parts);
    let Err(Refusal::Fields { problems }) = refused else { panic!("{refused:?}") };
    assert_eq!(problems[0].field, "amount", "{problems:?}");
}

#[test]
fn the_four_grades_of_the_target_review_lead_where_they_must() {
    let mut story = targets_at_finance();
    story.grade(PERFORMANCE, "finance-review", "excellent");
    assert_eq!((story.ended(), story.facts()), (Some("accepted"), vec![("targets", "accepted", Some(250))]));

    let mut story = targets_at_finance();
    story.grade(PERFORMANCE, "finance-review", "good");
    let raised = story.try_complete("goals", &[("fiscal_amount", money(300))]);
    assert!(matches!(raised, Err(Refusal::Fields { .. })), "the head has approved the funds: {raised:?}");
    story.complete("goals", &[]);
    story.task("finance-review");

    let mut story = targets_at_finance();
    story.grade(PERFORMANCE, "finance-review", "fair");
    story.complete("draft", &[("amount", money(300)), ("fiscal_amount", money(250))]);
    story.complete("goals", &[]);
    story.task("department-review");

    let mut story = targets_at_finance();
    story.grade(PERFORMANCE, "finance-review", "poor");
    assert_eq!((story.ended(), story.facts()), (Some("blocked"), vec![]));
}

/// A district where assessment and targets of the project stand for 2027, with caps.
fn entitled(cap: i64) -> World {
    let mut world = district();
    world.fact("assessment", "adjusted", 1, 2027);
    world.fact("targets", "accepted", 1, 2027);
    world.facts.iter_mut().for_each(|fact| fact.cap = Money::from_fen(cap).ok());
    world
}

/// A request that finance has looked at; by then the assessment and the targets allow `cap_then`.
fn request_after_finance(amount: i64, cap: i64, cap_then: i64) -> Result<Story, Refusal> {
    let mut story = Story::start("budget-request", entitled(cap))?;
    story.try_complete("draft", &[("amount", money(amount))])?;
    story.world = entitled(cap_then);
    story.approve(HEAD, "department-approval");
    story.approve(PERFORMANCE, "finance-performance");
    story.decide(SECTION, "finance-section", Decision::Approve, &[])?;
    Ok(story)
}

#[test]
fn a_request_cannot_start_without_both_facts_of_the_same_project_and_year() {
    for (assessment, targets, missing) in [(None, Some((1, 2027)), "assessment"), (Some((1, 2027)), None, "targets")] {
        for other in [None, Some((2, 2027)), Some((1, 2026))] {
            let mut world = district();
            if let Some((project, year)) = assessment.or(other.filter(|_| missing == "assessment")) {
                world.fact("assessment", "supported", project, year);
            }
            if let Some((project, year)) = targets.or(other.filter(|_| missing == "targets")) {
                world.fact("targets", "accepted", project, year);
            }
            let refused = Story::start("budget-request", world).err();
            assert!(
                matches!(&refused, Some(Refusal::GateClosed { fact, .. }) if fact.as_str() == missing),
                "{refused:?}"
            );
        }
    }
    let mut world = district();
    world.fact("assessment", "not-supported", 1, 2027);
    world.fact("targets", "accepted", 1, 2027);
    assert!(matches!(Story::start("budget-request", world).err(), Some(Refusal::GateClosed { .. })));
}

#[test]
fn a_request_below_the_threshold_is_submitted_without_the_finance_leader() {
    let story = request_after_finance(THRESHOLD - 1, THRESHOLD * 2, THRESHOLD * 2).unwrap();
    assert_eq!(story.ended(), Some("submitted"));
}

#[test]
fn a_request_from_the_threshold_on_needs_the_finance_leader() {
    let mut story = request_after_finance(THRESHOLD, THRESHOLD * 2, THRESHOLD * 2).unwrap();
    assert_eq!(story.ended(), None);
    story.approve(LEADER, "finance-leader");
    assert_eq!(story.ended(), Some("submitted"));
}

#[test]
fn a_request_above_what_is_supported_goes_no_further() {
    assert!(request_after_finance(300, 300, 300).is_ok());
    let refused_when_filed = request_after_finance(301, 300, 301).err();
    assert!(matches!(refused_when_filed, Some(Refusal::AboveCap { .. })), "{refused_when_filed:?}");
    let refused_at_the_end = request_after_finance(300, 300, 299).err();
    assert!(matches!(refused_at_the_end, Some(Refusal::AboveCap { .. })), "{refused_at_the_end:?}");
}

#[test]
fn an_assessment_taken_back_during_the_approval_stops_the_submission() {
    let mut story = Story::start("budget-request", entitled(300)).unwrap();
    story.complete("draft", &[("amount", money(200))]);
    story.approve(HEAD, "department-approval");
    story.approve(PERFORMANCE, "finance-performance");
    story.world.facts.retain(|fact| fact.kind.as_str() != "assessment");
    let refused = story.decide(SECTION, "finance-section", Decision::Approve, &[]);
    assert!(matches!(refused, Err(Refusal::GateClosed { .. })), "{refused:?}");
}
