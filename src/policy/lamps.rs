//! What `workflows/policy/lamps.yaml` says: lamps by progress, execution floors by month, rounds of monitoring.

use std::{
    cmp::{Ordering, Reverse},
    collections::BTreeMap,
};

use chrono::{Datelike as _, NaiveDate};
use rust_decimal::Decimal;

use super::scoring::Origin;
use crate::{
    definition::{Lamp, Likelihood, YearDay},
    language::Text,
};

/// Everything of all times.
#[derive(Debug, Clone, Default)]
pub struct Lamps {
    pub(super) bands: Vec<Bands>,
    pub(super) floors: Vec<Floors>,
    pub(super) readings: Vec<Reading>,
    pub(super) rounds: Vec<Round>,
}

/// Lamps by progress.
#[derive(Debug, Clone)]
pub struct Bands {
    /// What people read.
    pub title: Text,
    /// Where it comes from.
    pub origin: Origin,
    /// The least per cent of the time-proportional progress for each lamp, from the worst on; the first is zero.
    pub lamps: Vec<(Lamp, Decimal)>,
}

/// Execution floors.
#[derive(Debug, Clone)]
pub struct Floors {
    /// What people read.
    pub title: Text,
    /// Where it comes from.
    pub origin: Origin,
    /// The least execution rate in per cent, by the month at whose end it holds.
    pub months: BTreeMap<u32, Decimal>,
}

/// How indicators are read that do not add up over the year.
#[derive(Debug, Clone)]
pub struct Reading {
    /// What people read.
    pub title: Text,
    /// Where it comes from.
    pub origin: Origin,
    /// Units of rates and points, which are compared with their target as they are.
    pub rates: Vec<String>,
    /// The best lamp of a limit that is exceeded.
    pub exceeded: Lamp,
    /// The lamp of an indicator in words, by the likelihood that was declared.
    pub likelihoods: BTreeMap<Likelihood, Lamp>,
}

/// A round of monitoring.
#[derive(Debug, Clone)]
pub struct Round {
    /// Its name, as forms store it.
    pub name: String,
    /// What people read.
    pub title: Text,
    /// Where it comes from.
    pub origin: Origin,
    /// The last month it is about; the first is January.
    pub until_month: u32,
    /// The day of the budget year by which it is to be filled in.
    pub due: YearDay,
}

/// What holds on one day, for one round.
#[derive(Debug, Clone, Copy)]
pub struct InForce<'a> {
    /// Lamps by progress.
    pub bands: &'a Bands,
    /// Execution floors; none where the place has none.
    pub floors: Option<&'a Floors>,
    /// How indicators are read.
    pub reading: &'a Reading,
    /// The round.
    pub round: &'a Round,
}

impl Lamps {
    /// What holds on `day` for a round; `None` where policy knows no such round, or no lamps, that day.
    #[must_use]
    pub fn in_force(&self, round: &str, day: NaiveDate) -> Option<InForce<'_>> {
        Some(InForce {
            bands: self.bands.iter().find(|bands| bands.origin.validity.holds(day))?,
            floors: self.floors.iter().find(|floors| floors.origin.validity.holds(day)),
            reading: self.readings.iter().find(|reading| reading.origin.validity.holds(day))?,
            round: self.rounds(day).find(|known| known.name == round)?,
        })
    }

    /// The rounds that are collected on `day`, in order.
    pub fn rounds(&self, day: NaiveDate) -> impl Iterator<Item = &Round> {
        self.rounds.iter().filter(move |round| round.origin.validity.holds(day))
    }

    /// The rounds of a budget year that are over on `day`, the latest first.
    #[must_use]
    pub fn over(&self, year: i32, day: NaiveDate) -> Vec<&Round> {
        let is_over = |round: &&Round| match day.year().cmp(&year) {
            Ordering::Less => false,
            Ordering::Equal => round.until_month < day.month(),
            Ordering::Greater => true,
        };
        let mut over: Vec<_> = self.rounds(day).filter(is_over).collect();
        over.sort_by_key(|round| Reverse(round.until_month));
        over
    }

    /// Everything with its name and where it comes from.
    pub fn origins(&self) -> impl Iterator<Item = (&str, &Origin)> {
        let bands = self.bands.iter().map(|it| ("bands", &it.origin));
        let floors = self.floors.iter().map(|it| ("floors", &it.origin));
        let readings = self.readings.iter().map(|it| ("readings", &it.origin));
        bands.chain(floors).chain(readings).chain(self.rounds.iter().map(|it| (it.name.as_str(), &it.origin)))
    }
}

impl Bands {
    /// The lamp of a progress in per cent.
    #[must_use]
    pub fn lamp(&self, progress: Decimal) -> Lamp {
        let reached = self.lamps.iter().rev().find(|(_, from)| progress >= *from);
        reached.map_or(Lamp::Red, |(lamp, _)| *lamp)
    }

    /// The progress from which something is on time, in per cent: where green begins.
    #[must_use]
    pub fn on_time_from(&self) -> Decimal {
        self.lamps.iter().find(|(lamp, _)| *lamp == Lamp::Green).map_or(Decimal::ONE_HUNDRED, |(_, from)| *from)
    }
}

impl Floors {
    /// The floor at the end of `month`: that of the latest month for which there is one.
    #[must_use]
    pub fn at(&self, month: u32) -> Option<Decimal> {
        self.months.range(..=month).next_back().map(|(_, percent)| *percent)
    }
}

impl Round {
    /// The share of the year that has passed at its end: twelfths.
    #[must_use]
    pub fn elapsed(&self) -> Decimal {
        Decimal::from(self.until_month) / Decimal::from(12)
    }
}
