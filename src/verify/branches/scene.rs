//! A situation, partly known: the value of some names, and what formulas say about it.

use std::collections::BTreeMap;

use crate::definition::condition::formula::{Comparison, Formula, Operand, Relation};

/// What a name can be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// A whole number, an amount in 分, or a date as its day since the year 1.
    Number(i64),
    /// A text.
    Text(String),
    /// Yes or no.
    Flag(bool),
}

/// Something that has a value: a name, or what stands for a comparison of texts that is left open.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Variable {
    /// A name.
    Name(String),
    /// The length of a named text, as if it were a number of its own.
    Size(String),
    /// A comparison of texts, as if it were a flag of its own.
    Open(Comparison),
}

/// Values of some variables.
pub type Scene = BTreeMap<Variable, Value>;

/// How texts are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Texts {
    /// Their lengths and parts are what their values say.
    Whole,
    /// Their lengths and parts are anything: what cannot be even so cannot be at all.
    Open,
}

/// Evaluates formulas, and counts the work.
pub struct Reader {
    /// How texts are looked at.
    pub texts: Texts,
    /// Comparisons that may still be made.
    pub work_left: u64,
}

impl Reader {
    /// What the formula says of the scene; `None` while it depends on what is not known.
    pub fn holds(&mut self, formula: &Formula, scene: &Scene) -> Option<bool> {
        match formula {
            Formula::Known(known) => Some(*known),
            Formula::Is(comparison) => self.compare(comparison, scene),
            Formula::Not(part) => self.holds(part, scene).map(|holds| !holds),
            Formula::All(parts) => self.any(parts, scene, false).map(|found| !found),
            Formula::Any(parts) => self.any(parts, scene, true),
            Formula::Same(a, b) => Some(self.holds(a, scene)? == self.holds(b, scene)?),
        }
    }

    /// Whether one of the parts is `wanted`.
    fn any(&mut self, parts: &[Formula], scene: &Scene, wanted: bool) -> Option<bool> {
        let mut open = false;
        for part in parts {
            match self.holds(part, scene) {
                Some(holds) if holds == wanted => return Some(true),
                Some(_) => {}
                None => open = true,
            }
        }
        (!open).then_some(false)
    }

    fn compare(&mut self, comparison: &Comparison, scene: &Scene) -> Option<bool> {
        self.work_left = self.work_left.saturating_sub(1);
        if self.texts == Texts::Open && comparison.relation.is_about_parts() {
            return match scene.get(&Variable::Open(comparison.clone())) {
                Some(Value::Flag(flag)) => Some(*flag),
                Some(Value::Number(_) | Value::Text(_)) | None => None,
            };
        }
        let (left, right) = (self.value(&comparison.left, scene)?, self.value(&comparison.right, scene)?);
        match (left, comparison.relation, right) {
            (left, Relation::Equal, right) => Some(left == right),
            (Value::Number(left), Relation::Less, Value::Number(right)) => Some(left < right),
            (Value::Number(left), Relation::AtMost, Value::Number(right)) => Some(left <= right),
            (Value::Text(left), Relation::StartsWith, Value::Text(right)) => Some(left.starts_with(&right)),
            (Value::Text(left), Relation::Contains, Value::Text(right)) => Some(left.contains(&right)),
            (_, Relation::Less | Relation::AtMost | Relation::StartsWith | Relation::Contains, _) => None,
        }
    }

    fn value(&self, operand: &Operand, scene: &Scene) -> Option<Value> {
        match operand {
            Operand::Name(name) => scene.get(&Variable::Name(name.clone())).cloned(),
            Operand::SizeOf(name) if self.texts == Texts::Open => scene.get(&Variable::Size(name.clone())).cloned(),
            Operand::SizeOf(name) => match scene.get(&Variable::Name(name.clone()))? {
                Value::Text(text) => i64::try_from(text.chars().count()).ok().map(Value::Number),
                Value::Number(_) | Value::Flag(_) => None,
            },
            Operand::Number(number) => Some(Value::Number(*number)),
            Operand::Text(text) => Some(Value::Text(text.clone())),
            Operand::Flag(flag) => Some(Value::Flag(*flag)),
        }
    }

    /// A variable on which the formula still depends.
    pub fn open_variable(&mut self, formula: &Formula, scene: &Scene) -> Option<Variable> {
        if self.holds(formula, scene).is_some() {
            return None;
        }
        match formula {
            Formula::Known(_) => None,
            Formula::Is(comparison) => self.variables(comparison).into_iter().find(|v| !scene.contains_key(v)),
            Formula::Not(part) => self.open_variable(part, scene),
            Formula::All(parts) | Formula::Any(parts) => parts.iter().find_map(|part| self.open_variable(part, scene)),
            Formula::Same(a, b) => self.open_variable(a, scene).or_else(|| self.open_variable(b, scene)),
        }
    }

    /// The variables of a comparison.
    pub fn variables(&self, comparison: &Comparison) -> Vec<Variable> {
        if self.texts == Texts::Open && comparison.relation.is_about_parts() {
            return vec![Variable::Open(comparison.clone())];
        }
        let variable = |operand: &Operand| match operand {
            Operand::Name(name) => Some(Variable::Name(name.clone())),
            Operand::SizeOf(name) if self.texts == Texts::Open => Some(Variable::Size(name.clone())),
            Operand::SizeOf(name) => Some(Variable::Name(name.clone())),
            Operand::Number(_) | Operand::Text(_) | Operand::Flag(_) => None,
        };
        [&comparison.left, &comparison.right].into_iter().filter_map(variable).collect()
    }
}

/// Every comparison in a formula.
pub fn comparisons<'f>(formula: &'f Formula, found: &mut Vec<&'f Comparison>) {
    match formula {
        Formula::Known(_) => {}
        Formula::Is(comparison) => found.push(comparison),
        Formula::Not(part) => comparisons(part, found),
        Formula::All(parts) | Formula::Any(parts) => parts.iter().for_each(|part| comparisons(part, found)),
        Formula::Same(a, b) => {
            comparisons(a, found);
            comparisons(b, found);
        }
    }
}
