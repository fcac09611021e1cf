//! What happens to each project of the demonstration that runs, from its assessment of the year before to what its
//! monitoring leads to, and what its officer reports.

use rust_decimal::{Decimal, RoundingStrategy};

use super::story::{self, Chapter, Decided, ON_TIME, Pace, whole};
use crate::{
    definition::{Cause, Likelihood, Progress, Sign},
    demo::DemoProject,
    money::Money,
    policy::{indicators::measured, lamps::InForce},
};

/// One case, and when it begins.
#[derive(Debug, Clone)]
pub struct Episode {
    /// So many days before the demonstration is looked at.
    pub days_ago: i64,
    /// The case.
    pub chapter: Chapter,
    /// Whether the deadline of the step where it is left passes.
    pub missed: bool,
}

/// How long ago the first of them began, the year before.
pub const BEGUN_DAYS_AGO: i64 = 58 * 7;

const CONTINUE: Decided = Decided {
    grade: Some("continue"),
    reason: "成果已按期形成，支出偏慢系合同约定年底集中结算，同意继续实施，四季度按月报送支付情况。",
};
const ADJUST: Decided = Decided {
    grade: Some("adjust"),
    reason: "进度明显滞后，责成项目单位查明原因，制定措施，限期整改。",
};

/// What happens to the `index`-th running project, in order.
#[must_use]
pub fn of(index: usize, project: &DemoProject) -> Vec<Episode> {
    let days = i64::try_from(index).unwrap_or_default();
    let before = |chapter, weeks: i64| Episode { days_ago: BEGUN_DAYS_AGO - days - 7 * weeks, chapter, missed: false };
    let assessment = Chapter { scope: story::scope_of(project), ..whole("ex-ante-assessment") };
    let mut episodes =
        vec![before(assessment, 0), before(whole("performance-targets"), 2), before(whole("budget-request"), 4)];
    episodes.extend(match index {
        1 => vec![monitored(24, Pace { results: 133, money: 115 })],
        // A red lamp: funding is suspended while it is rectified.
        2 => vec![decided(34, Pace { results: 45, money: 70 }, ADJUST), rectified(27, Some("work"))],
        3 => vec![left(6, Pace { results: 72, money: 100 }, "decision")],
        // Nobody decided in time: the system has suspended funding.
        4 => vec![Episode { missed: true, ..left(24, Pace { results: 65, money: 95 }, "decision") }],
        5 => vec![decided(20, Pace { results: 70, money: 88 }, ADJUST), rectified(3, Some("plan-approval"))],
        6 => vec![left(3, Pace { results: 98, money: 96 }, "department-review")],
        // The whole way: a red lamp, rectified and accepted, and the next round on time.
        7 => vec![
            decided(110, Pace { results: 50, money: 90 }, ADJUST),
            rectified(100, Some("work")),
            rectified(75, None),
            monitored(18, Pace { results: 97, money: 95 }),
        ],
        8 => vec![left(2, ON_TIME, "report")],
        9 => vec![left(5, Pace { results: 96, money: 70 }, "finance-review")],
        10 => vec![decided(28, Pace { results: 97, money: 70 }, CONTINUE)],
        _ => vec![monitored(30, ON_TIME)],
    });
    episodes
}

fn monitored(days_ago: i64, pace: Pace) -> Episode {
    Episode { days_ago, chapter: Chapter { pace, ..whole("monitoring") }, missed: false }
}

fn left(days_ago: i64, pace: Pace, until: &'static str) -> Episode {
    Episode { days_ago, chapter: Chapter { pace, until: Some(until), ..whole("monitoring") }, missed: false }
}

fn decided(days_ago: i64, pace: Pace, decision: Decided) -> Episode {
    let decisions = vec![("decision", decision)];
    Episode { days_ago, chapter: Chapter { pace, decisions, ..whole("monitoring") }, missed: false }
}

