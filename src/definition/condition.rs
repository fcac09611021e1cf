//! Conditions: a bounded, typed subset of CEL over `form.*`, `project.*`, `case.*`, `outcome.*` and `policy.*`.
//!
//! Everything is settled when a condition is compiled: its size (`prescan`), its names and types (`typing`). What
//! remains is linear in its length, reads nothing but [`Names`], and has no clock, network or loop.

pub mod formula;
mod prescan;
mod typing;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, LazyLock},
    thread,
};

use cel::{
    Context, Env, IdedExpr, Value,
    common::ast::{Expr, LiteralValue, SourceInfo, operators},
};

use formula::Formula;

use super::{
    model::Place,
    problem::{Problem, Spot, conditions},
    registry,
};

/// The longest condition, in bytes.
pub const SOURCE_MAX: usize = 2048;
/// The most parts of a condition: names, literals, operators.
pub const NODES_MAX: usize = 200;
/// The deepest nesting.
pub const DEPTH_MAX: usize = 20;

/// The value of a name in a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// Text, choices, grades, outcomes.
    Text(String),
    /// Whole numbers, such as years.
    Int(i64),
    /// An amount in 分; compares only with amounts and with `yuan(…)` and `wan(…)`.
    Money(i64),
    /// Yes or no.
    Flag(bool),
    /// A calendar date, as `2027-08-31`.
    Date(String),
}

/// Every name a condition may read, by its dotted path such as `form.amount`.
pub type Names = BTreeMap<String, Term>;

/// What kind of value a name has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TermType {
    /// Any text.
    Text,
    /// One of these texts.
    OneOf(Vec<String>),
    /// A whole number.
    Int,
    /// An amount.
    Money,
    /// Yes or no.
    Flag,
    /// A calendar date.
    Date,
    /// Something conditions cannot read, such as a table.
    Unreadable,
}

impl From<&Term> for TermType {
    fn from(term: &Term) -> Self {
        match term {
            Term::Text(_) => Self::Text,
            Term::Int(_) => Self::Int,
            Term::Money(_) => Self::Money,
            Term::Flag(_) => Self::Flag,
            Term::Date(_) => Self::Date,
        }
    }
}

/// The type of every name a condition may read, by its dotted path.
pub type Types = BTreeMap<String, TermType>;

/// The names every workflow has: `project.*` and `case.*`.
#[must_use]
pub fn standard_types() -> Types {
    let one_of = |values: &[&str]| TermType::OneOf(values.iter().map(|&value| value.to_owned()).collect());
    let types = [
        ("project.nature", one_of(&["一次性", "经常性", "阶段性"])),
        ("project.category", one_of(&["general", "government-fund", "state-capital", "social-insurance"])),
        (
            "project.instrument",
            one_of(&["direct", "ppp", "investment-fund", "procurement", "purchased-service", "government-debt"]),
        ),
        ("project.is_new_major", TermType::Flag),
        ("project.total", TermType::Money),
        ("project.unit", TermType::Text),
        ("project.department", TermType::Text),
        ("case.year", TermType::Int),
        ("case.workflow", TermType::Text),
    ];
    types.into_iter().map(|(name, kind)| (name.to_owned(), kind)).collect()
}

/// What the `where` of a schedule reads: the properties of a project, and how far it is for the budget year that the
/// case would be about.
#[must_use]
pub fn schedule_types() -> Types {
    let one_of = |values: Vec<&str>| TermType::OneOf(values.into_iter().map(str::to_owned).collect());
    let mut types: Types = standard_types();
    types.retain(|name, _| name.starts_with("project."));
    types.insert("project.stage".to_owned(), one_of(STAGES.to_vec()));
    types.insert("project.start_year".to_owned(), TermType::Int);
    types.insert("project.end_year".to_owned(), TermType::Int);
    types.insert("project.requested".to_owned(), TermType::Flag);
    for fact in registry::FACTS {
        let values = fact.values.iter().map(|value| value.name).chain([NO_FACT]);
        types.insert(fact_name(fact.entry.name), one_of(values.collect()));
    }
    types
}

