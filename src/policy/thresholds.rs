//! Limits, rates and periods that a place may set differently: `workflows/policy/thresholds.yaml`.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::{Decimal, prelude::ToPrimitive as _};
use serde::Deserialize;

use super::{
    problem::{PolicyProblem, Problems},
    standing::{Standing, Validity},
    yaml,
};
use crate::{
    definition::condition::{Names, Term},
    language::Text,
    money::{Money, MoneyUnit},
};

/// Every threshold, of all times.
#[derive(Debug, Clone, Default)]
pub struct Thresholds(Vec<Threshold>);

/// One value for one period.
#[derive(Debug, Clone)]
pub struct Threshold {
    /// Its name; conditions read `policy.<name>`.
    pub name: String,
    /// What people read.
    pub title: Text,
    /// The value with its unit.
    pub value: Measure,
    /// The code of the issuing document.
    pub document: String,
    /// The clauses, where they are known.
    pub clauses: Vec<String>,
    /// How firmly it stands.
    pub standing: Standing,
    /// Where it holds.
    pub jurisdiction: String,
    /// When it holds.
    pub validity: Validity,
    /// What one should know about it.
    pub note: Option<Text>,
}

/// A value with its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// An amount.
    Money(Money),
    /// Whole per cent, or percentage points.
    Percent(i64),
    /// Calendar days.
    Days(i64),
    /// Working days.
    WorkingDays(i64),
    /// Months.
    Months(i64),
    /// Years.
    Years(i64),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    thresholds: Vec<RawThreshold>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawThreshold {
    name: String,
    title: Text,
    value: String,
    unit: String,
    document: String,
    #[serde(default)]
    clauses: Vec<String>,
    standing: Standing,
    jurisdiction: String,
    from: NaiveDate,
    #[serde(default)]
    until: Option<NaiveDate>,
    #[serde(default)]
    note: Option<Text>,
}

impl Thresholds {
    /// The value of `name` on `day`.
    #[must_use]
    pub fn get(&self, name: &str, day: NaiveDate) -> Option<&Threshold> {
        self.0.iter().find(|threshold| threshold.name == name && threshold.validity.holds(day))
    }

    /// All of them, for the page that shows policy.
    pub fn iter(&self) -> impl Iterator<Item = &Threshold> {
        self.0.iter()
    }

    /// `policy.<name>` for every value that holds on `day`.
    #[must_use]
    pub fn names(&self, day: NaiveDate) -> Names {
        self.0
            .iter()
            .filter(|threshold| threshold.validity.holds(day))
            .map(|threshold| (threshold.path(), threshold.value.term()))
            .collect()
    }

    /// What people read in place of `policy.<name>`, for every value that holds on `day`.
    #[must_use]
    pub fn words(&self, day: NaiveDate) -> BTreeMap<String, Text> {
        let holding = self.0.iter().filter(|threshold| threshold.validity.holds(day));
        holding
            .map(|threshold| {
                let (Text { zh, en }, value) = (&threshold.title, threshold.value.words());
                (threshold.path(), Text::new(format!("{zh}（{}）", value.zh), format!("{en} ({})", value.en)))
            })
            .collect()
    }

    /// An example term for every name that policy knows at any time: the types that conditions are checked against.
    #[must_use]
    pub fn types(&self) -> BTreeMap<String, Term> {
        self.0.iter().map(|threshold| (threshold.path(), threshold.value.term())).collect()
    }

    pub(super) fn read(file: &str, source: &str) -> Result<Self, Vec<PolicyProblem>> {
        let raw: RawFile = yaml::read(file, source).map_err(|problem| vec![problem])?;
        let mut problems = Problems::of(file);
        let mut thresholds: Vec<Threshold> = Vec::new();
        for raw in raw.thresholds {
            let Some(threshold) = check(raw, &mut problems) else { continue };
            for other in thresholds.iter().filter(|other| other.name == threshold.name) {
                if other.validity.overlaps(&threshold.validity) {
                    let name = &threshold.name;
                    problems.push(
                        format!("“{name}”的两个有效期重叠，同一日期只能有一个值"),
                        format!("“{name}” has two values for the same day; end the older one first"),
                    );
                }
                if std::mem::discriminant(&other.value) != std::mem::discriminant(&threshold.value) {
                    let name = &threshold.name;
                    problems.push(
                        format!("“{name}”前后使用了不同类别的单位"),
                        format!("“{name}” changes the kind of its unit between periods"),
                    );
                }
            }
            thresholds.push(threshold);
        }
        let found = problems.found();
        if found.is_empty() { Ok(Self(thresholds)) } else { Err(found) }
    }
}

impl Threshold {
    fn path(&self) -> String {
        format!("policy.{}", self.name)
    }
}

impl Measure {
    /// The value with its unit, for people.
    #[must_use]
    pub fn words(self) -> Text {
        let counted = |count: i64, zh: &str, en: &str| Text::new(format!("{count}{zh}"), format!("{count} {en}"));
        match self {
            Self::Money(money) => Text::new(money.to_string(), money.to_string()),
            Self::Percent(count) => Text::new(format!("{count}%"), format!("{count}%")),
            Self::Days(count) => counted(count, "日", "days"),
            Self::WorkingDays(count) => counted(count, "个工作日", "working days"),
            Self::Months(count) => counted(count, "个月", "months"),
            Self::Years(count) => counted(count, "年", "years"),
        }
    }

    /// The value as conditions read it: money as money, everything else as a whole number.
    #[must_use]
    pub const fn term(self) -> Term {
        match self {
            Self::Money(money) => Term::Money(money.fen()),
            Self::Percent(count)
            | Self::Days(count)
            | Self::WorkingDays(count)
            | Self::Months(count)
            | Self::Years(count) => Term::Int(count),
        }
    }

    fn parse(value: &str, unit: &str) -> Option<Self> {
        if let Some(unit) = MoneyUnit::from_sign(unit) {
            return Money::parse(value, unit).ok().map(Self::Money);
        }
        let count = Decimal::from_str_exact(value).ok().filter(|number| number.fract().is_zero())?.to_i64()?;
        if count < 0 {
            return None;
        }
        match unit {
            "%" => Some(Self::Percent(count)),
            "日" => Some(Self::Days(count)),
            "工作日" => Some(Self::WorkingDays(count)),
            "个月" => Some(Self::Months(count)),
            "年" => Some(Self::Years(count)),
            _ => None,
        }
    }
}

fn check(raw: RawThreshold, problems: &mut Problems<'_>) -> Option<Threshold> {
    let (name, value, unit) = (&raw.name, &raw.value, &raw.unit);
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
        problems.push(
            format!("名称“{name}”只能用小写字母、数字和下划线"),
            format!("the name “{name}” may only have lower-case letters, digits and underscores"),
        );
    }
    if raw.until.is_some_and(|until| until < raw.from) {
        problems.push(format!("“{name}”的失效日期早于生效日期"), format!("“{name}” ends before it begins"));
    }
    let Some(measure) = Measure::parse(value, unit) else {
        problems.push(
            format!("“{name}”的值“{value}”与单位“{unit}”不符；单位可用元、万元、%、日、工作日、个月、年"),
            format!("“{name}”: “{value}” is no value in “{unit}”; units are 元 万元 % 日 工作日 个月 年"),
        );
        return None;
    };
    Some(Threshold {
        name: raw.name,
        title: raw.title,
        value: measure,
        document: raw.document,
        clauses: raw.clauses,
        standing: raw.standing,
        jurisdiction: raw.jurisdiction,
        validity: Validity { from: raw.from, until: raw.until },
        note: raw.note,
    })
}
