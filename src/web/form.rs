//! What a browser posts, turned into a [`Form`] of the definition's types, with every problem at once.
//!
//! The names are flat, so that a page works without scripts: `f.<field>` for a value, `f.<field>.unit` for the unit of
//! an amount, `f.<field>.<row>.<column>` for an indicator, `f.<field>.<item>` for the points of a score sheet.
//! Files are uploaded by a request of their own and are refused here.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::{
    definition::{Cause, Field, FieldKind, FieldName, Form, Indicator, Likelihood, Progress, Sign, Value},
    engine::refusal::FieldProblem,
    language::Text,
    money::{Money, MoneyUnit, NotMoney},
    policy::{Policy, indicators::TableRule, scoring::Sheet},
};

/// Rows of an indicator table at most.
pub const INDICATOR_ROWS_MAX: usize = 60;
/// The columns of an indicator row, as they are posted.
pub const COLUMNS: [&str; 7] = ["level1", "level2", "level3", "sign", "target", "unit", "weight"];
/// What a row of a progress table has beside these.
const PROGRESS_COLUMNS: [&str; 4] = ["so_far", "forecast", "cause", "likelihood"];
/// Characters in one cell of an indicator table at most.
const CELL_CHARS_MAX: usize = 200;

/// The score sheets of policy by name: what can be scored, and how high.
pub type Sheets = BTreeMap<String, Vec<SheetItem>>;

/// An item of a score sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetItem {
    /// Its code, as it is posted.
    pub code: String,
    /// The dimension it belongs to.
    pub group: Text,
    /// What people read.
    pub title: Text,
    /// The points it can get.
    pub points_max: Decimal,
}

/// The score sheets as policy has them.
#[must_use]
pub fn sheets(policy: &Policy) -> Sheets {
    let items = |sheet: &Sheet| {
        let all = sheet.dimensions.iter().flat_map(|dimension| {
            dimension.items.iter().map(|item| SheetItem {
                code: item.name.clone(),
                group: dimension.title.clone(),
                title: item.title.clone(),
                points_max: item.points,
            })
        });
        all.collect()
    };
    policy.scoring.sheets.iter().map(|(name, sheet)| (name.clone(), items(sheet))).collect()
}

/// What the weights of an indicator table sum to, when every frame that policy knows says the same.
#[must_use]
pub fn weights_sum(policy: &Policy) -> Option<Decimal> {
    let mut sums = policy.scoring.indicator_tables.values().map(TableRule::weights_sum);
    let first = sums.next()?;
    sums.all(|sum| sum == first).then_some(first)
}

/// What was read.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The fields that were filled and are sound.
    pub form: Form,
    /// The fields that were left empty.
    pub cleared: Vec<FieldName>,
    /// What is wrong, in the order of the form.
    pub problems: Vec<FieldProblem>,
}

/// Reads what was posted for `fields`, the ones this step may write.
#[must_use]
pub fn read(fields: &[&Field], sheets: &Sheets, posted: &[(String, String)]) -> Reading {
    let posted = Posted::new(posted);
    let mut reading = Reading::default();
    for field in fields {
        if matches!(field.kind, FieldKind::Attachment { .. }) {
            continue;
        }
        match value(field, sheets, &posted) {
            Ok(Some(value)) => {
                reading.form.insert(field.name.clone(), value);
            }
            Ok(None) => reading.cleared.push(field.name.clone()),
            Err(problem) => reading.problems.push(FieldProblem {
                field: field.name.to_string(),
                title: field.title.clone(),
                problem,
            }),
        }
    }
    reading.problems.extend(posted.strangers(fields, sheets));
    reading
}

