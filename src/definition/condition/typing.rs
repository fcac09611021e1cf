//! Names and types of a condition. Money and dates are folded into plain literals on the way.

use std::collections::BTreeSet;

use cel::{
    IdedExpr,
    common::{
        ast::{CallExpr, Expr, LiteralValue, SourceInfo, operators},
        types::{CelInt, CelString},
    },
};
use chrono::NaiveDate;

use super::{DEPTH_MAX, NODES_MAX, TermType, Types};
use crate::{
    definition::{
        model::Place,
        problem::{Problem, Spot, conditions},
    },
    money::{Money, MoneyUnit},
};

/// A part whose type is known.
struct Typed {
    kind: TermType,
    /// The name, where the part is one.
    name: Option<String>,
    /// The text, where the part is a text literal.
    literal: Option<String>,
}

impl Typed {
    const fn of(kind: TermType) -> Self {
        Self { kind, name: None, literal: None }
    }
}

pub(super) struct Typing<'a> {
    types: &'a Types,
    source: &'a str,
    info: &'a SourceInfo,
    at: Place,
    problems: Vec<Problem>,
    reads: BTreeSet<String>,
    nodes: usize,
}

impl<'a> Typing<'a> {
    pub(super) const fn new(types: &'a Types, source: &'a str, info: &'a SourceInfo, at: Place) -> Self {
        Self { types, source, info, at, problems: Vec::new(), reads: BTreeSet::new(), nodes: 0 }
    }

    /// Checks the whole.
    pub(super) fn condition(&mut self, expr: &mut IdedExpr) {
        self.flag(expr, 0);
    }

    pub(super) fn finish(self) -> (Vec<Problem>, BTreeSet<String>) {
        (self.problems, self.reads)
    }

    fn spot(&self, expr: &IdedExpr) -> Spot {
        let (start, stop) = self.info.offset_for(expr.id).unwrap_or_default();
        let (start, stop) = (self.chars_before(start), self.chars_before(stop.saturating_add(1)));
        let len = stop.saturating_sub(start).max(1);
        Spot { at: Place { column: self.at.column + start, ..self.at }, len }
    }

    /// The parser counts bytes, people count characters.
    fn chars_before(&self, byte: u32) -> usize {
        self.source.char_indices().take_while(|(index, _)| *index < byte as usize).count()
    }

    fn flag(&mut self, expr: &mut IdedExpr, depth: usize) {
        let Some(typed) = self.check(expr, depth) else { return };
        if typed.kind != TermType::Flag {
            let name = typed.name.as_ref().map_or(0, |name| name.chars().count());
            let spot = self.spot(root(expr));
            let spot = Spot { len: spot.len.max(name), ..spot };
            self.problems.push(conditions::not_boolean(spot, words(&typed.kind)));
        }
    }

    /// The type of a part; `None` when a problem was reported.
    fn check(&mut self, expr: &mut IdedExpr, depth: usize) -> Option<Typed> {
        self.nodes += 1;
        if depth > DEPTH_MAX || self.nodes > NODES_MAX {
            if self.problems.is_empty() {
                self.problems.push(conditions::too_large(Spot { at: self.at, len: 1 }));
            }
            return None;
        }
        if let Some(name) = dotted(&expr.expr) {
            let spot = Spot { len: name.chars().count(), ..self.spot(root(expr)) };
            return self.name(spot, name);
        }
        let spot = self.spot(expr);
        match &mut expr.expr {
            Expr::Literal(literal) => self.literal(spot, literal),
            Expr::Call(call) => {
                let (typed, folded) = self.call(spot, call, depth)?;
                if let Some(folded) = folded {
                    expr.expr = Expr::Literal(folded);
                }
                Some(typed)
            }
            Expr::List(_) => self.refuse(conditions::not_supported(spot, "[…]")),
            Expr::Map(_) | Expr::Struct(_) => self.refuse(conditions::not_supported(spot, "{…}")),
            Expr::Comprehension(_) => self.refuse(conditions::not_supported(spot, "all/exists/map/filter")),
            Expr::Select(select) => {
                let what = format!(".{}", select.field);
                self.refuse(conditions::not_supported(spot, &what))
            }
            Expr::Ident(_) | Expr::Unspecified => self.refuse(conditions::not_a_condition(spot)),
        }
    }

    fn refuse<T>(&mut self, problem: Problem) -> Option<T> {
        self.problems.push(problem);
        None
    }

