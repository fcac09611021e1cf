//! Definitions of any length, with every kind of detour: returns, grades, choices, branches side by side, gates.

use std::fmt::Write as _;

const HEAD: &str = "workflow: generated
title: { zh-CN: 生成, en: Generated }
about: project
basis:
  - { rule: wuqing-plan, clause: 二(二)1 }
outcomes: [submitted, rejected, withdrawn]
start:
  by: { role: project-officer, of: project.unit }
  number: \"生〔{year}〕{seq:4}\"
form:
  - { name: amount, type: money, required: true, title: { zh-CN: 金额, en: Amount } }
steps:
  - fill: draft
    by: initiator
    edit: [amount]
";

const GATE: &str = "  - gate: assessment
    needs: { fact: assessment, is: [supported, adjusted, exempt] }
    covers: amount
    else: refuse
";

const TAIL: &str = "  - gate: targets
    needs: { fact: targets, is: accepted }
    covers: amount
    else: refuse
  - do: submit-budget-request
  - end: submitted
";

/// Steps of the head and the tail.
const FRAME: usize = 5;
/// Steps of one group, see [`group`].
const GROUP: usize = 8;

/// A definition with `steps` steps, or a few more: groups of them are added whole. One that is broken asks for a budget
/// without an assessment.
pub fn source(steps: usize, is_broken: bool) -> String {
    let mut source = HEAD.to_owned();
    for n in 0..steps.saturating_sub(FRAME).div_ceil(GROUP) {
        source += &group(n);
    }
    if !is_broken {
        source += GATE;
    }
    source + TAIL
}

/// An approval that returns; two branches side by side, one of them returning out of the block; a choice; grades.
fn group(n: usize) -> String {
    let mut text = String::new();
    let by = "by: { role: finance-section }";
    let leader = "by: { role: finance-leader }";
    let back = if n == 0 { String::new() } else { format!(", review-{}", n - 1) };
    let written = write!(
        text,
        "  - approve: review-{n}
    {by}
    return to: [draft{back}]
    reject: rejected
  - parallel: together-{n}
    branches:
      - title: {{ zh-CN: 左, en: Left }}
        steps:
          - approve: left-{n}
            {by}
            return to: [draft, review-{n}]
      - title: {{ zh-CN: 右, en: Right }}
        steps:
          - gate: right-gate-{n}
            needs: {{ fact: assessment, is: supported }}
            else: wait
          - approve: right-{n}
            {leader}
  - choose: size-{n}
    branches:
      - when: form.amount >= policy.finance_leader_threshold
        steps:
          - approve: large-{n}
            {leader}
            return to: [review-{n}]
    otherwise: next
  - approve: grade-{n}
    {by}
    grades:
      good: next
      poor: {{ return to: review-{n}, resume: here }}
"
    );
    debug_assert!(written.is_ok(), "a String takes everything");
    text
}
