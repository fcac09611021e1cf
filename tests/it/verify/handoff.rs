//! What the proof says of packages that go to another organ.

use yumen::{
    definition::{StepKind, check},
    verify,
};

use super::{codes, prove};
use crate::definition::{policy, vocabulary};

const HEAD: &str = r#"workflow: sent-on
title: { zh-CN: 移送, en: Sent on }
about: project
within: { time: 20 days, basis: { rule: wuqing-plan, clause: 二(二)2 } }
outcomes: [accepted]
start:
  by: { role: project-officer, of: project.unit }
  number: "移〔{year}〕{seq:4}"
form:
  - { name: note, type: text, required: true, title: { zh-CN: 说明, en: Note } }
  - { name: reply, type: text, title: { zh-CN: 答复, en: Reply } }
  - { name: source, type: text, required: true, title: { zh-CN: 来源, en: Source } }
steps:
  - fill: draft
    by: initiator
    edit: [note, source]
    due: 1 days
"#;

fn definition(receive: &str, answer: &str) -> String {
    format!(
        "{HEAD}  - handoff: to-audit
    to: {{ role: auditor }}
    package: [note]
    receive: {{ due: {receive} }}
    answer: {{ edit: [reply], due: {answer} }}
  - record: {{ fact: targets, is: accepted }}
  - end: accepted
"
    )
}

#[test]
fn a_handoff_is_a_receipt_and_an_answer_of_the_same_people() {
    let read = check::read(&definition("2 days", "10 days"), &vocabulary()).unwrap();
    let (receipt, answer) = read.handoffs().next().unwrap();
    assert_eq!((receipt.name.as_str(), answer.name.as_str()), ("to-audit-receipt", "to-audit"));
    let (StepKind::Approve(asked), StepKind::Fill(asks)) = (&receipt.kind, &answer.kind) else {
        panic!("{:?} {:?}", receipt.kind, answer.kind)
    };
    assert_eq!((&asked.by, &asked.limits), (&asks.by, &asks.limits));
    assert!(asked.limits.no_transfer && asked.limits.no_signers, "the package stays where it went");
    assert!([receipt, answer].iter().all(|step| !step.hides(&"note".into()) && !step.hides(&"reply".into())));
    assert!(receipt.hides(&"source".into()) && answer.hides(&"source".into()), "the package and nothing else");
}

#[test]
fn both_deadlines_count_in_the_longest_way() {
    let late = |receive: &str, answer: &str| {
        let read = check::read(&definition(receive, answer), &vocabulary()).unwrap();
        let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        let problems = verify::check(&read, &policy(), day);
        problems.iter().any(|problem| problem.code.text() == "E720")
    };
    assert!(!late("2 days", "10 days"));
    assert!(late("2 days", "18 days"), "the answer");
    assert!(late("12 days", "10 days"), "the receipt with the answer");
}

#[test]
fn what_another_organ_does_is_no_approval() {
    let mandates = "mandates:
  - mandate: somebody-approves
    basis: { rule: wuqing-plan, clause: 二(二)2 }
    before: { record: targets, is: accepted }
    needs: { approvals: 1 }
";
    let mandates = check::read_mandates(mandates, &vocabulary()).unwrap();
    let source = definition("2 days", "10 days");
    let found = codes(&prove(&source, &mandates));
    assert_eq!(found.iter().map(|code| code.text()).collect::<Vec<_>>(), ["E605"]);
    let graded = source
        .replace("due: 10 days }", "due: 10 days, results: { fine: { title: { zh-CN: 可, en: Fine }, then: next } } }");
    assert_eq!(codes(&prove(&graded, &mandates)).len(), 1, "nor is a result");
    let approved =
        "  - approve: look\n    by: { role: department-head, of: project.department }\n    due: 1 days\n  - record:";
    let approved = source.replace("  - record:", approved);
    assert!(prove(&approved, &mandates).is_ok());
}
