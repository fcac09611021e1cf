//! 双监控: target achievement beside budget execution, in exact decimals. Pure.
//!
//! * The **progress** of an indicator is what was reached over its annual value, over the share of the year that has
//!   passed. Rates and points do not add up over the year and are compared as they are; a limit (≤) that is kept is on
//!   time; words have the lamp of the likelihood that was declared.
//! * The **achievement** of an indicator is its progress times the share of the year, at most 100 %; that of the project
//!   is the mean by weight over the indicators that are measured.
//! * Every figure is rounded to two decimals, halves away from zero, once, where it is shown and compared.

use rust_decimal::{Decimal, RoundingStrategy};

use super::{indicators::measured, lamps::InForce};
use crate::{
    definition::{Lamp, Likelihood, Progress, Quadrant, Sign},
    language::Text,
    money::Money,
};

/// What a report says.
#[derive(Debug, Clone, Copy)]
pub struct Reported<'a> {
    /// The budget of the whole year, as adjusted.
    pub budget: Money,
    /// What was spent so far.
    pub executed: Money,
    /// How far the indicators are.
    pub progress: &'a [Progress],
}

/// Both clocks of a project, read at the end of a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clocks {
    /// 预算执行率 in per cent; `None` without a budget.
    pub rate: Option<Decimal>,
    /// 目标完成率 in per cent; `None` where nothing is measured.
    pub achievement: Option<Decimal>,
    /// The lamp of the project.
    pub lamp: Lamp,
    /// How the clocks stand to one another.
    pub quadrant: Quadrant,
    /// Each indicator, in order.
    pub indicators: Vec<IndicatorClock>,
    /// What warns, in order.
    pub warnings: Vec<Warning>,
}

/// One indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndicatorClock {
    /// The progress in proportion to time, in per cent; `None` where nothing is measured.
    pub progress: Option<Decimal>,
    /// What was achieved of the annual value, in per cent, at most 100; `None` where nothing is measured.
    pub achievement: Option<Decimal>,
    /// Its lamp; `None` while nothing was reported.
    pub lamp: Option<Lamp>,
}

/// What warns, with the figures that do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warning {
    /// The project's lamp is red.
    RedLamp,
    /// The clocks are further apart than policy allows, in percentage points.
    Gap {
        /// How far.
        points: Decimal,
        /// How far at most.
        most: Decimal,
    },
    /// The execution rate is below the floor of the month.
    BelowFloor {
        /// The rate, in per cent.
        rate: Decimal,
        /// The floor, in per cent.
        floor: Decimal,
    },
    /// So many indicators are declared impossible to reach.
    Impossible {
        /// How many.
        count: usize,
    },
}

impl Warning {
    /// The sentence, with its figures.
    #[must_use]
    pub fn sentence(self) -> Text {
        match self {
            Self::RedLamp => Text::new("绩效目标进度亮红灯", "the lamp of the targets is red"),
            Self::Gap { points, most } => Text::new(
                format!("目标完成率与预算执行率相差{points}个百分点，超过{most}个百分点"),
                format!("the two clocks are {points} percentage points apart, more than {most}"),
            ),
            Self::BelowFloor { rate, floor } => Text::new(
                format!("预算执行率{rate}%低于下限{floor}%"),
                format!("the execution rate of {rate}% is below the floor of {floor}%"),
            ),
            Self::Impossible { count } => Text::new(
                format!("{count}项指标预计完全不可能完成"),
                format!("{count} indicators are declared impossible to reach"),
            ),
        }
    }
}

/// Reads both clocks. `gap_most` is the gap in percentage points that does not warn yet.
#[must_use]
pub fn read(reported: &Reported<'_>, rules: InForce<'_>, gap_most: Decimal) -> Clocks {
    let rate = execution_rate(reported.executed, reported.budget);
    let indicators: Vec<_> = reported.progress.iter().map(|row| indicator(row, rules)).collect();
    let achievement = achievement(reported.progress, &indicators);
    let lamp = lamp(achievement, &indicators, rules);
    let money_on_time = rate.is_some_and(|rate| match floor(rules) {
        Some(floor) => rate >= floor,
        None => rate >= rounded(rules.bands.on_time_from() * rules.round.elapsed()),
    });
    let quadrant = match (lamp >= Lamp::Green, money_on_time) {
        (true, true) => Quadrant::OnTrack,
        (true, false) => Quadrant::ResultsAhead,
        (false, true) => Quadrant::MoneyAhead,
        (false, false) => Quadrant::BothBehind,
    };
    let warnings = warnings(reported, (rate, achievement), lamp, (rules, gap_most));
    Clocks { rate, achievement, lamp, quadrant, indicators, warnings }
}

