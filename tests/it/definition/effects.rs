//! What an effect needs of the definition that has it.

use yumen::definition::{check, problem::Code};

use super::vocabulary;

const HEAD: &str = r#"workflow: effects
title: { zh-CN: 业务动作, en: Effects }
about: project
outcomes: [submitted]
start: { by: { role: project-officer, of: project.unit }, number: "业〔{year}〕{seq:4}" }
form:
  - { name: note, type: text, required: true, title: { zh-CN: 说明, en: Note } }
"#;
const AMOUNT: &str = "  - { name: amount, type: money, required: true, title: { zh-CN: 金额, en: Amount } }\n";
const DRAFT: &str = "  - { fill: draft, by: initiator, edit: [note, amount] }\n";
const SUBMIT: &str = "  - do: submit-budget-request\n";
const LEADER: &str = "  - { approve: leader, by: { role: finance-leader }, reject: rejected }\n";
const END: &str = "  - end: submitted\n";

/// The problems of a definition with that form and those steps: code, line and what the line holds.
fn found(form: &str, steps: &[&str]) -> Vec<(Code, String)> {
    let steps = steps.concat();
    let outcomes = if steps.contains("rejected") { "[submitted, rejected]" } else { "[submitted]" };
    let source = format!("{}{form}steps:\n{steps}", HEAD.replace("[submitted]", outcomes));
    let problems = check::read(&source, &vocabulary()).err().unwrap_or_default();
    assert!(check::read_published(&source, &vocabulary()).is_ok(), "{problems:#?}");
    let line = |at: usize| source.lines().nth(at - 1).unwrap_or_default().trim().to_owned();
    problems.iter().map(|problem| (problem.code, line(problem.spot.at.line))).collect()
}

#[test]
fn a_budget_request_says_an_amount_that_is_certain_to_be_filled() {
    let missing = [(Code::EffectAmount, "- do: submit-budget-request".to_owned())];
    assert_eq!(found(AMOUNT, &[DRAFT, SUBMIT, END]), []);
    let note_alone = DRAFT.replace(", amount", "");
    assert_eq!(found("", &[&note_alone, SUBMIT, END]), missing, "there is no such field");
    let text = AMOUNT.replace("money", "text");
    assert_eq!(found(&text, &[DRAFT, SUBMIT, END]), missing, "a text is no amount");
    let optional = AMOUNT.replace("required: true, ", "");
    assert_eq!(found(&optional, &[DRAFT, SUBMIT, END]), missing, "it may stay empty");
    let in_one_branch = "  - choose: by-case
    branches:
      - when: case.year > 2026
        steps: [{ fill: more, by: initiator, edit: [amount] }]
    otherwise: next\n";
    assert_eq!(found(AMOUNT, &[&note_alone, in_one_branch, SUBMIT, END]), missing, "one way passes it by");
    let approver = LEADER.replace(", reject", ", edit: [amount], reject");
    assert_eq!(found(AMOUNT, &[&note_alone, &approver, SUBMIT, END]), missing, "a decision is no filing");
}

#[test]
fn no_case_comes_twice_to_an_effect_that_happens_once() {
    let twice = [(Code::EffectTwice, "- do: submit-budget-request".to_owned())];
    assert_eq!(found(AMOUNT, &[DRAFT, SUBMIT, SUBMIT, END]), twice);
    let back = |resume: &str| {
        LEADER
            .replace("reject: rejected", &format!("return to: [{{ step: draft, resume: {resume} }}], reject: rejected"))
    };
    assert_eq!(found(AMOUNT, &[DRAFT, &back("through"), SUBMIT, END]), [], "it lies behind the return");
    assert_eq!(found(AMOUNT, &[DRAFT, SUBMIT, &back("through"), END]), twice, "it is passed again");
    assert_eq!(found(AMOUNT, &[DRAFT, SUBMIT, &back("here"), END]), [], "the draft alone is done again");
    let branch = |first: &str, second: &str| {
        format!(
            "  - choose: by-amount
    branches:
      - when: form.amount > wan(100)
        steps: [{first}]
    otherwise: [{second}]\n"
        )
    };
    let submit = "{ do: submit-budget-request }";
    let either = branch(submit, submit);
    assert_eq!(found(AMOUNT, &[DRAFT, &either, END]), [], "a case takes one branch");
    let over = branch(&format!("{submit}, {{ end: submitted }}"), "{ notify: { to: initiator, mail: copied-in } }");
    assert_eq!(found(AMOUNT, &[DRAFT, &over, SUBMIT, END]), [], "that branch is over");
    let goes_on = branch(submit, "{ notify: { to: initiator, mail: copied-in } }");
    assert_eq!(found(AMOUNT, &[DRAFT, &goes_on, SUBMIT, END]), twice);
    let side_by_side = format!(
        "  - parallel: both
    branches:
      - {{ title: {{ zh-CN: 甲, en: One }}, steps: [{submit}] }}
      - {{ title: {{ zh-CN: 乙, en: Two }}, steps: [{submit}] }}\n"
    );
    assert_eq!(found(AMOUNT, &[DRAFT, &side_by_side, END]).len(), 2, "nobody knows which of them is first");
    let further = "  - { approve: head, by: { role: department-head, of: project.department }, return to: [draft] }\n";
    let to_the_head = LEADER.replace("reject: rejected", "return to: [{ step: head, resume: here }], reject: rejected");
    assert_eq!(found(AMOUNT, &[DRAFT, further, SUBMIT, &to_the_head, END]), twice, "the head returns it further");
}
