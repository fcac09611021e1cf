use chrono::NaiveDate;

use crate::{
    app::library,
    definition::{
        check,
        problem::{Problem, Severity},
    },
    language::Lang,
    policy::Policy,
};

fn found(within: &str, steps: &str) -> Vec<Problem> {
    let policy = Policy::read(&library::embedded()).unwrap();
    let outcomes = if steps.contains("rejected") { "accepted, rejected" } else { "accepted" };
    let source = format!(
        "workflow: w\ntitle: {{ zh-CN: 流程, en: W }}\nabout: project\n\
         basis: [{{ rule: wuqing-plan, clause: 二(二)2 }}]\n\
         within: {{ time: {within}, basis: {{ rule: wuqing-plan, clause: 二(二)2 }} }}\n\
         outcomes: [{outcomes}]\n\
         start: {{ by: {{ role: project-officer, of: project.unit }}, number: \"号{{year}}{{seq}}\" }}\n\
         form:\n  - {{ name: amount, type: money, required: true }}\n\
         steps:\n  - fill: draft\n    title: {{ zh-CN: 填写, en: Write }}\n    by: initiator\n    edit: [amount]\n    \
         due: 5 working days\n{steps}\n  - end: accepted\n"
    );
    let definition = check::read(&source, &policy.vocabulary()).unwrap_or_else(|problems| {
        panic!("{source}\n{:?}", problems.iter().map(|problem| problem.line(Lang::En)).collect::<Vec<_>>())
    });
    super::check(&definition, &policy, NaiveDate::from_ymd_opt(2026, 11, 23).unwrap())
}

fn codes(within: &str, steps: &str) -> Vec<&'static str> {
    found(within, steps).iter().map(|problem| problem.code.text()).collect()
}

fn review(name: &str, more: &str) -> String {
    format!(
        "  - approve: {name}\n    title: {{ zh-CN: 审核, en: Review }}\n    by: {{ role: auditor }}\n    reject: rejected\n    {more}\n"
    )
}

#[test]
fn working_days_compare_with_working_days_to_the_day() {
    let steps = review("review", "due: 10 working days");
    assert_eq!(codes("15 working days", &steps), ["E722"]);
    assert_eq!(codes("14 working days", &steps), ["E720"]);
}

#[test]
fn working_days_compare_with_calendar_days_on_the_worst_day_of_the_year() {
    // 2026: nine days off around the Spring Festival, from Sunday 15 February to Monday 23 February.
    let steps = review("review", "due: 1 working day");
    let late = found("13 days", &steps);
    assert_eq!(late[0].code.text(), "E720", "six working days around the festival take longer than 13 days");
    assert!(late[0].sentence.zh.contains("2026-02-"), "{}", late[0].sentence.zh);
    assert!(late[0].sentence.zh.contains("填写（5个工作日） → 审核（1个工作日）"), "{}", late[0].sentence.zh);
    assert_eq!(codes("30 days", &steps), ["E722"]);
}

#[test]
fn the_longest_of_several_ways_counts_and_branches_side_by_side_count_once() {
    let choice = "  - choose: by\n    branches:\n      - when: form.amount > wan(5)\n        steps:\n    \
                  \x20     - approve: long\n            by: { role: auditor }\n            due: 9 working days\n    \
                  otherwise: next\n";
    assert_eq!(codes("14 working days", choice), ["E722"]);
    assert_eq!(codes("13 working days", choice), ["E720"]);
    let side = |days: u8, name: &str| {
        format!(
            "      - title: {{ zh-CN: 甲, en: A }}\n        steps:\n          - approve: {name}\n            \
             by: {{ role: auditor }}\n            due: {days} working days\n"
        )
    };
    let parallel = format!("  - parallel: both\n    branches:\n{}{}", side(3, "short"), side(7, "long"));
    assert_eq!(codes("12 working days", &parallel), ["E722"]);
    let late = found("11 working days", &parallel);
    assert_eq!(late[0].code.text(), "E720");
    assert!(late[0].sentence.en.contains("Write (5 working days) → long (7 working days)"), "{}", late[0].sentence.en);
}

#[test]
fn a_rejection_may_be_the_longest_way() {
    let steps = "  - approve: only\n    by: { role: auditor }\n    due: 9 working days\n    \
                 grades: { excellent: next, poor: { end: rejected } }\n";
    assert_eq!(codes("13 working days", steps), ["E720"]);
}

#[test]
fn a_step_whose_time_nothing_bounds_is_named_and_nothing_is_proven() {
    let problems = found("60 working days", &review("review", "mode: any"));
    assert_eq!(problems.len(), 1);
    assert_eq!((problems[0].code.text(), problems[0].severity), ("E721", Severity::Error));
    assert!(problems[0].sentence.zh.contains("“review”"));
    assert_eq!(codes("60 working days", &review("review", "mode: sequence\n    due: 1 working day")), ["E721"]);
    let gate = "  - gate: ready\n    needs: { fact: assessment, is: [supported] }\n    else: wait\n";
    assert_eq!(codes("60 working days", gate), ["E721"]);
}
