//! For each code an example of what gives it, and behind the arrow what to write instead.

use super::Code;
use crate::language::Lang;

impl Code {
    /// The code as `yumen check --explain` shows it: what it means, why the rule is there, and an example.
    #[must_use]
    pub fn explained(self, lang: Lang) -> String {
        let (wrong, right) = self.example();
        let [bad, good] = [lang.pick("有问题的写法", "What gives it"), lang.pick("改为", "What to write")];
        let explanation = self.explanation();
        format!("{self}  {}\n\n{bad}:\n{}\n{good}:\n{}", explanation.get(lang), indented(wrong), indented(right))
    }

    /// What gives the code, and what to write instead.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "one pair for each code, as a table")]
    pub const fn example(self) -> (&'static str, &'static str) {
        match self {
            Self::NotYaml => ("title: { zh-CN: 目标", "title: { zh-CN: 目标, en: Targets }"),
            Self::TooLarge => ("hint: { zh-CN: …… 300 KB ……, en: … }", "hint: { zh-CN: 一句话。, en: One sentence. }"),
            Self::TooDeep => (
                "- choose: a\n  otherwise:\n    - choose: b\n      otherwise: …",
                "- choose: a\n  branches: […]\n  otherwise: next",
            ),
            Self::Alias => ("due: &five 5 working days", "due: 5 working days"),
            Self::Documents => ("workflow: one\n---\nworkflow: two", "workflow: one"),
            Self::DuplicateKey => ("due: 5 working days\ndue: 10 working days", "due: 10 working days"),
            Self::FileName => (
                "# targets.yaml\nworkflow: performance-targets",
                "# performance-targets.yaml\nworkflow: performance-targets",
            ),
            Self::CannotBeObtained => {
                ("- gate: assessed\n  needs: { fact: assessment, is: supported }", "# + ex-ante-assessment.yaml")
            }
            Self::SharedWithAnother => {
                ("number: \"绩目〔{year}〕{seq:4}\"   # twice", "number: \"绩评〔{year}〕{seq:4}\"")
            }
            Self::UnknownKey => ("- fill: draft\n  duration: 5 working days", "- fill: draft\n  due: 5 working days"),
            Self::MissingKey => ("- fill: draft\n  edit: [amount]", "- fill: draft\n  by: initiator\n  edit: [amount]"),
            Self::Malformed => ("- fill: Draft_1", "- fill: draft-1"),
            Self::Duplicate => ("- fill: draft\n- approve: draft", "- fill: draft\n- approve: review"),
            Self::NotYet => ("- approve: review\n  sign: electronic", "- approve: review"),
            Self::UnknownRole => ("by: { role: department-haed }", "by: { role: department-head }"),
            Self::UnknownFact => {
                ("needs: { fact: assesment, is: supported }", "needs: { fact: assessment, is: supported }")
            }
            Self::UnknownEffect => ("- do: submit-request", "- do: submit-budget-request"),
            Self::UnknownMail => {
                ("- notify: { to: initiator, mail: copy }", "- notify: { to: initiator, mail: copied-in }")
            }
            Self::UnknownField => ("edit: [amuont]", "edit: [amount]"),
            Self::UnknownOrganisation => ("of: project.bureau", "of: project.department"),
            Self::UnknownOutcome => ("- end: done", "- end: accepted"),
            Self::UnknownStep => ("return to: [drafts]", "return to: [draft]"),
            Self::UnknownStepKind => ("- review: department", "- approve: department"),
            Self::UnknownFieldType => ("type: string", "type: text"),
            Self::UnknownScoreSheet => ("sheet: assessment", "sheet: assessment-project"),
            Self::UnknownRule => {
                ("basis: [{ rule: wuqing, clause: 二(二)1 }]", "basis: [{ rule: wuqing-plan, clause: 二(二)1 }]")
            }
            Self::WrongShape => ("edit: amount", "edit: [amount]"),
            Self::Empty => ("due:", "due: 5 working days"),
            Self::NotADuration => ("due: P5D", "due: 5 working days"),
            Self::NotANumber => ("max: many", "max: 2000"),
            Self::NotOneOf => ("else: stop", "else: refuse"),
            Self::BadNumberPattern => ("number: \"绩目{year}\"", "number: \"绩目〔{year}〕{seq:4}\""),
            Self::LanguageMissing => ("title: { zh-CN: 目标 }", "title: { zh-CN: 目标, en: Targets }"),
            Self::TextTooLong => {
                ("title: { zh-CN: \"第一行\\n第二行\", en: Two lines }", "title: { zh-CN: 一行, en: One line }")
            }
            Self::CapNotMoney => (
                "- record: { fact: targets, is: accepted, cap: purpose }",
                "- record: { fact: targets, is: accepted, cap: amount }",
            ),
            Self::KeyOfAnotherType => ("- { name: amount, type: money, max: 10 }", "- { name: amount, type: money }"),
            Self::AmountRule => (
                "sums: [{ total: amount, parts: [amount] }]",
                "sums: [{ total: amount, parts: [fiscal_amount, other_funds] }]",
            ),
            Self::ClockField => (
                "- { name: executed, type: money }\n…\nclocks: { round: period, budget: budget, executed: executed, progress: progress }",
                "- { name: executed, type: money, required: true, zero: allowed }",
            ),
            Self::ComputedField => (
                "- { name: rate, type: number, computed: rate }\n…\n- fill: report\n  edit: [rate]",
                "- fill: report\n  edit: [period, budget, executed, progress]",
            ),
            Self::LateWithoutDue => (
                "- approve: decision\n  late: { do: suspend-funding }",
                "- approve: decision\n  due: 10 working days\n  late: { do: suspend-funding }",
            ),
            Self::EffectAmount => (
                "- { name: amount, type: money }\n…\n- do: submit-budget-request",
                "- { name: amount, type: money, required: true }",
            ),
            Self::EffectTwice => (
                "- do: submit-budget-request\n- approve: leader\n  return to: [draft]",
                "- approve: leader\n  return to: [draft]\n- do: submit-budget-request",
            ),
            Self::BadTitlePattern => (
                "title: { zh-CN: \"{amount}的申请\", en: \"Request for {amount}\" }",
                "title: { zh-CN: \"{project}的申请\", en: \"Request for {project}\" }",
            ),
            Self::Unreachable => ("- end: accepted\n- notify: …", "- notify: …\n- end: accepted"),
            Self::RunsOff => ("steps:\n  - fill: draft", "steps:\n  - fill: draft\n  - end: accepted"),
            Self::EndInParallel => (
                "- parallel: reviews\n  branches:\n    - steps: [{ end: accepted }]",
                "- parallel: reviews\n  branches: […]\n- end: accepted",
            ),
            Self::EmptyBlock => ("steps: []", "otherwise: next"),
            Self::NoOtherwise => {
                ("- choose: by-amount\n  branches: […]", "- choose: by-amount\n  branches: […]\n  otherwise: next")
            }
            Self::NotEarlier => {
                ("- approve: review\n  return to: [later-step]", "- approve: review\n  return to: [draft]")
            }
            Self::OtherBranch => ("return to: [step-of-another-branch]", "return to: [step-before-the-branches]"),
            Self::ResumeAcross => {
                ("return to: [{ step: draft, resume: here }]   # parallel, choose", "return to: [draft]")
            }
            Self::OutcomeNotReached => {
                ("outcomes: [accepted, blocked]\n…\n- end: accepted", "outcomes: [accepted]\n…\n- end: accepted")
            }
            Self::EditedByNobody => (
                "form: [{ name: note, … }]\nsteps: [{ fill: draft, edit: [amount] }]",
                "steps: [{ fill: draft, edit: [amount, note] }]",
            ),
            Self::ReadBeforeFilled => (
                "- { name: amount, type: money }\n…\n- record: { fact: targets, is: accepted, cap: amount }",
                "- { name: amount, type: money, required: true }",
            ),
            Self::GradesWithMode => ("mode: all\ngrades: { good: next }", "grades: { good: next }"),
            Self::GradesWithRoutes => {
                ("reject: rejected\ngrades: { good: next }", "grades: { good: next, poor: { end: rejected } }")
            }
            Self::GradeRoute => ("grades: { fair: { title: … } }", "grades: { fair: { return to: draft } }"),
            Self::LonelyBranch => (
                "- parallel: reviews\n  branches: [{ steps: […] }]",
                "- parallel: reviews\n  branches: [{ steps: […] }, { steps: […] }]",
            ),
            Self::SumAcrossSteps => {
                ("- fill: later\n  edit: [other_funds]", "- fill: draft\n  edit: [amount, fiscal_amount, other_funds]")
            }
            Self::NotACondition => ("when: amount ≥ 500", "when: form.amount >= wan(500)"),
            Self::ConditionTooLarge => {
                ("when: form.a == \"1\" || form.a == \"2\" || …", "when: form.a in [\"1\", \"2\"]")
            }
            Self::NotInConditions => ("when: form.amount * 2 > wan(100)", "when: form.amount > wan(50)"),
            Self::UnknownConditionName => ("when: form.amuont > wan(50)", "when: form.amount > wan(50)"),
            Self::NotBoolean => ("when: form.amount", "when: form.amount > wan(50)"),
            Self::CannotCompare => ("when: form.amount >= 5000000", "when: form.amount >= wan(500)"),
            Self::NeverThatValue => ("when: outcome.review == \"superb\"", "when: outcome.review == \"excellent\""),
            Self::BadArgument => ("when: form.amount >= wan(\"500\")", "when: form.amount >= wan(500)"),
            Self::NotByItself => {
                ("- approve: review\n  not by: [review]", "- approve: review\n  not by: [first-review]")
            }
            Self::NotAMajority => ("mode: { vote: 66%, failed: … }", "mode: { vote: 2/3, failed: { end: rejected } }"),
            Self::TwoGradesCouldPass => (
                "mode: { vote: 2 votes, undecided: … }\ngrades: { good: next, poor: { end: blocked } }",
                "mode: { vote: more than 1/2, undecided: { return to: draft } }",
            ),
            Self::VetoOnGrades => (
                "mode: { vote: 2/3, veto: true, undecided: … }\ngrades: { good: next, poor: { end: blocked } }",
                "mode: { vote: 2/3, undecided: { return to: draft } }",
            ),
            Self::RejectBesideVote => {
                ("mode: { vote: 2/3, … }\nreject: rejected", "mode: { vote: 2/3, failed: { end: rejected } }")
            }
            Self::EditInAVote => {
                ("mode: { vote: 2/3, … }\nedit: [amount]", "- fill: correction\n  edit: [amount]\n- approve: committee")
            }
            Self::WeightOfNobody => (
                "by: { role: finance-section }\nmode: { weights: [{ role: auditor, votes: 2 }], … }",
                "mode: { weights: [{ role: finance-section, votes: 2 }], … }",
            ),
            Self::VoteRoute => ("mode: { vote: 2/3, failed: {} }", "mode: { vote: 2/3, failed: { return to: draft } }"),
            Self::ItemOutside => {
                ("- fill: draft\n  by: item", "- each: experts\n  steps:\n    - fill: opinion\n      by: item")
            }
            Self::ItemOfAnotherKind => {
                ("list: { rows: indicators }\n…\nby: item", "list: { people: { role: auditor } }\n…\nby: item")
            }
            Self::EachInEach => {
                ("- each: units\n  steps: [{ each: experts, … }]", "- each: units\n  steps: […]\n- each: experts")
            }
            Self::OncePerItem => (
                "- each: units\n  steps: [{ do: submit-budget-request }]",
                "- each: units\n  steps: […]\n- do: submit-budget-request",
            ),
            Self::FieldsAtOnce => (
                "- each: units\n  steps: [{ fill: opinion, edit: [note] }]",
                "- each: units\n  in order: true\n  steps: [{ fill: opinion, edit: [note] }]",
            ),
            Self::WaitForOneThing => ("- wait:\n  for: 5 days\n  until: 08-31", "- wait:\n  until: 08-31"),
            Self::NotADay => ("until: 02-30", "until: 08-31"),
            Self::NoSuchWorkflow => (
                "- start: targets\n  workflow: performance-target",
                "- start: targets\n  workflow: performance-targets",
            ),
            Self::NotACron => ("cron: \"0 9 * * 1\"", "cron: \"0 9 * * MON\""),
            Self::NeverFires => ("cron: \"0 9 30 2 *\"", "cron: \"0 9 28 2 *\""),
            Self::FiresTooOften => ("cron: \"0 9 1 2,8 *\"\nperiod: year", "cron: \"0 9 1 2,8 *\"\nperiod: half-year"),
            Self::ReadAndHidden => ("read: [plan]\nhidden: [amount]", "hidden: [amount]"),
            Self::HiddenAndEdited => ("edit: [amount]\nhidden: [amount]", "edit: [amount]"),
            Self::HiddenButTold => (
                "hidden: [amount]\n…\n- record: { fact: targets, is: accepted, cap: amount }",
                "hidden: [plan]\n…\n- record: { fact: targets, is: accepted, cap: amount }",
            ),
            Self::OnlyWhoActs => (
                "- notify: { to: { manager of: draft }, mail: copied-in }",
                "- approve: review\n  by: { manager of: draft }",
            ),
            Self::NotAlwaysPassed => (
                "- approve: review\n  by: { manager of: a-step-of-one-branch }",
                "- approve: review\n  by: { manager of: draft }",
            ),
            Self::SeveralDecide => (
                "- approve: committee\n  mode: all\n…\n  by: { manager of: committee }",
                "- approve: review\n…\n  by: { manager of: review }",
            ),
            Self::OwnDecision => (
                "- approve: confirmation\n  by: initiator",
                "- approve: confirmation\n  by: initiator\n  initiator: may decide",
            ),
            Self::StartsInACircle => (
                "workflow: budget-request   # …\n- start: again\n  workflow: budget-request",
                "workflow: budget-request   # …\n- start: targets\n  workflow: performance-targets",
            ),
            Self::NeverReached => (
                "- record: { fact: targets, is: accepted }\n- gate: g\n  needs: { fact: targets, is: … }   # never accepted\n  else: refuse\n- do: submit-budget-request",
                "- gate: g\n  needs: { fact: targets, is: accepted }",
            ),
            Self::NeverJoins => (
                "- parallel: reviews\n  branches:\n    - steps: [{ approve: a, grades: { fair: { return to: draft } } }]",
                "    - steps: [{ approve: a, grades: { good: next, fair: { return to: draft } } }]",
            ),
            Self::NeverEnds => (
                "- approve: review\n  grades: { fair: { return to: draft } }",
                "- approve: review\n  grades: { good: next, fair: { return to: draft } }",
            ),
            Self::MandateBypassed => (
                "- gate: assessed\n- approve: leader            # …\n- do: submit-budget-request",
                "- approve: leader\n- gate: assessed\n- do: submit-budget-request",
            ),
            Self::TooFewApprovals => (
                "- approve: finance-review\n- fill: correction\n  edit: [amount]\n- record: { fact: targets, is: accepted }",
                "- fill: correction\n  edit: [amount]\n- approve: finance-review\n- record: { fact: targets, is: accepted }",
            ),
            Self::NeverHolds => ("when: form.amount > wan(5) && form.amount < wan(5)", "when: form.amount > wan(5)"),
            Self::Covered => (
                "- when: form.amount >= wan(100)\n- when: form.amount >= wan(500)",
                "- when: form.amount >= wan(500)\n- when: form.amount >= wan(100)",
            ),
            Self::AlwaysHolds => ("when: form.amount >= yuan(0)", "when: form.amount >= wan(100)"),
            Self::BranchesOverlap => (
                "- when: form.amount >= wan(100)\n- when: project.is_new_major",
                "- when: form.amount >= wan(100)\n- when: project.is_new_major && form.amount < wan(100)",
            ),
            Self::OtherwiseNeverTaken => (
                "- when: form.urgent\n- when: \"!form.urgent\"\notherwise: [- end: accepted]",
                "- when: form.urgent\notherwise: [- end: accepted]",
            ),
            Self::OtherwiseAlone => ("- when: form.amount >= wan(500)\notherwise: next", "# 499.99 万元 → otherwise"),
            Self::BranchNotDecided => (
                "when: form.goal.startsWith(\"甲\") && form.goal.startsWith(\"乙\")",
                "when: form.goal.startsWith(\"甲\")",
            ),
            Self::NotWithTodaysPolicy => (
                "- when: form.amount >= policy.finance_leader_threshold   # 500 万元\n- when: form.amount >= wan(600)",
                "- when: form.amount >= wan(600)\n- when: form.amount >= policy.finance_leader_threshold",
            ),
            Self::TooSlow => (
                "within: { time: 20 days, basis: … }\n…\n  due: 15 working days",
                "within: { time: 20 days, basis: … }\n…\n  due: 5 working days",
            ),
            Self::NoTimeLimit => ("- approve: review\n  by: …", "- approve: review\n  by: …\n  due: 5 working days"),
            Self::InTime => ("within: { time: 60 working days, basis: … }", "# 30 个工作日 working days"),
            Self::NobodyStarts => {
                ("start:\n  by: { role: project-officer, of: project.unit }", "# 任命项目责任人 appoint one")
            }
            Self::NobodyActs => {
                ("by: { role: department-head, of: project.department }", "# 任命主要负责人 appoint one")
            }
            Self::TooFewPeople => (
                "- approve: head\n  by: { role: auditor }\n- approve: audit\n  by: { role: auditor }\n  not by: [head]",
                "# 任命第二名审计人员 appoint a second auditor",
            ),
            Self::OnePerson => {
                ("by: { role: department-head, of: project.department }", "# 再任命一人 appoint one more")
            }
            Self::PeopleNotDecided => ("not by: [a, b, c, d, e, f, g, h]", "not by: [a, b]"),
            Self::NoScenarios => ("# performance-targets.yaml", "# + performance-targets.scenarios.yaml"),
            Self::ScenarioLine => ("- li-wei does draft", "- li-wei completes draft"),
            Self::ScenarioName => ("- li-wei completes drafft", "- li-wei completes draft"),
            Self::ScenarioRefused => (
                "- chen-jie approves department-review   # li-wei …",
                "- li-wei completes draft\n- chen-jie approves department-review",
            ),
            Self::ScenarioExpectation => ("then:\n  - the case ends accepted", "then:\n  - the case ends blocked"),
            Self::NotCovered => (
                "grades: { poor: { end: blocked } }",
                "- finance grades finance-review poor\nthen:\n  - the case ends blocked",
            ),
            Self::ReminderWithoutDue => ("remind: [when due]", "due: 5 working days\nremind: [when due]"),
            Self::NotAReminder => ("remind: [2 days]", "remind: [2 days before]"),
            Self::ReminderTooEarly => (
                "due: 2 working days\nremind: [3 working days before]",
                "due: 2 working days\nremind: [1 working day before]",
            ),
            Self::EscalationOrder => (
                "escalate:\n  - { after: 3 working days, to: line }\n  - { after: 1 working day, to: line }",
                "escalate:\n  - { after: 1 working day, to: line }\n  - { after: 3 working days, to: line }",
            ),
            Self::EscalatesToTheSame => (
                "by: { role: auditor }\nescalate: { after: 1 working day, to: { role: auditor } }",
                "by: { role: auditor }\nescalate: { after: 1 working day, to: line }",
            ),
            Self::TooManyReminders => ("remind: [every day after, every 2 days after]", "remind: [every day after]"),
            Self::NotAboutAProject => (
                "about: definition\n…\n- approve: approval\n  by: { role: department-head, of: project.department }",
                "- approve: approval\n  by: { role: security-admin }",
            ),
            Self::NotAboutADefinition => {
                ("about: project\n…\n- do: publish-definition", "about: definition\n…\n- do: publish-definition")
            }
            Self::PublishedUnapproved => (
                "- fill: draft\n- do: publish-definition",
                "- fill: draft\n- approve: approval\n- do: publish-definition",
            ),
            Self::TooManyWays => (
                "- choose: a\n  branches: [{ when: …, steps: [{ approve: … }] }]\n- choose: b …",
                "- approve: finance-review",
            ),
        }
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}
