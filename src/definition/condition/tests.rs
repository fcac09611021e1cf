use std::time::{Duration, Instant};

use super::*;
use crate::definition::problem::Code;

fn types() -> Types {
    let mut types = standard_types();
    let one_of = |values: &[&str]| TermType::OneOf(values.iter().map(|&v| v.to_owned()).collect());
    types.extend([
        ("form.amount".to_owned(), TermType::Money),
        ("form.goal".to_owned(), TermType::Text),
        ("form.done_on".to_owned(), TermType::Date),
        ("form.table".to_owned(), TermType::Unreadable),
        ("form.scope".to_owned(), one_of(&["new-major-project", "outside-scope"])),
        ("outcome.finance_review".to_owned(), one_of(&["supported", "adjusted"])),
        ("policy.leader_threshold".to_owned(), TermType::Money),
    ]);
    types
}

fn compile(source: &str) -> Result<Condition, Vec<Problem>> {
    Condition::compile(source, Place { line: 3, column: 11 }, &types())
}

fn holds(source: &str) -> Result<bool, ConditionFault> {
    let names = Names::from([
        ("form.amount".to_owned(), Term::Money(500_000_000)),
        ("form.goal".to_owned(), Term::Text("修缮校舍".to_owned())),
        ("form.done_on".to_owned(), Term::Date("2027-06-30".to_owned())),
        ("form.scope".to_owned(), Term::Text("outside-scope".to_owned())),
        ("project.is_new_major".to_owned(), Term::Flag(true)),
        ("case.year".to_owned(), Term::Int(2027)),
        ("policy.leader_threshold".to_owned(), Term::Money(500_000_000)),
    ]);
    compile(source).unwrap_or_else(|problems| panic!("{source}: {problems:?}")).holds(&names)
}

#[test]
fn conditions_compare_what_they_name() {
    for source in [
        "form.amount >= wan(500)",
        "form.amount == yuan(5000000)",
        "!(form.amount < policy.leader_threshold)",
        "form.scope == \"outside-scope\" && project.is_new_major",
        "form.scope in ['outside-scope', 'new-major-project']",
        "form.goal.startsWith('修缮') && form.goal.contains('校')",
        "size(form.goal) == 4 && form.goal.size() == 4",
        "form.done_on < date(\"2027-08-31\")",
        "case.year in [2026, 2027] || outcome.finance_review == 'adjusted'",
        "case.year >= -1",
        "true",
    ] {
        assert_eq!(holds(source), Ok(true), "{source}");
    }
    assert_eq!(holds("form.amount > wan(500)"), Ok(false));
}

#[test]
fn a_name_without_a_value_is_a_fault_and_not_an_answer() {
    assert!(holds("outcome.finance_review == 'adjusted'").is_err());
    assert!(holds("project.total > yuan(0)").is_err());
}

#[test]
fn the_names_read_and_the_equalities_implied_are_known() {
    let condition =
        compile("outcome.finance_review == 'adjusted' && (form.amount > yuan(1) && 'outside-scope' == form.scope)");
    let condition = condition.unwrap_or_else(|problems| panic!("{problems:?}"));
    assert_eq!(condition.reads().len(), 3);
    let mut implied = condition.implies();
    implied.sort();
    assert_eq!(
        implied,
        [
            ("form.scope".to_owned(), "outside-scope".to_owned()),
            ("outcome.finance_review".to_owned(), "adjusted".to_owned())
        ]
    );
    assert!(compile("outcome.finance_review == 'adjusted' || true").is_ok_and(|c| c.implies().is_empty()));
}

