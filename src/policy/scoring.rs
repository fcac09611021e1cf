//! Score sheets and grades: `workflows/policy/scoring.yaml`.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{indicators::TableRule, standing::Standing, standing::Validity};
use crate::language::Text;

/// Everything that says how something is scored.
#[derive(Debug, Clone, Default)]
pub struct Scoring {
    /// Scales by name.
    pub scales: BTreeMap<String, Scale>,
    /// Score sheets by name; a form field `score-sheet: <name>` refers to one.
    pub sheets: BTreeMap<String, Sheet>,
    /// Rules for indicator tables by name.
    pub indicator_tables: BTreeMap<String, TableRule>,
    /// What a template leaves behind where somebody should have written something.
    pub template_prompts: Vec<String>,
}

/// Where a piece of scoring comes from.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The code of the issuing document.
    pub document: String,
    /// The clause, where one is known.
    pub clause: Option<String>,
    /// How firmly it stands.
    pub standing: Standing,
    /// Where it holds.
    pub jurisdiction: String,
    /// When it holds.
    pub validity: Validity,
    /// What one should know about it.
    pub note: Option<Text>,
}

/// Grades by share of the points.
#[derive(Debug, Clone)]
pub struct Scale {
    /// What people read.
    pub title: Text,
    /// Where it comes from.
    pub origin: Origin,
    /// From the best to the worst; the last begins at zero.
    pub grades: Vec<Grade>,
}

/// One grade.
#[derive(Debug, Clone)]
pub struct Grade {
    /// Its name, as definitions write it.
    pub name: String,
    /// What people read.
    pub title: Text,
    /// The least per cent of the points that earn it.
    pub from: Decimal,
}

/// A score sheet.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// What people read.
    pub title: Text,
    /// Where it comes from.
    pub origin: Origin,
    /// Its scale, for the total and for each item.
    pub scale: Scale,
    /// The dimensions, in order.
    pub dimensions: Vec<Dimension>,
}

/// Items that are scored together.
#[derive(Debug, Clone)]
pub struct Dimension {
    /// Its name.
    pub name: String,
    /// What people read.
    pub title: Text,
    /// The items, in order.
    pub items: Vec<Item>,
}

/// One line of a score sheet.
#[derive(Debug, Clone)]
pub struct Item {
    /// Its name, unique in the sheet: the key in [`crate::definition::Value::Scores`].
    pub name: String,
    /// What people read.
    pub title: Text,
    /// Points at most.
    pub points: Decimal,
}

impl Scale {
    /// The grade of `points` out of `of`.
    #[must_use]
    pub fn grade(&self, points: Decimal, of: Decimal) -> Option<&Grade> {
        let share = points.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(of)?;
        self.grades.iter().find(|grade| share >= grade.from)
    }
}

impl Dimension {
    /// Points at most.
    #[must_use]
    pub fn points(&self) -> Decimal {
        self.items.iter().map(|item| item.points).sum()
    }
}

impl Sheet {
    /// Every item, in order.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.dimensions.iter().flat_map(|dimension| &dimension.items)
    }

    /// Points at most.
    #[must_use]
    pub fn points_max(&self) -> Decimal {
        self.items().map(|item| item.points).sum()
    }

    /// The points given; items that are not on the sheet count nothing.
    #[must_use]
    pub fn total(&self, scores: &BTreeMap<String, Decimal>) -> Decimal {
        self.items().filter_map(|item| scores.get(&item.name)).sum()
    }

    /// The grade of a total.
    #[must_use]
    pub fn grade(&self, total: Decimal) -> Option<&Grade> {
        self.scale.grade(total, self.points_max())
    }

    /// What is wrong with filled-in scores, one sentence per item.
    #[must_use]
    pub fn problems(&self, scores: &BTreeMap<String, Decimal>) -> Vec<Text> {
        let mut problems = Vec::new();
        for item in self.items() {
            let Text { zh, en } = &item.title;
            let most = item.points;
            match scores.get(&item.name) {
                None => problems.push(Text::new(format!("“{zh}”未评分"), format!("“{en}” has no score"))),
                Some(score) if score.is_sign_negative() || *score > most => problems.push(Text::new(
                    format!("“{zh}”评{score}分，应在0至{most}分之间"),
                    format!("“{en}” has {score} points; it can have 0 to {most}"),
                )),
                Some(score) if score.normalize().scale() > 2 => problems.push(Text::new(
                    format!("“{zh}”评{score}分，最多保留两位小数"),
                    format!("“{en}” has {score} points; two decimals at most"),
                )),
                Some(_) => {}
            }
        }
        for name in scores.keys().filter(|name| self.items().all(|item| item.name != **name)) {
            problems.push(Text::new(
                format!("评分表“{}”没有评分项“{name}”", self.title.zh),
                format!("the sheet “{}” has no item “{name}”", self.title.en),
            ));
        }
        problems
    }
}
