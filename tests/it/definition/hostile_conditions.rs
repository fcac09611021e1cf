//! Conditions that are meant to hurt: each is refused when it is published, or evaluated at once; nothing hangs, nothing
//! falls over.

use std::{
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use yumen::definition::{
    Place,
    condition::{Condition, Names, SOURCE_MAX, Term, TermType, Types, standard_types},
};

/// What each may take.
const AT_ONCE: Duration = Duration::from_millis(50);
/// The best of so many tries counts: the machine may be busy with something else.
const TRIES_MAX: usize = 20;
/// After this something hangs.
const HANGS: Duration = Duration::from_secs(30);
/// As much stack as a server's worker has.
const STACK: usize = 2 * 1024 * 1024;

/// What becomes of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Refused,
    Holds,
    HoldsNot,
    /// It is sound, and cannot be answered without a value that is missing.
    Fault,
}

use Fate::{Fault, Holds, HoldsNot, Refused};

fn types() -> Types {
    let mut types = standard_types();
    types.extend([
        ("form.amount".to_owned(), TermType::Money),
        ("form.goal".to_owned(), TermType::Text),
        ("form.other".to_owned(), TermType::Text),
        ("form.done_on".to_owned(), TermType::Date),
        ("form.missing".to_owned(), TermType::Text),
    ]);
    types
}

/// The longest texts that a form can hold.
fn names() -> Names {
    Names::from([
        ("form.amount".to_owned(), Term::Money(100_000_000_000_000)),
        ("form.goal".to_owned(), Term::Text("a".repeat(20_000))),
        ("form.other".to_owned(), Term::Text(format!("{}b", "a".repeat(9_999)))),
        ("form.done_on".to_owned(), Term::Date("2027-06-30".to_owned())),
        ("case.year".to_owned(), Term::Int(2027)),
        ("project.is_new_major".to_owned(), Term::Flag(true)),
    ])
}