/// Each with the code it is refused with.
const HOSTILE: &[(&str, Code)] = &[
    ("", Code::NotACondition),
    ("   ", Code::NotACondition),
    ("form.amount >=", Code::NotACondition),
    ("form.amount wan(5)", Code::NotACondition),
    ("&& true", Code::NotACondition),
    ("(true", Code::NotACondition),
    ("true)", Code::NotACondition),
    ("'open", Code::NotACondition),
    ("form.goal == 'a\nb'", Code::NotACondition),
    ("form.goal == \"\"\"x\"\"\"", Code::NotACondition),
    ("form.goal == '\\u0041'", Code::NotACondition),
    ("form.amount > 500", Code::CannotCompare),
    ("form.amount > 'a'", Code::CannotCompare),
    ("form.goal == 5", Code::CannotCompare),
    ("form.done_on < '2027-08-31'", Code::CannotCompare),
    ("form.goal < 'b'", Code::CannotCompare),
    ("true < false", Code::CannotCompare),
    ("form.amount in [1]", Code::CannotCompare),
    ("form.goal in form.scope", Code::CannotCompare),
    ("form.amount", Code::NotBoolean),
    ("'yes'", Code::NotBoolean),
    ("1", Code::NotBoolean),
    ("!form.goal", Code::NotBoolean),
    ("form.amount && true", Code::NotBoolean),
    ("form.amout > yuan(1)", Code::UnknownConditionName),
    ("amount > yuan(1)", Code::UnknownConditionName),
    ("form.amount.fen > 1", Code::UnknownConditionName),
    ("form", Code::UnknownConditionName),
    ("now == 1", Code::UnknownConditionName),
    ("form.table == 'x'", Code::UnknownConditionName),
    ("form.scope == 'outside'", Code::NeverThatValue),
    ("form.scope in ['outside-scope', 'elsewhere']", Code::NeverThatValue),
    ("outcome.finance_review != 'poor'", Code::NeverThatValue),
    ("yuan(1.5) < form.amount", Code::BadArgument),
    ("yuan(-1) < form.amount", Code::BadArgument),
    ("wan(9223372036854775807) < form.amount", Code::BadArgument),
    ("wan(200000000000) < form.amount", Code::BadArgument),
    ("yuan('1') < form.amount", Code::BadArgument),
    ("yuan(case.year) < form.amount", Code::BadArgument),
    ("form.done_on < date('2027-02-30')", Code::BadArgument),
    ("form.done_on < date('2027-8-31')", Code::BadArgument),
    ("form.done_on < date(form.goal)", Code::BadArgument),
    ("size(form.amount) > 1", Code::BadArgument),
    ("startsWith(form.goal, 'a')", Code::BadArgument),
    ("[1, 2].all(x, x > 0)", Code::NotInConditions),
    ("[1, 2].exists(x, x > 0)", Code::NotInConditions),
    ("has(form.amount)", Code::NotInConditions),
    ("form.goal.map(x, x) == 'a'", Code::NotInConditions),
    ("form.goal.matches('(a+)+$')", Code::NotInConditions),
    ("{'a': 1}.a == 1", Code::NotInConditions),
    ("form.amount{a: 1}", Code::NotInConditions),
    ("true ? true : false", Code::NotInConditions),
    ("case.year + 1 == 2028", Code::NotInConditions),
    ("form.amount - yuan(1) > yuan(0)", Code::NotInConditions),
    ("case.year % 2 == 0", Code::NotInConditions),
    ("-case.year < 0", Code::NotInConditions),
    ("case.year == 2027u", Code::NotInConditions),
    ("case.year == 2027.0", Code::NotInConditions),
    ("form.goal == null", Code::NotInConditions),
    ("form.goal == b'x'", Code::NotInConditions),
    ("form['amount'] > yuan(1)", Code::NotInConditions),
    ("[true][0]", Code::NotInConditions),
    ("timestamp('2027-01-01T00:00:00Z') == form.done_on", Code::NotInConditions),
    ("duration('1h') == form.done_on", Code::NotInConditions),
    ("string(case.year) == '2027'", Code::NotInConditions),
    ("true // and so on", Code::NotInConditions),
    ("form.`amount` > yuan(1)", Code::NotInConditions),
];

#[test]
fn hostile_conditions_are_refused_with_their_code() {
    for (source, code) in HOSTILE {
        let problems = compile(source).err().unwrap_or_default();
        let codes: Vec<_> = problems.iter().map(|problem| problem.code).collect();
        assert_eq!(codes, [*code], "{source}");
        assert!(problems[0].spot.at.line == 3 && problems[0].spot.at.column >= 11, "{source}");
    }
}

#[test]
fn deep_and_long_conditions_are_refused_at_once() {
    let bombs = [
        format!("{}true{}", "(".repeat(900), ")".repeat(900)),
        format!("{}true", "!".repeat(2000)),
        format!("{}true", "-".repeat(2000)),
        format!("{}1{}", "[".repeat(900), "]".repeat(900)),
        format!("form{}", ".a".repeat(1000)),
        format!("true{}", " && true".repeat(250)),
        format!("true{}", " == true".repeat(250)),
        format!("true{}", "==true".repeat(199)),
        format!("form.goal{}", ".size()".repeat(60)),
        format!("{}form.goal{}", "size(".repeat(19), ")".repeat(19)),
        format!("case.year in [{}1]", "1,".repeat(500)),
        format!("form.goal == '{}'", "长".repeat(1000)),
        "yuan(".repeat(400),
        "\"\"".repeat(1000),
        "a ".repeat(1000),
    ];
    for bomb in bombs {
        let begun = Instant::now();
        assert!(compile(&bomb).is_err(), "{bomb}");
        assert!(begun.elapsed() < Duration::from_secs(5), "{bomb} took {:?}", begun.elapsed());
    }
}

#[test]
fn problems_stand_where_the_mistake_is() {
    let problem = |source: &str| compile(source).err().and_then(|mut problems| problems.pop());
    let place = |source: &str| problem(source).map(|problem| (problem.spot.at.column - 11, problem.spot.len));
    assert_eq!(place("form.goal == '修缮' && form.scope == 'x'"), Some((35, 3)));
    assert_eq!(place("form.goal == '修缮' && form.amount >= 5"), Some((33, 2)));
    assert_eq!(place("form.goal == '修缮' && )"), Some((21, 1)));
    assert_eq!(place("true && nothing == 1"), Some((8, 7)));
}
