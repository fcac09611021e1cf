//! What people write into fields: what a scenario says, and what it leaves to be made up.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::district::amount;
use crate::{
    definition::{
        Cause, Definition, Field, FieldKind, FieldName, FileRef, Form, Indicator, Likelihood, Progress, Sign, Value,
    },
    ids::Id,
    money::Money,
    policy::{Policy, indicators::measured},
};

/// An amount where the scenario says none: 100 万元.
const USUAL_FEN: i64 = 100_000_000;
/// How far indicators are where the scenario says nothing, in per cent of their annual values.
const USUAL_PROGRESS: Decimal = Decimal::from_parts(60, 0, 0, false, 0);

/// The value that `text` is for a field; the error is an example of one.
pub(super) fn said(field: &Field, text: &str) -> Result<Value, &'static str> {
    match &field.kind {
        FieldKind::Text { .. } => Ok(Value::Text(text.to_owned())),
        FieldKind::Number => text.parse().map(Value::Number).map_err(|_| "12.5"),
        FieldKind::Money => amount(text).map(Value::Money).ok_or("120万元"),
        FieldKind::Date => text.parse().map(Value::Date).map_err(|_| "2027-06-30"),
        FieldKind::Flag => match text {
            "yes" | "是" => Ok(Value::Flag(true)),
            "no" | "否" => Ok(Value::Flag(false)),
            _ => Err("yes / 是"),
        },
        FieldKind::Choice(options) => {
            let chosen = options.iter().find(|(code, title)| code == text || title.zh == text || title.en == text);
            // A value that is no option is for the engine to refuse.
            Ok(Value::Choice(chosen.map_or(text, |(code, _)| code.as_str()).to_owned()))
        }
        FieldKind::Attachment { .. } => Ok(Value::Files(text.split('、').map(file).collect())),
        // How far every indicator is; the rows are those of the case.
        FieldKind::ProgressTable => text.trim_end_matches('%').parse().map(Value::Number).map_err(|_| "60%"),
        FieldKind::IndicatorTable | FieldKind::ScoreSheet(_) => Err("without …"),
    }
}

/// Fills what a step requires and nobody has said, so that a scenario tells only what matters to it.
pub(super) fn made_up(
    definition: &Definition,
    policy: &Policy,
    edit: &[FieldName],
    left_out: &[FieldName],
    (said, before, year): (&mut Form, &Form, i32),
) {
    let wanted: Vec<_> = definition
        .form
        .iter()
        .filter(|field| field.required && edit.contains(&field.name) && !left_out.contains(&field.name))
        .filter(|field| !said.contains_key(&field.name) && !before.contains_key(&field.name))
        .collect();
    for sum in &definition.amounts.sums {
        let missing = |name: &FieldName| wanted.iter().any(|field| field.name == *name);
        let known = |name: &FieldName, said: &Form| match said.get(name).or_else(|| before.get(name)) {
            Some(Value::Money(money)) => Some(money.fen()),
            _ => None,
        };
        let open: Vec<_> = sum.parts.iter().filter(|part| missing(part)).collect();
        let given: i64 = sum.parts.iter().filter_map(|part| known(part, said)).sum();
        let total = known(&sum.total, said);
        let mut rest = total.map_or(0, |total| total - given);
        for (index, part) in open.iter().enumerate() {
            let share = if total.is_none() { USUAL_FEN } else { rest };
            if total.is_none() || index == 0 {
                said.extend(money(share).map(|value| ((*part).clone(), value)));
                rest = 0;
            }
        }
        if missing(&sum.total) {
            let parts: i64 = sum.parts.iter().filter_map(|part| known(part, said)).sum();
            said.extend(money(if parts == 0 { USUAL_FEN } else { parts }).map(|value| (sum.total.clone(), value)));
        }
    }
    reported(definition, edit, (said, before));
    for field in wanted {
        if !said.contains_key(&field.name)
            && let Some(value) = sample(field, policy, year)
        {
            said.insert(field.name.clone(), value);
        }
    }
}

/// How far the indicators of the targets are: as far as was said, or a little ahead of the year's middle.
fn reported(definition: &Definition, edit: &[FieldName], (said, before): (&mut Form, &Form)) {
    let tables = definition.form.iter().filter(|field| field.kind == FieldKind::ProgressTable);
    for field in tables.filter(|field| edit.contains(&field.name)) {
        let percent = match said.get(&field.name) {
            None => USUAL_PROGRESS,
            Some(Value::Number(percent)) => *percent,
            Some(_) => continue,
        };
        let Some(Value::Progress(rows)) = before.get(&field.name) else { continue };
        let row = |row: &Progress| {
            let target = measured(&row.indicator.target);
            let so_far = target.map_or_else(|| "基本达到".to_owned(), |target| share(target, percent).to_string());
            let is_certain = percent >= USUAL_PROGRESS / Decimal::TWO;
            Progress {
                so_far,
                forecast: row.indicator.target.clone(),
                cause: (!is_certain).then_some(Cause::Funds),
                likelihood: Some(if is_certain { Likelihood::Certain } else { Likelihood::Possible }),
                ..row.clone()
            }
        };
        said.insert(field.name.clone(), Value::Progress(rows.iter().map(row).collect()));
    }
}

fn share(of: Decimal, percent: Decimal) -> Decimal {
    (of * percent / Decimal::ONE_HUNDRED).normalize()
}

fn money(fen: i64) -> Option<Value> {
    Money::from_fen(fen).ok().map(Value::Money)
}

fn sample(field: &Field, policy: &Policy, year: i32) -> Option<Value> {
    match &field.kind {
        FieldKind::Text { .. } => Some(Value::Text(format!("（{}）", field.title.zh))),
        FieldKind::Number => Some(Value::Number(Decimal::ONE)),
        FieldKind::Money => money(USUAL_FEN),
        FieldKind::Date => NaiveDate::from_ymd_opt(year, 6, 30).map(Value::Date),
        FieldKind::Flag => Some(Value::Flag(true)),
        FieldKind::Choice(options) => options.first().map(|(code, _)| Value::Choice(code.clone())),
        FieldKind::IndicatorTable => indicators(policy).map(Value::Indicators),
        FieldKind::ProgressTable => None,
        FieldKind::ScoreSheet(name) => {
            let sheet = policy.scoring.sheets.get(name)?;
            Some(Value::Scores(sheet.items().map(|item| (item.name.clone(), item.points)).collect::<BTreeMap<_, _>>()))
        }
        FieldKind::Attachment { .. } => Some(Value::Files(vec![file("依据.pdf")])),
    }
}

/// One indicator that carries the whole weight of a table.
fn indicators(policy: &Policy) -> Option<Vec<Indicator>> {
    let rule = policy.scoring.indicator_tables.values().next()?;
    let level = rule.levels.first()?;
    Some(vec![Indicator {
        level1: level.name.clone(),
        level2: level.level2.first().cloned().unwrap_or_else(|| level.name.clone()),
        level3: "完成数量".into(),
        sign: Sign::AtLeast,
        target: "100".into(),
        unit: "项".into(),
        weight: rule.weights_sum(),
    }])
}

fn file(name: &str) -> FileRef {
    let id = Id::from_uuid(Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()));
    FileRef { id, name: name.to_owned(), size: 1, hash: "0".repeat(64) }
}