    fn name(&mut self, spot: Spot, name: String) -> Option<Typed> {
        match self.types.get(&name) {
            Some(TermType::Unreadable) => self.refuse(conditions::unreadable(spot, &name)),
            Some(kind) => {
                self.reads.insert(name.clone());
                Some(Typed { kind: kind.clone(), name: Some(name), literal: None })
            }
            None => {
                let root = name.split('.').next().unwrap_or_default();
                let sisters = |known: &&str| known.split('.').next() == Some(root);
                let known: Vec<_> = self.types.keys().map(String::as_str).collect();
                let near: Vec<_> = known.iter().copied().filter(sisters).collect();
                let known = if near.is_empty() { known } else { near };
                self.refuse(conditions::unknown_name(spot, &name, &known))
            }
        }
    }

    fn literal(&mut self, spot: Spot, literal: &LiteralValue) -> Option<Typed> {
        match literal {
            LiteralValue::Boolean(_) => Some(Typed::of(TermType::Flag)),
            LiteralValue::Int(_) => Some(Typed::of(TermType::Int)),
            LiteralValue::String(text) => {
                Some(Typed { kind: TermType::Text, name: None, literal: Some(text.inner().to_owned()) })
            }
            LiteralValue::Bytes(_) => self.refuse(conditions::not_supported(spot, "b\"…\"")),
            LiteralValue::Double(_) => self.refuse(conditions::not_supported(spot, "1.5")),
            LiteralValue::Null => self.refuse(conditions::not_supported(spot, "null")),
            LiteralValue::UInt(_) => self.refuse(conditions::not_supported(spot, "1u")),
        }
    }

    fn call(&mut self, spot: Spot, call: &mut CallExpr, depth: usize) -> Option<(Typed, Option<LiteralValue>)> {
        let flag = Some((Typed::of(TermType::Flag), None));
        match (call.func_name.as_str(), call.target.as_deref_mut(), call.args.as_mut_slice()) {
            (operators::LOGICAL_AND | operators::LOGICAL_OR, None, parts) => {
                parts.iter_mut().for_each(|part| self.flag(part, depth + 1));
                flag
            }
            (operators::LOGICAL_NOT, None, [part]) => {
                self.flag(part, depth + 1);
                flag
            }
            (operators::EQUALS | operators::NOT_EQUALS, None, [left, right]) => {
                self.compare(spot, left, right, depth + 1);
                flag
            }
            (
                operators::LESS | operators::LESS_EQUALS | operators::GREATER | operators::GREATER_EQUALS,
                None,
                [left, right],
            ) => {
                if let Some(kind) = self.compare(spot, left, right, depth + 1)
                    && !matches!(kind, TermType::Int | TermType::Money | TermType::Date)
                {
                    self.problems.push(conditions::no_order(spot, words(&kind)));
                }
                flag
            }
            (operators::IN, None, [item, list]) => {
                self.membership(item, list, depth + 1);
                flag
            }
            ("yuan", None, [amount]) => self.money(spot, "yuan", amount, MoneyUnit::Yuan),
            ("wan", None, [amount]) => self.money(spot, "wan", amount, MoneyUnit::Wan),
            ("date", None, [day]) => self.date(spot, day),
            ("size", Some(text), []) | ("size", None, [text]) => {
                self.text(spot, "size", text, depth + 1);
                Some((Typed::of(TermType::Int), None))
            }
            (function @ ("startsWith" | "contains"), Some(text), [part]) => {
                self.text(spot, function, text, depth + 1);
                self.text(spot, function, part, depth + 1);
                flag
            }
            (name @ ("yuan" | "wan" | "date" | "size" | "startsWith" | "contains"), _, _) => {
                self.refuse(conditions::bad_argument(spot, name))
            }
            (name, _, _) => self.refuse(conditions::not_supported(spot, name.trim_matches(['_', '@']))),
        }
    }

    /// Checks that both sides are of one type, and gives it.
    fn compare(&mut self, spot: Spot, left: &mut IdedExpr, right: &mut IdedExpr, depth: usize) -> Option<TermType> {
        let (a, b) = (self.check(left, depth), self.check(right, depth));
        let (a, b) = (a?, b?);
        if class(&a.kind) != class(&b.kind) {
            return self.refuse(conditions::cannot_compare(spot, words(&a.kind), words(&b.kind)));
        }
        let right_spot = self.spot(right);
        self.possible(right_spot, &a, &b);
        let left_spot = self.spot(left);
        self.possible(left_spot, &b, &a);
        Some(a.kind)
    }

