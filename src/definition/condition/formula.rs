//! A condition as a formula that can be reasoned about: comparisons and their joints, nothing of CEL left in it.

use std::collections::BTreeMap;

use cel::common::ast::{CallExpr, Expr, LiteralValue, operators};
use chrono::{Datelike as _, NaiveDate};

use super::{TermType, typing::dotted};

/// Comparisons, joined.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Formula {
    /// Settled.
    Known(bool),
    /// One comparison.
    Is(Comparison),
    /// The opposite.
    Not(Box<Formula>),
    /// All of them.
    All(Vec<Formula>),
    /// At least one of them.
    Any(Vec<Formula>),
    /// Both hold, or neither does.
    Same(Box<Formula>, Box<Formula>),
}

/// Two values beside each other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Comparison {
    /// The left one.
    pub left: Operand,
    /// What is claimed.
    pub relation: Relation,
    /// The right one.
    pub right: Operand,
}

/// What a comparison claims; all others are made of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// They are the same.
    Equal,
    /// The left number is the smaller one.
    Less,
    /// The left number is at most the right one.
    AtMost,
    /// The left text starts with the right one.
    StartsWith,
    /// The left text contains the right one.
    Contains,
}

impl Relation {
    /// Whether it is about a part of a text.
    #[must_use]
    pub const fn is_about_parts(self) -> bool {
        match self {
            Self::StartsWith | Self::Contains => true,
            Self::Equal | Self::Less | Self::AtMost => false,
        }
    }
}

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operand {
    /// A name, such as `form.amount`.
    Name(String),
    /// The number of characters of a named text.
    SizeOf(String),
    /// A whole number, an amount in 分, or a date as its day since the year 1.
    Number(i64),
    /// A text.
    Text(String),
    /// Yes or no.
    Flag(bool),
}

/// The day as a number, as comparisons count it.
#[must_use]
pub fn number_of(day: NaiveDate) -> i64 {
    day.num_days_from_ce().into()
}

/// The day that a number means; `None` beyond the calendar.
#[must_use]
pub fn day_of(number: i64) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(i32::try_from(number).ok()?)
}

/// Reads a checked expression. `None` for what the checker would not have let through.
pub(super) fn read(expr: &Expr, types: &BTreeMap<String, TermType>) -> Option<Formula> {
    if let Some(name) = dotted(expr) {
        return Some(is(Operand::Name(name), Relation::Equal, Operand::Flag(true)));
    }
    match expr {
        Expr::Literal(LiteralValue::Boolean(flag)) => Some(Formula::Known(*flag.inner())),
        Expr::Call(call) => joined(call, types),
        Expr::Literal(_)
        | Expr::Unspecified
        | Expr::Comprehension(_)
        | Expr::Ident(_)
        | Expr::List(_)
        | Expr::Map(_)
        | Expr::Select(_)
        | Expr::Struct(_) => None,
    }
}

fn joined(call: &CallExpr, types: &BTreeMap<String, TermType>) -> Option<Formula> {
    let all = || call.args.iter().map(|part| read(&part.expr, types)).collect::<Option<Vec<_>>>();
    let not = |formula| Formula::Not(Box::new(formula));
    match (call.func_name.as_str(), call.target.as_deref(), call.args.as_slice()) {
        (operators::LOGICAL_AND, None, _) => all().map(Formula::All),
        (operators::LOGICAL_OR, None, _) => all().map(Formula::Any),
        (operators::LOGICAL_NOT, None, [part]) => read(&part.expr, types).map(not),
        (operators::EQUALS, None, [a, b]) => equal(&a.expr, &b.expr, types),
        (operators::NOT_EQUALS, None, [a, b]) => equal(&a.expr, &b.expr, types).map(not),
        (operators::LESS, None, [a, b]) => ordered(&a.expr, Relation::Less, &b.expr),
        (operators::LESS_EQUALS, None, [a, b]) => ordered(&a.expr, Relation::AtMost, &b.expr),
        (operators::GREATER, None, [a, b]) => ordered(&b.expr, Relation::Less, &a.expr),
        (operators::GREATER_EQUALS, None, [a, b]) => ordered(&b.expr, Relation::AtMost, &a.expr),
        (operators::IN, None, [item, list]) => {
            let Expr::List(list) = &list.expr else { return None };
            let any = list.elements.iter().map(|element| equal(&item.expr, &element.expr, types));
            any.collect::<Option<Vec<_>>>().map(Formula::Any)
        }
        ("startsWith", Some(text), [part]) => {
            Some(is(operand(&text.expr)?, Relation::StartsWith, operand(&part.expr)?))
        }
        ("contains", Some(text), [part]) => Some(is(operand(&text.expr)?, Relation::Contains, operand(&part.expr)?)),
        (_, _, _) => None,
    }
}

const fn is(left: Operand, relation: Relation, right: Operand) -> Formula {
    Formula::Is(Comparison { left, relation, right })
}

fn equal(a: &Expr, b: &Expr, types: &BTreeMap<String, TermType>) -> Option<Formula> {
    match (operand(a), operand(b)) {
        (Some(a), Some(b)) => {
            let (a, b) = (as_day(a.clone(), &b, types)?, as_day(b, &a, types)?);
            Some(is(a, Relation::Equal, b))
        }
        (_, _) => Some(Formula::Same(Box::new(read(a, types)?), Box::new(read(b, types)?))),
    }
}

fn ordered(a: &Expr, relation: Relation, b: &Expr) -> Option<Formula> {
    // Only dates are both text and in order.
    let day = |operand: Operand| match operand {
        Operand::Text(text) => number(&text),
        Operand::Name(_) | Operand::SizeOf(_) | Operand::Number(_) | Operand::Flag(_) => Some(operand),
    };
    Some(is(day(operand(a)?)?, relation, day(operand(b)?)?))
}

/// A text beside the name of a date is a date.
fn as_day(operand: Operand, beside: &Operand, types: &BTreeMap<String, TermType>) -> Option<Operand> {
    match (operand, beside) {
        (Operand::Text(text), Operand::Name(name)) if types.get(name) == Some(&TermType::Date) => number(&text),
        (operand, _) => Some(operand),
    }
}

fn number(text: &str) -> Option<Operand> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(|day| Operand::Number(number_of(day)))
}

fn operand(expr: &Expr) -> Option<Operand> {
    if let Some(name) = dotted(expr) {
        return Some(Operand::Name(name));
    }
    match expr {
        Expr::Literal(LiteralValue::Int(number)) => Some(Operand::Number(*number.inner())),
        Expr::Literal(LiteralValue::String(text)) => Some(Operand::Text(text.inner().to_owned())),
        Expr::Literal(LiteralValue::Boolean(flag)) => Some(Operand::Flag(*flag.inner())),
        Expr::Call(call) if call.func_name == "size" => {
            let text = call.target.as_deref().or_else(|| call.args.first())?;
            match operand(&text.expr)? {
                Operand::Name(name) => Some(Operand::SizeOf(name)),
                Operand::Text(text) => Some(Operand::Number(i64::try_from(text.chars().count()).ok()?)),
                Operand::SizeOf(_) | Operand::Number(_) | Operand::Flag(_) => None,
            }
        }
        Expr::Literal(_)
        | Expr::Call(_)
        | Expr::Unspecified
        | Expr::Comprehension(_)
        | Expr::Ident(_)
        | Expr::List(_)
        | Expr::Map(_)
        | Expr::Select(_)
        | Expr::Struct(_) => None,
    }
}
