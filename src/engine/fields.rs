//! What a step may write, and whether it is well formed.

use super::{
    amounts,
    refusal::{FieldProblem, Refusal},
    surroundings::Surroundings,
};
use crate::{
    definition::{Definition, Field, FieldKind, FieldName, Form, Indicator, Progress, Step, StepKind, Value},
    language::Text,
    money::Money,
};

/// Every field must be open to this step and hold what its kind says. Says nothing about what is missing.
pub(super) fn check(definition: &Definition, step: &Step, fields: &Form, before: &Form) -> Result<(), Refusal> {
    refuse(shape_problems(definition, step, fields, before))
}

/// As [`check`], and what the step must leave filled is filled; tables and sheets agree with policy.
pub(super) fn check_complete(
    definition: &Definition,
    step: &Step,
    fields: &Form,
    before: &Form,
    s: &Surroundings<'_>,
) -> Result<(), Refusal> {
    let edit = step.edits();
    let mut problems = shape_problems(definition, step, fields, before);
    let required = definition.form.iter().filter(|field| field.required && edit.contains(&field.name));
    problems.extend(required.filter(|field| is_missing(field, fields, before)).map(missing));
    for field in definition.form.iter().filter(|field| edit.contains(&field.name)) {
        if let Some(value) = fields.get(&field.name).or_else(|| before.get(&field.name)) {
            problems.extend(s.policy.complaints(&field.kind, value).into_iter().map(|p| problem(field, p)));
        }
    }
    problems.extend(amounts::problems(definition, edit, fields, before));
    problems.extend(unread_clocks(definition, edit, fields, before, s));
    in_form_order(definition, &mut problems);
    refuse(problems)
}

/// The fields that a decision requires are filled.
pub(super) fn check_filled(
    definition: &Definition,
    required: &[FieldName],
    fields: &Form,
    before: &Form,
) -> Result<(), Refusal> {
    let required = required.iter().filter_map(|name| definition.field(name));
    refuse(required.filter(|field| is_missing(field, fields, before)).map(missing).collect())
}

/// Who decides may write over what is required, and not take it away, for what comes behind reads it.
pub(super) fn check_kept(
    definition: &Definition,
    step: &Step,
    (fields, cleared): (&Form, &[FieldName]),
    before: &Form,
) -> Result<(), Refusal> {
    if !matches!(step.kind, StepKind::Approve(_)) {
        return Ok(());
    }
    let left: Form =
        before.iter().filter(|(name, _)| !cleared.contains(name)).map(|(n, v)| (n.clone(), v.clone())).collect();
    let required = definition.form.iter().filter(|field| field.required && step.edits().contains(&field.name));
    let held = required.filter(|field| !is_missing(field, &Form::new(), before));
    refuse(held.filter(|field| is_missing(field, fields, &left)).map(missing).collect())
}

/// Where everything is filled and policy still cannot read the clocks, it knows no such round.
fn unread_clocks(
    definition: &Definition,
    edit: &[FieldName],
    fields: &Form,
    before: &Form,
    s: &Surroundings<'_>,
) -> Option<FieldProblem> {
    let clocks = definition.clocks.as_ref().filter(|clocks| edit.contains(&clocks.progress))?;
    let mut form = before.clone();
    form.extend(fields.clone());
    let is_filled = clocks.all().into_iter().all(|name| form.contains_key(name));
    if !is_filled || s.policy.clocks(clocks, &form, s.now).is_some() {
        return None;
    }
    let sentence = Text::new(
        "现行政策中没有这个监控期次，请联系流程管理员。",
        "Policy has no such round today. Ask the workflow administrator.",
    );
    definition.field(&clocks.round).map(|field| problem(field, sentence))
}

/// The rows of a progress table are those it began with: what a row says of its indicator is not for this step.
fn changed_rows(rows: &Value, before: Option<&Value>) -> Option<Text> {
    let Value::Progress(rows) = rows else { return None };
    let held = if let Some(Value::Progress(held)) = before { held.as_slice() } else { &[] };
    if held.is_empty() {
        return Some(Text::new(
            "没有审核通过的绩效目标可以监控，请先申报绩效目标，再重新发起。",
            "There are no accepted targets to report on. Have targets accepted first, then start again.",
        ));
    }
    (!rows.iter().map(|row| &row.indicator).eq(held.iter().map(|row| &row.indicator))).then(|| {
        Text::new(
            "指标和年度指标值来自审核通过的绩效目标，不能在这里修改。请刷新页面后重新填写完成情况。",
            "Indicators and their annual values are those of the accepted targets and cannot be changed here. Reload the page.",
        )
    })
}

fn shape_problems(definition: &Definition, step: &Step, fields: &Form, before: &Form) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    for (name, value) in fields {
        match definition.field(name) {
            Some(field) if step.edits().contains(name) => {
                let wrong = wrong_shape(&field.kind, value).or_else(|| changed_rows(value, before.get(name)));
                problems.extend(wrong.map(|p| problem(field, p)));
            }
            known => problems.push(FieldProblem {
                field: name.to_string(),
                // A hidden field is answered as one that is not there.
                title: known
                    .filter(|_| !step.hides(name))
                    .map_or_else(|| Text::new(name.as_str(), name.as_str()), |field| field.title.clone()),
                problem: Text::new("本环节不能填写该项。", "This step may not write this field."),
            }),
        }
    }
    problems
}