    /// Whether a literal is one of the values that the other side can have.
    fn possible(&mut self, spot: Spot, name: &Typed, literal: &Typed) {
        if let (Typed { kind: TermType::OneOf(values), name: Some(name), .. }, Some(literal)) = (name, &literal.literal)
            && !values.contains(literal)
        {
            let values: Vec<_> = values.iter().map(String::as_str).collect();
            self.problems.push(conditions::never_that_value(spot, name, literal, &values));
        }
    }

    fn membership(&mut self, item: &mut IdedExpr, list: &mut IdedExpr, depth: usize) {
        let typed = self.check(item, depth);
        let spot = self.spot(list);
        let Expr::List(list) = &mut list.expr else {
            self.problems.push(conditions::cannot_compare(
                spot,
                ("in", "“in”"),
                ("列表以外的值", "anything but a list"),
            ));
            return;
        };
        for element in &mut list.elements {
            let (Some(element_type), Some(typed)) = (self.check(element, depth + 1), &typed) else { continue };
            let spot = self.spot(element);
            if class(&element_type.kind) == class(&typed.kind) {
                self.possible(spot, typed, &element_type);
            } else {
                let words = (words(&typed.kind), words(&element_type.kind));
                self.problems.push(conditions::cannot_compare(spot, words.0, words.1));
            }
        }
    }

    fn money(
        &mut self,
        spot: Spot,
        function: &str,
        amount: &IdedExpr,
        unit: MoneyUnit,
    ) -> Option<(Typed, Option<LiteralValue>)> {
        let fen = if let Expr::Literal(LiteralValue::Int(count)) = &amount.expr {
            count.inner().checked_mul(unit.fen())
        } else {
            None
        };
        match fen.map(Money::from_fen) {
            Some(Ok(money)) => Some((Typed::of(TermType::Money), Some(LiteralValue::Int(CelInt::from(money.fen()))))),
            Some(Err(_)) | None => self.refuse(conditions::bad_argument(spot, function)),
        }
    }

    fn date(&mut self, spot: Spot, day: &IdedExpr) -> Option<(Typed, Option<LiteralValue>)> {
        let text = if let Expr::Literal(LiteralValue::String(text)) = &day.expr { text.inner() } else { "" };
        match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            Ok(day) if day.to_string() == text => {
                Some((Typed::of(TermType::Date), Some(LiteralValue::String(CelString::from(text.to_owned())))))
            }
            Ok(_) | Err(_) => self.refuse(conditions::bad_argument(spot, "date")),
        }
    }

    fn text(&mut self, spot: Spot, function: &str, expr: &mut IdedExpr, depth: usize) {
        if let Some(typed) = self.check(expr, depth)
            && class(&typed.kind) != class(&TermType::Text)
        {
            self.problems.push(conditions::bad_argument(spot, function));
        }
    }
}

/// The first part of a dotted name.
fn root(expr: &IdedExpr) -> &IdedExpr {
    let mut expr = expr;
    while let Expr::Select(select) = &expr.expr {
        expr = &select.operand;
    }
    expr
}

/// `form.amount` where the expression spells a dotted name.
pub(super) fn dotted(expr: &Expr) -> Option<String> {
    let mut parts = Vec::new();
    let mut expr = expr;
    while let Expr::Select(select) = expr
        && !select.test
    {
        parts.push(select.field.as_str());
        expr = &select.operand.expr;
    }
    let Expr::Ident(root) = expr else { return None };
    parts.push(root.as_str());
    parts.reverse();
    Some(parts.join("."))
}

/// Types that compare share a class.
const fn class(kind: &TermType) -> u8 {
    match kind {
        TermType::Text | TermType::OneOf(_) => 0,
        TermType::Int => 1,
        TermType::Money => 2,
        TermType::Flag => 3,
        TermType::Date => 4,
        TermType::Unreadable => 5,
    }
}

const fn words(kind: &TermType) -> (&'static str, &'static str) {
    match kind {
        TermType::Text | TermType::OneOf(_) => ("文字", "text"),
        TermType::Int => ("数字", "a number"),
        TermType::Money => ("金额", "an amount"),
        TermType::Flag => ("是否", "a yes or no"),
        TermType::Date => ("日期", "a date"),
        TermType::Unreadable => ("表格或附件", "a table or files"),
    }
}
