//! Which workflows let a definition go live that nobody else approved as it stands.

use yumen::definition::{check, problem::Code};

use super::{text, vocabulary};

const BEFORE: &str = "workflow: definition-change
title: { zh-CN: 流程定义变更, en: Change of a workflow definition }
about: definition
basis:
  - { rule: wuqing-plan, clause: 二(二)1 }
outcomes: [published]
start:
  by: { role: workflow-admin }
  number: \"流变〔{year}〕{seq:4}\"
form:
  - { name: reason, type: text, required: true, title: { zh-CN: 变更说明, en: Why } }
  - { name: noted, type: text, title: { zh-CN: 登记, en: Noted } }
steps:
  - fill: draft
    by: initiator
    edit: [reason, noted]
";
const AFTER: &str = "  - do: publish-definition
  - end: published
";
const APPROVAL: &str = "  - approve: approval
    by: { role: security-admin }
";
const OWN_APPROVAL: &str = "  - approve: own
    by: { role: workflow-admin }
    initiator: may decide
";
const FILING: &str = "  - fill: filing
    by: { role: audit-admin }
    edit: [noted]
";
const REVISION: &str = "  - fill: revision
    by: [initiator, { role: audit-admin }]
    edit: [noted]
";

fn handoff(resume: &str) -> String {
    format!(
        "  - handoff: opinion
    to: {{ role: operator }}
    package: [reason]
    receive: {{ due: 2 working days{resume} }}
    answer: {{ edit: [noted], due: 5 working days }}
"
    )
}

/// What is said about the publication of a workflow with these steps between the draft and it: the sentences.
fn said(steps: &[&str]) -> Vec<String> {
    let source = format!("{BEFORE}{}{AFTER}", steps.concat());
    let problems = check::read(&source, &vocabulary()).err().unwrap_or_default();
    assert!(problems.iter().all(|problem| problem.code == Code::PublishedUnapproved), "{source}\n{problems:#?}");
    problems.into_iter().map(|problem| problem.sentence.en).collect()
}

#[test]
fn an_approval_by_somebody_else_holds_until_the_publication() {
    check::read(&text("workflows/definition-change.yaml"), &vocabulary()).expect("the shipped one is sound");
    let again = handoff(", return to: [{ step: draft, resume: through }]");
    let second = "  - approve: second
    by: { role: audit-admin }
    return to: [{ step: draft, resume: here }]
";
    for sound in [
        vec![APPROVAL],
        vec![OWN_APPROVAL, APPROVAL],
        vec![APPROVAL, OWN_APPROVAL, FILING],
        vec![APPROVAL, REVISION, second],
        vec![APPROVAL, again.as_str()],
        vec![APPROVAL, second],
    ] {
        assert_eq!(said(&sound), [""; 0], "{sound:?}");
    }
}

#[test]
fn neither_an_author_nor_another_organ_stands_in_for_it() {
    let opinion = handoff("");
    for unsound in [vec![], vec![opinion.as_str()], vec![OWN_APPROVAL], vec![OWN_APPROVAL, FILING, opinion.as_str()]] {
        let said = said(&unsound);
        assert!(said.len() == 1 && said[0].contains("somebody else"), "{unsound:?}: {said:?}");
    }
}

#[test]
fn what_was_approved_is_not_written_again() {
    for unsound in [vec![APPROVAL, REVISION], vec![APPROVAL, REVISION, OWN_APPROVAL]] {
        let said = said(&unsound);
        assert!(said.len() == 1 && said[0].contains("“revision”"), "{unsound:?}: {said:?}");
    }
    let over = handoff(", return to: [{ step: draft, resume: here }]");
    let said = said(&[APPROVAL, over.as_str()]);
    assert!(said.len() == 1 && said[0].contains("“opinion-receipt” returns over “approval”"), "{said:?}");
}

#[test]
fn a_branch_beside_the_approval_is_not_over_when_it_is_given() {
    let aside = "  - parallel: both
    branches:
      - title: { zh-CN: 修改, en: Revise }
        steps:
          - fill: revision
            by: initiator
            edit: [noted]
      - title: { zh-CN: 发布, en: Publish }
        steps:
          - approve: approval
            by: { role: security-admin }
          - do: publish-definition
  - end: published
";
    let problems = check::read(&format!("{BEFORE}{aside}"), &vocabulary()).expect_err("it is written meanwhile");
    let found = problems.iter().find(|problem| problem.code == Code::PublishedUnapproved).expect("it is told");
    assert!(found.sentence.en.contains("“revision”"), "{problems:#?}");
}
