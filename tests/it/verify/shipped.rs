//! The shipped definitions are proven, and one change to them is not.

use yumen::definition::{
    check,
    problem::{Code, render},
};
use yumen::language::Lang;

use super::{codes, mandates, prove};
use crate::definition::{text, vocabulary};

const SHIPPED: [&str; 5] =
    ["ex-ante-assessment", "performance-targets", "budget-request", "monitoring", "rectification"];

#[test]
fn the_shipped_workflows_keep_the_shipped_mandates() {
    let mandates = mandates();
    assert_eq!(mandates.all.len(), 6);
    let proven = |name: &str| prove(&text(&format!("workflows/{name}.yaml")), &mandates);
    for name in SHIPPED {
        let certificate = proven(name).unwrap_or_else(|problems| panic!("{name}: {problems:#?}"));
        for held in &certificate.proven {
            assert!(!held.by.is_empty() && !held.before.is_empty(), "{name}: {held:?}");
        }
    }
    let request = proven("budget-request").unwrap().proven;
    let by: Vec<_> = request.iter().map(|held| (held.mandate.as_str(), held.by[0].as_str())).collect();
    assert_eq!(
        by,
        [
            ("no-budget-request-without-assessment", "assessment-before-submission"),
            ("no-budget-request-without-targets", "targets-before-submission")
        ]
    );
    let rectified = proven("rectification").unwrap().proven;
    let by: Vec<_> = rectified.iter().map(|held| (held.mandate.as_str(), held.by[0].as_str())).collect();
    assert_eq!(
        by,
        [("no-funding-resumed-without-rectification", "record-1"), ("no-rectification-without-finance", "acceptance")]
    );
    let assessed = proven("ex-ante-assessment").unwrap().proven;
    assert_eq!(assessed[0].mandate, "no-assessment-without-finance");
    let by: Vec<_> = assessed[0].by.iter().map(|step| step.as_str()).collect();
    assert_eq!(by, ["exemption-review", "finance-review"]);
    let targets = proven("performance-targets").unwrap().proven;
    assert_eq!(targets[0].by[0].as_str(), "finance-review");
}

/// The budget request with its gate before the submission moved in front of the last approval.
fn gate_too_early() -> String {
    let source = text("workflows/budget-request.yaml");
    let from = source.find("  - gate: assessment-before-submission").unwrap();
    let to = source.find("  - gate: targets-before-submission").unwrap();
    let gate = source[from..to].to_owned();
    source.replace(&gate, "").replace("  - choose: by-amount", &format!("{gate}  - choose: by-amount"))
}

#[test]
fn a_gate_that_somebody_acts_behind_proves_nothing_and_the_shortest_way_says_so() {
    let source = gate_too_early();
    let problems = prove(&source, &mandates()).unwrap_err();
    assert_eq!(problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), [Code::MandateBypassed]);
    let way = problems[0].way.as_ref().unwrap();
    assert_eq!(
        way.words.zh,
        "发起 → 核验事前绩效评估：通过 → 核验绩效目标：通过 → 填报预算申请：办结 → 核验事前绩效评估：通过 → 核验绩效目标：通过 → \
         部门主要负责人审批：同意 → 财政审核 → 财政业务科审核：同意 → 财政绩效科核对：同意 → 核验事前绩效评估：通过 → 是否须报分管领导：第1个分支 → \
         财政局分管领导审批：同意 → 核验绩效目标：通过 → 提交预算申请"
    );
    assert_eq!(way.steps.last().unwrap().as_str(), "do-1");
    let shown = render(&problems[0], &source, Lang::En);
    assert!(shown.contains("= way: Start → ") && shown.contains("Finance leader approves"), "{shown}");
}

#[test]
fn one_change_gives_the_code_that_names_it() {
    let cases: &[(&str, &str, &str, Code)] = &[
        (
            "performance-targets",
            "  - record: { fact: targets",
            "  - fill: correction\n    by: initiator\n    edit: [overall_goal]\n\n  - record: { fact: targets",
            Code::TooFewApprovals,
        ),
        (
            "performance-targets",
            "    by: { role: finance-performance }",
            "    by: { role: auditor }",
            Code::TooFewApprovals,
        ),
        // Whoever decides is shown everything.
        (
            "performance-targets",
            "    by: { role: finance-performance }\n",
            "    by: { role: finance-performance }\n    hidden: [annual_goal]\n",
            Code::TooFewApprovals,
        ),
        ("rectification", "    transfer: no\n", "", Code::TooFewApprovals),
    ];
    for (name, from, to, code) in cases {
        let source = text(&format!("workflows/{name}.yaml"));
        assert!(source.contains(from), "{name} no longer says {from:?}");
        let proven = prove(&source.replacen(from, to, 1), &mandates());
        assert_eq!(codes(&proven), [*code], "{name}: {from:?} → {to:?}");
    }
}

#[test]
fn every_problem_of_the_mandates_is_reported_at_once() {
    let source = "mandates:\n  - mandate: One\n    basis: { rule: nobody, clause: \"1\" }\n    before: { do: fly }\n    needs: { fact: assessment, is: [good] }\n  - mandate: two\n    basis: { rule: wuqing-plan, clause: \"1\" }\n    before: { do: submit-budget-request, record: targets }\n    needs: { approvals: 99, is: x }\n  - mandate: two\n    before: {}\n    needs: { fact: targets, is: accepted, roles: [auditor] }\n";
    let problems = check::read_mandates(source, &vocabulary()).unwrap_err();
    let found: Vec<_> = problems.iter().map(|problem| (problem.spot.at.line, problem.code)).collect();
    let expected = [
        (2, Code::Malformed),
        (3, Code::UnknownRule),
        (4, Code::UnknownEffect),
        (5, Code::UnknownFact),
        (8, Code::UnknownKey),
        (9, Code::NotANumber),
        (9, Code::UnknownKey),
        (10, Code::Duplicate),
        (10, Code::MissingKey),
        (11, Code::MissingKey),
        (12, Code::UnknownKey),
    ];
    let mut found_sorted = found.clone();
    found_sorted.sort();
    let mut wanted = expected.to_vec();
    wanted.sort();
    assert_eq!(found_sorted, wanted, "{problems:#?}");
}

#[test]
fn an_approval_that_may_be_given_away_is_nobodys_in_particular() {
    let targets = text("workflows/performance-targets.yaml");
    let proven = prove(&targets, &mandates());
    assert!(proven.is_ok(), "{proven:?}");
    let transferable = targets.replace("    transfer: no\n", "");
    assert_ne!(transferable, targets);
    let problems = prove(&transferable, &mandates()).unwrap_err();
    assert_eq!(problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), [Code::TooFewApprovals]);
    assert!(problems[0].hint.en.contains("transfer: no"), "{}", problems[0].hint.en);
}
