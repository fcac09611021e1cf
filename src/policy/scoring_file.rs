//! The shape of `scoring.yaml`, and how it becomes [`Scoring`].

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::{
    indicators::{LevelOne, TableRule},
    problem::{PolicyProblem, Problems},
    scoring::{Dimension, Grade, Item, Origin, Scale, Scoring, Sheet},
    standing::{Standing, Validity},
    yaml,
};
use crate::language::Text;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    scales: Vec<RawScale>,
    sheets: Vec<RawSheet>,
    indicator_tables: Vec<RawTable>,
    template_prompts: Vec<String>,
}

/// Written out in each shape below, since a flattened struct would let unknown fields through.
macro_rules! with_origin {
    ($(#[$meta:meta])* struct $name:ident { $($field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct $name {
            $($field: $type,)*
            title: Text,
            document: String,
            #[serde(default)]
            clause: Option<String>,
            standing: Standing,
            jurisdiction: String,
            from: NaiveDate,
            #[serde(default)]
            until: Option<NaiveDate>,
            #[serde(default)]
            note: Option<Text>,
        }

        impl $name {
            fn origin(&self) -> Origin {
                Origin {
                    document: self.document.clone(),
                    clause: self.clause.clone(),
                    standing: self.standing,
                    jurisdiction: self.jurisdiction.clone(),
                    validity: Validity { from: self.from, until: self.until },
                    note: self.note.clone(),
                }
            }
        }
    };
}

pub(super) use with_origin;

with_origin! {
    struct RawScale {
        scale: String,
        grades: Vec<RawGrade>,
    }
}

with_origin! {
    struct RawSheet {
        sheet: String,
        scale: String,
        dimensions: Vec<RawDimension>,
    }
}

with_origin! {
    struct RawTable {
        table: String,
        total: String,
        execution_weight: String,
        level1: Vec<RawLevelOne>,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawGrade {
    grade: String,
    title: Text,
    from: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDimension {
    dimension: String,
    title: Text,
    items: Vec<RawItem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawItem {
    item: String,
    title: Text,
    points: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLevelOne {
    name: String,
    usual_weight: String,
    level2: Vec<String>,
}

/// Reads `scoring.yaml`.
pub(super) fn read(file: &str, source: &str) -> Result<Scoring, Vec<PolicyProblem>> {
    let raw: RawFile = yaml::read(file, source).map_err(|problem| vec![problem])?;
    let mut problems = Problems::of(file);
    let mut scoring = Scoring { template_prompts: raw.template_prompts, ..Scoring::default() };
    for raw in raw.scales {
        let name = raw.scale.clone();
        let scale = scale(raw, &mut problems);
        keep(&mut scoring.scales, name, scale, &mut problems);
    }
    for raw in raw.sheets {
        let name = raw.sheet.clone();
        if let Some(sheet) = sheet(raw, &scoring.scales, &mut problems) {
            keep(&mut scoring.sheets, name, sheet, &mut problems);
        }
    }
    for raw in raw.indicator_tables {
        let name = raw.table.clone();
        let table = table(raw, &mut problems);
        keep(&mut scoring.indicator_tables, name, table, &mut problems);
    }
    let found = problems.found();
    if found.is_empty() { Ok(scoring) } else { Err(found) }
}

fn keep<T>(into: &mut BTreeMap<String, T>, name: String, value: T, problems: &mut Problems<'_>) {
    if into.contains_key(&name) {
        problems.push(format!("“{name}”重复"), format!("“{name}” is there twice"));
    }
    into.insert(name, value);
}

fn number(text: &str, what: &str, problems: &mut Problems<'_>) -> Decimal {
    match Decimal::from_str_exact(text) {
        Ok(number) if !number.is_sign_negative() => number,
        Ok(_) | Err(_) => {
            problems.push(format!("“{what}”的“{text}”不是非负数"), format!("“{text}” of “{what}” is no number from 0"));
            Decimal::ZERO
        }
    }
}

fn scale(raw: RawScale, problems: &mut Problems<'_>) -> Scale {
    let origin = raw.origin();
    let grades: Vec<Grade> = raw
        .grades
        .into_iter()
        .map(|grade| {
            let from = number(&grade.from, &grade.grade, problems);
            Grade { name: grade.grade, title: grade.title, from }
        })
        .collect();
    let falling = grades.windows(2).all(|pair| pair[0].from > pair[1].from);
    if !falling || grades.last().is_none_or(|last| !last.from.is_zero()) {
        let name = &raw.scale;
        problems.push(
            format!("等级标准“{name}”应由高到低排列，最低一级从0开始"),
            format!("the grades of “{name}” must fall, and the last must begin at 0"),
        );
    }
    Scale { title: raw.title, origin, grades }
}

fn sheet(raw: RawSheet, scales: &BTreeMap<String, Scale>, problems: &mut Problems<'_>) -> Option<Sheet> {
    let origin = raw.origin();
    let mut names = BTreeSet::new();
    let mut dimensions = Vec::new();
    for dimension in raw.dimensions {
        let mut items = Vec::new();
        for item in dimension.items {
            if !names.insert(item.item.clone()) {
                let (sheet, name) = (&raw.sheet, &item.item);
                problems.push(
                    format!("评分表“{sheet}”的评分项“{name}”重复"),
                    format!("the item “{name}” is twice on the sheet “{sheet}”"),
                );
            }
            let points = number(&item.points, &item.item, problems);
            items.push(Item { name: item.item, title: item.title, points });
        }
        dimensions.push(Dimension { name: dimension.dimension, title: dimension.title, items });
    }
    let Some(scale) = scales.get(&raw.scale) else {
        let (sheet, name) = (&raw.sheet, &raw.scale);
        problems.push(
            format!("评分表“{sheet}”引用的等级标准“{name}”不存在"),
            format!("the sheet “{sheet}” refers to the scale “{name}”, which is not there"),
        );
        return None;
    };
    let sheet = Sheet { name: raw.sheet, title: raw.title, origin, scale: scale.clone(), dimensions };
    if sheet.points_max() != Decimal::ONE_HUNDRED {
        let (name, sum) = (&sheet.name, sheet.points_max());
        problems.push(
            format!("评分表“{name}”满分合计{sum}分，应为100分"),
            format!("the points of the sheet “{name}” sum to {sum}, not to 100"),
        );
    }
    Some(sheet)
}

fn table(raw: RawTable, problems: &mut Problems<'_>) -> TableRule {
    let origin = raw.origin();
    let total = number(&raw.total, &raw.table, problems);
    let execution_weight = number(&raw.execution_weight, &raw.table, problems);
    let levels: Vec<LevelOne> = raw
        .level1
        .into_iter()
        .map(|level| {
            let usual_weight = number(&level.usual_weight, &level.name, problems);
            LevelOne { name: level.name, usual_weight, level2: level.level2 }
        })
        .collect();
    let usual: Decimal = levels.iter().map(|level| level.usual_weight).sum();
    if usual + execution_weight != total {
        let name = &raw.table;
        problems.push(
            format!("指标表“{name}”的参考权重合计{usual}，加预算执行率{execution_weight}，不等于{total}"),
            format!("the usual weights of “{name}” sum to {usual}, with execution {execution_weight} not to {total}"),
        );
    }
    TableRule { title: raw.title, origin, total, execution_weight, levels }
}
