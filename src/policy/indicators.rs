//! What published indicator tables get wrong, found before they are published.

use std::{collections::BTreeMap, fmt::Write as _};

use rust_decimal::Decimal;

use super::scoring::Origin;
use crate::{
    definition::{Indicator, Sign},
    language::Text,
};

/// The rules of an indicator table.
#[derive(Debug, Clone)]
pub struct TableRule {
    /// What people read.
    pub title: Text,
    /// Where it comes from.
    pub origin: Origin,
    /// The points of the whole table, the execution rate included.
    pub total: Decimal,
    /// The points of the execution rate, which stands beside the indicators.
    pub execution_weight: Decimal,
    /// The first level, in order.
    pub levels: Vec<LevelOne>,
}

/// A first-level group.
#[derive(Debug, Clone)]
pub struct LevelOne {
    /// Its name.
    pub name: String,
    /// The weight it usually has; a proposal, not a rule.
    pub usual_weight: Decimal,
    /// The second level, as the form proposes it.
    pub level2: Vec<String>,
}

/// Something wrong with a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableProblem {
    /// The row, counted from 1; `None` when it is about the whole table.
    pub row: Option<usize>,
    /// The sentence, which names the row.
    pub text: Text,
}

impl TableRule {
    /// What the indicators' weights must sum to.
    #[must_use]
    pub fn weights_sum(&self) -> Decimal {
        self.total - self.execution_weight
    }

    /// Every problem of `rows`, in order. `prompts` are the texts a template leaves behind.
    #[must_use]
    pub fn problems(&self, rows: &[Indicator], prompts: &[String]) -> Vec<TableProblem> {
        let mut problems = Vec::new();
        if rows.is_empty() {
            problems.push(about_table("指标表为空，至少填写一项指标", "the table is empty; fill in an indicator"));
            return problems;
        }
        let mut seen: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
        for (index, row) in rows.iter().enumerate() {
            let number = index + 1;
            for (zh, en) in self.row_problems(row, prompts) {
                problems.push(about_row(number, &zh, &en));
            }
            let name = (row.level1.trim(), row.level2.trim(), row.level3.trim());
            if let Some(first) = seen.get(&name) {
                let level3 = name.2;
                problems.push(about_row(
                    number,
                    &format!("与第{first}行同名：“{level3}”"),
                    &format!("has the same name as row {first}: “{level3}”"),
                ));
            } else {
                seen.insert(name, number);
            }
        }
        let sum: Decimal = rows.iter().map(|row| row.weight).sum();
        if sum != self.weights_sum() {
            problems.push(self.wrong_sum(sum.normalize()));
        }
        problems
    }

    fn wrong_sum(&self, sum: Decimal) -> TableProblem {
        let (execution, total, wanted) = (self.execution_weight, self.total, self.weights_sum());
        let mut zh = format!("指标权重合计为{sum}分，应为{wanted}分");
        let mut en = format!("the weights sum to {sum}; they must sum to {wanted}");
        if !execution.is_zero() {
            let _ = write!(zh, "（预算执行率另计{execution}分，共{total}分）");
            let _ = write!(en, " (the execution rate counts {execution} more, {total} in all)");
        }
        about_table(&zh, &en)
    }

    fn row_problems(&self, row: &Indicator, prompts: &[String]) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let mut say = |zh: String, en: String| found.push((zh, en));
        if self.levels.iter().all(|level| level.name != row.level1.trim()) {
            let known = self.levels.iter().map(|level| level.name.as_str()).collect::<Vec<_>>().join("、");
            say(
                format!("一级指标“{}”应为{known}之一", row.level1),
                format!("level 1 “{}” is none of {known}", row.level1),
            );
        }
        if row.level2.trim().is_empty() {
            say("二级指标未填写".into(), "level 2 is missing".into());
        }
        if row.level3.trim().is_empty() {
            say("三级指标未填写".into(), "level 3 is missing".into());
        }
        let target = row.target.trim();
        if target.is_empty() {
            say("指标值未填写".into(), "the target is missing".into());
        } else if let Some(prompt) = [target, row.level3.trim()].into_iter().find_map(|text| left_in(text, prompts)) {
            say(
                format!("保留了模板提示语“{prompt}”，请填写实际内容"),
                format!("the template's prompt “{prompt}” was left in; write what is meant"),
            );
        } else if row.sign != Sign::Qualitative && measured(target).is_none() {
            let sign = row.sign.text();
            say(
                format!("符号为“{sign}”，指标值“{target}”却不是数字；定性指标请选“定性”"),
                format!("the sign is “{sign}” but the target “{target}” is no number; choose 定性 for words"),
            );
        }
        if row.weight <= Decimal::ZERO {
            say("权重应大于0".into(), "the weight must be above 0".into());
        } else if row.weight.normalize().scale() > 2 {
            say("权重最多保留两位小数".into(), "the weight has more than two decimals".into());
        }
        found
    }
}

/// The number that a target says, a per cent sign and thousands separators aside.
#[must_use]
pub fn measured(target: &str) -> Option<Decimal> {
    let digits: String =
        target.trim().trim_end_matches(['%', '％']).chars().filter(|c| !matches!(c, ',' | '，')).collect();
    Decimal::from_str_exact(digits.trim()).ok()
}

fn left_in<'a>(text: &str, prompts: &'a [String]) -> Option<&'a str> {
    prompts.iter().map(String::as_str).find(|prompt| text.contains(prompt))
}

fn about_table(zh: &str, en: &str) -> TableProblem {
    TableProblem { row: None, text: Text::new(zh, en) }
}

fn about_row(row: usize, zh: &str, en: &str) -> TableProblem {
    TableProblem { row: Some(row), text: Text::new(format!("第{row}行：{zh}"), format!("row {row}: {en}")) }
}