/// What is missing in a progress table that is to be put forward, one sentence per row.
#[must_use]
pub fn problems(rows: &[Progress]) -> Vec<Text> {
    let mut problems = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let (line, name) = (index + 1, &row.indicator.level3);
        let mut say = |zh: &str, en: &str| {
            problems.push(Text::new(format!("第{line}行“{name}”：{zh}"), format!("row {line}, “{name}”: {en}")));
        };
        let is_figure = row.indicator.sign != Sign::Qualitative && measured(&row.indicator.target).is_some();
        for (text, zh, en) in
            [(&row.so_far, "截至期末完成值", "what was reached"), (&row.forecast, "全年预计完成值", "the forecast")]
        {
            if text.trim().is_empty() {
                say(&format!("请填写{zh}"), &format!("fill in {en}"));
            } else if is_figure && measured(text).is_none() {
                say(&format!("{zh}应是数字"), &format!("{en} is a number"));
            }
        }
        match row.likelihood {
            None => say("请选择完成可能性", "choose how likely it is"),
            Some(Likelihood::Possible | Likelihood::Impossible) if row.cause.is_none() => {
                say("不能确定完成的，请选择偏差原因", "choose the cause where it is not certain");
            }
            Some(_) => {}
        }
    }
    problems
}

/// What was spent of the budget, in per cent with two decimals.
#[must_use]
pub fn execution_rate(executed: Money, budget: Money) -> Option<Decimal> {
    let share = Decimal::from(executed.fen()).checked_div(Decimal::from(budget.fen()))?;
    Some(rounded(share * Decimal::ONE_HUNDRED))
}

/// The lamp of one row, for a table that is being filled in.
#[must_use]
pub fn indicator(row: &Progress, rules: InForce<'_>) -> IndicatorClock {
    let figures = measured(&row.indicator.target).zip(measured(&row.so_far));
    let (Some((target, so_far)), false) = (figures, row.indicator.sign == Sign::Qualitative) else {
        let by_words = row.likelihood.filter(|_| !row.so_far.trim().is_empty());
        let lamp = by_words.and_then(|likelihood| rules.reading.likelihoods.get(&likelihood).copied());
        return IndicatorClock { progress: None, achievement: None, lamp };
    };
    let elapsed = rules.round.elapsed();
    let is_rate = rules.reading.rates.contains(&row.indicator.unit) || row.indicator.target.contains(['%', '％']);
    let ratio = ratio(row.indicator.sign, target, so_far);
    let over_time = if is_rate || row.indicator.sign == Sign::AtMost { ratio } else { ratio / elapsed };
    let progress = over_time * Decimal::ONE_HUNDRED;
    let achievement = (progress * elapsed).clamp(Decimal::ZERO, Decimal::ONE_HUNDRED);
    let lamp = rules.bands.lamp(rounded(progress));
    let is_exceeded = row.indicator.sign == Sign::AtMost && so_far > target;
    let lamp = if is_exceeded { lamp.min(rules.reading.exceeded) } else { lamp };
    IndicatorClock { progress: Some(rounded(progress)), achievement: Some(rounded(achievement)), lamp: Some(lamp) }
}

/// What was reached of the target: 1 is all of it. A limit that is kept is all of it.
fn ratio(sign: Sign, target: Decimal, so_far: Decimal) -> Decimal {
    match sign {
        Sign::AtMost if so_far <= target => Decimal::ONE,
        Sign::AtMost => target.checked_div(so_far).unwrap_or_default().max(Decimal::ZERO),
        Sign::AtLeast | Sign::Exactly | Sign::Qualitative => match so_far.checked_div(target) {
            Some(ratio) => ratio.max(Decimal::ZERO),
            None => Decimal::ONE,
        },
    }
}

fn achievement(rows: &[Progress], read: &[IndicatorClock]) -> Option<Decimal> {
    let measured = || rows.iter().zip(read).filter_map(|(row, clock)| Some((row.indicator.weight, clock.achievement?)));
    let weights: Decimal = measured().map(|(weight, _)| weight).sum();
    let points: Decimal = measured().map(|(weight, achieved)| weight * achieved).sum();
    points.checked_div(weights).map(rounded)
}

/// By the achievement in proportion to time; where nothing is measured, the worst lamp of the indicators.
fn lamp(achievement: Option<Decimal>, read: &[IndicatorClock], rules: InForce<'_>) -> Lamp {
    match achievement {
        Some(achievement) => rules.bands.lamp(rounded(achievement / rules.round.elapsed())),
        None => read.iter().filter_map(|clock| clock.lamp).min().unwrap_or(Lamp::Red),
    }
}

fn floor(rules: InForce<'_>) -> Option<Decimal> {
    rules.floors.and_then(|floors| floors.at(rules.round.until_month))
}

fn warnings(
    reported: &Reported<'_>,
    (rate, achievement): (Option<Decimal>, Option<Decimal>),
    lamp: Lamp,
    (rules, gap_most): (InForce<'_>, Decimal),
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if lamp == Lamp::Red {
        warnings.push(Warning::RedLamp);
    }
    if let (Some(rate), Some(achievement)) = (rate, achievement) {
        let points = (rate - achievement).abs();
        if points > gap_most {
            warnings.push(Warning::Gap { points, most: gap_most });
        }
    }
    if let (Some(rate), Some(floor)) = (rate, floor(rules))
        && rate < floor
    {
        warnings.push(Warning::BelowFloor { rate, floor });
    }
    let impossible = |row: &&Progress| row.likelihood == Some(Likelihood::Impossible);
    let count = reported.progress.iter().filter(impossible).count();
    if count > 0 {
        warnings.push(Warning::Impossible { count });
    }
    warnings
}

/// Two decimals, halves away from zero.
fn rounded(number: Decimal) -> Decimal {
    number.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero).normalize()
}

#[cfg(test)]
#[path = "clocks_tests.rs"]
mod tests;
