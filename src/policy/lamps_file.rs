//! The shape of `lamps.yaml`, and how it becomes [`Lamps`].

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::{
    lamps::{Bands, Floors, Lamps, Reading, Round},
    problem::{PolicyProblem, Problems},
    scoring::Origin,
    scoring_file::with_origin,
    standing::{Standing, Validity},
    yaml,
};
use crate::{
    definition::{Lamp, Likelihood, registry},
    language::Text,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    bands: Vec<RawBands>,
    floors: Vec<RawFloors>,
    readings: Vec<RawReading>,
    rounds: Vec<RawRound>,
}

with_origin! {
    struct RawBands {
        lamps: Vec<RawLamp>,
    }
}

with_origin! {
    struct RawFloors {
        months: Vec<RawMonth>,
    }
}

with_origin! {
    struct RawReading {
        rates: Vec<String>,
        exceeded: Lamp,
        likelihoods: BTreeMap<Likelihood, Lamp>,
    }
}

with_origin! {
    struct RawRound {
        round: String,
        until_month: u32,
        due: String,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLamp {
    lamp: Lamp,
    from: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMonth {
    month: u32,
    percent: String,
}

/// Months of a year.
const MONTHS: std::ops::RangeInclusive<u32> = 1..=12;

pub(super) fn read(file: &str, source: &str) -> Result<Lamps, Vec<PolicyProblem>> {
    let raw: RawFile = yaml::read(file, source).map_err(|problem| vec![problem])?;
    let mut problems = Problems::of(file);
    let lamps = Lamps {
        bands: raw.bands.into_iter().map(|raw| bands(raw, &mut problems)).collect(),
        floors: raw.floors.into_iter().map(|raw| floors(raw, &mut problems)).collect(),
        readings: raw.readings.into_iter().map(|raw| reading(raw, &mut problems)).collect(),
        rounds: raw.rounds.into_iter().filter_map(|raw| round(raw, &mut problems)).collect(),
    };
    overlapping(&lamps, &mut problems);
    let found = problems.found();
    if found.is_empty() { Ok(lamps) } else { Err(found) }
}

fn bands(raw: RawBands, problems: &mut Problems<'_>) -> Bands {
    let origin = raw.origin();
    let lamps: Vec<_> = raw.lamps.iter().filter_map(|raw| Some((raw.lamp, percent(&raw.from, problems)?))).collect();
    let rises = lamps.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1);
    let begins_at_zero = lamps.first().is_some_and(|(_, from)| from.is_zero());
    if lamps.len() != registry::LAMPS.len() || !rises || !begins_at_zero {
        problems.push(
            "亮灯区间应从红到蓝依次写明四档，下限从0起逐档升高",
            "the lamps go from red to blue, all four, each from a higher limit, the first from 0",
        );
    }
    Bands { title: raw.title, origin, lamps }
}

fn floors(raw: RawFloors, problems: &mut Problems<'_>) -> Floors {
    let origin = raw.origin();
    let mut months = BTreeMap::new();
    for floor in &raw.months {
        let Some(percent) = percent(&floor.percent, problems) else { continue };
        let month = floor.month;
        if !MONTHS.contains(&month) || percent > Decimal::ONE_HUNDRED || months.insert(month, percent).is_some() {
            problems.push(
                format!("执行率下限的月份“{month}”应在1至12之间且不重复，下限不超过100"),
                format!("the floor of month “{month}”: months are 1 to 12, each once, and floors at most 100"),
            );
        }
    }
    if months.values().zip(months.values().skip(1)).any(|(before, after)| before > after) {
        problems.push("执行率下限应逐月升高", "execution floors rise from month to month");
    }
    Floors { title: raw.title, origin, months }
}

fn reading(raw: RawReading, problems: &mut Problems<'_>) -> Reading {
    let origin = raw.origin();
    if raw.likelihoods.len() != registry::LIKELIHOODS.len() {
        problems.push("每种完成可能性都要写明亮什么灯", "every likelihood needs its lamp");
    }
    let RawReading { title, rates, exceeded, likelihoods, .. } = raw;
    Reading { title, origin, rates, exceeded, likelihoods }
}

fn round(raw: RawRound, problems: &mut Problems<'_>) -> Option<Round> {
    let origin = raw.origin();
    let name = &raw.round;
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
        problems.push(
            format!("期次名称“{name}”只能用小写字母、数字和连字符"),
            format!("the round “{name}” may only have lower-case letters, digits and hyphens"),
        );
    }
    if !MONTHS.contains(&raw.until_month) {
        problems
            .push(format!("期次“{name}”的统计月份应在1至12之间"), format!("“{name}”: the month lies between 1 and 12"));
    }
    let Ok(due) = raw.due.parse() else {
        problems.push(
            format!("期次“{name}”的截止日“{}”应写成月-日，例如 08-31", raw.due),
            format!("“{name}”: “{}” is no day of every year; write month and day, such as 08-31", raw.due),
        );
        return None;
    };
    Some(Round { name: raw.round, title: raw.title, origin, until_month: raw.until_month, due })
}

fn percent(text: &str, problems: &mut Problems<'_>) -> Option<Decimal> {
    let number = Decimal::from_str_exact(text).ok().filter(|number| !number.is_sign_negative());
    if number.is_none() {
        problems.push(format!("“{text}”不是百分数"), format!("“{text}” is no per cent figure"));
    }
    number
}

/// On one day one of each kind holds.
fn overlapping(lamps: &Lamps, problems: &mut Problems<'_>) {
    let all: Vec<_> = lamps.origins().collect();
    let mut told = BTreeSet::new();
    for (index, (name, origin)) in all.iter().enumerate() {
        let same = |(other, of): &(&str, &Origin)| other == name && of.validity.overlaps(&origin.validity);
        if all[index + 1..].iter().any(same) && told.insert(*name) {
            problems.push(
                format!("“{name}”的两个有效期重叠，同一日期只能有一个"),
                format!("“{name}” holds twice on the same day; end the older one first"),
            );
        }
    }
}
