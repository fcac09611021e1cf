//! Policy, as the engine asks it about filled fields.

use chrono::NaiveDate;

use crate::{
    clock::Instant,
    definition::{ClockFields, FieldKind, Form, Value},
    engine::{surroundings::FormRules, who},
    language::Text,
    policy::{
        Policy,
        clocks::{self, Clocks, Reported},
        thresholds::Measure,
    },
};

/// The threshold that says how far the two clocks may be apart.
const GAP_WARNING: &str = "monitoring_gap_warning";

impl FormRules for Policy {
    fn complaints(&self, kind: &FieldKind, value: &Value) -> Vec<Text> {
        match (kind, value) {
            (FieldKind::IndicatorTable, Value::Indicators(rows)) => {
                let prompts = &self.scoring.template_prompts;
                let rules = self.scoring.indicator_tables.values();
                // A table may follow any of the frames that policy knows; it is measured against the one it fits best.
                let best = rules.map(|rule| rule.problems(rows, prompts)).min_by_key(Vec::len);
                best.unwrap_or_default().into_iter().map(|problem| problem.text).collect()
            }
            (FieldKind::ScoreSheet(name), Value::Scores(scores)) => {
                self.scoring.sheets.get(name).map(|sheet| sheet.problems(scores)).unwrap_or_default()
            }
            (FieldKind::ProgressTable, Value::Progress(rows)) => clocks::problems(rows),
            _ => Vec::new(),
        }
    }

    fn clocks(&self, fields: &ClockFields, form: &Form, now: Instant) -> Option<Clocks> {
        let (Value::Choice(round), Value::Money(budget)) = (form.get(&fields.round)?, form.get(&fields.budget)?) else {
            return None;
        };
        let (Value::Money(executed), Value::Progress(rows)) =
            (form.get(&fields.executed)?, form.get(&fields.progress)?)
        else {
            return None;
        };
        let day = who::day_of(now);
        let rules = self.lamps.in_force(round, day)?;
        let Measure::Percent(gap_most) = self.thresholds.get(GAP_WARNING, day)?.value else { return None };
        let reported = Reported { budget: *budget, executed: *executed, progress: rows };
        Some(clocks::read(&reported, rules, gap_most.into()))
    }

    fn latest_round(&self, offered: &[(String, Text)], (year, day): (i32, NaiveDate)) -> Option<String> {
        let over = self.lamps.over(year, day).into_iter();
        let mut offered = over.filter(|round| offered.iter().any(|(known, _)| *known == round.name));
        offered.next().map(|round| round.name.clone())
    }
}