/// Characters of a reason at most.
const REASON_CHARS_MAX: usize = 2000;

/// A reason is text that a person can read, of a length that a person can read.
pub(super) fn check_reason(reason: &str) -> Result<(), Refusal> {
    let wrong = unreadable(reason).or_else(|| too_long(reason, REASON_CHARS_MAX));
    let title = || Text::new("理由", "Reason");
    refuse(wrong.map(|problem| FieldProblem { field: "reason".into(), title: title(), problem }).into_iter().collect())
}

/// Control characters other than line breaks and tabs come from no keyboard, and one of the databases cannot keep them.
pub(super) fn unreadable(text: &str) -> Option<Text> {
    text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')).then(|| {
        Text::new(
            "含有不能显示的控制字符，请删除后重新填写。",
            "It has control characters. Remove them and fill it in again.",
        )
    })
}

fn too_long(text: &str, max: usize) -> Option<Text> {
    let length = text.chars().count();
    (length > max).then(|| {
        Text::new(
            format!("最多{max}字，现有{length}字，请删减。"),
            format!("At most {max} characters; there are {length}. Shorten it."),
        )
    })
}

/// Rows of an indicator table, and characters of a cell, at most.
const ROWS_MAX: usize = 200;
const CELL_CHARS_MAX: usize = 500;

fn progress_problem(rows: &[Progress]) -> Option<Text> {
    let rows_problem = table_problem(rows.iter().map(|row| &row.indicator));
    let cells = rows.iter().flat_map(|row| [&row.so_far, &row.forecast]);
    rows_problem
        .or_else(|| cells.into_iter().find_map(|cell| unreadable(cell).or_else(|| too_long(cell, CELL_CHARS_MAX))))
}

fn table_problem<'r>(rows: impl ExactSizeIterator<Item = &'r Indicator>) -> Option<Text> {
    if rows.len() > ROWS_MAX {
        return Some(Text::new(
            format!("最多{ROWS_MAX}项指标，现有{}项，请合并。", rows.len()),
            format!("At most {ROWS_MAX} indicators; there are {}. Merge some.", rows.len()),
        ));
    }
    let cells = rows.flat_map(|row| [&row.level1, &row.level2, &row.level3, &row.target, &row.unit]);
    let mut cells = cells;
    cells.find_map(|cell| unreadable(cell).or_else(|| too_long(cell, CELL_CHARS_MAX)))
}

/// What is wrong with a value by its kind alone.
pub(super) fn wrong_shape(kind: &FieldKind, value: &Value) -> Option<Text> {
    match (kind, value) {
        (FieldKind::Text { max }, Value::Text(text)) => unreadable(text).or_else(|| too_long(text, *max)),
        (FieldKind::IndicatorTable, Value::Indicators(rows)) => table_problem(rows.iter()),
        (FieldKind::ProgressTable, Value::Progress(rows)) => progress_problem(rows),
        (FieldKind::Choice(options), Value::Choice(chosen)) => (!options.iter().any(|(code, _)| code == chosen))
            .then(|| Text::new("请从列出的选项中选择。", "Choose one of the options.")),
        (FieldKind::Attachment { max }, Value::Files(files)) => {
            (files.len() > *max).then(|| Text::new(format!("最多{max}个附件。"), format!("At most {max} files.")))
        }
        (FieldKind::Number, Value::Number(_))
        | (FieldKind::Money, Value::Money(_))
        | (FieldKind::Date, Value::Date(_))
        | (FieldKind::Flag, Value::Flag(_))
        | (FieldKind::ScoreSheet(_), Value::Scores(_)) => None,
        _ => Some(Text::new("填写的内容类型不符。", "The value is of the wrong type.")),
    }
}

fn is_missing(field: &Field, fields: &Form, before: &Form) -> bool {
    let value = fields.get(&field.name).or_else(|| before.get(&field.name));
    let is_allowed = |value: &Value| field.may_be_zero && matches!(value, Value::Money(_));
    value.is_none_or(|value| is_empty(value) && !is_allowed(value))
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Text(text) | Value::Choice(text) => text.trim().is_empty(),
        Value::Indicators(rows) => rows.is_empty(),
        Value::Progress(rows) => rows.is_empty(),
        Value::Scores(scores) => scores.is_empty(),
        Value::Files(files) => files.is_empty(),
        // A required amount of nothing is an amount that was not filled in.
        Value::Money(money) => *money == Money::ZERO,
        Value::Number(_) | Value::Date(_) | Value::Flag(_) => false,
    }
}

fn missing(field: &Field) -> FieldProblem {
    let sentence = if field.kind == FieldKind::Money && !field.may_be_zero {
        Text::new("此项必填，金额须大于零。", "This field is required and must be above zero.")
    } else {
        Text::new("此项必填。", "This field is required.")
    };
    problem(field, sentence)
}

fn problem(field: &Field, problem: Text) -> FieldProblem {
    FieldProblem { field: field.name.to_string(), title: field.title.clone(), problem }
}

fn in_form_order(definition: &Definition, problems: &mut [FieldProblem]) {
    problems.sort_by_key(|p| definition.form.iter().position(|field| field.name.as_str() == p.field));
}

fn refuse(problems: Vec<FieldProblem>) -> Result<(), Refusal> {
    if problems.is_empty() { Ok(()) } else { Err(Refusal::Fields { problems }) }
}