fn rectified(days_ago: i64, until: Option<&'static str>) -> Episode {
    Episode { days_ago, chapter: Chapter { until, ..whole("rectification") }, missed: false }
}

impl Pace {
    /// What was spent by the end of the round of `total`.
    #[must_use]
    pub fn spent(self, total: Money, rules: InForce<'_>) -> Money {
        share(total, Decimal::from(self.money) * rules.round.elapsed())
    }

    /// What will be spent by the end of the year.
    #[must_use]
    pub fn to_be_spent(self, total: Money) -> Money {
        share(total, Decimal::from((self.money + 10).min(100)))
    }

    /// What the officer reports of every indicator.
    #[must_use]
    pub fn report(self, rows: &[Progress], rules: InForce<'_>) -> Vec<Progress> {
        rows.iter().enumerate().map(|(index, row)| self.row(index, row, rules)).collect()
    }

    fn row(self, index: usize, row: &Progress, rules: InForce<'_>) -> Progress {
        let certain = self.results >= 80;
        let likelihood = match () {
            () if certain => Likelihood::Certain,
            () if self.results < 50 && index == 1 => Likelihood::Impossible,
            () => Likelihood::Possible,
        };
        let (so_far, forecast) = self.figures(row, rules).unwrap_or_else(|| {
            let said = if certain { "基本达到" } else { "尚未达到" };
            (said.to_owned(), row.indicator.target.clone())
        });
        let cause = if index.is_multiple_of(2) { Cause::Funds } else { Cause::People };
        let cause = (!certain).then_some(cause);
        Progress { indicator: row.indicator.clone(), so_far, forecast, cause, likelihood: Some(likelihood) }
    }

    /// So far, and by the end of the year; `None` for an indicator in words.
    fn figures(self, row: &Progress, rules: InForce<'_>) -> Option<(String, String)> {
        let target = measured(&row.indicator.target).filter(|_| row.indicator.sign != Sign::Qualitative)?;
        let is_rate = rules.reading.rates.contains(&row.indicator.unit);
        let elapsed = if is_rate { Decimal::ONE } else { rules.round.elapsed() };
        let of = |percent: i64| target * Decimal::from(percent) / Decimal::ONE_HUNDRED;
        // No rate is above a hundred per cent, and nobody counts half a ship.
        let places = if is_rate { 1 } else { target.normalize().scale().min(2) };
        let told = |figure: Decimal| {
            let most = if is_rate { Decimal::ONE_HUNDRED } else { Decimal::MAX };
            figure
                .min(most)
                .round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
                .normalize()
                .to_string()
        };
        let forecast = if self.results >= 80 { target } else { of(self.results + 15) };
        Some((told(of(self.results) * elapsed), told(forecast)))
    }
}

/// So many per cent of an amount, in whole 元.
fn share(total: Money, percent: Decimal) -> Money {
    let fen = Decimal::from(total.fen()) * percent / Decimal::ONE_HUNDRED;
    let yuan = (fen / Decimal::ONE_HUNDRED).round();
    i64::try_from(yuan).ok().and_then(|yuan| Money::from_fen(yuan * 100).ok()).unwrap_or(total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{app::library, demo, policy::Policy};

    #[test]
    fn nothing_is_reported_that_could_not_be() {
        let lamps = Policy::read(&library::embedded()).unwrap().lamps;
        let day = "2026-11-02".parse().unwrap();
        let rules = lamps.in_force("q3", day).unwrap();
        for (index, project) in demo::running_projects().unwrap().iter().enumerate() {
            let rows: Vec<_> = story::weighted(project).into_iter().map(Progress::of).collect();
            for episode in of(index, project) {
                let pace = episode.chapter.pace;
                let told = pace.report(&rows, rules);
                let problems = crate::policy::clocks::problems(&told);
                assert!(problems.is_empty(), "{}: {problems:?}", project.project.code);
                assert!(pace.spent(project.project.total, rules) <= pace.to_be_spent(project.project.total));
            }
        }
    }
}