/// The posted pairs whose name begins with `f.`.
pub(super) struct Posted<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Posted<'a> {
    pub(super) fn new(pairs: &'a [(String, String)]) -> Self {
        Self(pairs.iter().filter_map(|(name, value)| Some((name.strip_prefix("f.")?, value.as_str()))).collect())
    }

    /// What was typed for `name`, untouched; `None` when the field was not on the page.
    pub(super) fn raw(&self, name: &str) -> Option<&'a str> {
        self.0.get(name).copied()
    }

    /// What was typed for `name`, without the spaces around it; `None` when nothing was.
    fn text(&self, name: &str) -> Option<&'a str> {
        self.raw(name).map(str::trim).filter(|text| !text.is_empty())
    }

    /// The row numbers posted for an indicator table, in order.
    pub(super) fn rows(&self, field: &str) -> BTreeSet<usize> {
        let prefix = format!("{field}.");
        let numbers = self.0.keys().filter_map(|name| name.strip_prefix(&prefix)?.split_once('.')?.0.parse().ok());
        numbers.collect()
    }

    /// Names that no field of the step answers to.
    fn strangers(&self, fields: &[&Field], sheets: &Sheets) -> Vec<FieldProblem> {
        let problem = Text::new(
            "本环节没有这个栏目，未予保存。请刷新页面后重新填写。",
            "This step has no such field; nothing was saved. Reload the page and fill it in again.",
        );
        let known = |name: &str| fields.iter().any(|field| answers(field, sheets, name));
        let strangers = self.0.keys().filter(|name| !known(name));
        strangers
            .map(|name| FieldProblem {
                field: (*name).to_owned(),
                title: Text::new(*name, *name),
                problem: problem.clone(),
            })
            .collect()
    }
}

/// Whether `field` is posted under `name`.
fn answers(field: &Field, sheets: &Sheets, name: &str) -> bool {
    let Some(rest) = name.strip_prefix(field.name.as_str()) else { return false };
    match &field.kind {
        FieldKind::Text { .. } | FieldKind::Number | FieldKind::Date | FieldKind::Flag | FieldKind::Choice(_) => {
            rest.is_empty()
        }
        FieldKind::Money => matches!(rest, "" | ".unit"),
        FieldKind::IndicatorTable | FieldKind::ProgressTable => {
            let is_progress = field.kind == FieldKind::ProgressTable;
            rest.strip_prefix('.').and_then(|rest| rest.split_once('.')).is_some_and(|(row, column)| {
                let is_column = COLUMNS.contains(&column) || is_progress && PROGRESS_COLUMNS.contains(&column);
                row.parse::<usize>().is_ok_and(|row| row < INDICATOR_ROWS_MAX) && is_column
            })
        }
        FieldKind::ScoreSheet(sheet) => rest
            .strip_prefix('.')
            .is_some_and(|code| sheets.get(sheet).is_some_and(|items| items.iter().any(|item| item.code == code))),
        FieldKind::Attachment { .. } => false,
    }
}

/// The value of one field, `None` when it was left empty, or what is wrong with it.
fn value(field: &Field, sheets: &Sheets, posted: &Posted<'_>) -> Result<Option<Value>, Text> {
    let name = field.name.as_str();
    if let FieldKind::IndicatorTable = field.kind {
        return indicators(name, posted);
    }
    if let FieldKind::ProgressTable = field.kind {
        return progress(name, posted);
    }
    if let FieldKind::ScoreSheet(sheet) = &field.kind {
        return scores(name, sheets.get(sheet).map_or(&[][..], Vec::as_slice), posted);
    }
    let Some(typed) = posted.text(name) else { return Ok(None) };
    let value = match &field.kind {
        FieldKind::Text { max } => Value::Text(text(typed, *max)?),
        FieldKind::Number => Value::Number(number(typed)?),
        FieldKind::Money => Value::Money(money(typed, posted.text(&format!("{name}.unit")))?),
        FieldKind::Date => Value::Date(date(typed)?),
        FieldKind::Flag => Value::Flag(flag(typed)?),
        FieldKind::Choice(options) => Value::Choice(choice(typed, options)?),
        FieldKind::IndicatorTable
        | FieldKind::ProgressTable
        | FieldKind::ScoreSheet(_)
        | FieldKind::Attachment { .. } => return Ok(None),
    };
    Ok(Some(value))
}

