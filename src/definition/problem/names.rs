//! Problems with names: keys, steps, fields, roles, facts and whatever else a definition mentions.

use super::{Code, Problem, Spot, listed, meant, problem};
use crate::definition::model::Place;

/// A key that means nothing here.
#[must_use]
pub fn unknown_key(spot: Spot, key: &str, known: &[&str]) -> Problem {
    let (zh, en) = meant(key, known);
    problem(
        Code::UnknownKey,
        spot,
        (format!("这里没有“{key}”这个键。"), zh),
        (format!("There is no key “{key}” here."), en),
    )
}

/// The rest of a sentence that stands in braces without quotes.
#[must_use]
pub fn comma_without_quotes(spot: Spot, rest: &str) -> Problem {
    problem(
        Code::UnknownKey,
        spot,
        (format!("花括号中的英文逗号把句子断开了，“{rest}”被当成了另一个键。"), "请给整句文字加上引号。"),
        (
            format!("The comma splits this sentence: “{rest}” is read as another key."),
            "Put the whole sentence in quotes.",
        ),
    )
}

/// A key of the language to come.
#[must_use]
pub fn not_yet(spot: Spot, key: &str) -> Problem {
    problem(
        Code::NotYet,
        spot,
        (format!("本版本的流程语言还没有“{key}”。"), "请删除它；可用的写法见 workflows/README.md。"),
        (
            format!("“{key}” is not part of the language yet."),
            "Remove it; workflows/README.md shows what the language has.",
        ),
    )
}

/// A key that must be there.
#[must_use]
pub fn missing_key(spot: Spot, key: &str, example: &str) -> Problem {
    problem(
        Code::MissingKey,
        spot,
        (format!("缺少“{key}”。"), format!("请补上，例如：{example}")),
        (format!("“{key}” is missing."), format!("Add it, for example: {example}")),
    )
}

/// A name that is not formed as names are.
#[must_use]
pub fn malformed(spot: Spot, name: &str, example: &str) -> Problem {
    problem(
        Code::Malformed,
        spot,
        (
            format!("“{name}”不能用作名称。"),
            format!("名称以小写字母开头，只含小写字母、数字和分隔符，最长 60 个字符，例如 {example}。"),
        ),
        (
            format!("“{name}” cannot be a name."),
            format!("Start with a small letter, then small letters, digits and separators, 60 at most: {example}."),
        ),
    )
}

/// A name given twice.
#[must_use]
pub fn duplicate(spot: Spot, name: &str, first: Place) -> Problem {
    let line = first.line;
    problem(
        Code::Duplicate,
        spot,
        (format!("名称“{name}”重复，第一次在第 {line} 行。"), "请为其中一处另取名称，或者删除一处。"),
        (format!("The name “{name}” is given twice; the first is in line {line}."), "Rename or remove one of them."),
    )
}

/// What kind of thing a definition names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    /// A role of the register.
    Role,
    /// A kind of fact.
    Fact,
    /// A value of a fact.
    FactValue,
    /// An effect.
    Effect,
    /// A mail.
    Mail,
    /// A form field of this definition.
    Field,
    /// A way to reach an organisation.
    Organisation,
    /// An outcome that this definition declares.
    DeclaredOutcome,
    /// An outcome of the register.
    Outcome,
    /// A step of this definition.
    Step,
    /// A kind of step.
    StepKind,
    /// A type of field.
    FieldType,
    /// A score sheet of policy.
    ScoreSheet,
    /// A rule of policy.
    Rule,
}

impl Thing {
    const fn words(self) -> (Code, &'static str, &'static str) {
        match self {
            Self::Role => (Code::UnknownRole, "角色", "role"),
            Self::Fact => (Code::UnknownFact, "事实", "fact"),
            Self::FactValue => (Code::UnknownFact, "事实取值", "value of this fact"),
            Self::Effect => (Code::UnknownEffect, "业务动作", "effect"),
            Self::Mail => (Code::UnknownMail, "通知模板", "mail"),
            Self::Field => (Code::UnknownField, "表单字段", "form field"),
            Self::Organisation => (Code::UnknownOrganisation, "机构", "organisation"),
            Self::DeclaredOutcome => {
                (Code::UnknownOutcome, "本流程 outcomes 中的结果", "outcome declared in this file")
            }
            Self::Outcome => (Code::UnknownOutcome, "办理结果", "outcome"),
            Self::Step => (Code::UnknownStep, "步骤", "step"),
            Self::StepKind => (Code::UnknownStepKind, "步骤类型", "kind of step"),
            Self::FieldType => (Code::UnknownFieldType, "字段类型", "field type"),
            Self::ScoreSheet => (Code::UnknownScoreSheet, "评分表", "score sheet"),
            Self::Rule => (Code::UnknownRule, "制度文件", "rule"),
        }
    }
}

/// A name that nothing of the kind bears.
#[must_use]
pub fn unknown(spot: Spot, thing: Thing, name: &str, known: &[&str]) -> Problem {
    let (code, zh, en) = thing.words();
    let (hint_zh, hint_en) = meant(name, known);
    problem(
        code,
        spot,
        (format!("没有名为“{name}”的{zh}。"), hint_zh),
        (format!("There is no {en} called “{name}”."), hint_en),
    )
}

/// A step without a kind, or with two.
#[must_use]
pub fn step_without_kind(spot: Spot, found: &[&str], kinds: &[&str]) -> Problem {
    let kinds = listed(kinds.iter().copied());
    let (zh, en) = if found.is_empty() {
        ("这一步没有写明步骤类型。".to_owned(), "This step does not say what kind it is.".to_owned())
    } else {
        let found = found.join(", ");
        (format!("一个步骤只能有一种类型，这里写了：{found}。"), format!("A step has one kind; this one has {found}."))
    };
    problem(
        Code::UnknownStepKind,
        spot,
        (zh, format!("请以其中一种开头：{kinds}。")),
        (en, format!("Start it with one of: {kinds}.")),
    )
}

/// `withdrawn` is what the initiator does, not what a step leads to.
#[must_use]
pub fn withdrawn_is_not_reached(spot: Spot) -> Problem {
    problem(
        Code::UnknownOutcome,
        spot,
        (
            "步骤不能以 withdrawn 结束流程。",
            "withdrawn 只表示发起人撤销；在 outcomes 中列出即可撤销，此处请换用其他结果。",
        ),
        (
            "A step cannot end the case as withdrawn.",
            "withdrawn is the initiator's own doing; listing it in outcomes is enough. End as something else here.",
        ),
    )
}
