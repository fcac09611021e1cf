//! Policy, as the engine asks it about filled fields.

use crate::{
    definition::{FieldKind, Value},
    engine::surroundings::FormRules,
    language::Text,
    policy::Policy,
};

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
            _ => Vec::new(),
        }
    }
}
