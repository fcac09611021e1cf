//! What counts as filled where it is read: no step that may have been done since can have emptied it.

use yumen::definition::{check, problem::Code};

use super::vocabulary;

const HEAD: &str = r#"workflow: filled
title: { zh-CN: 填写, en: Filled }
about: project
outcomes: [accepted]
start: { by: { role: project-officer, of: project.unit }, number: "填〔{year}〕{seq:4}" }
form:
  - { name: amount, type: money, required: true, title: { zh-CN: 金额, en: Amount } }
  - { name: supported, type: money, title: { zh-CN: 支持金额, en: Supported } }
steps:
  - { fill: draft, by: initiator, edit: [amount] }
"#;
const GRADING: &str = r"  - approve: grading
    by: { role: finance-performance }
    edit: [supported]
    grades:
      good: next
      fair: { requires: [supported], then: next }
";
const RECORD: &str = "{ record: { fact: targets, is: accepted, cap: supported } }";
const END: &str = "  - end: accepted\n";

/// Whether the supported amount counts as filled where it is read, in a branch on the grade that requires it.
fn counts(between: &str, inside: &str) -> bool {
    counts_in(&format!("{HEAD}{GRADING}{between}"), inside)
}

fn counts_in(before: &str, inside: &str) -> bool {
    let choose = format!(
        "  - choose: by-grade\n    branches:\n      - when: outcome.grading == \"fair\"\n        steps: [{inside}{RECORD}]\n    \
         otherwise: next\n"
    );
    let problems = check::read(&format!("{before}{choose}{END}"), &vocabulary()).err().unwrap_or_default();
    let codes: Vec<_> = problems.iter().map(|problem| problem.code).collect();
    assert!(codes.iter().all(|code| *code == Code::ReadBeforeFilled), "{problems:#?}");
    codes.is_empty()
}

#[test]
fn a_later_step_that_may_leave_it_empty_makes_it_uncertain() {
    assert!(counts("", ""));
    assert!(!counts("  - { fill: again, by: initiator, edit: [supported] }\n", ""));
    assert!(!counts("", "{ fill: again, by: initiator, edit: [supported] }, "));
    assert!(!counts("  - { approve: leader, by: { role: finance-leader }, edit: [supported] }\n", ""));
    assert!(counts("  - { fill: again, by: initiator, edit: [amount] }\n", ""), "it writes something else");
}

#[test]
fn a_step_that_is_returned_to_may_leave_it_empty_too() {
    let draft = HEAD.replace("edit: [amount]", "edit: [amount, supported]");
    let leader = |resume: &str| {
        format!(
            "  - {{ approve: leader, by: {{ role: finance-leader }}, return to: [{{ step: draft, resume: {resume} }}] }}\n"
        )
    };
    assert!(!counts_in(&format!("{draft}{GRADING}{}", leader("here")), ""), "it comes back without being graded again");
    assert!(counts_in(&format!("{draft}{GRADING}{}", leader("through")), ""), "it is graded again");
}

#[test]
fn a_branch_beside_it_may_leave_it_empty_for_a_while() {
    let beside = |writes: &str| {
        format!(
            "  - parallel: both\n    branches:\n      - title: {{ zh-CN: 甲, en: One }}\n        steps: [{{ approve: leader, by: \
             {{ role: finance-leader }} }}]\n      - title: {{ zh-CN: 乙, en: Two }}\n        steps: [{{ fill: more, by: \
             initiator, edit: [{writes}] }}]\n"
        )
    };
    assert!(counts(&beside("amount"), ""));
    assert!(!counts(&beside("supported"), ""), "it may be empty when both are done");
    let read_beside = |writes: &str| {
        let branch = "{ choose: large, branches: [{ when: form.amount > wan(1), steps: [{ notify: { to: initiator, mail: copied-in } }] }], otherwise: next }";
        let source = beside(writes).replace("{ approve: leader, by: { role: finance-leader } }", branch);
        let last = "  - { fill: last, by: initiator, edit: [supported] }\n";
        let problems = check::read(&format!("{HEAD}{source}{last}{END}"), &vocabulary()).err().unwrap_or_default();
        problems.iter().map(|problem| problem.code).collect::<Vec<_>>()
    };
    assert_eq!(read_beside("supported"), []);
    assert_eq!(read_beside("amount"), [Code::ReadBeforeFilled], "its task may be saved with the amount empty");
}
