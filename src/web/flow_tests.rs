use super::*;
use crate::{app::library, definition::check, policy::Policy};

fn shipped(name: &str) -> Definition {
    let files = library::embedded();
    let policy = Policy::read(&files).unwrap();
    let (_, source) = files.iter().find(|(path, _)| path == &format!("{name}.yaml")).unwrap();
    check::read(source, &policy.vocabulary()).unwrap()
}

fn limits() -> Limits {
    let policy = Policy::read(&library::embedded()).unwrap();
    policy.thresholds.words(chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap())
}

fn every<'a>(steps: &'a [StepView], found: &mut Vec<&'a StepView>) {
    for step in steps {
        found.push(step);
        step.branches.iter().for_each(|branch| every(&branch.steps, found));
    }
}

#[test]
fn every_step_of_the_shipped_definitions_is_drawn_once_and_in_words() {
    for name in ["ex-ante-assessment", "performance-targets", "budget-request"] {
        let definition = shipped(name);
        let block = draw(&definition, &limits(), None);
        let mut steps = Vec::new();
        every(&block.steps, &mut steps);
        assert_eq!(steps.len(), definition.steps.len(), "{name}");
        for step in &steps {
            assert!(!step.title.zh.is_ascii(), "{name}: {}", step.title.zh);
            for branch in &step.branches {
                assert!(!branch.when.zh.contains("policy.") && !branch.when.en.contains("policy."), "{name}");
                assert!(!branch.when.zh.contains("form.") && !branch.when.zh.contains("outcome."), "{name}");
            }
        }
    }
}

#[test]
fn a_limit_is_told_with_its_amount() {
    let definition = shipped("budget-request");
    let words = condition((&definition, &limits()), "form.amount >= policy.finance_leader_threshold");
    assert!(words.zh.ends_with("≥ 须报财政局分管领导审批的预算申请金额（500 万元）"), "{}", words.zh);
}

#[test]
fn a_block_ends_when_all_its_ways_do() {
    let definition = shipped("ex-ante-assessment");
    assert!(ends(&definition, 0));
    let mut steps = Vec::new();
    let block = draw(&definition, &limits(), None);
    every(&block.steps, &mut steps);
    assert!(steps.iter().flat_map(|step| &step.branches).all(|branch| branch.ends));
}

#[test]
fn what_lies_ahead_begins_with_the_step_at_hand() {
    let definition = shipped("performance-targets");
    let steps = crate::web::ahead::ahead(&definition, &"department-review".into());
    assert!(steps[0].now && steps[1..].iter().all(|step| !step.now));
    assert_eq!(steps[1].title.zh, "部门主要负责人审定");
}
