//! Published target and self-evaluation tables, as the file of published cases holds them.

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Map, Number, Value};

use crate::{
    definition::{Indicator, Sign},
    money::{Money, MoneyUnit},
};

/// The file.
#[derive(Debug, Deserialize)]
pub struct PublishedFile {
    /// Its cases, in order.
    pub cases: Vec<PublishedCase>,
}

/// One published table or sentence. Fields that only scoring needs are in `rest`.
#[derive(Debug, Clone, Deserialize)]
pub struct PublishedCase {
    /// Its id in the file.
    pub id: String,
    /// `self_evaluation`, `target_table`, `budget_narrative`, `department_disclosure`.
    pub kind: String,
    /// The title of what was published.
    pub source_title: String,
    /// Its address.
    #[serde(default)]
    pub source_url: Option<String>,
    /// The budget year.
    pub year: i32,
    /// The department.
    #[serde(default)]
    pub department: Option<String>,
    /// The unit.
    #[serde(default)]
    pub unit: Option<String>,
    /// The project, with its code before it in some places.
    #[serde(default)]
    pub project: Option<String>,
    /// As published: 一次性项目, 经常性项目, 阶段性项目.
    #[serde(default)]
    pub project_nature: Option<String>,
    /// First and last day.
    #[serde(default)]
    pub period: Option<(chrono::NaiveDate, chrono::NaiveDate)>,
    /// The overall goal.
    #[serde(default)]
    pub overall_goal: Option<String>,
    /// The annual goal.
    #[serde(default)]
    pub annual_goal: Option<String>,
    /// Budget and execution, in the unit it names itself.
    #[serde(default)]
    pub budget: Option<Map<String, Value>>,
    /// Funds in 元.
    #[serde(default)]
    pub funds_yuan: Option<Map<String, Value>>,
    /// Funds in 万元.
    #[serde(default)]
    pub funds_wanyuan: Option<Map<String, Value>>,
    /// The indicators.
    #[serde(default)]
    pub indicators: Vec<PublishedIndicator>,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// One row of a published indicator table; what was not published is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PublishedIndicator {
    /// Level 1.
    pub level1: String,
    /// Level 2.
    pub level2: String,
    /// Level 3.
    pub level3: String,
    /// The sign.
    #[serde(default)]
    pub sign: Option<String>,
    /// The unit.
    #[serde(default)]
    pub unit: Option<String>,
    /// The target as it was written: `≥266米`, `=100.00(%)`, `及时`.
    #[serde(default)]
    pub target: Option<String>,
    /// The weight.
    #[serde(default)]
    pub weight: Option<Number>,
}

/// Why a figure cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoFigure {
    /// The table does not have it.
    Absent,
    /// The table does not name 元 or 万元.
    NoUnit,
    /// It is no amount.
    NotMoney,
}

impl PublishedCase {
    /// The amount called `name` (`total`, `full_year_budget`, `year_requested`, …), in the unit the case names.
    ///
    /// # Errors
    /// [`NoFigure`]; a unit is never guessed.
    pub fn figure(&self, name: &str) -> Result<Money, NoFigure> {
        if let Some(figure) = figure_in(self.funds_yuan.as_ref(), name) {
            return money(figure, MoneyUnit::Yuan);
        }
        if let Some(figure) = figure_in(self.funds_wanyuan.as_ref(), name) {
            return money(figure, MoneyUnit::Wan);
        }
        if let Some(figure) = figure_in(self.budget.as_ref(), name) {
            let sign = self.budget.as_ref().and_then(|budget| budget.get("unit")).and_then(Value::as_str);
            return money(figure, sign.and_then(MoneyUnit::from_sign).ok_or(NoFigure::NoUnit)?);
        }
        match figure_in(Some(&self.rest), &format!("{name}_wanyuan")) {
            Some(figure) => money(figure, MoneyUnit::Wan),
            None => Err(NoFigure::Absent),
        }
    }

    /// The project's code and name: `46000021T000000002749-学生事务补助` has both.
    #[must_use]
    pub fn code_and_name(&self) -> (Option<&str>, Option<&str>) {
        let Some(project) = self.project.as_deref().map(str::trim).filter(|name| !name.is_empty()) else {
            return (None, None);
        };
        match project.split_once('-') {
            Some((code, name)) if code.len() >= 15 && code.bytes().all(|b| b.is_ascii_alphanumeric()) => {
                (Some(code), Some(name.trim()))
            }
            Some(_) | None => (None, Some(project)),
        }
    }

    /// The goal of the year, or the overall one where the table says no more than that they are the same.
    #[must_use]
    pub fn goal(&self) -> Option<&str> {
        let annual = self.annual_goal.as_deref().filter(|goal| !goal.starts_with('('));
        annual.or(self.overall_goal.as_deref())
    }

    /// Title and address of the publication on one line.
    #[must_use]
    pub fn source(&self) -> String {
        match &self.source_url {
            Some(address) => format!("{} {address}", self.source_title),
            None => self.source_title.clone(),
        }
    }
}

impl PublishedIndicator {
    /// The row as a form takes it; `None` without a target or a weight, which cannot be made up.
    ///
    /// The sign is the published one, or the one written before the target; a bare number is `=`, words are
    /// qualitative. The unit is the published one, or what follows the number.
    #[must_use]
    pub fn indicator(&self) -> Option<Indicator> {
        let target = self.target.as_deref()?.trim();
        let weight = Decimal::from_str_exact(&self.weight.as_ref()?.to_string()).ok()?;
        let (written, rest) = leading_sign(target);
        let (number, after) = leading_number(rest);
        let sign = match number {
            None => Sign::Qualitative,
            Some(_) => self.sign.as_deref().and_then(Sign::from_text).or(written).unwrap_or(Sign::Exactly),
        };
        let unit = self.unit.clone().unwrap_or_else(|| after.trim_matches(['(', ')', '（', '）', ' ']).to_owned());
        Some(Indicator {
            level1: self.level1.clone(),
            level2: self.level2.clone(),
            level3: self.level3.clone(),
            sign,
            target: number.map_or_else(|| target.to_owned(), |number| number.normalize().to_string()),
            unit: if number.is_some() { unit } else { String::new() },
            weight,
        })
    }
}

fn figure_in<'a>(group: Option<&'a Map<String, Value>>, name: &str) -> Option<&'a Number> {
    match group?.get(name)? {
        Value::Number(number) => Some(number),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn money(figure: &Number, unit: MoneyUnit) -> Result<Money, NoFigure> {
    Money::parse(&figure.to_string(), unit).map_err(|_| NoFigure::NotMoney)
}

fn leading_sign(text: &str) -> (Option<Sign>, &str) {
    let Some(first) = text.chars().next() else { return (None, text) };
    match Sign::from_text(first.encode_utf8(&mut [0; 4])) {
        Some(sign) => (Some(sign), text[first.len_utf8()..].trim_start()),
        None => (None, text),
    }
}

fn leading_number(text: &str) -> (Option<Decimal>, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    match Decimal::from_str_exact(&text[..end]) {
        Ok(number) => (Some(number), &text[end..]),
        Err(_) => (None, text),
    }
}