/// Every one of them.
#[expect(clippy::too_many_lines, reason = "one line for each, as a table")]
fn hostile() -> Vec<(&'static str, String, Fate)> {
    let nested = |open: &str, core: &str, close: &str, times: usize| {
        format!("{}{core}{}", open.repeat(times), close.repeat(times))
    };
    let macros = "[1,2,3,4,5,6,7,8,9,10]";
    let bomb = format!("{}true{}", format!("{macros}.all(x, ").repeat(24), ")".repeat(24));
    let bomb_871: String = bomb.chars().chain(" ".repeat(871).chars()).take(871).collect();
    let s = str::to_owned;
    vec![
        ("brackets nested 19 deep", nested("(", "true", ")", 19), Holds),
        ("brackets nested 21 deep", nested("(", "true", ")", 21), Refused),
        ("brackets nested 900 deep", nested("(", "true", ")", 900), Refused),
        ("lists nested 900 deep", nested("[", "1", "]", 900), Refused),
        ("not, 2000 times", format!("{}true", "!".repeat(2000)), Refused),
        ("minus, 2000 times", format!("{}1 == 1", "-".repeat(2000)), Refused),
        ("a name of 1000 parts", format!("form{}", ".a".repeat(1000)), Refused),
        ("a name of 2000 letters", "a".repeat(2000), Refused),
        ("a chain of 90 and", format!("true{}", " && true".repeat(90)), Holds),
        ("a chain of 250 and", format!("true{}", " && true".repeat(250)), Refused),
        ("a chain of 250 or", format!("false{}", " || false".repeat(250)), Refused),
        ("a chain of 199 equals", format!("true{}", "==true".repeat(199)), Refused),
        ("a chain of 15 equals", format!("true{}", " == true".repeat(15)), Holds),
        ("nested ternaries", nested("true ? (", "true", ") : false", 40), Refused),
        ("one ternary", s("project.is_new_major ? true : false"), Refused),
        ("the comprehension bomb", bomb, Refused),
        ("the comprehension bomb of 871 bytes", bomb_871, Refused),
        ("map over map", s("[1,2].map(x, [1,2].map(y, [1,2].map(z, x)))==[]"), Refused),
        ("filter", s("[1,2,3].filter(x, x > 1) == [2, 3]"), Refused),
        ("exists_one", s("[1,2,3].exists_one(x, x == 1)"), Refused),
        ("has", s("has(form.amount)"), Refused),
        ("a regular expression that backtracks", s("form.goal.matches('(a+)+$')"), Refused),
        ("a regular expression that repeats", s("form.goal.matches('a{1000}{1000}{1000}')"), Refused),
        ("a text repeated by addition", s("form.goal + form.goal + form.goal == ''"), Refused),
        ("a text repeated by multiplication", s("form.goal * 1000000 == ''"), Refused),
        ("a text replaced", s("form.goal.replace('a', form.goal) == ''"), Refused),
        ("overflow by addition", s("9223372036854775807 + 1 > 0"), Refused),
        ("overflow by multiplication", s("9223372036854775807 * 9223372036854775807 > 0"), Refused),
        ("a number beyond 64 bits", s("case.year < 99999999999999999999999999"), Refused),
        ("the largest number", s("case.year < 9223372036854775807"), Holds),
        ("a number of 2000 digits", format!("case.year < {}", "9".repeat(2000)), Refused),
        ("an amount beyond all money", s("form.amount < wan(9223372036854775807)"), Refused),
        ("the largest amount", s("form.amount <= wan(100000000)"), Holds),
        ("division by zero", s("1 / 0 == 1"), Refused),
        ("remainder by zero", s("1 % 0 == 1"), Refused),
        ("not a number", s("0.0 / 0.0 == 0.0 / 0.0"), Refused),
        ("infinity", s("1e400 > 1.0"), Refused),
        ("an unsigned number", s("18446744073709551615u > 0u"), Refused),
        ("a hexadecimal number", s("case.year == 0x7eb"), Holds),
        ("a text against a number", s("form.goal > 5"), Refused),
        ("an amount against a number", s("form.amount > 5"), Refused),
        ("a date against a text", s("form.done_on > 'zzz'"), Refused),
        ("a list against a map", s("[1] == {'a': 1}"), Refused),
        ("null", s("form.goal == null"), Refused),
        ("bytes", s("form.goal == b'a'"), Refused),
        ("a conversion", s("int(form.goal) > 5"), Refused),
        ("a type as a value", s("type(form.goal) == string"), Refused),
        ("dyn", s("dyn(form.amount) > 5"), Refused),
        ("the clock", s("now() > timestamp('2027-01-01T00:00:00Z')"), Refused),
        ("a duration", s("duration('1000000h') > duration('1s')"), Refused),
        ("a text of 2000 Chinese characters", format!("form.goal == '{}'", "长".repeat(2000)), Refused),
        ("a right-to-left override", s("form.goal == 'a' \u{202e}&& true"), Refused),
        ("a zero-width name", s("form.go\u{200b}al == 'a'"), Refused),
        ("a look-alike name", s("fоrm.goal == 'a'"), Refused),
        ("full-width operators", s("form.goal ＝＝ 'a'"), Refused),
        ("a NUL in a text", s("form.goal == '\0'"), HoldsNot),
        ("a lone surrogate escape", s("form.goal == '\\ud800'"), Refused),
        ("a raw text", s("form.goal == r'\\'"), Refused),
        ("a triple quote", s("form.goal == '''a'''"), Refused),
        ("an open quote", s("form.goal == 'a"), Refused),
        ("a comment", s("true // == false"), Refused),
        ("a message", s("google.protobuf.Int64Value{value: 1} == 1"), Refused),
        ("an index", s("form['goal'] == 'a'"), Refused),
        ("an optional index", s("form.?goal == 'a'"), Refused),
        ("nothing", String::new(), Refused),
        ("white space", " ".repeat(2000), Refused),
        ("one byte too long", format!("true{}", " ".repeat(SOURCE_MAX)), Refused),
        ("a list of 500 numbers", format!("case.year in [{}1]", "1,".repeat(500)), Refused),
        ("a list of 90 numbers", format!("case.year in [{}1]", "1,".repeat(90)), HoldsNot),
        ("20000 letters searched for 10000", s("form.goal.contains(form.other)"), HoldsNot),
        (
            "20000 letters searched for 10000, as often as there is room",
            vec!["form.goal.contains(form.other)"; 30].join(" || "),
            HoldsNot,
        ),
        (
            "20000 letters counted, as often as there is room",
            vec!["size(form.goal) > 20001"; 40].join(" || "),
            HoldsNot,
        ),
        ("a value that is missing", s("form.missing == 'a'"), Fault),
        ("a missing value beside a settled answer", s("form.missing == 'a' || true"), Holds),
    ]
}

fn fate(source: &str) -> Fate {
    match Condition::compile(source, Place { line: 1, column: 1 }, &types()) {
        Err(problems) => {
            assert!(!problems.is_empty());
            Refused
        }
        Ok(condition) => {
            assert!(source.len() <= SOURCE_MAX);
            match condition.holds(&names()) {
                Ok(true) => Holds,
                Ok(false) => HoldsNot,
                Err(_) => Fault,
            }
        }
    }
}

/// What becomes of it on a thread of its own, and the least time that took.
fn tried(what: &str, source: &str) -> (Fate, Duration) {
    let (tell, told) = mpsc::channel();
    let text = source.to_owned();
    let worker = thread::Builder::new().stack_size(STACK).spawn(move || {
        let mut best = Duration::MAX;
        let mut found = fate(&text);
        for _ in 0..TRIES_MAX {
            let begun = Instant::now();
            found = fate(&text);
            best = best.min(begun.elapsed());
            if best < AT_ONCE {
                break;
            }
        }
        let _ = tell.send((found, best));
    });
    assert!(worker.is_ok(), "{what}: no thread");
    told.recv_timeout(HANGS).unwrap_or_else(|why| panic!("{what}: {why}"))
}

#[test]
fn hostile_conditions_are_refused_or_answered_at_once() {
    let all = hostile();
    assert!(all.len() >= 60, "{}", all.len());
    let mut wrong = Vec::new();
    for (what, source, expected) in all {
        let (found, took) = tried(what, &source);
        if found != expected || took >= AT_ONCE {
            wrong.push(format!("{what}: {found:?} in {took:?}, expected {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}