fn text(typed: &str, max: usize) -> Result<String, Text> {
    let text = typed.replace("\r\n", "\n");
    let chars = text.chars().count();
    if chars > max {
        return Err(Text::new(
            format!("最多填写{max}个字，现有{chars}个字，请删减{}个字。", chars - max),
            format!("At most {max} characters; this has {chars}. Shorten it by {}.", chars - max),
        ));
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(Text::new(
            "含有无法显示的控制字符，请删除后重新填写。",
            "This holds control characters that cannot be shown. Remove them.",
        ));
    }
    Ok(text)
}

fn number(typed: &str) -> Result<Decimal, Text> {
    let digits: String = typed.chars().filter(|c| !matches!(c, ',' | '，')).collect();
    Decimal::from_str_exact(&digits).map_err(|_| {
        Text::new(
            format!("“{typed}”不是数字，请只填写数字，例如 12.5。"),
            format!("“{typed}” is not a number. Write digits only, such as 12.5."),
        )
    })
}

fn money(typed: &str, unit: Option<&str>) -> Result<Money, Text> {
    let Some(unit) = unit.and_then(MoneyUnit::from_sign) else {
        return Err(Text::new(
            "请选择金额单位（元或万元）。没有单位的金额不予受理。",
            "Choose the unit of the amount (元 or 万元). An amount without its unit is refused.",
        ));
    };
    Money::parse(typed, unit).map_err(|fault| match fault {
        NotMoney::NotANumber => Text::new(
            format!("“{typed}”不是金额。请只填写数字，单位在右侧选择，例如 43.2 与“万元”。"),
            format!("“{typed}” is not an amount. Write digits only and choose the unit beside them."),
        ),
        NotMoney::Negative => Text::new("金额不能为负数。", "An amount cannot be negative."),
        NotMoney::TooFine => Text::new(
            "金额最多精确到分，请减少小数位数。",
            "An amount goes down to one 分 (0.01 元). Use fewer decimals.",
        ),
        NotMoney::TooLarge => Text::new(
            "金额过大，请检查单位是否把“元”误选为“万元”。",
            "This amount is too large. Was 万元 chosen in place of 元?",
        ),
    })
}

fn date(typed: &str) -> Result<NaiveDate, Text> {
    NaiveDate::parse_from_str(typed, "%Y-%m-%d").map_err(|_| {
        Text::new(
            format!("“{typed}”不是有效日期，请按 2027-03-15 的格式填写。"),
            format!("“{typed}” is not a date. Write it as 2027-03-15."),
        )
    })
}

fn flag(typed: &str) -> Result<bool, Text> {
    match typed {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(Text::new("请选择“是”或“否”。", "Choose yes or no.")),
    }
}

fn choice(typed: &str, options: &[(String, Text)]) -> Result<String, Text> {
    if options.iter().any(|(code, _)| code == typed) {
        return Ok(typed.to_owned());
    }
    Err(Text::new("请从列出的选项中选择一项。", "Choose one of the listed options."))
}

fn indicators(field: &str, posted: &Posted<'_>) -> Result<Option<Value>, Text> {
    let numbers = posted.rows(field);
    let mut rows = Vec::new();
    for number in numbers.into_iter().filter(|number| *number < INDICATOR_ROWS_MAX) {
        let cell = |column: &str| posted.text(&format!("{field}.{number}.{column}"));
        // The sign is a select and always posted: a row is empty when nothing else is in it.
        if COLUMNS.iter().filter(|column| !matches!(**column, "sign" | "level1")).all(|column| cell(column).is_none()) {
            continue;
        }
        let line = rows.len() + 1;
        rows.push(
            indicator(&cell)
                .map_err(|Text { zh, en }| Text::new(format!("第{line}行：{zh}"), format!("Row {line}: {en}")))?,
        );
    }
    Ok((!rows.is_empty()).then_some(Value::Indicators(rows)))
}

