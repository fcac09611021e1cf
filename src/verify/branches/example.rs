//! A situation in words: “申请金额”为 4,999,999.99 元.

use super::scene::{Scene, Value, Variable};
use crate::{
    definition::{
        Definition, FieldKind, StepKind,
        condition::{TermType, Types, formula::day_of, late_name, outcome_name},
    },
    language::Text,
    money::{Money, MoneyUnit, grouped},
};

/// Names in one sentence at most; more are nobody's example.
const NAMES_MAX: usize = 5;

/// The situation in words, each name by its title and each value with its unit.
pub fn words(scene: &Scene, types: &Types, definition: &Definition) -> Text {
    let parts: Vec<Text> = scene
        .iter()
        .filter_map(|(variable, value)| match variable {
            Variable::Name(name) => Some(part(name, value, types, definition)),
            Variable::Size(_) | Variable::Open(_) => None,
        })
        .take(NAMES_MAX)
        .collect();
    if parts.is_empty() {
        return Text::new("任何情形", "any case");
    }
    let joined = |half: fn(&Text) -> &str, by: &str| parts.iter().map(half).collect::<Vec<_>>().join(by);
    Text::new(joined(|text| &text.zh, "，"), joined(|text| &text.en, ", "))
}

fn part(name: &str, value: &Value, types: &Types, definition: &Definition) -> Text {
    let title = title_of(name, definition);
    let value = value_words(name, value, types.get(name), definition);
    Text::new(format!("“{}”为{}", title.zh, value.zh), format!("“{}” is {}", title.en, value.en))
}

/// What people call the name.
fn title_of(name: &str, definition: &Definition) -> Text {
    if let Some(field) = name.strip_prefix("form.") {
        let field = definition.form.iter().find(|known| known.name.as_str() == field);
        return field.map_or_else(|| Text::new(name, name), |field| field.title.clone());
    }
    if let Some(step) = definition.steps.iter().find(|step| outcome_name(step.name.as_str()) == name) {
        return Text::new(format!("{}的结果", step.title.zh), format!("Result of {}", step.title.en));
    }
    if let Some(step) = definition.steps.iter().find(|step| late_name(step.name.as_str()) == name) {
        return Text::new(format!("{}逾期", step.title.zh), format!("{} was late", step.title.en));
    }
    let known = NAMES.iter().find(|(known, _, _)| *known == name);
    known.map_or_else(|| Text::new(name, name), |(_, zh, en)| Text::new(*zh, *en))
}

/// The names that every workflow has.
const NAMES: &[(&str, &str, &str)] = &[
    ("project.nature", "项目性质", "Nature of the project"),
    ("project.category", "预算类别", "Budget category"),
    ("project.instrument", "支出方式", "Instrument"),
    ("project.is_new_major", "新增重大项目", "New major project"),
    ("project.total", "项目总投资", "Total of the project"),
    ("project.unit", "项目单位", "Unit of the project"),
    ("project.department", "主管部门", "Department of the project"),
    ("case.year", "预算年度", "Budget year"),
    ("case.workflow", "流程", "Workflow"),
];

fn value_words(name: &str, value: &Value, kind: Option<&TermType>, definition: &Definition) -> Text {
    match (value, kind) {
        (Value::Flag(true), _) => Text::new("是", "yes"),
        (Value::Flag(false), _) => Text::new("否", "no"),
        (Value::Number(fen), Some(TermType::Money)) => match Money::from_fen(*fen) {
            Ok(money) => {
                let yuan = grouped(money.in_unit(MoneyUnit::Yuan));
                Text::new(format!(" {yuan} 元"), format!("{yuan} yuan"))
            }
            Err(_) => Text::new("任何金额", "any amount"),
        },
        (Value::Number(number), Some(TermType::Date)) => {
            let day = day_of(*number).map(|day| day.to_string()).unwrap_or_default();
            Text::new(format!(" {day}"), day)
        }
        (Value::Number(number), _) => Text::new(format!(" {number}"), number.to_string()),
        (Value::Text(text), _) => choice_words(name, text, definition),
    }
}

/// The title of an option or a grade; other texts in quotes, shortened.
fn choice_words(name: &str, text: &str, definition: &Definition) -> Text {
    let field = name.strip_prefix("form.").and_then(|field| definition.form.iter().find(|f| f.name.as_str() == field));
    if let Some(FieldKind::Choice(options)) = field.map(|field| &field.kind)
        && let Some((_, title)) = options.iter().find(|(value, _)| value == text)
    {
        return Text::new(format!("“{}”", title.zh), format!("“{}”", title.en));
    }
    let step = definition.steps.iter().find(|step| outcome_name(step.name.as_str()) == name);
    if let Some(StepKind::Approve(approve)) = step.map(|step| &step.kind)
        && let Some(grade) = approve.grades.iter().find(|grade| grade.name.as_str() == text)
    {
        return Text::new(format!("“{}”", grade.title.zh), format!("“{}”", grade.title.en));
    }
    match (step.is_some(), text) {
        (true, "approved") => Text::new("“同意”", "“approved”"),
        (true, "completed") => Text::new("“已完成”", "“completed”"),
        (_, text) => {
            let mut short: String = text.chars().take(TEXT_CHARS_MAX).collect();
            if short.len() < text.len() {
                short.push('…');
            }
            Text::new(format!("“{short}”"), format!("“{short}”"))
        }
    }
}

/// Characters of a text in an example, at most.
const TEXT_CHARS_MAX: usize = 20;