/// Where a project stands on the day on which a case would start: not begun, under way, over.
pub const STAGES: [&str; 3] = ["planned", "running", "over"];
/// What a schedule reads of a fact that a project does not have.
pub const NO_FACT: &str = "none";

/// The name by which a schedule reads what stands of a kind of fact: `project.targets`.
#[must_use]
pub fn fact_name(fact: &str) -> String {
    format!("project.{}", fact.replace('-', "_"))
}

/// The name by which conditions read how a step was passed: `outcome.finance_review`.
#[must_use]
pub fn outcome_name(step: &str) -> String {
    format!("outcome.{}", step.replace('-', "_"))
}

/// The name by which conditions read how many items of an `each` passed a step so: `count.opinion.approved`.
#[must_use]
pub fn count_name(step: &str, result: &str) -> String {
    format!("count.{}.{}", step.replace('-', "_"), result.replace('-', "_"))
}

/// The name by which conditions read how many items an `each` had: `count.opinions.items`.
#[must_use]
pub fn items_name(each: &str) -> String {
    count_name(each, "items")
}

/// The name by which conditions read how a vote stood: `votes.committee.approve`.
#[must_use]
pub fn votes_name(step: &str, counted: &str) -> String {
    format!("votes.{}.{}", step.replace('-', "_"), counted.replace('-', "_"))
}

/// The name by which conditions read whether nobody had decided in time: `late.decision`.
#[must_use]
pub fn late_name(step: &str) -> String {
    format!("late.{}", step.replace('-', "_"))
}

/// A condition that was checked at publication.
#[derive(Debug, Clone)]
pub struct Condition {
    /// As written.
    pub source: String,
    /// Where it stands.
    pub at: Place,
    /// The names it reads.
    reads: BTreeSet<String>,
    /// What kind of value each of them has.
    types: Types,
    /// The checked expression: only names, literals, comparisons and their joints are left in it.
    expression: Arc<IdedExpr>,
}

/// The condition could not be evaluated on this case: a name has no value yet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the condition “{condition}” cannot be evaluated")]
pub struct ConditionFault {
    /// The condition as written.
    pub condition: String,
}

/// The standard library without its macros: `all`, `map` and their like are then unknown functions.
static ENVIRONMENT: LazyLock<Arc<Env>> =
    LazyLock::new(|| Arc::new(Env::default().with_optional_support(false).with_stdlib()));

impl Condition {
    /// Checks a condition that stands at `at`.
    ///
    /// # Errors
    /// Every problem in it.
    pub fn compile(source: &str, at: Place, types: &Types) -> Result<Self, Vec<Problem>> {
        prescan::check(source, at)?;
        let (mut expression, info) = parse(source).map_err(|column| {
            vec![conditions::not_a_condition(Spot { at: Place { column: at.column + column, ..at }, len: 1 })]
        })?;
        let mut typing = typing::Typing::new(types, source, &info, at);
        typing.condition(&mut expression);
        let (problems, reads) = typing.finish();
        if problems.is_empty() {
            let types = types.iter().filter(|(name, _)| reads.contains(*name));
            let types = types.map(|(name, kind)| (name.clone(), kind.clone())).collect();
            Ok(Self { source: source.to_owned(), at, reads, types, expression: Arc::new(expression) })
        } else {
            Err(problems)
        }
    }

    /// Stands in for a condition with problems, so that the rest of the file can be checked.
    pub(super) fn placeholder(source: &str, at: Place) -> Self {
        let (reads, types) = (BTreeSet::new(), Types::new());
        Self { source: source.to_owned(), at, reads, types, expression: Arc::default() }
    }

