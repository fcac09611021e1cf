//! What counts as an approval of what a mandate protects, and what the system does by itself.

use yumen::definition::{
    check,
    mandates::Mandates,
    problem::{Code, Problem},
};

use super::prove;
use crate::definition::vocabulary;

const HEAD: &str = r#"workflow: approved
title: { zh-CN: 审批, en: Approved }
about: project
basis: [{ rule: wuqing-plan, clause: 二(二)2 }]
outcomes: [accepted]
start: { by: { role: project-officer, of: project.unit }, number: "批〔{year}〕{seq:4}" }
form:
  - { name: amount, type: money, required: true, title: { zh-CN: 金额, en: Amount } }
  - { name: goal, type: text, required: true, title: { zh-CN: 目标, en: Goal } }
  - { name: note, type: text, title: { zh-CN: 备注, en: Note } }
steps:
"#;
const STAMP: &str = "  - { approve: stamp, by: { role: finance-performance }, transfer: no }\n";
const DRAFT: &str = "  - { fill: draft, by: initiator, edit: [amount, goal, note] }\n";
const RECORD: &str = "  - record: { fact: targets, is: accepted, cap: amount }\n";
const END: &str = "  - end: accepted\n";

/// One approval by finance before what the mandate protects.
fn one_approval(before: &str) -> Mandates {
    let source = format!(
        "mandates:\n  - mandate: by-finance\n    basis: {{ rule: wuqing-plan, clause: 二(二)2 }}\n    before: {before}\n    \
         needs: {{ approvals: 1, roles: [finance-performance] }}\n"
    );
    check::read_mandates(&source, &vocabulary()).unwrap()
}

fn found(steps: &[&str], before: &str) -> Vec<Problem> {
    prove(&format!("{HEAD}{}", steps.concat()), &one_approval(before)).err().unwrap_or_default()
}

fn targets(steps: &[&str]) -> Vec<Code> {
    found(steps, "{ record: targets, is: accepted }").iter().map(|problem| problem.code).collect()
}

#[test]
fn nobody_approves_what_is_filled_in_afterwards() {
    assert_eq!(targets(&[DRAFT, STAMP, RECORD, END]), []);
    assert_eq!(targets(&[STAMP, DRAFT, RECORD, END]), [Code::TooFewApprovals], "before anything was there");
    let first = DRAFT.replace("draft", "first").replace("amount, goal", "amount");
    let later = DRAFT.replace("draft", "later").replace("amount, goal, note", "goal");
    assert_eq!(targets(&[&first, STAMP, &later, RECORD, END]), [Code::TooFewApprovals], "half of it was there");
}

#[test]
fn nobody_approves_what_they_do_not_see() {
    for kept in ["hidden: [note]", "read: [amount, goal]"] {
        let blind = STAMP.replace("transfer: no", &format!("transfer: no, {kept}"));
        assert_eq!(targets(&[DRAFT, &blind, RECORD, END]), [Code::TooFewApprovals], "{kept}");
    }
    let whole = STAMP.replace("transfer: no", "transfer: no, read: [amount, goal, note]");
    assert_eq!(targets(&[DRAFT, &whole, RECORD, END]), []);
}

#[test]
fn who_decides_later_may_write_what_is_their_own_and_not_what_was_approved() {
    let own = "  - { approve: opinion, by: { role: finance-leader }, edit: [note] }\n";
    let without_note = DRAFT.replace(", note", "");
    assert_eq!(targets(&[&without_note, STAMP, own, RECORD, END]), [], "an opinion of their own");
    assert_eq!(targets(&[DRAFT, STAMP, own, RECORD, END]), [Code::TooFewApprovals], "it was there before");
}

#[test]
fn what_the_system_does_when_nobody_decides_is_protected_as_well() {
    let waits = "  - { approve: decision, by: { role: finance-section }, due: 5 working days, late: { do: suspend-funding } }\n";
    let suspension = |steps: &[&str]| found(steps, "{ do: suspend-funding }");
    assert_eq!(suspension(&[DRAFT, STAMP, waits, RECORD, END]), [], "it was approved that it may be suspended");
    let bare = suspension(&[DRAFT, waits, STAMP, RECORD, END]);
    assert_eq!(bare.iter().map(|problem| problem.code).collect::<Vec<_>>(), [Code::MandateBypassed]);
    assert!(bare[0].sentence.zh.contains("逾期无人办理时"), "{:?}", bare[0].sentence);
    assert!(bare[0].hint.zh.contains("late"), "{:?}", bare[0].hint);
    let writes = waits.replace("due:", "edit: [note], due:");
    assert_eq!(
        suspension(&[DRAFT, STAMP, &writes, RECORD, END]).len(),
        1,
        "what was approved may be rewritten meanwhile"
    );
    let fact = "mandates:\n  - mandate: assessed\n    basis: { rule: wuqing-plan, clause: 二(二)2 }\n    before: { do: suspend-funding }\n    \
                needs: { fact: assessment, is: supported }\n";
    let fact = check::read_mandates(fact, &vocabulary()).unwrap();
    let gate = "  - gate: assessed\n    needs: { fact: assessment, is: supported }\n    else: refuse\n";
    let source = format!("{HEAD}{DRAFT}{gate}{waits}{RECORD}{END}");
    assert_eq!(super::codes(&prove(&source, &fact)), [Code::MandateBypassed], "a gate before it is long ago");
}

/// Twenty choices with an approval on either side: over a million sets of approvals, and each of them is enough for good.
#[test]
fn approvals_that_nothing_takes_away_are_not_followed_one_by_one() {
    let choice = |no: usize| {
        let stamp =
            |side: &str| format!("{{ approve: {side}{no}, by: {{ role: finance-performance }}, transfer: no }}");
        format!(
            "  - choose: c{no}\n    branches:\n      - when: form.amount > wan({})\n        steps: [{}]\n    otherwise: [{}]\n",
            no + 1,
            stamp("a"),
            stamp("b")
        )
    };
    let choices: String = (0..20).map(choice).collect();
    assert_eq!(targets(&[DRAFT, &choices, RECORD, END]), []);
    let back = "  - { approve: leader, by: { role: finance-leader }, return to: [draft] }\n";
    assert_eq!(
        targets(&[DRAFT, &choices, back, RECORD, END]),
        [],
        "what is returned to the draft comes by all of them again"
    );
    assert_eq!(targets(&[DRAFT, &choices, &DRAFT.replace("draft", "later"), RECORD, END]).len(), 1);
}
