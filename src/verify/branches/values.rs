//! The values worth trying: for every variable enough of them that whatever can be, can be with one of these.
//!
//! Numbers, amounts and dates are only ever compared: with constants and with each other. So beside every constant it
//! is enough to look at as many values between two of them as there are variables that are compared with each other.
//! Texts that are only compared for equality need the texts they are compared with, and as many others. What starts
//! with a text or contains one is tried with texts put together from the pieces; those are examples and no proof.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::scene::{Reader, Texts, Value, Variable, comparisons};
use crate::{
    definition::condition::{
        TermType, Types,
        formula::{Comparison, Formula, Operand, number_of},
    },
    money::Money,
};

/// Texts put together from pieces, at most.
const TEXTS_MAX: usize = 120;
/// Longer texts are not put together.
const CHARS_MAX: usize = 2000;

/// The values of every variable of `formulas`.
pub fn worth_trying(formulas: &[&Formula], types: &Types, texts: Texts) -> BTreeMap<Variable, Vec<Value>> {
    let mut all = Vec::new();
    formulas.iter().for_each(|formula| comparisons(formula, &mut all));
    let reader = Reader { texts, work_left: 0 };
    let mut groups: Vec<Group<'_>> = Vec::new();
    for &comparison in &all {
        let variables: BTreeSet<_> = reader.variables(comparison).into_iter().collect();
        let mut joined = Group { variables, comparisons: vec![comparison] };
        groups.retain_mut(|group| {
            let apart = group.variables.is_disjoint(&joined.variables);
            if !apart {
                joined.variables.append(&mut group.variables);
                joined.comparisons.append(&mut group.comparisons);
            }
            apart
        });
        groups.push(joined);
    }
    groups.iter().flat_map(|group| group.values(types)).collect()
}

/// Variables that are compared with each other, and all that is said about them.
struct Group<'f> {
    variables: BTreeSet<Variable>,
    comparisons: Vec<&'f Comparison>,
}

/// What a variable holds.
enum Holds<'t> {
    Numbers(i64, i64, Option<i64>),
    OneOf(&'t [String]),
    AnyText,
    Flags,
}

fn holds<'t>(variable: &Variable, types: &'t Types) -> Holds<'t> {
    let name = match variable {
        Variable::Name(name) => name,
        Variable::Size(_) => return Holds::Numbers(0, i64::from(u32::MAX), None),
        Variable::Open(_) => return Holds::Flags,
    };
    match types.get(name) {
        Some(TermType::Int) if name.starts_with("votes.") => {
            let most = if name.ends_with(".percent") { 100 } else { i64::from(u32::MAX) };
            Holds::Numbers(0, most, None)
        }
        Some(TermType::Int) => Holds::Numbers(i64::MIN, i64::MAX, Some(0)),
        Some(TermType::Money) => Holds::Numbers(0, Money::MAX.fen(), None),
        Some(TermType::Date) => {
            let example = NaiveDate::from_ymd_opt(EXAMPLE_YEAR, 1, 1).map(number_of);
            Holds::Numbers(DAYS.0, DAYS.1, example)
        }
        Some(TermType::OneOf(values)) => Holds::OneOf(values),
        Some(TermType::Flag) => Holds::Flags,
        Some(TermType::Text | TermType::Unreadable) | None => Holds::AnyText,
    }
}

/// From the first day of the year 1 to the last of the year 9999, which is as far as four digits go.
const DAYS: (i64, i64) = (1, 3_652_059);
/// The year of a date that is not compared with anything.
const EXAMPLE_YEAR: i32 = 2027;

