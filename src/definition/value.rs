//! What form fields hold.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{clocks::Progress, model::FieldName};
use crate::{ids::AttachmentId, money::Money};

/// A filled form: only filled fields have an entry.
pub type Form = BTreeMap<FieldName, Value>;

/// What one field holds. The variant always agrees with the field's kind; the door sees to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "value", rename_all = "kebab-case")]
pub enum Value {
    /// Text.
    Text(String),
    /// A decimal number.
    Number(Decimal),
    /// An amount, in 分.
    Money(Money),
    /// A calendar date.
    Date(NaiveDate),
    /// Yes or no.
    Flag(bool),
    /// The code of the chosen option.
    Choice(String),
    /// Performance indicators, in order.
    Indicators(Vec<Indicator>),
    /// How far indicators are, in order.
    Progress(Vec<Progress>),
    /// Points by item of a score sheet.
    Scores(BTreeMap<String, Decimal>),
    /// Stored files.
    Files(Vec<FileRef>),
}

/// One row of an indicator table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// Level 1: 产出指标, 效益指标, 满意度指标, 成本指标.
    pub level1: String,
    /// Level 2: 数量指标, 质量指标, …
    pub level2: String,
    /// Level 3: the indicator's own name.
    pub level3: String,
    /// How the target is compared.
    pub sign: Sign,
    /// The target: a number, or words when qualitative.
    pub target: String,
    /// The unit of the target; empty when it has none.
    #[serde(default)]
    pub unit: String,
    /// The weight in points.
    pub weight: Decimal,
}

/// How an indicator's target is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sign {
    /// At least.
    #[serde(rename = "≥")]
    AtLeast,
    /// At most.
    #[serde(rename = "≤")]
    AtMost,
    /// Exactly.
    #[serde(rename = "=")]
    Exactly,
    /// In words.
    #[serde(rename = "定性")]
    Qualitative,
}

impl Sign {
    /// The sign as it is written in a table.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::AtLeast => "≥",
            Self::AtMost => "≤",
            Self::Exactly => "=",
            Self::Qualitative => "定性",
        }
    }

    /// Reads ≥ ≤ = 定性 and what people type in their place.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        match text.trim() {
            "≥" | ">=" | "＞=" => Some(Self::AtLeast),
            "≤" | "<=" | "＜=" => Some(Self::AtMost),
            "=" | "＝" => Some(Self::Exactly),
            "定性" | "qualitative" => Some(Self::Qualitative),
            _ => None,
        }
    }
}

/// A stored file as a form refers to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRef {
    /// Its id.
    pub id: AttachmentId,
    /// Its name as uploaded, cleaned.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// SM3 of its content, in hexadecimal.
    pub hash: String,
}