/// The rows come with their indicators, which the engine compares with those of the targets.
fn progress(field: &str, posted: &Posted<'_>) -> Result<Option<Value>, Text> {
    let mut rows = Vec::new();
    for number in posted.rows(field).into_iter().filter(|number| *number < INDICATOR_ROWS_MAX) {
        let cell = |column: &str| posted.text(&format!("{field}.{number}.{column}"));
        let line = rows.len() + 1;
        let row = || -> Result<Progress, Text> {
            let written = |column: &str| cell(column).map_or(Ok(String::new()), |typed| text(typed, CELL_CHARS_MAX));
            let unknown = || Text::new("请从列出的选项中选择一项。", "Choose one of the listed options.");
            Ok(Progress {
                indicator: indicator(&cell)?,
                so_far: written("so_far")?,
                forecast: written("forecast")?,
                cause: cell("cause").map(|word| Cause::from_word(word).ok_or_else(unknown)).transpose()?,
                likelihood: cell("likelihood")
                    .map(|word| Likelihood::from_word(word).ok_or_else(unknown))
                    .transpose()?,
            })
        };
        rows.push(
            row().map_err(|Text { zh, en }| Text::new(format!("第{line}行：{zh}"), format!("Row {line}: {en}")))?,
        );
    }
    Ok((!rows.is_empty()).then_some(Value::Progress(rows)))
}

fn indicator<'a>(cell: &impl Fn(&str) -> Option<&'a str>) -> Result<Indicator, Text> {
    let needed = |column: &str, zh: &str, en: &str| {
        let typed = cell(column).ok_or_else(|| Text::new(format!("请填写{zh}。"), format!("Fill in the {en}.")))?;
        text(typed, CELL_CHARS_MAX)
    };
    let sign = cell("sign").and_then(Sign::from_text).ok_or_else(|| {
        Text::new("请选择指标方向（≥、≤、= 或定性）。", "Choose how the target is compared (≥, ≤, = or in words).")
    })?;
    let target = needed("target", "指标值", "target")?;
    if sign != Sign::Qualitative && number(&target).is_err() {
        return Err(Text::new(
            format!("指标值“{target}”不是数字。定量指标请填写数字，定性指标请把方向改为“定性”。"),
            format!("the target “{target}” is not a number. Write one, or compare in words."),
        ));
    }
    let weight = number(&needed("weight", "权重", "weight")?)?;
    if weight.is_sign_negative() {
        return Err(Text::new("权重不能为负数。", "the weight cannot be negative."));
    }
    Ok(Indicator {
        level1: needed("level1", "一级指标", "level 1")?,
        level2: needed("level2", "二级指标", "level 2")?,
        level3: needed("level3", "三级指标", "indicator")?,
        sign,
        target,
        unit: cell("unit").map_or(Ok(String::new()), |unit| text(unit, CELL_CHARS_MAX))?,
        weight,
    })
}

fn scores(field: &str, items: &[SheetItem], posted: &Posted<'_>) -> Result<Option<Value>, Text> {
    let mut scores = BTreeMap::new();
    for item in items {
        let Some(typed) = posted.text(&format!("{field}.{}", item.code)) else { continue };
        let points = number(typed)?;
        if points.is_sign_negative() || points > item.points_max {
            return Err(Text::new(
                format!("“{}”的得分应在0到{}之间。", item.title.zh, item.points_max),
                format!("“{}” takes 0 to {} points.", item.title.en, item.points_max),
            ));
        }
        scores.insert(item.code.clone(), points);
    }
    Ok((!scores.is_empty()).then_some(Value::Scores(scores)))
}

#[cfg(test)]
#[path = "form_tests.rs"]
mod tests;