impl Group<'_> {
    fn values(&self, types: &Types) -> Vec<(Variable, Vec<Value>)> {
        let numbers = self.numbers(types);
        let texts = self.texts(types);
        let values = |variable: &Variable| match holds(variable, types) {
            Holds::Numbers(from, until, _) => {
                numbers.iter().filter(|number| (from..=until).contains(number)).copied().map(Value::Number).collect()
            }
            Holds::OneOf(values) => values.iter().cloned().map(Value::Text).collect(),
            Holds::AnyText => texts.iter().cloned().map(Value::Text).collect(),
            Holds::Flags => vec![Value::Flag(true), Value::Flag(false)],
        };
        self.variables.iter().map(|variable| (variable.clone(), values(variable))).collect()
    }

    fn operands(&self) -> impl Iterator<Item = &Operand> {
        self.comparisons.iter().flat_map(|comparison| [&comparison.left, &comparison.right])
    }

    /// The constants first, since an example right at a limit says most; then what lies between them.
    fn numbers(&self, types: &Types) -> Vec<i64> {
        let constants = self.operands().filter_map(|operand| match operand {
            Operand::Number(number) => Some(*number),
            Operand::Name(_) | Operand::SizeOf(_) | Operand::Text(_) | Operand::Flag(_) => None,
        });
        let known: BTreeSet<i64> = constants.collect();
        let (mut limits, mut examples) = (known.clone(), Vec::new());
        for variable in &self.variables {
            if let Holds::Numbers(from, until, example) = holds(variable, types) {
                limits.extend([from, until]);
                examples.extend(example.filter(|_| known.is_empty()));
            }
        }
        limits.extend(&examples);
        let each = i64::try_from(self.variables.len()).unwrap_or(i64::MAX);
        let mut between = Vec::new();
        for (low, high) in limits.iter().zip(limits.iter().skip(1)) {
            // As many as there are variables, as near to a constant as can be.
            let room = high.saturating_sub(*low).saturating_sub(1).min(each).max(0);
            let near_high = known.contains(high);
            between.extend((1..=room).map(|step| if near_high { high - step } else { low + step }));
        }
        let mut numbers: Vec<i64> = known.iter().copied().chain(examples).collect();
        numbers.extend(between);
        numbers.extend(limits.difference(&known));
        numbers
    }

    fn texts(&self, types: &Types) -> Vec<String> {
        let (mut whole, mut pieces, mut sizes) = (BTreeSet::new(), Vec::new(), BTreeSet::new());
        for comparison in &self.comparisons {
            for operand in [&comparison.left, &comparison.right] {
                match operand {
                    Operand::Text(text) if comparison.relation.is_about_parts() => pieces.push(text.clone()),
                    Operand::Text(text) => _ = whole.insert(text.clone()),
                    Operand::Number(size) => sizes.extend([size.saturating_sub(1), *size, size.saturating_add(1)]),
                    Operand::Name(_) | Operand::SizeOf(_) | Operand::Flag(_) => {}
                }
            }
        }
        for variable in &self.variables {
            if let Holds::OneOf(values) = holds(variable, types) {
                whole.extend(values.iter().cloned());
            }
        }
        let strange = (1..).map(|number| format!("其他{number}")).filter(|text| !whole.contains(text));
        let strange: Vec<String> = strange.take(self.variables.len()).collect();
        let mut texts: Vec<String> = whole.into_iter().chain(strange).collect();
        if !pieces.is_empty() || !sizes.is_empty() {
            texts.extend(put_together(&texts, &pieces, &sizes));
        }
        let mut seen = BTreeSet::new();
        texts.retain(|text| seen.insert(text.clone()));
        texts
    }
}

/// Texts made of the pieces, alone, in pairs and all together, as long as the sizes want them.
fn put_together(whole: &[String], pieces: &[String], sizes: &BTreeSet<i64>) -> Vec<String> {
    let mut bases: Vec<String> = vec![String::new(), pieces.concat()];
    bases.extend(pieces.iter().cloned());
    bases.extend(pieces.iter().flat_map(|a| pieces.iter().map(move |b| format!("{a}{b}"))));
    bases.extend(pieces.iter().map(|piece| format!("其他{piece}")));
    bases.extend(pieces.iter().map(|piece| format!("{piece}其他")));
    bases.extend(whole.iter().cloned());
    bases.truncate(TEXTS_MAX);
    let padded = |base: &String, size: &i64| {
        let size = usize::try_from(*size).ok().filter(|size| *size <= CHARS_MAX)?;
        let more = size.checked_sub(base.chars().count())?;
        Some(format!("{base}{}", "字".repeat(more)))
    };
    let long: Vec<String> = bases.iter().flat_map(|base| sizes.iter().filter_map(|size| padded(base, size))).collect();
    bases.extend(long);
    bases.truncate(TEXTS_MAX);
    bases
}