    /// Whether the condition holds.
    ///
    /// # Errors
    /// [`ConditionFault`] when a name it needs has no value.
    pub fn holds(&self, names: &Names) -> Result<bool, ConditionFault> {
        let mut roots: HashMap<&str, HashMap<String, Value>> = HashMap::new();
        let mut counts: HashMap<(&str, &str), HashMap<String, Value>> = HashMap::new();
        for name in &self.reads {
            let (Some((root, rest)), Some(term)) = (name.split_once('.'), names.get(name)) else { continue };
            if let Some((step, result)) = rest.split_once('.') {
                counts.entry((root, step)).or_default().insert(result.to_owned(), value(term));
            } else {
                roots.entry(root).or_default().insert(rest.to_owned(), value(term));
            }
        }
        for ((root, step), results) in counts {
            roots.entry(root).or_default().insert(step.to_owned(), Value::from(results));
        }
        let mut context = Context::with_env(Arc::clone(&ENVIRONMENT));
        for (root, members) in roots {
            context.add_variable_from_value(root, members);
        }
        match context.resolve(&self.expression) {
            Ok(Value::Bool(answer)) => Ok(answer),
            Ok(_) | Err(_) => Err(ConditionFault { condition: self.source.clone() }),
        }
    }

    /// The dotted names it reads.
    #[must_use]
    pub const fn reads(&self) -> &BTreeSet<String> {
        &self.reads
    }

    /// What kind of value each name it reads has.
    #[must_use]
    pub const fn types(&self) -> &Types {
        &self.types
    }

    /// The same as a formula that can be reasoned about; `None` for a condition that has problems.
    #[must_use]
    pub fn formula(&self) -> Option<Formula> {
        formula::read(&self.expression.expr, &self.types)
    }

    /// The names that must equal a text for the condition to hold: `a == "x" && …`.
    #[must_use]
    pub fn implies(&self) -> Vec<(String, String)> {
        let mut implied = Vec::new();
        let mut open = vec![&self.expression.expr];
        while let Some(expr) = open.pop() {
            let Expr::Call(call) = expr else { continue };
            match (call.func_name.as_str(), call.args.as_slice()) {
                (operators::LOGICAL_AND, parts) => open.extend(parts.iter().map(|part| &part.expr)),
                (operators::EQUALS, [left, right]) => implied.extend(equality(&left.expr, &right.expr)),
                _ => {}
            }
        }
        implied
    }
}

/// Parses on a thread of its own, whose stack holds the longest input that `prescan` lets through: the parser needs
/// many frames for each level, more than a server's worker has left. The error is the column where parsing stopped.
fn parse(source: &str) -> Result<(IdedExpr, SourceInfo), usize> {
    let run = || {
        let parsed = ENVIRONMENT.parser().error_recovery_limit(1).parse_with_source_info(source);
        parsed.map_err(|errors| {
            errors.errors.first().map_or(0, |e| usize::try_from(e.pos.1).unwrap_or(0).saturating_sub(1))
        })
    };
    thread::scope(|scope| {
        let worker = thread::Builder::new().name("condition".to_owned()).stack_size(PARSER_STACK);
        worker.spawn_scoped(scope, run).map_err(|_| 0_usize)?.join().map_err(|_| 0_usize)?
    })
}

/// Address space only; untouched pages cost nothing.
const PARSER_STACK: usize = 64 * 1024 * 1024;

fn equality(left: &Expr, right: &Expr) -> Option<(String, String)> {
    let text = |expr: &Expr| {
        let Expr::Literal(LiteralValue::String(text)) = expr else { return None };
        Some(text.inner().to_owned())
    };
    let name = |expr: &Expr| typing::dotted(expr);
    name(left).zip(text(right)).or_else(|| name(right).zip(text(left)))
}

fn value(term: &Term) -> Value {
    match term {
        Term::Text(text) | Term::Date(text) => Value::from(text.as_str()),
        Term::Int(number) | Term::Money(number) => Value::Int(*number),
        Term::Flag(flag) => Value::Bool(*flag),
    }
}

#[cfg(test)]
mod tests;
